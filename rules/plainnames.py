"""Links to people that become plain text: their own text where that is safe to stand, else the display name.

So do marks of wiki markup, which are text already wherever nothing reads them.

A link is taken apart only where nothing is lost with it: it holds one person and at most one text. Its text stays as
the author wrote it, with its markup, unless it may be a login: without the link nothing would find that again. A
single word gives way to the display name therefore, and so does a text with an identifier in it that is known. The
bytes outside the link are nobody's concern here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Final

from rules.identifiers import is_pseudo
from rules.model import Edit, HeldReason, Named, Personal, Span, Unresolved
from rules.passage import Passage, plain, unescaped
from rules.placeholders import holds_variable
from rules.storage import Element, Run, Storage
from rules.tokens import What

LINK: Final = "ac:link"
PLAIN_BODY: Final = "ac:plain-text-link-body"
_RICH_BODY: Final = "ac:link-body"
_BESIDE: Final = {
    LINK: frozenset({"ac:card-appearance"}),
    "ri:user": frozenset({"ri:local-id", "ri:display-name", "ri:version-at-save"}),
}
"""Element -> its attributes that say nothing once the link is gone."""
_SHAPING: Final = frozenset(
    "b big br code del em font i ins s small span strike strong sub sup tt u wbr".split()  # noqa: SIM905 - words
)
"""Elements that shape a text and hold nothing else."""
NAMELESS: Final = "\N{EN DASH}".encode()
"""What takes the place of a name that is masked in the text of a link: no rule takes it for a name."""
_LENGTH: Final = 120
"""Characters of a name at most; longer text is prose."""
_JOINERS: Final = frozenset("\u200c\u200d")
"""Not printable, and letters of some scripts cannot be written without them."""
_WORD: Final = re.compile(r"\w(?:[\w.+-]*\w)?")
"""What may be a login in a text of several words."""
_MORE: Final = re.compile(r"[@~]|://|www\.", re.IGNORECASE)
"""What an address, a login or a link has and a name has not."""

_SIGNS: Final = re.compile(r"[][{}|*_^!+\\]")
"""What wiki markup takes for its own in a name."""

_ALONE: Final = "the plain name is wanted there, but it stands in no link of its own"
_OTHERS: Final = "the plain name is wanted there, but something besides the person stands in the link and would be lost"
_PARTED: Final = "the plain name is wanted there, but tags stand inside the mark and would be lost"
_MARKUP: Final = "the plain name is wanted there, but a sign in it means something in wiki markup"
_NO_NAME: Final = "the plain name is wanted there, but the link has the identifier, an address or a link for its text"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of wiki markup around a person: its characters in a passage, and how the bytes there are escaped."""

    whole: tuple[int, int]
    label: tuple[int, int] | None
    escapes: str
    """As in `rules.passage.ESCAPES`; `plain` is wiki markup itself."""


_ESCAPED: Final[Mapping[str, Callable[[str], str]]] = {
    "plain": str,
    "xml": partial(escape, quote=False),
    "json": lambda text: json.dumps(text)[1:-1],
}
"""How a name is written in a text of each kind."""


def spoken(name: str, identifiers: Iterable[str] = ()) -> str:
    """Return `name` as a text may show it, blanks made single; empty where it is no name.

    No name is what is one of `identifiers`, an address, a variable of a template, or has no letter.
    """
    name = " ".join(name.split())
    shown = all(letter.isprintable() or letter in _JOINERS for letter in name) and any(map(str.isalpha, name))
    if not shown or len(name) > _LENGTH or _MORE.search(name) or holds_variable(name) or is_pseudo(name):
        return ""
    return "" if name.casefold() in {each.casefold() for each in identifiers} else name


def among(retired: Iterable[Personal], known: AbstractSet[str]) -> Callable[[str], bool]:
    """Return what says whether a word, in lower case, is one of the `retired` identifiers or of the `known` ones.

    `known` are identifiers of anybody, in lower case.
    """
    own = frozenset(each.reveal().lower() for each in retired)
    return lambda word: word in own or word in known


def written(named: Named) -> str:
    """Return the name that is to stand in a text: it leaves its cover here and nowhere else."""
    return named.name.reveal()


def unlinked(
    storage: Storage,
    user: Element,
    identities: AbstractSet[Span],
    identifies: Callable[[str], bool],
    named: Named,
    rule: str,
) -> Edit | Unresolved:
    """Return the edit that puts plain text in the place of the link around `user`, or why the link stays.

    `identities` are the places of the identifying attributes; `identifies` is what `among` returns.
    """
    link = next(storage.ancestors(user.parent), None)
    if link is None or link.name != LINK:
        return Unresolved(named.reason, _ALONE)
    elements = tuple(storage.within(link))
    bodies = [each for each in elements if each.parent == link.index and each.index != user.index]
    if len(bodies) > 1 or not _bare(storage, link, user, bodies, identities):
        return Unresolved(HeldReason.NO_REWRITER, _OTHERS)
    name = written(named)
    text = escape(name, quote=False).encode()
    inside = [each for each in elements if each.parent != link.index]
    for body in bodies:
        found = _text(storage, body, inside, lambda words: _tells(words, name, identifies))
        if isinstance(found, Unresolved):
            return found
        text = found or text
    whole = storage.extent(link)[1]
    return Edit(whole, whole.of(storage.data), text, rule)


def unmarked(
    data: bytes, text: Passage, mark: Mark, identifies: Callable[[str], bool], named: Named, rule: str
) -> Edit | Unresolved:
    """Return the edit that puts plain text in the place of a mark in a text, or why the mark stays.

    `identifies` is what `among` returns.
    """
    whole = text.span(*mark.whole)
    if unescaped(whole.of(data), mark.escapes) != text.text[slice(*mark.whole)]:
        return Unresolved(HeldReason.NO_REWRITER, _PARTED)
    words = text.text[slice(*mark.label)] if mark.label is not None else ""
    if _MORE.search(words):
        return Unresolved(HeldReason.NO_REWRITER, _NO_NAME)
    name = written(named)
    if mark.label is not None and words.strip() and not _tells(words, name, identifies):
        return Edit(whole, whole.of(data), text.span(*mark.label).of(data), rule)
    if mark.escapes == "plain" and _SIGNS.search(name):
        return Unresolved(HeldReason.NO_REWRITER, _MARKUP)
    return Edit(whole, whole.of(data), _ESCAPED[mark.escapes](name).encode(), rule)


def _tells(words: str, name: str, identifies: Callable[[str], bool]) -> bool:
    """Return whether the text of a link, which is not blank, may tell an identifier that the display name does not.

    A single word may be a login of the person that no list has; of several words it has to be known.
    """
    text = " ".join(words.lower().split())
    if text.casefold() == " ".join(name.casefold().split()):
        return False
    shown = frozenset(_WORD.findall(name.lower()))
    return (
        " " not in text
        or identifies(text)
        or any(identifies(each) for each in _WORD.findall(text) if each not in shown)
    )


def _bare(
    storage: Storage, link: Element, user: Element, bodies: Sequence[Element], identities: AbstractSet[Span]
) -> bool:
    """Return whether a link holds nothing but a person and perhaps a text."""
    for element in (link, user):
        spare = _BESIDE[element.name]
        if not all(each.name in spare or each.span in identities for each in storage.attributes(element)):
            return False
    around = storage.extent(link)[0]
    parts = sorted(storage.extent(each)[1] for each in (user, *bodies))
    starts, ends = (around.start, *(each.end for each in parts)), (*(each.start for each in parts), around.end)
    between = [storage.data[start:end] for start, end in zip(starts, ends, strict=True)]
    return not b"".join((*between, storage.extent(user)[0].of(storage.data))).strip()


def _text(
    storage: Storage, body: Element, inside: Sequence[Element], tells: Callable[[str], bool]
) -> bytes | Unresolved:
    """Return the text of a link as it may stand without the link, or why it may not.

    Nothing is returned where the display name is to stand for it: it is blank or `tells` who that is.
    """
    around = storage.extent(body)[0]
    texts = _texts(storage, body)
    words = "".join(unescaped(_as_text(storage, run)) for run in texts)
    if body.name == PLAIN_BODY:
        kept = b"".join(_as_text(storage, run) for run in texts)
        whole = sum(run.end - run.start for run in texts) == around.end - around.start
    else:
        kept = around.of(storage.data)
        whole = body.name == _RICH_BODY and all(each.name in _SHAPING for each in inside)
    if not whole:
        return Unresolved(HeldReason.NO_REWRITER, _OTHERS)
    if not words.strip():
        return Unresolved(HeldReason.NO_REWRITER, _OTHERS) if b"<" in kept else b""
    telling = tells(words)
    if _MORE.search(words) or (telling and b"<" in kept):
        return Unresolved(HeldReason.NO_REWRITER, _NO_NAME)
    return b"" if telling else kept


def _texts(storage: Storage, body: Element) -> Sequence[Run]:
    """Return the texts and sections inside the text of a link, comments left out."""
    around = storage.extent(body)[0]
    return [run for run in storage.inside(body, around.end - around.start) if run.what is not What.COMMENT]


def _as_text(storage: Storage, run: Run) -> bytes:
    """Return a text as it is written, the content of a section escaped as a text."""
    _, raw = storage.content(run)
    return escape(plain(raw), quote=False).encode() if run.what is What.CDATA else raw


def staying(storage: Storage, edits: Iterable[Edit], known: AbstractSet[str]) -> tuple[bytes, ...]:
    """Return the CDATA sections that have to be in a body after `edits`: all but the texts of links that became text.

    Such a text goes with its link only, which has to lead to a person, and its words have to be in what takes its
    place; those that may be an identifier, one of the `known` ones for example, have to give way to something. A text
    that is masked stays a section, with `NAMELESS` in it.
    """
    identifies = among((), known)
    texts = {edit.span: edit.new for edit in edits}
    sections = (run for run in storage.sections() if run.what is What.CDATA)
    return tuple(_section(storage, run, texts) for run in sections if not _became_text(storage, run, texts, identifies))


def _section(storage: Storage, run: Run, texts: Mapping[Span, bytes]) -> bytes:
    """Return a section as it has to be after the edits: as it was, or masked if it is the whole text of a link."""
    start, raw = storage.content(run)
    link = _person_link(storage, run)
    if link is not None and texts.get(Span(start, start + len(raw))) == NAMELESS:
        return storage.data[run.start : start] + NAMELESS + storage.data[start + len(raw) : run.end]
    return storage.data[run.start : run.end]


def _person_link(storage: Storage, run: Run) -> Element | None:
    """Return the link to a person whose plain text a section is, None where it is something else."""
    around = tuple(storage.ancestors(run.parent))[:2]
    if [each.name for each in around] != [PLAIN_BODY, LINK]:
        return None
    link = around[1]
    to_person = any(each.name == "ri:user" and each.parent == link.index for each in storage.within(link))
    return link if to_person else None


def _became_text(storage: Storage, run: Run, texts: dict[Span, bytes], identifies: Callable[[str], bool]) -> bool:
    link = _person_link(storage, run)
    new = texts.get(storage.extent(link)[1]) if link is not None else None
    if not new:
        return False
    words = "".join(unescaped(_as_text(storage, each)) for each in _texts(storage, storage.element(run.parent)))
    return _as_text(storage, run).strip() in new or _tells(words, "", identifies)
