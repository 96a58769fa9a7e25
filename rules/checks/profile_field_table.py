"""A table or an object of JSON describes people: department, position, messenger and more of somebody stand in it.

Why it matters: it is a copy of profiles that each person keeps elsewhere, under settings of their own. It does not
follow those settings, goes stale and stays when the person leaves. GDPR Art. 5(1)(c), 5(1)(d), 5(1)(e), 17, 25.
Source: Atlassian, user privacy guide for Confluence Cloud: the fields of a profile.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import partial
from itertools import accumulate
from typing import Final

from rules import detected
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, Personal, Severity, Span
from rules.payload import profile_spans
from rules.peopletables import ProfileCell, is_column, is_telling, profile_cells
from rules.reading import MENTION, reading
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

UNDER: Final = "it stands in a table of people, under the name of a profile field"
BESIDE: Final = "it stands beside the name of a profile field, in a table that describes a person"
KEYED: Final = "it stands under the key of a profile field, in an object that describes a person"


def detect(view: View) -> Iterator[Match]:
    """Yield every field of a profile in a table of people, those aside that a detector or another rule reports."""
    read = reading(view)
    wanted = is_column if MENTION in read.text else is_telling
    for cell in (cell for grid in read.tables(wanted) for cell in profile_cells(grid)):
        span = cell.field.span()
        starts, ends = view.once(_taken)
        before = bisect_left(starts, span.end) - 1
        if before < 0 or ends[before] <= span.start:
            yield _match(view, cell, span)


def _taken(view: View) -> tuple[list[int], list[int]]:
    """Return where the findings of detectors begin, in order, and the last end of those up to each."""
    spans = sorted([*detected.found(view), *profile_spans(view)])
    return [each.start for each in spans], list(accumulate((each.end for each in spans), max))


def _match(view: View, cell: ProfileCell, span: Span) -> Match:
    subject = Personal(cell.kind, cell.field.text)
    beside = KEYED if view.part.kind is Kind.JSON else BESIDE
    return RULE.match(
        span,
        subject,
        where=cell.field.where(),
        excerpt=partial(excerpt, view.data, span.start, span.end, subject.mask),
        confidence=Confidence.MEDIUM,
        reason=beside if cell.beside else UNDER,
    )


RULE: Final = Rule(
    id="profile-field-table",
    title="Profile fields in a table of people",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="A list of people with department, position, place or messenger is a directory of its own. It does not follow"
    " what each person shows in their profile, nobody corrects it, and it stays when they leave.",
    remedy="Mention the people and let their profiles say the rest, or keep the list where staff data belong; mind"
    " older versions of the page or file. Report only.",
    articles=("5(1)(c)", "5(1)(d)", "5(1)(e)", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/user-privacy-developer-guide/",
    dpv="https://w3id.org/dpv/pd#Professional",
    kinds=(Kind.STORAGE, Kind.ADF, Kind.JSON, Kind.TEXT),
    gate=(),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b"<table><tbody><tr><th>Name</th><th>E-mail</th><th>Department</th></tr><tr><td><p>Tilda Bergmann</p></td>"
            b"<td><p>tilda@acme-optics.se</p></td><td><p>Coat<em>ings</em></p></td></tr></tbody></table>",
            Kind.STORAGE,
            "a list of staff; the address is reported as such",
            ("Tilda Bergmann", "Coatings"),
        ),
        Flag(
            b'<ac:structured-macro ac:name="details"><ac:rich-text-body><table><tbody><tr><td>Full name</td>'
            b"<td>Ola Nord</td></tr><tr><td>Job title</td><td>Optician</td></tr><tr><td>Office</td><td>Lund</td></tr>"
            b"</tbody></table></ac:rich-text-body></ac:structured-macro>",
            Kind.STORAGE,
            "page properties",
            ("Ola Nord", "Optician", "Lund"),
        ),
        Flag(
            b"<table><tr><th>Mitarbeiterin</th><td>Kito Abara</td></tr><tr><th>Abteilung</th><td>Schleiferei</td></tr>"
            b"<tr><th>Skype</th><td>kito.optik</td></tr></table>",
            Kind.STORAGE,
            "in German, the names of the fields on the left",
            ("Kito Abara", "Schleiferei", "kito.optik"),
        ),
        Flag(
            "<table><tr><th>Prénom</th><th>Nom</th><th>Fonction</th></tr><tr><td>Kito</td><td>Abara</td>"
            "<td>opticienne</td></tr></table>".encode(),
            Kind.STORAGE,
            "in French",
            ("Kito", "Abara", "opticienne"),
        ),
        Flag(
            "<table><tr><th>Empleado</th><th>Ubicación</th></tr><tr><td>Vega</td><td>Lugo</td></tr></table>".encode(),
            Kind.STORAGE,
            "in Spanish",
            ("Vega", "Lugo"),
        ),
        Flag(
            b"<table><tr><th>Cognome</th><th>Sede</th></tr><tr><td>Vega</td><td>Lodi</td></tr></table>",
            Kind.STORAGE,
            "in Italian",
            ("Vega", "Lodi"),
        ),
        Flag(
            b"<table><tr><th>Medewerker</th><th>Functie</th></tr><tr><td>Ola Nord</td><td>slijper</td></tr></table>",
            Kind.STORAGE,
            "in Dutch",
            ("Ola Nord", "slijper"),
        ),
        Flag(
            b'<table><tr><th>Owner</th><th>Location</th></tr><tr><td><ac:link><ri:user ri:account-id="5d41402abc4b"/>'
            b"</ac:link></td><td>Lund</td></tr></table>",
            Kind.STORAGE,
            "a mention says that the row is about a person",
            ("Lund",),
        ),
        Flag(
            b'{"type":"doc","content":[{"type":"table","content":[{"type":"tableRow","content":['
            b'{"type":"tableHeader","content":[{"type":"text","text":"Employee"}]},'
            b'{"type":"tableHeader","content":[{"type":"text","text":"Position"}]}]},{"type":"tableRow","content":['
            b'{"type":"tableCell","content":[{"type":"text","text":"Tilda Bergmann"}]},'
            b'{"type":"tableCell","content":[{"type":"text","text":"Opti"},{"type":"text","text":"cian"}]}]}]}]}',
            Kind.ADF,
            "in the newer format",
            ("Tilda Bergmann", "Optician"),
        ),
        Flag(
            b"Name;Department;Phone\nTilda Bergmann;Coatings;4711\nOla Nord;Grinding;4712\n",
            Kind.TEXT,
            "an export; extensions that are no telephone numbers elsewhere",
            ("Tilda Bergmann", "Coatings", "4711", "Ola Nord", "Grinding", "4712"),
        ),
        Flag(
            b'{"employees":[{"firstName":"Tilda","last_name":"Bergmann","department":"Coatings","position":"Optician",'
            b'"extension":4711}]}',
            Kind.JSON,
            "an object for each person",
            ("Tilda", "Bergmann", "Coatings", "Optician", "4711"),
        ),
        Flag(
            b"<table><tr><th>Nom</th><th>Poste</th></tr><tr><td>Kito Abara</td><td>opticienne</td></tr></table>",
            Kind.STORAGE,
            "a word for a telephone and for a position: the value tells",
            ("Kito Abara", "opticienne"),
        ),
        Flag(
            b'<table><tr><td class="numberingColumn">1</td><th>Name</th><th>Department</th></tr><tr>'
            b'<td class="numberingColumn">2</td><td rowspan="2">Ola Nord</td><td>Coatings</td></tr><tr>'
            b'<td class="numberingColumn">3</td><td>Grinding</td></tr></table>',
            Kind.STORAGE,
            "numbered rows, two of them about one person",
            ("Ola Nord", "Coatings", "Grinding"),
        ),
        Flag(
            b'<table><tr><th colspan="2">Person</th><th>Contact</th></tr><tr><th>First</th><th>Last</th><th>Tel.</th>'
            b"</tr><tr><td>Ola</td><td>Nord</td><td>4711</td></tr></table>",
            Kind.STORAGE,
            "headings in two rows",
            ("Ola", "Nord", "4711"),
        ),
        Flag(
            b'<table><tr><th>Employee</th><td>Ola Nord</td></tr><tr><th>Profile picture</th><td><ac:image ac:width="9">'
            b'<ri:attachment ri:filename="ola &amp; lens.jpg" /></ac:image></td></tr><tr><th>Photo</th><td><ac:image>'
            b'<ri:url ri:value="https://acme-optics.se/ola.jpg" /></ac:image></td></tr></table>',
            Kind.STORAGE,
            "pictures that are shown",
            ("Ola Nord", "ola & lens.jpg", "https://acme-optics.se/ola.jpg"),
        ),
        Clean(
            b"<table><tr><th>Name</th><td>lens-01</td></tr><tr><th>Picture</th><td><ac:image>"
            b'<ri:attachment ri:filename="lens.jpg" /></ac:image></td></tr></table>',
            Kind.STORAGE,
            "the picture of a thing",
        ),
        Clean(b'{"name":"build","location":"eu-west","position":3}', Kind.JSON, "a step of a pipeline"),
        Clean(
            b'{"name":"Word Document","extension":"docx","title":"Lens"}',
            Kind.JSON,
            "an extension that is no telephone",
        ),
        Clean(
            b'{"displayName":"Open day","location":"Hall 3","team":{"name":"Coatings","department":"Optics"}}',
            Kind.JSON,
            "an event and a team",
        ),
        Clean(
            b"<table><tr><th>First</th><th>Department</th></tr><tr><td>page</td><td>Coatings</td></tr></table>",
            Kind.STORAGE,
            "the first of something",
        ),
        Clean(
            b"<table><tr><th>Name</th><th>Location</th></tr><tr><td>lens-01</td><td>Hall 3</td></tr></table>",
            Kind.STORAGE,
            "a list of machines",
        ),
        Clean(
            b"<table><tr><th>Name</th><th>Department</th></tr><tr><td>printer-4</td><td>Coatings</td></tr></table>",
            Kind.STORAGE,
            "what has a department and no name of a person",
        ),
        Clean(
            b"<table><tr><th>Company</th><th>Website</th></tr><tr><td>Acme</td><td>acme-optics.se</td></tr></table>",
            Kind.STORAGE,
            "a list of companies",
        ),
        Clean(
            b"<table><tr><th>Employee</th><th>Position</th></tr><tr><td>Tilda Bergmann</td><td>-</td></tr>"
            b"<tr><td></td><td>Optician</td></tr></table>",
            Kind.TEXT,
            "no table in a text",
        ),
        Clean(
            b"<table><tr><th>Parameter</th><th>Position</th><th>Title</th></tr><tr><td>width</td><td>1</td>"
            b"<td>Width</td></tr></table>",
            Kind.STORAGE,
            "parameters of a program",
        ),
        Clean(
            b"<table><tr><th>Office</th><th>Phone</th></tr><tr><td>Lund</td><td>4711</td></tr></table>",
            Kind.STORAGE,
            "offices and their telephones",
        ),
        Clean(
            b"<table><tr><th>Employee</th><th>Department</th></tr><tr><td></td><td>n/a</td></tr></table>",
            Kind.STORAGE,
            "an empty form",
        ),
        Clean(b"<p>Name: Tilda Bergmann, Department: Coatings</p>", Kind.STORAGE, "no table"),
        Clean(
            b'{"type":"doc","content":[{"type":"table","content":[{"type":"tableRow","content":['
            b'{"type":"tableHeader","content":[{"type":"text","text":"Name"}]},'
            b'{"type":"tableHeader","content":[{"type":"text","text":"Type"}]}]},{"type":"tableRow","content":['
            b'{"type":"tableCell","content":[{"type":"text","text":"Tilda Bergmann"}]},'
            b'{"type":"tableCell","content":[{"type":"text","text":"string"}]}]}]}]}',
            Kind.ADF,
            "a name, and no field of a profile",
        ),
        Clean(b"Name;Version;Website\nlens;1.4.2;acme-optics.se\n", Kind.TEXT, "a list of packages"),
    ),
)
