"""A summary to paste into a wiki page, a ticket or a chat: Markdown that stays short however much was found.

CommonMark with the tables of GitHub Flavored Markdown. Whatever came from the site is escaped for both Markdown and
HTML, names nobody (`@name` would call somebody) and links to the site alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from reports.annexes import annexes
from reports.audience import MEANINGS, level
from reports.document import data_sha256
from reports.evidence import RIGHTS, Change, CoverageRow, Evidence, HeldItem, HostFacts, PlanFacts, Purpose, RunStatus
from reports.format import Format
from reports.inert import inert
from reports.language import Language, language
from reports.migrated import OtherPlan
from reports.planned import in_figures, sections
from reports.standing import Accepted, Validity
from reports.tables import Tallies, Tally, figures, tallies
from reports.text import site_link
from reports.verdict import verdict
from reports.words import words
from rules.model import Severity

RULES_CAP: Final = 20
SPACES_CAP: Final = 15
CHANGES_CAP: Final = 20
HELD_CAP: Final = 20
GAPS_CAP: Final = 20
HOSTS_CAP: Final = 40
ACCEPTED_CAP: Final = 20
REASONS_CAP: Final = 10
STEP_CAP: Final = 360
"""The same of what to do: it has room for every option that it names."""
REASON_CAP: Final = 1_000
"""The same of why a run is incomplete."""
LONGEST_LINK: Final = 300
"""Characters of an address that is worth its room."""

_Row = TypeVar("_Row")
_STANDINGS: Final = (
    ("new", "new"),
    ("fixed", "fixed: their objects were read, and they are gone"),
    ("unchanged", "unchanged"),
    ("reappeared", "reappeared: they had been fixed before"),
    ("not_examined", "not examined: their objects were not read in this run"),
)
_VALIDITIES: Final = {
    Validity.IN_FORCE: "in force",
    Validity.NOT_YET: "not yet in force, they count until then",
    Validity.EXPIRED: "expired, they count again",
    Validity.AMBIGUOUS: "ambiguous, they count: give the keyed hash or the fingerprint",
    Validity.STALE: "no such finding",
}
OTHER_RULES: Final = "The rules of this run were of another version."
TEXTS_OF_TODAY: Final = (
    "It kept no catalogue of them: only rules that found something are listed here, with the texts of today."
)
_WORDS: Final = tuple(severity.label for severity in sorted(Severity, reverse=True))


def render(evidence: Evidence) -> bytes:
    """Return UTF-8 with LF line ends."""
    tally, speech = tallies(evidence), language(evidence.language)
    sections = (
        _head(evidence, speech),
        _scope(evidence, speech),
        *_planned(evidence, speech),
        _severities(evidence, speech),
        _rules(evidence, tally, speech),
        _spaces(tally, speech),
        _standing(evidence, speech),
        _accepted(evidence, speech),
        _changes(evidence, speech),
        _held(evidence, speech),
        _gaps(evidence, speech),
        _hosts(evidence, speech),
        *_annexes(evidence, speech),
        _foot(evidence, speech),
    )
    return ("\n\n".join(part for part in sections if part) + "\n").encode()


def _head(evidence: Evidence, speech: Language) -> str:
    run, said, title = evidence.run, verdict(evidence, words(speech)), words(speech).titles[evidence.purpose]
    places = speech.say(
        "%(findings)s findings in %(objects)s objects",
        findings=len(evidence.findings),
        objects=figures(evidence)["objects"],
    )
    lines = [f"# {said.headline}: {title}, {inert(run.site)}", "", f"{places}. {_dated(evidence, speech)}"]
    lines += ["", speech.told(RIGHTS)]
    if evidence.purpose is not Purpose.AUDIT:
        lines += ["", in_figures(evidence, speech)]
    if evidence.purpose is Purpose.DRY_RUN:
        lines += ["", speech.text("This is a dry run: nothing has been changed.")]
    if not run.rules_kept:
        lines += ["", f"{speech.text(OTHER_RULES)} {speech.text(TEXTS_OF_TODAY)}"]
    if run.status is not RunStatus.COMPLETE:
        reasons = [f"> - {inert(speech.told(reason), REASON_CAP)}" for reason in run.incomplete[:REASONS_CAP]]
        warning = speech.text("The run is not complete. What was not read is unknown, not clean.")
        lines += ["", f"> **{warning}**", ">", *reasons]
        lines += _more(len(run.incomplete), REASONS_CAP, "> ", speech)
    return "\n".join(lines)


def _dated(evidence: Evidence, speech: Language) -> str:
    audited = inert(speech.when(evidence.run.finished_at_utc))
    if evidence.plan is None:
        return speech.say("Audit of %(audited)s.", audited=audited)
    planned = inert(speech.when(evidence.plan.created_at_utc))
    return speech.say("Plan of %(planned)s, from the audit of %(audited)s.", planned=planned, audited=audited)


def _scope(evidence: Evidence, speech: Language) -> str:
    run = evidence.run
    assessed = [row for row in evidence.coverage if row.assessed]
    seen, read = sum(row.seen for row in assessed), sum(row.read for row in assessed)
    start, end = inert(speech.when(run.started_at_utc)), inert(speech.when(run.finished_at_utc))
    rows = [
        (speech.text("Site"), f"{inert(run.site)}, {inert(run.edition)}"),
        (speech.text("Run"), speech.say("%(run)s, %(start)s to %(end)s", run=inert(run.id), start=start, end=end)),
        (
            speech.text("Read"),
            speech.say("%(read)s of %(seen)s objects, %(share)s", read=read, seen=seen, share=speech.share(read, seen)),
        ),
        *(
            (speech.say("Option %(name)s", name=_said(name, speech)), inert(value) or speech.text("not given"))
            for name, value in sorted(run.options.items())[:REASONS_CAP]
        ),
    ]
    rows.append((speech.text("Rights"), speech.told(RIGHTS)))
    rows.append((speech.text("Audience"), speech.text(MEANINGS[level(evidence)])))
    if evidence.plan:
        rows.append((speech.text("Plan"), f"{inert(evidence.plan.id)}, {inert(evidence.plan.digest)}"))
        if evidence.plan.others:
            rows.append((speech.text("Other plans of this run"), _others(evidence.plan, speech)))
    return _table(speech, "Scope", ("What", "Value"), rows, len(rows))


def _others(plan: PlanFacts, speech: Language) -> str:
    def row(one: OtherPlan) -> str:
        at, state = inert(speech.when(one.created_at_utc)), _said(one.state.value, speech)
        return f"{inert(one.id)}, {inert(one.digest)}, {at}: {state}"

    named = "; ".join(map(row, plan.others[:REASONS_CAP]))
    return f"{_said(plan.chosen, speech)} {named}{chr(0x2026) if len(plan.others) > REASONS_CAP else ''}"


def _severities(evidence: Evidence, speech: Language) -> str:
    rows = [(speech.text(severity.label), speech.number(count)) for severity, count in evidence.by_severity().items()]
    rows += [
        (speech.text("all"), speech.number(len(evidence.findings))),
        (speech.text("of these, need a human (low confidence)"), speech.number(evidence.low_confidence())),
        (
            speech.text("of these, accepted by somebody"),
            speech.number(len(evidence.findings) - len(evidence.open_findings())),
        ),
    ]
    return _table(speech, "Totals", ("Severity", "Findings"), rows, len(rows))


def _rules(evidence: Evidence, tally: Tallies, speech: Language) -> str:
    def row(one: Tally) -> tuple[str, ...]:
        rule = evidence.rules.get(one.key)
        what, remedy = (rule.title, rule.remedy) if rule else (one.key, "")
        return (
            _worst(one, speech),
            _said(what, speech),
            speech.number(one.total),
            speech.number(one.objects),
            inert(speech.told(remedy), STEP_CAP),
        )

    groups = sorted(tally.by_rule, key=_worst_first)
    heads = ("Worst", "What", "Findings", "Objects", "What to do")
    said = "Nothing was found." if any(one.read for one in evidence.coverage) else "There was nothing to read."
    nothing = f"## {speech.text('Findings by rule')}\n\n{speech.text(said)}"
    return _capped(speech, "Findings by rule", heads, groups, RULES_CAP, row) or nothing


def _spaces(tally: Tallies, speech: Language) -> str:
    def row(one: Tally) -> tuple[str, ...]:
        return (
            inert(one.key) or inert(words(speech).no_space),
            speech.number(one.total),
            speech.number(one.objects),
            _worst(one, speech),
        )

    spaces = sorted(tally.by_space, key=_worst_first)
    return _capped(speech, "Findings by space", ("Space", "Findings", "Objects", "Worst"), spaces, SPACES_CAP, row)


def _standing(evidence: Evidence, speech: Language) -> str:
    """Return the comparison with an earlier run, nothing where there was none."""
    found, numbers = evidence.comparison, figures(evidence)
    if found is None:
        return ""
    rows = [(speech.text(word), speech.number(numbers[name])) for name, word in _STANDINGS]
    title = speech.say(
        "Compared with run %(run)s, %(at)s", run=inert(found.run), at=inert(speech.when(found.finished_at_utc))
    )
    return _table(speech, title, ("Findings", "Number"), rows, len(rows))


def _accepted(evidence: Evidence, speech: Language) -> str:
    """Return the list of accepted findings; what the entries name stands in the JSON report."""

    def row(one: Accepted) -> tuple[str, ...]:
        name = one.fingerprint or f"{one.rule}, {speech.told(one.object)}, {one.subject}"
        state, why = speech.text(_VALIDITIES[one.validity]), inert(one.reason)
        return (
            state,
            speech.number(one.findings),
            inert(name),
            why,
            inert(one.owner.mask),
            inert(speech.day(one.until)),
        )

    heads = ("State", "Findings", "What", "Why", "Who", "Until")
    return _capped(speech, "Accepted findings", heads, evidence.accepted, ACCEPTED_CAP, row)


def _changes(evidence: Evidence, speech: Language) -> str:
    def row(one: Change) -> tuple[str, ...]:
        where = _link(one.title or f"{speech.told(one.ref.type.value)} {one.ref.id}", one.url, evidence.run.site)
        return (
            inert(one.action),
            words(speech).outcomes[one.outcome],
            where,
            _said(one.part, speech),
            speech.number(len(one.edits)),
        )

    heads = ("Action", "Outcome", "Object", "Part", "Replacements")
    return _capped(speech, "Changes", heads, evidence.changes, CHANGES_CAP, row)


def _held(evidence: Evidence, speech: Language) -> str:
    def row(one: HeldItem) -> tuple[str, ...]:
        where = _link(one.title or f"{speech.told(one.ref.type.value)} {one.ref.id}", one.url, evidence.run.site)
        step = inert(speech.told(one.next_step), STEP_CAP)
        return (words(speech).held[one.reason], where, _said(one.detail, speech), step)

    return _capped(speech, "Held back", ("Why", "Object", "Detail", "What to do next"), evidence.held, HELD_CAP, row)


def _planned(evidence: Evidence, speech: Language) -> Iterator[str]:
    """Yield what a plan means for each finding, and what is left of what it removed."""
    for one in sections(evidence, speech):
        title = f"## {speech.text(one.title)}"
        table = _table(speech, one.title, one.heads, one.rows, len(one.rows)) if one.rows else title
        yield f"{table}\n\n{one.said}".rstrip()


def _hosts(evidence: Evidence, speech: Language) -> str:
    """Return what went to each host: each file that was published has a row of its own."""

    def row(one: HostFacts) -> tuple[str, ...]:
        return (
            inert(one.origin),
            inert(speech.told(one.purpose), STEP_CAP),
            speech.number(one.requests),
            speech.size(one.received_bytes),
            speech.size(one.sent_bytes),
        )

    heads = ("Host", "Purpose", "Requests", "Received", "Sent")
    return _capped(speech, "Hosts contacted, and nothing else", heads, evidence.hosts(), HOSTS_CAP, row)


def _gaps(evidence: Evidence, speech: Language) -> str:
    """Return what was not looked at, skipped or not read, class by class."""

    def row(one: CoverageRow) -> tuple[str, ...]:
        name = inert(f"{speech.told(one.object_class)} {speech.told(one.state)}".strip())
        if not one.assessed:
            return (name, speech.text("all"), speech.text("not looked at"), _said(one.note, speech))
        reasons = "; ".join(
            f"{speech.number(count)} {speech.told(why)}" for why, count in (*one.failed.items(), *one.skipped.items())
        )
        word = speech.text("failed") if one.failed else speech.text("skipped")
        return (name, speech.say("%(some)s of %(all)s", some=one.seen - one.read, all=one.seen), word, inert(reasons))

    gaps = [one for one in evidence.coverage if not one.assessed or one.read < one.seen]
    table = _capped(speech, "Not examined", ("Class", "Objects", "What", "Why"), gaps, GAPS_CAP, row)
    unseen = len(evidence.rules) - len(evidence.examined())
    rules = speech.say("Rules that had nothing to look at, so that nothing is known: %(number)s.", number=unseen)
    return "\n\n".join(part for part in (table, rules if unseen else "") if part)


def _annexes(evidence: Evidence, speech: Language) -> tuple[str, ...]:
    """Return what a record of processing and a screening start from; its sentences are ours and need no escape."""
    found = annexes(evidence)
    categories = [
        (
            speech.told(one.kind.value.replace("_", " ")),
            speech.told(one.persons),
            speech.number(one.findings),
            speech.number(one.values),
        )
        for one in found.categories
    ]
    criteria = [
        (f"{one.number}. {speech.told(one.name)}", speech.told(one.run), speech.told(one.person))
        for one in found.screening
    ]
    heads = ("Data", "Data subjects", "Findings", "Different values")
    asked = ("Criterion", "What the run says", "What only a person can say")
    return (
        _table(speech, "Record of processing (Art. 30)", heads, categories, len(categories)) if categories else "",
        _table(speech, "Screening for an impact assessment (Art. 35)", asked, criteria, len(criteria)),
        speech.told(found.reading),
    )


def _foot(evidence: Evidence, speech: Language) -> str:
    run = evidence.run
    return speech.say(
        "Made by confluence-gdpr %(version)s for run %(run)s. Values are masked. "
        "The JSON report of the run holds everything; SHA-256 of its data, not of a file: `%(digest)s`",
        version=inert(run.tool_version),
        run=inert(run.id),
        digest=data_sha256(evidence),
    )


def _said(text: str, speech: Language) -> str:
    return inert(speech.told(text))


def _capped(
    speech: Language,
    title: str,
    heads: tuple[str, ...],
    items: Sequence[_Row],
    most: int,
    row: Callable[[_Row], tuple[str, ...]],
) -> str:
    """Return a section with the first `most` items, which says before its table that there are more; or nothing."""
    return _table(speech, title, heads, [row(item) for item in items[:most]], len(items)) if items else ""


def _table(speech: Language, title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], all_rows: int) -> str:
    lines = [f"## {speech.text(title)}", ""]
    if all_rows > len(rows):
        lines += [
            speech.say("The first %(most)s of %(all)s; the JSON report has all of them.", most=len(rows), all=all_rows),
            "",
        ]
    lines += [_line(map(speech.text, heads)), _line("---" for _ in heads), *(_line(row) for row in rows)]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _more(number: int, most: int, before: str, speech: Language) -> list[str]:
    return [f"{before}- {speech.say('and %(number)s more reasons', number=number - most)}"] if number > most else []


def _link(text: str, url: str, site: str) -> str:
    # Signs that a URL may hold and that would end a link or start emphasis are written in percent form.
    target = re.sub(r"[()\[\]*_~]", lambda sign: f"%{ord(sign.group()):02X}", site_link(url, site))
    linked = 0 < len(target) <= LONGEST_LINK
    return f"[{inert(text)}]({target.replace('&', '&amp;')})" if linked else inert(text)


def _worst_first(tally: Tally) -> tuple[int, int, str]:
    return _first(tally), -tally.total, tally.key


def _first(tally: Tally) -> int:
    return next(place for place, count in enumerate(tally.severities) if count)


def _worst(tally: Tally, speech: Language) -> str:
    return speech.text(_WORDS[_first(tally)])


FORMAT: Final = Format(name="md", suffix=".md", media_type="text/markdown", render=render)
