"""The invented company holds what the issue asks for, and is the same each time."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

import pytest

from audit.sandbox.grow import SUBJECTS
from audit.sandbox.people import LEAVERS, PEOPLE, UNKNOWN_KEYS
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.seed import build_empty
from audit.sandbox.state import Kind
from audit.sandbox.v2_write import well_formed

SHAPES = {
    "username": r'ri:username="[^"@]+"',
    "username in single quotes": r"ri:username='",
    "user key": r'ri:userkey="[0-9a-f]{32}"',
    "account id, old": r'ri:account-id="[0-9a-f]{24}"',
    "account id, new": r'ri:account-id="712020:[0-9a-f-]{36}"',
    "user key under account-id": r'ri:account-id="[0-9a-f]{32}"',
    "account id under userkey": r'ri:userkey="(712020:|[0-9a-f]{24}")',
    "pseudo user": r'ri:username="@authenticated"',
    "empty": r"<ri:user ?/>",
    "not self-closing": r"<ri:user [^>]*[^/]></ri:user>",
    "another attribute first": r"<ri:user ri:local-id=",
    "several in one parameter": r'<ac:parameter ac:name="assignees"><ri:user [^>]*/><ri:user ',
    "fake mention in CDATA": r'<!\[CDATA\[[^\]]*<ri:user ri:username="x"/>',
    "inline-comment marker": r"<ac:inline-comment-marker ac:ref=",
    "named entity": r"&(nbsp|eacute|ndash);",
    "mailto": r'href="mailto:',
    "profile link": r"viewuserprofile\.action\?username=",
    "personal space link": r"/display/~",
    "CQL with a name": r'ac:name="cql">creator = &quot;',
    "JQL with a name": r'ac:name="jqlQuery">[^<]*assignee = ',
    "layout": r"<ac:layout-section",
    "image": r"<ac:image",
    "link text": r"<ac:plain-text-link-body>",
}


def test_the_company_is_as_large_as_the_issue_asks(sandbox: Sandbox) -> None:
    counts = Counter(content.kind for content in sandbox.state.contents.values())
    assert counts[Kind.PAGE] >= 60
    assert counts[Kind.BLOGPOST] >= 6
    assert counts[Kind.FOOTER_COMMENT] + counts[Kind.INLINE_COMMENT] >= 40
    assert counts[Kind.ATTACHMENT] >= 15
    assert {content.type_key for content in sandbox.state.of_kind(Kind.CUSTOM_CONTENT)} >= {
        "ac:acme-roster:roster-card"
    }
    assert {content.status for content in sandbox.state.contents.values()} == {
        "current",
        "draft",
        "archived",
        "trashed",
    }
    assert len(sandbox.state.templates) == 3
    assert any(content.draft for content in sandbox.state.contents.values())
    assert [space.key for space in sandbox.state.spaces.values()] == ["HR", "ENG", "OPS", "LEGAL", "~hbrandt", "ARCH"]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_bodies_hold_every_shape_of_reference(sandbox: Sandbox, shape: str) -> None:
    bodies = [content.now.body for content in sandbox.state.of_kind(Kind.PAGE, Kind.BLOGPOST)]
    assert any(re.search(SHAPES[shape], body) for body in bodies)


def test_every_storage_body_is_well_formed_and_none_is_trivial(sandbox: Sandbox) -> None:
    texts = [
        c for c in sandbox.state.contents.values() if c.kind is not Kind.ATTACHMENT and not c.now.body.startswith("{")
    ]
    assert [content.id for content in texts if not well_formed(content.now.body)] == []
    pages = [len(content.now.body.encode()) for content in texts if content.kind is Kind.PAGE]
    assert min(pages) > 1000
    assert max(pages) < 8000


def test_nobody_shares_an_identifier_and_no_domain_can_exist() -> None:
    for name in ("username", "user_key", "email"):
        values = [getattr(person, name) for person in PEOPLE]
        assert len(set(values)) == len(values)
    accounts = [person.account_id for person in PEOPLE if person.account_id]
    assert len(set(accounts)) == len(accounts)
    assert all(re.fullmatch(r"[0-9a-f]{24}|712020:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", a) for a in accounts)
    assert all(person.email.endswith(".example") for person in PEOPLE)
    assert not {person.user_key for person in PEOPLE} & set(UNKNOWN_KEYS)


def test_the_mapping_leaves_out_those_who_have_no_account(sandbox: Sandbox) -> None:
    rows = list(csv.DictReader(io.StringIO(sandbox.mapping_csv())))
    assert list(rows[0]) == ["username", "user_key", "email", "account_id"]
    assert len(LEAVERS) == 4
    assert not {row["username"] for row in rows} & {person.username for person in LEAVERS}
    assert len(rows) == len(PEOPLE) - 4
    assert all(row["account_id"] for row in rows)


def test_two_sandboxes_are_equal_to_the_byte() -> None:
    assert Sandbox(pages=120).dump() == Sandbox(pages=120).dump()


def test_growing_adds_pages_with_comments_attachments_and_restrictions() -> None:
    sandbox = Sandbox(pages=468)
    state = sandbox.state
    assert sum(1 for _ in state.of_kind(Kind.PAGE)) == 468
    added = [page for page in state.of_kind(Kind.PAGE) if page.title.rpartition(" ")[0] in SUBJECTS]
    assert len(added) == 400
    with_comments = sum(1 for page in added if any(state.hanging_on(page.id, Kind.FOOTER_COMMENT)))
    files = sum(len(list(state.hanging_on(page.id, Kind.ATTACHMENT))) for page in added)
    restricted = sum(1 for page in added if any((page.id, op) in state.restrictions for op in ("read", "update")))
    assert (with_comments, files, restricted) == (100, 600, 40)


def test_an_empty_seed_holds_people_only() -> None:
    sandbox = Sandbox(seed=build_empty)
    assert sandbox.state.contents == {}
    assert len(sandbox.state.people) == len(PEOPLE) - 4


def test_restrictions_hold_users_without_an_account_by_name_and_by_key(sandbox: Sandbox) -> None:
    users = [user for entry in sandbox.state.restrictions.values() for user in entry.users if not user.account_id]
    assert any(user.username and user.user_key for user in users)
    assert any(user.user_key and not user.username for user in users)


def test_a_person_prints_without_personal_data() -> None:
    assert repr(PEOPLE[0]) == f"Person({PEOPLE[0].user_key[:6]}...)"


def test_an_unknown_title_is_a_key_error(sandbox: Sandbox) -> None:
    with pytest.raises(KeyError):
        sandbox.find("No such page")
