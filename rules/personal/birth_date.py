"""Dates of birth: full dates behind a label or under a heading that says so. Without one a date is nobody's.

Years after 2015 do not count, as those are what the dates on pages are full of. A date that is read by day or by month
first, according to who reads it, is kept as it is written, any other one as year, month and day (ISO 8601).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from typing import Final

from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.spotting import BLANK, folded, spots
from rules.subjects import SubjectKind

_REACH: Final = 64
_YEAR: Final = "(?:19[0-9][0-9]|200[0-9]|201[0-5])"
_DAY: Final = "(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH: Final = "(?:0?[1-9]|1[0-2])"
_CENTURY: Final = 1900
_MONTHS: Final = {
    word: number
    for number, words in enumerate(
        (
            "jan january januar jänner janvier janv enero ene gennaio gen januari janeiro stycznia ledna tammikuuta",
            "feb february februar feber février févr fév febrero febbraio februari fevereiro lutego února helmikuuta",
            "mar march märz mär mars marzo maart mrt mars marts março marca března maaliskuuta",
            "apr april avril avr abril abr aprile kwietnia dubna huhtikuuta",
            "may mai mayo maggio mag mei maj maio maja května toukokuuta",
            "jun june juni juin junio giugno giu junho czerwca června kesäkuuta",
            "jul july juli juillet juil julio luglio lug julho lipca července heinäkuuta",
            "aug august août agosto ago augustus augusti sierpnia srpna elokuuta",
            "sep sept september septembre septiembre settembre set setembro września září syyskuuta",
            "oct october okt oktober octobre octubre ottobre ott outubro października října lokakuuta",
            "nov november novembre noviembre novembro listopada listopadu marraskuuta",
            (
                "dec december dez dezember décembre déc diciembre dic dicembre desember dezembro grudnia prosince"
                " joulukuuta"
            ),
        ),
        start=1,
    )
    for word in words.split()
}
_LABELS: Final = folded(
    """
    born, date of birth, birth date, birthdate, birthday, dob, d.o.b, geboren, geb, geburtsdatum, geburtstag
    geburtsdaten, né, née, né(e), date de naissance, naissance, nato, nata, nato/a, data di nascita, nascita, nacido
    nacida, nacido/a, fecha de nacimiento, nacimiento, f. nac, geboortedatum, geboortedag, verjaardag, anniversaire
    cumpleaños, compleanno, nació, nacio, naquit, naissait, nacque, fecha de nac, date de naiss, geburtsdat
    geboortedat, födelsedatum, födelsedag, född, data urodzenia, urodzony, urodzona, data de nascimento, nascimento
    nascido, nascida, fødselsdato, fødselsdag, født, syntymäaika, syntymäpäivä, syntynyt, datum narození, narozen
    narozena
    """
)
_LOOK_BACK: Final = 80
"""Characters before a date that may hold its label."""
_LABEL: Final = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, sorted(_LABELS)))})(?![^\W_])")
_ISO: Final = rf"(?P<year>{_YEAR})(?P<sign>[-/.])(?P<month>{_MONTH})(?P=sign)(?P<day>{_DAY})"
_NUMBERS: Final = rf"(?P<one>{_DAY})(?P<sign>[./-])[ ]?(?P<two>{_DAY})(?P=sign)[ ]?(?P<year>{_YEAR}|[3-9][0-9])"
_WORD: Final = r"(?P<word>[^\W\d_]{3,12})\.?"
_DAY_FIRST: Final = (
    rf"(?P<day>{_DAY})(?:st|nd|rd|th|er|\.|º)?[ \u00a0](?:of[ ]|de[ ])?{_WORD},?[ \u00a0](?:del?[ ])?(?P<year>{_YEAR})"
)
_MONTH_FIRST: Final = rf"{_WORD}[ \u00a0](?P<day>{_DAY})(?:st|nd|rd|th)?,?[ \u00a0](?P<year>{_YEAR})"
_DATES: Final = tuple(
    re.compile(rf"(?<![\w/-])(?<!\d\.){each}(?:(?=T\d)|(?![\w/-]|\.\d))")
    for each in (_ISO, _NUMBERS, _DAY_FIRST, _MONTH_FIRST)
)
_OTHERWISE: Final = re.compile(
    r"(?i:(?<![^\W_])(?:since|joined|member|started|hired|left|died|entry|exit|seit|eintritt|beitritt|austritt"
    r"|eingetreten|gestorben|depuis|embauche|desde|ingreso|dal|assunzione|sinds|indiensttreding)"
    r"(?:[ \u00a0](?:on|from|the|date|am|vom|le|du|el|il|op|per))?[ \u00a0.:,]{0,3})\Z"
)
"""What says of a date that it is of something else."""
_CLAUSE: Final = re.compile(r";\s*[^\W\d_]|[^\W_]{3}[.!?]\s+(?=[^\W\d_]{3})(?![a-zß-öø-ÿ])")
"""The beginning of another clause or sentence behind the label."""
_BORN_BEHIND: Final = re.compile(
    r"(?:[ \u00a0](?:in|te)(?:[ \u00a0][^\W\d_]{2,20}){1,3}|[ \u00a0](?:he|she|they))?[ \u00a0]"
    r"(?i:geboren|zur Welt gekommen|was born|were born)(?!\w|[ \u00a0:]{0,2}\d|[ \u00a0](?:am|den|op|on)[ \u00a0])"
)
"""What says behind a date that somebody was born on it: German and Dutch put the word at the end."""
_EPOCH: Final = "1970-01-01"
_LETTERS: Final = rb"[A-Za-z\x80-\xff]"
_BYTES: Final = {b"Y": _YEAR.encode(), b"D": _DAY.encode(), b"M": _MONTH.encode(), b"_": BLANK, b"W": _LETTERS}


def _anchor(form: bytes) -> Anchor:
    """Return an anchor by its form; the year ends it, so that it matches once."""
    return Anchor(re.sub(rb"[YDM_W]", lambda found: _BYTES[found[0]], form), before=_REACH)


_ANCHORS: Final = (
    _anchor(rb"\bY[-/.]M[-/.]D(?:T[0-9]|\b)"),
    _anchor(rb"\bD[./-] ?D[./-] ?(?:Y|[3-9][0-9])\b"),
    _anchor(rb"[0-9](?:st|nd|rd|th|er|\.|\xc2\xba)?_(?:of |de )?W{3,14}\.?,?_(?:del? )?Y\b"),
    _anchor(rb"W\.?_D(?:st|nd|rd|th)?,?_Y\b"),
)


def detectors(_: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of dates of birth, the same for all regions."""
    return (Detector(rule="birth-date", anchors=_ANCHORS, find=_find, labels=_LABELS),)


def _find(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the dates that begin in the window, in order."""
    found = [each for pattern in _DATES for each in spots(pattern, text, start, end, _REACH)]
    done = start
    for each in sorted(found, key=lambda match: (match.start(), -match.end())):
        value = _value(each)
        if value and each.start() >= done and not _is_second(text, each.start()):
            done = each.end()
            yield Hit(
                each.start(),
                each.end(),
                value,
                SubjectKind.BIRTH_DATE,
                "date of birth",
                alone=Confidence.MEDIUM if _BORN_BEHIND.match(text, each.end()) else None,
                labelled=Confidence.MEDIUM,
                reason="a full date in the past",
                doubt="it is the day from which computers count" if each[0] == _EPOCH else "",
            )


def _is_second(text: str, start: int) -> bool:
    """Return whether a date is of something else: `joined 3.5.2006`, or the label before it is of another one."""
    before = re.split(r"[\n\t]", text[max(0, start - _LOOK_BACK) : start])[-1]
    if _OTHERWISE.search(before):
        return True
    labels = list(_LABEL.finditer(before.lower()))
    return bool(labels) and any(pattern.search(before, labels[-1].end()) for pattern in (*_DATES, _CLAUSE))


def _value(found: re.Match[str]) -> str:
    """Return a date as it is compared with others, nothing for one that no calendar has."""
    parts = found.groupdict()
    year = int(parts["year"])
    year += _CENTURY if year < _CENTURY else 0
    if "one" not in parts:
        word = parts.get("word")
        month = int(parts["month"]) if word is None else _MONTHS.get(word.lower(), 0)
        return _iso(year, month, int(parts["day"]))
    one, two = int(parts["one"]), int(parts["two"])
    by_day, by_month = _iso(year, two, one), _iso(year, one, two)
    if by_day and by_month and by_day != by_month and parts["sign"] != ".":
        return found[0].replace(" ", "")
    return by_day or by_month


def _iso(year: int, month: int, day: int) -> str:
    if not 1 <= month <= 12 or day > monthrange(year, month)[1]:  # noqa: PLR2004 - months
        return ""
    return f"{year:04}-{month:02}-{day:02}"
