"""Numbers of payment cards: whose cards begin how, how long their numbers are, how they are printed.

Sources: ISO/IEC 7812-1 (first digits, Luhn), the public lists of first digits and of numbers for tests that the card
schemes and payment services publish. One number in ten passes the check: a number counts for sure only where it is
grouped as cards are.
"""

from __future__ import annotations

import re
from typing import Final

from stdnum import luhn

from rules.numberforms import Scheme, listed, shapes, words

LABELS: Final = (
    "card, cc, credit-card, credit-card-number, credit card no, debit-card, payment card, card-number, "
    "card-no, card no., cc-no, cc-number, ccnum, pan, visa, mastercard, amex, american express, maestro, "
    "kreditkarte, kreditkartennummer, kreditkarten-nr, kartennummer, karten-nr, carte bancaire, carte bleue, "
    "carte de crédit, n° de carte, numéro de carte, tarjeta, tarjeta de crédito, número de tarjeta, "
    "nº de tarjeta, carta di credito, numero carta, numero di carta, numero della carta, creditcard, "
    "creditcardnummer, kaartnummer, betaalkaart"
)

_SIXTEEN: Final = "9999 9999 9999 9999|9999-9999-9999-9999"
_COMPACT: Final = "9999999999999999"
_LONGER: Final = "9999 9999 9999 9999 999|9999-9999-9999-9999-999"


def _cards(of: str, form: str, sure: str, likely: str = "", nothing: str = "", published: str = "") -> Scheme:
    return Scheme(
        "payment card",
        of,
        "",
        shapes(sure=sure, likely=likely, nothing=nothing),
        re.compile(form, re.ASCII),
        luhn.is_valid,
        words(LABELS),
        published=listed(published),
        issued=False,
    )


CARDS: Final = (
    _cards(
        "Visa",
        r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})",
        f"{_SIXTEEN}|{_LONGER}",
        _COMPACT,
        "9999999999999|9999999999999999999",
        "4111111111111111 4012888888881881 4222222222222 4242424242424242 4000056655665556 4000000000000002"
        " 4917610000000000 4444333322221111 4005519200000004 4009348888881881 4012000033330026 4500600000000061"
        " 4462030000000000 4911830000000 4917300800000000 4000002500003155 4000000000003220 4000000000009995"
        " 4000008260000000 4000002760000016 4000002500000003 4000007240000007 4000003800000008 4000005280000002"
        " 4000000400000008 4000000560000004 4000007560000009 4000003720000005",
    ),
    _cards(
        "Mastercard",
        r"(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}",
        _SIXTEEN,
        _COMPACT,
        published="5555555555554444 5105105105105100 5200828282828210 2223003122003222 5454545454545454"
        " 5555555555555557 2223000048400011 5431111111111111 5424000000000015 5111111111111118 2222400070000005",
    ),
    _cards(
        "American Express",
        r"3[47][0-9]{13}",
        "9999 999999 99999|9999-999999-99999",
        "999999999999999",
        published="378282246310005 371449635398431 378734493671000 343434343434343 370000000000002",
    ),
    _cards(
        "Diners Club",
        r"3(?:0[0-5]|095|[689][0-9])[0-9]{11}|36[0-9]{14}",
        f"9999 999999 9999|9999-999999-9999|{_SIXTEEN}",
        nothing="99999999999999|9999999999999999",
        published="30569309025904 38520000023237 3056930009020004 36227206271667 36700102000000",
    ),
    _cards(
        "Discover",
        r"(?:6011|64[4-9][0-9]|65[0-9]{2})(?:[0-9]{12}|[0-9]{15})",
        f"{_SIXTEEN}|{_LONGER}",
        _COMPACT,
        published="6011111111111117 6011000990139424 6011981111111113 6011000000000004 6445644564456445",
    ),
    _cards(
        "JCB",
        r"35(?:2[89]|[3-8][0-9])(?:[0-9]{12}|[0-9]{15})|(?:2131|1800)[0-9]{11}",
        f"{_SIXTEEN}|{_LONGER}",
        _COMPACT,
        "999999999999999",
        published="3530111333300000 3566002020360505 3569990010095841",
    ),
    _cards("JCB", r"35[0-9]{14}", "", nothing=f"{_COMPACT}|{_SIXTEEN}"),
    _cards(
        "UnionPay",
        r"62[0-9]{14}(?:[0-9]{3})?",
        f"{_SIXTEEN}|{_LONGER}|999999 9999999999999",
        nothing="9999999999999999|9999999999999999999",
        published="6200000000000005 6212345678901232 6221558812340000",
    ),
    _cards(
        "Maestro",
        r"(?:5018|5020|5038|5[68][0-9]{2}|6304|6390|67[0-9]{2})(?:[0-9]{8}|[0-9]{12}|[0-9]{15})",
        f"{_SIXTEEN}|{_LONGER}",
        nothing="999999999999|9999999999999999|9999999999999999999|9999 9999 9999",
        published="6759649826438453 6799990100000000019 6304000000000000 6703444444444449",
    ),
)
"""Domestic brands print their numbers on cards of these."""
