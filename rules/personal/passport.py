"""Where a text holds numbers of passports and identity cards, and the lines of them that machines read.

The number of a passport or of a card has no check digit in most countries: it counts behind a label only, which says
which of both it is. The lines that machines
read have four or more and count anywhere: the last line of a passport (TD3) or of an older card (TD2), the first two
of a card (TD1). Sources: ICAO Doc 9303, parts 3 to 6; Council of the EU, PRADO, for the forms of the countries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from stdnum.nl import identiteitskaartnummer

from rules.checkdigits import german_card, machine_readable, polish_passport
from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.nationalschemes import anything
from rules.notbehind import not_behind
from rules.numberforms import FORM, RIGHT, Scheme, detector, shapes, words
from rules.subjects import SubjectKind

_RULE: Final = "passport"
_CARD_RULE: Final = "national-id"
_LABELS: Final = words(
    "passport, passport-no, passport-no., passport-number, passport-nr, reisepass, reisepassnummer, reisepass-nr,"
    " pass-nr, passnummer, reisepass-nummer, passeport, n° de passeport, numéro de passeport, pasaporte,"
    " número de pasaporte, nº de pasaporte, passaporto, numero di passaporto, n. passaporto, numero passaporto,"
    " paspoort, paspoortnummer, paspoort-nr, passaporte, paszport, nr paszportu, numer paszportu, pas nr, pasnummer,"
    " passi number, passnummer, passin numero, útlevél, útlevélszám, pașaport, паспорт, διαβατήριο, putovnica,"
    " travel-document, travel document no, document-no, document-number, dokumentennummer"
)
_CARD_LABELS: Final = words(
    "personalausweis, personalausweisnummer, personalausweis-nr, personalausweis-nr., ausweisnummer, ausweis-nr,"
    " ausweis nr., identity-card, identity-card-number, identity card no, id-card, id-card-number, identiteitskaart,"
    " identiteitskaartnummer, identiteitskaart-nr"
)
_SERIAL_LABELS: Final = _LABELS | {"pass"}
"""A bare `Pass` may be a password before a number, but hardly before a serial."""
_SOFTWARE: Final = re.compile(
    r"(?i:passport(?:\.?js|[ -](?:strateg(?:y|ies)|auth\w*|middleware|session|local|plugin|module|package|library))"
    r"(?!\w)[^\n;.]{0,32})\Z"
)
"""Passport is a library for logins as well."""
_NUMBERS: Final = (
    Scheme(
        "passport number",
        "Poland",
        "PL",
        shapes(nothing="AA9999999|AA 9999999"),
        re.compile(r"[A-Z]{2}[0-9]{7}"),
        polish_passport,
        words("paszport, nr paszportu, numer paszportu, seria i numer paszportu"),
    ),
    Scheme(
        "passport number",
        "",
        "",
        shapes(
            nothing="99999999|999999999|A999999|A9999999|A 9999999|A99999999|AA999999|AA 999999|AA9999999|AA 9999999"
            "|AAA999999|99AA99999|99 AA 99999|999 999 999|A-9999999|AA-9999999"
        ),
        re.compile(r"[0-9]{8,9}|[A-Z][0-9]{6,8}|[A-Z]{2}[0-9]{6,7}|[A-Z]{3}[0-9]{6}|[0-9]{2}[A-Z]{2}[0-9]{5}"),
        anything,
        _LABELS,
        reason=FORM,
        labelled=Confidence.MEDIUM,
    ),
)
_CARDS: Final = (
    Scheme(
        "identity card number",
        "",
        "",
        shapes(nothing="A99999999|AA999999|AA9999999|999999999"),
        re.compile(r"[A-Z]{1,2}[0-9]{6,8}|[0-9]{9}"),
        anything,
        _CARD_LABELS,
        reason=FORM,
        labelled=Confidence.MEDIUM,
    ),
)
_GERMAN: Final = r"[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}[0-9]?"
_DUTCH: Final = r"[A-NP-Z]{2}[0-9A-NP-Z]{6}[0-9]"
_SERIAL: Final = re.compile(rf"(?<![\w/.-])(?:(?P<german>{_GERMAN})|(?P<dutch>{_DUTCH}))(?![\w/-])")
_FEWEST_DIGITS: Final = 3
_SERIAL_LENGTH: Final = 9
_LONGEST: Final = 80
"""More characters than any of these have, with what may stand behind them."""
_MACHINE: Final = re.compile(
    r"(?<![0-9A-Z<])(?:"
    r"(?P<td1>[ACI][0-9A-Z<][A-Z<]{3}(?P<n1>[0-9A-Z<]{9})(?P<c1>[0-9<])(?P<o1>[0-9A-Z<]{15})[ ]?\r?\n"
    r"(?P<b1>[0-9<]{6})(?P<cb1>[0-9])[FMX<](?P<e1>[0-9]{6})(?P<ce1>[0-9])[A-Z<]{3}(?P<p1>[0-9A-Z<]{11})(?P<all1>[0-9]))"
    r"|(?P<n>[0-9A-Z<]{9})(?P<c>[0-9<])[A-Z<]{3}(?P<b>[0-9<]{6})(?P<cb>[0-9])[FMX<](?P<e>[0-9]{6})(?P<ce>[0-9])"
    r"(?:(?P<p3>[0-9A-Z<]{14})(?P<cp3>[0-9<])|(?P<p2>[0-9A-Z<]{7}))(?P<all>[0-9])"
    r")(?![0-9A-Z<])"
)
_MACHINE_ANCHORS: Final = (
    Anchor(rb"[0-9A-Z<]{9}[0-9<][A-Z<]{3}[0-9<]{6}[0-9][FMX<][0-9]{7}[0-9A-Z<]{7}", before=35),
    Anchor(
        rb"\b[ACI][0-9A-Z<][A-Z<]{3}[0-9A-Z<]{9}[0-9<][0-9A-Z<]{15} ?\r?\n[0-9<]{6}[0-9][FMX<][0-9]{7}[A-Z<]{3}",
        before=53,
    ),
)


def detectors(regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detectors of numbers, of serials with letters in them, and of lines that machines read."""
    serial = rb"\b(?:[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}[0-9]?|[A-NP-Z]{2}[0-9A-NP-Z]{6}[0-9])\b"
    anchors = (Anchor(serial, before=10),)
    return (
        not_behind(detector(_RULE, SubjectKind.PASSPORT, _NUMBERS, regions), _SOFTWARE),
        detector(_CARD_RULE, SubjectKind.NATIONAL_ID, _CARDS, regions),
        Detector(_RULE, anchors, partial(_serials, kind=SubjectKind.PASSPORT), _SERIAL_LABELS),
        Detector(_CARD_RULE, anchors, partial(_serials, kind=SubjectKind.NATIONAL_ID), _CARD_LABELS),
        Detector(rule=_RULE, anchors=_MACHINE_ANCHORS, find=_lines, labels=_LABELS),
    )


def _serials(text: str, start: int, end: int, kind: SubjectKind) -> Iterator[Hit]:
    """Yield the serials of German and Dutch documents, which mix digits and letters."""
    for found in _SERIAL.finditer(text, start, end + _LONGEST):
        if found.start() >= end:
            return
        number = found[0]
        digits = sum(map(str.isdigit, number))
        checked = len(number) > _SERIAL_LENGTH
        if digits < _FEWEST_DIGITS or (digits >= len(number) - 2 and not checked):
            continue  # a word, or a form that many countries have
        if (checked and not german_card(number)) or (found["dutch"] and not identiteitskaartnummer.is_valid(number)):
            continue
        yield Hit(
            start=found.start(),
            end=found.end(),
            value=number,
            kind=kind,
            what=f"passport or identity card number of {'Germany' if found['german'] else 'the Netherlands'}",
            alone=None,
            labelled=Confidence.HIGH if checked else Confidence.MEDIUM,
            reason=RIGHT if checked else FORM,
        )


def _lines(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the lines that machines read whose check digits are right."""
    for found in _MACHINE.finditer(text, start, end + _LONGEST):
        if found.start() < end and (_card(found) if found["td1"] else _booklet(found)):
            yield Hit(
                start=found.start(),
                end=found.end(),
                value="".join(found[0].split()),
                kind=SubjectKind.PASSPORT,
                what="machine-readable line of a travel document",
                alone=Confidence.HIGH,
                reason=RIGHT,
            )


def _card(found: re.Match[str]) -> bool:
    """Return whether the check digits of a card of three lines are right."""
    number, check = found["n1"], found["c1"]
    whole = f"{number}{check}{found['o1']}{found['b1']}{found['cb1']}{found['e1']}{found['ce1']}{found['p1']}"
    return (
        (check == "<" or _right(number, check))
        and _right(found["b1"], found["cb1"])
        and _right(found["e1"], found["ce1"])
        and _right(whole, found["all1"])
    )


def _booklet(found: re.Match[str]) -> bool:
    """Return whether the check digits of the second line of a passport, or of a card of two lines, are right."""
    number, check, rest = found["n"], found["c"], found["p2"] or f"{found['p3']}{found['cp3']}"
    whole = f"{number}{check}{found['b']}{found['cb']}{found['e']}{found['ce']}{rest}"
    return (
        _right(number, check)
        and _right(found["b"], found["cb"])
        and _right(found["e"], found["ce"])
        and _right(whole, found["all"])
    )


def _right(field: str, check: str) -> bool:
    return machine_readable(field) == int(check.replace("<", "0"))
