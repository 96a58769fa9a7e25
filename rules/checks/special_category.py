"""A word about health, union, religion, origin, sexual life or crime stands near somebody.

Why it matters: such data may not be processed at all unless one of the exceptions of Article 9(2) holds; data about
convictions need the control of an authority or a law (Article 10). A page that many can read is rarely the place. A
word proves nothing: whether it says something of the person near it is for a human to read, so that each finding asks
for review. GDPR Art. 9, 10, 5(1)(c), 17.
Source: GDPR Art. 9(1) and 10; the lists of words are our own (`rules/lexicons`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.context import Context
from rules.directory import Directory, Person
from rules.model import Kind, Match, Severity
from rules.personal.special_category import RULE_ID
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield the words of the lists that stand near a person, all for review."""
    yield from detected.detect(view, RULE)


_KNOWN: Final = Context(detectors=(Directory((Person("Jörg Mühlbrecht"), Person("Tilda Bergqvist"))).detector,))
"""The people of some examples, invented."""


RULE: Final = Rule(
    id=RULE_ID,
    title="Word of a special category near a person",
    category=Category.PERSONAL,
    severity=Severity.HIGH,
    why="Data about health, trade unions, belief, descent and sexual life are forbidden to process unless an exception"
    " holds, and those about crime need a law or an authority: a wiki page seldom has either.",
    remedy="Read the place. If it says so of a person, remove it, older versions included, or move it to where only"
    " those may read who have to, with the exception of Article 9(2) written down; otherwise accept the finding.",
    articles=("9", "10", "5(1)(c)", "17"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv#SpecialCategoryPersonalData",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(
            b"<p>Frau Tannhuber ist bis M&auml;rz krank<b>geschrieben</b>.</p>",
            Kind.STORAGE,
            "sick leave of somebody whom a form of address names",
            ("krankgeschrieben",),
        ),
        Flag(
            b"Tilda Bergqvist: schwangerschaftsbedingt vertreten, in Mutterschutz ab Mai",
            Kind.TEXT,
            "somebody of the directory",
            ("mutterschutz",),
            context=_KNOWN,
        ),
        Flag(
            b"<p>Spoke to o.lindqvist@acme-optics.se, who is HIV-positive and on sick leave.</p>",
            Kind.STORAGE,
            "an address is a person, and a word in capitals counts only so",
            ("hiv positive", "on sick leave"),
        ),
        Flag(
            b'<p><ac:link><ri:user ri:account-id="5d41402abc4b2a76b9719d91"/></ac:link> is a trade union member</p>',
            Kind.STORAGE,
            "a mention is a person",
            ("trade union member",),
        ),
        Flag(
            "Mme Roussillon est syndiquée, et témoin de Jéhovah".encode(),
            Kind.TEXT,
            "union and belief, in French",
            ("syndiquee", "temoin de jehovah"),
        ),
        Flag(
            '{"note":"La Sra. Ibarrola tiene antecedentes penales y está embarazada"}'.encode(),
            Kind.JSON,
            "crime and health, in Spanish",
            ("antecedentes penales", "embarazada"),
        ),
        Flag(
            b'{"content":[{"content":[{"text":"Il Sig. Tavernese \\u00e8 iscritto alla CGIL","type":"text"}],'
            b'"type":"paragraph"}],"type":"doc","version":1}',
            Kind.ADF,
            "union, in Italian, a letter escaped",
            ("iscritto alla cgil",),
        ),
        Flag(
            b"Mevrouw Oostwold is ziekgemeld; Dhr. Zwaluw heeft een migratieachtergrond",
            Kind.TEXT,
            "health and descent, in Dutch",
            ("ziekgemeld", "migratieachtergrond"),
        ),
        Flag(
            "<table><tr><td>Jörg Mühlbrecht</td><td>schwerbehindert, gleichgeschlechtlich verpartnert</td></tr>"
            "</table>".encode(),
            Kind.STORAGE,
            "in the next cell of the same row",
            ("schwerbehindert", "gleichgeschlechtlich", "verpartnert"),
            context=_KNOWN,
        ),
        Flag(
            b"Mr Quarrick: criminal record, released from prison in spring; ethnic origin unknown",
            Kind.TEXT,
            "crime and descent",
            ("criminal record", "released from prison", "ethnic origin"),
        ),
        Flag(
            b"Let Ms Quarrick know: since her miscarriage and the nervous breakdown she works from home.",
            Kind.TEXT,
            "health, in English",
            ("miscarriage", "nervous breakdown"),
        ),
        Flag(
            b"<p>La sig.ra Tavernese &egrave; assente dopo l'aborto; lo sa il suo medico.</p>",
            Kind.STORAGE,
            "behind an elision, and a form of address that is cut short",
            ("aborto",),
        ),
        Flag(
            b"Mevr. Oostwold zit in de ziektewet wegens een psychose, zegt j.bergqvist@acme-optics.nl",
            Kind.TEXT,
            "health, in Dutch",
            ("in de ziektewet", "psychose"),
        ),
        Clean(b"<p>Sick leave is asked for in the portal.</p>", Kind.STORAGE, "nobody is near"),
        Clean(
            b"<p>Mr Quarrick owns the health check of the servers; the pulse is fine.</p>",
            Kind.STORAGE,
            "the health of machines",
        ),
        Clean(
            b"Dr. Oyelaran fixed the UNION SELECT, the union member of the struct and a race condition",
            Kind.TEXT,
            "words of programmers",
        ),
        Clean(
            b'{"author":"Mr Quarrick","orientation":"landscape","sex":"connector","race":"relay"}',
            Kind.JSON,
            "the orientation of a page, a connector, a race",
        ),
        Clean(b"Mr Gay Rosenthal and Mrs Joy Church met Mr Christian Pope", Kind.TEXT, "names that are words"),
        Clean(
            b"<p>Frau Tannhuber wohnt im Kirchweg 5, am Judenplatz, nahe der Moschee.</p>",
            Kind.STORAGE,
            "streets and buildings",
        ),
        Clean(
            b"<p>Mr Quarrick said with conviction that the sentence was too long and the charge too low.</p>",
            Kind.STORAGE,
            "conviction, sentence and charge in their other sense",
        ),
        Clean(
            b"<p>Mrs Quarrick aids us with first aid; a vih or sida in lower case is an abbreviation</p>",
            Kind.STORAGE,
            "a verb that looks like an illness in capitals",
        ),
        Clean(
            b"<p>Frau Tannhuber ist da.</p><p>Eine Krankmeldung geht an das Sekretariat.</p>",
            Kind.STORAGE,
            "somebody, but in another paragraph",
        ),
        Clean(
            b'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[if diabetes: Mr Quarrick]]>'
            b"</ac:plain-text-body></ac:structured-macro>",
            Kind.STORAGE,
            "code",
        ),
        Clean(
            b'{"content":[{"content":[{"text":"Mr Quarrick reset the blood pressure sensor","type":"text"}],'
            b'"type":"paragraph"}],"type":"doc","version":1}',
            Kind.ADF,
            "a sensor",
        ),
        Clean(
            "<p>Mme Roussillon parle avec conviction de l'école catholique et de l'accusé de réception.</p>".encode(),
            Kind.STORAGE,
            "a belief in a cause, a school, a receipt",
        ),
        Clean(
            b"Frau Tannhuber pflegt die Seite der katholischen Kirche; die ROM-Version und ein Eid-Feld bleiben",
            Kind.TEXT,
            "a house, and words that look like a people and a feast",
        ),
        Clean(
            b'{"note":"Mr Quarrick chose lane 5, insulated the cancel button and asked for a union of both sets"}',
            Kind.JSON,
            "words that begin alike",
        ),
    ),
)
