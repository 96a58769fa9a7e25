"""Words taken out of old versions by the site: where it has redaction, and what happens where it has none."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from audit.canonical import keyed_hash
from audit.cleaning import Redactor
from audit.deletion import Deletion, Doomed, delete_versions, in_doubt
from audit.journal import Journal
from audit.plan_file import Plan
from audit.records import Entry, Op, Purpose, State
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Kind, Revision
from audit.sites.cloud.history import CloudPast
from audit.sites.cloud.target import CloudTarget
from audit.write import at_once
from rules.model import ObjectType, Personal, Ref, SubjectKind
from rules.registry import load
from tests.audit.cloud import KEY, ORIGIN, connected, no_sleep

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PLAN = Plan(2, "P-0f3c9a5be214", ORIGIN, "run", "", "1", "", "", {}, (), (), {}, digest="d" * 64)
RULES = load()
ADDRESS = "tilda@acme-optics.se"
PEOPLE = frozenset({Personal(SubjectKind.EMAIL, ADDRESS).pseudonym(KEY)})
WORDS = f"<p>ask {ADDRESS} or ola@acme-optics.se</p>"
TEXTS = (WORDS, "<p>nobody</p>", f'<p><a href="mailto:{ADDRESS}">ask</a></p>', WORDS, "<p>present</p>")


@pytest.fixture
def sandbox() -> Sandbox:
    made = Sandbox(keep_bodies=True)
    made.state.guard_premium = True
    page = made.state.contents[made.find("Lens design rules")]
    first = page.revisions[0]
    revisions = [
        Revision(n, first.author, f"2026-01-0{n}T08:00:00.000Z", first.title, text) for n, text in enumerate(TEXTS, 1)
    ]
    made.state.put(replace(page, revisions=tuple(revisions), status="current"))
    return made


def ref(sandbox: Sandbox) -> Ref:
    return Ref(ObjectType.PAGE, sandbox.find("Lens design rules"), len(TEXTS), "ENG")


def texts(sandbox: Sandbox) -> list[str]:
    return [one.body for one in sandbox.state.contents[ref(sandbox).id].revisions]


async def chosen(sandbox: Sandbox, *numbers: int, of: Ref | None = None) -> list[Doomed]:
    at = of or ref(sandbox)
    async with connected(sandbox) as api:
        found = [one async for one in CloudPast(api).versions(at, bodies=True) if one.number in numbers]
    return [Doomed(at, one.number, one.identity(KEY), keyed_hash(KEY, one.data or b"")) for one in found]


async def clean(sandbox: Sandbox, folder: Path, *versions: Doomed) -> Deletion:
    journal = Journal.open(folder / "journal.db", lambda: NOW)
    people = {(one.ref.type, one.ref.id): PEOPLE for one in versions}
    try:
        async with connected(sandbox) as api:
            return await delete_versions(
                PLAN,
                versions,
                CloudPast(api),
                CloudTarget(api, ORIGIN),
                journal,
                key=KEY,
                lock=nullcontext(),
                sleep=no_sleep,
                turn=at_once,
                stopping=lambda: "",
                worker=partial(Redactor, rules=RULES, people=people),
            )
    finally:
        journal.close()


def fates(done: Deletion) -> list[str]:
    return [one.fate.value for one in done.versions]


def asked(sandbox: Sandbox) -> int:
    return sum(one.path.endswith("/redact") for one in sandbox.log)


async def test_the_words_go_and_the_versions_stay(sandbox: Sandbox, tmp_path: Path) -> None:
    done = await clean(sandbox, tmp_path, *await chosen(sandbox, 4, 1))
    assert (fates(done), done.exit_code) == (["redacted", "redacted"], 0)
    gone = WORDS.replace(ADDRESS, "REDACTED")
    assert texts(sandbox) == [gone, TEXTS[1], TEXTS[2], gone, TEXTS[4]]


async def test_what_is_no_word_of_the_text_is_left(sandbox: Sandbox, tmp_path: Path) -> None:
    done = await clean(sandbox, tmp_path, *await chosen(sandbox, 3))
    assert (fates(done), done.exit_code) == (["left"], 3)
    assert "not in the words" in done.versions[0].detail
    assert sandbox.writes == []


async def test_comments_are_left(sandbox: Sandbox, tmp_path: Path) -> None:
    comment = next(one for one in sandbox.state.of_kind(Kind.FOOTER_COMMENT) if one.status == "current")
    sandbox.state.revise(comment, comment.author, "<p>later</p>")
    at = Ref(ObjectType.FOOTER_COMMENT, comment.id, comment.now.number + 1)
    done = await clean(sandbox, tmp_path, *await chosen(sandbox, comment.now.number, of=at))
    assert (fates(done), done.versions[0].detail) == (["left"], "objects of this class are not redacted")


@pytest.mark.parametrize("status", [403, 404, 501])
async def test_a_site_without_redaction_is_asked_once(sandbox: Sandbox, tmp_path: Path, status: int) -> None:
    sandbox.faults.add(Fault(FaultKind.STATUS, method="POST", path="/redact", times=9, status=status))
    done = await clean(sandbox, tmp_path, *await chosen(sandbox, 4, 1))
    assert fates(done) == ["left", "left"]
    assert all(f"it answered {status}" in one.detail for one in done.versions)
    assert (asked(sandbox), texts(sandbox)) == (1, list(TEXTS))


async def test_the_sandbox_without_guard_refuses(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.state.guard_premium = False
    assert fates(await clean(sandbox, tmp_path, *await chosen(sandbox, 1))) == ["left"]


async def test_redaction_that_ends_between_two_versions_is_refused_and_not_tried_again(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.faults.add(Fault(FaultKind.STATUS, method="POST", path="/redact", nth=3, times=0, status=403))
    done = await clean(sandbox, tmp_path, *await chosen(sandbox, 4, 1))
    assert fates(done) == ["redacted", "refused"]
    assert (asked(sandbox), texts(sandbox)[0]) == (3, WORDS)


async def test_an_accepted_redaction_without_effect_is_no_success(sandbox: Sandbox, tmp_path: Path) -> None:
    body = '{"body": {"redactions": []}}'
    sandbox.faults.add(Fault(FaultKind.STATUS, method="POST", path="/redact", nth=2, status=202, body=body))
    done = await clean(sandbox, tmp_path, *await chosen(sandbox, 1))
    assert (fates(done), done.versions[0].detail) == (["refused"], "the site redacted nothing")


async def test_a_lost_answer_is_settled_by_reading(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.add(Fault(FaultKind.STATUS_AFTER, method="POST", path="/redact", nth=2, status=502))
    assert fates(await clean(sandbox, tmp_path, *await chosen(sandbox, 1))) == ["redacted"]


@pytest.mark.parametrize(("arrived", "state"), [(True, State.DONE), (False, State.REJECTED)])
async def test_a_redaction_that_an_earlier_run_left_in_doubt_is_settled_first(
    sandbox: Sandbox, tmp_path: Path, *, arrived: bool, state: State
) -> None:
    (one,) = await chosen(sandbox, 1)
    op = Op("token", Purpose.REDACT_VERSION, PLAN.digest, "page", one.ref, "version 1")
    journal = Journal.open(tmp_path / "journal.db", lambda: NOW)
    intent = Entry(op, State.INTENT, base_hash=one.body_hash, note=f"{one.identity} of 1")
    journal.append(intent, Entry(op, State.SENT))
    journal.close()
    if arrived:
        page = sandbox.state.contents[one.ref.id]
        changed = replace(page.revisions[0], body="<p>REDACTED</p>")
        sandbox.state.put(replace(page, revisions=(changed, *page.revisions[1:])))
    await clean(sandbox, tmp_path)
    journal = Journal.open(tmp_path / "journal.db", lambda: NOW)
    last = journal.last("token")
    assert last is not None
    assert (last.state, in_doubt(PLAN, journal)) == (state, ())
    journal.close()
