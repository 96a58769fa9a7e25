"""Wiki markup that becomes the plain name: in texts of pages and documents, and in wiki markup itself."""

from __future__ import annotations

import json

import pytest

from rules.model import HeldReason, Kind
from rules.rewrite import PROOF, rewrite
from tests.rules.parts import ANN, RULES, part
from tests.rules.test_plainnames import People, named

NAME = "Tilda \u00c5. Bergmann"
TILDA = People({"tbergmann": named(NAME)})


def changed(data: str, kind: Kind = Kind.STORAGE, people: People = TILDA) -> tuple[str, list[str]]:
    result = rewrite(part(data.encode(), kind), RULES, people)
    assert result.proof == (PROOF if result.edits else ())
    assert all(hold.reason is HeldReason.NO_REWRITER for hold in result.holds)
    return result.data.decode(), [hold.detail for hold in result.holds]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>ask [~tbergmann]&nbsp;&amp; co</p>", f"<p>ask {NAME}&nbsp;&amp; co</p>"),
        ("<p>[our &amp; <b>one</b> expert]</p><p>[She &amp; he|~tbergmann]!</p>", "<p>[our &amp; <b>one</b> expert]</p><p>She &amp; he!</p>"),
        ("<p>[ |~tbergmann]</p>", f"<p>{NAME}</p>"),
        ("<p>[~tb&#101;rgmann&#93;</p>", f"<p>{NAME}</p>"),
    ],
)  # fmt: skip
def test_in_the_text_of_a_page_the_mark_gives_way_to_the_name(before: str, after: str) -> None:
    assert changed(before) == (after, [])


def test_in_a_document_the_name_is_escaped_as_its_strings_are() -> None:
    body = '{"type":"doc","content":[{"type":"text" ,"text":"ask [~tb\\u0065rgmann] \\u00e9"}]}'
    after, holds = changed(body, Kind.ADF)
    assert holds == []
    assert after == body.replace("[~tb\\u0065rgmann]", json.dumps(NAME)[1:-1])
    people = People({"tbergmann": named('T "B" \\')})
    assert json.loads(changed(body, Kind.ADF, people)[0])["content"][0]["text"] == 'ask T "B" \\ \u00e9'


def test_in_a_page_a_name_is_escaped() -> None:
    assert changed("<p>[~tbergmann]</p>", people=People({"tbergmann": named("T & B")})) == ("<p>T &amp; B</p>", [])


def test_in_wiki_markup_a_name_stays_out_when_it_would_be_markup() -> None:
    assert changed("ask [~tbergmann], [our lead|~tbergmann]", Kind.TEXT) == (f"ask {NAME}, our lead", [])
    people = People({"tbergmann": named("T *B*")})
    after, [why] = changed("ask [~tbergmann], [our lead|~tbergmann]", Kind.TEXT, people)
    assert after == "ask [~tbergmann], our lead"
    assert "a sign in it means something" in why


def test_code_and_a_mention_beside_it_in_one_line_are_told_apart() -> None:
    body = "<p><code>ls</code> ask [~tbergmann], not <code>[~tbergmann]</code>, <em>[~tbergmann]</em></p>"
    after, [why] = changed(body)
    assert after == f"<p><code>ls</code> ask {NAME}, not <code>[~tbergmann]</code>, <em>{NAME}</em></p>"
    assert "is not wiki markup here" in why


def macro(name: str, inside: str) -> str:
    return f'<ac:structured-macro ac:name="{name}">{inside}</ac:structured-macro>'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<p>[our <b>expert</b>|~tbergmann]</p>", "tags stand inside the mark"),
        ("<p>[t@acme-optics.se|~tbergmann]</p>", "the identifier, an address or a link"),
        ("<p>{mention:tbergmann}</p>", "is not wiki markup here"),
        ("<p>[~tbergmann:Home]</p>", "is not wiki markup here"),
        ("<p><code>[~tbergmann]</code></p>", "is not wiki markup here"),
        ("<p>To mention somebody type <code>[~tbergmann]</code> in old pages.</p>", "is not wiki markup here"),
        ("<p>type <tt>[~tbergmann]</tt></p>", "is not wiki markup here"),
        ("<p>type <samp><b>x [~tbergmann]</b></samp></p>", "is not wiki markup here"),
        ("<p>type <kbd class='k'>[~tbergmann]</kbd></p>", "is not wiki markup here"),
        ("<!-- [~tbergmann] -->", "is not wiki markup here"),
        (macro("wiki", "<ac:plain-text-body><![CDATA[[~tbergmann]]]></ac:plain-text-body>"), "is not wiki markup here"),
        (macro("x", '<ac:parameter ac:name="title">[~tbergmann]</ac:parameter>'), "is not wiki markup here"),
    ],
)
def test_where_a_name_will_not_do_the_mark_is_held_with_the_reason(body: str, words: str) -> None:
    after, [why] = changed(body)
    assert after == body
    assert words in why


def test_only_who_is_to_be_named_is_named() -> None:
    after, [why] = changed("<p>[~tbergmann] and [~kito]</p>")
    assert after == f"<p>{NAME} and [~kito]</p>"
    assert "is not wiki markup here" in why
    assert ANN not in after


def test_a_mark_and_a_mention_of_the_same_person_both_give_way() -> None:
    link = '<ac:link><ri:user ri:username="tbergmann"/></ac:link>'
    body = f"<p>{link}, [~tbergmann]</p>"
    assert changed(body) == (f"<p>{NAME}, {NAME}</p>", [])
