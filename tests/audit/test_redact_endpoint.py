"""`plan redact` where the site redacts by itself: planned, reviewed, applied, in doubt, verified, rolled back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.apply import apply_plan
from audit.journal import Journal
from audit.plan_file import Action, read_any_plan
from audit.records import Way
from audit.run import RunStore
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.state import Content, Kind
from audit.sites.cloud.target import CloudTarget
from audit.workers import Result
from reports.evidence import Outcome
from tests.audit.cloud import ORIGIN, connected, no_sleep
from tests.audit.shell import Shell
from tests.audit.test_plan_redact import accepted, planned

ADDRESS = "tilda.fault@acme-optics.se"
OTHER = "ola.fault@acme-optics.se"
TEXT = f"<p>Ask {ADDRESS} or&nbsp;{OTHER}, then <em>wait</em>.</p>"
AFTER = "<p>Ask REDACTED or&nbsp;REDACTED, then <em>wait</em>.</p>"
REDACT = "/redact"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def pages(shell: Shell) -> list[Content]:
    state = shell.sandbox.state
    space = state.space_by_key("HR")
    return [one for one in state.of_kind(Kind.PAGE) if space and one.space == space.id and one.status == "current"][:2]


@pytest.fixture
def audited(shell: Shell) -> Shell:
    """Audit a site with Guard Premium, two of whose pages hold addresses in plain words."""
    shell.sandbox.state.guard_premium = True
    for one in pages(shell):
        shell.sandbox.state.put(replace(one, draft=None, revisions=(replace(one.now, body=TEXT),)))
    assert shell.run("audit", "--space", "HR") == 1, shell.err
    shell.sandbox.log.clear()
    return shell


def named(shell: Shell, *ids: str) -> list[str]:
    with RunStore(shell.workspace().run_path(None) / "run.db") as store:
        found = [each for each in store.recorded(["email-address"]) if each.part == "body"]
    return [each.finding.fingerprint for each in found if each.finding.ref.id in ids]


def made(shell: Shell, count: int = 1, *options: str) -> Path:
    """Write a plan about the first pages, accept it, and return it."""
    words = named(shell, *(one.id for one in pages(shell)[:count]))
    return accepted(shell, planned(shell, *words, *options))


def action(plan: Path) -> Action:
    return read_any_plan(plan).actions[0]


def body(shell: Shell, number: int = 0) -> str:
    return pages(shell)[number].now.body


def test_the_plan_says_which_way_each_action_goes_and_asks_without_writing(audited: Shell) -> None:
    found = planned(audited, *named(audited, pages(audited)[0].id))
    assert "1  redacted by the site itself." in audited.out
    assert "it answered 400" in audited.out
    one = action(found)
    assert (one.way, one.why, [(each.pointer, each.last - each.first) for each in one.pointers]) == (
        Way.ENDPOINT,
        "",
        [("/content/0/content/0/text", len(ADDRESS)), ("/content/0/content/0/text", len(OTHER))],
    )
    assert audited.sandbox.writes == []
    assert ADDRESS not in found.read_text(encoding="utf-8")


def test_the_site_redacts_and_the_result_is_verified_and_rolled_back(audited: Shell) -> None:
    plan = made(audited)
    number = pages(audited)[0].now.number
    assert audited.run("apply", str(plan), "--yes") == 0, audited.err
    page = pages(audited)[0]
    assert (page.now.body, page.now.number, page.now.message) == (AFTER, number + 1, "")
    assert [one.path.endswith(REDACT) for one in audited.sandbox.writes] == [True]
    assert audited.run("verify") == 0, audited.out
    assert "     1  verified" in audited.out
    audited.sandbox.log.clear()
    assert audited.run("apply", str(plan), "--yes") == 0
    assert audited.sandbox.writes == []
    assert audited.run("rollback", "--yes") == 0, audited.err
    assert (body(audited), pages(audited)[0].now.number) == (TEXT, number + 2)


def test_a_rehearsal_goes_both_ways_and_apply_goes_on_from_there(audited: Shell) -> None:
    plan = made(audited)
    assert audited.run("rollback", "--rehearse", "1", str(plan), "--yes") == 0, audited.err
    assert body(audited) == TEXT
    assert audited.run("apply", str(plan), "--yes") == 0, audited.err
    assert body(audited) == AFTER


@pytest.mark.parametrize("options", [("--splice",), ()])
def test_where_the_site_has_none_or_is_not_asked_it_is_a_splice(audited: Shell, options: tuple[str, ...]) -> None:
    audited.sandbox.state.guard_premium = bool(options)
    one = action(made(audited, 1, *options))
    assert (one.way, one.pointers) == (Way.SPLICE, ())
    assert one.why == (
        "It was asked for with --splice."
        if options
        else "The site has no redaction of its own, or not for this account."
    )
    assert sum(each.path.endswith(REDACT) for each in audited.sandbox.log) == (0 if options else 1)


def test_a_value_that_also_stands_elsewhere_is_spliced(audited: Shell) -> None:
    one = action(planned(audited, named(audited, pages(audited)[0].id)[0]))
    assert one.way is Way.ENDPOINT
    changed = TEXT.replace(OTHER, f'<a href="mailto:{ADDRESS}">{ADDRESS}</a>')
    page = pages(audited)[0]
    audited.sandbox.state.put(replace(page, revisions=(replace(page.now, body=changed),)))
    audited.run("audit", "--space", "HR")
    one = action(planned(audited, *named(audited, page.id)))
    assert (one.way, "attribute" in one.why) == (Way.SPLICE, True)


@pytest.mark.parametrize("kind", [FaultKind.RESET_AFTER, FaultKind.STATUS_AFTER, FaultKind.CUT_BODY])
def test_a_lost_answer_is_settled_by_reading_and_nothing_is_sent_twice(audited: Shell, kind: FaultKind) -> None:
    plan = made(audited)
    audited.sandbox.faults.add(Fault(kind, method="POST", path=REDACT, status=502))
    assert audited.run("apply", str(plan), "--yes") == 0, audited.err
    assert body(audited) == AFTER
    assert sum(one.path.endswith(REDACT) for one in audited.sandbox.writes) == 1


async def quickly(shell: Shell, plan: Path, sleep: Callable[[float], Awaitable[None]] = no_sleep) -> Result:
    """Apply a plan without waiting between two looks, or with `sleep` done in their place."""
    workspace = shell.workspace()
    path = workspace.run_path(None)
    async with connected(shell.sandbox) as api:
        with closing(Journal.open(path / "journal.db", lambda: NOW)) as journal:
            return await apply_plan(
                read_any_plan(plan),
                CloudTarget(api, ORIGIN),
                journal,
                workspace.vault(path),
                key=workspace.key(),
                lock=nullcontext(),
                sleep=sleep,
            )


def test_a_request_that_did_not_arrive_is_sent_again(audited: Shell) -> None:
    plan = made(audited)
    audited.sandbox.faults.add(Fault(FaultKind.STATUS, method="POST", path=REDACT, status=502))
    (written,) = asyncio.run(quickly(audited, plan)).written
    assert written.outcome is Outcome.APPLIED
    assert (body(audited), len(pages(audited)[0].revisions)) == (AFTER, 2)


def test_accepted_and_not_done_is_no_success_and_the_same_command_goes_on(audited: Shell) -> None:
    plan = made(audited)
    audited.sandbox.faults.add(Fault(FaultKind.STATUS, method="POST", path=REDACT, status=202, body='{"body": {}}'))
    (written,) = asyncio.run(quickly(audited, plan)).written
    assert (written.outcome, "shows nothing of it yet" in written.detail) == (Outcome.FAILED, True)
    assert body(audited) == TEXT
    (written,) = asyncio.run(quickly(audited, plan)).written
    assert (written.outcome, body(audited)) == (Outcome.APPLIED, AFTER)


@pytest.mark.parametrize("status", [403, 404, 501])
def test_redaction_that_ends_midway_is_rejected_by_name_and_nothing_is_spliced(audited: Shell, status: int) -> None:
    plan = made(audited, 2)
    audited.sandbox.faults.add(Fault(FaultKind.STATUS, method="POST", path=REDACT, nth=2, times=0, status=status))
    assert audited.run("apply", str(plan), "--yes") == 3
    said = audited.out + audited.err
    assert f"it answered {status}: the site does not redact it any more" in said
    assert sorted([body(audited, 0), body(audited, 1)]) == sorted([AFTER, TEXT])


@pytest.mark.parametrize("kind", [FaultKind.EDIT_BEFORE, FaultKind.TRASH_BEFORE])
def test_what_somebody_did_right_before_is_left_alone(audited: Shell, kind: FaultKind) -> None:
    plan = made(audited)
    audited.sandbox.faults.add(Fault(kind, method="POST", path=REDACT))
    assert audited.run("apply", str(plan), "--yes") == 3
    assert all(AFTER not in one.body for one in audited.sandbox.state.contents[action(plan).ref.id].revisions)


def test_what_the_site_drops_beside_the_places_stops_the_run(audited: Shell) -> None:
    plan = made(audited)
    audited.sandbox.faults.add(Fault(FaultKind.STRIP_ON_SAVE, method="POST", path=REDACT, body="<em>wait</em>"))
    assert audited.run("apply", str(plan), "--yes") == 3
    assert "the site stored something else" in audited.out + audited.err
    assert audited.run("rollback", "--yes") == 0, audited.err
    assert body(audited) == TEXT


def test_another_document_than_planned_is_left_alone(audited: Shell) -> None:
    plan = made(audited)
    page = pages(audited)[0]
    audited.sandbox.state.put(replace(page, draft=f"{TEXT}<p>more</p>"))
    assert audited.run("apply", str(plan), "--yes") == 3
    assert audited.sandbox.writes == []
