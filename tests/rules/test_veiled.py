"""Titles and names of files show no value that a rule finds in them."""

from __future__ import annotations

import pytest

from rules.masking import mask_text
from rules.veiled import veiled


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Card 4575 5931 3364 1218 of the lab", "Card ***18 of the lab"),
        ("IBAN: DE69 9999 9145 8967 3463 77", "IBAN: ***77"),
        ("Krankmeldung_DE69999991458967346377_Mai.pdf", "Krankmeldung_***77_Mai.pdf"),
        ("Steuer-ID: 95994168237", "Steuer-ID: ***37"),
        ("Password: Kl4vier-Zug!", "Password: ***"),
        ("Frau Vogel ist schwerbehindert", "Frau Vogel ist ***"),
        ("born 12.05.1978, licence plate B-VK 4711", "born ***, licence plate ***11"),
        ("u (at) lens-lab (dot) de", "***@l***.de"),
        ("Kälte: tel. 0521 2345670 – zurückrufen", "Kälte: tel. ***70 – zurückrufen"),
        ("reply_of max@lens-lab.de", "reply_of m***@l***.de"),
        ("Lens drift, version 5.6.3 of 2024-05-06", "Lens drift, version 5.6.3 of 2024-05-06"),
        ("release_notes_2024.md", "release_notes_2024.md"),
        ("", ""),
    ],
)
def test_what_a_rule_finds_in_a_title_is_its_mask(title: str, shown: str) -> None:
    assert veiled(title) == shown
    assert veiled(shown) == shown
    assert mask_text(veiled(title)) == shown
