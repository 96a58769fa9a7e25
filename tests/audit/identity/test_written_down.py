"""Answers that were written down: a table of this tool is the routes that it names, and confirms none of them."""

from __future__ import annotations

import pytest

from audit.identity.backup import NAME as BACKUP
from audit.identity.conversion import BodyConversion
from audit.identity.csv import NAME, joined, parse_sheet
from audit.identity.datacenter import DataCenterUsers
from audit.identity.jira import ConfluenceUsers, JiraUsers
from audit.identity.ledger import KNOWN, Ledger
from audit.identity.organisation import OrganisationDirectory
from audit.identity.provenance import alone, unwitnessed
from audit.identity.usersearch import UserKeySearch
from rules.model import Account, Confidence, HeldReason, Unresolved
from tests.audit.identity.test_directory import OLA_ID, TILDA, TILDA_ID, Site, resolving

pytestmark = pytest.mark.anyio
AT = "2026-11-21T09:00:00Z"
HEAD = "username,account_id,route,witnessed_at\n"


def table(*texts: str) -> Ledger:
    sheets = [parse_sheet(text.encode(), f"{n}.csv", partial=len(texts) > 1) for n, text in enumerate(texts)]
    return joined(sheets).ledger("now")


async def found(*texts: str, jira: str = TILDA_ID) -> Account | Unresolved:
    """Return who Tilda is by tables, after Jira was asked as well."""
    directory = resolving([table(*texts)], [Site("jira", {"tbergmann": jira})], witness=True)
    await directory.learn([TILDA])
    answer = directory(TILDA)
    assert isinstance(answer, Account | Unresolved)
    return answer


async def test_an_answer_of_jira_that_was_written_down_is_not_confirmed_by_jira() -> None:
    answer = await found(f"{HEAD}tbergmann,{TILDA_ID},jira,{AT}\n")
    assert answer == Account(TILDA_ID, "jira", witnessed_at=AT, confidence=Confidence.HIGH)


@pytest.mark.parametrize("route", ["conversion", "data-center > organisation"])
async def test_another_route_confirms_what_was_written_down(route: str) -> None:
    answer = await found(f"{HEAD}tbergmann,{TILDA_ID},{route},{AT}\n")
    assert isinstance(answer, Account)
    assert (answer.route, answer.witnesses) == (route, ("jira",))
    assert (answer.confidence is Confidence.MEDIUM) is (">" in route)


async def test_the_way_to_a_route_makes_it_no_other_route() -> None:
    answer = await found(f"{HEAD}tbergmann,{TILDA_ID},backup > jira,{AT}\n")
    assert isinstance(answer, Account)
    assert (answer.route, answer.witnesses) == ("backup > jira", ())


@pytest.mark.parametrize("route", ["", "csv", "bus line 7", "jira > Tilda Bergmann"])
async def test_a_row_without_a_route_that_there_is_is_the_table_s_own(route: str) -> None:
    answer = await found(f"{HEAD}tbergmann,{TILDA_ID},{route},{AT}\n")
    assert answer == Account(TILDA_ID, "csv", witnessed_at="now", confidence=Confidence.HIGH, witnesses=("jira",))


async def test_a_moment_that_is_none_is_left_out() -> None:
    answer = await found(f"{HEAD}tbergmann,{TILDA_ID},jira,Tilda\n")
    assert isinstance(answer, Account)
    assert answer.witnessed_at == ""


async def test_another_table_that_says_the_same_is_a_row_of_its_own() -> None:
    answer = await found(f"username,account_id\ntbergmann,{TILDA_ID}\n", f"{HEAD}tbergmann,{TILDA_ID},jira,{AT}\n")
    assert isinstance(answer, Account)
    assert (answer.route, answer.witnesses) == ("csv", ("jira",))


async def test_a_row_that_is_joined_with_an_answer_has_its_route() -> None:
    by_mail = f"email,account_id,route,witnessed_at\nt@acme-optics.se,{TILDA_ID},jira,{AT}\n"
    answer = await found("username,email\ntbergmann,t@acme-optics.se\n", by_mail)
    assert answer == Account(TILDA_ID, "jira", witnessed_at=AT, confidence=Confidence.MEDIUM)


async def test_an_answer_that_was_changed_by_hand_contradicts_the_route_that_it_names() -> None:
    answer = await found(f"{HEAD}tbergmann,{OLA_ID},jira,{AT}\n")
    assert isinstance(answer, Unresolved)
    assert (answer.reason, answer.detail) == (HeldReason.AMBIGUOUS, "csv and jira name different accounts for it")


def test_every_route_is_known_by_its_name() -> None:
    sites = (JiraUsers, ConfluenceUsers, UserKeySearch, DataCenterUsers, OrganisationDirectory, BodyConversion)
    assert {NAME, BACKUP, *(one.name for one in sites)} == KNOWN


def test_one_identifier_and_several_are_counted_in_words() -> None:
    assert alone(unwitnessed([("jira", ())])).startswith("1 identifier rests on one route,")
    assert alone(unwitnessed([("jira", ()), ("csv", ())])).startswith("2 identifiers rest on one route,")
    assert alone(unwitnessed([("jira", ("csv",))])) == ""
