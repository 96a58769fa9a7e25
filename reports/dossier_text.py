"""A dossier for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from reports.dossier import HOW_TO_REDACT, INCOMPLETE, MEANINGS, NO_ACCOUNT, NOTHING, Dossier, Held
from reports.evidence import CoverageRow
from reports.text import one_line, visible
from rules.model import ObjectType

MOST_ROWS: Final = 20
"""Objects of one relation that are listed; the files have all of them."""
HANGING: Final = frozenset(
    {ObjectType.FOOTER_COMMENT, ObjectType.INLINE_COMMENT, ObjectType.ATTACHMENT, ObjectType.TASK}
)
"""What hangs on a page; other parents are pages above."""


def lines(one: Dossier) -> Iterator[str]:
    """Yield the dossier line by line; every line is one line, whatever the site has in its titles."""
    yield f"{one.site}, read from {one.started_at_utc} to {one.finished_at_utc} with the account {one.account}"
    yield from _about(one)
    yield from (f"Warning: {sentence}" for sentence in one.warnings)
    for relation, number in one.counted().items():
        meaning = MEANINGS[relation]
        yield ""
        yield f"{meaning.title}: {number:,}"
        rows = one.of(relation)
        for row in rows[:MOST_ROWS]:
            yield f"  {_row(replace(row, rights=one.told(row.rights)), one.named(row.through))}"
        if number > MOST_ROWS:
            yield f"  … and {number - MOST_ROWS:,} more"
        yield f"  Erasure: {meaning.erasure}"
    yield ""
    if not one.held:
        yield NOTHING
    if one.doubtful():
        yield f"{one.doubtful():,} of them may name somebody else: a person has to look."
    if one.incomplete:
        yield INCOMPLETE
        yield from (f"  incomplete: {reason}" for reason in one.incomplete)
    yield "Not examined:"
    yield from (f"  {sentence}" for sentence in one.unasked)
    yield from (f"  {row.object_class}: {row.note}" for row in one.coverage if not row.assessed)
    yield from _gaps(one.coverage)
    if one.redactable():
        yield f"Erasure of texts: {HOW_TO_REDACT}"
    for run in one.kept:
        findings = "1 finding" if run.findings == 1 else f"{run.findings:,} findings"
        yield f"This tool keeps {findings} about the person in run {run.run}."


def _about(one: Dossier) -> Iterator[str]:
    """Yield who was asked for and what was read."""
    asked = [f"{each.kind.value} {each.mask}" for each in one.asked]
    added = [f"{each.subject.kind.value} {each.subject.mask} ({each.told})" for each in one.added]
    yield f"Asked for: {', '.join((*asked, *added))}"
    if not one.accounted():
        yield f"Warning: {NO_ACCOUNT}"
    seen, read = one.looked_at()
    scope = f" in {', '.join(one.spaces)}" if one.spaces else ""
    yield f"Read {read:,} of {seen:,} objects{scope}"
    if one.groups:
        yield one_line(visible(f"Belongs to the groups {', '.join(group.name for group in one.groups)}"))


def _gaps(rows: Iterable[CoverageRow]) -> Iterator[str]:
    """Yield why objects of a class that was read were not."""
    for row in rows:
        for word, reasons in (("skipped", row.skipped), ("failed", row.failed)):
            named = f"{row.object_class} {row.state}".rstrip()
            yield from (one_line(visible(f"  {reasons[why]:,} {word} of {named}: {why}")) for why in sorted(reasons))


def _row(one: Held, through: tuple[str, ...]) -> str:
    ref = one.facts.ref
    rights = f" ({', '.join(one.rights)})" if one.rights else ""
    by = f" through {', '.join(through)}" if through else ""
    versions = f", version {', '.join(map(str, one.versions))}" if one.versions else ""
    named = f"{ref.type.value} {ref.id}" + (f" in {ref.space}" if ref.space else "")
    state = "" if ref.status == "current" else f", {ref.status}"
    kinds = f" [{', '.join(one.kinds)}]" if one.kinds else ""
    doubt = " (may be somebody else)" if one.confidence.label == "low" else ""
    hung = f", on {one.facts.parent}" if one.facts.parent and ref.type in HANGING else ""
    title = f" {one.facts.title}" if one.facts.title else ""
    return one_line(
        visible(f"{named}{state}{versions}{hung}{title}{rights}{by}{kinds}{doubt} {one.facts.url}".rstrip())
    )
