"""Every legacy identifier that the audit found is in the plan: changed, or held with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.guards import Limits
from audit.results import Recorded
from rules.model import Confidence, Finding, HeldReason, ObjectType, Ref, Severity, Span, Subject, SubjectKind
from tests.audit.writing import CLOSED, MENTION, RULES, Scene, body, page, reload, restrictions, site_of, three

pytestmark = pytest.mark.anyio

MENTIONS = MENTION.format(n=1) * 3


@pytest.mark.parametrize(
    ("limits", "words"),
    [(Limits(edits=2), "plan --max-edits 3"), (Limits(size_bytes=300), "the limit is 300")],
)
async def test_a_part_beyond_a_limit_is_held_and_does_not_block_the_others(
    tmp_path: Path, limits: Limits, words: str
) -> None:
    scene = Scene(site_of(page("101", MENTIONS), page("102")), tmp_path)
    plan = await scene.make(limits=limits)
    assert [action.ref.id for action in plan.actions] == ["102"]
    assert [(item.ref.id, item.reason) for item in plan.held] == [("101", HeldReason.OVER_LIMIT)] * 3
    assert all(words in item.detail for item in plan.held)
    assert (plan.counts["found"], plan.counts["changed"], plan.counts["held"]) == (4, 1, 3)


def found(
    ref: Ref, rule: str = "legacy-mention", part: str = "body", failure: str = "", *, rewritable: bool = False
) -> Recorded:
    subject = Subject(SubjectKind.USERNAME, "a***", "0" * 32)
    return Recorded(
        part,
        failure,
        Finding(
            rule, Severity.HIGH, Confidence.HIGH, ref, f"{part} > ri:user/@ri:username", Span(0, 1), 1, 1, subject,
            "", "", rewritable, "0" * 32,
        ),
    )  # fmt: skip


async def test_every_legacy_identifier_that_the_audit_found_is_changed_or_held_with_its_reason(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    current = Ref(ObjectType.PAGE, "500", 3)
    recorded = [
        found(Ref(ObjectType.PAGE, "101", 7), rewritable=True),
        found(current, failure="not well-formed: mismatched tag"),
        found(current, part="title"),
        found(Ref(ObjectType.SPACE, "9"), "legacy-space-permission", "role-assignments"),
        found(Ref(ObjectType.PAGE, "501", 3, "", "trashed"), rewritable=True),
        found(Ref(ObjectType.VERSION, "500", 2, "", "historical")),
        found(current, part="restrictions"),
    ]
    plan = await scene.make(body("101"), recorded=recorded)
    assert [seen.call for seen in scene.site.log] == ["caller", "fetch"]
    assert [(item.part, item.reason) for item in plan.held] == [
        ("body", HeldReason.MALFORMED),
        ("title", HeldReason.NO_REWRITER),
        ("role-assignments", HeldReason.NO_REWRITER),
        ("body", HeldReason.NOT_CURRENT),
        ("body", HeldReason.NOT_CURRENT),
        ("restrictions", HeldReason.NO_REWRITER),
    ]
    assert all(item.detail.startswith("reported only: ") and item.next_step for item in plan.held)
    assert all(item.path == "ri:user/@ri:username" and item.subject for item in plan.held)
    remedies = {rule.id: rule.remedy for rule in RULES}
    assert plan.held[2].next_step == remedies["legacy-space-permission"]
    assert (plan.counts["found"], plan.counts["changed"], plan.counts["held"]) == (7, 1, 6)
    assert reload(plan) == plan


async def test_what_cannot_be_read_again_is_held_finding_by_finding(tmp_path: Path) -> None:
    gone = Ref(ObjectType.PAGE, "999", 2)
    plan = await Scene(three(), tmp_path).make(
        (gone, "body"), recorded=[found(gone, rewritable=True), found(gone, rewritable=True)]
    )
    assert [(item.reason, item.subject and item.subject.mask) for item in plan.held] == [(HeldReason.GONE, "a***")] * 2


async def test_identifiers_found_are_those_that_change_and_those_that_are_held_even_where_an_edit_covers_two(
    tmp_path: Path,
) -> None:
    scene = Scene(site_of(page("101", MENTIONS, restrictions=CLOSED), page("102", status="archived")), tmp_path)
    plan = await scene.make(body("101"), restrictions("101"), body("102"))
    assert (plan.counts["found"], plan.counts["changed"], plan.counts["held"]) == (6, 5, 1)
    assert plan.counts["edits"] == 4
