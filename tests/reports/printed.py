"""The samples on paper. To set one takes seconds, so each is set once in a process, for all tests."""

from __future__ import annotations

from functools import cache

from reports.formats import pdf
from tests.reports import samples


@cache
def printed(name: str) -> bytes:
    """Return the PDF of the sample with this name."""
    return pdf.FORMAT.render(getattr(samples, name)())
