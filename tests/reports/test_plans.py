"""A report on one of several plans of a run: it names the others, says why it is about this one, and when each was made."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import openpyxl  # type: ignore[import-untyped]
import pytest

from reports.evidence import Evidence
from reports.formats.html import FORMAT
from reports.formats.pdf import page as paper
from reports.migrated import Doings, OtherPlan
from reports.registry import formats
from tests.reports import samples
from tests.reports.pages import parse

OTHERS = (
    OtherPlan("P-00000000000a", "a" * 64, "2026-11-20T14:06:00Z", Doings.REHEARSED),
    OtherPlan("P-00000000000b", "b" * 64, "2026-11-20T14:07:00Z", Doings.APPLIED),
    OtherPlan("P-00000000000c", "c" * 64, "2026-11-20T14:08:00Z", Doings.ROLLED_BACK),
)
WHY = "Shown here is the plan that was applied or rolled back last."


def several(language: str = "en") -> Evidence:
    base = samples.migration()
    assert base.plan is not None
    return replace(base, plan=replace(base.plan, others=OTHERS, chosen=WHY), language=language)


@pytest.mark.parametrize("render", [lambda one: FORMAT.render(one).decode(), paper], ids=["page", "paper"])
def test_page_and_paper_name_each_other_plan_with_digest_date_and_state(render: object) -> None:
    assert callable(render)
    text = parse(render(several())).words()
    assert "This run has 3 more plans" in text
    assert WHY in text
    for one in OTHERS:
        at = one.created_at_utc.replace("T", " ").replace("Z", " UTC")
        assert re.search(rf"{one.id}\s*SHA-256 {one.digest} {at} {one.state.value}", text), one.id
    assert "more plan" not in parse(render(samples.migration())).words()


def test_master_summary_and_workbook_name_them_too() -> None:
    plan = json.loads(formats()["json"].render(several()))["plan"]
    assert [one["state"] for one in plan["others"]] == ["rehearsed", "applied", "rolled back"]
    assert plan["chosen"] == WHY
    summary = formats()["md"].render(several()).decode()
    book = openpyxl.load_workbook(io.BytesIO(formats()["xlsx"].render(several())), read_only=True)
    about = " ".join(str(cell) for row in book["About"].iter_rows(values_only=True) for cell in row)
    for text in (summary, about):
        assert [one.id for one in OTHERS if one.id not in text or one.digest not in text] == []


def test_a_german_report_says_all_of_it_in_german() -> None:
    text = parse(FORMAT.render(several("de"))).words()
    assert "Dieser Lauf hat 3 weitere Pl\u00e4ne" in text
    assert "Hier steht der Plan, der zuletzt angewendet oder zur\u00fcckgenommen wurde." in text
    assert [word for word in ("geprobt", "angewendet", "zur\u00fcckgenommen") if word not in text] == []


def test_the_cover_of_a_report_on_a_plan_has_the_day_of_the_plan_and_that_of_its_audit() -> None:
    dry, audit = samples.dry_run(), samples.audit()
    for render in (lambda one: FORMAT.render(one).decode(), paper):
        cover = parse(render(dry)).words().partition("Ready for review")[0]
        assert "plan of 2026-11-20 14:20:00 UTC, from the audit of 2026-11-20 14:05:09 UTC" in cover
        assert "plan of" not in parse(render(audit)).words().partition("What was found")[0]
    assert "Plan of 2026-11-20 14:20:00 UTC, from the audit of" in formats()["md"].render(dry).decode()
