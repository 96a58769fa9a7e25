from __future__ import annotations

import pytest

from rules.linkqueries import QueryTerm, Role, in_query


def seen(text: str, *, jira: bool = False) -> list[tuple[str, str]]:
    return [(term.role.value, text[term.start : term.end]) for term in in_query(text, jira=jira)]


def test_people_personal_spaces_and_fields_without_people_are_told_apart() -> None:
    text = "creator.userkey in (ann, now()) and watcher.userkey = currentUser() and space = ~ann order by owner.userkey"
    assert sorted(seen(text)) == [
        ("field", "owner.userkey"),
        ("field", "watcher.userkey"),
        ("space", "~ann"),
        ("user", "ann"),
    ]
    changes = {term.change[2] for term in in_query(text, jira=False) if term.change}
    assert changes == {"creator.accountid", "watcher.accountid", "owner.accountid"}


@pytest.mark.parametrize(
    ("text", "jira", "left"),
    [("creator =", False, ""), ("creator = = tilda", False, "= tilda"), ("assignee = (tilda)", True, "(tilda)")],
)
def test_a_query_that_does_not_parse_is_named_with_the_place_and_what_is_left(text: str, jira: bool, left: str) -> None:
    (term,) = in_query(text, jira=jira)
    assert term.role is Role.UNREAD
    assert (term.value, term.left) == ("JQL" if jira else "CQL", left)
    assert text[term.start : term.end]
    assert f"character {len(text) - len(left) + 1}" in term.fixed
    assert "tilda" not in term.fixed + repr(term)


@pytest.mark.parametrize("text", ["", "  ", "project = {key}", "creator = $me and", "assignee = ... and", "a = b or …"])
def test_a_sample_is_not_reported_as_unread(text: str) -> None:
    assert seen(text) == []
    assert seen(text, jira=True) == []


def test_what_an_operator_does_not_allow_says_why_it_stays() -> None:
    (term,) = in_query("creator ~ ann", jira=False)
    assert term.fixed
    assert term == QueryTerm(10, 13, "ann", fixed=term.fixed)


@pytest.mark.parametrize("text", ["assignee%20%3D%20tilda", "creator%3dtilda", "creator%253Dtilda", "a~%22x%22"])
def test_a_query_that_was_encoded_twice_cannot_be_read(text: str) -> None:
    assert [role for role, _ in seen(text)] == [role for role, _ in seen(text, jira=True)] == ["unread"]


@pytest.mark.parametrize("text", ["assignee%20...", "assignee = 50%20", "creator%zz", "creator%20{name}", "a%s"])
def test_marks_of_samples_are_not_taken_for_a_second_encoding(text: str) -> None:
    assert "unread" not in {role for role, _ in seen(text)}
