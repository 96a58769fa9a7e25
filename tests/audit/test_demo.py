"""What the demonstration shows fits a terminal, and its files give every route something to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.cli.demo import BACKUP, MAPPING, write_people
from audit.cli.screen import ROWS, WIDTH, fitted
from audit.cli.writing import show_held
from audit.identity.entries import Entry, table
from audit.identity.known import read_known
from audit.sandbox.sandbox import Sandbox
from reports.evidence import HeldItem
from rules.model import HeldReason, ObjectType, Ref, Subject, SubjectKind, Unresolved

LONG = "the site refused the request, and said at some length why it did not like the way in which it was asked"


def test_long_lines_go_on_below_their_second_column() -> None:
    first, *others = fitted([f"search        not available: {LONG}"])
    assert others
    assert all(line.startswith(" " * 14 + line.strip()[0]) for line in others)
    assert all(len(line) <= WIDTH for line in [first, *others])


def test_no_word_is_lost_or_broken() -> None:
    path = "/var/" + "folder/" * 20 + "report.html"
    lines = [LONG, f"        {LONG}", f"  ok    read page  {LONG}", path, "", "Read 3 of 3 objects."]
    assert " ".join(fitted(lines)).split() == " ".join(lines).split()
    assert path in list(fitted(lines))


def test_a_margin_stays_a_margin() -> None:
    assert all(line.startswith("        ") for line in fitted([f"        {LONG}"]))


def test_of_similar_rows_the_first_are_shown_and_the_others_counted() -> None:
    rows = [f"page {number} in HR: version 1 of 1 old; legacy-mention 1" for number in range(10)]
    assert list(fitted([*rows, "    10  old versions"])) == [*rows[:ROWS], "… and 7 like these", "    10  old versions"]
    assert list(fitted(rows[:ROWS])) == rows[:ROWS]


def test_of_a_table_of_people_each_way_of_knowing_is_shown() -> None:
    details = ["not in the mapping"] * 5 + ["csv and backup name different accounts for it"]
    reasons = [HeldReason.UNRESOLVED] * 5 + [HeldReason.AMBIGUOUS]
    entries = [
        Entry(Subject(SubjectKind.USERNAME, "k***", str(number) * 32), 1, None, Unresolved(reason, detail))
        for number, (reason, detail) in enumerate(zip(reasons, details, strict=True))
    ]
    shown = "\n".join(fitted([*table(entries), "0 of 6 identifiers are resolved."]))
    assert shown.count("not in the") == ROWS
    assert "ambiguous" in shown
    assert "… and 2 like these\n0 of 6 identifiers" in shown


def test_the_files_about_people_know_some_each_contradict_each_other_once_and_are_private(tmp_path: Path) -> None:
    people = Sandbox().people
    write_people(tmp_path, people)
    known = read_known((tmp_path / MAPPING,), (tmp_path / BACKUP,), None, "2026-11-02T09:00:00Z")
    mapping, backup = ({one.value for one in ledger.identifiers()} for ledger in known.ledgers())
    assert len({person.user_key for person in people} & mapping & backup) == 1
    assert {person.user_key for person in people if person.account_id} - mapping - backup
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in (MAPPING, BACKUP)} == {0o600}


def test_what_a_plan_holds_is_counted_by_reason_with_the_commonest_advice(capsys: pytest.CaptureFixture[str]) -> None:
    def item(reason: HeldReason, step: str) -> HeldItem:
        return HeldItem(Ref(ObjectType.PAGE, "101"), "body", "", "legacy-mention", None, reason, "", step)

    rare, usual = item(HeldReason.NO_REWRITER, "Rare."), item(HeldReason.NO_REWRITER, "Usual.")
    show_held([rare, usual, item(HeldReason.DRAFT, "Ask."), usual])
    shown = capsys.readouterr().out
    assert shown.splitlines() == ["     3  held, no-rewriter: Usual.", "     1  held, unpublished-draft: Ask."]
