"""What a dry run and a migration say of their plan: review, limits, rehearsal, reach, what is sent and what is left."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from reports.audience import Audience, seen_by
from reports.evidence import Evidence
from reports.migrated import NEXT_STEP, NOT_EXAMINED, ResidueFacts, Where
from reports.radius import radius
from reports.registry import formats
from reports.words import ENGLISH
from tests.reports import samples


def page(evidence: Evidence) -> str:
    """Return the text of the HTML report, without markup and script."""
    text = formats()["html"].render(evidence).decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]+>", " ", text)))


def master(evidence: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(formats()["json"].render(evidence))
    return found


@pytest.mark.parametrize("evidence", [samples.dry_run(), samples.migration()], ids=["dry-run", "migration"])
def test_the_page_says_who_reviewed_what_under_which_limits_after_which_rehearsal(evidence: Evidence) -> None:
    text = page(evidence)
    assert f"yes, from the plan with SHA-256 {samples.PLAN.base}" in text
    assert "2 accepted, 1 declined." in text
    assert re.search(r"A-0009 declined D\*\*\* [0-9a-f]{8} 2026-11-20 15:02:00 UTC ask J\*\*\* first", text)
    assert "Objects that one plan may write 1,000 objects 4 objects" in text
    assert "2 read back equal to the plan, 1 put back to the text from before" in text
    assert "A-0002, page 12001: somebody edited it before it was put back" in text
    assert "Option property acme-*" in text


def test_a_plan_without_review_and_rehearsal_says_so() -> None:
    bare = replace(samples.PLAN, base="", decisions=(), rehearsal=None, limits=(), options={})
    text = page(replace(samples.dry_run(), plan=bare))
    assert "no: this is the plan as it was computed" in text
    assert "Rehearsed no" in text
    assert "What the reviewers decided" not in text
    assert "confluence-gdpr plan review plan.json" in text


def test_exactly_what_will_be_sent_stands_in_one_table() -> None:
    evidence = samples.dry_run()
    text = page(evidence)
    for change in evidence.changes:
        rules = ", ".join(sorted({edit.rule for edit in change.edits}))
        version = "none" if change.base_version is None else change.base_version
        row = (
            f"{change.action} {change.ref.type.value} {change.ref.id} {change.part} {version} {change.after_hash[:16]}"
        )
        assert f"{row} {len(change.edits)} {rules}" in text


def test_the_reach_counts_objects_once_and_replacements_all() -> None:
    changes = samples.dry_run().changes
    reach = radius(changes, samples.dry_run().objects)
    assert reach.objects == len({one.ref.id for one in changes})
    assert sum(one.replacements for one in reach.spaces) == sum(len(one.edits) for one in changes)
    assert sum(one.replacements for one in reach.kinds) == sum(len(one.edits) for one in changes)
    assert reach.largest is changes[1]
    assert [one.label for one in reach.kinds][-1] == "page, restrictions"
    assert dict(reach.effects)["Watchers are not notified (minor edit)."] == len(changes)
    nothing = radius((), {})
    assert (nothing.objects, nothing.spaces, nothing.kinds, nothing.largest, nothing.effects) == (0, (), (), None, ())


def test_the_totals_say_how_far_a_plan_reaches() -> None:
    totals = master(samples.migration())["totals"]
    assert (totals["changed_objects"], totals["changed_spaces"], totals["largest_change"]) == (4, 2, 3)
    assert (totals["declined"], totals["residue"]) == (1, 3)
    assert master(samples.audit())["totals"]["changed_objects"] == 0


def test_what_is_left_is_counted_linked_and_told_with_what_can_be_done() -> None:
    text = page(samples.migration())
    assert "4 objects were looked into, from 2026-11-20 16:00:00 UTC on: 2 still hold something" in text
    assert "1 could not be read whole" in text
    assert f"old versions 4 1 {NEXT_STEP[Where.VERSION]}" in text
    assert "old versions: 2-4, 6 of 6 old; unpublished draft legacy-mention 5, personal-email 1" in text
    assert "not read whole: the site answered 403" in text
    assert all(one in text for one in NOT_EXAMINED)
    markup = formats()["html"].render(samples.migration()).decode()
    assert f'<a href="{samples.PAGES[0].url.replace("&", "&amp;")}"' in markup


def test_what_is_left_stands_in_the_json_with_its_objects() -> None:
    left = master(samples.migration())["residue"]
    assert (left["looked_into"], left["unread"], len(left["objects"])) == (4, 1, 3)
    assert left["places"]["version"]["places"] == 4
    assert left["places"].keys() == {"version", "draft", "archived"}
    assert [one["versions"] for one in left["objects"]] == [[2, 3, 4, 6], [], []]
    assert left["not_examined"] == list(NOT_EXAMINED)


def test_where_nobody_has_looked_nothing_is_called_clean() -> None:
    evidence = replace(samples.migration(), residue=None)
    assert "Nobody has looked yet." in page(evidence)
    assert "Look for what is left" in page(evidence)
    assert master(evidence)["residue"] is None


def test_where_nothing_is_left_the_page_says_what_was_looked_into() -> None:
    clean = ResidueFacts((samples.RESIDUE.items[1],))
    text = page(replace(samples.migration(), residue=clean))
    assert "1 object was looked into" in text
    assert "0 still hold something" in text
    assert "Where it is left" not in text
    assert ResidueFacts(()).looked_at_utc() == ""


def test_a_dry_run_has_no_section_about_what_is_left() -> None:
    assert page(samples.dry_run()).count("What is left") == 1, "the glossary has the words"
    assert page(samples.migration()).count("What is left") > 1


def test_every_kind_of_place_has_a_word_and_a_step() -> None:
    assert set(ENGLISH.places) == set(NEXT_STEP) == set(Where)


@pytest.mark.parametrize("evidence", [samples.dry_run(), samples.migration()], ids=["dry-run", "migration"])
def test_the_paper_says_the_same(evidence: Evidence) -> None:
    from reports.formats.pdf import page as paper

    text = re.sub(
        r"\s+", " ", html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", paper(evidence), flags=re.DOTALL))
    )
    for words in ("2 accepted, 1 declined.", "Blast radius", "Limits in force", "Rehearsal", "Side effects"):
        assert words in text
    if evidence.residue:
        assert "old versions: 2-4, 6 of 6 old" in text


def test_the_reach_counts_the_people_whose_versions_are_changed_and_the_objects_of_nobody_known() -> None:
    evidence = samples.dry_run()
    changed = sorted({(one.ref.type.value, one.ref.id) for one in evidence.changes})
    author = samples.PEOPLE["mail1"]
    objects = {**evidence.objects, changed[0]: replace(evidence.objects[changed[0]], author=author)}
    for audience in Audience:
        totals = master(seen_by(replace(evidence, objects=objects), audience))["totals"]
        assert (totals["changed_authors"], totals["changed_unattributed"]) == (1, len(changed) - 1)
    everybody = {key: replace(facts, author=author) for key, facts in evidence.objects.items()}
    reach = radius(evidence.changes, everybody)
    assert (reach.authors, reach.unattributed) == (1, 0)
