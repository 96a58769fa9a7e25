"""Parameters of macros that name a page, and addresses, queries and settings in parameters."""

from __future__ import annotations

import pytest

from rules.context import Context
from rules.model import HeldReason
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, RULES, Directory, part

OLD, NEW = "~ann", "~71202041f7c025b1d4f6a9c0e2a7d3b8f6e10"
SITE = Context(spaces={OLD: NEW})
PEOPLE = Directory({"ann": ANN})


def macro(name: str, parameter: str, value: str) -> str:
    return (
        f'<ac:structured-macro ac:name="{name}"><ac:parameter ac:name="{parameter}">{value}</ac:parameter>'
        "</ac:structured-macro>"
    )


def changed(body: str) -> tuple[str, list[HeldReason]]:
    result = rewrite(part(body.encode()), RULES, PEOPLE, SITE)
    return result.data.decode(), [hold.reason for hold in result.holds]


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("include", ""),
        ("include", "pageTitle"),
        ("include-page", ""),
        ("excerpt-include", ""),
        ("gallery", "page"),
        ("children", "page"),
        ("attachments", "page"),
        ("pagetree", "root"),
        ("pagetreesearch", "rootPage"),
        ("contributors", "page"),
    ],
)
def test_a_page_of_a_personal_space_names_its_owner(name: str, parameter: str) -> None:
    body = macro(name, parameter, f"{OLD}:Home, é")
    (match,) = scan(part(body.encode()), RULES, SITE).matches
    assert (match.rule, match.span.of(body.encode())) == ("personal-space-link", b"ann")
    assert changed(body) == (macro(name, parameter, f"{NEW}:Home, é"), [])
    assert scan(part(macro(name, parameter, "DEV:~ann").encode()), RULES, SITE).matches == ()
    assert scan(part(macro(name, parameter, "@home").encode()), RULES, SITE).matches == ()


def test_the_parameter_without_a_name_of_the_older_notation_names_a_page_too() -> None:
    body = '<ac:macro ac:name="include"><ac:default-parameter>{}:Home</ac:default-parameter></ac:macro>'
    assert changed(body.format(OLD)) == (body.format(NEW), [])


@pytest.mark.parametrize("name", ["jira", "jiraissues"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("assignee = ann", f"assignee = &quot;{ANN}&quot;"),
        (" reporter in (ann) order by x", f" reporter in (&quot;{ANN}&quot;) order by x"),
        ("assignee was ann", f"assignee was &quot;{ANN}&quot;"),
        ("/issues/?jql=assignee%3Dann", f"/issues/?jql=assignee%3D%22{ANN.replace(':', '%3A')}%22"),
        ("/issues/?jql=assignee=ann", f"/issues/?jql=assignee=%22{ANN.replace(':', '%3A')}%22"),
    ],
)
def test_the_parameter_without_a_name_of_the_jira_macro_is_a_query_or_an_address(
    name: str, before: str, after: str
) -> None:
    assert changed(macro(name, "", before)) == (macro(name, "", after), [])


@pytest.mark.parametrize("value", ["KEY-1", "KEY-1,KEY-2", "mailto", "https://jira.example/browse/KEY-1?x=1"])
def test_the_key_of_an_issue_and_an_address_are_no_broken_query(value: str) -> None:
    assert scan(part(macro("jira", "", value).encode()), RULES).matches == ()


@pytest.mark.parametrize("lead", ["", " ", "isConfigured=true&amp;"])
def test_a_query_in_the_settings_of_a_gadget_is_rewritten_in_their_encoding(lead: str) -> None:
    before = macro("gadget", "preferences", f"{lead}jql=assignee%3Dann&amp;num=10")
    quoted = f"%22{ANN.replace(':', '%3A')}%22"
    assert changed(before) == (macro("gadget", "preferences", f"{lead}jql=assignee%3D{quoted}&amp;num=10"), [])
    assert scan(part(macro("gadget", "preferences", f"{lead}num=10").encode()), RULES).matches == ()


def test_the_login_of_an_author_elsewhere_is_reported_and_stays() -> None:
    body = macro("author", "wordpressUsername", "ann")
    (match,) = scan(part(body.encode()), RULES).matches
    assert (match.rule, match.rewritable) == ("url-credentials", False)
    assert changed(body) == (body, [])
