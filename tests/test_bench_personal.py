"""The measure of the detectors: what counts as found, how sure a figure is, and that the hand-made set is sound."""

from __future__ import annotations

import json
import math
from itertools import pairwise

import pytest
from stdnum import iban, luhn

from bench.personal import BOTH, by_kind, compared, misses, share, table
from bench.personal_aims import report, summed
from bench.personal_real import table as counts
from bench.personal_score import NAME, STATE, Sample, Spot, Tally, bootstrap, counted, judge, wilson
from bench.personal_sets import CORPUS, LABELLED, LANGUAGES, Labelled, others, own
from rules.checks.email_address import RULE
from rules.context import Context
from rules.model import Kind
from rules.subjects import SubjectKind

KINDS = frozenset({"phone", "email"})


def sample(*spots: Spot, free: tuple[tuple[int, int], ...] = ()) -> Sample:
    return Sample("x" * 60, "en", spots, free)


@pytest.mark.parametrize(
    ("found", "tally"),
    [
        pytest.param([Spot(10, 20, "phone")], Tally(right=1), id="the same characters"),
        pytest.param([Spot(12, 20, "phone")], Tally(right=1), id="eight of ten characters"),
        pytest.param([Spot(13, 20, "phone")], Tally(wrong=1, missed=1), id="seven of ten characters"),
        pytest.param([Spot(5, 25, "phone")], Tally(right=1), id="half of the finding"),
        pytest.param([Spot(5, 26, "phone")], Tally(wrong=1, missed=1), id="less than half of the finding"),
        pytest.param([Spot(10, 20, "phone"), Spot(11, 20, "phone")], Tally(right=1), id="found twice"),
        pytest.param([], Tally(missed=1), id="nothing"),
    ],
)
def test_a_span_is_found_by_most_of_its_characters_and_no_whole_line(found: list[Spot], tally: Tally) -> None:
    assert judge(sample(Spot(10, 20, "phone")), found, KINDS).tallies == {"phone": tally}


def test_a_finding_of_another_kind_is_wrong_and_leaves_the_label_missed() -> None:
    judged = judge(sample(Spot(10, 20, "phone")), [Spot(10, 20, "email")], KINDS)
    assert judged.tallies == {"phone": Tally(missed=1), "email": Tally(wrong=1)}
    assert (judged.missed, judged.wrong) == ((Spot(10, 20, "phone"),), (Spot(10, 20, "email"),))


def test_kinds_that_nobody_labelled_and_free_places_are_not_judged() -> None:
    text = sample(free=((10, 20),))
    assert judge(text, [Spot(1, 5, "payment_card"), Spot(15, 25, "phone")], KINDS).tallies == {}


def test_numbers_of_a_state_are_one_kind_and_so_are_names() -> None:
    assert {counted(kind) for kind in ("national_id", "tax_id", "social_security")} == {STATE}
    assert {counted("display_name"), counted("username")} == {NAME}
    assert counted("phone") == "phone"


def test_precision_recall_and_f1_are_those_of_the_counts() -> None:
    tally = Tally(right=6, wrong=2, missed=4)
    assert (tally.precision, tally.recall) == (0.75, 0.6)
    assert tally.f1 == pytest.approx(2 / 3)
    assert Tally(missed=3).f1 == 0
    assert math.isnan(Tally(missed=3).precision)
    assert share(math.nan, (0, 1)) == "-"
    assert share(0.75, wilson(6, 8)) == "0.750 (0.41-0.93)"


def test_intervals_hold_the_share_and_shrink_with_more_texts() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    few, many = [Tally(2, 1, 1)] * 3 + [Tally(0, 1, 1)], [Tally(2, 1, 1)] * 300 + [Tally(0, 1, 1)] * 100
    low, high = bootstrap(few)
    assert low <= sum(few, Tally()).f1 <= high
    assert bootstrap(many)[1] - bootstrap(many)[0] < high - low
    assert bootstrap(few) == (low, high)
    assert bootstrap([]) == (0.0, 1.0)


def test_aims_are_met_surely_with_low_ones_or_not_at_all() -> None:
    half, whole, none = [Tally(right=1, missed=1)], [Tally(right=2)], [Tally(missed=2)]
    lines = (
        {"phone": whole, "email": half, "vat_id": none, "passport": [Tally(right=1, wrong=1)]},
        {"phone": whole, "email": whole, "vat_id": half, "passport": [Tally(right=1, wrong=1)]},
        {"phone": whole, "email": half, "vat_id": half, "passport": [Tally(missed=1)]},
    )
    compared = [summed("one", kind, lines) for kind in ("email", "mac_address", "passport", "phone", "vat_id")]
    two = [{"phone": [Tally(right=1, wrong=1)]}] * 3
    text = "\n".join(report([*compared, summed("two", "phone", two)]))
    assert "| one | email | 2 | 0.500 | 1.000 | 0.500 | 1.000 | 1.000 | 1.000 | low too |" in text
    assert "| one | vat_id | 2 | 0.000 | 0.500 | 0.500 | - | 1.000 | 1.000 | no |" in text
    assert "| one | phone | 2 | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 | yes |" in text
    assert "mac_address" not in text
    *_, sure, low_too, precision = text.splitlines()
    assert sure.endswith(": 3 of 5 kinds of sets; missed on email (one), vat_id (one).")
    assert low_too.endswith(": 4 of 5 kinds of sets; missed on vat_id (one).")
    assert precision == "Precision as aimed: 3 of 4 kinds of sets; missed on phone (two)."


def test_our_findings_are_places_in_characters_and_stand_in_the_table() -> None:
    text = "Bücher für Jörg Böhm: joerg.boehm@blaue-orgel.de, ISBN 978-3-86680-192-9; sonst niemand@blaue-orgel.de"
    at = text.index("joerg")
    labelled = Labelled("two", (Sample(text, "de", (Spot(at, at + 26, "email"),)),), frozenset({"email"}))
    answers = compared(labelled, [RULE], "")
    lines = list(table("two", [(tool, by_kind(texts)) for tool, texts in answers.items()], {"email", BOTH}))
    assert [line for line in lines if line.startswith("| email")] == [
        "| email | ours | 1 | 1 | 1 | 0.500 (0.09-0.91) | 1.000 (0.21-1.00) | 0.667 (0.67-0.67) |"
    ]
    (wrong,) = misses(labelled, answers["ours"])
    assert wrong.startswith("- two: wrong email: ")
    assert wrong.endswith("; sonst [[niemand@blaue-orgel.de]]")


def test_findings_in_real_texts_are_counted_by_confidence_and_size() -> None:
    documents = [("a", Kind.TEXT, b"ask eva.lind@blaue-orgel.de"), ("b", Kind.TEXT, b"nothing here")]
    *_, line = counts("texts", documents, [RULE], Context())
    assert line.startswith("| email-address | ")
    assert line.endswith(" | 500.0 | 25641.0 |")
    assert list(counts("texts", [], [RULE], Context())) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hand_made_set_has_as_many_hard_negatives_as_values(language: str) -> None:
    records = [json.loads(line) for line in (LABELLED / f"{language}.jsonl").read_text("utf-8").splitlines()]
    assert len(records) >= 60
    kinds = {SubjectKind(kind) for record in records for *_, kind in record["spans"]}
    assert len(kinds) >= 18
    assert sum(len(record["hard"]) for record in records) >= sum(len(record["spans"]) for record in records)
    for record in records:
        text, spans = record["text"], sorted(record["spans"])
        assert all(text[start:end].strip() == text[start:end] != "" for start, end, _ in spans)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
        assert all(negative in text for negative in record["hard"])


def test_the_hand_made_set_has_right_check_digits() -> None:
    values: dict[str, list[str]] = {}
    for labelled in own():
        for text in labelled.samples:
            for spot in text.spots:
                values.setdefault(spot.kind, []).append(text.text[spot.start : spot.end])
    assert all(map(iban.is_valid, values["bank_account"]))
    assert all(luhn.is_valid(card.replace(" ", "").replace("-", "")) for card in values["payment_card"])


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus does not lie beside the checkout")
def test_the_public_sets_are_read_and_hold_what_they_label() -> None:
    sets: dict[str, Labelled] = {labelled.name: labelled for labelled in others()}
    assert {name: len(labelled.samples) for name, labelled in sets.items()} == {
        "synth_dataset_v2": 1500,
        "generated_large": 2109,
        "PII-Anonymizer": 13,
        "recogniser cases": 466,
        "matcher cases": 38,
        "example numbers": 1011,
        "isemail": 22,
        "stdnum doctests": 205,
    }
    for labelled in sets.values():
        assert {spot.kind for text in labelled.samples for spot in text.spots} <= labelled.kinds
        assert all(0 <= spot.start < spot.end <= len(text.text) for text in labelled.samples for spot in text.spots)
