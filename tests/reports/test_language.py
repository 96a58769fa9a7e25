"""Reports in another language: nothing is left in English, and numbers and dates are written as people write them."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import reports
from reports.evidence import Evidence
from reports.formats.pdf import page
from reports.formats.pdf import sheets as typeset_job
from reports.language import ENGLISH, RUN, language, languages
from reports.registry import formats
from reports.sentences import Sentences, pattern
from reports.standing import Fate, Validity
from rules.model import AccountState, HeldReason, ObjectType, SubjectKind
from tests.reports import samples, standing_samples
from tests.reports.messages import messages
from tests.reports.pages import parse

GERMAN = language("de")
PLACE = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module", params=[code for code in languages() if code != "en"])
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    with (Path(reports.__file__).parent / "locale" / f"{request.param}.po").open("rb") as file:
        return read_po(file)


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def entries(catalogue: Catalog) -> list[Message]:
    return [entry for entry in catalogue if entry.id]


def test_every_message_is_translated(catalogue: Catalog) -> None:
    found = {forms(entry.id)[0] for entry in entries(catalogue) if all(forms(entry.string))}
    assert sorted(messages() - found) == []


def test_a_translation_has_the_places_tags_and_ends_of_its_message(catalogue: Catalog) -> None:
    for entry in entries(catalogue):
        ids, texts = forms(entry.id), forms(entry.string)
        for said in texts:
            assert set(PLACE.findall(said)) == set(PLACE.findall(ids[0])), said
            assert sorted(re.findall(r"<[^>]+>", said)) == sorted(re.findall(r"<[^>]+>", ids[-1])), said
            assert said.strip() == said, said
            assert (said[-1] in ".:;") == (ids[-1][-1] in ".:;"), said


def test_only_sentences_of_a_run_are_found_by_their_fixed_words(catalogue: Catalog) -> None:
    for entry in entries(catalogue):
        if entry.context == RUN:
            assert pattern(str(entry.id), str(entry.string)).names, entry.id
        else:
            assert entry.context is None, entry.id


def test_english_needs_no_catalogue() -> None:
    assert languages() == ("de", "en")
    assert language("en") is ENGLISH
    assert ENGLISH.number(12_345) == "12,345"
    assert ENGLISH.when("2026-11-20T14:05:09Z") == "2026-11-20 14:05:09 UTC"
    assert ENGLISH.count("%(n)s place", "%(n)s places", 1) == "1 place"
    assert ENGLISH.count("%(n)s place", "%(n)s places", 1_200) == "1,200 places"
    with pytest.raises(LookupError):
        language("xx")


def test_numbers_dates_and_shares_are_written_as_german_is() -> None:
    assert GERMAN.number(12_345) == "12.345"
    assert GERMAN.when("2026-11-20T14:05:09Z") == "20.11.2026, 14:05:09 UTC"
    assert GERMAN.when("never") == "never"
    assert [GERMAN.day(text) for text in ("2027-06-30", "2027-02-30", "")] == ["30.06.2027", "2027-02-30", ""]
    assert ENGLISH.day("2027-06-30") == "2027-06-30"
    assert GERMAN.share(9_999_999, 10_000_000) == "99,9\xa0%"
    assert GERMAN.share(1, 1_000_000) == "< 0,1\xa0%"
    assert GERMAN.size(1_500_000) == "1,5 MB"
    assert GERMAN.size(12) == "12 Byte"
    assert GERMAN.count("%(n)s object", "%(n)s objects", 1) == "1 Objekt"
    assert GERMAN.count("%(n)s object", "%(n)s objects", 12_345) == "12.345 Objekte"
    assert [GERMAN.told(text) for text in ("1,500", "2.5 %", "20.0 MB")] == ["1.500", "2,5 %", "20 MB"]


def test_a_sentence_with_values_is_found_by_what_stands_around_them() -> None:
    known = Sentences(
        {"It is gone.": "Es ist weg.", "It stays; nobody asks.": "Es bleibt; keiner fragt."},
        {
            "page %(id)s": "Seite %(id)s",
            "%(a)s and %(b)s differ": "%(b)s weicht ab von %(a)s",
            "100 %% of %(x)s": "alle %(x)s",
            "skipped: %(why)s": "ausgelassen: %(why)s",
            "declined: %(remark)s": "abgelehnt: %(remark)s",
        },
    )
    assert known.find("csv and jira > csv differ") == "jira > csv weicht ab von csv"
    assert known.find("page 17") == "Seite 17"
    assert known.find("page restrictions in all spaces") is None
    assert known.find("100 % of it") == "alle it"
    assert known.find("It is gone. It is gone.") == "Es ist weg. Es ist weg."
    assert known.find("It is gone. It stays; nobody asks.") == "Es ist weg. Es bleibt; keiner fragt."
    assert known.find("skipped: page 17") == "ausgelassen: Seite 17"
    assert known.find("skipped: by itself") == "ausgelassen: by itself"
    assert known.find("declined: page 17") == "abgelehnt: page 17"
    assert known.find("page 17; It is gone.") == "Seite 17; Es ist weg."
    assert known.find("It is gone. Nobody knows why.") is None
    assert known.find("and differ") is None
    assert known.find("") == ""
    with pytest.raises(ValueError, match="two values without a word between them"):
        pattern("%(a)s%(b)s", "")


@pytest.mark.parametrize("sample", [samples.audit, samples.dry_run, samples.migration, samples.empty])
def test_a_german_page_and_paper_say_nothing_of_their_own_in_english(sample: Callable[[], Evidence]) -> None:
    evidence = replace(sample(), language="de")
    ours = messages()
    for text in (formats()["html"].render(evidence).decode(), page(evidence)):
        shown = parse(text)
        assert shown.elements[0] == ("html", {"lang": "de"})
        assert not shown.unbalanced
        marked = set(re.findall(r'<span lang="en">([^<]*)</span>', text))
        assert not marked & ours
        # Whatever stands in an element of its own and is a message of ours has its translation.
        whole = {found.strip() for found in re.findall(r">([^<>]+)<", text)}
        same = {entry for entry in ours if GERMAN.text(entry) == entry}
        assert sorted(whole & ours - same) == []


def test_a_sentence_without_translation_stays_english_and_says_so() -> None:
    evidence = replace(samples.audit(), language="de")
    text = formats()["html"].render(evidence).decode()
    assert '<span lang="en">Mention by username</span>' in text
    packed = re.search(r'id="data">([^<]+)<', text)
    assert packed
    said = json.loads(gzip.decompress(base64.b64decode(packed[1])))["said"]
    assert said["Mention by username"] is None
    assert said["high"] == "hoch"
    assert '<span lang="en">' not in formats()["html"].render(samples.audit()).decode()


def test_values_in_messages_are_made_visible_and_escaped() -> None:
    evidence = samples.audit()
    run = replace(evidence.run, site="https://a<b>\u202eevil.example")
    for code in ("en", "de"):
        text = formats()["html"].render(replace(evidence, run=run, language=code)).decode()
        assert "a&lt;b&gt;[U+202E]evil.example" in text
        assert "\u202e" not in text
        assert "a<b>" not in text


def test_the_typesetter_is_told_the_language_of_the_attachment() -> None:
    head = typeset_job(replace(samples.empty(), language="de")).partition(b"\n")[0]
    assert json.loads(head)["attached"] == "Alle Befunde, Änderungen und die Abdeckung dieses Berichts als JSON"


def test_markdown_is_german_and_machine_formats_are_not_touched() -> None:
    evidence = samples.migration()
    text = formats()["md"].render(replace(evidence, language="de")).decode()
    assert text.startswith("# Migration braucht Aufmerksamkeit: Migrationsbericht, ")
    assert "| Schweregrad | Befunde |" in text
    for name in ("json", "csv", "sarif", "ocsf", "oscal"):
        assert formats()[name].render(evidence) == formats()[name].render(replace(evidence, language="de"))


def test_words_of_the_site_are_never_taken_for_words_of_ours() -> None:
    evidence = samples.audit()
    finding = evidence.findings[0]
    key = (finding.ref.type.value, finding.ref.id)
    named = {**evidence.objects, key: replace(evidence.objects[key], title="Findings")}
    text = formats()["md"].render(replace(evidence, objects=named, language="de")).decode()
    assert "Befunde" in text
    page_text = formats()["html"].render(replace(evidence, objects=named, language="de")).decode()
    assert 'rel="noopener noreferrer">Findings</a>' in page_text


def test_every_kind_of_value_and_object_has_a_word() -> None:
    for kind in (*SubjectKind, *ObjectType, *AccountState, *HeldReason):
        assert GERMAN.known(kind.value.replace("_", " ")), kind


def test_what_a_person_wrote_is_never_translated() -> None:
    base = standing_samples.compared()
    entry = standing_samples.entry(
        Validity.IN_FORCE, 3, fingerprint="", rule="gone", object="page 17", subject="high", reason="gone"
    )
    run = replace(base.run, options={"space": "gone"})
    evidence = replace(base, run=run, accepted=(entry, *base.accepted[1:]), language="de")
    assert GERMAN.known("gone") == "nicht mehr da"
    assert "| gone, Seite 17, high | gone |" in formats()["md"].render(evidence).decode()
    page_text = formats()["html"].render(evidence).decode()
    assert '>gone<span class="note">' in page_text
    assert "<dt>Option Bereich</dt><dd>gone</dd>" in page_text
    book = openpyxl.load_workbook(io.BytesIO(formats()["xlsx"].render(evidence)))
    row = next(book["Akzeptiert"].iter_rows(min_row=2, values_only=True))
    assert row[2] == "gone"
    assert row[4:6] == ("01.10.2026", "30.06.2027")
    assert row[7:10] == ("gone", "Seite 17", "high")
    assert ("Optionen", "Bereich", "gone") in set(book["\u00dcber"].iter_rows(values_only=True))


def test_why_a_finding_was_not_examined_is_german_with_its_reason() -> None:
    base = standing_samples.compared()
    assert base.comparison
    why = "objects of its kind were not assessed: not read: two requests for each of them"
    gone = tuple(replace(one, why=why) if one.fate is Fate.NOT_EXAMINED else one for one in base.comparison.gone)
    evidence = replace(base, comparison=replace(base.comparison, gone=gone), language="de")
    said = "Objekte dieser Art wurden nicht beurteilt: nicht gelesen: zwei Anfragen je Objekt"
    assert said in formats()["html"].render(evidence).decode()
    book = openpyxl.load_workbook(io.BytesIO(formats()["xlsx"].render(evidence)))
    assert said in {row[1] for row in book["Fr\u00fchere Befunde"].iter_rows(values_only=True)}
