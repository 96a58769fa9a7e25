"""What stands around digits, or what they look like, that tells whether they are a phone number; nothing of plans."""

from __future__ import annotations

import re
from typing import Final

from rules.spotting import folded

LABELS: Final = folded(
    """
    phone, phone no, phone number, telephone, tel, mobile, mob, cell, cellphone, cell phone, fax, call, dial, extension,
    hotline, sms, text, answering at, reach me at, reach you, reached at, messages to, my registered
    whatsapp, signal, desk, ring, landline, pager, contact number, direct dial, work phone, home phone
    telefon, telefonnummer, tel.-nr, telefonnr, rufnummer, handy, handynummer, mobil, mobilnummer, mobiltelefon,
    durchwahl, festnetz, telefax, faxnummer, anruf, rückruf, natel, erreichbar unter, mobilnr, handynr
    téléphone, tél, portable, mobile, télécopie, fixe, numéro de téléphone, joindre au, gsm
    teléfono, telefono, móvil, movil, celular, tfno, tlf, llamar al, fijo, número de teléfono
    telefono, cellulare, cell, recapito, chiamare, fisso, numero di telefono
    telefoon, telefoonnummer, mobiel, gsm, mobiele nummer, bellen, doorkiesnummer, tel.nr, telefoonnr
    telefone, telemóvel, telefonas, puhelin, matkapuhelin, telefonnr, mobiltelefon, komórka, komórkowy
    """
)
FEWEST: Final = 7
"""Digits of a number at least."""
MOST: Final = 15
"""Digits of a number at most (E.164)."""

_BEFORE: Final = 32
"""Characters before a number in national form that may tell what it is."""
_ROW: Final = 96
"""Characters of the rows above and below that are looked at."""
_DECIMALS: Final = 8
"""Digits of a number with a point in it at most."""
_DATE: Final = re.compile(
    r"(?:(?:19|20)[0-9]{2}([-./])[01]?[0-9]\1[0-3]?[0-9]|[0-3]?[0-9]([-./ ])[01]?[0-9]\2(?:19|20)[0-9]{2}"
    r"|[01]?[0-9]/[0-3]?[0-9]/(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))(?![0-9])"
)
_YEARS: Final = re.compile(r"(?:19|20)[0-9]{2} ?[\u2010-\u2015/-] ?(?:19|20)[0-9]{2}")
_RANGE: Final = re.compile(r"0[0-9]{2,4} ?[\u2010-\u2015-] ?(?:0[0-9]{2,4}|[12][0-9][0-5][0-9])")
_QUAD: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_FRACTION: Final = re.compile(r"0[.][0-9]{4,}")
_DECIMAL: Final = re.compile(r"[0-9]{1,4}\.[0-9]{3,}")
_OTHER: Final = re.compile(
    r"(?:(?<![^\W_])(?:(?i:[\w-]*id|(?!(?:[\w-]*(?:telefon|ruf|handy|fax|mobil|phone|telefoon)))[\w-]*(?:nummer|number)"
    r"|code|codes|c[oó]digos?|codici|codice|billete?|biglietto|vol|flug|flight|ersatzteil|nummernkreis|caisse|teile?"
    r"|pin|tan|puk|s/?n|(?:lot|lote|lotto|partij|partita|partie|batch|charge)(?:[ -]?(?:no|nr|n°))?)"
    r"|L(?:os|OS)(?:-?[Nn]r)?)"
    r"[\"']?[.:=]?[ \u00a0]{0,2}[\"']?)\Z"
)
"""What stands before numbers of other kinds, nearer than any label of a telephone; `los` is an article in Spanish."""
_UNIT: Final = re.compile(
    r"[ \u00a0\u202f]?(?i:ms|sec|sek|min|kg|mg|mm|cm|km|kb|mb|gb|kwh|eur|euros?|usd|chf|gbp|stück|stk|pcs"
    r"|pieces|units?|stuks|pezzi|piezas|pièces|unidades|unités|seiten|zeilen|rows|bytes|°|‰)(?!\w)"
)
"""What a quantity ends with."""
_LINE_BEFORE: Final = re.compile(
    r"(?i:(?<![^\W_])(?:phone|telephone|tel|mobile|cell|fax|telefon|handy|mobil|t[eé]l[eé]phone|portable|tel[eé]fono|m[oó]vil"
    r"|cellulare|telefoon|mobiel)\.?:?[ \u00a0]?\n[ \u00a0]{0,4})\Z"
)
_WORD_BEHIND: Final = re.compile(
    r"[ \u00a0]?[-,(]?[ \u00a0]?(?i:office|fax|mobile|cell|home|work|mobil|handy|b[uü]ro|privat|bureau|portable|oficina"
    r"|m[oó]vil|ufficio|cellulare|kantoor|mobiel)(?!\w)"
)
_WRITTEN: Final = (
    r"[^\n0-9+(]{2,48}(?:\(?0[0-9]{1,5}\)?[ /.-]{1,3}[0-9][0-9 /.-]{4,12}[0-9]|\+[1-9][0-9 ()/.-]{7,18}[0-9]"
    r"|[0-9]{3}(?:[ .-][0-9]{2}){3})[ \u00a0]*"
)
"""A row of a list that ends with a number in the groups of a telephone's."""
_ROW_BEFORE: Final = re.compile(rf"(?:\A|\n){_WRITTEN}\n[^\n0-9+(]{{2,48}}\Z")
_ROW_BEHIND: Final = re.compile(rf"[ \u00a0]*\n{_WRITTEN}(?:\n|\Z)")
_ROW_START: Final = re.compile(r"(?:\A|\n)[^\n0-9+(]{2,48}\Z")
_ROW_END: Final = re.compile(r"[ \u00a0]*(?:\n|\Z)")


def is_other(written: str, digits: str) -> bool:
    """Return whether what is written is no phone number: a date, years, an address, too few digits or too many."""
    return (
        not FEWEST <= len(digits) <= MOST
        or written.count("(") != written.count(")")
        or _DATE.match(written) is not None
        or _YEARS.fullmatch(written) is not None
        or _QUAD.fullmatch(written) is not None
        or _RANGE.fullmatch(written) is not None
        or _FRACTION.fullmatch(written) is not None
        or len(set(digits)) == 1
        or digits.startswith("00")
    )


def is_decimal(written: str, digits: str) -> bool:
    """Return whether digits may as well be a number with a point: 0521.234."""
    return len(digits) <= _DECIMALS and _DECIMAL.fullmatch(written) is not None


def named_otherwise(text: str, start: int, end: int) -> bool:
    """Return whether the words around the characters [start, end) name another kind of number, or a quantity."""
    return _OTHER.search(text, max(0, start - _BEFORE), start) is not None or _UNIT.match(text, end) is not None


def spoken_of(text: str, end: int) -> bool:
    """Return whether a word for telephones follows: `-Office`, ` (Fax)`."""
    return _WORD_BEHIND.match(text, end) is not None


def beside_words(text: str, start: int, end: int) -> bool:
    """Return whether a word for telephones stands in the line before, or behind the number."""
    return _LINE_BEFORE.search(text, max(0, start - _BEFORE), start) is not None or spoken_of(text, end)


def in_list(text: str, start: int, end: int) -> bool:
    """Return whether a number ends a row of words, and the row above or below ends with one grouped as telephones'."""
    if _ROW_START.search(text, max(0, start - _ROW // 2 - 2), start) is None or _ROW_END.match(text, end) is None:
        return False
    behind = _ROW_BEHIND.match(text, end, end + _ROW)
    return behind is not None or _ROW_BEFORE.search(text, max(0, start - _ROW * 3 // 2), start) is not None
