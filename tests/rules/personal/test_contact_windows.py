from __future__ import annotations

from types import ModuleType

import pytest

from rules.detecting import Expressions, Finder
from rules.model import Kind
from rules.personal import (
    coordinates,
    credential,
    email_obfuscated,
    ip_address,
    licence_plate,
    mac_address,
    messenger,
    phone,
    social_profile,
)
from rules.rule import Flag
from tests.rules.parts import BY_ID

PADDING = "\u00e4 lens of the team, \u00dcbung. " * 20
TEXTS = [
    each.data.decode()
    for rule in (
        *("coordinates", "credential", "email-address", "ip-address", "licence-plate", "mac-address"),
        *("messenger-handle", "phone-number", "social-profile"),
    )
    for each in BY_ID[rule].examples
    if isinstance(each, Flag) and each.kind is Kind.TEXT
]


@pytest.mark.parametrize(
    "module",
    [
        *(coordinates, credential, email_obfuscated, ip_address, licence_plate, mac_address, messenger, phone),
        social_profile,
    ],
)
def test_the_anchors_lead_to_all_that_counts_in_a_text(module: ModuleType) -> None:
    detectors = module.detectors(frozenset({"DE"}))
    finder = Finder(detectors, Expressions)
    found = 0
    for text in TEXTS:
        whole = f"{PADDING}{text}\n{PADDING}"
        direct = {(hit.start, hit.end) for each in detectors for hit in each.find(whole, 0, len(whole)) if hit.alone}
        assert direct <= {(hit.start, hit.end) for _, hit in finder.hits(whole)}
        found += len(direct)
    assert found
