"""People whom the policy wants to be named: where the name comes from, whom it stands for, and where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from audit.identity.directory import Directory
from audit.identity.ledger import Ledger, Row
from audit.identity.policy import DEFAULTS, Condition, Treatment
from audit.identity.provenance import provenance
from audit.identity.register import FILE, Register, load_register
from audit.identity.route import Heard, Identifier, Resolved
from audit.identity.states import AccountFacts, States
from audit.vault import Vault
from rules.model import AccountState, HeldReason, Named, Personal, Resolution, SubjectKind, Unresolved
from tests.audit.identity.asking import AT, KEY, TILDA_ID, user_key, username

pytestmark = pytest.mark.anyio

TILDA = Personal(SubjectKind.USERNAME, "tbergmann")
POLICY = {**DEFAULTS, Condition.CLOSED: Treatment.NAME, Condition.ABSENT: Treatment.NAME}
POLICY[Condition.INACTIVE] = Treatment.NAME
CLOSED = AccountFacts(AccountState.CLOSED)
WANTED = "its account is closed, and the policy wants the plain name"


class OldSite:
    """A route that names the account and the person behind a user key or a username."""

    name = "old"
    kinds = frozenset({SubjectKind.USERNAME, SubjectKind.USER_KEY})

    def __init__(self, names: Mapping[Identifier, str]) -> None:
        self.names = names
        self.asked = 0

    async def ask(self, identifiers: Sequence[Identifier]) -> Heard:
        self.asked += len(identifiers)
        return Heard({one: Resolved(TILDA_ID, self.name, AT) for one in identifiers}, names=self.names)


def csv(*rows: Row) -> Ledger:
    return Ledger("csv", rows, AT)


async def learnt(directory: Directory, value: Personal = TILDA) -> Resolution:
    await directory.learn([value])
    return directory(value)


def with_states(facts: AccountFacts, *ledgers: Ledger, register: Register | None = None) -> Directory:
    async def ask(accounts: Sequence[str]) -> States:
        return States(dict.fromkeys(accounts, facts))

    return Directory(ledgers, states=ask, policy=POLICY, register=register)


def name_in(found: Resolution) -> str:
    return found.name.reveal() if isinstance(found, Named) else ""


@pytest.mark.parametrize(
    ("facts", "reason", "word"),
    [
        (CLOSED, HeldReason.ACCOUNT_CLOSED, "closed"),
        (AccountFacts(AccountState.ABSENT), HeldReason.UNRESOLVED, "absent"),
        (AccountFacts(AccountState.INACTIVE), HeldReason.POLICY, "inactive"),
    ],
)
async def test_the_policy_names_a_person_by_the_table(facts: AccountFacts, reason: HeldReason, word: str) -> None:
    table = csv(Row("tbergmann", account_id=TILDA_ID, name=" Tilda  Bergmann "))
    directory = with_states(facts, table)
    assert await directory.learn([TILDA]), "a rewrite depends on it"
    found = directory(TILDA)
    assert isinstance(found, Named)
    assert (name_in(found), found.account_id, found.reason) == ("Tilda Bergmann", TILDA_ID, reason)
    assert word in found.detail
    assert "Bergmann" not in repr(found) + found.detail


@pytest.mark.parametrize("name", ["", "TBergmann", "t@acme-optics.se", "{{name}}", "123"])
async def test_without_a_name_that_a_text_can_show_the_person_is_held(name: str) -> None:
    row = Row("tbergmann", email="t@acme-optics.se", account_id=TILDA_ID, name=name)
    found = await learnt(with_states(CLOSED, csv(row)))
    detail = f"{WANTED}, which is not known: a column `name` of the mapping tells it"
    assert found == Unresolved(HeldReason.ACCOUNT_CLOSED, detail)


async def test_the_most_trusted_source_that_has_a_name_names_the_person() -> None:
    facts = AccountFacts(AccountState.INACTIVE, name="From The Site")
    bare = csv(Row("tbergmann", account_id=TILDA_ID))
    assert name_in(await learnt(with_states(facts, bare))) == "From The Site"
    register = Register(names={"data-center": {username("tbergmann"): "From The Old Site"}})
    assert name_in(await learnt(with_states(facts, bare, register=register))) == "From The Old Site"
    table = csv(Row("tbergmann", account_id=TILDA_ID, name="From The Table"))
    directory = with_states(facts, bare, table, register=register)
    assert name_in(await learnt(directory)) == directory.name_of(username("tbergmann")) == "From The Table"


async def test_a_name_may_be_known_by_another_identifier_of_the_person() -> None:
    people = csv(Row("tbergmann", KEY, account_id=TILDA_ID))
    register = Register(names={"data-center": {username("tbergmann"): "Tilda Bergmann"}})
    directory = with_states(CLOSED, people, register=register)
    assert name_in(await learnt(directory, Personal(SubjectKind.USER_KEY, KEY))) == "Tilda Bergmann"


async def test_names_that_sites_told_are_kept_sealed_with_what_else_they_said(tmp_path: Path) -> None:
    vault = Vault(bytes(32))

    async def closed(accounts: Sequence[str]) -> States:
        return States(dict.fromkeys(accounts, CLOSED))

    old = OldSite({username("tbergmann"): "Tilda Bergmann", user_key(KEY): " "})
    first = Directory([], [old], states=closed, policy=POLICY)
    found = await learnt(first)
    first.register.save(tmp_path, vault)
    assert b"Bergmann" not in (tmp_path / FILE).read_bytes()
    assert "Bergmann" not in repr(first.register)
    register = load_register(tmp_path, vault)
    assert register.names == {"old": {username("tbergmann"): "Tilda Bergmann"}}
    again = Directory([], [old], states=closed, policy=POLICY, register=register)
    assert await learnt(again) == found
    assert name_in(found) == "Tilda Bergmann"
    assert old.asked == 1


def test_a_plan_counts_whom_it_names_among_those_without_an_account() -> None:
    name = Personal(SubjectKind.DISPLAY_NAME, "Tilda Bergmann")
    found = Named(HeldReason.UNRESOLVED, "named", name=name, account_id=TILDA_ID)
    for value in (TILDA, Personal(SubjectKind.USERNAME, "5d41402abc4b2a76b9719d91")):
        [row] = provenance({value: found}, {}, bytes(32))
        assert (row.account, row.reason, row.detail) == (None, HeldReason.UNRESOLVED, "named")
