"""Coordinates of a place on earth, exact to some metres: where somebody lives, works or was.

Two decimal fractions need letters of the directions or a label; degrees with minutes, `geo:` addresses and links to
maps say themselves what they are. Facts: RFC 5870 (`geo:`), ISO 6709 (order and signs).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.spotting import folded, spots
from rules.subjects import SubjectKind

_RULE: Final = "coordinates"
_REACH: Final = 96
_LATITUDE: Final = r"[+-]?(?:90|[0-8]?[0-9])\.[0-9]{4,15}"
_LONGITUDE: Final = r"[+-]?(?:1[0-8][0-9]|[0-9]{1,2})\.[0-9]{4,15}"
_PAIR: Final = re.compile(
    rf"(?<![\w.+-])(?P<lead>[NS] ?)?(?P<latitude>{_LATITUDE})(?:[ \u00a0]?°)?(?:[ \u00a0]?(?P<north>[NSns]))?"
    r"(?:[ ,;/|\u00a0\t]{1,4}"
    r"|\"?[,;]? ?\"?(?i:&?lon(?:g(?:itude)?)?|lng|longitud|longitudine|länge(?:ngrad)?)\"? ?[:=]? ?\"?)"
    rf"(?P<second>[EWO] ?)?(?P<longitude>{_LONGITUDE})(?:[ \u00a0]?°)?(?:[ \u00a0]?(?P<east>[EWOeow]))?"
    r"(?!\w|\.\w|[ \u00a0]?[%‰])"
)
_SINGLE: Final = re.compile(r"(?<![\w.+-])[+-]?(?:1[0-8][0-9]|[0-9]{1,2})\.[0-9]{4,15}(?!\w|\.\w)")
_SECONDS: Final = (
    r"[0-9]{1,3} ?° ?[0-5]?[0-9](?:[.,][0-9]{1,6})? ?['’′](?: ?[0-5]?[0-9](?:[.,][0-9]{1,6})? ?(?:[\"”″]|''|’’|′′))?"
)
_DEGREES: Final = re.compile(
    rf"(?<![\w.])(?:[NS] ?)?(?P<latitude>{_SECONDS}) ?(?:[NS](?![A-Za-z]))?[ ,;/]{{0,3}}"
    rf"(?:[EWO] ?)?(?P<longitude>{_SECONDS}) ?(?:[EWO](?![A-Za-z]))?"
)
_LINK: Final = re.compile(
    r"(?:geo:|/@|[?&#](?i:q|ll|sll|cbll|center|centre|daddr|saddr|query|destination|origin|cp|loc|map)="
    r"(?:loc:|[0-9]{1,2}(?:\.[0-9]+)?/)?|/maps/(?:place|search|dir)/|mlat=)"
    r"(?P<latitude>[+-]?(?:90|[0-8]?[0-9])\.[0-9]{3,15})(?:,|%2C|/|~|(?:&amp;|&)mlon=)[+ ]?"
    r"(?P<longitude>[+-]?(?:1[0-8][0-9]|[0-9]{1,2})\.[0-9]{3,15})(?![\w.]\d)"
)
_EXACT: Final = re.compile(r"[+-]?[0-9]{2,3}\.[0-9]{5,8}(?<!0000)")
_FINE: Final = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{5,8}(?<!0000)")
"""Latitude and longitude as maps give them, to within a metre; most of the inhabited earth lies beyond ten degrees."""
_PARTS: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_LABELS: Final = folded(
    """
    gps, coordinates, coords, coordinate, lat, latitude, lat/lon, lat/long, latlng, latlon, geo, geolocation, location
    position, situación, posizione, ligging, lage, lon, lng, longitude, geoposition
    koordinaten, gps-koordinaten, standort, breitengrad, längengrad, wohnort
    coordonnées, position gps, coordenadas, latitud, longitud, ubicación, latitudine, longitudine, coordinate
    coördinaten, breedtegraad, lengtegraad, locatie
    """
)
_SINGLES: Final = folded(
    """
    lat, latitude, lon, lng, longitude, latitud, longitud, latitudine, longitudine, breitengrad, längengrad
    breedtegraad, lengtegraad, gpslatitude, gpslongitude
    """
)


def detectors(_: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detectors of coordinates: written, alone under a heading, and in links to maps."""
    return (
        Detector(
            rule=_RULE,
            anchors=(
                Anchor(rb"\.[0-9]{4,15}[^0-9.\n]{1,24}[0-9]{1,3}\.[0-9]{4}", before=52),
                Anchor(rb"[0-9] ?\xc2\xb0 ?[0-9]{1,2}(?:[.,][0-9]{1,6})? ?(?:'|\xe2\x80[\x99\xb2])", before=28),
            ),
            find=_written,
            labels=_LABELS,
        ),
        Detector(rule=_RULE, anchors=(Anchor(rb"[0-9]\.[0-9]{4}", before=9),), find=_single, labels=_SINGLES),
        Detector(
            rule=_RULE,
            anchors=(
                Anchor(
                    rb"(?i)(?:geo:|/@|[?&#](?:q|ll|sll|cbll|center|centre|daddr|saddr|query|destination|origin|cp|loc"
                    rb"|map|mlat)=(?:loc:|[0-9]{1,2}(?:\.[0-9]{1,3})?/)?|/maps/(?:place|search|dir)/)[+-]?[0-9]{1,2}\.[0-9]{3}",
                    before=40,
                ),
            ),
            find=_linked,
            labels=_LABELS,
            in_links=True,
        ),
    )


def _hit(start: int, end: int, value: str, alone: Confidence | None, labelled: Confidence, reason: str) -> Hit:
    return Hit(start, end, value, SubjectKind.COORDINATES, "coordinates", alone, labelled, reason)


def _written(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield pairs of numbers and of degrees that begin in the window, in order."""
    found = [each for pattern in (_PAIR, _DEGREES) for each in spots(pattern, text, start, end, _REACH)]
    for each in sorted(found, key=lambda match: match.start()):
        if each.re is _DEGREES:
            sure: Confidence | None = Confidence.HIGH
        else:
            letters = (each["lead"] or each["north"]) and (each["second"] or each["east"])
            named = each.string[each.end("latitude") : each.start("longitude")].strip(" ,;/|\t\u00a0°NSEWOnseow")
            certain = named or (_EXACT.fullmatch(each["latitude"]) and _FINE.fullmatch(each["longitude"]))
            sure = Confidence.HIGH if letters else (Confidence.MEDIUM if certain else None)
        value = f"{_decimal(each['latitude'])},{_decimal(each['longitude'])}"
        yield _hit(each.start(), each.end(), value, sure, Confidence.HIGH, "it is written as coordinates are")


def _decimal(written: str) -> str:
    """Return a number without its plus sign; of degrees, the numbers with blanks between them."""
    parts = _PARTS.findall(written)
    return written.lstrip("+") if len(parts) == 1 else " ".join(part.replace(",", ".") for part in parts)


def _single(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield single numbers, which count under a heading such as `latitude` only."""
    for each in spots(_SINGLE, text, start, end, _REACH):
        value = _decimal(each[0])
        yield _hit(each.start(), each.end(), value, None, Confidence.MEDIUM, "it is written as a coordinate is")


def _linked(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the places that links to maps and `geo:` addresses show."""
    for each in spots(_LINK, text, start, end, _REACH):
        value = f"{_decimal(each['latitude'])},{_decimal(each['longitude'])}"
        first, last = each.start("latitude"), each.end("longitude")
        yield _hit(first, last, value, Confidence.HIGH, Confidence.HIGH, "a link shows the place on a map")
