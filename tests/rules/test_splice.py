from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.model import Edit, Kind, Span
from rules.splice import apply, moved, prove
from tests.rules.parts import ANN, RULES, part

BODY = (
    b'<p><ac:inline-comment-marker ac:ref="r"><ri:user ri:username="ann"/></ac:inline-comment-marker></p>'
    b'<ac:structured-macro ac:name="code" ac:macro-id="m"><ac:plain-text-body><![CDATA[x]]></ac:plain-text-body>'
    b'</ac:structured-macro><ri:user ri:username="bob"/>'
)


def edit(old: bytes, new: bytes, data: bytes = BODY) -> Edit:
    at = data.index(old)
    return Edit(Span(at, at + len(old)), old, new, "legacy-mention")


GOOD = edit(b'ri:username="ann"', f'ri:account-id="{ANN}"'.encode())


@st.composite
def spliced(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    data = draw(st.binary(max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8, unique=True)))
    spans = [Span(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    return data, [Edit(span, span.of(data), draw(st.binary(max_size=5))) for span in spans]


@given(spliced(), st.randoms())
def test_applying_changes_the_spans_and_nothing_else_in_whatever_order(
    case: tuple[bytes, list[Edit]], random: object
) -> None:
    data, edits = case
    new = apply(data, reversed(edits))
    assert new == apply(data, edits)
    places = moved(edits)
    assert [place.of(new) for place in places] == [each.new for each in edits]
    back = [Edit(place, each.new, each.old) for place, each in zip(places, edits, strict=True)]
    assert apply(new, back) == data


def test_an_edit_that_was_made_for_other_bytes_is_refused_without_showing_them() -> None:
    with pytest.raises(ValueError, match="at 0 are not those") as caught:
        apply(b"secret", [Edit(Span(0, 3), b"abc", b"")])
    assert "sec" not in str(caught.value)
    with pytest.raises(ValueError, match="are not those"):
        apply(b"ab", [Edit(Span(2, 4), b"", b"x")])


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap at byte 1"):
        apply(b"abc", [Edit(Span(0, 2), b"ab", b""), Edit(Span(1, 3), b"bc", b"")])


def test_a_good_edit_is_proved() -> None:
    assert prove(part(BODY), [GOOD], apply(BODY, [GOOD]), RULES) is None


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ([edit(b"ann", b"eve")], "still finds something"),
        ([edit(b"ann", b"tilda@acme-optics.se")], "still finds something"),
        ([GOOD, edit(b"x]]", b"x]]>tilda@acme-optics.se<![CDATA[]]")], "still finds something"),
        ([GOOD, edit(b"</p>", b"")], "cannot be judged: not well-formed"),
        ([GOOD, edit(b'ac:macro-id="m"', b'ac:macro-id="n"')], "ids of macros"),
        ([GOOD, edit(b'ac:ref="r"', b'ac:ref="s"')], "anchors"),
        ([GOOD, edit(b"x]]", b"y]]")], "CDATA"),
        ([Edit(Span(0, 3), b"<p>", b"<p><!--"), edit(b"</p>", b"--></p>")], "outside the rewritten places changed"),
        ([Edit(Span(0, 1), b"x", b"")], "are not those"),
    ],
)
def test_each_guarantee_can_fail_and_says_which(edits: list[Edit], reason: str) -> None:
    try:
        new = apply(BODY, edits)
    except ValueError:
        new = BODY
    found = prove(part(BODY), edits, new, RULES)
    assert found is not None
    assert reason in found


def test_bytes_that_changed_outside_the_edits_are_noticed() -> None:
    assert prove(part(BODY), [GOOD], apply(BODY, [GOOD]) + b" ", RULES) == "bytes outside the edits changed"


def test_nothing_is_proved_about_an_original_that_cannot_be_judged() -> None:
    body = b'<p><ri:user ri:username="ann"/>'
    found = prove(part(body), [], body, RULES)
    assert found is not None
    assert "the original cannot be judged" in found


def test_an_access_list_is_proved_by_its_shape() -> None:
    data = b'{"read":{"group":[],"user":[{"username":"ann"}]},"update":{"group":[],"user":[]}}'
    good = edit(b'{"username":"ann"}', f'{{"accountId":"{ANN}"}}'.encode(), data)
    assert prove(part(data, Kind.ACCESS), [good], apply(data, [good]), RULES) is None
    bad = edit(b'{"username":"ann"}', b"1", data)
    found = prove(part(data, Kind.ACCESS), [bad], apply(data, [bad]), RULES)
    assert found is not None
    assert "cannot be judged" in found
