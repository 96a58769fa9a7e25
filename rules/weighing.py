"""What a hit is worth where it stands: labels raise it, code, other words and longer identifiers speak against it.

Nothing here knows a kind of number. A detector says how sure it is alone and how sure behind a label; each thing that
speaks against the value takes one step off. The reason names all of it in plain words and nothing of the value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from rules.commas import joined
from rules.headings import spaced
from rules.hits import Detector, Hit
from rules.labellines import line_over, plain
from rules.model import Confidence
from rules.subjects import SubjectKind
from rules.surroundings import Place, Surroundings

REACH: Final = 40
"""Characters between a label and its value at most."""
LABELLED: Final = "a label for it stands before it"
OVER: Final = "the line over it is a label for it"
HEADED: Final = "it stands under a heading for it"
CODE: Final = "it stands in a block of code"
OTHERWISE: Final = "the words before it name something else"
HEADED_OTHERWISE: Final = "the heading names something else"
ISSUE: Final = "it is written as the key of an issue is"
FILE: Final = "it is part of the name of a file"

_LOOK_BACK: Final = 2 * REACH
"""Characters before the value that may hold a label, whose own words count as well."""
_TOKEN: Final = 120
"""Characters on either side that may belong to a longer identifier."""
_NEVER: Final = 1 << 20
"""A distance behind all labels."""

NUMBERS: Final = frozenset(
    {
        SubjectKind.PHONE,
        SubjectKind.IP_ADDRESS,
        SubjectKind.MAC_ADDRESS,
        SubjectKind.BANK_ACCOUNT,
        SubjectKind.PAYMENT_CARD,
        SubjectKind.VAT_ID,
        SubjectKind.TAX_ID,
        SubjectKind.NATIONAL_ID,
        SubjectKind.SOCIAL_SECURITY,
        SubjectKind.PASSPORT,
        SubjectKind.LICENCE_PLATE,
        SubjectKind.COORDINATES,
    }
)
"""Kinds that are no finding as a piece of something longer."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(each.strip() for each in words.split(","))


_OTHER_WORDS: Final = _listed(
    "order, order confirmation, po, invoice, version, versions, release, build, revision, rev, isbn, isbn-10, isbn-13,"
    " issn, ean, gtin, upc, sku, asin, doi, rfc, ticket, issue, case, incident, request, article, item, part, serial,"
    " s/n, p/n, model, commit, hash, checksum, md5, sha1, sha256, sha-256, crc, uuid, guid, timestamp, epoch, tracking,"
    " shipment, batch, lot, port, price, amount, total, quantity, qty, page, pageid, content, contentid, space,"
    " firmware, chapter, section, patent, oid, offset, bytes, size, pid, job, run, transaction, quote, reference, ref,"
    " bestellung, bestell, auftrag, auftrags, rechnung, rechnungs, vorgang, vorgangs, aktenzeichen, artikel, teile,"
    " serien, sachnummer, material, sendung, sendungs, charge, chargen, preis, betrag, menge, prüfsumme, lieferschein,"
    " angebot, angebots, kapitel, seite, commande, facture, référence, réf, devis, colis, série, prix, montant,"
    " quantité, pedido, factura, referencia, serie, lote, precio, importe, cantidad, ordine, fattura, riferimento, rif,"
    " preventivo, lotto, prezzo, importo, bestelling, factuur, kenmerk, prijs, bedrag, aantal"
) | frozenset(
    f"{short}{joint}{number}"
    for short in ("art", "best", "bestell", "mat", "ser", "rg", "auftr", "réf", "cat", "inv")
    for joint in (".-", ". ", ".", "-", " ", "")
    for number in ("nr", "no")
)
"""What numbers are called that are nobody's, in six languages; some are cut short: `Art.-Nr.`."""
_OTHER_HEADINGS: Final = _OTHER_WORDS | _listed("id, width, height, created, updated, modified, count, position")
"""The same for columns and keys of JSON, where a short word says all."""
_NUMBERED: Final = r"(?:[ -]?(?:no|nr|num|number|nummer|numéro|numero|número|ids?|is|ist|code|key|#|n[°º]))*"
_NAMED: Final = re.compile(
    r"(?<![^\W_])(?:"
    + "|".join(map(re.escape, sorted(_OTHER_WORDS, key=lambda word: (-len(word), word))))
    + rf"){_NUMBERED}(?P<rest>[\s:.#=(\"'-]{{0,4}})\Z"
)
"""One of these words as the name of the value that follows."""
_AROUND_LABEL: Final = re.compile(r"(?:(?:no|nr|num|number|nummer|numéro|numero|número|n[°º]|ids?|is|ist)\b|[\W_])*")
"""What may stand in a line beside a label that fills it."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_JOINED: Final = re.compile(r"[^\s<>\"'()\[\]{},;|]*")
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}")
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|www\.")
_SUFFIX: Final = re.compile(r"[\w.-]*\.[A-Za-z][A-Za-z0-9]{1,4}\Z")
_FRACTION_BEFORE: Final = re.compile(r"\d\.\Z")
_FRACTION_BEHIND: Final = re.compile(r"\.\d")
_ISSUE: Final = re.compile(r"[A-Z][A-Z0-9]{1,9}-[1-9]\d{0,6}")


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a hit is worth."""

    confidence: Confidence
    claim: Confidence
    """How sure it is that the value is of this kind, before anything speaks against its being somebody's."""
    distance: int
    """Characters between its label and the value; large where there is none."""
    doubts: tuple[str, ...]
    grounds: tuple[str, ...]
    """Why it fired, in plain words."""

    @property
    def reason(self) -> str:
        """Return why it fired and what spoke against it."""
        return "; ".join((*self.grounds, *self.doubts))


def weigh(text: str, detector: Detector, hit: Hit, around: Surroundings) -> Weighed | None:
    """Return what a hit is worth where it stands, None where it is no finding."""
    if (around.place is Place.LINK and not detector.in_links) or (around.place is Place.CODE and not detector.in_code):
        return None
    number = hit.kind in NUMBERS
    if number and is_piece(text, hit.start, hit.end, in_link=detector.in_links):
        return None
    labels = hit.labels or detector.labels
    distance, ground = _label(text, hit.start, around, labels)
    other = _other(text, hit.start, around, distance) if number else ""
    claim = hit.alone if distance == _NEVER else hit.labelled
    if claim is None or (other and distance == _NEVER and claim is not Confidence.HIGH):
        return None
    code = around.place is Place.CODE and not detector.at_home_in_code
    doubts = tuple(filter(None, (hit.doubt, CODE if code else "", *_form(text, hit), other)))
    steps = len(doubts) + bool(other and distance == _NEVER)
    return Weighed(
        confidence=Confidence(max(Confidence.LOW, claim - steps)),
        claim=claim,
        distance=distance,
        doubts=doubts,
        grounds=tuple(filter(None, (hit.reason, ground))),
    )


def _form(text: str, hit: Hit) -> tuple[str, ...]:
    """Return what the form of a number speaks against it."""
    if hit.kind not in NUMBERS:
        return ()
    issue = ISSUE if _ISSUE.fullmatch(text, hit.start, hit.end) else ""
    return issue, FILE if _SUFFIX.fullmatch(_behind(text, hit.end)) else ""


def _label(text: str, start: int, around: Surroundings, labels: frozenset[str]) -> tuple[int, str]:
    """Return how far before the value a label stands, and what to say of it."""
    if not labels:
        return _NEVER, ""
    distance = _distance(text, start, around, labels)
    if distance <= REACH:
        return distance, LABELLED
    if _is_over(text, start, around, labels):
        return REACH, OVER
    return (REACH, HEADED) if _expression(labels).search(heading(around.header)) else (_NEVER, "")


def _other(text: str, start: int, around: Surroundings, distance: int) -> str:
    """Return what speaks for another kind of number: the word that names it, if no label is nearer, or the heading."""
    named = _NAMED.search(text[max(around.block[0], start - _LOOK_BACK) : start].lower())
    if named is not None and len(named["rest"]) < distance:
        return OTHERWISE
    if distance == _NEVER:
        line = _over(text, start, around)
        named = _NAMED.search(line)
        if named is not None and not any(map(str.isalnum, line[: named.start()])):
            return OTHERWISE
    headed = distance == _NEVER and _expression(_OTHER_HEADINGS).search(heading(around.header))
    return HEADED_OTHERWISE if headed else ""


def _is_over(text: str, start: int, around: Surroundings, words: frozenset[str]) -> bool:
    """Return whether one of some words fills the line over a value that begins its own."""
    line = _over(text, start, around)
    return any(
        _AROUND_LABEL.fullmatch(line, 0, found.start()) and _AROUND_LABEL.fullmatch(line, found.end())
        for found in _expression(words).finditer(line)
    )


def _over(text: str, start: int, around: Surroundings) -> str:
    """Return the line over a value that begins its own, in lower case and in text that people read only."""
    return plain(line_over(text, start)) if around.place is Place.PROSE else ""


def _distance(text: str, start: int, around: Surroundings, words: frozenset[str]) -> int:
    """Return how many characters stand between the last of some words and the value."""
    before = plain(text[max(around.block[0], start - _LOOK_BACK) : start])
    last = _NEVER
    for found in _expression(words).finditer(before):
        last = len(before) - found.end()
    return last


@cache
def _expression(words: frozenset[str]) -> re.Pattern[str]:
    """Return the expression of some words as whole words, the longest first."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, ordered)) + r")(?![^\W_])")


def heading(header: str) -> str:
    """Return a heading or a key of JSON in lower case, as it is and with its words apart: `workPhone`, `work_phone`."""
    return f"{plain(header)} {plain(spaced(header))}" if header else ""


@lru_cache(maxsize=1024)
def heading_words(header: str) -> frozenset[str]:
    """Return the words of a heading or a key of JSON in lower case: `workPhone`, `work`, `phone`."""
    return frozenset(_WORD.findall(heading(header)))


def is_piece(text: str, start: int, end: int, *, in_link: bool) -> bool:
    """Return whether the characters [start, end) are a piece of something longer: a hash, an address, a fraction."""
    if _goes_on(text[end : end + 1]) or (text[start] != "+" and _goes_on(text[max(0, start - 1) : start])):
        return True
    before, behind = text[max(0, start - _TOKEN) : start], text[end : end + _TOKEN]
    if _FRACTION_BEFORE.search(before[-2:]) or (text[end - 1].isdigit() and _FRACTION_BEHIND.match(behind)):
        return True
    if joined(text, start, end):
        return True
    left = _before(text, start)
    if _UUID.search(left[-36:] + text[start:end] + _behind(text, end)[:36]):
        return True
    return not in_link and _ADDRESS.search(left) is not None


def _goes_on(letter: str) -> bool:
    """Return whether a letter, a digit or an underscore stands there; scripts without blanks begin a word anywhere."""
    return letter == "_" or (letter.isalnum() and letter < "\u2e80")


def _before(text: str, start: int) -> str:
    """Return what stands before a place without a blank or a mark that ends an identifier."""
    backwards = _JOINED.match(text[max(0, start - _TOKEN) : start][::-1])
    return backwards[0][::-1] if backwards else ""


def _behind(text: str, end: int) -> str:
    """Return what stands behind a place without a blank or a mark that ends an identifier."""
    joined = _JOINED.match(text, end, end + _TOKEN)
    return joined[0] if joined else ""
