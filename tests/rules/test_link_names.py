"""The text of a link to a person, in however many pieces it is written."""

from __future__ import annotations

import pytest

from rules.scan import scan
from tests.rules.parts import BOB, BY_ID, part

RULES = [BY_ID["link-display-name"]]


def link(text: str, body: str = "ac:link-body") -> bytes:
    return f'<p><ac:link><ri:user ri:account-id="{BOB}"/><{body}>{text}</{body}></ac:link></p>'.encode()


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Ola Lindqvist", "Ola Lindqvist"),
        (" <em> Ola\n  Lindqvist </em>", " Ola\n  Lindqvist "),
        ("O<b>l</b>a&#32;Lindqvist", "O<b>l</b>a&#32;Lindqvist"),
        ("<span>Ola</span> <span>Lindqvist</span>", "<span>Ola</span> <span>Lindqvist</span>"),
        ("".join(f"<b>{letter}</b>" for letter in "Ola Lindqvist"), None),
    ],
)
def test_the_text_is_one_name_whatever_tags_and_entities_part_it(text: str, span: str | None) -> None:
    body = part(link(text))
    (match,) = scan(body, RULES).matches
    assert match.subject.reveal() == "Ola Lindqvist"
    assert match.span.of(body.data).decode() == (text if span is None else span)
    assert "Lindqvist" not in match.excerpt


def test_sections_that_follow_each_other_are_one_name() -> None:
    body = part(link("<![CDATA[Ola ]]><![CDATA[Lindqvist]]>", "ac:plain-text-link-body"))
    assert [match.subject.reveal() for match in scan(body, RULES).matches] == ["Ola Lindqvist"]


@pytest.mark.parametrize(
    "text", ["", "<b>7</b> 8", "<b>Ola</b> ${name}", "<b>Ola</b> " + "wrote this " * 12, "<!-- Ola -->"]
)
def test_what_is_no_name_as_a_whole_is_none_in_its_pieces(text: str) -> None:
    assert scan(part(link(text)), RULES).matches == ()


def test_in_a_broken_body_the_name_is_still_shown() -> None:
    seen = scan(part(link("<b>Ola</b> Lindqvist") + b"</x>"), RULES)
    assert seen.unreadable is not None
    assert [match.subject.reveal() for match in seen.matches] == ["Ola Lindqvist"]
