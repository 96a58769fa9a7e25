"""`app accounts report`: batches, cycles, what the answers lead to, and every way in which they can fail to come."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from audit.connect.accountstore import AccountStore, FileStore, Holding, Kept, Layout, open_store
from audit.connect.cycles import Cycle, Ledger, run
from audit.connect.reporting import BATCH, CYCLE, LONGEST, AccountReports, Stored, Told
from audit.errors import UsageError, WorkspaceError
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.grants import CLOSED_TEST_ACCOUNT
from tests.audit.connect.conftest import Become, LogIn
from tests.audit.connect.granting import Granting
from tests.audit.net import START
from tests.audit.shell import Shell

pytestmark = pytest.mark.anyio

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "app-vendors.md").read_text(encoding="utf-8")
PATH = "^/app/report-accounts/$"
READ = "2026-03-01T08:00:00Z"
LAYOUT = Layout("accountId", "updatedAt", ("name",))
KEY = b"k" * 32


def account(number: int) -> str:
    return f"712020:{number:08d}-0000-4000-8000-000000000001"


def rows(count: int, *more: str) -> list[dict[str, str]]:
    ids = [*map(account, range(count)), *more]
    return [{"accountId": each, "updatedAt": READ, "name": f"Somebody {each}"} for each in ids]


@dataclass
class Office:
    """A vendor with a store, a ledger and the sandbox at the other end, by a clock that only sleeping moves."""

    folder: Path
    kind: str = "service-account"
    kept: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.granting = Granting(self.folder)
        self.site = self.granting.sandbox
        self.path = self.folder / "people.json"
        self.store: AccountStore = FileStore(self.path, LAYOUT)
        self.ledger = self.ledger_of("service-account", str(self.path))

    def ledger_of(self, *store: str) -> Ledger:
        return Ledger(self.folder / "ledger.db", KEY, store)

    def holds(self, content: list[dict[str, str]]) -> None:
        self.path.write_text(json.dumps(content))

    def left(self) -> dict[str, str]:
        return {row["accountId"]: row["name"] for row in json.loads(self.path.read_text())}

    def keep(self, cycle: Cycle) -> None:
        self.kept.append(json.loads(cycle.encoded("https://gateway.example", self.kind, "tool")))

    async def cycle(self) -> Cycle:
        opener = self.granting.opener(self.granting.config(self.kind))
        config = self.granting.config(self.kind)
        async with await opener.beside(AccountReports, config.gateway, lambda: self.folder) as reports:
            return await run(self.store, self.ledger, reports, self.granting.time.now, self.keep)

    def answers(self) -> list[int]:
        return [entry.status for entry in self.site.log if entry.path == "/app/report-accounts/"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.mark.parametrize("kind", ["connect", "service-account"])
async def test_accounts_go_in_batches_of_ninety_and_the_answers_are_carried_out(tmp_path: Path, kind: str) -> None:
    office = Office(tmp_path, kind)
    office.holds(rows(200, CLOSED_TEST_ACCOUNT))
    office.site.state.grants.changed[account(7)] = START + timedelta(days=3650)
    cycle = await office.cycle()
    assert (cycle.complete, cycle.due, cycle.reported, cycle.stopped) == (True, 201, 201, "")
    assert [batch.accounts for batch in cycle.batches] == [BATCH, BATCH, 21]
    assert office.answers() == [200, 204, 204]
    left = office.left()
    assert CLOSED_TEST_ACCOUNT not in left
    assert len(left) == 200
    assert left[account(7)] is None
    assert left[account(8)] == f"Somebody {account(8)}"


async def test_an_account_is_not_reported_again_before_its_cycle_is_over(office: Office) -> None:
    office.holds(rows(3))
    assert (await office.cycle()).reported == 3
    office.holds(rows(5))
    assert (await office.cycle()).due == 2
    office.granting.time.seconds += CYCLE.total_seconds() + 1
    assert (await office.cycle()).due == 5
    assert office.ledger.cycle == CYCLE


@pytest.mark.parametrize(("told_s", "cycle"), [(3600, timedelta(hours=1)), (10**8, LONGEST), (0, CYCLE)])
async def test_the_cycle_that_an_answer_names_counts_from_then_on(
    office: Office, told_s: int, cycle: timedelta
) -> None:
    office.holds(rows(2))
    office.site.state.grants.cycle_s = told_s
    await office.cycle()
    assert office.ledger.cycle == cycle
    office.granting.time.seconds += cycle.total_seconds() - 2
    assert (await office.cycle()).due == 0
    office.granting.time.seconds += 4
    assert (await office.cycle()).due == 2


async def test_retry_after_is_waited_for(office: Office) -> None:
    office.holds(rows(2))
    office.site.faults.add(Fault(FaultKind.STATUS, "POST", PATH, status=429, headers=(("Retry-After", "37"),)))
    assert (await office.cycle()).complete
    assert office.answers() == [429, 204]
    assert sum(office.granting.time.slept) >= 37


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.STATUS, "POST", PATH, status=503),
        Fault(FaultKind.STATUS, "POST", PATH, status=500, body='{"errorType":"x","errorMessage":"y"}'),
        Fault(FaultKind.STATUS_AFTER, "POST", PATH, status=502),
    ],
    ids=["503", "500", "lost"],
)
async def test_a_report_whose_answer_is_lost_is_sent_again(office: Office, fault: Fault) -> None:
    office.holds(rows(2, CLOSED_TEST_ACCOUNT))
    office.site.faults.add(fault)
    cycle = await office.cycle()
    assert cycle.complete
    assert office.answers() == [fault.status, 200]
    assert len(cycle.batches[0].erased) == 1


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault(FaultKind.STATUS, "POST", PATH, nth=2, times=0, status=503), "503"),
        (Fault(FaultKind.STATUS, "POST", PATH, nth=2, times=0, status=400, body='{"errorMessage":"by Tilda"}'), "400"),
        (Fault(FaultKind.UNAUTHORIZED, "POST", PATH, nth=2, times=0), "401"),
        (Fault(FaultKind.REDIRECT, "POST", PATH, nth=2, times=0, link="https://elsewhere.example/"), "redirect"),
        (Fault(FaultKind.LOGIN_PAGE, "POST", PATH, nth=2, times=0), "web page"),
        (Fault(FaultKind.STATUS, "POST", PATH, nth=2, times=0, status=200, body='{"accounts":7}'), "shape"),
        (
            Fault(FaultKind.STATUS, "POST", PATH, nth=2, times=0, status=429, headers=(("Retry-After", "99999"),)),
            "come back later",
        ),
    ],
    ids=["503", "400", "401", "redirect", "page", "shape", "429"],
)
async def test_what_stops_a_cycle_is_said_and_the_next_one_goes_on_from_there(
    office: Office, fault: Fault, why: str
) -> None:
    office.holds(rows(100))
    office.site.faults.add(fault)
    cycle = await office.cycle()
    assert (cycle.complete, cycle.reported) == (False, BATCH)
    assert why in cycle.stopped
    assert "Tilda" not in cycle.stopped
    assert office.kept[-1]["stopped"] == cycle.stopped
    assert len(office.left()) == 100
    assert {entry.path for entry in office.site.log} == {"/oauth/token", "/app/report-accounts/"}
    office.site.faults.clear()
    assert (await office.cycle()).due == 10


@dataclass
class Says:
    """Somebody at the other end with one answer."""

    told: Told
    asked: list[Sequence[Stored]] = field(default_factory=list)

    async def report(self, batch: Sequence[Stored]) -> Told:
        self.asked.append(batch)
        return self.told


class Full:
    """A store on a disk that is full."""

    def held(self) -> Holding:
        return Holding((Stored(account(1), READ),))

    def carry_out(self, erase: frozenset[str], refresh: frozenset[str]) -> tuple[Kept, ...]:
        del erase, refresh
        raise UsageError(what="The store of the app cannot be used", where="people.json", fix="Make room.")


async def test_what_could_not_be_erased_is_asked_for_again(office: Office) -> None:
    says = Says(Told(frozenset({account(1)}), frozenset(), None))
    for _ in range(2):
        cycle = await run(Full(), office.ledger, says, office.granting.time.now, office.keep)
        assert (cycle.complete, cycle.reported, cycle.due) == (False, 0, 1)
        (batch,) = office.kept[-1]["batches"]
        assert (batch["carried_out"], len(batch["erased"])) == (False, 1)
    assert len(says.asked) == 2


async def test_a_stop_on_request_ends_between_two_batches(office: Office) -> None:
    office.holds(rows(100))
    says = Says(Told(frozenset(), frozenset(), None))
    cycle = await run(office.store, office.ledger, says, START.now, office.keep, lambda: bool(says.asked))
    assert (cycle.reported, cycle.stopped, len(says.asked)) == (BATCH, "on request", 1)


async def test_an_answer_about_others_changes_nothing(office: Office) -> None:
    office.holds(rows(2))
    body = json.dumps({"accounts": [{"accountId": account(9), "status": "closed"}]})
    office.site.faults.add(Fault(FaultKind.STATUS, "POST", PATH, status=200, body=body))
    cycle = await office.cycle()
    assert "names some that were not reported" in cycle.stopped
    assert len(office.left()) == 2


async def test_neither_ledger_nor_evidence_holds_an_account_id(office: Office) -> None:
    office.holds(rows(3, CLOSED_TEST_ACCOUNT))
    await office.cycle()
    written = json.dumps(office.kept).encode() + (office.folder / "ledger.db").read_bytes()
    for each in (CLOSED_TEST_ACCOUNT, account(1), "Somebody"):
        assert each.encode() not in written
    assert office.ledger.hashed(CLOSED_TEST_ACCOUNT).encode() in written
    assert office.kept[-1]["batches"][0]["erased"] == [office.ledger.hashed(CLOSED_TEST_ACCOUNT)]


async def test_what_left_the_store_leaves_the_ledger(office: Office) -> None:
    office.holds(rows(3))
    await office.cycle()
    office.holds(rows(1))
    await office.cycle()
    assert len(office.ledger.due([Stored(account(n), READ) for n in range(3)], START)) == 2


async def test_each_store_of_each_app_has_a_ledger_and_a_cycle_of_its_own(office: Office) -> None:
    held = [Stored(account(n), READ) for n in range(3)]
    names = [("app", "a.csv"), ("app", "b.csv"), ("other", "a.csv"), ("app", "b.csv", "table")]
    for number, name in enumerate(names, start=1):
        ledger = office.ledger_of(*name)
        assert len(ledger.due(held, START)) == 3
        ledger.note(held, timedelta(hours=number), START)
        ledger.forget(held)
    for number, name in enumerate(names, start=1):
        assert (office.ledger_of(*name).due(held, START), office.ledger_of(*name).cycle) == (
            (),
            timedelta(hours=number),
        )
    office.ledger_of(*names[0]).forget([])
    assert [len(office.ledger_of(*name).due(held, START)) for name in names] == [3, 0, 0, 0]


async def test_a_row_that_a_table_holds_fast_is_told_and_the_rest_of_all_batches_is_done(office: Office) -> None:
    path = office.folder / "people.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE people (accountId TEXT, updatedAt TEXT, name TEXT CHECK (name <> ''))")
        database.executemany(
            "INSERT INTO people VALUES (:accountId, :updatedAt, :name)", rows(100, CLOSED_TEST_ACCOUNT)
        )
        database.execute(f"CREATE TRIGGER t BEFORE UPDATE ON people WHEN old.accountId = '{account(1)}'"
                         " BEGIN SELECT RAISE(ABORT, 'no'); END")  # fmt: skip
    office.store = open_store(path, Layout("accountId", "updatedAt", ("name",), "people"))
    for number in (1, 95):
        office.site.state.grants.changed[account(number)] = START + timedelta(days=3650)
    cycle = await office.cycle()
    assert (cycle.complete, cycle.due, cycle.reported, cycle.stopped) == (False, 101, 100, "")
    assert cycle.kept == ["row 2: SQLite refused (SQLITE_CONSTRAINT_TRIGGER)"]
    assert sum(len(batch["kept"]) for batch in office.kept[-1]["batches"]) == 1
    with closing(sqlite3.connect(path)) as database:
        left = dict(database.execute("SELECT accountId, name FROM people").fetchall())
        database.execute("DROP TRIGGER t")
    assert CLOSED_TEST_ACCOUNT not in left
    assert (left[account(95)], left[account(1)]) == (None, f"Somebody {account(1)}")
    again = await office.cycle()
    assert (again.complete, again.due) == (True, 1)


def test_a_ledger_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"something else, and long enough to be no database" * 40)
    with pytest.raises(WorkspaceError, match="ledger of reported accounts"):
        Ledger(tmp_path / "ledger.db", KEY, ())


WORDS = ("app", "accounts", "report", "--store", "people.json", "--personal", "name")


def test_the_command_reports_erases_and_keeps_the_evidence(shell: Shell, as_app: Become) -> None:
    as_app("service-account")
    people = shell.folder / "people.json"
    people.write_text(json.dumps(rows(2, CLOSED_TEST_ACCOUNT)))
    before = people.read_bytes()
    assert shell.run(*WORDS, "--dry-run") == 0
    assert shell.out.startswith("3 accounts, 3 due; requests: 1.")
    assert (people.read_bytes(), len(shell.sandbox.log)) == (before, 0)
    assert shell.run(*WORDS) == 0
    assert shell.out.startswith("3 accounts, 3 due, 3 reported; 1 erased, 0 emptied")
    (evidence,) = (shell.folder / "ws" / "app-accounts").glob("cycle-*.json")
    assert json.loads(evidence.read_text())["complete"] is True
    assert (evidence.stat().st_mode & 0o777, str(evidence) in shell.err) == (0o600, True)
    assert shell.run(*WORDS) == 0
    assert shell.out.startswith("2 accounts, 0 due, 0 reported")
    assert [entry.path for entry in shell.sandbox.log].count("/app/report-accounts/") == 1


def test_two_stores_with_the_same_account_and_another_app_are_each_reported(shell: Shell, as_app: Become) -> None:
    as_app("service-account")
    for name in ("people.json", "older.json"):
        (shell.folder / name).write_text(json.dumps(rows(2, CLOSED_TEST_ACCOUNT)))
    older = (*WORDS[:4], "older.json", *WORDS[5:])
    for words in (WORDS, older):
        assert shell.run(*words) == 0
        assert shell.out.startswith("3 accounts, 3 due, 3 reported; 1 erased")
    for words in (WORDS, older):
        assert shell.run(*words) == 0
        assert shell.out.startswith("2 accounts, 0 due, 0 reported")
    as_app("connect")
    assert shell.run(*WORDS, "--dry-run") == 0
    assert shell.out.startswith("2 accounts, 2 due")


def test_rows_that_nobody_is_told_about_are_said(shell: Shell, as_app: Become) -> None:
    as_app("service-account")
    (shell.folder / "people.json").write_text(json.dumps(rows(2, "")))
    assert shell.run(*WORDS) == 0
    assert "1 rows hold personal data and no account id" in shell.err
    (shell.folder / "people.json").write_text(json.dumps(rows(2, "", "qm:1234:abc_def")))
    assert shell.run(*WORDS) == 3
    assert "left out, because their account id is none: row 4." in shell.err
    assert "abc_def" not in shell.err


def test_a_person_who_let_an_app_act_may_report_too(shell: Shell, as_app: Become, log_in: LogIn) -> None:
    as_app("oauth")
    log_in()
    assert shell.run("login") == 0, shell.err
    (shell.folder / "people.json").write_text(json.dumps(rows(2)))
    assert shell.run(*WORDS) == 0, shell.err


def test_a_cycle_that_stops_ends_with_3_and_says_how_it_goes_on(shell: Shell, as_app: Become) -> None:
    as_app("connect")
    (shell.folder / "people.json").write_text(json.dumps(rows(2)))
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, "POST", PATH, times=0, status=400))
    assert shell.run(*WORDS) == 3
    assert "The same command goes on from there." in shell.err


def test_credentials_of_a_person_name_no_app(shell: Shell) -> None:
    (shell.folder / "people.json").write_text(json.dumps(rows(2)))
    code, said = shell.fails(*WORDS)
    assert code == 2
    assert "name no app" in said
    assert not shell.sandbox.log


def test_every_command_about_accounts_runs_as_the_page_writes_it(shell: Shell, as_app: Become) -> None:
    as_app("service-account")
    (shell.folder / "people.csv").write_text(f"accountId,updatedAt,displayName,email\n{account(1)},{READ},Ann,\n")
    lines = [
        line
        for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
        for line in block.splitlines()
        if " app accounts " in line
    ]
    assert len(lines) >= 2
    for line in lines:
        assert shell.run(*shlex.split(line)[1:]) == 0, f"{line}\n{shell.err}"
