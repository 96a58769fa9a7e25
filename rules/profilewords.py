"""What tables call the fields of a person's profile, in six languages; dates of birth in more of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from rules.subjects import SubjectKind


class Telling(IntEnum):
    """How surely a heading speaks of people."""

    WEAK = 0
    """Things have it too: a location, a website, a position."""
    STRONG = 1
    SURE = 2
    """Nothing but a person has it."""


@dataclass(frozen=True, slots=True)
class Column:
    """What stands under a heading, or behind a name of a field."""

    kind: SubjectKind
    telling: Telling
    half: str = ""
    """Which half of a name, where the heading is so short that things have it too: `First`, with a `Last` beside."""
    instead: SubjectKind | None = None
    """What it is where the value is none of `kind`: `Poste` is an extension or a position."""


def _listed(words: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in words.split(","))


_WORDS: Final[Mapping[tuple[SubjectKind, Telling], str]] = {
    (SubjectKind.DISPLAY_NAME, Telling.SURE): (
        "full name, first name, last name, given name, family name, surname, employee, employee name,"
        " staff member, team member, contact person, contact name, colleague, attendee, participant,"
        " vorname, nachname, familienname, vollständiger name, mitarbeiter, mitarbeiterin, mitarbeiter/in,"
        " mitarbeitende, mitarbeiter*in, mitarbeiter:in, ansprechpartner, ansprechpartnerin, ansprechperson,"
        " kontaktperson, kollege, kollegin, teilnehmer, teilnehmerin,"
        " prénom, nom de famille, nom complet, nom et prénom, nom prénom, employé, collaborateur, collaboratrice,"
        " interlocuteur, personne de contact, apellido, apellidos, nombre completo, nombre y apellidos, empleado,"
        " empleada, persona de contacto, cognome, nome e cognome, nome completo, dipendente, collega, referente,"
        " persona di contatto, voornaam, achternaam, volledige naam, medewerker, medewerkster, contactpersoon"
    ),
    (SubjectKind.DISPLAY_NAME, Telling.WEAK): (
        "name, display name, anzeigename, contact, person, member, owner, user, kontakt, mitglied, benutzer, nom,"
        " membre, utilisateur, nombre,"
        " contacto, persona, miembro, usuario, nome, contatto, membro, utente, naam, persoon, lid, gebruiker"
    ),
    (SubjectKind.USER_KEY, Telling.WEAK): (
        "user id, user key, userid, userkey, account id, username, user name, login, login name, employee id,"
        " employee number, personnel number, personnel no, personalnummer, benutzername, benutzerkennung, kennung,"
        " matricule, identifiant, usuario id, nome utente, gebruikersnaam, personeelsnummer"
    ),
    (SubjectKind.EMAIL, Telling.STRONG): (
        "e-mail, email, mail, e-mail address, email address, e-mail-adresse, emailadresse, e-mailadresse, mailadresse,"
        " courriel, adresse e-mail, adresse mail, adresse électronique, correo, correo electrónico, indirizzo e-mail,"
        " indirizzo email, posta elettronica, e-mailadres, mailadres"
    ),
    (SubjectKind.PHONE, Telling.STRONG): (
        "phone, telephone, phone number, mobile, mobile phone, cell, cell phone, work phone, home phone, extension,"
        " ext, ext., fax, telefon, telefonnummer, tel, tel., handy, mobil, mobiltelefon, mobilnummer, durchwahl,"
        " rufnummer, téléphone, numéro de téléphone, portable, tél, tél., teléfono, móvil, número de teléfono,"
        " telefono, cellulare, numero di telefono, telefoonnummer, telefoon, mobiel, mobiel nummer, gsm, toestel"
    ),
    (SubjectKind.IM, Telling.STRONG): (
        "im, skype, skype name, skype id, skype-name, messenger, instant messenger, icq, telegram, threema, signal,"
        " whatsapp, discord, matrix, jabber, xmpp, slack handle, wechat, messagerie instantanée, mensajería instantánea"
    ),
    (SubjectKind.BIRTH_DATE, Telling.SURE): (
        "birth date, birthdate, date of birth, dob, birthday, born, geburtsdatum, geburtstag, geboren, geboren am,"
        " geb., geb.-datum, date de naissance, anniversaire, né le, née le, fecha de nacimiento, cumpleaños, nacido el,"
        " data di nascita, compleanno, nato il, nata il, geboortedatum, verjaardag, geboren op, födelsedatum,"
        " födelsedag, född, data urodzenia, urodzony, urodzona, data de nascimento, nascimento, aniversário,"
        " nascido em, nascida em, fødselsdato, fødselsdag, født, syntymäaika, syntymäpäivä, syntynyt, datum narození,"
        " narozen, narozena"
    ),
    (SubjectKind.SOCIAL_SECURITY, Telling.STRONG): (
        "ssn, social security number, social security no, national insurance number, nino, sozialversicherungsnummer,"
        " numéro de sécurité sociale, número de la seguridad social, bsn, burgerservicenummer"
    ),
    (SubjectKind.NATIONAL_ID, Telling.STRONG): (
        "national id, national id number, personnummer, cpr-nummer, pesel, dni, codice fiscale, identity card number"
    ),
    (SubjectKind.POSITION, Telling.STRONG): (
        "job title, job position, job role, jobtitel, stellenbezeichnung, berufsbezeichnung, beruf, intitulé du poste,"
        " profession, puesto, puesto de trabajo, mansione, qualifica, functietitel, functienaam, beroep, occupation"
    ),
    (SubjectKind.POSITION, Telling.WEAK): (
        "position, role, title, funktion, rolle, stelle, fonction, rôle, cargo, rol, función, ruolo, posizione, functie"
    ),
    (SubjectKind.DEPARTMENT, Telling.STRONG): (
        "department, dept, dept., abteilung, fachabteilung, département, departamento, dipartimento, reparto, afdeling"
    ),
    (SubjectKind.DEPARTMENT, Telling.WEAK): "team, division, unit, bereich, service, equipo, équipe, squadra, ufficio",
    (SubjectKind.LOCATION, Telling.WEAK): (
        "location, office, site, city, work location, standort, dienstort, arbeitsort, büro, ort, wohnort, lieu,"
        " bureau, lieu de travail, ville, ubicación, oficina, ciudad, sede, luogo, città, locatie, werkplek,"
        " standplaats, woonplaats"
    ),
    (SubjectKind.LOCATION, Telling.STRONG): (
        "home address, private address, privatadresse, anschrift, wohnanschrift, adresse privée, adresse personnelle,"
        " domicilio, dirección particular, indirizzo di casa, residenza, thuisadres, huisadres, privéadres"
    ),
    (SubjectKind.WEBSITE, Telling.WEAK): (
        "website, web site, homepage, personal website, blog, webseite, internetseite, site web, page web, sitio web,"
        " página web, sito web, sito, webpagina"
    ),
    (SubjectKind.PROFILE_PICTURE, Telling.WEAK): (
        "photo, picture, profile picture, portrait, avatar, foto, bild, profilbild, photo de profil, foto de perfil,"
        " foto profilo, profielfoto, photo url, picture url, avatar url, profile picture url"
    ),
}  # fmt: skip
COLUMNS: Final[Mapping[str, Column]] = {
    **{word: Column(kind, telling) for (kind, telling), words in _WORDS.items() for word in _listed(words)},
    **{half: Column(SubjectKind.DISPLAY_NAME, Telling.WEAK, half=half) for half in ("first", "last")},
    "poste": Column(SubjectKind.PHONE, Telling.STRONG, instead=SubjectKind.POSITION),
}
"""Heading, in lower case, to what stands under it."""
_MARKS: Final = re.compile(r"^[\s*_|]+|[\s*_|:]+$|\s*\((?:[^()]{0,40})\)\s*:?$")
_PARTS: Final = re.compile(r"\s*[/,&|]\s*|\s+(?:and|und|et|y|e|en)\s+")


@lru_cache(maxsize=4096)
def column(heading: str) -> Column | None:
    """Return what stands under a heading, None where it says nothing of a profile: `Phone / Mobile:` is a phone."""
    bare = _MARKS.sub("", _MARKS.sub("", heading.casefold())).strip()
    if bare in COLUMNS:
        return COLUMNS[bare]
    found = [COLUMNS.get(each) for each in _PARTS.split(bare)]
    kinds = {None if each is None else each.kind for each in found}
    return found[0] if len(kinds) == 1 else None
