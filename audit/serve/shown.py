"""What the pages show, worked out from runs and plans: rows with bars, sites with charts, some actions at a time."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from audit.listing import Listed
from audit.plan_file import Action
from reports.charts import bar
from reports.columns import Column, columns
from reports.language import ENGLISH, Language

PER_PAGE: Final = 20
"""Actions on one page of a plan."""
LATEST: Final = 40
"""Runs in one chart."""
DIGITS: Final = 9
"""Most digits of a number in an address or a form."""


@dataclass(frozen=True, slots=True)
class Row:
    """One run with its bars."""

    run: Listed
    scope: tuple[tuple[str, str], ...]
    """What the audit was asked to read: option and value; empty for the whole site."""
    found: Markup
    covered: Markup


@dataclass(frozen=True, slots=True)
class Page:
    """The list of runs, the latest first."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """One site and its runs, the latest first, with a chart of the latest ones."""

    origin: str
    rows: tuple[Row, ...]
    chart: Markup
    charted: tuple[Column, ...]
    accepted: bool
    """Whether somebody accepted a finding of these runs."""
    scopes: int
    """How many different scopes the charted runs have: beyond one, columns do not compare."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """Some actions of a plan: page `number` of `pages`, counted from one."""

    actions: tuple[Action, ...]
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Place:
    """An action, and the page that it stands on."""

    action: str
    page: int


def page_of(runs: Sequence[Listed], language: Language = ENGLISH) -> Page:
    """Return the list of runs; `runs` come oldest first."""
    most = max((run.findings for run in runs), default=0)
    return Page(tuple(_row(run, most, language) for run in reversed(runs)))


def sites(page: Page, language: Language = ENGLISH) -> tuple[Site, ...]:
    """Return the sites that were audited, in the order of their names."""
    rows: dict[str, list[Row]] = {}
    for row in page.rows:
        if row.run.facts is not None:
            rows.setdefault(row.run.facts.site, []).append(row)
    return tuple(_site(origin, its, language) for origin, its in sorted(rows.items()))


def numbered(actions: Sequence[Action], asked: str) -> Numbered:
    """Return the page of actions that is asked for, or the one next to it that there is."""
    pages = max(-(-len(actions) // PER_PAGE), 1)
    number = min(whole(asked) or 1, pages)
    return Numbered(tuple(actions[(number - 1) * PER_PAGE : number * PER_PAGE]), number, pages)


def whole(text: str) -> int | None:
    """Return the whole number that a text is; None where it is none, or none that we ever gave."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None


def places(actions: Sequence[Action]) -> Iterator[Place]:
    """Yield where each action stands."""
    return (Place(action.id, n // PER_PAGE + 1) for n, action in enumerate(actions))


def first_open(actions: Sequence[Action], decided: Container[str]) -> Place | None:
    """Return the first action that nobody decided about."""
    return next((place for place in places(actions) if place.action not in decided), None)


def _row(run: Listed, most: int, language: Language) -> Row:
    options = run.facts.options if run.facts else {}
    scope = tuple((name, value) for name, value in options.items() if value)
    found = bar([(name, name, number) for name, number in run.severities.items()], most, language)
    return Row(run, scope, found, bar([("read", "read", run.read)], run.seen, language))


def _site(origin: str, rows: Sequence[Row], language: Language) -> Site:
    latest = rows[:LATEST]
    shown = tuple(
        Column(language.when(row.run.facts.started_at_utc), row.run.severities, complete=not row.run.facts.incomplete)
        for row in reversed(latest)
        if row.run.facts is not None
    )
    accepted = any(row.run.accepted for row in rows)
    scopes = len({row.scope for row in latest})
    return Site(origin, tuple(rows), columns(shown, language), shown, accepted, scopes)
