"""Where the plain name is wanted, no text of a link leaves a login behind that nothing would find again."""

from __future__ import annotations

import pytest

from rules.context import Context
from rules.model import HeldReason, Kind
from rules.rewrite import rewrite
from rules.splice import apply, prove
from tests.rules.parts import RULES, part
from tests.rules.test_plainnames import USER, People, cut, named, rich_body, text_body

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
NAME = "Jude Okafor"
PEOPLE = People({KEY: named(NAME), "tbergmann": named("Tilda Bergmann")})
KNOWN = Context(known=frozenset({KEY, "jokafor", "jude", "sven berg"}))

TEXTS = [
    ("jokafor", NAME),
    (" JOkafor ", NAME),
    ("jokafor2", NAME),
    ("Jude", NAME),
    ("jokafor (lens lab)", NAME),
    ("our Sven, jokafor.", NAME),
    ("Sven  Berg", NAME),
    ("our lead", "our lead"),
    ("jude  okafor", "jude  okafor"),
    ("Jude from the lab", "Jude from the lab"),
]
"""The text of a link, and what is to stand without the link."""


def after(body: str, kind: Kind = Kind.STORAGE, context: Context = KNOWN) -> str:
    result = rewrite(part(body.encode(), kind), RULES, PEOPLE, context)
    assert result.holds == ()
    return result.data.decode()


@pytest.mark.parametrize(("text", "shown"), TEXTS)
def test_the_name_takes_the_place_of_what_may_be_a_login(text: str, shown: str) -> None:
    link = f'<ac:link><ri:user ri:userkey="{KEY}"/>{{}}</ac:link>'
    assert after(f"<p>a {link.format(rich_body(text))} b</p>") == f"<p>a {shown} b</p>"
    assert after(f"<p>a {link.format(text_body(text))} b</p>") == f"<p>a {shown} b</p>"
    assert after(f"<p>a {link.format(text_body(f'<![CDATA[{text}]]>'))} b</p>") == f"<p>a {shown} b</p>"
    assert after(f"<p>a [{text}|~{KEY}] b</p>") == f"<p>a {shown} b</p>"
    assert after(f"a [{text}|~{KEY}] b", Kind.TEXT) == f"a {shown} b"


def test_the_identifier_of_the_mark_itself_is_known_without_a_list() -> None:
    nothing = Context()
    assert after("<p>[tbergmann (lab)|~tbergmann]</p>", context=nothing) == "<p>Tilda Bergmann</p>"
    assert after(f"<ac:link>{USER}{rich_body('TBergmann, lab')}</ac:link>", context=nothing) == "Tilda Bergmann"


def test_a_single_word_that_is_the_whole_name_stays_as_it_is_written() -> None:
    result = rewrite(part(f"[ZOE|~{KEY}]".encode(), Kind.TEXT), RULES, People({KEY: named("Zoe")}))
    assert result.data == b"ZOE"


@pytest.mark.parametrize(
    ("text", "new", "problem"),
    [
        ("jokafor", "Jude Okafor", None),
        ("ask jokafor", "Jude Okafor", None),
        ("jokafor", "", "CDATA sections changed"),
        ("our lead", "Jude Okafor", "CDATA sections changed"),
    ],
)
def test_the_proof_lets_the_text_of_a_link_go_when_it_may_be_a_login(text: str, new: str, problem: str | None) -> None:
    link = f"<ac:link>{USER}{text_body(f'<![CDATA[{text}]]>')}</ac:link>"
    body = f"<p>{link} x</p>"
    edit = cut(link, new, body)
    assert prove(part(body.encode()), [edit], apply(body.encode(), [edit]), RULES, KNOWN) == problem


def test_what_the_list_does_not_know_is_held_when_its_section_would_go_with_it() -> None:
    body = f"<ac:link>{USER}{text_body('<![CDATA[tbergmann, lab]]>')}</ac:link>"
    result = rewrite(part(body.encode()), RULES, PEOPLE)
    assert (result.data.decode(), [hold.reason for hold in result.holds]) == (body, [HeldReason.NOT_PROVED])
