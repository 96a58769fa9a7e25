"""What can be wrong with a bag, by name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """The kinds of faults that a verification names."""

    NO_BAG = "no-bag"
    ARCHIVE = "odd-archive"
    """The zip file is not one that an export writes."""
    TOO_LARGE = "too-large"
    EXTRA = "extra"
    MISSING = "missing"
    CHANGED = "changed"
    RENAMED = "renamed"
    DUPLICATE = "duplicate"
    """Two names that are one on some systems, or the same name twice."""
    ESCAPES = "escapes"
    SYMLINK = "symlink"
    LISTS_ITSELF = "lists-itself"
    ALGORITHM = "unknown-algorithm"
    MALFORMED = "malformed"
    UNSIGNED = "unsigned"
    """There is no signature although one was promised or asked for."""
    PAYLOAD_TYPE = "wrong-payload-type"
    SIGNATURE = "bad-signature"
    ANOTHER_KEY = "another-key"
    UNTRUSTED = "not-trusted"
    """A certificate that does not go back to one that the reader named."""
    ANOTHER_RUN = "signature-of-another-run"
    APPENDED = "appended"
    """Bytes behind the end of a PDF."""
    CHAIN = "broken-chain"
    COUNTS = "counts"
    """Files of one bag that do not agree with each other."""
    COVERAGE = "coverage"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that does not hold."""

    fault: Fault
    where: str
    """Path in the bag; empty for the bag as a whole."""
    why: str
