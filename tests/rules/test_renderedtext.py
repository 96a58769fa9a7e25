"""Mentions in HTML as a browser shows it, in strings of JSON and in texts."""

from __future__ import annotations

import json

import pytest

from rules.model import Confidence, HeldReason, Kind
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
ANCHOR = '<p>é <a class="confluence-userlink" data-username="tilda" href="/wiki/x">T</a></p>'


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (json.dumps({"body": {"view": {"value": ANCHOR}}}), Kind.JSON),
        (json.dumps({"body": {"view": {"value": ANCHOR, "representation": "view"}}}, ensure_ascii=False), Kind.JSON),
        (json.dumps({"body": {"storage": {"value": ANCHOR, "representation": "storage"}}}), Kind.JSON),
        (ANCHOR, Kind.TEXT),
        ("see <a data-user-name = 'tilda'>T</a>", Kind.TEXT),
    ],
)
def test_a_mention_is_found_once_with_low_confidence_and_held(data: str, kind: Kind) -> None:
    body = part(data.encode(), kind)
    matches = scan(body, RULES).matches
    assert [(each.rule, each.subject.reveal(), each.confidence) for each in matches] == [
        ("legacy-mention", "tilda", Confidence.LOW)
    ]
    assert matches[0].span.of(body.data) == b"tilda"
    result = rewrite(body, RULES, Directory({"tilda": ANN}))
    assert (result.data, [hold.reason for hold in result.holds]) == (body.data, [HeldReason.NO_REWRITER])


def test_both_attributes_of_a_tag_count_and_character_references_are_read() -> None:
    text = f"<a data-username='a&amp;b' data-user-key='{KEY}'>T</a>"
    assert [each.subject.reveal() for each in scan(part(text.encode(), Kind.TEXT), RULES).matches] == ["a&b", KEY]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("set data-username='tilda' there", Kind.TEXT),
        ("<a data-username='{{user}}' data-users='tilda'>", Kind.TEXT),
        (f"<a {'x' * 3000} data-username='tilda'>", Kind.TEXT),
        ("<a data-username='@self'>", Kind.TEXT),
        ('{"a":"<a data-username=\\"tilda\\">"', Kind.JSON),
    ],
)
def test_prose_variables_nobody_and_broken_json_are_no_mention(data: str, kind: Kind) -> None:
    assert scan(part(data.encode(), kind), RULES).matches == ()
