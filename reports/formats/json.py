"""The master: everything a report says, as JSON that a schema describes. The other formats carry the same figures."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from reports.document import pages
from reports.evidence import Evidence
from reports.format import Format


def render(evidence: Evidence) -> bytes:
    """Return UTF-8 with LF line ends: keys sorted, one finding on a line."""
    file = BytesIO()
    file.writelines(pages(evidence))
    return file.getvalue()


FORMAT: Final = Format(name="json", suffix=".json", media_type="application/json", render=render)
