"""A detector of the configuration is a rule like any other: it fires everywhere, and its examples prove it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.backtracking import Unsafe
from rules.context import Context
from rules.model import Confidence, Kind, Match, Severity
from rules.owndetector import (
    MOST_WORDS,
    OwnDetector,
    article_numbers,
    check_of,
    detector_of,
    expression_of,
    failed_example,
    rule_of,
)
from rules.registry import rule_digest
from rules.scan import scan
from tests.rules.parts import part

NUMBER = OwnDetector(
    id="personnel-number",
    title="Personnel number",
    why="It leads to a file of HR.",
    remedy="Take it out.",
    match=("P-104217 is on leave",),
    no_match=("part P-1042",),
    expression=r"\bP-[0-9]{6}\b",
    labels=("Personnel no",),
)


def found(own: OwnDetector, data: bytes, kind: Kind = Kind.TEXT) -> tuple[Match, ...]:
    detector = detector_of(own)
    return scan(part(data, kind), [rule_of(own, detector)], Context(detectors=(detector,))).matches


def values(own: OwnDetector, text: str) -> list[str]:
    return [match.subject.reveal() for match in found(own, text.encode())]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"ask P-104217", Kind.TEXT),
        (b"<p>ask P-10<strong>4217</strong></p>", Kind.STORAGE),
        (b'{"note":"P-104217"}', Kind.JSON),
        (
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"P-104217"}]}]}',
            Kind.ADF,
        ),
    ],
)
def test_it_is_found_in_every_kind_of_text_and_shown_as_a_mask(data: bytes, kind: Kind) -> None:
    (match,) = found(NUMBER, data, kind)
    assert match.rule == "own-personnel-number"
    assert match.subject.reveal() == "P-104217"
    assert (match.severity, match.confidence) == (Severity.MEDIUM, Confidence.MEDIUM)
    assert "104217" not in match.excerpt + match.reason + match.where + repr(match)


def test_a_label_makes_it_sure_and_may_be_needed() -> None:
    (match,) = found(NUMBER, b"Personnel no.: P-104217")
    assert match.confidence is Confidence.HIGH
    needed = replace(NUMBER, only_labelled=True, confidence=Confidence.LOW)
    assert values(needed, "P-104217") == []
    (match,) = found(needed, b"Personnel no. P-104217")
    assert match.confidence is Confidence.LOW


def test_the_value_may_be_a_piece_of_what_the_expression_needs() -> None:
    inner = replace(NUMBER, expression=r"(?i)staff id: (?P<value>[0-9]{1,3} [0-9]{3})(?: or (?:none))?")
    assert values(inner, "Staff ID: 12 345 or none, 12 345") == ["12 345"]
    optional = replace(NUMBER, expression=r"staff(?P<value>[0-9]{3})?")
    assert values(optional, "staff and staff123") == ["123"], "where the group is not there, there is no value"


def test_check_digits_have_to_be_right_by_one_of_the_checks() -> None:
    card = replace(NUMBER, expression=r"\b[0-9]{10}\b", checksum=("luhn", "mod97"), labels=())
    assert values(card, "1234567897 1234567890 1234567876") == ["1234567897"]
    (match,) = found(card, b"1234567897")
    assert "the check digits are right" in match.reason


@pytest.mark.parametrize(
    ("confidence", "text", "left"),
    [
        (Confidence.HIGH, "order no P-104217", Confidence.MEDIUM),
        (Confidence.MEDIUM, "P-104217, a PART of it", Confidence.LOW),
        (Confidence.LOW, "part P-104217", None),
        (Confidence.MEDIUM, "party P-104217 parts", Confidence.MEDIUM),
        (Confidence.MEDIUM, "part\nP-104217\npart", Confidence.MEDIUM),
        (Confidence.MEDIUM, f"part {'x' * 40} P-104217 {'x' * 40} part", Confidence.MEDIUM),
        (Confidence.LOW, "part; personnel no P-104217", Confidence.MEDIUM),
    ],
)
def test_a_word_that_speaks_against_it_takes_a_step_off(
    confidence: Confidence, text: str, left: Confidence | None
) -> None:
    own = replace(NUMBER, unless=("part", "order  no"), confidence=confidence)
    seen = found(own, text.encode())
    assert [match.confidence for match in seen] == ([] if left is None else [left])
    assert all(("speaks against" in match.reason) is (left is not confidence) for match in seen)
    assert found(replace(own, only_labelled=True, confidence=Confidence.LOW), b"part, personnel no P-104217") == ()


@pytest.mark.parametrize("name", ["luhn", "verhoeff", "damm", "mod97", "mod11-2", "de.idnr", "iso7064.mod_37_36"])
def test_checks_have_the_names_of_their_schemes(name: str) -> None:
    assert check_of(name)("no number") is False


@pytest.mark.parametrize("name", ["crc32", "../luhn", "de", "de.nothing", "", "util", "numdb"])
def test_a_check_that_is_none_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(ValueError, match="luhn, verhoeff"):
        check_of(name)


def test_words_are_whole_and_in_any_case_and_the_longest_counts() -> None:
    words = replace(NUMBER, expression="", words=("Project Falcon", "Falcon", "Grünspan", "C3.x"), labels=())
    text = "PROJECT\u00a0 falcon, Falcons, a falcon; grünspan c3.x c3-x project\nFalcon"
    assert values(words, text) == ["PROJECT falcon", "falcon", "grünspan", "c3.x", "Falcon"]


@pytest.mark.parametrize("words", [(), ("(x)",), ("",), tuple(f"w{number}" for number in range(MOST_WORDS + 1))])
def test_words_that_are_none_or_too_many_are_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="word"):
        expression_of(words)


def test_one_that_could_run_away_is_refused() -> None:
    with pytest.raises(Unsafe):
        detector_of(replace(NUMBER, expression=r"(?:a{1,9}){1,9}b"))


def test_an_article_that_nobody_knows_is_refused() -> None:
    assert article_numbers(["9", "17"]) == ("9", "17")
    for wrong in ([], ["99"]):
        with pytest.raises(ValueError, match="5\\(1\\)\\(a\\)"):
            article_numbers(wrong)


def test_it_does_not_compete_with_what_else_the_characters_are() -> None:
    address = replace(NUMBER, expression=r"\b[a-z]{1,20}@", labels=())
    detector = detector_of(address)
    seen = scan(part(b"ada@acme-optics.se", Kind.TEXT), [rule_of(address, detector)], Context(detectors=(detector,)))
    assert [match.rule for match in seen.matches] == ["own-personnel-number"]


def test_examples_that_it_does_not_keep_are_told_with_their_place() -> None:
    kept = rule_of(NUMBER, detector_of(NUMBER))
    assert failed_example(kept) is None
    blind = replace(NUMBER, match=("P-104217", "nothing here"))
    assert failed_example(rule_of(blind, detector_of(blind))) == (1, "0 found instead of 1")
    greedy = replace(NUMBER, no_match=("P-104218",))
    failed = failed_example(rule_of(greedy, detector_of(greedy)))
    assert failed is not None
    assert failed[0] == 1
    assert "104218" not in failed[1]


def test_the_window_of_a_detector_bounds_what_it_yields() -> None:
    detector = detector_of(NUMBER)
    text = "P-104217 P-104218"
    assert [hit.start for hit in detector.find(text, 1, len(text))] == [9]
    assert "104217" not in repr(next(iter(detector.find(text, 0, 9))))


def test_what_it_says_is_part_of_what_a_run_judges_by() -> None:
    digests = {
        rule_digest(rule_of(each, detector_of(each))) for each in (NUMBER, replace(NUMBER, title="Staff number"))
    }
    assert len(digests) == 2
