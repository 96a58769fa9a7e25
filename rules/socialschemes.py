"""Numbers of social security: EU, EEA, United Kingdom, Switzerland and the United States.

Where the number of the population register serves for it (Belgium, the Nordic and Baltic countries and others) it
stands in `rules.nationalschemes`. Sources as there.
"""

from __future__ import annotations

import re
from typing import Final

from stdnum.at import vnr
from stdnum.ch import ssn as swiss
from stdnum.fr import nir
from stdnum.gr import amka
from stdnum.ie import pps
from stdnum.us import ssn as american

from rules.checkdigits import german_health, german_pension, hungarian_security, portuguese_security, spanish_security
from rules.nationalschemes import anything
from rules.numberforms import FORM, Scheme, dated, listed, shapes, words

LABELS: Final = (
    "social-security, social-security-no, social-security-number, social security no., social-insurance-number,"
    " social-insurance-no, social insurance, sozialversicherung, ssn"
)
"""Labels of all of them."""

_NIR: Final = words(
    "nir, sécurité sociale, numéro de sécurité sociale, n° de sécurité sociale, n° sécu, n° ss, no ss, numéro de sécu,"
    " numéro insee, n° insee, num sécu, numero de securite sociale, securite sociale"
)
_NIR_BODY: Final = r"[0-9]{2}(?:0[1-9]|1[0-2]|[2-9][0-9])(?:[0-9]{2}|2[AB])[0-9]{8}"
_AHV: Final = words(
    "ahv, ahv-nr, ahv-nummer, ahv-nr., ahvn13, ahv13, ahv-n13, avs, n° avs, no avs, numéro avs, avs-nr, navs13, navs,"
    " numero avs, oasi, oasi-number, versichertennummer, sozialversicherungsnummer"
)

SOCIAL: Final = (
    Scheme(
        "social security number",
        "Austria",
        "AT",
        shapes(home="9999 999999|9999-999999|9999/999999", nothing="9999999999"),
        re.compile(r"[1-9][0-9]{3}(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-5])[0-9]{2}"),
        vnr.is_valid,
        words(
            "svnr, sv-nr, sv-nr., sv-nummer, svnummer, sozialversicherungsnummer, versicherungsnummer, vsnr, vers-nr,"
            " vers.-nr, sozialversicherungs-nr, vsnr."
        ),
        published=listed("1237010180"),
    ),
    Scheme(
        "social security number",
        "France",
        "FR",
        shapes(
            sure="9 99 99 99 999 999 99|9 99 99 9A 999 999 99|9999999999999 99",
            likely="999999999999999|999999A99999999|9.99.99.99.999.999.99|9-99-99-99-999-999-99",
        ),
        re.compile("[12]" + _NIR_BODY),
        nir.is_valid,
        _NIR,
        published=listed("295109912611193 253072B07300470 188057800608436 269054958815780"),
    ),
    Scheme(
        "social security number",
        "France",
        "FR",
        shapes(likely="9 99 99 99 999 999 99", nothing="999999999999999"),
        re.compile("[3478]" + _NIR_BODY),
        nir.is_valid,
        _NIR,
    ),
    Scheme(
        "pension insurance number",
        "Germany",
        "DE",
        shapes(
            sure="99 999999 A 999|99 999999 A999|99 99 99 99 A 999|99 999999 A 99 9|99-999999-A-999",
            likely="99999999A999|99 999999A999",
        ),
        dated("[0-9]{2}", "dmy", "[A-Z][0-9]{3}"),
        german_pension,
        words(
            "rvnr, rv-nr, rv-nummer, rentenversicherungsnummer, sozialversicherungsnummer, versicherungsnummer, svnr,"
            " sv-nr, sv-nummer, vsnr, vers-nr, vers.-nr, renten-vers-nr"
        ),
        published=listed("15070649C103 65180539W001 65170839J003 12345678A123"),
    ),
    Scheme(
        "health insurance number",
        "Germany",
        "DE",
        shapes(nothing="A999999999|A 999999999|A999 999 999|A 999 999 999|A-999999999"),
        re.compile(r"[A-Z][0-9]{9}"),
        german_health,
        words(
            "krankenversichertennummer, krankenversicherten-nr, krankenversicherungsnummer, krankenversicherungs-nr,"
            " krankenversicherung, versichertennummer, versicherten-nr, krankenkasse, krankenkassennummer, kvnr, kv-nr,"
            " kv-nummer, kv-nr., egk-nummer, health-insurance-number, health-insurance-no"
        ),
    ),
    Scheme(
        "social security number",
        "Greece",
        "GR",
        shapes(home="99999999999", nothing="999999 99999|999999-99999"),
        dated("", "dmy", "[0-9]{5}"),
        amka.is_valid,
        words("αμκα, α.μ.κ.α, amka, αριθμός μητρώου κοινωνικής ασφάλισης"),
    ),
    Scheme(
        "social security number",
        "Hungary",
        "HU",
        shapes(nothing="999999999|999 999 999|999-999-999"),
        re.compile(r"[0-9]{9}"),
        hungarian_security,
        words("taj, taj-szám, taj-száma, társadalombiztosítási azonosító, társadalombiztosítási azonosító jel"),
    ),
    Scheme(
        "social security number",
        "Ireland",
        "IE",
        shapes(home="9999999A|9999999AA", nothing="9999999 A|9999999 AA"),
        re.compile(r"[0-9]{7}[A-W][ABHWTX]?"),
        pps.is_valid,
        words("pps, ppsn, pps-no, pps-number, pps no., personal-public-service-number, uimh psp, psp, rsi-number"),
        published=listed("1234567T 1234567FA"),
    ),
    Scheme(
        "social security number",
        "Portugal",
        "PT",
        shapes(nothing="99999999999|999 999 999 99"),
        re.compile(r"[12][0-9]{10}"),
        portuguese_security,
        words("niss, segurança social, número de segurança social, nº segurança social, n.º segurança social"),
    ),
    Scheme(
        "social security number",
        "Spain",
        "ES",
        shapes(
            likely="99/99999999/99|99-99999999-99|99 99999999 99",
            home="99/9999999999|99 9999999999",
            nothing="999999999999",
        ),
        re.compile(r"(?:0[1-9]|[1-4][0-9]|5[0-36]|66)[0-9]{10}"),
        spanish_security,
        words(
            "nss, naf, n.s.s, n.a.f, seguridad social, número de afiliación, número de la seguridad social,"
            " nº seguridad social, nº ss, afiliación, número de seguridad social, nº afiliación"
        ),
    ),
    Scheme(
        "social security number",
        "Switzerland or Liechtenstein",
        "CH",
        shapes(sure="999.9999.9999.99|999 9999 9999 99|999-9999-9999-99", likely="9999999999999"),
        re.compile(r"756[0-9]{10}"),
        swiss.is_valid,
        _AHV,
        published=listed("7569217076985 7561234567897"),
    ),
    Scheme(
        "national insurance number",
        "the United Kingdom",
        "GB",
        shapes(
            likely="AA 99 99 99 A|AA 999999 A|AA-99-99-99-A|AA-999999-A|AA 999999A",
            home="AA999999A",
            nothing="AA999999|AA 999999",
        ),
        re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]?"),
        anything,
        words(
            "nino, ni-number, ni-no, ni no., nat. ins. no, national-insurance, national-insurance-number, n.i. number"
        ),
        reason=FORM,
        published=listed("AB123456C AA123456A"),
    ),
    Scheme(
        "social security number",
        "the United States",
        "US",
        shapes(likely="999-99-9999", home="999 99 9999", nothing="999999999|999.99.9999"),
        re.compile(r"(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}"),
        american.is_valid,
        words("ssn, ss#, social-security, social-security-number, us-ssn, soc-sec, soc. sec. no"),
        reason=FORM,
        published=listed("123456789 987654321 111223333 123121234 078051120 219099999"),
        issued=False,
    ),
)
"""In the order of their countries' names."""
