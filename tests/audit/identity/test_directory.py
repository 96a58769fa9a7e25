"""All routes together: trust, witnesses that disagree, ways from one identifier to another, states, and the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from audit.errors import WorkspaceError
from audit.identity.directory import Directory
from audit.identity.ledger import Ledger, Row
from audit.identity.policy import DEFAULTS, Condition, Treatment
from audit.identity.provenance import provenance
from audit.identity.register import FILE, Register, load_register
from audit.identity.route import Ambiguous, Answer, Heard, Identifier, Resolved, Unknown, folded
from audit.identity.states import AccountFacts, States
from audit.vault import Vault
from rules.accounts import misplaced
from rules.model import Account, AccountState, Confidence, HeldReason, Personal, SubjectKind, Unresolved

pytestmark = pytest.mark.anyio

TILDA_ID = "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"
OLA_ID = "5f00000000000000000000b2"
KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
TILDA = Personal(SubjectKind.USERNAME, "tbergmann")
TILDA_KEY = Personal(SubjectKind.USER_KEY, KEY)
EVERY = frozenset({SubjectKind.USERNAME, SubjectKind.USER_KEY, SubjectKind.EMAIL})


ASKED_NOBODY = {**DEFAULTS, Condition.UNASKED: Treatment.MAP}


def resolving(ledgers: Sequence[Ledger], routes: Sequence[Any] = (), **more: Any) -> Directory:
    """Return a directory whose policy does not mind that nobody tells the states of accounts."""
    return Directory(ledgers, routes, **{"policy": ASKED_NOBODY, **more})


class Site:
    """A route that answers from a table and remembers what it was asked."""

    def __init__(
        self,
        name: str,
        answers: Mapping[str, str] | None = None,
        *,
        aliases: Mapping[str, Identifier] | None = None,
        unavailable: str = "",
        lasting: bool = False,
        kinds: frozenset[SubjectKind] = EVERY,
    ) -> None:
        self.name, self.kinds = name, kinds
        self.table, self.leads = answers or {}, aliases or {}
        self.unavailable, self.lasting = unavailable, lasting
        self.asked: list[str] = []

    async def ask(self, identifiers: Sequence[Identifier]) -> Heard:
        self.asked += [one.value for one in identifiers]
        answers: dict[Identifier, Answer] = {}
        for one in identifiers:
            account = self.table.get(one.value)
            answers[one] = Resolved(account, self.name, "then") if account else Unknown(f"not known to {self.name}")
        aliases = {one: (self.leads[one.value],) for one in identifiers if one.value in self.leads}
        return Heard(answers, aliases, self.unavailable, self.lasting)


def csv(*rows: Row) -> Ledger:
    return Ledger("csv", rows, "now")


def backup(*rows: Row) -> Ledger:
    return Ledger("backup", rows, "now")


def reason(found: Account | Unresolved) -> HeldReason | None:
    return found.reason if isinstance(found, Unresolved) else None


def states(**facts: AccountFacts) -> States:
    return States({{"tilda": TILDA_ID, "ola": OLA_ID}[name]: one for name, one in facts.items()})


def test_the_most_trusted_route_names_the_account_and_others_bear_witness() -> None:
    directory = resolving([csv(Row("tbergmann", account_id=TILDA_ID)), backup(Row("TBergmann", account_id=TILDA_ID))])
    found = directory(TILDA)
    assert found == Account(TILDA_ID, "csv", witnessed_at="now", witnesses=("backup",))


def test_routes_that_disagree_decide_nothing() -> None:
    directory = resolving([csv(Row("tbergmann", account_id=TILDA_ID)), backup(Row("tbergmann", account_id=OLA_ID))])
    found = directory(TILDA)
    assert found == Unresolved(HeldReason.AMBIGUOUS, "csv and backup name different accounts for it")


def test_one_route_that_names_two_accounts_is_not_overruled() -> None:
    two = backup(Row("tbergmann", account_id=TILDA_ID), Row("tbergmann", account_id=OLA_ID))
    assert reason(resolving([csv(Row("tbergmann", account_id=TILDA_ID)), two])(TILDA)) is HeldReason.AMBIGUOUS


def test_a_backup_of_the_old_site_leads_from_the_key_to_the_row_of_the_name() -> None:
    directory = resolving([csv(Row("tbergmann", account_id=TILDA_ID)), backup(Row("tbergmann", KEY))])
    found = directory(TILDA_KEY)
    assert found == Account(TILDA_ID, "backup > csv", witnessed_at="now", confidence=Confidence.MEDIUM)


def test_a_username_that_is_an_address_is_looked_for_among_the_addresses() -> None:
    directory = resolving([csv(Row(email="t@acme-optics.se", account_id=TILDA_ID))])
    found = directory(Personal(SubjectKind.USERNAME, "T@acme-optics.se"))
    assert isinstance(found, Account)
    assert (found.account_id, found.route) == (TILDA_ID, "csv")


@pytest.mark.parametrize("word", ["anonymous", "Unknown"])
async def test_anonymous_is_nobody(word: str) -> None:
    site = Site("jira", {word.lower(): TILDA_ID})
    directory = resolving([], [site])
    value = Personal(SubjectKind.USERNAME, word)
    assert not await directory.learn([value])
    assert reason(directory(value)) is HeldReason.UNRESOLVED
    assert site.asked == []
    named = resolving([csv(Row(word, account_id=TILDA_ID))])
    assert isinstance(named(value), Account)


def test_a_display_name_is_resolved_by_no_route() -> None:
    directory = resolving([csv(Row("Tilda", account_id=TILDA_ID))])
    assert reason(directory(Personal(SubjectKind.DISPLAY_NAME, "Tilda"))) is HeldReason.UNRESOLVED


async def test_sites_are_asked_about_whom_the_files_leave_open_and_with_witness_about_everybody() -> None:
    people = [TILDA, Personal(SubjectKind.USERNAME, "OLindqvist")]
    for witness, expected in ((False, ["olindqvist"]), (True, ["olindqvist", "tbergmann"])):
        jira = Site("jira", {"olindqvist": OLA_ID, "tbergmann": TILDA_ID})
        directory = resolving([csv(Row("tbergmann", account_id=TILDA_ID))], [jira], witness=witness)
        assert await directory.learn(people)
        assert sorted(jira.asked) == expected
        found = directory(TILDA)
        assert isinstance(found, Account)
        assert found.witnesses == (("jira",) if witness else ())
        assert directory(people[1]) == Account(OLA_ID, "jira", witnessed_at="then")


async def test_a_cheap_witness_is_asked_about_whom_the_files_know_and_one_wrong_row_decides_nothing() -> None:
    jira, conversion = Site("jira", {"tbergmann": OLA_ID}), Site("conversion")
    wrong = csv(Row("tbergmann", account_id=TILDA_ID))
    directory = resolving([wrong], [jira, conversion], witnesses=["jira"])
    assert isinstance(directory(TILDA), Account)
    assert await directory.learn([TILDA])
    assert directory(TILDA) == Unresolved(HeldReason.AMBIGUOUS, "csv and jira name different accounts for it")
    assert (jira.asked, conversion.asked) == (["tbergmann"], [])


async def test_every_site_is_a_witness_of_the_others() -> None:
    jira, conversion = Site("jira", {"tbergmann": TILDA_ID}), Site("conversion", {"tbergmann": OLA_ID})
    directory = resolving([], [jira, conversion])
    await directory.learn([TILDA])
    found = directory(TILDA)
    assert found == Unresolved(HeldReason.AMBIGUOUS, "jira and conversion name different accounts for it")


async def test_the_old_site_leads_from_a_key_to_an_address_that_the_organisation_knows() -> None:
    address = folded(SubjectKind.EMAIL, "t@acme-optics.se")
    old = Site("data-center", aliases={KEY: address}, kinds=frozenset({SubjectKind.USER_KEY}))
    organisation = Site("organisation", {"t@acme-optics.se": TILDA_ID}, kinds=frozenset({SubjectKind.EMAIL}))
    for order in ([old, organisation], [organisation, old]):
        directory = resolving([], order)
        assert await directory.learn([TILDA_KEY])
        found = directory(TILDA_KEY)
        assert isinstance(found, Account)
        assert (found.account_id, found.route) == (TILDA_ID, "data-center > organisation")
        assert found.confidence is Confidence.MEDIUM


async def test_nobody_is_asked_about_twice_nor_about_what_is_surely_an_account() -> None:
    jira = Site("jira")
    directory = resolving([], [jira])
    for _ in range(2):
        await directory.learn(
            [TILDA, Personal(SubjectKind.USERNAME, " TBERGMANN"), Personal(SubjectKind.USERNAME, OLA_ID)]
        )
    assert jira.asked == ["tbergmann"]


async def test_a_route_that_is_not_there_is_said_and_not_asked_again() -> None:
    gone, jira = Site("confluence", unavailable="gone", lasting=True), Site("jira", {"tbergmann": TILDA_ID})
    directory = resolving([], [gone, jira])
    await directory.learn([TILDA])
    await directory.learn([Personal(SubjectKind.USERNAME, "kito")])
    assert gone.asked == ["tbergmann"]
    facts = {one.name: one for one in directory.route_facts()}
    assert facts["confluence"].unavailable == "gone"
    assert (facts["jira"].resolved, facts["jira"].asked, facts["jira"].unavailable) == (1, 2, "")
    assert isinstance(directory(TILDA), Account)


# States


ACTIVE = AccountFacts(AccountState.ACTIVE, "atlassian")


async def judged(facts: AccountFacts, policy: Mapping[Condition, Treatment] = DEFAULTS) -> Account | Unresolved:
    async def ask(accounts: Sequence[str]) -> States:
        assert list(accounts) == [TILDA_ID]
        return states(tilda=facts)

    directory = resolving([csv(Row("tbergmann", account_id=TILDA_ID))], states=ask, policy=policy)
    before = directory(TILDA)
    changed = await directory.learn([TILDA])
    found = directory(TILDA)
    assert changed == (type(found) is not type(before))
    return found


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (ACTIVE, None),
        (AccountFacts(AccountState.INACTIVE, "atlassian"), None),
        (AccountFacts(AccountState.CLOSED), None),
        (AccountFacts(AccountState.UNKNOWN), None),
        (AccountFacts(AccountState.ACTIVE, "app"), None),
        (AccountFacts(AccountState.ABSENT), HeldReason.UNRESOLVED),
        (AccountFacts(AccountState.ACTIVE, "customer"), HeldReason.POLICY),
    ],
)
async def test_without_a_policy_only_absent_accounts_and_customers_are_held(
    facts: AccountFacts, expected: HeldReason | None
) -> None:
    found = await judged(facts)
    assert reason(found) is expected
    if isinstance(found, Account):
        assert found.state is facts.state


async def test_the_policy_decides_about_each_state() -> None:
    closed = AccountFacts(AccountState.CLOSED)
    held = await judged(closed, {**DEFAULTS, Condition.CLOSED: Treatment.HOLD})
    assert held == Unresolved(HeldReason.ACCOUNT_CLOSED, "its account is closed, and the policy holds it")
    named = await judged(closed, {**DEFAULTS, Condition.CLOSED: Treatment.NAME})
    assert isinstance(named, Unresolved)
    assert named.reason is HeldReason.ACCOUNT_CLOSED
    assert "plain name" in named.detail
    app = AccountFacts(AccountState.ACTIVE, "app")
    assert reason(await judged(app, {**DEFAULTS, Condition.APP: Treatment.HOLD})) is HeldReason.POLICY
    absent = AccountFacts(AccountState.ABSENT)
    assert isinstance(await judged(absent, {**DEFAULTS, Condition.ABSENT: Treatment.MAP}), Account)


async def test_states_that_cannot_be_asked_hold_everybody_and_are_said() -> None:
    async def ask(_: Sequence[str]) -> States:
        return States(unavailable="404")

    directory = Directory([csv(Row("tbergmann", account_id=TILDA_ID))], states=ask)
    assert isinstance(directory(TILDA), Account)
    assert await directory.learn([TILDA])
    found = directory(TILDA)
    assert reason(found) is HeldReason.UNRESOLVED
    assert "not known (404)" in getattr(found, "detail", "")
    assert directory.states_unavailable == "404"


@pytest.mark.parametrize("asked", [True, False])
async def test_states_that_nobody_told_hold_unless_the_configuration_says_map(*, asked: bool) -> None:
    async def ask(_: Sequence[str]) -> States:
        return States(unavailable="404")

    for policy, expected in ((DEFAULTS, HeldReason.UNRESOLVED), (ASKED_NOBODY, None)):
        table = csv(Row("tbergmann", account_id=TILDA_ID))
        directory = Directory([table], states=ask if asked else None, policy=policy)
        await directory.learn([TILDA])
        assert reason(directory(TILDA)) is expected


@pytest.mark.parametrize(
    ("facts", "treatment", "expected"),
    [
        (ACTIVE, Treatment.MAP, None),
        (AccountFacts(AccountState.CLOSED), Treatment.HOLD, HeldReason.ACCOUNT_CLOSED),
        (AccountFacts(AccountState.CLOSED), Treatment.NAME, HeldReason.ACCOUNT_CLOSED),
        (AccountFacts(AccountState.ABSENT), Treatment.HOLD, HeldReason.UNRESOLVED),
        (None, Treatment.HOLD, HeldReason.UNRESOLVED),
        (None, Treatment.MAP, None),
    ],
)
async def test_an_account_id_as_written_is_asked_of_no_route_but_its_state_with_the_others(
    facts: AccountFacts | None, treatment: Treatment, expected: HeldReason | None
) -> None:
    asked: list[list[str]] = []

    async def ask(accounts: Sequence[str]) -> States:
        asked.append(list(accounts))
        return States({OLA_ID: ACTIVE}, "404") if facts is None else states(tilda=facts, ola=ACTIVE)

    condition = Condition.UNASKED if facts is None else facts.condition
    jira, ola = Site("jira"), Personal(SubjectKind.USERNAME, "olindqvist")
    table = csv(Row("olindqvist", account_id=OLA_ID))
    directory = Directory([table], [jira], states=ask, policy={**DEFAULTS, condition: treatment})
    written = Personal(SubjectKind.USERNAME, TILDA_ID)
    assert misplaced(TILDA_ID, directory) == Account(TILDA_ID, "as written")
    assert await directory.learn([written, ola]) is (expected is not None)
    assert (asked, jira.asked) == ([[OLA_ID, TILDA_ID]], [])
    found = misplaced(TILDA_ID, directory)
    assert reason(found) is expected
    [row] = provenance({written: directory(written)}, {}, bytes(32))
    assert (row.subject.kind, row.reason) == (SubjectKind.ACCOUNT_ID, expected)
    if isinstance(found, Account):
        assert (found.route, found.state) == ("as written", facts.state if facts else AccountState.UNKNOWN)


@pytest.mark.parametrize(
    ("given", "told", "expected"),
    [
        ("t@acme-optics.se", "T@acme-optics.se ", None),
        ("t@acme-optics.se", "o@acme-optics.se", HeldReason.AMBIGUOUS),
        ("t@acme-optics.se", "", None),
        ("", "o@acme-optics.se", None),
    ],
)
async def test_a_row_whose_address_is_not_that_of_its_account_decides_nothing(
    given: str, told: str, expected: HeldReason | None
) -> None:
    async def ask(_: Sequence[str]) -> States:
        return states(tilda=AccountFacts(AccountState.ACTIVE, "atlassian", email=told))

    row = Row("tbergmann", KEY, given, account_id=TILDA_ID)
    for value in (TILDA, TILDA_KEY):
        directory = Directory([csv(row)], states=ask)
        assert await directory.learn([value]) is (expected is not None)
        found = directory(value)
        assert reason(found) is expected
        assert "acme" not in repr(found)
        old = Directory([backup(row)], states=ask)
        await old.learn([value])
        assert isinstance(old(value), Account)


# The register


async def test_what_sites_said_is_kept_sealed_and_not_asked_again_in_the_run(tmp_path: Path) -> None:
    vault = Vault(bytes(32))
    address = folded(SubjectKind.EMAIL, "t@acme-optics.se")
    first = resolving(
        [],
        [
            Site("confluence", unavailable="gone", lasting=True),
            Site("data-center", aliases={KEY: address}, kinds=frozenset({SubjectKind.USER_KEY})),
            Site("jira", {"tbergmann": TILDA_ID, "t@acme-optics.se": TILDA_ID}),
        ],
    )
    first.register.note("jira", Heard({folded(SubjectKind.USERNAME, "kito"): Ambiguous("two of them")}))
    await first.learn([TILDA, TILDA_KEY, Personal(SubjectKind.USERNAME, "mrossi")])
    first.register.save(tmp_path, vault)
    data = (tmp_path / FILE).read_bytes()
    assert not any(value in data for value in (b"tbergmann", b"acme-optics", TILDA_ID.encode(), KEY.encode()))
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert "bergmann" not in repr(first.register)

    gone, jira = Site("confluence"), Site("jira")
    again = resolving([], [gone, Site("data-center"), jira], register=load_register(tmp_path, vault))
    await again.learn(
        [TILDA, TILDA_KEY, Personal(SubjectKind.USERNAME, "mrossi"), Personal(SubjectKind.USERNAME, "kito")]
    )
    assert gone.asked == []
    assert jira.asked == [KEY, "mrossi"]
    assert again(TILDA) == first(TILDA)
    assert again(TILDA_KEY) == first(TILDA_KEY)
    assert reason(again(Personal(SubjectKind.USERNAME, "kito"))) is HeldReason.AMBIGUOUS
    assert folded(SubjectKind.USERNAME, "tbergmann") in set(again.identifiers())


def test_a_register_of_another_run_or_version_is_refused(tmp_path: Path) -> None:
    vault = Vault(bytes(32))
    assert load_register(tmp_path, vault) == Register()
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    Register().save(tmp_path / "a", vault)
    (tmp_path / "b" / FILE).write_bytes((tmp_path / "a" / FILE).read_bytes())
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        load_register(tmp_path / "b", vault)
    (tmp_path / "a" / FILE).write_bytes(vault.seal(b"{}", "identities/a"))
    with pytest.raises(WorkspaceError, match="register of identities"):
        load_register(tmp_path / "a", vault)


async def test_what_a_route_said_that_is_configured_no_more_leads_nowhere() -> None:
    kept = Register()
    one = folded(SubjectKind.USER_KEY, KEY)
    kept.note("data-center", Heard(aliases={one: (folded(SubjectKind.USERNAME, "tbergmann"),)}))
    table = csv(Row("tbergmann", account_id=TILDA_ID))
    now = resolving([table], [Site("data-center")], register=kept)
    assert isinstance(now(TILDA_KEY), Account)
    later = resolving([table], register=kept)
    assert reason(later(TILDA_KEY)) is HeldReason.UNRESOLVED
