"""Tax numbers of persons: EU, EEA, United Kingdom, Switzerland and the United States.

Where the number of birth or of social security serves for taxes too (Belgium, the Nordic and Baltic countries, the
Netherlands, Romania and others) it stands in `rules.nationalschemes` or `rules.socialschemes`. Sources as there.
"""

from __future__ import annotations

import re
from typing import Final

from stdnum.at import tin as austrian
from stdnum.cy import vat as cypriot
from stdnum.de import idnr, stnr
from stdnum.fi import veronumero
from stdnum.fr import nif as french
from stdnum.gb import utr
from stdnum.gr import vat as greek
from stdnum.iso7064 import mod_11_10
from stdnum.it import codicefiscale
from stdnum.li import peid
from stdnum.pl import nip
from stdnum.pt import nif as portuguese
from stdnum.si import ddv
from stdnum.us import atin, itin, ptin

from rules.checkdigits import hungarian_tax
from rules.model import Confidence
from rules.numberforms import FORM, Scheme, listed, shapes, words

LABELS: Final = "tax-id, tax-no, tax-number, tax id no, tin, tax-identification-number, taxpayer-id, taxpayer-number"
"""Labels of all of them."""


def _without_repetition(number: str) -> bool:
    """Return whether a number has the check digit of a German tax id, but none of its ten digits twice, as in tests."""
    return len(set(number[:10])) == len(number[:10]) and mod_11_10.is_valid(number)


ITALIAN: Final = words("codice-fiscale, cod. fiscale, cod. fisc, cod fisc, c.f, cf, c.f., codicefiscale, steuernummer")
"""Labels of the Italian tax code."""

TAX: Final = (
    Scheme(
        "tax number",
        "Austria",
        "AT",
        shapes(home="99-999/9999|99 999/9999", nothing="999999999|99 9999999"),
        re.compile(r"[0-9]{9}"),
        austrian.is_valid,
        words("steuernummer, steuer-nr, steuer-nr., st-nr, st.-nr, abgabenkontonummer, abgabenkonto, abgabenkonto-nr"),
    ),
    Scheme(
        "tax number",
        "Cyprus",
        "CY",
        shapes(nothing="99999999A"),
        re.compile(r"[09][0-9]{7}[A-Z]"),
        cypriot.is_valid,
        words("tic, αφτ, αριθμός φορολογικής ταυτότητας, αριθμός φορολογικού μητρώου, tax-identification-code"),
    ),
    Scheme(
        "number on construction sites",
        "Finland",
        "FI",
        shapes(nothing="999999999999"),
        re.compile(r"[0-9]{12}"),
        veronumero.is_valid,
        words("veronumero, veronumeron, skattenummer"),
        reason=FORM,
    ),
    Scheme(
        "tax number",
        "France",
        "FR",
        shapes(likely="99 99 999 999 999", nothing="9999999999999|9 999 999 999 999"),
        re.compile(r"[0-3][0-9]{12}"),
        french.is_valid,
        words(
            "numéro fiscal, n° fiscal, no fiscal, spi, nif, référence fiscale, identifiant fiscal, numéro spi,"
            " numéro d'identification fiscale, n° d'identification fiscale, identification fiscale"
        ),
    ),
    Scheme(
        "tax id",
        "Germany",
        "DE",
        shapes(likely="99 999 999 999|99.999.999.999", nothing="99999999999|99 999999999|999 999 999 99"),
        re.compile(r"[1-9][0-9]{10}"),
        idnr.is_valid,
        words(
            "steuer-id, steuer-idnr, steuer-id-nr, steuer-id nr, steueridentifikationsnummer, identifikationsnummer,"
            " steuerliche identifikationsnummer, idnr, id-nr, id-nr., steuer-identnummer, steuer-ident-nr"
        ),
        published=listed("36574261809 65929970489 86095742719 47036892816 12345678903"),
    ),
    Scheme(
        "tax id",
        "Germany",
        "DE",
        shapes(nothing="99999999999|99 999 999 999"),
        re.compile(r"[1-9][0-9]{10}"),
        _without_repetition,
        words("steuer-id, steuer-idnr, steuer-id-nr, steueridentifikationsnummer, identifikationsnummer, idnr, id-nr"),
        labelled=Confidence.LOW,
    ),
    Scheme(
        "tax number",
        "Germany",
        "DE",
        shapes(
            nothing="99/999/99999|999/999/99999|999/9999/9999|9999999999999|99 999 99999|999 999 99999|9999999999"
            "|99999999999"
        ),
        re.compile(r"[0-9]{10,11}|[0-9]{4}0[0-9]{8}"),
        stnr.is_valid,
        words("steuernummer, steuer-nr, steuer-nr., st-nr, st.-nr, st.nr, steuernr"),
        reason=FORM,
    ),
    Scheme(
        "tax number",
        "Greece",
        "GR",
        shapes(nothing="999999999"),
        re.compile(r"[0-9]{9}"),
        greek.is_valid,
        words("αφμ, α.φ.μ, afm, αριθμός φορολογικού μητρώου"),
    ),
    Scheme(
        "tax number",
        "Hungary",
        "HU",
        shapes(nothing="9999999999|9 999 999 999|9999-999-999"),
        re.compile(r"8[0-9]{9}"),
        hungarian_tax,
        words("adóazonosító, adóazonosító jel, adóazonosítója, adószám, adóazonosító jele"),
    ),
    Scheme(
        "tax code",
        "Italy",
        "IT",
        shapes(sure="AAAAAA99A99A999A|AAA AAA 99A99 A999A|AAA-AAA-99A99-A999A"),
        re.compile(r"[A-Z]{6}[0-9]{2}[ABCDEHLMPRST](?:[04][1-9]|[1256][0-9]|[37][01])[A-Z][0-9]{3}[A-Z]"),
        codicefiscale.is_valid,
        ITALIAN,
        published=listed("RSSMRA80A01H501U RSSMRA85T10A562S RCCMNL83S18D969H BNCLCU80A01H501Q"),
    ),
    Scheme(
        "tax number",
        "Liechtenstein",
        "LI",
        shapes(nothing="9999999|99999999|999999999|9999999999"),
        re.compile(r"[0-9]{7,10}"),
        peid.is_valid,
        words("peid, pe-id, personenidentifikationsnummer"),
        reason=FORM,
        labelled=Confidence.MEDIUM,
    ),
    Scheme(
        "tax number",
        "Poland",
        "PL",
        shapes(home="999-999-99-99|999-99-99-999", nothing="9999999999|999 999 99 99|999 99 99 999"),
        re.compile(r"[1-9][0-9]{9}"),
        nip.is_valid,
        words("nip, nip-nr, nr nip, numer identyfikacji podatkowej, numer nip"),
    ),
    Scheme(
        "tax number",
        "Portugal",
        "PT",
        shapes(nothing="999999999|999 999 999|999.999.999"),
        re.compile(r"[1-9][0-9]{8}"),
        portuguese.is_valid,
        words(
            "nif, n.i.f, contribuinte, número de contribuinte, nº contribuinte, número fiscal, nipc, nº de contribuinte"
        ),
    ),
    Scheme(
        "tax number",
        "Slovenia",
        "SI",
        shapes(nothing="99999999"),
        re.compile(r"[1-9][0-9]{7}"),
        ddv.is_valid,
        words("davčna številka, davčna št, davčna, davcna stevilka"),
    ),
    Scheme(
        "tax number",
        "the United Kingdom",
        "GB",
        shapes(nothing="9999999999|99999 99999|9999999999A"),
        re.compile(r"[0-9]{10}K?"),
        lambda number: utr.is_valid(number[:10]),
        words("utr, utr-number, unique-taxpayer-reference, taxpayer-reference, self assessment"),
    ),
    Scheme(
        "tax number",
        "the United States",
        "US",
        shapes(likely="999-99-9999", nothing="999999999|999 99 9999"),
        re.compile(r"9[0-9]{8}"),
        itin.is_valid,
        words("itin, individual-taxpayer-identification-number"),
        reason=FORM,
    ),
    Scheme(
        "tax number of a child in adoption",
        "the United States",
        "US",
        shapes(nothing="999-99-9999|999999999"),
        re.compile(r"9[0-9]{2}93[0-9]{4}"),
        atin.is_valid,
        words("atin, adoption-taxpayer-identification-number"),
        reason=FORM,
    ),
    Scheme(
        "number of a tax preparer",
        "the United States",
        "US",
        shapes(nothing="A99999999|A-99999999"),
        re.compile(r"P[0-9]{8}"),
        ptin.is_valid,
        words("ptin, preparer-tax-identification-number"),
        reason=FORM,
    ),
)
"""In the order of their countries' names."""
