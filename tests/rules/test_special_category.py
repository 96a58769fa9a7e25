"""Words of special categories, as the lists have them."""

from __future__ import annotations

import pytest

from rules.checks.special_category import RULE
from rules.company import Company
from rules.hits import Hit
from rules.lexicons.category import CATEGORIES, ENDINGS
from rules.personal.special_category import detectors, hits
from rules.phrases import words_in
from rules.rule import Clean
from rules.subjects import SubjectKind
from rules.surroundings import MENTION

(DETECTOR,) = detectors(frozenset())


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.what)
def test_every_category_has_its_words_in_six_languages(category: object) -> None:
    assert set(category.words) == set(ENDINGS)  # type: ignore[attr-defined]
    for listed in category.words.values():  # type: ignore[attr-defined]
        assert 20 <= len([each for each in listed.split(",") if each.strip()]) <= 150


def test_every_word_of_the_lists_is_found_and_every_finding_is_for_review() -> None:
    for category in CATEGORIES:
        for phrase in category.phrases():
            found = list(hits(f"x {phrase}; x"))
            assert len(found) == 1, phrase
            assert found[0].end - found[0].start == len(phrase)
            assert (found[0].alone, found[0].labelled) == (0, 0)
            assert found[0].value not in f"{found[0].what}: {found[0].reason}"


def test_a_word_of_capitals_counts_in_capitals_only() -> None:
    assert [each.value for each in hits("HIV, hiv, AIDS aids, ADHS adhs")] == ["hiv", "aids", "adhs"]


def test_no_word_of_a_list_is_one_of_another_list() -> None:
    owners: dict[tuple[str, ...], set[str]] = {}
    for category in CATEGORIES:
        for phrase in category.phrases():
            owners.setdefault(words_in(phrase.lower()), set()).add(category.what)
    assert [phrase for phrase, names in owners.items() if len(names) > 1] == []


def test_what_looks_alike_is_no_word_of_the_lists() -> None:
    quiet = [each for each in RULE.examples if isinstance(each, Clean)]
    words = [hit.value for each in quiet for hit in hits(each.data.decode())]
    assert sorted(set(words)) == ["diabetes", "krankmeldung", "sick leave"], "these stand near nobody, or in code"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ist an Krebs erkrankt", ["an krebs erkrankt"]),
        ("est musulmane", ["musulmane"]),
        ("a été condamné pour vol", ["ete condamne"]),
        ("est délégué de la CGT", ["delegue de la cgt"]),
        ("è stato condannato", ["stato condannato"]),
        ("heeft kanker, is veroordeeld, is vakbondslid", ["heeft kanker", "is veroordeeld", "vakbondslid"]),
        ("está de baja por depresión", ["baja por depresion"]),
        ("has a conviction from 2009 and a disability", ["conviction", "disability"]),
        ("a depression in the graph, his conviction that it works, the conviction rate of the model", []),
        ("eine Depression im Diagramm", []),
    ],
)
def test_what_is_said_of_a_person_is_found_and_another_sense_is_not(text: str, words: list[str]) -> None:
    assert [each.value for each in hits(text)] == words


@pytest.mark.parametrize(
    "who",
    [
        "M. Trévidic", "La señora Peñalosa", "Collega Bontekoning", "Il collega Belluzzini", "Kollege Petersdorf",
        "la sig.ra Sanfelice", "la dott.ssa Sanfelice", "Prof.ssa Sanfelice", "mevr. Oosterwegel", "Hr. Petersdorf",
        MENTION,
    ],
)  # fmt: skip
def test_forms_of_address_and_colleagues_are_people(who: str) -> None:
    hit = Hit(40, 48, "diabetes", SubjectKind.SPECIAL_CATEGORY, "word", None)
    assert Company(who, ()).near(hit, (0, 60))


@pytest.mark.parametrize("who", ["Hr 7", "sig.nal Ton", "Mw 400", "M Ton", "DOTT", "mevr."])
def test_what_only_looks_like_a_form_of_address_is_nobody(who: str) -> None:
    hit = Hit(40, 48, "diabetes", SubjectKind.SPECIAL_CATEGORY, "word", None)
    assert not Company(who, ()).near(hit, (0, 60))


@pytest.mark.parametrize("kind", list(SubjectKind))
def test_names_usernames_and_addresses_are_people_and_numbers_are_not(kind: SubjectKind) -> None:
    hit = Hit(40, 48, "diabetes", SubjectKind.SPECIAL_CATEGORY, "word", None)
    company = Company("x" * 60, (Hit(0, 10, "x", kind, "value", None),))
    assert company.near(hit, (0, 60)) is (kind in {"display_name", "username", "email"})
    assert not company.near(hit, (20, 60))


def test_the_detector_reads_whole_texts_beside_people_and_no_code() -> None:
    assert (DETECTOR.beside, DETECTOR.in_code, DETECTOR.whole) == (True, False, hits)
    assert tuple(DETECTOR.find("diabetes", 0, 8)) == ()
