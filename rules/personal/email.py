"""E-mail addresses as a detector: where addresses stand tells who is meant, and keeps other detectors off them.

The form is that of `rules.addresses`; what the rule reports, it reads by itself in every kind of part.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.addresses import addresses
from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.subjects import SubjectKind

_REACH: Final = 512
"""Characters on either side that may tell whose an address is, or that it is none."""
_LOCAL: Final = 260
"""Bytes of a local part at most, the at sign and the letter behind it included."""
_LABELS: Final = frozenset(
    {"e-mail", "email", "mail", "e-mails", "emails", "courriel", "mél", "correo", "posta elettronica", "e-mailadres"}
)


def detectors(regions: frozenset[str]) -> tuple[Detector, ...]:  # noqa: ARG001 - the form is the same everywhere
    """Return the detector of plain addresses."""
    anchor = Anchor(rb"[0-9A-Za-z_.+'#\x80-\xff-](?:@|%40|\xef\xbc\xa0)[0-9A-Za-z\x80-\xff]", before=_LOCAL)
    return (Detector("email-address", (anchor,), _find, _LABELS, in_links=True, first=True),)


def _find(text: str, start: int, end: int) -> Iterator[Hit]:
    first = max(0, start - _REACH)
    for address in addresses(text[first : end + _REACH]):
        if start <= first + address.start < end:
            sure = Confidence(address.certainty)
            before_doubt = min(Confidence.HIGH, Confidence(sure + 1)) if address.doubt else sure
            yield Hit(
                start=first + address.start,
                end=first + address.end,
                value=address.value,
                kind=SubjectKind.EMAIL,
                what="e-mail address",
                alone=before_doubt,
                labelled=before_doubt,
                reason="it is written as an address is",
                doubt=address.doubt,
            )
