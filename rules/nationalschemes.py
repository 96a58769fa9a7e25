"""Numbers that states give to persons and to their identity cards: EU, EEA, United Kingdom, Switzerland.

Which forms count without a label follows from how many random numbers of that form pass (`Worth`); the share is
measured in tests. Numbers that are given for taxes or for social security in the first place are in `rules.taxschemes`
and `rules.socialschemes`. Sources: the modules of python-stdnum name the public description of each scheme; schemes
without a module are described in `rules.checkdigits`.
"""

from __future__ import annotations

import re
from typing import Final

from stdnum.be import eid
from stdnum.bg import egn, pnf
from stdnum.cz import rc
from stdnum.ee import ik
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.gb import nhs, upn
from stdnum.hr import oib
from stdnum.is_ import kennitala
from stdnum.lv import pvn
from stdnum.nl import bsn, onderwijsnummer
from stdnum.pl import pesel
from stdnum.pt import cc
from stdnum.ro import cnp
from stdnum.si import emso

from rules.checkdigits import belgian, danish, hungarian_personal, luxembourgish, norwegian, polish_card, swedish
from rules.model import Confidence
from rules.numberforms import FORM, Scheme, dated, listed, shapes, words

LABELS: Final = (
    "national id, national-id-number, national identification number, national identity number, nin, citizen number,"
    " citizen id, citizen service number, personal identification number, personal identity number,"
    " personal identity code, personal id number, identity card, identity card no, identity card number, id card,"
    " id card no, id card number, identity no, identity number, identification number"
)
"""Labels of all of them; none of them is what companies call the number of an employee."""


def anything(_number: str) -> bool:
    """Return True: the form is all that the scheme checks."""
    return True


def _finnish(number: str) -> bool:
    """Return whether a Finnish number is right; its sign for the century is lost where it is no letter."""
    return hetu.is_valid(number if len(number) == 11 else f"{number[:6]}-{number[6:]}")  # noqa: PLR2004 - with a sign


def _scheme_of(country: str, region: str, what: str = "national id") -> tuple[str, str, str]:
    return what, country, region


_CZECH: Final = re.compile(r"[0-9]{2}(?:[05][1-9]|[16][0-2]|[27][1-9]|[38][0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{4}")
_BIRTH_NUMBER: Final = "rodné číslo, rodne cislo, rč, r-č, birth number"
_BALTIC: Final = dated("[1-8]", "ymd", "[0-9]{4}")

_BELGIAN: Final = words(
    "rijksregisternummer, rijksregister-nr, insz, insz-nummer, niss, rrn, registre national, registre-national,"
    " numéro de registre national, numéro national, nationaal nummer, nationalregisternummer, bis-nummer,"
    " national register number, national number, n° national, n° niss"
)
_SLOVENIAN: Final = words("emšo, emso, enotna matična številka občana, enotna matična številka")

GREEK_CARD: Final = words(
    "αδτ, α.δ.τ, αρ. δελτίου ταυτότητας, αριθμός δελτίου ταυτότητας, δελτίο ταυτότητας, αριθμός ταυτότητας,"
    " αρ. ταυτότητας, ταυτότητα, adt, greek identity card"
)
"""Labels of Greek identity cards, whose letters are those that both alphabets have."""

NATIONAL: Final = (
    Scheme(
        *_scheme_of("Belgium", "BE"),
        shapes(
            sure="99.99.99-999.99|99.99.99-999-99",
            likely="99.99.99 999.99|99.99.99 999 99|999999-999.99|999999-999-99|99 99 99 999 99",
            home="99999999999",
            nothing="999999 999 99",
        ),
        re.compile(r"[0-9]{2}(?:[024][0-9]|[135][0-2])(?:[0-2][0-9]|3[01])[0-9]{5}"),
        belgian,
        _BELGIAN,
    ),
    Scheme(
        *_scheme_of("Belgium", "BE"),
        shapes(nothing="99.99.99-999.99|99.99.99-999-99|99999999999"),
        re.compile(r"[0-9]{2}(?:[024]0[0-9]{2}|(?:[024][0-9]|[135][0-2])(?:3[2-9]|[4-9][0-9]))[0-9]{5}"),
        belgian,
        _BELGIAN,
    ),
    Scheme(
        *_scheme_of("Belgium", "BE", "identity card number"),
        shapes(likely="999-9999999-99", nothing="999999999999"),
        re.compile(r"[0-9]{12}"),
        eid.is_valid,
        words("identiteitskaart, carte d'identité, identiteitskaartnummer, eid, personalausweis, numéro de carte"),
    ),
    Scheme(
        *_scheme_of("Bulgaria", "BG"),
        shapes(nothing="9999999999"),
        re.compile(r"[0-9]{2}(?:[024][1-9]|[135][0-2]|[24]0|10)(?:0[1-9]|[12][0-9]|3[01])[0-9]{4}"),
        egn.is_valid,
        words("егн, egn, единен граждански номер, uniform civil number, ucn"),
    ),
    Scheme(
        *_scheme_of("Bulgaria", "BG", "number of a foreigner"),
        shapes(nothing="9999999999"),
        re.compile(r"[0-9]{10}"),
        pnf.is_valid,
        words("лнч, lnch, личен номер на чужденец, personal number of a foreigner"),
    ),
    Scheme(
        *_scheme_of("Croatia", "HR"),
        shapes(nothing="99999999999"),
        re.compile(r"[0-9]{11}"),
        oib.is_valid,
        words("oib, osobni identifikacijski broj, oib-broj, porezni broj"),
    ),
    Scheme(
        *_scheme_of("Czechia or Slovakia", "CZ"),
        shapes(likely="999999/9999", nothing="9999999999|999999 9999|999999-9999"),
        _CZECH,
        rc.is_valid,
        words(_BIRTH_NUMBER),
    ),
    Scheme(
        *_scheme_of("Czechia or Slovakia", "CZ"),
        shapes(nothing="999999/999|999999999"),
        re.compile(r"(?:[0-4][0-9]|5[0-3])(?:[05][1-9]|[16][0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}"),
        anything,
        words(_BIRTH_NUMBER),
        reason=FORM,
        labelled=Confidence.MEDIUM,
    ),
    Scheme(
        *_scheme_of("Denmark", "DK"),
        shapes(nothing="999999-9999|999999 9999|9999999999"),
        dated("", "dmy", "[0-9]{4}"),
        danish,
        words("cpr, cpr-nr, cpr-nummer, cpr nr, cpr no, cpr number, personnummer, cprnr"),
        reason=FORM,
    ),
    Scheme(
        *_scheme_of("Estonia or Lithuania", "EE"),
        shapes(home="99999999999"),
        _BALTIC,
        ik.is_valid,
        words(
            "isikukood, isikukoodi, asmens kodas, asmens-kodas, a-k, personal code, personal identification code,"
            " ik-kood"
        ),
        published=listed("37605030299 38703181745 33309240064"),
    ),
    Scheme(
        *_scheme_of("Finland", "FI"),
        shapes(
            sure="999999-9999|999999-999A|999999+9999|999999+999A|999999A999A",
            likely="999999A9999",
            nothing="999999999A",
        ),
        dated("", "dmy", "[A-FU-Y]?[0-9]{3}[0-9A-FHJ-NPR-Y]"),
        _finnish,
        words("henkilötunnus, hetu, hetu-tunnus, sotu, henkilötunnuksen, personbeteckning, personal identity code"),
        published=listed("131052308T 010101123N"),
        tests=re.compile(r"[0-9]{6}[A-FU-Y]?9[0-9]{2}[0-9A-Y]"),
    ),
    Scheme(
        *_scheme_of("France", "FR", "identity card number"),
        shapes(nothing="999999999999"),
        re.compile(r"[0-9]{12}"),
        anything,
        words("cni, carte nationale d'identité, carte d'identité, n° cni, numéro de cni"),
        reason=FORM,
        labelled=Confidence.MEDIUM,
    ),
    Scheme(
        *_scheme_of("Hungary", "HU"),
        shapes(home="9-999999-9999|9 999999 9999", nothing="99999999999"),
        dated("[1-8]", "ymd", "[0-9]{4}"),
        hungarian_personal,
        words("személyi azonosító, személyi szám, személyi azonosítója, személyi azonosító jel"),
    ),
    Scheme(
        *_scheme_of("Iceland", "IS"),
        shapes(home="999999-9999", nothing="9999999999|999999 9999"),
        dated("", "dmy", "[2-9][0-9]{2}[09]"),
        kennitala.is_valid,
        words("kennitala, kt, kennitölu, kennit"),
    ),
    Scheme(
        *_scheme_of("Greece", "GR", "identity card number"),
        shapes(nothing="AA999999|AA 999999|AA-999999|A999999|A 999999|A-999999"),
        re.compile(r"[ABEZHIKMNOPTYX]{1,2}[0-9]{6}"),
        anything,
        GREEK_CARD,
        reason=FORM,
        labelled=Confidence.MEDIUM,
    ),
    Scheme(
        *_scheme_of("Italy", "IT", "identity card number"),
        shapes(nothing="AA99999AA|AA9999999|AA 9999999|9999999AA"),
        re.compile(r"[A-Z]{2}[0-9]{5}[A-Z]{2}|A[A-Z][0-9]{7}|[0-9]{7}[A-Z]{2}"),
        anything,
        words("carta d'identità, carta di identità, carta identità, c.i, documento d'identità, cie"),
        reason=FORM,
        labelled=Confidence.MEDIUM,
    ),
    Scheme(
        *_scheme_of("Latvia", "LV"),
        shapes(home="999999-99999", nothing="99999999999"),
        re.compile(r"(?:(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}[0-2]|32[0-9]{5})[0-9]{4}"),
        pvn.is_valid,
        words("personas kods, personas-kods, personas koda, p-k, personal code"),
    ),
    Scheme(
        *_scheme_of("Luxembourg", "LU"),
        shapes(likely="9999999999999|9999 9999 99999|9999 99 99 999 99|99999999 99999|99999999-99999"),
        dated("", "Ymd", "[0-9]{5}"),
        luxembourgish,
        words("matricule, numéro de matricule, matricule national, numéro d'identification national, matricul, matr"),
        published=listed("1893120105732"),
    ),
    Scheme(
        *_scheme_of("Malta", "MT", "identity card number"),
        shapes(nothing="9999999A|999999A"),
        re.compile(r"[0-9]{6,7}[MGAPLHBZ]"),
        anything,
        words("karta tal-identità, karta tal-identita, maltese id, malta id, id karta"),
        reason=FORM,
        labelled=Confidence.MEDIUM,
    ),
    Scheme(
        *_scheme_of("the Netherlands", "NL"),
        shapes(nothing="999999999|9999.99.999|9999 99 999|999 999 999|999.999.999|99999999"),
        re.compile(r"[0-9]{8,9}"),
        bsn.is_valid,
        words(
            "bsn, bsn-nummer, bsn-nr, burgerservicenummer, burger-service-nummer, sofinummer, sofi-nummer, sofi-nr,"
            " citizen service number"
        ),
        published=listed("111222333 123456782 999999990 123456789"),
        tests=re.compile(r"9{5}[0-9]{4}"),
    ),
    Scheme(
        *_scheme_of("the Netherlands", "NL", "education number"),
        shapes(nothing="999999999"),
        re.compile(r"10[0-9]{7}"),
        onderwijsnummer.is_valid,
        words("onderwijsnummer, onderwijs-nr, pgn"),
    ),
    Scheme(
        *_scheme_of("Norway", "NO"),
        shapes(likely="999999 99999|999999-99999", home="99999999999"),
        re.compile(r"(?:[04][1-9]|[1256][0-9]|[37][01])(?:[04][1-9]|[15][0-2]|[48]0)[0-9]{7}"),
        norwegian,
        words(
            "fødselsnummer, fødselsnr, fodselsnummer, fnr, f-nr, personnummer, d-nummer, fødsels- og personnummer,"
            " fødselsnummeret"
        ),
    ),
    Scheme(
        *_scheme_of("Poland", "PL"),
        shapes(nothing="99999999999"),
        re.compile(r"[0-9]{2}(?:[02][1-9]|[13][0-2]|[28]0|8[1-9]|9[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{5}"),
        pesel.is_valid,
        words("pesel, nr pesel, numer pesel, pesel-nr"),
        published=listed("44051401359 44051401458 02070803628"),
    ),
    Scheme(
        *_scheme_of("Poland", "PL", "identity card number"),
        shapes(nothing="AAA999999|AAA 999999"),
        re.compile(r"[A-Z]{3}[0-9]{6}"),
        polish_card,
        words(
            "dowód osobisty, dowód, dowodu, dowodu osobistego, nr dowodu, seria i numer dowodu, nr dowodu osobistego"
        ),
        published=listed("ABA300000 ABS123456"),
    ),
    Scheme(
        *_scheme_of("Portugal", "PT", "identity card number"),
        shapes(sure="99999999 9 AA9|99999999-9-AA9|99999999 9AA9", likely="999999999AA9"),
        re.compile(r"[0-9]{9}[A-Z0-9]{2}[0-9]"),
        cc.is_valid,
        words("cartão de cidadão, cartao de cidadao, cc, n.º cc, número de cartão, documento de identificação, bi"),
        published=listed("000000000ZZ4"),
    ),
    Scheme(
        *_scheme_of("Romania", "RO"),
        shapes(home="9999999999999"),
        dated("[1-9]", "ymd", "[0-9]{6}"),
        cnp.is_valid,
        words("cnp, cod numeric personal, codul numeric personal"),
        published=listed("1630615123457 1800101221144"),
    ),
    Scheme(
        *_scheme_of("Slovenia", "SI"),
        shapes(likely="9999999999999"),
        re.compile(r"(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[09][0-9]{2}5[0-9]{5}"),
        emso.is_valid,
        _SLOVENIAN,
        published=listed("0101006500006"),
    ),
    Scheme(
        *_scheme_of("Slovenia", "SI"),
        shapes(nothing="9999999999999"),
        re.compile(r"(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[09][0-9]{2}(?:[0-46-9][0-9])[0-9]{4}"),
        emso.is_valid,
        _SLOVENIAN,
    ),
    Scheme(
        *_scheme_of("Spain", "ES"),
        shapes(sure="99.999.999-A|99.999.999 A", likely="99999999A|99999999-A", nothing="99999999 A|99.999.999A"),
        re.compile(r"[0-9]{8}[A-HJ-NP-TV-Z]"),
        dni.is_valid,
        words("dni, d.n.i, nif, n.i.f, documento nacional de identidad, dni/nif, nif/nie, dni/nie, carné de identidad"),
        published=listed("12345678Z 00000000T 54362315K"),
    ),
    Scheme(
        *_scheme_of("Spain", "ES", "number of a foreigner"),
        shapes(sure="A-9999999-A|A9999999-A", likely="A9999999A", nothing="A 9999999 A"),
        re.compile(r"[XYZ][0-9]{7}[A-HJ-NP-TV-Z]"),
        nie.is_valid,
        words("nie, n.i.e, nif, n.i.f, dni/nie, nif/nie, número de identidad de extranjero, tie"),
        published=listed("X1234567L X2482300W Z1234567R Y1234567X"),
    ),
    Scheme(
        *_scheme_of("Sweden", "SE"),
        shapes(
            home="999999-9999|99999999-9999|999999+9999", nothing="9999999999|999999999999|999999 9999|99999999 9999"
        ),
        re.compile(r"(?:19|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[1278][0-9]|3[01]|6[1-9]|9[01])[0-9]{4}"),
        swedish,
        words(
            "personnummer, personnr, person-nr, pnr, p-nr, samordningsnummer, samordnings-nr, personnumret, svenskt"
            " personnummer"
        ),
        published=listed("8112289874 6709199530 198112289874 196709199530 6408233234"),
        tests=re.compile(r"(?:19|20)?[0-9]{6}(?:238|980|981)[0-9]"),
    ),
    Scheme(
        *_scheme_of("the United Kingdom", "GB", "health service number"),
        shapes(nothing="999 999 9999|9999999999|999-999-9999"),
        re.compile(r"[0-9]{10}"),
        nhs.is_valid,
        words("nhs, nhs-no, nhs-number, nhs number, chi, chi-number, health service number"),
        published=listed("9434765919 9434765870"),
        tests=re.compile(r"999[0-9]{7}"),
    ),
    Scheme(
        *_scheme_of("the United Kingdom", "GB", "number of a pupil"),
        shapes(nothing="A999999999999|A99999999999A"),
        re.compile(r"[A-Z][0-9]{11}[0-9A-Z]"),
        upn.is_valid,
        words("upn, unique-pupil-number, pupil-number, pupil no"),
    ),
)
"""In the order of their countries' names."""
