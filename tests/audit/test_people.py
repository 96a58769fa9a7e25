"""Whose names a run looks for: the user list of the site, those who left, and what is said where there is no list."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from audit.auditing import Audit, Conditions
from audit.cli.common import guarded
from audit.cli.main import main
from audit.errors import NotAuthenticated
from audit.events import ignore
from audit.identity.ledger import Row
from audit.people import (
    CUT,
    MOST,
    OFF,
    UNREAD,
    Names,
    Told,
    joined,
    listed,
    nameless,
    told_nothing,
    unnamed,
    with_names,
)
from audit.run import RunStore
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import PEOPLE
from audit.sandbox.sandbox import Sandbox
from audit.sites.base import NotAssessed
from audit.titles import Titles
from audit.watch.kept import WatchedRun
from reports.language import language
from rules.checks.directory_name import RULE
from rules.context import NOTHING_KNOWN, Context
from rules.directory import LEFT, TABLED, Person
from rules.model import Kind, ObjectType, Part, Ref
from rules.scan import scan
from tests.audit.cloud import connected
from tests.audit.test_crawl import KEY, FakeSite, everything_in, page

ACTIVE = [person for person in PEOPLE if person.status == "active"]


@pytest.mark.anyio
async def test_the_people_of_a_site_are_its_active_ones_read_with_one_request() -> None:
    sandbox = Sandbox()
    async with connected(sandbox) as api:
        found = await listed(api)
    assert [account for account, _ in found.people] == [person.account_id for person in ACTIVE]
    assert [person.name for _, person in found.people] == [person.display_name for person in ACTIVE]
    assert (len(sandbox.log), found.missing) == (1, ())
    assert not any(person.display_name in repr(found) for person in ACTIVE)


@pytest.mark.anyio
async def test_a_list_that_is_refused_is_told_and_no_error() -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.STATUS, path="search/user", status=403, times=9))
    async with connected(sandbox) as api:
        context, missing = await Names(api)(NOTHING_KNOWN)
    assert context is NOTHING_KNOWN
    assert [row.object_class for row in missing] == [ObjectType.USER]
    assert missing[0].note.startswith(f"{UNREAD}: ")


@pytest.mark.anyio
async def test_names_that_are_not_looked_for_are_counted_in_the_coverage() -> None:
    german = language("de")
    rows = [Row(email="desk@acme-optics.se", name="Service Desk"), Row(email="kito@acme-optics.se", name="Kito")]
    async with connected(Sandbox()) as api:
        _, several = await Names(api, rows)(NOTHING_KNOWN)
        _, one = await Names(api, rows[:1])(NOTHING_KNOWN)
        _, none = await Names(api)(NOTHING_KNOWN)
    all_ = len(ACTIVE)
    assert [each.note for each in (*several, *one)] == [
        f"2 of {all_ + 2} names are of one word, of an office or a test: not looked for",
        f"1 of {all_ + 1} name is of one word, of an office or a test: not looked for",
    ]
    assert none == ()
    for note in (several[0].note, one[0].note, f"{CUT}; {one[0].note}", OFF, f"{UNREAD}: {'x'}"):
        assert german.known(note), note


@pytest.mark.anyio
async def test_credentials_that_do_not_count_end_the_run() -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.UNAUTHORIZED, path="search/user", times=9))
    async with connected(sandbox) as api:
        with pytest.raises(NotAuthenticated):
            await listed(api)


@pytest.mark.anyio
async def test_a_list_that_ends_at_its_limit_is_told() -> None:
    users = [{"user": {"type": "known", "accountId": f"acc{n}", "displayName": f"Vor Nach{n}"}} for n in range(MOST)]
    users += [
        {"user": {"type": "known", "displayName": "Former user", "accountId": "gone"}},
        {"user": {"type": "known"}},
    ]

    async def app(scope: object, receive: object, send: object) -> None:
        await httpx_answer(send, {"results": users, "size": len(users), "_links": {}})

    async with connected(Sandbox(), app=app) as api:
        found = await listed(api)
    assert len(found.people) == MOST
    assert [row.note for row in found.missing] == [CUT]


async def httpx_answer(send: object, body: object) -> None:
    assert callable(send)
    content = httpx.Response(200, json=body).content
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def test_a_table_adds_names_to_the_people_and_those_who_left() -> None:
    people = [("acc1", Person("Tilda Bergqvist")), ("acc2", Person("Jan Ost")), ("acc3", Person("Jan Ost"))]
    rows = [
        Row("tb7", email="tilda@acme.example", account_id="acc1", name="Tilda Sandell", second="tbergq"),
        Row("tb8", name="tilda bergqvist"),
        Row("jost", name="Jan Ost"),
        Row("leaver1", account_id="accX", name="Kofi Albrook"),
        Row("", user_key="k", name=""),
    ]
    assert list(joined(people, rows)) == [
        Person("Jan Ost", ("jost",), left=True),
        Person("Kofi Albrook", ("leaver1",), left=True),
        Person("", left=True),
        Person("Tilda Bergqvist", ("tb7", "tbergq", "tb8"), ("tilda@acme.example",), former=("Tilda Sandell",)),
        Person("Jan Ost"),
        Person("Jan Ost"),
    ]


def test_where_nobody_is_listed_nothing_tells_who_left() -> None:
    rows = [Row("ka", name="Kofi Albrook"), Row("tu", name="Test User"), Row("adm", name="Administrator"), Row("x")]
    found = list(joined((), rows))
    assert [(person.left, person.tabled) for person in found] == [(False, True)] * 4
    title = Part(Ref(ObjectType.FILE, "1"), "body", Kind.TEXT, b"Kofi Albrook")
    (seen,) = scan(title, [RULE], with_names(NOTHING_KNOWN, (), rows)).matches
    assert TABLED in seen.reason
    assert nameless(rows) == 2


def test_without_people_the_context_stays_as_it_is() -> None:
    assert with_names(NOTHING_KNOWN, (), ()) is NOTHING_KNOWN


async def audited(folder: Path, names: Told) -> RunStore:
    store = RunStore(folder / "run.db")
    title = page(1, b"<p>Tilda Bergqvist and Kofi Albrook</p>")
    site = FakeSite({"page/1": [(title,)]})
    conditions = Conditions("r", "https://acme.example", "basic", "1", {})
    await Audit(
        site,
        store,
        [RULE],
        KEY,
        conditions,
        lambda: datetime(2026, 3, 1, tzinfo=UTC),
        lambda _shown: None,
        ignore,
        NOTHING_KNOWN,
        names=names,
    ).run()
    return store


@pytest.mark.anyio
async def test_an_audit_finds_the_people_of_the_site_and_those_who_left(tmp_path: Path) -> None:
    async def told(context: Context) -> tuple[Context, tuple[()]]:
        return with_names(context, [("a", Person("Tilda Bergqvist"))], [Row(name="Kofi Albrook", username="ka")]), ()

    store = await audited(tmp_path, told)
    found = list(store.findings())
    assert [(one.rule, one.subject.mask) for one in found] == [("directory-name", "T***"), ("directory-name", "K***")]
    assert LEFT in found[1].reason
    assert b"Bergqvist" not in everything_in(tmp_path)


@pytest.mark.anyio
async def test_names_that_were_not_looked_for_are_not_assessed(tmp_path: Path) -> None:
    store = await audited(tmp_path, unnamed)
    assert [(row.object_class, row.note) for row in store.coverage({}) if row.object_class == "user"] == [("user", OFF)]
    assert list(store.findings()) == []
    assert await told_nothing(NOTHING_KNOWN) == (NOTHING_KNOWN, ())


def test_a_title_shows_nobody_of_the_directory() -> None:
    context = with_names(NOTHING_KNOWN, [("a", Person("Jörg Mühlbrecht", ("jmuehl",)))], ())
    titles = Titles(KEY, context)
    assert titles.masked("Handover of J. Mühlbrecht, jmuehl and Jörg Mühlbrecht") == "Handover of J***, J*** and J***"
    assert titles.masked("The jmuehl of Jörg Mühlbrecht") == "The jmuehl of J***"
    assert titles.masked("Nobody") == "Nobody"


def test_a_watched_run_says_what_was_not_looked_for_when_it_went_on(tmp_path: Path) -> None:
    with WatchedRun(tmp_path / "run.db") as store:
        for _ in range(2):
            store.unassessed([NotAssessed(ObjectType.USER, UNREAD)])
        assert [(row.object_class, row.assessed, row.note) for row in store.coverage({})] == [("user", False, UNREAD)]


def test_scan_looks_for_the_people_of_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, text = tmp_path / "users.csv", tmp_path / "note.txt"
    table.write_text("username,account_id,name\nkalbrook,712020:aaaaaaaa-0000-4000-8000-000000000001,Kofi Albrook\n")
    text.write_text("signed by K. Albrook\n")
    arguments = ["scan", str(text), "--known", str(table), "--rule", "directory-name"]
    assert guarded(lambda: main.main(arguments, standalone_mode=False)) == 1
    shown = capsys.readouterr().out
    assert "directory-name" in shown
    assert "Albrook" not in shown
