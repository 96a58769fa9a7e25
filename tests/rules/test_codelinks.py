"""Addresses that people typed into programs: logins with passwords, profiles, personal spaces; patterns are none."""

from __future__ import annotations

import pytest

from rules.model import Confidence, HeldReason, Kind
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, RULES, Directory, part


def found(program: str) -> list[tuple[str, str, str]]:
    data = program.encode()
    matches = scan(part(data, Kind.CODE), RULES).matches
    return [(each.rule, each.subject.reveal(), each.span.of(data).decode()) for each in matches]


@pytest.mark.parametrize(
    "program",
    [
        'u = "https://{}@acme.atlassian.net/wiki"',
        "const u = `https://{}@acme.atlassian.net/wiki`",
        "git clone https://{}@git.acme-optics.se/x.git",
        "url: https://{}@acme-optics.se:8443",
        "url=postgres://{}@db.acme-optics.se/x",
    ],
)
@pytest.mark.parametrize("login", ["tilda:S3cret9", "oauth2:glpat-x7Yq2", "tilda%40acme.se:fjord%2F41"])
def test_a_login_with_its_password_is_found_whatever_the_program(program: str, login: str) -> None:
    named = login.split(":", maxsplit=1)[0].replace("%40", "@")
    assert found(program.format(login)) == [("url-credentials", named, login)]


@pytest.mark.parametrize(
    "address",
    [
        "https://user:password@acme-optics.se",
        "https://tilda:PASSWORD@acme-optics.se",
        "https://tilda:my_secret%20key@acme-optics.se",
        "https://tilda:****@acme-optics.se",
        "https://tilda:%s@acme-optics.se",
        "https://%s:fjord-41@acme-optics.se",
        "https://tilda:%PASS%@acme-optics.se",
        "https://$USER:$PASS@acme-optics.se",
        "https://tilda:(.*)@acme-optics.se",
        "https://tilda:fjord-41@localhost:8080",
        "https://tilda:fjord-41@db.example.com/x",
        "https://tilda:fjord-41@127.0.0.1",
        "https://tilda@git.acme-optics.se/x.git",
        "https://acme-optics.se/x?to=tilda:fjord-41@acme-optics.se",
        "https://acme-optics.se/x?token=a1b2c3d4&password=fjord-41",
        "https://api.acme-optics.se/people/tilda",
        "https://wiki.acme-optics.se/display/~username",
        "https://wiki.acme-optics.se/spaces/~712020aaaaaaaa00004000800000000000aaaa",
    ],
)
def test_variables_words_of_examples_and_addresses_without_a_password_are_no_finding(address: str) -> None:
    assert found(f"u = '{address}'") == []


@pytest.mark.parametrize(
    ("rule", "address"),
    [
        ("legacy-profile-link", "https://wiki.acme-optics.se/users/viewuserprofile.action?username=tilda"),
        ("legacy-profile-link", "https://jira.acme-optics.se/secure/ViewProfile.jspa?name=tilda"),
        ("personal-space-link", "https://wiki.acme-optics.se/display/~tilda/Home"),
        ("personal-space-link", "/wiki/spaces/~tilda"),
    ],
)
def test_a_link_to_somebody_may_be_a_sample_and_never_changes(rule: str, address: str) -> None:
    program = part(f'u = "{address}"'.encode(), Kind.CODE)
    assert [(each.rule, each.confidence) for each in scan(program, RULES).matches] == [(rule, Confidence.LOW)]
    result = rewrite(program, RULES, Directory({"tilda": ANN}))
    assert result.data == program.data
    assert {hold.reason for hold in result.holds} <= {HeldReason.NO_REWRITER}
