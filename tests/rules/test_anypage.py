"""Parameters for people in addresses of pages that nothing is known of: they count where the value is somebody known."""

from __future__ import annotations

import pytest

from rules.context import Context
from rules.model import Confidence, HeldReason, Kind
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, RULES, Directory, part

KNOWN = Context(hosts=frozenset({"wiki.acme-optics.se"}), known=frozenset({"tilda", "ola"}))


@pytest.mark.parametrize(
    ("address", "people"),
    [
        ("/wiki/status/list.action?username=tilda", ["tilda"]),
        ("https://wiki.acme-optics.se/createrssfeed.action?types=page&amp;authors=Tilda,x,ola", ["Tilda", "ola"]),
        ("/secure/useravatar?ownerId=tilda", ["tilda"]),
        ("/x?user=ola&amp;userId=tilda", ["ola", "tilda"]),
        ("/x?username=kito", []),
        ("/x?username=%24%7Buser%7D", []),
        ("/x?title=tilda", []),
        ("https://acme-optics.se/x?username=tilda", []),
    ],
)
def test_somebody_known_is_found_on_our_own_hosts_and_held(address: str, people: list[str]) -> None:
    body = part(f'<p><a href="{address}">x</a></p>'.encode())
    matches = scan(body, RULES, KNOWN).matches
    assert [(each.rule, each.subject.reveal(), each.confidence) for each in matches] == [
        ("legacy-profile-link", one, Confidence.LOW) for one in people
    ]
    result = rewrite(body, RULES, Directory({"tilda": ANN, "Tilda": ANN, "ola": ANN}), KNOWN)
    assert (result.data, [hold.reason for hold in result.holds]) == (body.data, [HeldReason.NO_REWRITER] * len(people))


def test_nobody_is_found_where_nobody_is_known_and_a_page_that_is_known_stays_what_it_is() -> None:
    assert scan(part(b"/x?username=tilda https://acme-optics.se/x?user=tilda", Kind.TEXT), RULES).matches == ()
    profile = part(b'<a href="/users/viewuserprofile.action?username=tilda">x</a>')
    assert [each.confidence for each in scan(profile, RULES, KNOWN).matches] == [Confidence.HIGH]
