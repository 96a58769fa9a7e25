"""What stands around a name or a username of the directory, and how sure that makes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rules.folding import fold, listed
from rules.model import Confidence
from rules.namevariants import Form, is_rare
from rules.phrases import BLANKS, gap_of
from rules.spotting import folded
from rules.vocabulary import FUNCTION_WORDS

ELSEWHERE: Final = "the full name stands elsewhere in the same text"
NAMELESS: Final = "another name stands before it"
LOWER: Final = "written in lower case"
STREET: Final = "it is part of the name of a street, a school or a prize"
COMPANY: Final = "it is part of the name of a company"
_STREET_BEHIND: Final = re.compile(
    r"[- \u00a0](?:Stra(?:ß|ss)e|Str|Weg|Platz|Allee|Gasse|Ring|Ufer|Brücke|Halle|Schule|Gymnasium|Kolleg|Stiftung|Haus"
    r"|Preis|Medaille|Institut|Laan|Straat|Plein|Street|Road|Avenue|Ave|Boulevard|Square|Lane|Drive|Prize|Award|Medal"
    r"|Foundation|Institute|School|Hall)(?!\w)"
)
"""What stands behind the name of somebody after whom something is named."""
_STREET_BEFORE: Final = re.compile(
    r"(?<!\w)(?:(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Cc]alle|[Aa]venida|[Pp]iazza|[Pp]laza|Via|[Ff]ondation"
    r"|[Ff]undación|[Pp]rix|[Pp]remio|[Ll]ycée|[Ii]nstituto|[Ii]stituto)(?:[ \u00a0]d[eiu]l?)?)[ \u00a0]\Z"
)
_COMPANY_BEHIND: Final = re.compile(
    r",?[ \u00a0](?:(?:GmbH|AG|KG|OHG|UG|e\. ?K|mbH|SE|Ltd|Limited|Inc|LLC|LLP|PLC|plc|Corp|SARL|SAS|SASU|EURL|S\.A|SA"
    r"|S\.L|SL|S\.p\.A|SpA|S\.r\.l|Srl|B\.V|BV|N\.V|NV|Oy|AB|A/S|ApS)(?!\w)"
    r"|(?:&|und|and|et)[ \u00a0](?:Co|Cie|Söhne|Sons|Fils|Partner)(?!\w))"
)
LABELS: Final = folded(
    "user, username, user name, login, account, assignee, owner, author, reporter, benutzer, benutzername, kennung,"
    " anmeldename, konto, utilisateur, identifiant, usuario, utente, gebruiker, gebruikersnaam, committer, assigned to,"
    " user id, uid, logged in, logged in as, signed in, login name, samaccountname, created by, reviewed by, reviewer,"
    " approver, watcher, benutzerkennung, nutzer, nutzername, anmeldung, angemeldet, bearbeiter, ersteller, eigentümer,"
    " besitzer, compte, connexion, connecté, auteur, propriétaire, assigné à, cuenta, autor, propietario,"
    " asignado a, inicio de sesión, autore, proprietario, assegnato a, accesso, inlognaam, aanmelding, accountnaam,"
    " eigenaar, toegewezen aan, zugewiesen an"
)
"""What stands before a username."""
PEOPLE: Final = folded(
    "surname, last name, lastname, family name, contact, contact person, owner, responsible, assignee, assigned to,"
    " reviewer, approver, reporter, author, employee, colleague, deputy, manager, attendee, attendees, participants,"
    " speaker, who, nachname, familienname, zuname, ansprechpartner, ansprechpartnerin, kontakt, verantwortlich,"
    " verantwortlicher, verantwortliche, zuständig, bearbeiter, bearbeiterin, mitarbeiter, mitarbeiterin, kollege,"
    " kollegin, vertretung, stellvertreter, vorgesetzter, vorgesetzte, teilnehmer, anwesend, wer, nom de famille,"
    " responsable, salarié, salariée, auteur, participants, personne, qui, apellido, apellidos, contacto,"
    " empleado, empleada, autor, asistentes, persona, quién, cognome, referente, contatto, responsabile, dipendente,"
    " autore, partecipanti, chi, achternaam, contactpersoon, verantwoordelijke, medewerker, deelnemers, persoon, wie,"
    " interlocuteur, person"
)
"""What stands before a surname by itself, or over a column of them."""
SALUTATIONS: Final = listed(
    "herr herrn frau fraulein dr prof mr mrs ms miss sir monsieur madame mme senor senora sra signor signora sig dott"
    " dottoressa meneer mevrouw dhr mevr the der die das le la el il de"
)
"""Words that stand before a surname and are no first names."""
_OPENERS: Final = SALUTATIONS | listed(
    "tell see contact email mail phone ping cc attn dear hi hello hey thanks thank via per name author owner reviewer"
    " approver manager employee user customer client patient applicant candidate colleague attendee present absent"
    " frag fragt ruf ruft kontakt liebe lieber hallo danke siehe mitarbeiter mitarbeiterin kollege kollegin kollegen"
    " ansprechpartner verantwortlich bearbeiter kunde kundin antragsteller teilnehmer demandez demander contactez"
    " contacter appelez appeler avec pour par voir cher chère bonjour merci nom salarié salariée collègue pregunte"
    " preguntar contacte contactar llame llamar con para por ver estimado estimada hola gracias nombre empleado"
    " empleada compañero compañera paciente cliente chieda chiedere contatti contattare chiami chiamare da vedi gentile"
    " caro cara ciao grazie nome dipendente collega paziente vraag bel neem met voor door van beste dank naam"
    " medewerker klant"
    " " + " ".join(FUNCTION_WORDS)
)
"""Words that stand before a name at the beginning of a sentence and are no names."""
_PLACE: Final = 40
"""Characters before a name that may say whose it is."""
_FOLDER: Final = re.compile(r"(?:[/\\](?:home|users|Users|Documents and Settings)[/\\])\Z")
"""The folder that holds the folders of the users of a machine."""
_DOMAIN: Final = re.compile(r"(?<![^\s\"'(=:,;])[A-Za-z][A-Za-z0-9-]{1,14}\\\Z")
"""The domain of a network before its users."""
_DOER: Final = re.compile(r"(?i:(?<![^\W_])(?:by|durch|von|par|por|door)[ \u00a0])\Z")
_PERHAPS_DOER: Final = re.compile(
    r"(?i:(?<![^\W_])(?:de|da|di|van|to|cc|ask|for|from|with|an|bei|für|mit|gehört|à|pour|avec|chez|para|con|per|a|aan"
    r"|voor|met)[ \u00a0])\Z"
)
"""What stands before people and before much else."""
_SIGN: Final = re.compile(r"[:=][ \u00a0]?[\"'(]?\Z")
_ENTRY: Final = re.compile(
    r"(?:\A|[\n\t])[ \u00a0]{0,4}(?:(?:[-*>\u2022\u2023\u25e6\u2013\u00b7]|\d{1,3}[.)])[ \u00a0]{0,4})?\Z"
)
"""The beginning of a line, of a cell or of an entry of a list."""
_SHORT: Final = 16
"""Characters of what stands before an entry or behind a label at most."""
_REACHED: Final = re.compile(
    r"(?:[ \u00a0]?\([^()\n\t]{1,30}\))?[ \u00a0\t:;,|(\u2013\u2192>=-]{1,6}"
    r"(?:(?:tel|phone|mobil|handy|fax|ext|durchwahl|cell|móvil|tél)\w{0,6}[.:]{0,2}[ \u00a0\t]{0,2})?"
    r"(?:[+(]{0,2}\d(?:[ ()/.\u00a0-]{0,3}\d){5}|[\w.+-]{1,64}@[\w-])"
)
"""A number or an address by which somebody is reached."""
_ENDS: Final = re.compile(r"[\"'\u2019)\]]?[ \u00a0]?(?:[\n\t,;.)/(|<\"]|\Z|(?:and|und|et|y|e|en|&)[ \u00a0])")
"""What stands behind a name that is over."""
_GOES_ON: Final = re.compile(r"[-_.][^\W_]|_")
"""What makes letters part of something longer, read away from them."""
_ADDRESSED_AT: Final = re.compile(r"[\w.+-]{0,64}@[\w-]+\.")
_DOMAIN_OF: Final = re.compile(r"[\w.+-]@[\w.-]{0,60}\Z")


@dataclass(frozen=True, slots=True)
class Worth:
    """How sure a name is where it stands."""

    alone: Confidence | None
    """Without a label; None: it is no finding then."""
    labelled: Confidence
    doubt: str = ""
    """What speaks against it."""
    labels: frozenset[str] = frozenset()


def login_worth(text: str, start: int, end: int, itself: Confidence | None) -> Worth:
    """Return how sure a username is where it stands.

    `itself`: how sure its letters alone are, None where other words have the same.
    """
    before = text[max(0, start - _PLACE) : start]
    sign = Confidence.MEDIUM if _SIGN.search(before) else Confidence.LOW
    labelled = Confidence.HIGH if itself is not None or _fills(text, start, end) else sign
    return Worth(_login_alone(text[start:end], before, text[end : end + 2], itself), labelled, labels=LABELS)


def _login_alone(word: str, before: str, behind: str, itself: Confidence | None) -> Confidence | None:
    """Return how sure a username is without a label."""
    if before[-1:] in {"@", "~"} or _FOLDER.search(before):
        return Confidence.HIGH
    if itself is None:
        return Confidence.MEDIUM if word.islower() and _DOER.search(before) else None
    if word.isalpha() and (word.istitle() or _GOES_ON.match(behind) or _GOES_ON.match(before[::-1])):
        return None
    if _DOMAIN.search(before):
        return Confidence.HIGH
    return Confidence.MEDIUM if _DOER.search(before) or _PERHAPS_DOER.search(before) else itself


def surname_worth(text: str, start: int, end: int, *, known: bool) -> Worth:
    """Return how sure a rare surname by itself is; `known`: the full name stands in the same text.

    As an entry of a list it has a number or an address behind it.
    """
    if _is_entry(text, start, end):
        return Worth(Confidence.MEDIUM, Confidence.MEDIUM)
    return Worth(Confidence.LOW if known else None, Confidence.MEDIUM, labels=PEOPLE)


def name_worth(text: str, form: Form, first: tuple[int, int], last: tuple[int, int]) -> Worth:
    """Return how sure a name of several words is, of which two are at these places."""
    thing = _named_after(text, first[0], max(first[1], last[1]))
    if thing:
        return Worth(Confidence.MEDIUM, Confidence.MEDIUM, thing)
    if form in {Form.INVERTED, Form.SWAPPED} and is_name_before(text, first[0]):
        return Worth(Confidence.MEDIUM, Confidence.MEDIUM, NAMELESS)
    if form not in {Form.FULL, Form.INVERTED}:
        return Worth(Confidence.MEDIUM, Confidence.MEDIUM)
    if text[first[0]].isupper() or text[last[0]].isupper():
        return Worth(Confidence.HIGH, Confidence.HIGH)
    sure = Confidence.HIGH if all(is_rare(fold(text[slice(*word)])) for word in (first, last)) else Confidence.LOW
    return Worth(sure, sure, LOWER)


def _named_after(text: str, start: int, end: int) -> str:
    """Return what speaks against a name that a street, a school or a company has, empty where nothing does."""
    if _STREET_BEHIND.match(text, end) or _STREET_BEFORE.search(text, max(0, start - _PLACE), start):
        return STREET
    return COMPANY if _COMPANY_BEHIND.match(text, end) else ""


def may_stand_alone(text: str, start: int, end: int, last: int) -> bool:
    """Return whether a surname, whose last word begins at `last`, is an entry of a list or may have a label before it.

    It fills its line or cell, or stands behind a colon, and is no part of something longer.
    """
    if not text[last].isupper():
        return False
    sign = _SIGN.search(text, max(0, start - _SHORT), start)
    return _is_entry(text, start, end) or bool((sign or _begins(text, start)) and _ENDS.match(text, end))


def _is_entry(text: str, start: int, end: int) -> bool:
    """Return whether a name begins an entry of a list and a number or an address follows it."""
    return bool(_ENTRY.search(text, max(0, start - _SHORT), start) and _REACHED.match(text, end))


def word_before(text: str, start: int) -> str:
    """Return the capitalised word directly before a place, folded, or nothing."""
    before = text[max(0, start - _PLACE) : start]
    if before[-1:] not in BLANKS or not before.strip():
        return ""
    word = before.split()[-1]
    return fold(word) if before.rstrip().endswith(word) and word[0].isupper() and word.isalpha() else ""


def is_name_before(text: str, start: int) -> bool:
    """Return whether a capitalised word stands before a place that may be a first name."""
    word = word_before(text, start)
    return bool(word) and word not in _OPENERS


def is_by_itself(text: str, start: int, end: int, form: Form) -> bool:
    """Return whether no other part of a name stands on the side where it would."""
    if text[start - 1 : start] == "@" or text[end : end + 1] == "@":
        return False
    if form is Form.SURNAME:
        return not is_name_before(text, start)
    behind = text[end : end + 2]
    return not (len(behind) > 1 and gap_of(behind[0], 2) and behind[1].isupper())


def in_address(text: str, start: int, end: int) -> bool:
    """Return whether a name is a part of an e-mail address, which is a finding of its own."""
    return _DOMAIN_OF.search(text, max(0, start - 64), start) is not None or _ADDRESSED_AT.match(text, end) is not None


def _begins(text: str, start: int) -> bool:
    return not start or text[start - 1] in "\n\t"


def _fills(text: str, start: int, end: int) -> bool:
    """Return whether nothing else stands on the line or in the cell."""
    return _begins(text, start) and (end == len(text) or text[end] in "\n\t")
