"""Wiki markup names a person by username: `[~name]`, `[text|~name]`, `{mention:name}`, `{profile:user=name}`.

Why it matters: bodies from before Confluence 4, and the macros that keep what could not be converted, are wiki markup;
in other text such marks were pasted and shown as they are. The login stays when the account is erased. GDPR Art.
5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, Confluence wiki markup; user privacy API migration guide for Confluence Cloud.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from rules import adf, model
from rules.accounts import account
from rules.jsontree import Array, Object, passage
from rules.masking import excerpt
from rules.model import Confidence, Edit, HeldReason, Hold, Kind, Match, Severity, Unreadable, Unresolved
from rules.passage import Passage
from rules.plainnames import Mark, among, unmarked
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.storage import PARAMETERS, Storage
from rules.tokens import What
from rules.view import View
from rules.wikimarkup import NEEDLE, Named, is_wiki, named, sought

_CODE: Final = frozenset({"pre", "code", "tt", "samp", "kbd"})
_QUERIES: Final = frozenset({Kind.CQL, Kind.JQL})
_SOUGHT: Final = "the query looks for these characters in texts, and nobody can say how those are written today"
_KEPT: Final = "the text is not wiki markup here, or the site keeps it as it is"
_SAMPLE: Final = "sample text: it may show nobody"


@dataclass(frozen=True, slots=True)
class _Place:
    """One stretch of text that may hold wiki markup."""

    text: Passage
    escapes: str
    """How its bytes are escaped; empty where no plain text may take the place of a mark."""
    where: str
    confidence: Confidence
    reason: str


_Marked = tuple[_Place, Named]
"""A mark and the stretch of text that it stands in."""


def detect(view: View) -> Iterator[Match]:
    """Yield whom wiki markup in running text, comments and macros for it names."""
    for place, each in _marked(view):
        yield _match(view, place, each)


def _match(view: View, place: _Place, each: Named) -> Match:
    span = place.text.span(each.start, each.end)
    match = RULE.match(
        span,
        each.subject,
        where=place.where,
        excerpt=excerpt(view.data, span.start, span.end, each.subject.mask),
        confidence=Confidence.LOW if each.sample else place.confidence,
        reason=_SAMPLE if each.sample else place.reason,
    )
    return replace(match, rewritable=not _reason_to_stay(view, each))


def _reason_to_stay(view: View, each: Named) -> str:
    """Return why an identifier is not rewritten whoever it names, empty where it may be."""
    if view.part.kind is not Kind.TEXT:
        return _SOUGHT if view.part.kind in _QUERIES else _KEPT
    if each.sample:
        return _SAMPLE
    return "" if each.link else "only a link to a profile has a form for account ids"


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each link to a profile in a body of wiki markup by its account id; everything else is held.

    Where the person is to be named instead, the link becomes plain text, in running text of pages as well.
    """
    wanted = {match.span: match for match in matches}
    edits: list[Edit] = []
    holds: list[Hold] = []
    for place, each in _marked(view):
        span, answer = place.text.span(each.start, each.end), _answer(view, place, each, resolve)
        if isinstance(answer, Unresolved):
            holds.append(Hold(RULE.id, span, each.subject, answer.reason, answer.detail, wanted[span].where))
        elif isinstance(answer, Edit):
            edits.append(answer)
        else:
            edits.append(Edit(span, span.of(view.data), f"accountid:{answer}".encode(), RULE.id))
    return Change(tuple(edits), tuple(holds))


def _answer(view: View, place: _Place, each: Named, resolve: Resolver) -> str | Edit | Unresolved:
    """Return the account of a person, the edit that leaves plain text in place of the mark, or why it stays."""
    if each.link and not each.sample and place.escapes:
        found = resolve(each.subject)
        if isinstance(found, model.Named):
            mark = Mark(each.mark, each.label, place.escapes)
            identifies = among([each.subject], view.context.known)
            return unmarked(view.data, place.text, mark, identifies, found, RULE.id)
    stays = _reason_to_stay(view, each)
    return Unresolved(HeldReason.NO_REWRITER, stays) if stays else account(each.subject, resolve)


def _marked(view: View) -> Iterator[_Marked]:
    if view.part.kind in _QUERIES:
        place = _Place(view.passage, "", "query", Confidence.MEDIUM, "a query for the mark of a link to a person")
        yield from ((place, each) for each in sought(view.passage.text))
        return
    if view.part.kind is Kind.STORAGE:
        yield from _in_texts(view.storage)
        places = _in_sections(view.storage)
    elif view.part.kind is Kind.ADF:
        places = _in_document(view)
    else:
        why = "the mark of a link to a person in wiki markup"
        places = iter([_Place(view.passage, "plain", "", Confidence.MEDIUM, why)])
    yield from ((place, each) for place in places for each in named(place.text.text))


def _in_texts(storage: Storage) -> Iterator[_Marked]:
    """Yield the marks in running text. Code begins and ends within a stretch of it: each mark is asked for its own."""
    for parent, text in storage.passages(NEEDLE):
        where = "/".join(filter(None, (storage.path(parent), "text()")))
        escapes = "xml" if storage.nearest(parent, PARAMETERS) is None else ""
        for each in named(text.text):
            code = storage.inside_any(text.span(each.start, each.end).start, _CODE)
            yield _pasted(text, escapes, where, code=code), each


def _in_sections(storage: Storage) -> Iterator[_Place]:
    for run in storage.sections():
        start, raw = storage.content(run)
        if not NEEDLE.search(raw):
            continue
        text = Passage(((start, raw),), "plain")
        if run.what is What.COMMENT:
            yield _Place(text, "", f"{storage.path(run.parent)}/comment", Confidence.LOW, "wiki markup in a comment")
        elif is_wiki(storage, run.parent):
            where = f"{storage.path(run.parent)}/cdata"
            yield _Place(text, "", where, Confidence.HIGH, "wiki markup that was never converted")


def _in_document(view: View) -> Iterator[_Place]:
    tree = view.tree
    for node in () if isinstance(tree, Unreadable) else adf.nodes(tree):
        text = node.node.text("text") if node.type == "text" else None
        if text is not None and ("~" in text.value or "{" in text.value):
            yield _pasted(passage(view.data, text), "json", node.path, code=_is_code(node))


def _is_code(node: adf.AdfNode) -> bool:
    """Return whether a text stands in a block of code, or has the mark of code."""
    marks = node.node.get("marks")
    types = [mark.text("type") for mark in marks.items if isinstance(mark, Object)] if isinstance(marks, Array) else []
    return "codeBlock" in node.path.split("/") or any(kind is not None and kind.value == "code" for kind in types)


def _pasted(text: Passage, escapes: str, where: str, *, code: bool) -> _Place:
    if code:
        return _Place(text, "", where, Confidence.LOW, _SAMPLE)
    return _Place(text, escapes, where, Confidence.MEDIUM, "wiki markup as plain text")


RULE: Final = Rule(
    id="legacy-wiki-mention",
    title="Legacy user in wiki markup",
    category=Category.LEGACY,
    severity=Severity.LOW,
    why="Wiki markup names a person by username. Nothing renders it on Cloud, so it notifies nobody and shows the login"
    " itself, which stays on the page when the account is erased.",
    remedy="Mention the person anew or remove the name. This tool changes `[~name]` to `[~accountid:ID]` in files of"
    " wiki markup and plain text; in pages it is text or a section that no edit may touch, and stays. Text gives way to"
    " the plain name where the policy wants that.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://confluence.atlassian.com/doc/confluence-wiki-markup-251003035.html",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.STORAGE, Kind.ADF, Kind.TEXT, Kind.CQL, Kind.JQL),
    gate=(
        b"[~",
        b"|~",
        b"{mention",
        b"{profile",
        b"{blog-posts",
        b"{content",
        b"{network",
        b"{recently-updated",
        b"{status-list",
        b"{tasks-report",
    ),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b"h1. Bench\nAsk [~tbergmann] or [Ola|~o.lindqvist], see [~mrossi:Home] and {profile:user=jvega}.\n"
            b"{code}[~kito]{code}",
            Kind.TEXT,
            "a body of wiki markup; only links to profiles have a form for account ids, and code is a sample",
            ("tbergmann", "o.lindqvist", "mrossi", "jvega", "kito"),
            b"h1. Bench\nAsk [~accountid:712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10] or"
            b" [Ola|~accountid:712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10], see [~mrossi:Home] and"
            b" {profile:user=jvega}.\n{code}[~kito]{code}",
        ),
        Flag(
            b'<ac:structured-macro ac:name="unmigrated-wiki-markup"><ac:plain-text-body><![CDATA[{panel}[~tbergmann]]]>'
            b"</ac:plain-text-body></ac:structured-macro><p>Ask {mention:o.lindqvist} &amp; [~kito]</p>"
            b"<!-- [~jvega] -->",
            Kind.STORAGE,
            "a macro that keeps what was not converted, pasted text, and a comment",
            ("tbergmann", "o.lindqvist", "kito", "jvega"),
        ),
        Flag(
            b'{"type":"doc","content":[{"type":"text","text":"ask [~o\\u002elindqvist]"}]}',
            Kind.ADF,
            "pasted text in the newer format",
            ("o.lindqvist",),
        ),
        Clean(
            b"[~accountid:5d41402abc4b2a76b9719d91] [~5d41402abc4b2a76b9719d91] [~50] [~30min] \\[~tbergmann] [~]"
            b" ~tbergmann~ a[~b]c {mention:} {profile} [text|Page] [^~/x] [~/.ssh/x]",
            Kind.TEXT,
            "account ids, numbers, an escaped mark, a class of characters, paths",
        ),
        Flag(
            b'project = DEV and (comment ~ "[~tbergmann]" or description ~ "\\\\[~o.lindqvist\\\\]")',
            Kind.JQL,
            "a search for what mentions people, with and without escapes",
            ("tbergmann", "o.lindqvist"),
        ),
        Flag(b'text ~ "[~tbergmann]"', Kind.CQL, "the same in Confluence", ("tbergmann",)),
        Clean(
            b'comment ~ "[~accountid:5d41402abc4b2a76b9719d91]" or summary ~ "~tbergmann" or text ~ "[~20]"',
            Kind.JQL,
            "an account id, a similar word, a number",
        ),
        Clean(b'text ~ "[~]" or title ~ "[tbergmann]"', Kind.CQL, "nobody"),
        Flag(
            b"{recently-updated:max=3|author=tbergmann, -o.lindqvist} {content-by-user:kito}",
            Kind.TEXT,
            "macros that list what people wrote",
            ("tbergmann", "o.lindqvist", "kito"),
        ),
        Clean(
            b"{recently-updated:spaces=tbergmann} {contentbylabel:tbergmann} {content:author=tbergmann}"
            b" {recently-updated:author=5d41402abc4b2a76b9719d91}",
            Kind.TEXT,
            "a space, a label, another macro, an account id",
        ),
        Clean(b"kept[~mask] = [3]; frame2[~known].size", Kind.TEXT, "an index of a program"),
        Clean(
            b'<p>[<em>~</em>] about [~20] pieces</p><ac:structured-macro ac:name="code"><ac:plain-text-body>'
            b"<![CDATA[[~tbergmann]]]></ac:plain-text-body></ac:structured-macro>",
            Kind.STORAGE,
            "prose, and a code sample, which sample-code-user reports",
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"mention","attrs":{"id":"5d41402abc4b2a76b9719d91","text":"[~x]"}},'
            b'{"type":"text","text":"cd ~/src {x}"}]}',
            Kind.ADF,
            "text that is no wiki markup",
        ),
    ),
)
