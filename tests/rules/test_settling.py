from __future__ import annotations

from collections.abc import Iterator

import pytest

from rules.company import Company
from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.settling import settle
from rules.subjects import SubjectKind
from rules.weighing import Weighed

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
FAR = 1 << 20
Candidate = tuple[Detector, Hit, Weighed]


def nothing(_text: str, _start: int, _end: int) -> Iterator[Hit]:
    return iter(())


def candidate(
    start: int,
    end: int,
    kind: SubjectKind = SubjectKind.PHONE,
    claim: Confidence = HIGH,
    distance: int = FAR,
    confidence: Confidence | None = None,
    what: str = "",
) -> Candidate:
    detector = Detector(kind.value, (Anchor(b"x", 1),), nothing)
    worth = Weighed(claim if confidence is None else confidence, claim, distance, (), ())
    return detector, Hit(start, end, "v", kind, what or kind.value, claim), worth


CARD, IBAN, PHONE = SubjectKind.PAYMENT_CARD, SubjectKind.BANK_ACCOUNT, SubjectKind.PHONE
NATIONAL, TAX, NAME = SubjectKind.NATIONAL_ID, SubjectKind.TAX_ID, SubjectKind.DISPLAY_NAME


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([], []),
        ([candidate(5, 9, CARD), candidate(0, 4, PHONE)], ["phone", "payment_card"]),
        ([candidate(0, 4, CARD), candidate(4, 8, PHONE)], ["payment_card", "phone"]),
        ([candidate(0, 20, PHONE), candidate(0, 22, IBAN)], ["bank_account"]),
        ([candidate(0, 20, PHONE), candidate(2, 10, TAX, MEDIUM)], ["phone"]),
        ([candidate(0, 20, PHONE, MEDIUM), candidate(2, 10, TAX)], ["tax_id"]),
        ([candidate(0, 9, PHONE, distance=1), candidate(0, 9, TAX, distance=20)], ["phone"]),
        ([candidate(0, 9, PHONE), candidate(0, 9, TAX, distance=20)], ["tax_id"]),
        ([candidate(0, 16, CARD, confidence=LOW), candidate(2, 12, PHONE)], ["payment_card"]),
        ([candidate(0, 9, PHONE), candidate(0, 9, TAX)], ["tax_id or phone"]),
        ([candidate(0, 9, NAME), candidate(0, 9, TAX)], ["tax_id or display_name"]),
        ([candidate(0, 9, TAX), candidate(0, 9, NATIONAL), candidate(0, 9, CARD, LOW)], ["national_id or tax_id"]),
        ([candidate(0, 9, TAX), candidate(0, 9, TAX)], ["tax_id"]),
        ([candidate(0, 9, TAX), candidate(5, 14, PHONE), candidate(10, 19, CARD)], ["tax_id", "payment_card"]),
    ],
)
def test_of_hits_on_the_same_characters_the_surest_then_longest_then_nearest_to_its_label_counts(
    candidates: list[Candidate], expected: list[str]
) -> None:
    assert [each.what for each in settle(candidates)] == expected
    assert [each.what for each in settle(reversed(candidates))] == expected


def test_two_readings_of_the_same_characters_are_one_finding_of_the_rarer_kind() -> None:
    (found,) = settle([candidate(0, 9, TAX, what="tax id of Denmark"), candidate(0, 9, NATIONAL, what="CPR")])
    assert (found.detector.rule, found.hit.kind, found.what) == ("national_id", NATIONAL, "CPR or tax id of Denmark")


def hit(start: int, end: int, kind: SubjectKind = SubjectKind.CREDENTIAL) -> Hit:
    return Hit(start, end, "v", kind, "w", LOW)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("nobody is here: secret", False),
        ("\ufffc: secret", True),
        ("secret of \ufffc", True),
        ("Frau Bergmann: secret", True),
        ("Mr. Bergmann: secret", True),
        ("Sig.ra Bergmann: secret", True),
        ("Señora Bergmann: secret", True),
        ("Dr. bergmann: secret", False),
        ("Drs Bergmann: secret", False),
        ("\ufffc" + "x" * 200 + "secret", False),
        ("\ufffc" + "x" * 199 + "secret", True),
        ("\ufffc\nsecret", False),
        ("secret\n\ufffc", False),
        ("secret" + "x" * 199 + "\ufffc", True),
        ("secret" + "x" * 200 + "\ufffc", False),
    ],
)
def test_somebody_is_near_in_the_same_block_only(text: str, near: bool) -> None:
    start = text.index("secret")
    block = (text.rfind("\n", 0, start) + 1, len(text) if "\n" not in text[start:] else text.index("\n", start))
    assert Company(text, ()).near(hit(start, start + 6), block) is near


@pytest.mark.parametrize(
    ("person", "near"),
    [
        (hit(0, 8, SubjectKind.EMAIL), True),
        (hit(0, 8, SubjectKind.DISPLAY_NAME), True),
        (hit(0, 8, SubjectKind.USERNAME), True),
        (hit(0, 8, SubjectKind.PHONE), False),
        (hit(9, 15, SubjectKind.EMAIL), False),
        (hit(16, 20, SubjectKind.EMAIL), True),
    ],
)
def test_those_count_whom_detectors_saw_beside_the_hit(person: Hit, near: bool) -> None:
    assert Company("somebody secret somebody", [person]).near(hit(9, 15), (0, 24)) is near
