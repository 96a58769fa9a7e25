"""The report on paper and for the archive: tagged PDF/A-3a and PDF/UA-1 with the findings attached as JSON.

The steps follow ISO 19005-3 and ISO 14289-1; WeasyPrint writes one of the two conformance marks, the other one is
added to the metadata here.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from reports.document import document, pages
from reports.evidence import Evidence
from reports.format import Format, Unavailable
from reports.rendering import FACES, asset, environment, stylesheet
from reports.text import printable
from reports.view import shown, view
from reports.words import ENGLISH
from rules.model import Severity

if TYPE_CHECKING:
    from types import ModuleType

FINDINGS_CAP: Final = 500
"""Findings in the table: a row costs some 20 ms and 0.4 MB, and nobody reads more on paper."""
CHANGES_CAP: Final = 250
HELD_CAP: Final = 500
IDENTITIES_CAP: Final = 500
ATTACHMENT: Final = "findings.json"

_INSTALL: Final = (
    "The PDF needs the Pango library, which is missing on this machine. Debian and Ubuntu: apt-get install "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. macOS: brew install pango. The HTML report holds the same "
    "and needs nothing."
)

# PDF/UA-1 identification, and the description of its schema that PDF/A demands for properties it does not know.
_UA: Final = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def render(evidence: Evidence) -> bytes:
    """Return the PDF. Raises `Unavailable` where Pango is missing."""
    return _write(engine(_weasyprint), page(evidence), evidence)


def engine(load: Callable[[], ModuleType]) -> ModuleType:
    """Return WeasyPrint, or raise `Unavailable` with what to install when it does not find its libraries."""
    try:
        return load()
    except (ImportError, OSError) as error:
        raise Unavailable(_INSTALL) from error


def page(evidence: Evidence) -> str:
    """Return the HTML that becomes the PDF: its own template, without script, bounded in length."""
    covered = coverage()
    template = environment(lambda text: printable(text, covered)).get_template("print.html.j2")
    return template.render(
        view=view(evidence, ENGLISH),
        findings=shown(evidence, Severity.INFO, FINDINGS_CAP),
        changes_cap=CHANGES_CAP,
        held_cap=HELD_CAP,
        identities_cap=IDENTITIES_CAP,
        attachment=ATTACHMENT,
        # Two texts of ours: a stylesheet of this package.
        style=Markup(stylesheet("print.css")),  # noqa: S704
    )


def coverage() -> frozenset[int]:
    """Return the code points that every bundled font has. What lies outside would break PDF/A as a missing glyph."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    known = [frozenset(TTFont(BytesIO(asset(f"fonts/{file}.woff2")), lazy=True).getBestCmap()) for *_, file in FACES]
    return frozenset.intersection(*known)


def _weasyprint() -> ModuleType:
    return importlib.import_module("weasyprint")


def _write(weasyprint: ModuleType, html: str, evidence: Evidence) -> bytes:
    moment = _moment(evidence.run.finished_at_utc)
    fetcher = weasyprint.URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
    attachment = weasyprint.Attachment(
        string="".join(pages(document(evidence))),
        name=ATTACHMENT,
        description="All findings, changes and coverage of this report as JSON",
        created=moment,
        modified=moment,
        relationship="Data",
    )
    with _source_date(moment):
        paper = weasyprint.HTML(string=html, url_fetcher=fetcher).render()
        plain = paper.metadata.generate_rdf_metadata

        def with_ua(*arguments: object) -> bytes:
            metadata: bytes = plain(*arguments)
            return metadata.replace(b"</rdf:RDF>", _UA + b"</rdf:RDF>")

        paper.metadata.generate_rdf_metadata = with_ua
        identifier = hashlib.sha256(f"{evidence.purpose.value} {evidence.run.id}".encode()).digest()[:16]
        with warnings.catch_warnings():
            # WeasyPrint opens its colour profile and leaves closing it to the garbage collector.
            warnings.simplefilter("ignore", ResourceWarning)
            result: bytes = paper.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=identifier, attachments=[attachment])
    return result


def _moment(at_utc: str) -> datetime:
    """Return the end of the run, or the epoch where the run has no end yet: the date of the file is never today's."""
    try:
        return datetime.fromisoformat(at_utc).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


@contextmanager
def _source_date(moment: datetime) -> Iterator[None]:
    # Font subsetting writes the current time into the file unless this variable says otherwise; there is no option.
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = str(int(moment.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


FORMAT: Final = Format(name="pdf", suffix=".pdf", media_type="application/pdf", render=render)
