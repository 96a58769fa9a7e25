"""What is said of files in a German report is said in German."""

from __future__ import annotations

import pytest

from audit.attachments.contents import LIMITS, Failed, Skipped
from audit.attachments.gathered import unexpected
from audit.attachments.reading import contents
from audit.sites.cloud.options import CONTENTS, INCLUDABLE
from reports.language import language
from tests.audit.attachments import made

GERMAN = language("de")


@pytest.mark.parametrize(
    ("reason", "german"),
    [
        ("read in part: member[2]: encrypted: it needs a password; more than 20,000 texts; what follows was not read",
         ("zum Teil gelesen: member[2]: verschlüsselt: es braucht ein Passwort; mehr als 20,000 Texte; "
         "was danach kommt, wurde nicht gelesen")),
        ("read in part: member[1]/member[3]: audio or video: this kind of file is not read",
         "zum Teil gelesen: member[1]/member[3]: Ton oder Video: Dateien dieser Art werden nicht gelesen"),
        ("read in part: content/page[3]/picture is not read by OCR: it took more than 90 s",
         "zum Teil gelesen: content/page[3]/picture ist nicht von der Texterkennung gelesen: es brauchte mehr als 90 s"),
        ("read in part: 3 of 10 pages are damaged and were not read; content/page[2]: its text cannot be read",
         ("zum Teil gelesen: 3 von 10 Seiten sind beschädigt und wurden nicht gelesen; "
         "content/page[2]: Ihr Text ist nicht lesbar")),
        ("a sheet has more than 4,000,000 cells between its first and its last one: it was not read",
         ("ein Blatt hat zwischen seiner ersten und seiner letzten Zelle mehr als 4,000,000 Zellen: "
         "es wurde nicht gelesen")),
        ("read in part: member[1]: content: packed RTF of more than 33,554,432 bytes: the rest was not read",
         ("zum Teil gelesen: member[1]: content: gepacktes RTF von mehr als 33,554,432 Byte: "
         "Der Rest wurde nicht gelesen")),
        ("content: packed RTF that is cut or damaged: it was read as far as it goes",
         "content: gepacktes RTF, das abgeschnitten oder beschädigt ist: Es wurde gelesen, so weit es reicht"),
        ("read in part: content/page[3]/picture[2] is not read by OCR: it was stopped",
         "zum Teil gelesen: content/page[3]/picture[2] ist nicht von der Texterkennung gelesen: es wurde angehalten"),
        ("text in pictures: OCR is off", "Text in Bildern: die Texterkennung ist aus"),
        (unexpected(LookupError()), "sein Leser scheiterte mit LookupError"),
        ("a part of it was not read to its end: its XML is not well-formed: mismatched tag",
         "ein Teil davon wurde nicht zu Ende gelesen: sein XML ist nicht wohlgeformt: mismatched tag"),
    ],
)  # fmt: skip
def test_reasons_with_values_and_reasons_in_them_are_translated(reason: str, german: str) -> None:
    assert GERMAN.told(reason) == german


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", made.encrypted_docx()),
        ("a.docx", made.docx()[:900]),
        ("a.pdf", b"%PDF-1.7 nothing"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic" + bytes(50)),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(50)),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(50)),
    ],
)
def test_no_reason_of_a_reader_stays_english(name: str, data: bytes) -> None:
    found = contents(name, "", data, LIMITS)
    assert isinstance(found, Skipped | Failed)
    assert GERMAN.told(found.reason) != found.reason


def test_what_the_coverage_says_of_files_is_translated() -> None:
    costly = INCLUDABLE[CONTENTS]
    for text in (costly.extent, f"not read: {costly.cost}; read with --include {CONTENTS} or --deep"):
        assert GERMAN.known(text), text
