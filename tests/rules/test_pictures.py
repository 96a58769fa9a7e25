"""What stands in the text of a picture is one step less sure, and says why."""

from __future__ import annotations

import pytest

from rules.model import Confidence, Kind, Match, ObjectType, Part, Personal, Ref, Severity, Span
from rules.pictures import READ_BY_OCR, doubted
from rules.registry import load
from rules.scan import scan
from rules.subjects import SubjectKind


def part(path: str, of: ObjectType = ObjectType.ATTACHMENT) -> Part:
    return Part(Ref(of, "1"), path, Kind.TEXT, b"mail jo@acme-optics.se")


def match(confidence: Confidence, reason: str = "") -> Match:
    subject = Personal(SubjectKind.EMAIL, "jo@acme-optics.se")
    return Match("email-address", Span(5, 22), subject, "", "", Severity.LOW, confidence, reason)


@pytest.mark.parametrize(
    "path",
    [
        "content/picture",
        "content/page[3]/picture",
        "content/page[3]/picture[2]",
        "member[2]/member[1]/content/page[1]/picture",
    ],
)
def test_a_match_in_a_picture_is_one_step_less_sure(path: str) -> None:
    (plain,) = scan(part("content"), load()).matches
    (found,) = scan(part(path), load()).matches
    assert found.confidence == plain.confidence - 1
    assert found.reason.endswith(READ_BY_OCR)


@pytest.mark.parametrize(
    ("confidence", "reason", "expected"),
    [
        (Confidence.HIGH, "a label", (Confidence.MEDIUM, f"a label; {READ_BY_OCR}")),
        (Confidence.LOW, "", (Confidence.LOW, READ_BY_OCR)),
    ],
)
def test_the_least_sure_stays_so_and_reasons_stay(
    confidence: Confidence, reason: str, expected: tuple[Confidence, str]
) -> None:
    (found,) = doubted(part("content/picture"), [match(confidence, reason)])
    assert (found.confidence, found.reason) == expected


@pytest.mark.parametrize(
    ("path", "of"),
    [
        ("content", ObjectType.FILE),
        ("content/page[3]", ObjectType.ATTACHMENT),
        ("metadata/picture", ObjectType.FILE),
        ("content/picture", ObjectType.PAGE),
    ],
)
def test_other_matches_stay_as_they_are(path: str, of: ObjectType) -> None:
    before = match(Confidence.HIGH, "a label")
    assert doubted(part(path, of), [before]) == (before,)
