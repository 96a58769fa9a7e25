"""Masking names: what counts only beside a name goes with it, everything else stays as it was."""

from __future__ import annotations

from rules.checks.directory_name import RULE as NAMES
from rules.checks.legacy_mention import RULE as MENTIONS
from rules.checks.profile_field_table import RULE as TABLES
from rules.checks.recognised_name import RULE as GUESSED
from rules.context import Context
from rules.detected import resting_on_names
from rules.directory import Directory, Person
from rules.hits import Detector
from rules.model import Edit, Kind, ObjectType, Part, Ref, Span
from rules.recognised import recognised
from rules.redact import redact
from rules.scan import scan
from rules.splice import apply, prove

PEOPLE = Context(detectors=(Directory((Person("Tilda Bergqvist"), Person("", ("ghost77",)))).detector,))
RULES = (NAMES, TABLES, MENTIONS)


def part(body: str) -> Part:
    return Part(Ref(ObjectType.PAGE, "1", 1, "X", "current"), "body", Kind.STORAGE, body.encode())


def masked(body: str) -> str:
    one = part(body)
    matches = [match for match in scan(one, RULES, PEOPLE).matches if match.rule == NAMES.id]
    done = redact(one, matches, RULES, PEOPLE)
    assert not done.holds
    assert scan(part(done.data.decode()), [NAMES], PEOPLE).matches == ()
    return done.data.decode()


def test_a_surname_that_counts_beside_the_full_name_is_masked_with_it() -> None:
    assert masked("<p>Tilda Bergqvist. Then it was Bergqvist.</p>") == "<p>[redacted]. Then it was [redacted].</p>"


def test_a_row_without_its_name_is_no_longer_about_anybody() -> None:
    table = (
        "<table><tbody><tr><th>Name</th><th>Email</th><th>Department</th></tr>"
        "<tr><td>{}</td><td>-</td><td>Optics Lab</td></tr></tbody></table>"
    )
    assert scan(part(table.format("Tilda Bergqvist")), RULES, PEOPLE).matches[1:]
    assert masked(table.format("Tilda Bergqvist")) == table.format("[redacted]")
    assert scan(part(table.format("[redacted]")), RULES, PEOPLE).matches == ()


def test_a_username_in_a_sentence_is_no_identifier_that_something_depends_on() -> None:
    assert masked("<p>ask ghost77 first</p>") == "<p>ask [redacted] first</p>"


def test_a_legacy_identifier_elsewhere_still_has_to_be_found_as_before() -> None:
    one = part('<p>Tilda Bergqvist<ac:link><ri:user ri:username="tb"/></ac:link></p>')
    edit = Edit(Span(3, 18), b"Tilda Bergqvist", b"<!--", NAMES.id)
    assert prove(one, [edit], apply(one.data, [edit]), RULES, PEOPLE) is not None


def test_what_counts_beside_a_person_only_rests_on_names() -> None:
    beside = Detector("own-word", (), lambda _text, _start, _end: (), beside=True)
    assert {NAMES.id, TABLES.id, GUESSED.id, "special-category", "credential"} <= resting_on_names(Context())
    assert resting_on_names(Context(detectors=(beside,))) - resting_on_names(Context()) == {"own-word"}


def test_a_model_reads_whole_texts_and_nothing_around_an_anchor() -> None:
    detector = recognised(lambda _text: [(0, 5)])
    assert list(detector.find("Tilda", 0, 5)) == []
    assert detector.whole is not None
    assert [hit.value for hit in detector.whole("Tilda")] == ["Tilda"]
