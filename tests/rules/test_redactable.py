"""The places of a splice as pointers into the document of the same text: only where there is no doubt."""

from __future__ import annotations

import json

import pytest

from rules.model import Edit, Kind, ObjectType, Part, Ref, Span
from rules.pointers import Pointer
from rules.redactable import (
    CLOSED,
    MARKED,
    NO_DOCUMENT,
    NOT_A_TEXT,
    NOT_ALL,
    NOT_THE_SAME,
    OPENED,
    marked,
    redactable,
)
from rules.splice import apply

AT = "tilda@acme-optics.se"
TEXT = "/content/0/content/{}/text"


def part(data: str, kind: Kind = Kind.STORAGE) -> Part:
    return Part(Ref(ObjectType.PAGE, "1", 1), "body", kind, data.encode())


def edits(data: str, *values: str) -> list[Edit]:
    """Return masks over every occurrence of the values."""
    found: list[Edit] = []
    for value in values:
        at = data.find(value)
        while at >= 0:
            start = len(data[:at].encode())
            found.append(Edit(Span(start, start + len(value.encode())), value.encode(), b"[redacted]", "email-address"))
            at = data.find(value, at + 1)
    return found


def document(*texts: str) -> bytes:
    words = [{"type": "text", "text": text} for text in texts]
    return json.dumps({"type": "doc", "content": [{"type": "paragraph", "content": words}]}).encode()


def test_every_occurrence_has_its_characters() -> None:
    body = f"<p>a {AT} and {AT}, <b>{AT}</b></p>"
    found = redactable(part(body), edits(body, AT), document(f"a {AT} and {AT}, ", AT))
    size = len(AT)
    assert found == (
        Pointer(TEXT.format(0), 2, 2 + size),
        Pointer(TEXT.format(0), 7 + size, 7 + 2 * size),
        Pointer(TEXT.format(1), 0, size),
    )


def test_entities_are_read_as_characters() -> None:
    body = "<p>J&uuml;rgen &amp; Co</p>"
    found = redactable(part(body), edits(body, "J&uuml;rgen &amp; Co"), document("Jürgen & Co"))
    assert found == (Pointer(TEXT.format(0), 0, 11),)


@pytest.mark.parametrize(
    ("body", "shown", "why"),
    [
        (f'<p><a href="mailto:{AT}">mail</a></p>', document("mail"), NOT_A_TEXT),
        (f"<p><![CDATA[{AT}]]></p>", document(AT), NOT_A_TEXT),
        (f"<p>{AT}</p>", document("nobody"), NOT_THE_SAME),
        (f"<p>{AT}</p>", document(AT, AT), NOT_THE_SAME),
        (f"<p>{AT}</p>", document(f"\U0001f600 {AT}"), NOT_THE_SAME),
        (f"<p>{AT}</p>", b"{", NO_DOCUMENT),
        (f"<p>{AT} {OPENED.decode()}</p>", document(AT), MARKED),
        (f"<p>{AT} {CLOSED.decode()}</p>", document(AT), MARKED),
    ],
)
def test_what_leaves_a_doubt_stays_with_the_splice(body: str, shown: bytes, why: str) -> None:
    assert redactable(part(body), edits(body, AT), shown) == why


def test_a_value_that_stands_elsewhere_too_stays_with_the_splice() -> None:
    body = f"<p>{AT} {AT}</p>"
    assert redactable(part(body), edits(body, AT)[:1], document(f"{AT} {AT}")) == NOT_ALL
    other = "<p>J&#252;rgen J&uuml;rgen</p>"
    assert redactable(part(other), edits(other, "J&uuml;rgen"), document("Jürgen Jürgen")) == NOT_ALL


def test_a_document_is_named_by_its_own_bytes() -> None:
    data = document(f"a {AT}").decode()
    assert redactable(part(data, Kind.ADF), edits(data, AT), data.encode()) == (
        Pointer(TEXT.format(0), 2, 2 + len(AT)),
    )
    assert redactable(part(data, Kind.ADF), edits(data, "paragraph"), data.encode()) == NOT_A_TEXT


def test_marks_stand_around_the_values_and_change_nothing_else() -> None:
    body = f"<p>{AT}</p>"
    assert apply(body.encode(), marked(edits(body, AT))) == f"<p>{OPENED.decode()}{AT}{CLOSED.decode()}</p>".encode()
