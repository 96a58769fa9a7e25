"""Licence plates of cars: Germany, Austria, Switzerland, Great Britain, France, Italy, Spain, the Netherlands, Belgium.

Only forms that hardly anything else has count alone, and never surely; the others need a label. Facts: the places in
`rules.plates`; DVLA INF104 (Great Britain since 2001), French decree of 9 February 2009, Italian law since 1994,
Spanish order since 2000, Dutch series ("sidecodes") 1 to 14, Belgian plates since 2010.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.plates import ABBREVIATIONS, AUSTRIAN, GERMAN, SWISS
from rules.spotting import folded, spots
from rules.subjects import SubjectKind

_REACH: Final = 24
_EDGE: Final = r"(?<![\w/.+#-])"
_END: Final = r"(?![\w/]|[.-]\w)"
_OTHERS: Final = re.compile(r"HP-UX.*|S-HA[ -]?(?:1|224|256|384|512)|(?:AB-CD|A-BC)[ -]?1234?", re.DOTALL)
"""Names of systems and checksums, and letters and digits in their order, as examples have them."""
_NOT_SIGN: Final = re.compile(r"[^0-9A-ZÄÖÜ]")
_WRITTEN: Final = "it is written as a licence plate"
_YEAR: Final = "its number may be a year"
_ABBREVIATED: Final = "its letters are a common abbreviation"
_YEARS: Final = re.compile(r"19[5-9][0-9]|20[0-4][0-9]")
_UPPER: Final = "[A-ZÄÖÜ]"


@dataclass(frozen=True, slots=True)
class _Form:
    """How the plates of one country are written."""

    country: str
    """ISO 3166-1 alpha-2."""
    pattern: re.Pattern[str]
    alone: Callable[[re.Match[str]], Confidence | None]
    """How sure it is without a label."""
    places: frozenset[str] = frozenset()
    """What the group `place` may be; empty: anything."""


def _form(
    country: str,
    expression: str,
    alone: Callable[[re.Match[str]], Confidence | None] | None = None,
    places: frozenset[str] = frozenset(),
) -> _Form:
    return _Form(country, re.compile(f"{_EDGE}(?:{expression}){_END}"), alone or _labelled_only, places)


def _labelled_only(_: re.Match[str]) -> None:
    return None


def _blank(found: re.Match[str]) -> Confidence | None:
    """Return how sure a German plate is: hyphen, blank and three digits; a hyphen; else only a label."""
    if found["hyphen"] != "-" or len(found["digits"]) < 3:  # noqa: PLR2004 - fewer are in names of models
        return None
    if _YEARS.fullmatch(found["digits"]) and found["letters"] in ABBREVIATIONS:
        return None
    return Confidence.MEDIUM if found["gap"] else Confidence.LOW


def _doubt(found: re.Match[str]) -> str:
    """Return what speaks against a German plate: `M-AB 2024` and `HH-IT 203` are other things as well."""
    parts = found.groupdict()
    if parts.get("digits") is None:
        return ""
    if _YEARS.fullmatch(parts["digits"]):
        return _YEAR
    return _ABBREVIATED if parts["letters"] in ABBREVIATIONS else ""


def _spaced(found: re.Match[str]) -> Confidence | None:
    return Confidence.MEDIUM if " " in found[0] or "\u00a0" in found[0] else None


def _certain(_: re.Match[str]) -> Confidence:
    return Confidence.MEDIUM


_FORMS: Final = (
    _form(
        "DE",
        rf"(?P<place>{_UPPER}{{1,3}})(?P<hyphen>[ :·-])(?P<letters>[A-Z]{{1,2}})(?P<gap>[ \u00a0-]?)"
        r"(?P<digits>[1-9][0-9]{0,3})[EH]?",
        _blank,
        GERMAN,
    ),
    _form("GB", r"[A-HJ-PR-Y][A-HJ-PR-Y](?:0[2-9]|[12][0-9]|5[1-9]|[67][0-9])[ \u00a0]?[A-HJ-PR-Z]{3}", _spaced),
    _form(
        "GB",
        r"[A-HJ-NP-TV-Y][1-9][0-9]{0,2}[ \u00a0]?[A-HJ-PR-Z]{3}|[A-HJ-PR-Z]{3}[ \u00a0]?[1-9][0-9]{0,2}[A-HJ-NP-TV-Y]",
    ),
    _form("GB", r"[A-HJ-PR-Y]{2}[0-9]{2}-[A-HJ-PR-Z]{3}"),
    _form("FR", r"(?!SS|WW)[A-HJ-NP-TV-Z]{2}-[0-9]{3}-(?!SS)[A-HJ-NP-TV-Z]{2}", _certain),
    _form("FR or IT", r"[A-HJ-NP-TV-Z]{2}[ \u00a0]?[0-9]{3}[ \u00a0]?[A-HJ-NP-TV-Z]{2}"),
    _form("ES", r"[0-9]{4}[ \u00a0-]?[BCDFGHJKLMNPRSTVWXYZ]{3}"),
    _form(
        "NL",
        r"(?:[B-DF-HJ-NP-TV-Z]{2}-[0-9]{2}-[0-9]{2}|[0-9]{2}-[0-9]{2}-[B-DF-HJ-NP-TV-Z]{2}|[0-9]{2}-[B-DF-HJ-NP-TV-Z]{2}-[0-9]{2}|[B-DF-HJ-NP-TV-Z]{2}-[0-9]{2}-[B-DF-HJ-NP-TV-Z]{2}"
        r"|[B-DF-HJ-NP-TV-Z]{2}-[B-DF-HJ-NP-TV-Z]{2}-[0-9]{2}|[0-9]{2}-[B-DF-HJ-NP-TV-Z]{2}-[B-DF-HJ-NP-TV-Z]{2}|[0-9]{2}-[B-DF-HJ-NP-TV-Z]{3}-[0-9]|[0-9]-[B-DF-HJ-NP-TV-Z]{3}-[0-9]{2}"
        r"|[B-DF-HJ-NP-TV-Z]{2}-[0-9]{3}-[B-DF-HJ-NP-TV-Z]|[B-DF-HJ-NP-TV-Z]-[0-9]{3}-[B-DF-HJ-NP-TV-Z]{2}|[B-DF-HJ-NP-TV-Z]{3}-[0-9]{2}-[B-DF-HJ-NP-TV-Z]|[B-DF-HJ-NP-TV-Z]-[0-9]{2}-[B-DF-HJ-NP-TV-Z]{3}"
        r"|[0-9]-[B-DF-HJ-NP-TV-Z]{2}-[0-9]{3}|[0-9]{3}-[B-DF-HJ-NP-TV-Z]{2}-[0-9])",
    ),
    _form("BE", r"[1-9]-[A-Z]{3}-[0-9]{3}"),
    _form("CH", r"(?P<place>[A-Z]{2})[ \u00a0·•-]{1,3}(?:[1-9][0-9]{0,2}[ '’][0-9]{3}|[1-9][0-9]{0,5})", places=SWISS),
    _form(
        "AT",
        r"(?P<place>[A-Z]{1,2})[ -](?:[1-9][0-9]{0,5} ?[A-Z]{1,3}|[A-Z]{1,5} ?[1-9][0-9]{0,5})",
        places=AUSTRIAN,
    ),
)
_LOWER: Final = tuple(replace(each, pattern=re.compile(each.pattern.pattern, re.IGNORECASE)) for each in _FORMS)
_NAMED: Final = re.compile(
    r"(?i:(?<![^\W_])(?:zeichnung|drawing|dessin|plan|dibujo|plano|disegno|tekening|typ|type|tipo|modell|mod[eè]le|modelo"
    r"|modello|baureihe|s[eé]rie)(?:[ -]?(?:no|nr|n°))?\W{0,3})\Z"
)
"""What names drawings and models, whose names look alike."""
_LOOK_BACK: Final = 24
_LABELS: Final = folded(
    """
    licence plate, license plate, number plate, plate, plate no, plate number, registration, reg no, reg, vrm, car, cars
    vehicle, vehicles, vehicle registration, parking, company car
    kennzeichen, kfz-kennzeichen, kfz, nummernschild, amtliches kennzeichen, autonummer, kontrollschild, fahrzeug
    dienstwagen, parkplatz, auto, pkw, firmenwagen, firmenfahrzeug, dienstfahrzeug, firmenauto
    plaque, plaque d'immatriculation, immatriculation, immat, véhicule, voiture
    matrícula, matricula, placa, vehículo, coche
    targa, veicolo, auto aziendale, automobile
    kenteken, kentekenplaat, nummerplaat, voertuig, leaseauto
    """
)


def detectors(_: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of licence plates."""
    return (
        Detector(
            rule="licence-plate",
            anchors=(
                Anchor(
                    rb"(?:[A-Z]|\xc3[\x84\x96\x9c])(?:-|:|\xc2\xb7| )[A-Z]{1,2}(?: |\xc2\xa0|-)?[1-9][0-9]{0,3}[EH]?\b",
                    before=20,
                ),
                Anchor(rb"\b[A-Z]{1,2}[0-9]{1,3}(?: |\xc2\xa0|-)?[A-Z]{3}\b", before=10),
                Anchor(rb"\b[A-Z]{3}(?: |\xc2\xa0)?[1-9][0-9]{0,2}[A-Z]\b", before=10),
                Anchor(rb"\b[A-Z]{2}(?:-| |\xc2\xa0)?[0-9]{3}(?:-| |\xc2\xa0)?[A-Z]{1,2}\b", before=12),
                Anchor(rb"\b[0-9]{4}(?: |\xc2\xa0|-)?[B-Z]{3}\b", before=10),
                Anchor(rb"\b[0-9]{1,3}-[A-Z]{2,3}-(?:[0-9]{1,3}|[A-Z]{2})\b", before=10),
                Anchor(rb"\b[A-Z]{1,3}-[0-9]{2,3}-[0-9A-Z]{1,3}\b", before=10),
                Anchor(rb"\b(?:[A-Z]{2}-[A-Z]{2}-[0-9]{2}|[0-9]{2}-[0-9]{2}-[A-Z]{2})\b", before=10),
                Anchor(rb"\b[A-Z]{2}(?: |-|\xc2[\xa0\xb7]|\xe2\x80\xa2){1,3}[1-9][0-9]{2,5}\b", before=18),
                Anchor(rb"\b[A-Z]{1,2}[ -][1-9][0-9]{0,5} ?[A-Z]{1,3}\b", before=14),
                Anchor(rb"\b[A-Z]{1,2}[ -][A-Z]{3,5} ?[1-9][0-9]{0,3}\b", before=16),
            ),
            find=_find,
            labels=_LABELS,
        ),
        Detector(
            rule="licence-plate",
            anchors=(
                Anchor(rb"\b[a-z]{2}[0-9]{2} ?[a-z]{3}\b", before=10),
                Anchor(rb"\b[a-z]{2}-?[0-9]{3}-?[a-z]{2}\b", before=10),
                Anchor(rb"\b[0-9]{4}-?[b-z]{3}\b", before=10),
                Anchor(rb"\b[a-z]{1,3}-[a-z]{1,2}[ -]?[1-9][0-9]{0,3}[eh]?\b", before=14),
                Anchor(rb"\b(?:[0-9]{1,3}-[a-z]{2,3}-[0-9a-z]{1,3}|[a-z]{1,3}-[0-9]{2,3}-[0-9a-z]{1,3})\b", before=10),
            ),
            find=_written_small,
            labels=_LABELS,
        ),
    )


def _find(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the plates that begin in the window, in order; of several countries, the one that needs no label."""
    best: dict[int, Hit] = {}
    for form in _FORMS:
        for found in spots(form.pattern, text, start, end, _REACH):
            if form.places and found["place"] not in form.places:
                continue
            named = (
                _OTHERS.fullmatch(found[0]) is not None
                or _NAMED.search(text, max(0, found.start() - _LOOK_BACK), found.start()) is not None
            )
            hit = Hit(
                found.start(),
                found.end(),
                _NOT_SIGN.sub("", found[0]),
                SubjectKind.LICENCE_PLATE,
                f"licence plate ({form.country})",
                alone=None if named else form.alone(found),
                labelled=Confidence.LOW if named else Confidence.HIGH,
                reason=_WRITTEN,
                doubt=_doubt(found),
            )
            other = best.get(found.start())
            if other is None or (hit.alone is not None and other.alone is None):
                best[found.start()] = hit
    yield from (best[place] for place in sorted(best))


def _written_small(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the plates in lower case that begin in the window, in order: a label has to say what they are."""
    best: dict[int, Hit] = {}
    for form in _LOWER:
        for found in spots(form.pattern, text, start, end, _REACH):
            if found[0].islower() and (not form.places or found["place"].upper() in form.places):
                best.setdefault(
                    found.start(),
                    Hit(
                        found.start(),
                        found.end(),
                        _NOT_SIGN.sub("", found[0].upper()),
                        SubjectKind.LICENCE_PLATE,
                        f"licence plate ({form.country})",
                        alone=None,
                        labelled=Confidence.MEDIUM,
                        reason=_WRITTEN,
                    ),
                )
    yield from (best[place] for place in sorted(best))
