"""Phone numbers in international form, in the national forms of the site's regions, behind a label and in links.

Cheap checks of form come first: asking libphonenumber's tables costs tens of microseconds a number. A number in
international form counts anywhere; one in national form counts alone only where the site's regions are configured, the
number is valid there and it is grouped as numbers are; without regions a label has to say what it is. Facts: ITU-T
E.164 (15 digits at most), RFC 3966 (`tel:`), the tables of phonenumbers, and the ranges that regulators reserve for
fiction and examples (Ofcom, Bundesnetzagentur, Arcep, NANPA, ACMA, PTS).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from typing import Final

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from rules.commas import joined
from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.phonewords import (
    FEWEST,
    LABELS,
    MOST,
    beside_words,
    in_list,
    is_decimal,
    is_other,
    named_otherwise,
    spoken_of,
)
from rules.spotting import spots
from rules.subjects import SubjectKind

_RULE: Final = "phone-number"
_REACH: Final = 96
"""Characters of the longest spelling with its extension, and what must be seen behind it."""
_SHORT: Final = 8
"""Digits without groups that may be a count."""
_LONG: Final = 10
"""Digits, with those of the country, that hardly anything else has behind a plus sign."""
_ADDED: Final = 2
"""Digits that libphonenumber may add to what is written."""
_GAP: Final = r"[ \u00a0\u2007\u202f./()\u00ad\u2060\u2010-\u2015-]"
_GAPS: Final = rb"[ ./()\x80-\xaf\xc2\xe2-]{0,9}"
"""The same over UTF-8: the bytes of blanks and dashes, in any order."""
_PLUS: Final = re.compile(r"\(?[+\uff0b]")
_EXTENSION: Final = (
    r"(?P<extension>[ ,;]{0,2}(?:(?i:ext(?:ension|n)?|durchwahl|dw|klappe|poste|int|anexo|interno|toestel|app)\.?|x|\#)"
    r"[ .:]{0,2}(?P<inner>[0-9]{1,6})(?![0-9]))?"
)
_INTERNATIONAL: Final = re.compile(
    rf"(?<![\w+])\(?(?:[+\uff0b]{_GAP}{{0,2}}|(?<![0-9][.,:/-])00{_GAP}{{0,3}}(?=[1-9]))"
    rf"[1-9](?:{_GAP}{{0,3}}[0-9]){{5,18}}{_EXTENSION}(?![0-9A-Za-z_])"
)
_NATIONAL: Final = re.compile(
    rf"(?<![\w+@#=&%$€£)])(?<![\w)][/-])(?<![0-9][.:])(?<![0-9][ \u00a0])\(?[0-9](?:{_GAP}{{0,3}}[0-9]){{6,24}}"
    rf"{_EXTENSION}(?![\w%€$£@]|:[0-9]|-(?!(?i:office|fax|mobile|home|cell|work))\w)"
    rf"(?!{_GAP}{{0,2}}[0-9])"
)
_LINK: Final = re.compile(
    r"(?i:\b(?:tel|callto|sms|smsto|fax|modem):)(?://)?(?P<number>[+\uff0b]?[0-9()](?:[ ().\u00a0-]{0,2}[0-9]){2,17})"
    r"(?![0-9A-Za-z_@])"
)
_CUT: Final = re.compile(r" ?[/\u2013] ?| - | {2,}|[ )](?=\(?(?:0|\+))")
"""Where two numbers in a row may end and begin."""
_FILM: Final = re.compile(r"555[ .-]?01[0-9]{2}")
"""A number of North America without its area."""
_NOT_DIGIT: Final = re.compile(r"[^0-9]+")
_GROUPED: Final = re.compile(r"[0-9)][ \u00a0\u202f./\u2010-\u2015-]{1,3}[(]?[0-9]|[(][0-9]+[)]")
_SLASHES: Final = re.compile(r"/+")
_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}(?:([ .\u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*")
_NORTH_AMERICAN: Final = re.compile(
    r"(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}([ .-]))[2-9][0-9]{2}[ .-][0-9]{4}"
)
_FICTIONAL: Final = re.compile(
    r"44(?:7700900|1632960|(?:113|114|115|116|117|118|121|131|141|151|161)4960|2079460|2890180|2920180|1914980)"
    r"[0-9]{3}|1[2-9][0-9]{2}55501[0-9]{2}"
    r"|49(?:3023125|6990009|4066969|2214710|8999998|17139200|176040690|15228817386|15228895456|15254599371)[0-9]*"
    r"|33(?:19900|26191|35301|46571|53649|63998)[0-9]{4}"
    r"|61(?:[2378](?:5550|7010)|4915701)[0-9]{2,4}"
    r"|46(?:313900|406280|8465004|9803192|7017406)[0-9]{2}"
)
_NAMES: Final[dict[int | None, str]] = {
    PhoneNumberType.FIXED_LINE: "phone number",
    PhoneNumberType.MOBILE: "mobile number",
    PhoneNumberType.PAGER: "pager number",
    PhoneNumberType.PERSONAL_NUMBER: "personal number",
    PhoneNumberType.VOIP: "phone number",
}
_SERVICES: Final = frozenset({
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
})  # fmt: skip
_VALID: Final = "the number is valid in its country's numbering plan"
_FREE: Final = "a number that is reserved for fiction and examples"
_WRITTEN: Final = "it is written as a phone number"


def detectors(regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detectors of phone numbers: international, national, and those of links that call or write."""
    plans = tuple(plan for plan in (PhoneMetadata.metadata_for_region(each) for each in sorted(regions)) if plan)
    return (
        Detector(
            rule=_RULE,
            anchors=(
                Anchor(rb"(?:\+|\xef\xbc\x8b)" + _GAPS + rb"[1-9](?:" + _GAPS + rb"[0-9]){5}", before=72),
                Anchor(rb"\b00" + _GAPS + rb"[1-9](?:" + _GAPS + rb"[0-9]){5}", before=76),
            ),
            find=_international,
            labels=LABELS,
            first=True,
        ),
        Detector(
            rule=_RULE,
            anchors=(Anchor(rb"\b[0-9](?:" + _GAPS + rb"[0-9]){6}", before=66),),
            find=partial(_national, plans),
            labels=LABELS,
        ),
        Detector(
            rule=_RULE,
            anchors=(Anchor(rb"(?i)\b(?:tel|callto|sms|smsto|fax|modem):(?://)?[+0-9(\xef]", before=16),),
            find=partial(_linked, plans),
            labels=LABELS,
            in_links=True,
        ),
    )


def _international(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield numbers behind a plus sign or two zeros."""
    for found in spots(_INTERNATIONAL, text, start, end, _REACH):
        first = found.start() + (found[0].startswith("(") and ")" not in found[0])
        whole: PhoneNumber | None = None
        for stop, inner in _ends(found, first):
            number = _parsed(text[first:stop], None) if _is_long_enough(text[first:stop]) else None
            line = _line(number)
            if number and line is not None:
                yield _hit(first, found.end() if inner else stop, number, inner, Confidence.HIGH, line)
                break
            whole = whole or (number if stop == found.end() else None)
        else:
            hit = _possible(found, first, whole)
            if hit:
                yield hit


def _is_long_enough(written: str) -> bool:
    """Return whether there may be as many digits as numbers of the country have: saves most look-ups."""
    digits = _NOT_DIGIT.sub("", written).removeprefix("00")
    return any(len(digits) >= _shortest(int(digits[:size])) for size in (1, 2, 3))


@cache
def _shortest(code: int) -> int:
    """Return how many digits a number with a country code has at least, with it; more than any where there is none."""
    plans = (
        PhoneMetadata.metadata_for_region_or_calling_code(code, region)
        for region in COUNTRY_CODE_TO_REGION_CODE.get(code, ())
    )
    lengths = [min(plan.general_desc.possible_length) for plan in plans if plan and plan.general_desc]
    return len(str(code)) + min(lengths) - _ADDED if lengths else 1 << 62


def _ends(found: re.Match[str], first: int) -> Iterator[tuple[int, str]]:
    """Yield where the number may end, the whole first, then cut where a second one may begin; with its extension."""
    last = found.start("extension") if found["extension"] else found.end()
    yield last, found["inner"] or ""
    cuts = [cut.start() for cut in _CUT.finditer(found.string, first + 6, last)]
    yield from ((cut, "") for cut in reversed(cuts[-3:]))


def _possible(found: re.Match[str], first: int, whole: PhoneNumber | None) -> Hit | None:
    """Return a number that no plan knows but that is as long as numbers of its country are, written in groups."""
    text = found[0][first - found.start() :]
    spoken = spoken_of(found.string, found.end())
    if not (spoken or _PLUS.match(text)):
        return None
    number = whole or _parsed(text, None)
    if number is None or not (phonenumbers.is_possible_number(number) or _was_possible(text)):
        return None
    value = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Hit(
        first,
        found.end(),
        value,
        SubjectKind.PHONE,
        "phone number",
        alone=Confidence.HIGH if spoken else Confidence.MEDIUM if _GROUPED.search(text) else Confidence.LOW,
        reason="it is written as an international phone number",
        doubt=_FREE if _FICTIONAL.fullmatch(value, 1) else "no numbering plan has such a number in use",
    )


def _was_possible(written: str) -> bool:
    """Return whether a number is as long as most are, in groups: countries lengthen their numbers, pages stay."""
    return len(_NOT_DIGIT.sub("", written)) >= _LONG and _GROUPED.search(written) is not None


def _parsed(written: str, region: str | None) -> PhoneNumber | None:
    """Return the number as libphonenumber reads it; None when it cannot be one."""
    if region is None and not written.lstrip("(").startswith(("+", "\uff0b")):
        written = f"+{written.lstrip('(')[2:]}"
    try:
        return phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None


def _line(number: PhoneNumber | None) -> int | None:
    """Return what kind of line a number is, as `phonenumbers.PhoneNumberType`; None where no numbering plan has it."""
    line = PhoneNumberType.UNKNOWN if number is None else phonenumbers.number_type(number)
    return None if line == PhoneNumberType.UNKNOWN else line


def _hit(start: int, end: int, number: PhoneNumber, inner: str, alone: Confidence | None, line: int | None) -> Hit:
    """Return a number with what speaks against a person's."""
    region = phonenumbers.region_code_for_number(number) or "001"
    value = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    doubt = "a number of a service rather than of a person" if line in _SERVICES else ""
    if _FICTIONAL.fullmatch(value, 1):
        doubt = _FREE
    return Hit(
        start,
        end,
        f"{value};ext={inner}" if inner else value,
        SubjectKind.PHONE,
        f"{_NAMES.get(line, 'phone number')} ({region})",
        alone=alone,
        reason=_VALID,
        doubt=doubt,
    )


def _national(plans: tuple[PhoneMetadata, ...], text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield numbers without a country code."""
    for found in spots(_NATIONAL, text, start, end, _REACH):
        last = found.start("extension") if found["extension"] else found.end()
        inner = found["inner"] or ""
        begun = found.start() + (found[0][0] == "(" and ")" not in found[0])
        for first, stop in _pieces(text, begun, last):
            written = text[first:stop]
            digits = _NOT_DIGIT.sub("", written)
            if is_other(written, digits) or joined(text, first, stop) or named_otherwise(text, first, stop):
                continue
            closing = found.end() if inner and stop == last else stop
            hit = _valid_in(plans, written, digits, (first, closing, inner if stop == last else "")) or Hit(
                first,
                closing,
                digits,
                SubjectKind.PHONE,
                "phone number",
                alone=None,
                labelled=Confidence.MEDIUM,
                reason=_WRITTEN,
                doubt=_FREE if _FILM.fullmatch(written) else "",
            )
            told = _told(text, hit, written)
            yield hit if told is None or told <= (hit.alone or Confidence.LOW) else replace(hit, alone=told)


def _told(text: str, hit: Hit, written: str) -> Confidence | None:
    """Return how sure the words beside a number make it, or the rows of its list; None where they say nothing."""
    digits = _NOT_DIGIT.sub("", written)
    if (len(digits) > _SHORT or _GROUPED.search(written)) and beside_words(text, hit.start, hit.end):
        return hit.labelled
    if hit.reason == _VALID and not is_decimal(written, digits) and in_list(text, hit.start, hit.end):
        return Confidence.MEDIUM
    return None


def _pieces(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the number in [first, last), or each of several in a row, none with more digits than a number has."""
    if len(_NOT_DIGIT.sub("", text[first:last])) <= MOST - 2:
        yield first, last
        return
    for cut in _CUT.finditer(text, first, last):
        if len(_NOT_DIGIT.sub("", text[first : cut.start()])) >= FEWEST:
            yield first, cut.start() + (cut[0] == ")")
            first = cut.end()
    yield first, last


def _valid_in(plans: tuple[PhoneMetadata, ...], written: str, digits: str, place: tuple[int, int, str]) -> Hit | None:
    """Return the number as the region knows it where its form makes it surest, the first of them where several do."""
    best: Hit | None = None
    for plan in plans:
        if _may_be_of(plan, digits):
            number = _parsed(written, plan.id)
            line = _line(number)
            if number and line is not None:
                hit = _hit(*place[:2], number, place[2], _grouping(number, written, plan, line), line)
                best = hit if best is None or _rank(hit) > _rank(best) else best
    return best


def _rank(hit: Hit) -> tuple[int, bool]:
    return -1 if hit.alone is None else int(hit.alone), not hit.doubt


def _may_be_of(plan: PhoneMetadata, digits: str) -> bool:
    """Return whether first digit and length are those of a whole number of the region: saves most look-ups."""
    prefix = plan.national_prefix or ""
    lengths: tuple[int, ...] = plan.general_desc.possible_length if plan.general_desc else ()
    if prefix == "0":
        return digits.startswith("0") and len(digits) - 1 in lengths
    return len(digits) in lengths or (digits.startswith(prefix) and len(digits) - len(prefix) in lengths)


def _grouping(number: PhoneNumber, written: str, plan: PhoneMetadata, line: int) -> Confidence | None:
    """Return how sure the grouping alone makes it: written as in the country's tables, in other groups, in none."""
    zero = plan.national_prefix == "0"
    digits = _NOT_DIGIT.sub("", written)
    if not _GROUPED.search(written) or len(_SLASHES.findall(written)) > 1 or is_decimal(written, digits):
        return Confidence.LOW if zero else None
    usual = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    exact = _NOT_DIGIT.split(usual.strip("()")) == _NOT_DIGIT.split(written.strip("()"))
    if zero:
        return Confidence.HIGH if exact else _area(number, written, line)
    if _NORTH_AMERICAN.fullmatch(written):
        return Confidence.HIGH
    if _THOUSANDS.fullmatch(written):
        return Confidence.LOW
    return Confidence.MEDIUM if exact else None


def _area(number: PhoneNumber, written: str, line: int) -> Confidence:
    """Return how sure a number in unusual groups is: more where the first group is the code of an area or a network."""
    code = phonenumbers.length_of_national_destination_code(number) + 1
    groups = [group for group in _NOT_DIGIT.split(written) if group]
    starts = {len(groups[0]), len(groups[0]) + len(groups[1])}
    if line == PhoneNumberType.MOBILE:
        starts.add(len(groups[0]) + 1)  # German networks: 0151 is written for 01511, 01512, ...
    return Confidence.MEDIUM if code in starts else Confidence.LOW


def _linked(plans: tuple[PhoneMetadata, ...], text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield numbers of links that call or write to them."""
    for found in spots(_LINK, text, start, end, _REACH):
        first, stop = found.span("number")
        written = found["number"]
        digits = _NOT_DIGIT.sub("", written)
        if written[0] in "+\uff0b" or digits.startswith("00"):
            number = _parsed(written, None)
            hit = _hit(first, stop, number, "", Confidence.HIGH, _line(number)) if number else None
        else:
            hit = _valid_in(plans, written, digits, (first, stop, ""))
        sure = Hit(
            first,
            stop,
            hit.value if hit else digits,
            SubjectKind.PHONE,
            hit.what if hit else "phone number",
            alone=Confidence.HIGH,
            reason="a link calls it or writes to it",
            doubt=hit.doubt if hit else "",
        )
        if len(digits) >= FEWEST:
            yield sure
