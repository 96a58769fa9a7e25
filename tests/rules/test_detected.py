from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.context import Context
from rules.detected import KINDS, detect, found
from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence, Kind, Match
from rules.personal.email import detectors
from rules.registry import load
from rules.rule import Category, Rule
from rules.subjects import SubjectKind
from rules.view import View
from tests.rules.parts import BY_ID, part

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
RULE = BY_ID["phone-number"]


class Numbers:
    """A detector of runs of six digits that counts how often it was asked."""

    def __init__(self, kind: SubjectKind = SubjectKind.PHONE, *, beside: bool = False) -> None:
        self.asked = 0
        self.kind = kind
        anchor = Anchor(rb"\b[0-9]{6}\b", before=6, after=0)
        self.detector = Detector("number", (anchor,), self.find, frozenset({"extension"}), beside=beside)

    def find(self, text: str, start: int, end: int) -> Iterator[Hit]:
        self.asked += 1
        for each in re.compile(r"\b[0-9]{6}\b").finditer(text, start, end):
            yield Hit(*each.span(), each[0], self.kind, "extension", MEDIUM, reason="it has six digits")


def seen(view: View, rule: str = "number") -> list[Match]:
    return list(detect(view, RULE, rule))


def test_a_part_is_read_once_for_all_rules() -> None:
    numbers = Numbers()
    view = View(part(b"<p>call 123456</p>"), Context(detectors=(numbers.detector,)))
    assert [len(seen(view)), len(seen(view)), len(seen(view, "other"))] == [1, 1, 0]
    assert numbers.asked == 1


def test_a_match_says_where_it_stands_why_and_how_sure_and_shows_nothing() -> None:
    body = (
        b"<p>Extension: 123<b>456</b></p><ac:structured-macro ac:name='code'><ac:plain-text-body>"
        b"<![CDATA[x = 654321]]></ac:plain-text-body></ac:structured-macro>"
    )
    prose, code = seen(View(part(body), Context(detectors=(Numbers().detector,))))
    assert prose.span.of(body) == b"123<b>456"
    assert (prose.subject.reveal(), prose.confidence) == ("123456", HIGH)
    assert prose.reason == "extension: it has six digits; a label for it stands before it"
    assert (code.span.of(body), code.confidence) == (b"654321", LOW)
    assert code.reason == "extension: it has six digits; it stands in a block of code"
    assert code.where
    for match in (prose, code):
        assert match.subject.reveal() not in match.excerpt + match.where + match.reason


def test_without_a_reason_the_kind_is_the_reason() -> None:
    def find(_text: str, start: int, _end: int) -> Iterator[Hit]:
        yield Hit(start, start + 6, "v", SubjectKind.CUSTOM, "number of a badge", HIGH)

    detector = Detector("own", (Anchor(rb"[0-9]{6}\b", before=6, after=0),), find)
    (match,) = seen(View(part(b"123456", Kind.TEXT), Context(detectors=(detector,))), "own")
    assert match.reason == "number of a badge"


def test_a_heading_over_a_cell_and_a_key_count_as_labels() -> None:
    context = Context(detectors=(Numbers().detector,))
    table = b"<table><tr><th>Extension</th></tr><tr><td>123456</td></tr></table>"
    for data, kind in (
        (table, Kind.STORAGE),
        (b'{"extension":"123456"}', Kind.JSON),
        (b"Extension\n123456", Kind.TEXT),
    ):
        (match,) = seen(View(part(data, kind), context))
        assert match.confidence is HIGH


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (b"<p>123456</p>", 0),
        (b"<p>tilda@acme-optics.se 123456</p>", 1),
        (b"<p>tilda@acme-optics.se</p><p>123456</p>", 0),
        (b'<p><ac:link><ri:user ri:account-id="x"/></ac:link> 123456</p>', 1),
        (b"<p>Frau Bergmann 123456 and 654321</p>", 2),
    ],
)
def test_what_counts_beside_a_person_needs_one_in_its_paragraph(body: bytes, count: int) -> None:
    context = Context(detectors=(Numbers(beside=True).detector,))
    assert len(seen(View(part(body), context))) == count


def test_what_needs_a_label_and_has_none_is_nothing() -> None:
    def find(_text: str, start: int, _end: int) -> Iterator[Hit]:
        yield Hit(start, start + 6, "v", SubjectKind.TAX_ID, "w", None)

    detector = Detector("tax", (Anchor(rb"[0-9]{6}\b", before=6, after=0),), find, frozenset({"tax"}))
    context = Context(detectors=(detector,))
    assert seen(View(part(b"123456", Kind.TEXT), context), "tax") == []
    assert len(seen(View(part(b"tax 123456", Kind.TEXT), context), "tax")) == 1


def test_all_that_the_detectors_see_is_told_in_order() -> None:
    view = View(part(b"654321 and tilda@acme-optics.se", Kind.TEXT), Context(detectors=(Numbers().detector,)))
    assert [(each.start, each.end) for each in found(view)] == [(0, 6), (11, 31)]


def test_the_fields_of_a_user_object_are_left_to_their_own_rules() -> None:
    body = b'{"accountId":"x","displayName":"T","details":{"personal":{"phone":"123456"}},"note":"123456 and 654321"}'
    context = Context(detectors=(Numbers().detector,))
    assert [each.span.start for each in seen(View(part(body, Kind.JSON), context))] == [85, 96]
    assert len(seen(View(part(b'{"note":"123456"', Kind.JSON), context))) == 1


def test_an_address_outside_of_its_window_is_left_to_the_next_window() -> None:
    (detector,) = detectors(frozenset())
    text = "tilda@acme-optics.se, jo@acme-optics.se"
    assert [hit.value for hit in detector.find(text, 0, 20)] == ["tilda@acme-optics.se"]
    assert [hit.value for hit in detector.find(text, 20, 39)] == ["jo@acme-optics.se"]


def test_nothing_is_seen_where_nothing_can_be() -> None:
    assert found(View(part(b"<p>nothing</p>"))) == ()


PERSONAL = tuple(
    rule for rule in load() if rule.category is Category.PERSONAL and not rule.gate and set(KINDS) <= set(rule.kinds)
)
PLANTED = (
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("payment-card", "4111 1111 1111 1111"),
    ("phone-number", "+44 7700 900123"),
    ("phone-number", "(+49) 30 23125 017"),
    ("mac-address", "8c:85:90:1a:2b:3c"),
    ("ip-address", "81.2.69.144"),
    ("social-profile", "www.linkedin.com/in/tilda-bergmann"),
    ("coordinates", "52.52000, 13.40500"),
)
UNSEEN = str.maketrans("", "", "\u00ad\u200b")


def written(value: str, how: list[int], kind: Kind) -> str:
    """Return a value with some of its characters escaped and, in markup, with tags and unseen characters between."""
    pieces: list[str] = []
    for number, letter in enumerate(value):
        way = how[number % len(how)] if how else 0
        if kind is Kind.STORAGE:
            plain = letter if letter not in "<>&" else f"&#{ord(letter)};"
            ways = (
                plain,
                f"&#{ord(letter)};",
                f"&#x{ord(letter):x};",
                f"<b>{plain}</b>",
                f"{plain}&shy;",
                f"{plain}<i></i>",
            )
            pieces.append(ways[way % len(ways)])
        elif kind in {Kind.JSON, Kind.ADF}:
            pieces.append(letter if way % 2 == 0 else f"\\u{ord(letter):04x}")
        else:
            pieces.append(letter)
    return "".join(pieces)


def shown(raw: bytes, kind: Kind) -> str:
    """Return the text of some bytes of a part, decoded without the code under test."""
    text = raw.decode()
    if kind is Kind.STORAGE:
        return unescape(re.sub(r"<[^>]*>", "", text)).translate(UNSEEN)
    return str(json.loads(f'"{text}"')) if kind in {Kind.JSON, Kind.ADF} else text


FRAMES = {
    Kind.STORAGE: "<p>see {} there</p>",
    Kind.JSON: '{{"note":"see {} there"}}',
    Kind.ADF: '{{"type":"doc","version":1,"content":[{{"type":"paragraph","content":[{{"type":"text","text":"see {} there"}}]}}]}}',
    Kind.TEXT: "see {} there",
}


def rules_that_see(body: bytes, kind: Kind) -> Iterator[tuple[Rule, Match]]:
    view = View(part(body, kind), Context(regions=frozenset({"DE", "GB"})))
    for rule in PERSONAL:
        for match in rule.detect(view):
            yield rule, match


@pytest.mark.parametrize(("name", "value"), PLANTED)
def test_what_is_planted_is_found_in_every_kind_of_part(name: str, value: str) -> None:
    for kind, frame in FRAMES.items():
        body = frame.format(value).encode()
        assert [(rule.id, shown(match.span.of(body), kind)) for rule, match in rules_that_see(body, kind)] == [
            (name, value)
        ]


@settings(max_examples=120)
@given(
    st.sampled_from(PLANTED),
    st.sampled_from(KINDS),
    st.lists(st.integers(0, 5), max_size=7),
)
def test_the_bytes_under_a_finding_read_as_people_do_are_the_value(
    planted: tuple[str, str], kind: Kind, how: list[int]
) -> None:
    name, value = planted
    body = FRAMES[kind].format(written(value, how, kind)).encode()
    seen = [(rule.id, shown(match.span.of(body), kind)) for rule, match in rules_that_see(body, kind)]
    assert seen == [(name, value)]


def squeezed(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.lower())


@settings(max_examples=120)
@given(st.sampled_from(PLANTED[:6]), st.sampled_from(KINDS), st.lists(st.integers(0, 5), max_size=7))
def test_the_value_of_a_number_is_its_bytes_without_what_parts_its_groups(
    planted: tuple[str, str], kind: Kind, how: list[int]
) -> None:
    body = FRAMES[kind].format(written(planted[1], how, kind)).encode()
    for _, match in rules_that_see(body, kind):
        assert squeezed(shown(match.span.of(body), kind)) == squeezed(match.subject.reveal())
