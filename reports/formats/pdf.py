"""The report on paper and for the archive: tagged PDF/A-3a and PDF/UA-1 with the findings attached as JSON.

The steps follow ISO 19005-3 and ISO 14289-1; WeasyPrint writes one of the two conformance marks, the other one is
added to the metadata here.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from reports.document import pages
from reports.evidence import Evidence
from reports.format import Apart, Format, Unavailable
from reports.held import grouped_by_reason
from reports.language import ENGLISH, Language, language
from reports.places import sections
from reports.rendering import FACES, asset, environment, stylesheet
from reports.text import moment, printable
from reports.view import shown, view
from rules.model import Severity

if TYPE_CHECKING:
    from types import ModuleType

FINDINGS_CAP: Final = 500
"""Findings in the table: a row costs some 20 ms and 0.4 MB, and nobody reads more on paper."""
REASONS_CAP: Final = 3
"""Reasons why the run is incomplete that the summary names, so that it stays one page; the coverage has them all."""
CHANGES_CAP: Final = 250
HELD_CAP: Final = 500
IDENTITIES_CAP: Final = 500
TEXT_CAP: Final = 1_000
"""Characters of one text that are printed: a table row has to fit on a page, and the attachment has them all."""
WORD_CAP: Final = 150
"""Characters of one word that are printed: breaking a word costs the square of its length."""
ATTACHMENT: Final = "findings.json"
ATTACHED: Final = "All findings, changes and coverage of this report as JSON"

_LONG_WORD: Final = re.compile(rf"\S{{{WORD_CAP + 1},}}")
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
    return typeset(sheets(evidence))


def sheets(evidence: Evidence, *, short: bool = False) -> bytes:
    """Return all that the typesetter needs: a line of facts as JSON, the HTML, and the attached findings as JSON."""
    html = page(evidence, short=short).encode()
    identity = f"{evidence.purpose.value} {'short ' if short else ''}{evidence.run.id}"
    facts = {
        "html_bytes": len(html),
        "ended": moment(evidence.run.finished_at_utc).isoformat(),
        "attached": language(evidence.language).text(ATTACHED),
        "identifier": hashlib.sha256(identity.encode()).hexdigest()[:32],
    }
    job = BytesIO()
    job.writelines((json.dumps(facts).encode(), b"\n", html))
    job.writelines(pages(evidence))
    return job.getvalue()


def typeset(job: bytes) -> bytes:
    """Return the PDF of what `sheets` made. Raises `Unavailable` where Pango is missing.

    Costs some 20 ms and 0.4 MB a row on one core. Give it limits: it is no match for every input.
    """
    return _write(engine(_weasyprint), job)


def engine(load: Callable[[], ModuleType]) -> ModuleType:
    """Return WeasyPrint, or raise `Unavailable` with what to install when it does not find its libraries."""
    try:
        return load()
    except (ImportError, OSError) as error:
        raise Unavailable(_INSTALL) from error


def page(evidence: Evidence, *, short: bool = False) -> str:
    """Return the HTML that becomes the PDF: its own template, without script, bounded in length.

    The short form has the summary, coverage, conditions and integrity, and says that the tables are missing.
    """
    covered, speech = coverage(), language(evidence.language)
    template = environment(lambda text: printable(bounded(text, speech), covered), speech).get_template("print.html.j2")
    listed = shown(evidence, Severity.INFO, 0 if short else FINDINGS_CAP)
    return template.render(
        view=view(evidence),
        findings=sections(listed),
        shown_findings=len(listed),
        changes_cap=CHANGES_CAP,
        held=grouped_by_reason(evidence.held[:HELD_CAP]),
        held_cap=HELD_CAP,
        identities_cap=IDENTITIES_CAP,
        attachment=ATTACHMENT,
        reasons_cap=REASONS_CAP,
        short=short,
        # Two texts of ours: a stylesheet of this package.
        style=Markup(stylesheet("print.css", speech)),  # noqa: S704
    )


def bounded(text: str, speech: Language = ENGLISH) -> str:
    """Return `text` cut to what a row on paper can hold; what is left out is counted at its place."""
    return _cut(_LONG_WORD.sub(lambda match: _cut(match.group(), WORD_CAP, speech), text), TEXT_CAP, speech)


def _cut(text: str, most: int, speech: Language) -> str:
    rest = len(text) - most
    return text if rest <= 0 else f"{text[:most]} … [{speech.say('%(number)s more characters', number=rest)}]"


def coverage() -> frozenset[int]:
    """Return the code points that every bundled font has. What lies outside would break PDF/A as a missing glyph."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    known = [frozenset(TTFont(BytesIO(asset(f"fonts/{file}.woff2")), lazy=True).getBestCmap()) for *_, file in FACES]
    return frozenset.intersection(*known)


def _weasyprint() -> ModuleType:
    return importlib.import_module("weasyprint")


def _write(weasyprint: ModuleType, job: bytes) -> bytes:
    head, _, rest = job.partition(b"\n")
    facts = json.loads(head)
    ended = datetime.fromisoformat(facts["ended"])
    fetcher = weasyprint.URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
    attachment = weasyprint.Attachment(
        string=rest[facts["html_bytes"] :],
        name=ATTACHMENT,
        description=facts["attached"],
        created=ended,
        modified=ended,
        relationship="Data",
    )
    with _source_date(ended):
        paper = weasyprint.HTML(string=rest[: facts["html_bytes"]].decode(), url_fetcher=fetcher).render()
        plain = paper.metadata.generate_rdf_metadata

        def with_ua(*arguments: object) -> bytes:
            metadata: bytes = plain(*arguments)
            return metadata.replace(b"</rdf:RDF>", _UA + b"</rdf:RDF>")

        paper.metadata.generate_rdf_metadata = with_ua
        identifier = bytes.fromhex(facts["identifier"])
        with warnings.catch_warnings():
            # WeasyPrint opens its colour profile and leaves closing it to the garbage collector.
            warnings.simplefilter("ignore", ResourceWarning)
            result: bytes = paper.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=identifier, attachments=[attachment])
    return result


@contextmanager
def _source_date(ended: datetime) -> Iterator[None]:
    # Font subsetting writes the current time into the file unless this variable says otherwise; there is no option.
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = str(int(ended.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


FORMAT: Final = Format(
    name="pdf",
    suffix=".pdf",
    media_type="application/pdf",
    render=render,
    apart=Apart(prepare=sheets, shorten=partial(sheets, short=True), finish=typeset),
)
