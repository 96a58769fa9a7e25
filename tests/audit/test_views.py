"""Edits as a reviewer sees them: markup and masks, never a value."""

from __future__ import annotations

import pytest

from audit.views import masked, views
from rules.model import Edit, Kind, ObjectType, Part, Ref, Span
from rules.scan import scan
from tests.audit.writing import KEY, RULES


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (b'ri:username="ada.quill"', 'ri:username="a***"'),
        (b"ri:userkey='ff80808112345678012345678abc0001'", "ri:userkey='ff***'"),
        (b'{"accountId":"712020:ada0"}', '{"accountId":"712020:***"}'),
        (b'ri:account-id="@authenticated"', 'ri:account-id="***"'),
        (b"ada.quill", "a***"),
        (b"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10", "712020:***"),
        (b"Ada Quill", "*** ***"),
        (b'", ada.quill', '", ***'),
        ("R\u0113zija B\u0915\u093f\u0924\u093e".encode(), "*** ***"),
        (b'<ac:link><ri:user ri:username="ada.quill"/></ac:link>', '<ac:link><ri:user ri:username="a***"/></ac:link>'),
        (b"<ac:plain-text-link-body><![CDATA[Ada]]>", "<ac:plain-text-link-body><![***[***]]>"),
        (b'"type":"mention","attrs":{"text":"Ada"}', '"type":"mention","attrs":{"text":"A***"}'),
        (b"", ""),
    ],
)
def test_an_edit_shows_markup_and_masks_only(source: bytes, shown: str) -> None:
    assert masked(source) == shown


def test_an_edit_without_a_match_is_about_nobody_in_particular() -> None:
    part = Part(Ref(ObjectType.PAGE, "1"), "body", Kind.STORAGE, b"<p>abc</p>")
    (view,) = views(part, [Edit(Span(3, 6), b"abc", b"x", "some-rule")], scan(part, RULES).matches, KEY)
    assert (view.subject.mask, view.path, view.rule) == ("***", "body", "some-rule")
