"""How a plan says who is who: one row an identifier, masked, in one order; and which hosts were asked for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.identity.directory import Directory
from audit.identity.opening import Opened, host_facts
from audit.identity.organisation import OrganisationDirectory
from audit.identity.provenance import added_up, by_route, nothing, provenance, shared
from audit.identity.register import Register, load_register
from audit.sandbox.identities import ORGANISATION
from audit.sandbox.sandbox import Sandbox
from audit.vault import Vault
from reports.evidence import HostFacts
from rules.model import Account, AccountState, Confidence, HeldReason, Personal, Resolution, SubjectKind, Unresolved
from tests.audit.cloud import ORIGIN
from tests.audit.identity.asking import KEY, KNOWN, TILDA_ID, address, elsewhere, now

SECRET = bytes(range(32))
TILDA = Personal(SubjectKind.USERNAME, "tbergmann")
FOUND = Account(TILDA_ID, "csv", AccountState.ACTIVE, "2026-11-21T09:00:00Z", Confidence.MEDIUM, ("jira",))
OLD = HostFacts("https://wiki.acme-optics.se", "identity route data-center", 2, 300, 0)


def test_a_row_has_the_account_masked_and_hashed_and_how_it_is_known() -> None:
    [row] = provenance({TILDA: FOUND}, {TILDA.pseudonym(SECRET): 3}, SECRET)
    assert row.subject == TILDA.subject(SECRET)
    assert row.account == Personal(SubjectKind.ACCOUNT_ID, TILDA_ID).subject(SECRET)
    assert (row.state, row.route, row.witnessed_at_utc) == (AccountState.ACTIVE, "csv", "2026-11-21T09:00:00Z")
    assert (row.confidence, row.witnesses, row.places) == (Confidence.MEDIUM, ("jira",), 3)
    assert row.reason is None
    assert TILDA_ID not in repr(row)
    assert "bergmann" not in repr(row)


def test_who_is_not_resolved_has_the_reason_and_comes_first() -> None:
    key, name = Personal(SubjectKind.USER_KEY, KEY), Personal(SubjectKind.USERNAME, "kito")
    answers: dict[Personal, Resolution] = {
        TILDA: FOUND,
        name: Unresolved(HeldReason.UNRESOLVED, "not in the mapping"),
        key: Unresolved(HeldReason.AMBIGUOUS, "csv and jira name different accounts for it"),
    }
    rows = provenance(answers, {}, SECRET)
    assert [row.subject.mask for row in rows] == [key.mask, name.mask, TILDA.mask]
    assert [(row.account, row.reason) for row in rows[:2]] == [
        (None, HeldReason.AMBIGUOUS),
        (None, HeldReason.UNRESOLVED),
    ]
    assert rows[1].detail == "not in the mapping"
    assert rows == provenance(dict(reversed(answers.items())), {}, SECRET)


def test_spellings_of_one_identifier_are_one_row_whatever_came_first() -> None:
    loud = Personal(SubjectKind.USERNAME, "TBergmann")
    one = provenance({TILDA: FOUND, loud: FOUND}, {}, SECRET)
    assert one == provenance({loud: FOUND, TILDA: FOUND}, {}, SECRET)
    assert len(one) == 1


def test_an_account_id_in_place_of_a_username_is_taken_as_written_unless_somebody_has_that_name() -> None:
    strange, open_ = Personal(SubjectKind.USERNAME, TILDA_ID), Unresolved(HeldReason.UNRESOLVED, "not in the mapping")
    subject = Personal(SubjectKind.ACCOUNT_ID, TILDA_ID).subject(SECRET)
    rows = provenance({strange: open_}, {subject.hmac: 2}, SECRET)
    assert [(row.subject, row.account, row.route, row.places) for row in rows] == [(subject, subject, "as written", 2)]
    [doubtful] = provenance({strange: Unresolved(HeldReason.AMBIGUOUS, "two of them")}, {}, SECRET)
    assert doubtful.account is None
    assert doubtful.subject.kind is SubjectKind.USERNAME
    assert by_route((*rows, doubtful)) == {"as written": 1, "unresolved": 1}


def test_hosts_are_added_up_by_place_and_purpose() -> None:
    other = HostFacts("https://api.example.org", "identity route organisation", 1, 10, 0)
    again = HostFacts(OLD.origin, OLD.purpose, 1, 50, 5)
    assert added_up([OLD, other, again]) == (other, HostFacts(OLD.origin, OLD.purpose, 3, 350, 5))
    assert nothing() == ()
    assert Directory([]).contacted() == ()


@pytest.mark.anyio
async def test_a_connection_of_a_route_says_what_went_to_its_host() -> None:
    async with elsewhere(Sandbox()) as api:
        opened = Opened((), {"organisation": api})
        assert opened.hosts() == ()
        await OrganisationDirectory(api, ORGANISATION, now).ask([address(KNOWN.email)])
        [one] = opened.hosts()
        assert (one.origin, one.purpose) == (ORIGIN, "identity route organisation")
        assert one.requests > 0
        assert one.received_bytes > 0
        assert host_facts("else", api)[0].purpose == "else"


def test_hosts_that_an_earlier_command_asked_are_kept_with_its_answers(tmp_path: Path) -> None:
    vault = Vault(bytes(32))
    register = Register(hosts=(OLD,))
    register.save(tmp_path, vault)
    assert load_register(tmp_path, vault).hosts == (OLD,)


def test_several_identifiers_of_one_kind_that_lead_to_one_account_are_said() -> None:
    answers: dict[Personal, Resolution] = {
        TILDA: FOUND,
        Personal(SubjectKind.USERNAME, "kito"): FOUND,
        Personal(SubjectKind.USER_KEY, KEY): FOUND,
        Personal(SubjectKind.EMAIL, "a@acme-optics.se"): FOUND,
        Personal(SubjectKind.EMAIL, "b@acme-optics.se"): FOUND,
        Personal(SubjectKind.USERNAME, "nobody"): Unresolved(HeldReason.UNRESOLVED),
    }
    assert shared(provenance(answers, {}, SECRET)) == (
        "2 identifiers (username) lead to one account: k***, t***. Are they one person?",
    )
    assert shared(provenance({TILDA: FOUND}, {}, SECRET)) == ()
