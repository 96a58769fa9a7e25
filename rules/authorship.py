"""Who a file's metadata names: people told from programs, offices and firms by how they are written."""

from __future__ import annotations

import re
from typing import Final

_GENERIC: Final = frozenset(
    """
    -|?|a|admin|administrador|administrateur|administrator|amministratore|anonym|anonymous|anonymous user|author|autor
    |auteur|autore|beheerder|benutzer|computer|copyright|customer|default|default user|defaultuser|desktop|gast
    |gebruiker|guest|home|home user|invité|kunde|laptop|me|microsoft|microsoft corporation|microsoft office user|ms
    |n/a|na|nobody|none|office|owner|pc|private|privat|root|scan|scanner|someone|student|system|temp|template|test
    |test user|tester
    |unbekannt|unknown|unknown author|unnamed|user|user name|username|usuario|utente|utilisateur|web|windows user
    |windows-benutzer|xp|your name|your company|company|company name|firma|organization|author name|name
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
"""What programs write where nobody told them a name, folded."""
_PROGRAMS: Final = re.compile(
    r"\b(?:abbyy|acrobat|adobe|aspose|calibre|canon|chromium|confluence|crystal reports|docx4j|excel|ghostscript|google"
    r"|gotenberg|hewlett|imagemagick|indesign|itext|latex|lexmark|libreoffice|mozilla|neooffice|openoffice|openpyxl|pandoc"
    r"|pdfcreator|pdfmake|pdftex|phpexcel|phpspreadsheet|phpword|photoshop|poi|power ?point|prince|pypdf|python-docx"
    r"|python-pptx|python|quartz|reportlab|ricoh|skia|softmaker|tcpdf|tex|toshiba|unoconv|weasyprint|wkhtmltopdf|word"
    r"|workcentre|writer|xerox|xlsxwriter)\b|\.(?:dll|exe|ps|pdf|dvi|docx?|xlsx?|pptx?|tex)\b|https?://|\d\.\d",
    re.IGNORECASE,
)
_OFFICES: Final = re.compile(
    r"\b(?:abteilung|administration|agency|association|bank|behörde|bureau|center|centre|college|commission|committee"
    r"|comune|consulting|corp|corporation|council|department|dept|dienst|direction|division|editors?|foundation|gemeente"
    r"|gesellschaft|gmbh|group|gruppe|helpdesk|inc|incorporated|institute?|instituto|istituto|kommission|limited|llc|llp"
    r"|ltd|marketing|ministerio|ministerium|ministry|office|organi[sz]ation|plc|redaktion|sales|school|section|service"
    r"|services|society|software|solutions|staff|stiftung|support|systems|team|technologies|universidad|universit[àäéy]t?"
    r"|university|verein|verlag)\b|(?-i:\b(?:AG|BV|B\.V\.|KG|NV|N\.V\.|SA"
    r"|S\.A\.|SARL|SE|SpA|S\.p\.A\.|SRL|S\.r\.l\.|IT|HR)(?=\s|\Z))",
    re.IGNORECASE,
)
_LETTER: Final = re.compile(r"[^\W\d_]")
_NAME_WORD: Final = re.compile(r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’.-][^\W\d_]*)*\.?")
"""A word that begins with a capital letter, or of a script without them."""
_PLACE: Final = re.compile(
    r"(?:[\\/](?:Users|Benutzer|home|Documents and Settings)[\\/])([^\\/:*?\"<>|\r\n]{2,64})", re.IGNORECASE
)
_LONGEST: Final = 100
"""Characters of a name at most; what is longer is a sentence."""
_SHARED: Final = frozenset({"public", "default", "all users", "shared"})


def is_somebody(name: str) -> bool:
    """Return whether a field for a person names one: no program, no office, no placeholder."""
    folded = name.casefold().strip(" .")
    return (
        len(name) <= _LONGEST
        and folded not in _GENERIC
        and "@" not in name  # an address, which has a rule of its own
        and len(_LETTER.findall(name)) > 1
        and _PROGRAMS.search(name) is None
        and _OFFICES.search(name) is None
    )


def is_firm(name: str) -> bool:
    """Return whether a field for a company says one."""
    return name.casefold().strip(" .") not in _GENERIC and len(_LETTER.findall(name)) > 1


def is_written_out(name: str) -> bool:
    """Return whether a name has several words that begin as names do: else it may be a login or a nickname."""
    return sum(1 for word in re.split(r"[\s,]+", name) if _NAME_WORD.fullmatch(word)) > 1


def logins(value: str) -> list[tuple[int, str]]:
    """Return the logins in paths of somebody's own folder, and at which character each begins."""
    found = [(match.start(1), match[1]) for match in _PLACE.finditer(value)]
    return [(at, name) for at, name in found if name.casefold() not in _SHARED]
