"""The page that a run is published on: storage format with a summary and links to the files that hang on the page.

Whatever came from the site or from the command line is escaped. The same run and files give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from reports.audience import MEANINGS, level
from reports.evidence import Evidence, RunStatus
from reports.language import Language, language
from reports.tables import figures, tallies
from reports.text import visible
from reports.verdict import verdict
from reports.words import words

RULES_CAP: Final = 20
PUBLISHING: Final = "publish: "
"""What the purpose of each row begins with that a publication adds to the hosts of a run."""


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file that hangs on the page."""

    name: str
    size_bytes: int
    sha256: str


def page_body(evidence: Evidence, files: Sequence[PublishedFile]) -> str:
    """Return the body of the page as storage format, in the language of the evidence.

    It counts what was found and shows no value, not even as a mask, whatever the audience of the files is.
    """
    speech = language(evidence.language)
    return "".join(
        (
            *_head(evidence, speech),
            *_scope(evidence, speech),
            *_totals(evidence, speech),
            *_files(files, speech),
            *_hosts(evidence, speech),
        )
    )


def _head(evidence: Evidence, speech: Language) -> Iterable[str]:
    said = verdict(evidence, words(speech))
    yield f"<p><strong>{_text(said.headline)}.</strong></p>"
    if evidence.run.status is not RunStatus.COMPLETE:
        warning = speech.text("The run is not complete. What was not read is unknown, not clean.")
        yield f"<p><strong>{_text(warning)}</strong></p>"


def _scope(evidence: Evidence, speech: Language) -> Iterable[str]:
    run = evidence.run
    assessed = [row for row in evidence.coverage if row.assessed]
    seen, read = sum(row.seen for row in assessed), sum(row.read for row in assessed)
    start, end = speech.when(run.started_at_utc), speech.when(run.finished_at_utc)
    share = speech.share(read, seen)
    yield from _table(
        (speech.text("What"), speech.text("Value")),
        (
            (_text(speech.text("Site")), _text(f"{run.site}, {run.edition}")),
            (
                _text(speech.text("Run")),
                _text(speech.say("%(run)s, %(start)s to %(end)s", run=run.id, start=start, end=end)),
            ),
            (
                _text(speech.text("Read")),
                _text(speech.say("%(read)s of %(seen)s objects, %(share)s", read=read, seen=seen, share=share)),
            ),
            (_text(speech.text("Audience")), _text(speech.text(MEANINGS[level(evidence)]))),
        ),
    )


def _totals(evidence: Evidence, speech: Language) -> Iterable[str]:
    counts = [(_text(speech.text(one.label)), speech.number(count)) for one, count in evidence.by_severity().items()]
    objects = speech.number(figures(evidence)["objects"])
    yield from _table(
        (speech.text("Severity"), speech.text("Findings")),
        (
            *counts,
            (_text(speech.text("all")), speech.number(len(evidence.findings))),
            (_text(speech.text("Objects")), objects),
        ),
    )
    largest = sorted(tallies(evidence).by_rule, key=lambda one: (-one.total, one.key))[:RULES_CAP]
    titles = {one.key: evidence.rules[one.key].title if one.key in evidence.rules else one.key for one in largest}
    if largest:
        yield from _table(
            (speech.text("What"), speech.text("Findings"), speech.text("Objects")),
            (
                (_text(speech.told(titles[one.key])), speech.number(one.total), speech.number(one.objects))
                for one in largest
            ),
        )


def _files(files: Sequence[PublishedFile], speech: Language) -> Iterable[str]:
    if not files:
        return
    direct = speech.text("The files went from the machine of the auditor straight to this site, by no other server.")
    yield f"<p>{_text(direct)}</p>"
    yield from _table(
        (speech.text("File"), speech.text("Size"), "SHA-256"),
        ((_link(one.name), speech.size(one.size_bytes), f"<code>{_text(one.sha256)}</code>") for one in files),
    )


def _hosts(evidence: Evidence, speech: Language) -> Iterable[str]:
    """Yield which bytes went to which host before this page: what it adds itself would make it another page."""
    rows = [one for one in evidence.hosts() if not one.purpose.startswith(PUBLISHING)]
    if rows:
        yield f"<p>{_text(speech.text('Hosts contacted, and nothing else'))}</p>"
        yield from _table(
            tuple(map(speech.text, ("Host", "Purpose", "Requests", "Received", "Sent"))),
            (
                (
                    _text(one.origin),
                    _text(speech.told(one.purpose)),
                    speech.number(one.requests),
                    speech.size(one.received_bytes),
                    speech.size(one.sent_bytes),
                )
                for one in rows
            ),
        )


def _link(name: str) -> str:
    """Return a link to an attachment of the same page; its text is the name of the file."""
    return f'<ac:link><ri:attachment ri:filename="{_text(name)}"/></ac:link>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """Yield a table; cells are storage format already, heads are text."""
    yield "<table><tbody><tr>"
    yield from (f"<th>{_text(head)}</th>" for head in heads)
    yield "</tr>"
    for row in rows:
        yield "<tr>"
        yield from (f"<td>{cell}</td>" for cell in row)
        yield "</tr>"
    yield "</tbody></table>"


def _text(text: str) -> str:
    return escape(visible(text))
