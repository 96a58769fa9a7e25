"""A dossier says the same on a page, to a program and on a terminal, in both languages and without a trace of a value."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema

from reports import dossier_html, dossier_json, dossier_text
from reports.dossier import (
    INCOMPLETE,
    MEANINGS,
    NO_ACCOUNT,
    NOTHING,
    SOURCES,
    STEPS,
    Added,
    Dossier,
    GroupFacts,
    Held,
    Kept,
    Relation,
)
from reports.evidence import CoverageRow, HostFacts, ObjectFacts
from reports.language import language
from rules.model import Confidence, ObjectType, Ref, Subject, SubjectKind

SITE = "https://acme.atlassian.net"
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "dossier.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def held(relation: Relation, number: int, title: str = "Team", confidence: Confidence = Confidence.HIGH) -> Held:
    ref = Ref(ObjectType.PAGE, str(number), 3, "HR")
    url = f"{SITE}/wiki/pages/viewpage.action?pageId={number}"
    return Held(relation, ObjectFacts(ref, title, url), 2, ("email",), ("body > p[1]",), confidence)


BASE = Dossier(
    site=SITE,
    id="20261122T030000Z-00000",
    started_at_utc="2026-11-22T03:00:00Z",
    finished_at_utc="2026-11-22T03:10:00Z",
    account="51***",
    tool_version="1.0",
    asked=(Subject(SubjectKind.EMAIL, "a***@a***.se", "0" * 32),),
    added=(Added(Subject(SubjectKind.DISPLAY_NAME, "A***", "1" * 32), "profile"),),
    held=(),
    coverage=(
        CoverageRow("page", "current", 10, 9, {"a draft": 1}),
        CoverageRow("watch", "", 0, 0, assessed=False, note="not read"),
    ),
    incomplete=(),
    unasked=("Read with the rights of one account: what it may not view is neither counted nor examined.",),
    hosts=(HostFacts(SITE, "Confluence REST API", 9, 100, 10),),
)


def dossier(
    rows: tuple[Held, ...], incomplete: tuple[str, ...] = (), kept: tuple[Kept, ...] = (), language: str = "en"
) -> Dossier:
    return replace(BASE, held=rows, incomplete=incomplete, kept=kept, language=language)


ALL = tuple(held(relation, number) for number, relation in enumerate(Relation, 1))


def test_every_relation_has_a_meaning_that_both_languages_know() -> None:
    german = language("de")
    assert list(MEANINGS) == list(Relation)
    for meaning in MEANINGS.values():
        assert german.known(meaning.title)
        assert german.known(meaning.erasure)
    for sentence in (INCOMPLETE, NOTHING, *STEPS, *SOURCES.values()):
        assert german.known(sentence)


def test_a_page_lists_what_is_held_under_each_relation_with_links() -> None:
    one = dossier(ALL, kept=(Kept("20261001T000000Z-00000", "2026-10-01T00:10:00Z", 4),))
    page = dossier_html.render(one).decode()
    assert page == dossier_html.render(one).decode()
    for relation in Relation:
        assert f'<section id="{relation.value}">' in page
        assert MEANINGS[relation].title in page
    assert len(re.findall(r'href="https://acme\.atlassian\.net/wiki/pages/viewpage', page)) == len(Relation)
    assert "20261001T000000Z-00000" in page
    assert "<script" not in page
    assert INCOMPLETE not in page


def test_a_german_page_has_no_sentence_of_ours_in_english() -> None:
    page = dossier_html.render(dossier(ALL, language="de", incomplete=("x",))).decode()
    assert '<html lang="de">' in page
    for meaning in MEANINGS.values():
        assert meaning.title not in page
    assert INCOMPLETE not in page
    assert "What was not examined" not in page


def test_titles_of_the_site_are_text_wherever_they_are_shown() -> None:
    hostile = "<img src=x onerror=alert(1)>\nInjected: line\u202e"
    one = dossier((held(Relation.NAMED, 5, hostile),))
    assert "<img" not in dossier_html.render(one).decode()
    lines = list(dossier_text.lines(one))
    assert not [line for line in lines if line.startswith("Injected") or "\n" in line or "\u202e" in line]


def test_programs_get_all_of_it_in_a_named_form() -> None:
    stated = json.loads(dossier_json.render(dossier((*ALL, held(Relation.NAMED, 99, confidence=Confidence.LOW)))))
    assert stated["form"] == dossier_json.FORM
    assert stated["complete"] is True
    assert [one["relation"] for one in stated["relations"]] == [relation.value for relation in Relation]
    given = [one["relation"] for one in stated["relations"] if one["given_by_person"]]
    assert given == ["authored", "edited", "contributed", "watching", "liked", "favourite"]
    named = next(one for one in stated["relations"] if one["relation"] == "named")
    assert [(one["id"], one["confidence"]) for one in named["held"]] == [
        (str(list(Relation).index(Relation.NAMED) + 1), "high"),
        ("99", "low"),
    ]
    assert {"what": "watch", "why": "not read"} in stated["not_examined"]
    assert stated["coverage"][0]["skipped"] == {"a draft": 1}


FULL = replace(
    dossier(
        (
            replace(held(Relation.EDITED, 1), versions=(1, 3)),
            replace(held(Relation.GROUPED, 2), rights=("read/space", "role/r-1", "update"), through=("g-1", "g-9")),
            replace(held(Relation.NAMED, 3), fingerprints=("ab12", "cd34")),
        ),
        incomplete=("The listing task failed.",),
        kept=(Kept("20261001T000000Z-00000", "2026-10-01T00:10:00Z", 4), Kept("20261002T000000Z-00000", "", 1)),
    ),
    groups=(GroupFacts("g-1", "Staff <b>"), GroupFacts("g-2", "Guests")),
    states=("closed",),
    roles=(GroupFacts("r-1", "Collaborator"),),
    spaces=("HR", "~j***"),
    added=(Added(Subject(SubjectKind.ACCOUNT_ID, "5***", "2" * 32), "csv > organisation"),),
)


def test_the_form_for_programs_is_the_one_that_its_schema_describes() -> None:
    VALIDATOR.check_schema(SCHEMA)
    for one in (FULL, dossier(()), dossier(ALL)):
        VALIDATOR.validate(json.loads(dossier_json.render(one)))
    stated = json.loads(dossier_json.render(FULL))
    assert stated["redactable"] == ["ab12", "cd34"]
    assert stated["added_by_site"][0]["source"] == "csv > organisation"
    edited, grouped, named = (each["held"][0] for each in stated["relations"])
    assert (edited["versions"], grouped["groups"]) == ([1, 3], ["g-1", "g-9"])
    assert grouped["rights"] == ["read/space", "role/r-1", "update"]
    assert stated["roles"] == [{"id": "r-1", "name": "Collaborator"}]
    assert named["fingerprints"] == ["ab12", "cd34"]


def test_the_first_page_says_who_when_what_was_read_and_how_to_go_on() -> None:
    page, told = dossier_html.render(FULL).decode(), list(dossier_text.lines(FULL))
    first = page.partition('<section id="groups">')[0]
    for text in ("9 of 10 objects", "HR, ~j***", "State of the account: closed", "plan redact", "within one month"):
        assert text in first, text
    assert "from the table of people; found in the directory of the organisation" in first
    assert "Staff &lt;b&gt;" in page
    assert "through Staff &lt;b&gt;, g-9" in page
    assert "version 1, 3" in page
    assert '<span class="note path">read/space</span>' in page
    assert '<span class="note path">role/Collaborator</span>' in page
    assert "Belongs to the groups Staff <b>, Guests" in told
    assert "Read 9 of 10 objects in HR, ~j***" in told
    assert any("(read/space, role/Collaborator, update) through Staff <b>, g-9" in line for line in told)
    assert any(line.startswith("Erasure of texts:") for line in told)
    assert not any(line.startswith("Erasure of texts:") for line in dossier_text.lines(dossier(())))
    assert "No account of the person is known" not in page + "".join(told)
    bare = dossier(())
    assert "No account of the person is known" in dossier_html.render(bare).decode().partition('<section id="not-')[0]
    assert any(line.startswith("Warning: No account of the person is known") for line in dossier_text.lines(bare))
    assert language("de").known(NO_ACCOUNT)
    assert "State of the account" not in dossier_html.render(replace(FULL, states=("active",))).decode()


def test_a_terminal_shows_the_first_of_many_and_says_what_is_doubtful_or_missing() -> None:
    rows = tuple(held(Relation.NAMED, number, confidence=Confidence.LOW) for number in range(1, 24))
    lines = list(dossier_text.lines(dossier(rows, incomplete=("The listing task failed.",))))
    assert sum(line.startswith("  page ") for line in lines) == dossier_text.MOST_ROWS
    assert "  … and 3 more" in lines
    assert any("(may be somebody else)" in line for line in lines)
    assert "23 of them may name somebody else: a person has to look." in lines
    assert lines[lines.index(INCOMPLETE) + 1] == "  incomplete: The listing task failed."


def test_why_objects_were_not_read_is_told_on_the_page_and_the_terminal() -> None:
    one = replace(BASE, warnings=("Two people.",))
    page, told = dossier_html.render(one).decode(), list(dossier_text.lines(one))
    assert "skipped: a draft." in page
    assert "  1 skipped of page current: a draft" in told
    assert (
        '<strong><span lang="en">Two people.</span></strong>'
        in dossier_html.render(replace(one, language="de")).decode()
    )
    assert "Warning: Two people." in told


def test_commands_are_code_parents_are_above_and_a_run_that_broke_off_has_no_date() -> None:
    below = held(Relation.NAMED, 5)
    hung = replace(below, facts=ObjectFacts(Ref(ObjectType.FOOTER_COMMENT, "6", 1, "HR"), "Team", "", "page 5"))
    rows = (replace(below, facts=replace(below.facts, parent="page 4")), hung)
    one = dossier(rows, kept=(Kept("20261001T000000Z-00000", "", 1),))
    page = dossier_html.render(one).decode()
    assert "<code>plan redact</code>" in page
    assert "`" not in page
    assert "under page 4" in page
    assert "on page 5" in page
    assert "Run <code>20261001T000000Z-00000</code>, not finished: 1 finding as" in page
    told = list(dossier_text.lines(one))
    assert any(line.startswith("  footer-comment 6 in HR, on page 5 Team [email]") for line in told)
    assert told[-1] == "This tool keeps 1 finding about the person in run 20261001T000000Z-00000."


def test_nothing_found_is_said_and_not_left_to_silence() -> None:
    assert NOTHING in list(dossier_text.lines(dossier(())))
    assert NOTHING in dossier_html.render(dossier(())).decode()
    assert json.loads(dossier_json.render(dossier(())))["relations"] == []
