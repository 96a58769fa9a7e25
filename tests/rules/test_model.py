from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rules.interfaces import NAMES as INTERFACES
from rules.model import Confidence, Edit, Personal, Severity, Span, SubjectKind
from tests.rules.parts import KEY


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (2, 1)])
def test_a_span_cannot_run_backwards(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="is not a range"):
        Span(start, end)


@example("Kind", SubjectKind.USERNAME)
@given(st.text(min_size=4), st.sampled_from(list(SubjectKind)))
def test_a_personal_value_never_shows_itself(value: str, kind: SubjectKind) -> None:
    assume("*" not in value and value not in INTERFACES)  # a mask of itself, and words that are nobody's
    subject = Personal(kind, value)
    mask = subject.mask
    assert value not in mask
    # Everything else that is shown is the same for everybody, or keyed.
    assert {repr(subject), str(subject), f"{subject}", repr([subject])[1:-1]} == {mask}
    shown = f"Subject(kind={kind!r}, mask={mask!r}, hmac={subject.pseudonym(KEY)!r})"
    assert repr(subject.subject(KEY)) == shown
    assert re.fullmatch("[0-9a-f]{32}", subject.pseudonym(KEY))


def test_an_account_id_without_anything_behind_its_number_does_not_show_the_number() -> None:
    assert Personal(SubjectKind.ACCOUNT_ID, "12345:").mask == "12***"


def test_a_personal_value_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Personal(SubjectKind.EMAIL, "tilda@acme-optics.se"))


def test_equal_people_have_equal_pseudonyms_under_one_key_and_in_one_role() -> None:
    one, other = (
        Personal(SubjectKind.EMAIL, "Tilda@acme-optics.se"),
        Personal(SubjectKind.EMAIL, "tilda@acme-optics.se "),
    )
    assert one.pseudonym(KEY) == other.pseudonym(KEY)
    assert one != other
    assert len({one, other, Personal(SubjectKind.EMAIL, "Tilda@acme-optics.se")}) == 2
    assert one.pseudonym(KEY) != one.pseudonym(b"1" * 32)
    assert one.pseudonym(KEY) != Personal(SubjectKind.USERNAME, "Tilda@acme-optics.se").pseudonym(KEY)
    assert Personal(SubjectKind.ACCOUNT_ID, "A").pseudonym(KEY) != Personal(SubjectKind.ACCOUNT_ID, "a").pseudonym(KEY)


def test_an_edit_shows_sizes_and_no_bytes() -> None:
    assert "tilda" not in repr(Edit(Span(0, 5), b"tilda", b""))


def test_severity_and_confidence_have_words_and_an_order() -> None:
    assert [each.label for each in Severity] == ["info", "low", "medium", "high", "critical"]
    assert [each.label for each in Confidence] == ["low", "medium", "high"]
    assert max(Severity) is Severity.CRITICAL
