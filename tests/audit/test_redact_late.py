"""A redaction that the site accepts and does later: what stands there by then is judged by who made it, and by itself."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from audit.applied import keep_plan
from audit.journal import Journal
from audit.parts import DOCUMENT
from audit.plan_file import read_any_plan
from audit.records import Entry, State
from audit.redacted import taken_out
from audit.run import RunStore
from audit.sandbox.faults import Fault, FaultKind
from audit.workers import Result
from reports.evidence import Outcome
from rules.redactable import CLOSED, OPENED
from tests.audit.shell import Shell
from tests.audit.test_redact_endpoint import ADDRESS, AFTER, NOW, OTHER, REDACT, audited, body, made, pages, quickly

__all__ = ["audited"]  # a fixture
BY_HAND = "<p>Ask the service desk or&nbsp;the new colleague Nina Neu (room 4), then <em>wait</em>.</p>"
PART_LEFT = AFTER.replace("REDACTED", ADDRESS.replace("t", "\u2588", 1), 1)
ANOTHER = AFTER.replace("REDACTED", "mail@else.example", 1)


def accepted_and_then(shell: Shell, plan: Path, text: str, author: str, message: str = "") -> Result:
    """Apply a plan to a site that accepts the redaction and does nothing, until `author` saves `text`."""
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, method="POST", path=REDACT, status=202, body='{"body": {}}'))

    async def saved(_seconds: float) -> None:
        if body(shell) != text:
            shell.sandbox.state.revise(pages(shell)[0], author, text, message=message)

    return asyncio.run(quickly(shell, plan, saved))


def keep(shell: Shell, plan: Path) -> None:
    """Keep the plan as the one that was applied, as the command does."""
    path = shell.workspace().run_path(None)
    with RunStore(path / "run.db") as store:
        keep_plan(store, path, read_any_plan(plan))


def ours(shell: Shell) -> str:
    return shell.sandbox.accounts["admin"].account_id


def other(shell: Shell) -> str:
    return shell.sandbox.accounts["editor"].account_id


def test_what_the_site_does_later_is_done_by_our_account(audited: Shell) -> None:
    (written,) = accepted_and_then(audited, made(audited), AFTER, ours(audited)).written
    assert written.outcome is Outcome.APPLIED


@pytest.mark.parametrize("text", [BY_HAND, AFTER])
def test_what_somebody_saves_before_the_site_is_done_is_no_redaction_and_stays(audited: Shell, text: str) -> None:
    plan = made(audited)
    (written,) = accepted_and_then(audited, plan, text, other(audited)).written
    assert (written.outcome, written.detail) == (Outcome.CONFLICT, "somebody else changed it first")
    keep(audited, plan)
    audited.run("rollback", "--yes")
    assert body(audited) == text


def test_a_version_of_our_account_with_a_message_is_not_taken_for_the_site_s(audited: Shell) -> None:
    (written,) = accepted_and_then(audited, made(audited), AFTER, ours(audited), "by hand").written
    assert written.outcome is Outcome.CONFLICT


@pytest.mark.parametrize("text", [PART_LEFT, ANOTHER])
def test_a_value_of_which_a_part_is_left_or_another_one_in_its_place_stops_the_run(audited: Shell, text: str) -> None:
    plan = made(audited)
    (written,) = accepted_and_then(audited, plan, text, ours(audited)).written
    assert written.outcome is Outcome.DIVERGED
    path = audited.workspace().run_path(None)
    with closing(Journal.open(path / "journal.db", lambda: NOW)) as journal:
        last = journal.last(written.op.token)
        assert last is not None
        assert last.state is State.MISMATCH
        journal.append(Entry(written.op, State.DONE, version=last.version, read_hash=last.read_hash))
    keep(audited, plan)
    assert audited.run("verify", "--no-residue") == 1
    assert "     1  diverged" in audited.out


def before(value: str) -> bytes:
    return f"<p>Ask {value} now.</p>".encode()


@pytest.mark.parametrize(
    ("put", "whole"),
    [
        ("REDACTED", True),
        ("[redacted]", True),
        ("\u2588\u2588\u2588", True),
        ("se", True),
        ("", True),
        (ADDRESS.upper(), False),
        (ADDRESS[:-1] + "X", False),
        ("X" + ADDRESS[1:], False),
        ("REDACTED optics", False),
        (ADDRESS.replace("@", "<em>@</em>"), False),
        ("<b>x</b>", False),
        ('<ac:structured-macro ac:name="html" />', False),
        ("x" * 1_001, False),
    ],
)
def test_the_place_of_a_value_holds_plain_text_without_a_piece_of_it(put: str, whole: bool) -> None:
    marked = before(f"{OPENED.decode()}{ADDRESS}{CLOSED.decode()}")
    assert taken_out("body", before(ADDRESS), marked, before(put)) is whole


@pytest.mark.parametrize(("put", "whole"), [("REDACTED", True), (ADDRESS[4:], False), ('x", "marks": "y', False)])
def test_the_same_goes_for_a_document(put: str, whole: bool) -> None:
    marked = document(f"{OPENED.decode()}{ADDRESS}{CLOSED.decode()}")
    assert taken_out(DOCUMENT, document(ADDRESS), marked, document(put)) is whole


def document(text: str) -> bytes:
    return f'{{"type": "text", "text": "Ask {text} now."}}'.encode()


def test_a_value_that_reads_like_the_marker_is_not_taken_out_by_itself() -> None:
    marked = before(f"{OPENED.decode()}redacted{CLOSED.decode()}")
    assert not taken_out("body", before("redacted"), marked, before("Redacted"))
    assert OTHER not in AFTER
