"""Where a text holds IBANs: compact, in groups, over two lines, in either case.

A candidate begins with the letters of a country of the registry and two digits; as many letters and digits follow as
its accounts have, with a blank, a sign or the end of a line between groups. Then the check digits (one number in 97
passes by chance) and the form of the country's accounts are looked at; lists of banks are not, as they age. Source:
ISO 13616 and the SWIFT IBAN registry, as python-stdnum carries it; registry and banks for published examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stdnum import iban

from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.numberforms import PUBLISHED, RIGHT, listed, words
from rules.subjects import SubjectKind

_COUNTRIES: Final = {
    "AD": (24, "Andorra"),
    "AE": (23, "the United Arab Emirates"),
    "AL": (28, "Albania"),
    "AT": (20, "Austria"),
    "AZ": (28, "Azerbaijan"),
    "BA": (20, "Bosnia and Herzegovina"),
    "BE": (16, "Belgium"),
    "BG": (22, "Bulgaria"),
    "BH": (22, "Bahrain"),
    "BI": (27, "Burundi"),
    "BR": (29, "Brazil"),
    "BY": (28, "Belarus"),
    "CH": (21, "Switzerland"),
    "CR": (22, "Costa Rica"),
    "CY": (28, "Cyprus"),
    "CZ": (24, "Czechia"),
    "DE": (22, "Germany"),
    "DJ": (27, "Djibouti"),
    "DK": (18, "Denmark"),
    "DO": (28, "the Dominican Republic"),
    "EE": (20, "Estonia"),
    "EG": (29, "Egypt"),
    "ES": (24, "Spain"),
    "FI": (18, "Finland"),
    "FK": (18, "the Falkland Islands"),
    "FO": (18, "the Faroe Islands"),
    "FR": (27, "France"),
    "GB": (22, "the United Kingdom"),
    "GE": (22, "Georgia"),
    "GI": (23, "Gibraltar"),
    "GL": (18, "Greenland"),
    "GR": (27, "Greece"),
    "GT": (28, "Guatemala"),
    "HN": (28, "Honduras"),
    "HR": (21, "Croatia"),
    "HU": (28, "Hungary"),
    "IE": (22, "Ireland"),
    "IL": (23, "Israel"),
    "IQ": (23, "Iraq"),
    "IS": (26, "Iceland"),
    "IT": (27, "Italy"),
    "JO": (30, "Jordan"),
    "KW": (30, "Kuwait"),
    "KZ": (20, "Kazakhstan"),
    "LB": (28, "Lebanon"),
    "LC": (32, "Saint Lucia"),
    "LI": (21, "Liechtenstein"),
    "LT": (20, "Lithuania"),
    "LU": (20, "Luxembourg"),
    "LV": (21, "Latvia"),
    "LY": (25, "Libya"),
    "MC": (27, "Monaco"),
    "MD": (24, "Moldova"),
    "ME": (22, "Montenegro"),
    "MK": (19, "North Macedonia"),
    "MN": (20, "Mongolia"),
    "MR": (27, "Mauritania"),
    "MT": (31, "Malta"),
    "MU": (30, "Mauritius"),
    "NI": (28, "Nicaragua"),
    "NL": (18, "the Netherlands"),
    "NO": (15, "Norway"),
    "OM": (23, "Oman"),
    "PK": (24, "Pakistan"),
    "PL": (28, "Poland"),
    "PS": (29, "Palestine"),
    "PT": (25, "Portugal"),
    "QA": (29, "Qatar"),
    "RO": (24, "Romania"),
    "RS": (22, "Serbia"),
    "RU": (33, "Russia"),
    "SA": (24, "Saudi Arabia"),
    "SC": (31, "Seychelles"),
    "SD": (18, "Sudan"),
    "SE": (24, "Sweden"),
    "SI": (19, "Slovenia"),
    "SK": (24, "Slovakia"),
    "SM": (27, "San Marino"),
    "SO": (23, "Somalia"),
    "ST": (25, "São Tomé and Príncipe"),
    "SV": (28, "El Salvador"),
    "TL": (23, "Timor-Leste"),
    "TN": (24, "Tunisia"),
    "TR": (26, "Türkiye"),
    "UA": (29, "Ukraine"),
    "VA": (22, "the Vatican"),
    "VG": (24, "the British Virgin Islands"),
    "XK": (20, "Kosovo"),
    "YE": (30, "Yemen"),
}
"""Country -> characters of its IBANs, and its name in a sentence."""
_SHORTEST: Final = 15
_JOINT: Final = r"(?:[ \u00a0\u2007\u2009\u202f-]|[ \u00a0]?\r?\n[ \u00a0]?)"
_JOINT_BYTES: Final = rb"(?:[ \-\r\n]{1,4}|\xc2\xa0|\xe2\x80[\x87\x89\xaf])?"
_WIDEST_JOINT: Final = 4
_START: Final = re.compile(rf"(?<![^\W_])(?:{'|'.join(_COUNTRIES)})[0-9]{{2}}", re.IGNORECASE)
_MORE: Final = re.compile(rf"{_JOINT}?[0-9A-Za-z]")
_COMMIT: Final = re.compile(
    r"(?i:(?<![^\W_])(?:commits?|hash|sha-?1|sha-?256|md5|checksum|digest|revision|rev|blob|tree|merged?|etag)"
    r"(?:[ -]?ids?)?\W{0,4})\Z"
)
"""What stands before the id of a commit, which may begin as an IBAN does."""
_CONTINUES: Final = re.compile(r"\w")
_ANCHOR: Final = Anchor(
    rb"(?i)\b(?:" + "|".join(_COUNTRIES).encode("ascii") + rb")[0-9]{2}(?:" + _JOINT_BYTES + rb"[0-9A-Z]){11}",
    before=_SHORTEST + 11 * _WIDEST_JOINT,
)
_PUBLISHED: Final = listed(
    "DE89370400440532013000 DE91100000000123456789 DE75512108001245126199 DE12500105170648489890"
    " GB82WEST12345698765432 GB29NWBK60161331926819 GB33BUKB20201555555555 FR1420041010050500013M02606"
    " FR7630006000011234567890189 AT611904300234573201 CH9300762011623852957 LI21088100002324013AA"
    " NL91ABNA0417164300 BE68539007547034 IT60X0542811101000000123456 ES9121000418450200051332"
    " PL61109010140000071219812874 SE4550000000058398257466 DK5000400440116243 NO9386011117947"
    " FI2112345600000785 IE29AIBK93115212345678 LU280019400644750000 PT50000201231234567890154"
    " CZ6508000000192000145399 SK3112000000198742637541 HU42117730161111101800000000 EE382200221020145685"
    " LV80BANK0000435195001 LT121000011101001000 SI56263300012039086 HR1210010051863000160"
    " RO49AAAA1B31007593840000 BG80BNBG96611020345678 GR1601101250000000012300695 CY17002001280000001200527600"
    " MT84MALT011000012345MTLCAST001S IS140159260076545510730339 MC5811222000010123456789030"
)
"""Numbers that the registry, the payments council and encyclopaedias show as examples."""
_LABELS: Final = words(
    "iban, iban-nr, iban-no, iban-nummer, iban-code, kontonummer, konto-nr, konto, bankverbindung, bank-account,"
    " bank account no, account-number, account-no, compte, compte bancaire, numéro de compte, rib, cuenta,"
    " cuenta bancaria, número de cuenta, conto, conto corrente, coordinate bancarie, rekening, rekeningnummer,"
    " bankrekening, bankkonto, tilinumero, kontonr"
)


def detectors(_regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of IBANs, which are the same everywhere."""
    return (Detector(rule="iban", anchors=(_ANCHOR,), find=_find, labels=_LABELS, first=True),)


def _find(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the IBANs that begin in the characters [start, end) of the text."""
    done = start
    for begun in _START.finditer(text, start, min(len(text), end + 3)):
        at = begun.start()
        if done <= at < end:
            hit = _read(text, at)
            if hit is not None:
                yield hit
                done = hit.end


def _read(text: str, start: int) -> Hit | None:
    length, country = _COUNTRIES[text[start : start + 2].upper()]
    place = start + 4
    letters = [text[start:place]]
    for _ in range(length - 4):
        more = _MORE.match(text, place)
        if more is None:
            return None
        letters.append(more[0][-1])
        place = more.end()
    number = "".join(letters).upper()
    if text[start:place].islower() and place - start == length and _COMMIT.search(text, max(0, start - 32), start):
        return None
    if _CONTINUES.match(text, place) or not iban.is_valid(number, check_country=False):
        return None
    return Hit(
        start=start,
        end=place,
        value=number,
        kind=SubjectKind.BANK_ACCOUNT,
        what=f"IBAN of {country}",
        alone=Confidence.HIGH,
        reason=RIGHT,
        doubt=PUBLISHED if number in _PUBLISHED else "",
    )
