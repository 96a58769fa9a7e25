"""MAC addresses: they name a device for its whole life, and so who carries it.

Facts: IEEE 802 (six octets; the multicast bit), RFC 7042 section 2.1.2 (values for documents).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.spotting import folded, spots
from rules.subjects import SubjectKind

_REACH: Final = 32
_PAIRS: Final = re.compile(
    r"(?<![\w:-])(?:[0-9A-Fa-f]{2}(?P<sign>[:-])[0-9A-Fa-f]{2}(?:(?P=sign)[0-9A-Fa-f]{2}){4})(?![\w]|[:-]\w)"
)
_DOTTED: Final = re.compile(r"(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w]|\.\w)")
_LETTER: Final = re.compile(r"[A-Fa-f]")
_SIGNS: Final = re.compile(r"[:.-]")
_LABELS: Final = folded(
    """
    mac, mac address, mac-address, mac-adresse, mac adresse, adresse mac, dirección mac, indirizzo mac, mac-adres
    physical address, physische adresse, hardware address, hwaddr, ether, bssid, wlan, wi-fi, wifi, bluetooth, lan
    """
)


def detectors(_: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of MAC addresses, in pairs or in groups of four digits."""
    return (
        Detector(
            rule="mac-address",
            anchors=(
                Anchor(rb"(?:[:-][0-9A-Fa-f]{2}){5}\b", before=18),
                Anchor(rb"\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\b", before=15),
            ),
            find=_find,
            labels=_LABELS,
        ),
    )


def _find(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the addresses that begin in the window, in order."""
    found = [each for pattern in (_PAIRS, _DOTTED) for each in spots(pattern, text, start, end, _REACH)]
    for each in sorted(found, key=lambda match: match.start()):
        digits = _SIGNS.sub("", each[0]).lower()
        if len(set(digits)) == 1:
            continue  # everybody, or a placeholder
        alone: Confidence | None = Confidence.HIGH
        if not _LETTER.search(digits):
            alone = Confidence.MEDIUM if ":" in each[0] else None  # a run of two-digit numbers may be anything
        yield Hit(
            each.start(),
            each.end(),
            ":".join(digits[place : place + 2] for place in range(0, 12, 2)),
            SubjectKind.MAC_ADDRESS,
            "MAC address",
            alone=alone,
            reason="it is written as a MAC address",
            doubt=_doubt(digits),
        )


def _doubt(digits: str) -> str:
    """Return what speaks against one device's address."""
    if digits.startswith(("00005e0053", "01005e90", "00005e0001", "00005e0002")):
        return "an address that is kept free for documents or for protocols"
    if digits in {"001122334455", "aabbccddeeff", "123456789abc", "deadbeefcafe", "0123456789ab", "112233445566"}:
        return "an address that documents use as an example"
    return "an address of a group rather than of a device" if int(digits[1], 16) & 1 else ""
