"""A summary to paste into a wiki page, a ticket or a chat: Markdown that stays short however much was found.

CommonMark with the tables of GitHub Flavored Markdown. Whatever came from the site is escaped for both Markdown and
HTML, names nobody (`@name` would call somebody) and links to the site alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from reports.document import data_sha256
from reports.evidence import Change, CoverageRow, Evidence, HeldItem, Purpose, RunStatus
from reports.format import Format
from reports.tables import Tallies, Tally, figures, tallies
from reports.text import grouped, per_cent, site_link, visible, when
from reports.verdict import verdict
from reports.words import ENGLISH, Words
from rules.model import Severity

RULES_CAP: Final = 20
SPACES_CAP: Final = 15
CHANGES_CAP: Final = 20
HELD_CAP: Final = 20
GAPS_CAP: Final = 20
REASONS_CAP: Final = 10
CELL_CAP: Final = 120
"""Characters of a text from outside, before it is escaped; what is cut ends in an ellipsis."""
LONGEST_LINK: Final = 300
"""Characters of an address that is worth its room."""

_Row = TypeVar("_Row")
_SIGNS: Final = re.compile(r"[\\`*_{}\[\]#!|~^$]|:(?![\d\s]|$)|(?<=www)\.|^[-+=]", re.IGNORECASE)
"""Signs that start markup, in a line or at its start, and what makes a bare address a link."""
_SPELT: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "(at)"}
_WORDS: Final = tuple(severity.label for severity in sorted(Severity, reverse=True))


def render(evidence: Evidence) -> bytes:
    """Return UTF-8 with LF line ends."""
    tally = tallies(evidence)
    sections = (
        _head(evidence, ENGLISH),
        _scope(evidence),
        _severities(evidence),
        _rules(evidence, tally),
        _spaces(tally, ENGLISH),
        _changes(evidence, ENGLISH),
        _held(evidence, ENGLISH),
        _gaps(evidence),
        _foot(evidence),
    )
    return ("\n\n".join(part for part in sections if part) + "\n").encode()


def inert(text: str) -> str:
    """Return text that is nothing but text in Markdown and in HTML: one line, no markup, no link, no mention.

    A sign of markup gets a backslash, the three of HTML become entities, and `@` is spelt out: mentions are looked
    for after everything else was taken for text.
    """
    line = " ".join(visible(text).split())
    if len(line) > CELL_CAP:
        line = f"{line[:CELL_CAP]}\u2026"
    line = _SIGNS.sub(r"\\\g<0>", line)
    return "".join(_SPELT.get(sign, sign) for sign in line)


def _head(evidence: Evidence, words: Words) -> str:
    run, said = evidence.run, verdict(evidence, words)
    places = f"{grouped(len(evidence.findings))} findings in {grouped(figures(evidence)['objects'])} objects"
    lines = [f"# {words.titles[evidence.purpose]}: {inert(run.site)}", "", f"**{said.headline}.** {places}."]
    if evidence.purpose is Purpose.DRY_RUN:
        lines += ["", "This is a dry run: nothing has been changed."]
    if run.status is not RunStatus.COMPLETE:
        reasons = [f"> - {inert(reason)}" for reason in run.incomplete[:REASONS_CAP]]
        lines += ["", "> **The run is not complete. What was not read is unknown, not clean.**", ">", *reasons]
        lines += _more(len(run.incomplete), REASONS_CAP, "> ")
    return "\n".join(lines)


def _scope(evidence: Evidence) -> str:
    run = evidence.run
    assessed = [row for row in evidence.coverage if row.assessed]
    seen, read = sum(row.seen for row in assessed), sum(row.read for row in assessed)
    rows = [
        ("Site", f"{inert(run.site)}, {inert(run.edition)}"),
        ("Run", f"{inert(run.id)}, {inert(when(run.started_at_utc))} to {inert(when(run.finished_at_utc))}"),
        ("Read", f"{grouped(read)} of {grouped(seen)} objects, {per_cent(read, seen)}"),
        *((f"Option {inert(name)}", inert(value)) for name, value in sorted(run.options.items())[:REASONS_CAP]),
    ]
    if evidence.plan:
        rows.append(("Plan", inert(evidence.plan.id)))
    return _table("Scope", ("What", "Value"), rows, len(rows))


def _severities(evidence: Evidence) -> str:
    rows = [(severity.label, grouped(count)) for severity, count in evidence.by_severity().items()]
    rows += [
        ("all", grouped(len(evidence.findings))),
        ("of these, need a human (low confidence)", grouped(evidence.low_confidence())),
    ]
    return _table("Totals", ("Severity", "Findings"), rows, len(rows))


def _rules(evidence: Evidence, tally: Tallies) -> str:
    def row(one: Tally) -> tuple[str, ...]:
        rule = evidence.rules.get(one.key)
        what, remedy = (rule.title, rule.remedy) if rule else (one.key, "")
        return (_worst(one), inert(what), grouped(one.total), grouped(one.objects), inert(remedy))

    groups = sorted(tally.by_rule, key=lambda one: (_first(one), -one.total, one.key))
    heads = ("Worst", "What", "Findings", "Objects", "What to do")
    return _capped("Findings by rule", heads, groups, RULES_CAP, row) or "## Findings by rule\n\nNothing was found."


def _spaces(tally: Tallies, words: Words) -> str:
    def row(one: Tally) -> tuple[str, ...]:
        return (inert(one.key) or inert(words.no_space), grouped(one.total), grouped(one.objects), _worst(one))

    return _capped("Findings by space", ("Space", "Findings", "Objects", "Worst"), tally.by_space, SPACES_CAP, row)


def _changes(evidence: Evidence, words: Words) -> str:
    def row(one: Change) -> tuple[str, ...]:
        where = _link(one.title or f"{one.ref.type.value} {one.ref.id}", one.url, evidence.run.site)
        return (inert(one.action), words.outcomes[one.outcome], where, inert(one.part), grouped(len(one.edits)))

    heads = ("Action", "Outcome", "Object", "Part", "Replacements")
    return _capped("Changes", heads, evidence.changes, CHANGES_CAP, row)


def _held(evidence: Evidence, words: Words) -> str:
    def row(one: HeldItem) -> tuple[str, ...]:
        where = _link(one.title or f"{one.ref.type.value} {one.ref.id}", one.url, evidence.run.site)
        return (words.held[one.reason], where, inert(one.detail), inert(one.next_step))

    return _capped("Held back", ("Why", "Object", "Detail", "What to do next"), evidence.held, HELD_CAP, row)


def _gaps(evidence: Evidence) -> str:
    """Return what was not looked at, skipped or not read, class by class."""

    def row(one: CoverageRow) -> tuple[str, ...]:
        name = inert(f"{one.object_class} {one.state}".strip())
        if not one.assessed:
            return (name, "all", "not looked at", inert(one.note))
        reasons = "; ".join(f"{grouped(count)} {why}" for why, count in (*one.failed.items(), *one.skipped.items()))
        word = "failed" if one.failed else "skipped"
        return (name, f"{grouped(one.seen - one.read)} of {grouped(one.seen)}", word, inert(reasons))

    gaps = [one for one in evidence.coverage if not one.assessed or one.read < one.seen]
    return _capped("Not examined", ("Class", "Objects", "What", "Why"), gaps, GAPS_CAP, row)


def _foot(evidence: Evidence) -> str:
    run = evidence.run
    return (
        f"Made by confluence-gdpr {inert(run.tool_version)} for run {inert(run.id)}. Values are masked. "
        f"The JSON report of the run holds everything; SHA-256 of its data: `{data_sha256(evidence)}`"
    )


def _capped(
    title: str, heads: tuple[str, ...], items: Sequence[_Row], most: int, row: Callable[[_Row], tuple[str, ...]]
) -> str:
    """Return a section with the first `most` items, which says before its table that there are more; or nothing."""
    return _table(title, heads, [row(item) for item in items[:most]], len(items)) if items else ""


def _table(title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], all_rows: int) -> str:
    lines = [f"## {title}", ""]
    if all_rows > len(rows):
        lines += [f"The first {grouped(len(rows))} of {grouped(all_rows)}; the JSON report has all of them.", ""]
    lines += [_line(heads), _line("---" for _ in heads), *(_line(row) for row in rows)]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _more(number: int, most: int, before: str) -> list[str]:
    return [f"{before}- and {grouped(number - most)} more reasons"] if number > most else []


def _link(text: str, url: str, site: str) -> str:
    # Signs that a URL may hold and that would end a link or start emphasis are written in percent form.
    target = re.sub(r"[()\[\]*_~]", lambda sign: f"%{ord(sign.group()):02X}", site_link(url, site))
    linked = 0 < len(target) <= LONGEST_LINK
    return f"[{inert(text)}]({target.replace('&', '&amp;')})" if linked else inert(text)


def _first(tally: Tally) -> int:
    return next(place for place, count in enumerate(tally.severities) if count)


def _worst(tally: Tally) -> str:
    return _WORDS[_first(tally)]


FORMAT: Final = Format(name="md", suffix=".md", media_type="text/markdown", render=render)
