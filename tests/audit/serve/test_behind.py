"""Reports of a review are made behind the page: the plan is there at once, and the page says how far they are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from audit.cli.plan_review import reviewed_place
from audit.plan_file import Plan
from audit.review import Verdicts
from audit.serve.desk import Desk, Ending, Job, Making
from tests.audit.serve.conftest import PATIENCE_S, Served, words


@dataclass
class Held:
    """A report that is begun, and made when the test lets it."""

    begun: threading.Event = field(default_factory=threading.Event)
    let: threading.Event = field(default_factory=threading.Event)
    result: bool = True

    def make(self) -> bool:
        self.begun.set()
        assert self.let.wait(PATIENCE_S)
        return self.result


def desk(served: Served, jobs: Callable[[], Sequence[Job]], told: list[tuple[str, str]] | None = None) -> Desk:
    lines: list[tuple[str, str]] = [] if told is None else told

    def write(_file: Path, _plan: Plan, _verdicts: Verdicts, _force: bool) -> Sequence[Job]:
        return jobs()

    return Desk([served.file], reviewed_place, write, lambda what, error: lines.append((what, type(error).__name__)))


def states(at: Desk) -> list[tuple[str, Making]]:
    return list(at.reports(0))


def test_a_report_is_going_on_until_it_is_made_and_the_next_one_waits_for_it(served: Served) -> None:
    first, second = Held(), Held(result=False)
    at = desk(served, lambda: [Job("a.html", first.make), Job("a.pdf", second.make)])
    assert states(at) == []
    at.write(0, Ending(served.plan.digest, 0, "", "T", "accept"))
    assert first.begun.wait(PATIENCE_S)
    assert states(at) == [("a.html", Making.GOING_ON), ("a.pdf", Making.GOING_ON)]
    assert not second.begun.is_set()
    first.let.set()
    assert second.begun.wait(PATIENCE_S)
    assert states(at) == [("a.html", Making.MADE), ("a.pdf", Making.GOING_ON)]
    second.let.set()
    at.close()
    assert states(at) == [("a.html", Making.MADE), ("a.pdf", Making.FAILED)]


def test_a_report_that_ends_with_an_error_has_failed_and_stops_no_other(served: Served) -> None:
    def broken() -> bool:
        raise OSError(28, "No space left on device")

    told: list[tuple[str, str]] = []
    at = desk(served, lambda: [Job("a.html", broken), Job("a.md", lambda: True)], told)
    at.write(0, Ending(served.plan.digest, 0, "", "T", "accept"))
    at.close()
    assert states(at) == [("a.html", Making.FAILED), ("a.md", Making.MADE)]
    assert told == [("the report a.html", "OSError")], "the terminal says why"


def test_reports_of_a_review_that_was_replaced_are_not_made_any_more(served: Served) -> None:
    going, never, last = Held(), Held(), Held()
    rounds = iter([[Job("a.html", going.make), Job("a.pdf", never.make)], [Job("a.html", last.make)]])
    at = desk(served, lambda: next(rounds))
    for _ in range(2):
        at.write(0, Ending(served.plan.digest, 0, "", "T", "accept"))
        assert going.begun.wait(PATIENCE_S)
    for one in (going, never, last):
        one.let.set()
    at.close()
    assert not never.begun.is_set()
    assert states(at) == [("a.html", Making.MADE)]


@pytest.mark.parametrize("others", ["accept", "decline"])
def test_the_page_says_which_reports_are_there_and_how_to_see_more(served: Served, others: str) -> None:
    served.formats = ("md", "csv")
    served.begin()
    assert served.send("/plans/0/write", by="T", others=others).status_code == 303
    text = served.until("The report plan-reviewed.csv is there.")
    assert "The report plan-reviewed.md is there." in text
    assert served.review.with_suffix(".md").read_text("utf-8").startswith("# ")


def test_reports_whose_plan_is_gone_are_not_replaced_and_the_advice_fits_the_page(served: Served) -> None:
    served.formats = ("html", "md")
    served.begin()
    left = served.review.with_suffix(".html")
    left.write_text("old", "utf-8")
    answer = served.send("/plans/0/write", by="T", others="accept")
    assert answer.status_code == 400
    said = words(answer)
    assert "plan-reviewed.html): their plan is not" in said
    assert "Move or delete them" in said
    assert "--force" not in said
    assert (left.read_text("utf-8"), served.review.exists()) == ("old", False)
    left.unlink()
    assert served.send("/plans/0/write", by="T", others="accept").status_code == 303
    assert "is there" in served.until("The report plan-reviewed.md is there.")
