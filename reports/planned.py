"""What a plan means and what is left of what it removed, as sentences and rows for a short summary."""

from __future__ import annotations

from dataclasses import dataclass

from reports.evidence import Evidence, Purpose
from reports.language import Language
from reports.treatment import groups_of, untouched
from reports.words import words


@dataclass(frozen=True, slots=True)
class Section:
    """One section: a table, where it has rows, and a sentence. Nothing in it comes from the site."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    said: str


def in_figures(evidence: Evidence, speech: Language) -> str:
    """Return the figures of a plan in one sentence; after a migration also how what is left of it stands."""
    figures = (
        "%(number)s changes planned, %(edits)s replacements; %(held)s held back; %(left)s neither changed nor held."
        if evidence.purpose is Purpose.DRY_RUN
        else "%(number)s changes in the plan, %(edits)s replacements; %(held)s held back;"
        " %(left)s neither changed nor held."
    )
    said = speech.say(
        figures,
        number=len(evidence.changes),
        edits=sum(len(one.edits) for one in evidence.changes),
        held=len(evidence.held),
        left=untouched(evidence),
    )
    return f"{said} {_remains(evidence, speech)}".rstrip()


def sections(evidence: Evidence, speech: Language) -> tuple[Section, ...]:
    """Return what became of every finding and, after a migration, what is left; nothing for an audit."""
    if evidence.purpose is Purpose.AUDIT:
        return ()
    findings = tuple(
        (speech.told(name), speech.number(count), speech.told(step)) for name, count, step in groups_of(evidence)
    )
    treated = Section("Every finding of the audit", ("Result", "Findings", "What to do"), findings, "")
    if evidence.purpose is Purpose.DRY_RUN:
        return (treated,)
    places = tuple(
        (words(speech).places[place], speech.number(places), speech.number(objects), speech.told(step))
        for place, places, objects, step in (evidence.residue.counted() if evidence.residue else ())
    )
    heads = ("Place", "Places", "Objects", "What can be done")
    return treated, Section("What is left", heads, places, _remains(evidence, speech))


def _remains(evidence: Evidence, speech: Language) -> str:
    left = evidence.residue
    if evidence.purpose is not Purpose.MIGRATION:
        return ""
    if left is None:
        return speech.text("Nobody has looked for what is left in old versions, drafts, archive and trash.")
    return speech.say(
        "%(number)s objects with something left, of %(all)s that were looked into.",
        number=len(left.holding()),
        all=len(left.items),
    )
