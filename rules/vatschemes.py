"""Numbers for value added tax: EU-27, United Kingdom, Northern Ireland, Norway, Iceland, Switzerland, Liechtenstein.

With the letters of its country before it a number counts anywhere, without them behind a label only. Sources: the
modules of python-stdnum; European Commission, structure of VAT identification numbers; for Norway and Switzerland
(whose register Liechtenstein shares) the suffix takes the place of the letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from stdnum.at import uid as austrian
from stdnum.be import vat as belgian
from stdnum.bg import vat as bulgarian
from stdnum.ch import uid as swiss
from stdnum.cy import vat as cypriot
from stdnum.cz import dic
from stdnum.de import vat as german
from stdnum.dk import cvr
from stdnum.ee import kmkr
from stdnum.es import nif as spanish
from stdnum.fi import alv
from stdnum.fr import tva as french
from stdnum.gb import vat as british
from stdnum.gr import vat as greek
from stdnum.hr import oib
from stdnum.hu import anum
from stdnum.ie import vat as irish
from stdnum.is_ import vsk
from stdnum.it import iva
from stdnum.lt import pvm
from stdnum.lu import tva as luxembourgish
from stdnum.lv import pvn
from stdnum.mt import vat as maltese
from stdnum.nl import btw
from stdnum.no import orgnr
from stdnum.pl import nip
from stdnum.pt import nif as portuguese
from stdnum.ro import cf
from stdnum.se import vat as swedish
from stdnum.si import ddv
from stdnum.sk import dph

from rules.numberforms import FORM, Scheme, Worth, shapes, words

LABELS: Final = (
    "vat, vat-no, vat-no., vat-id, vat-number, vat-reg, vat-registration, vat registration number, vat reg no"
)
"""Labels of all of them."""

_JOINTS: Final = ("", " ", "-")
"""What stands between the letters of a country and the number."""
_SHORT: Final = 8
"""Digits of numbers whose check chance passes too often to be sure."""


def _vat(
    country: str, region: str, form: str, bodies: str, valid: Callable[[str], bool], labels: str, letters: int = 2
) -> Scheme:
    """Return the scheme of a country. `form` and `bodies` are those behind the letters of the country."""
    worths: dict[str, Worth] = {}
    prefixes = "EL|GR" if region == "GR" else region
    for body in bodies.split("|"):
        short = sum(sign in "9A" for sign in body) <= _SHORT
        for joint in _JOINTS:
            worths["A" * letters + joint + body] = Worth.LIKELY if short or joint else Worth.SURE
        if sum(sign in "9A" for sign in body) >= _SHORT:
            worths.setdefault(body, Worth.NOTHING)
    pattern = re.compile(f"(?:{prefixes})?{form}", re.ASCII)
    return Scheme("VAT id", country, region, worths, pattern, valid, words(labels))


def _norwegian(number: str) -> bool:
    return orgnr.is_valid(number.removeprefix("NO").removesuffix("MVA"))


def _swiss(number: str) -> bool:
    return swiss.is_valid(number[:12])


_NINE: Final = "999999999|999 999 999|999-999-999|999.999.999"
_ELEVEN: Final = "99999999999"

VAT: Final = (
    _vat(
        "Austria",
        "AT",
        r"U[0-9]{8}",
        "A99999999|A 99999999",
        austrian.is_valid,
        "uid, uid-nr, uid-nr., uid-nummer, ust-id, ust-id-nr, ust-idnr, atu-nummer",
    ),
    _vat(
        "Belgium",
        "BE",
        r"[01][0-9]{9}",
        "9999999999|9999.999.999|9999 999 999",
        belgian.is_valid,
        "btw, btw-nr, btw-nummer, tva, n° tva, numéro de tva, ondernemingsnummer, numéro d'entreprise",
    ),
    _vat(
        "Bulgaria",
        "BG",
        r"[0-9]{9,10}",
        "999999999|9999999999",
        bulgarian.is_valid,
        "ддс, зддс, дд номер, ддс №, ин по ддс",
    ),
    _vat("Croatia", "HR", r"[0-9]{11}", _ELEVEN, oib.is_valid, "pdv, pdv-id, pdv-broj, pdv id broj"),
    _vat("Cyprus", "CY", r"[0-9]{8}[A-Z]", "99999999A", cypriot.is_valid, "φπα, φ.π.α, αριθμός εγγραφής φπα"),
    _vat("Czechia", "CZ", r"[0-9]{8,10}", "99999999|999999999|9999999999", dic.is_valid, "dič, dic, daňové číslo"),
    _vat(
        "Denmark",
        "DK",
        r"[0-9]{8}",
        "99999999|99 99 99 99",
        cvr.is_valid,
        "cvr, cvr-nr, cvr-nr., cvr-nummer, moms, momsnr, se-nr, se-nummer",
    ),
    _vat("Estonia", "EE", r"[0-9]{9}", "999999999", kmkr.is_valid, "kmkr, kmkr-nr, kmkr number, käibemaks"),
    _vat("Finland", "FI", r"[0-9]{8}", "99999999", alv.is_valid, "alv, alv-nro, alv-numero, alv nro."),
    _vat(
        "France",
        "FR",
        r"[0-9A-HJ-NP-Z]{2}[0-9]{9}",
        "99999999999|99 999999999|99 999 999 999|A9999999999|9A999999999|AA999999999",
        french.is_valid,
        "tva, n° tva, no tva, numéro de tva, tva intra, tva intracommunautaire, n° de tva",
    ),
    _vat(
        "Germany",
        "DE",
        r"[1-9][0-9]{8}",
        _NINE,
        german.is_valid,
        "ust-id, ust-idnr, ust-id-nr, ust-id-nr., ust-idnr., ust.-id, ust.-idnr, ustid, umsatzsteuer-id,"
        " umsatzsteuer-identifikationsnummer, umsatzsteueridentifikationsnummer, ust-ident-nr",
    ),
    _vat("Greece", "GR", r"[0-9]{9}", "999999999", greek.is_valid, "αφμ, α.φ.μ, φπα, afm"),
    _vat("Hungary", "HU", r"[0-9]{8}", "99999999", anum.is_valid, "adószám, közösségi adószám, áfa"),
    _vat("Ireland", "IE", r"[0-9][0-9A-Z][0-9]{5}[A-W][A-I]?", "9999999A|9999999AA|9A99999A", irish.is_valid, "cbl"),
    _vat(
        "Italy",
        "IT",
        r"[0-9]{11}",
        _ELEVEN,
        iva.is_valid,
        "partita-iva, p.iva, p. iva, p.i, piva, part. iva, p.iva/c.f",
    ),
    _vat("Latvia", "LV", r"[4-9][0-9]{10}", _ELEVEN, pvn.is_valid, "pvn, pvn-nr, pvn reģistrācijas numurs"),
    _vat(
        "Lithuania",
        "LT",
        r"[0-9]{9}(?:[0-9]{3})?",
        "999999999|999999999999",
        pvm.is_valid,
        "pvm, pvm-kodas, pvm mokėtojo kodas",
    ),
    _vat("Luxembourg", "LU", r"[0-9]{8}", "99999999", luxembourgish.is_valid, "tva, n° tva, id-tva"),
    _vat("Malta", "MT", r"[0-9]{8}", "99999999|9999-9999|9999 9999", maltese.is_valid, "vat-reg-no"),
    _vat(
        "the Netherlands",
        "NL",
        r"[0-9]{9}B[0-9]{2}",
        "999999999A99|9999.99.999.A.99|9999.99.999.A99|999999999.A.99",
        btw.is_valid,
        "btw, btw-nr, btw-nr., btw-id, btw-nummer, btw-identificatienummer, omzetbelastingnummer, ob-nummer",
    ),
    _vat(
        "Poland",
        "PL",
        r"[1-9][0-9]{9}",
        "9999999999|999-999-99-99|999 999 99 99",
        nip.is_valid,
        "vat ue, nip-ue, nip ue",
    ),
    _vat("Portugal", "PT", r"[1-9][0-9]{8}", _NINE, portuguese.is_valid, "nipc, iva, n.º iva, contribuinte"),
    _vat(
        "Romania",
        "RO",
        r"[1-9][0-9]{5,9}",
        "999999|9999999|99999999|999999999|9999999999",
        cf.is_valid,
        "cui, cif, c.u.i, c.i.f, cod fiscal, cod tva, cod de tva",
    ),
    _vat("Slovakia", "SK", r"[1-9][0-9]{9}", "9999999999", dph.is_valid, "ič-dph, ic-dph, ič dph, dič"),
    _vat(
        "Slovenia",
        "SI",
        r"[1-9][0-9]{7}",
        "99999999|99 99 99 99",
        ddv.is_valid,
        "ddv, id za ddv, id-ddv, davčna številka",
    ),
    _vat(
        "Spain",
        "ES",
        r"[0-9A-Z][0-9]{7}[0-9A-Z]",
        "A99999999|99999999A|A9999999A",
        spanish.is_valid,
        "cif, nif, nif-iva, iva, c.i.f, n.i.f, vies",
    ),
    _vat(
        "Sweden",
        "SE",
        r"[0-9]{12}",
        "999999999999|999999-999999|999999-9999-99|999999999901",
        swedish.is_valid,
        "momsnr, moms-nr, momsnummer, momsregistreringsnummer, vat-nr",
    ),
    _vat(
        "the United Kingdom",
        "GB",
        r"[0-9]{9}(?:[0-9]{3})?",
        "999999999|999 9999 99|999999999999|999 9999 99 999",
        british.is_valid,
        "vat-reg-no, vat registration no",
    ),
    _vat(
        "Northern Ireland",
        "XI",
        r"[0-9]{9}(?:[0-9]{3})?",
        "999999999|999 9999 99|999999999999",
        british.is_valid,
        "xi vat",
    ),
    Scheme(
        "VAT id",
        "Norway",
        "NO",
        shapes(
            sure="AA999999999AAA|AA 999999999 AAA|AA 999 999 999 AAA|AA999 999 999 AAA",
            likely="999999999AAA|999999999 AAA|999 999 999 AAA",
            nothing="AA999999999|AA 999 999 999|999999999|999 999 999",
        ),
        re.compile(r"(?:NO)?[89][0-9]{8}(?:MVA)?"),
        _norwegian,
        words("mva, mva-nr, mva-nummer, org.nr, orgnr, org-nr, organisasjonsnummer"),
    ),
    Scheme(
        "VAT id",
        "Iceland",
        "IS",
        shapes(nothing="AA99999|AA999999|AA 99999|AA 999999"),
        re.compile(r"IS[0-9]{5,6}"),
        lambda number: vsk.is_valid(number.removeprefix("IS")),
        words("vsk, vsk-nr, vsk-númer, vsknr, virðisaukaskattsnúmer"),
        reason=FORM,
    ),
    Scheme(
        "VAT id",
        "Switzerland or Liechtenstein",
        "CH",
        shapes(
            sure="AAA-999.999.999 AAAA|AAA-999.999.999 AAA|AAA999999999AAAA|AAA999999999AAA|AAA-999.999.999"
            "|AAA 999.999.999 AAAA|AAA 999.999.999 AAA|AAA999999999 AAAA|AAA999999999 AAA|AAA-999 999 999 AAAA"
            "|AAA-999 999 999 AAA|AAA-999999999",
            likely="AAA999999999|AAA 999 999 999|AAA 999.999.999|AAA-999 999 999|AAA 999999999",
        ),
        re.compile(r"CHE[0-9]{9}(?:MWST|TVA|IVA|TPV)?"),
        _swiss,
        words("mwst, mwst-nr, mwst-nr., mwst-nummer, uid, uid-nr, tva, n° tva, iva, n. iva, ide, idi, no ide"),
    ),
)
"""In the order of their countries' names, the European Union first."""
