"""What stands around names and usernames, and how sure it makes them. All people are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.checks.directory_name import RULE
from rules.context import Context
from rules.directory import WHAT, Directory, Person
from rules.model import Confidence, Kind, ObjectType, Part, Ref
from rules.namecontext import LABELS, PEOPLE, login_worth, word_before
from rules.namevariants import Form, parsed, told_by
from rules.scan import scan

PEOPLE_OF_THE_SITE = (
    Person("Harriet Pembroke", ("hpembroke",)),
    Person("Priya Raghunathan", ("praghunathan",), left=True),
    Person("Femke de Ruijtermans", ("fderuijtermans",)),
    Person("Marisol Peñalosa Vidal", ("mpenalosa",)),
    Person("Anna-Lena Bergström", ("aberg",)),
    Person("Kate M Quarrick", ("mango",)),
    Person("Maria Quarrick", ("quarrickm",)),
    Person("Eva Kleistermann", ("eva.k",)),
    Person("Ute Wiechel", ("uwiechel",)),
    Person("Service Desk", ("service-desk",), ("help.desk@acme.example",)),
)
DIRECTORY = Directory(PEOPLE_OF_THE_SITE)
HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW


def seen(text: str, kind: Kind = Kind.TEXT) -> list[tuple[str, Confidence]]:
    """Return what counts in a part, and how much."""
    part = Part(Ref(ObjectType.FILE, "1"), "body", kind, text.encode())
    matches = scan(part, (RULE,), Context(detectors=(DIRECTORY.detector,))).matches
    return [(part.data[each.span.start : each.span.end].decode(), each.confidence) for each in matches]


@pytest.mark.parametrize(
    "text",
    [
        '{"user": "hpembroke", "role": "x"}', "login ok user=hpembroke src", "(user hpembroke); gateway", "Kennung: hpembroke",
        "- Assigned to: hpembroke", "identifiant hpembroke", "usuario hpembroke", "utente: hpembroke", "(gebruiker hpembroke)",
        "nom d'utilisateur : hpembroke", "zugewiesen an hpembroke", "ask @hpembroke", r"ACME\hpembroke", "/home/hpembroke/x",
    ],
)  # fmt: skip
def test_a_username_with_a_surname_in_it_is_sure_behind_a_label_or_sign(text: str) -> None:
    assert seen(text) == [("hpembroke", HIGH)]


@pytest.mark.parametrize(
    "before",
    [
        "belongs to ",
        "gehört ",
        "appartient à ",
        "es de ",
        "di ",
        "van ",
        "geprüft durch ",
        "ask ",
        "voor ",
        "committed by ",
    ],
)
def test_a_username_behind_what_stands_before_people_is_likely(before: str) -> None:
    assert seen(f"{before}hpembroke") == [("hpembroke", MEDIUM)]
    assert seen(f"{before}Hpembroke") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("then uwiechel left", [("uwiechel", LOW)]),
        ("then UWIECHEL left", [("UWIECHEL", LOW)]),
        ("then praghunathan left", [("praghunathan", MEDIUM)]),
        ("Harriet Pembroke (hpembroke)", [("Harriet Pembroke", HIGH), ("hpembroke", MEDIUM)]),
        ("Kate M Quarrick / mango", [("Kate M Quarrick", HIGH), ("mango", MEDIUM)]),
        ("Eva Kleistermann, mango", [("Eva Kleistermann", HIGH)]),
        ("eva.k was here", [("eva.k", MEDIUM)]),
        ("user: mango", [("mango", MEDIUM)]),
        ("the user wants a mango", [("mango", LOW)]),
        ("by mango", [("mango", MEDIUM)]),
        ("di mango, ask mango, a mango, user-mango2", []),
        ("quarrickm, hpembroke-build, hpembroke.log, x-hpembroke, tmp_hpembroke, xhpembroke", []),
        ("Raghunathan, praghunathans", []),
        ("the help.desk and the service-desk of hpembroke@acme.example", []),
    ],
)
def test_a_username_by_itself_counts_as_much_as_its_letters_tell(
    text: str, found: list[tuple[str, Confidence]]
) -> None:
    assert seen(text) == found


def test_a_username_that_fills_its_cell_or_value_under_a_label_is_sure() -> None:
    assert seen('{"login":"mango","fruit":"mango"}', Kind.JSON) == [("mango", HIGH)]
    table = "<table><tr><th>User</th><th>Fruit</th></tr><tr><td>mango</td><td>mango</td></tr></table>"
    assert seen(table, Kind.STORAGE) == [("mango", HIGH)]


@pytest.mark.parametrize(
    ("login", "name", "told"),
    [
        ("hpembroke", "Harriet Pembroke", MEDIUM), ("hkrause", "Ute Krause", LOW), ("krauseh", "Ute Krause", None),
        ("krause", "Ute Krause", None), ("jlee", "Jo Lee", None), ("juergen", "Jürgen Ost", None), ("jo7", "Jo Lee", MEDIUM),
        ("jmueller", "Jörg Müller", LOW), ("fderuijtermans", "Femke de Ruijtermans", MEDIUM), ("nemo", "", None),
    ],
)  # fmt: skip
def test_a_username_is_told_by_signs_in_it_or_by_letters_before_a_surname(
    login: str, name: str, told: Confidence | None
) -> None:
    known = parsed(name)
    assert told_by(login, () if known is None else (known,)) is told


@pytest.mark.parametrize(
    "text",
    [
        "- {}: 0521 2345670", "{}\t0171 2345678", "1. {} (QS): +49 521 234567", "* {} → 688 41 77 20", "{} tel. 0577 123458",
        "x\n  – {}, j@acme.example", "Owner: {}", "Ansprechpartner: {}, Tor 2", '{{"surname": "{}", "no": 5}}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Pembroke", "De Ruijtermans", "Peñalosa Vidal", "PEMBROKE"])
def test_a_surname_alone_counts_as_an_entry_of_a_list_or_behind_a_label(text: str, name: str) -> None:
    assert [each for each in seen(text.format(name)) if "@" not in each[0]] == [(name, MEDIUM)]


@pytest.mark.parametrize(
    "text",
    [
        "Pembroke", "- pembroke: 0521 2345670", "- Pembroke: 12", "Hotel Pembroke: 0521 2345670", "Pembroke GmbH: 0521 2345670",
        "- Pembroke-Ost: 0521 2345670", "City: Pembroke", "Owner: Pembroke Street", "Owner of Pembroke", "Pembroke 2024",
        "- Xpembroke: 0521 2345670",
    ],
)  # fmt: skip
def test_a_surname_alone_is_none_elsewhere(text: str) -> None:
    assert seen(text) == []


def test_a_surname_alone_beside_the_full_name_is_for_a_human() -> None:
    assert seen("Harriet Pembroke\nPembroke\nx") == [("Harriet Pembroke", HIGH), ("Pembroke", LOW)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ask Pembroke, Harriet.", [("Pembroke, Harriet", HIGH)]),
        ("Fragen an Pembroke, Harriet", [("Pembroke, Harriet", HIGH)]),
        ("Petra Pembroke, Harriet.", [("Pembroke, Harriet", LOW)]),
        ("Kate M Quarrick", [("Kate M Quarrick", HIGH)]),
        ("Kate M. Quarrick", [("Kate M. Quarrick", HIGH)]),
        ("Kate Quarrick", [("Kate Quarrick", MEDIUM)]),
        ("Kate P. Quarrick", []),
        ("Harriet J. Pembroke", [("Harriet J. Pembroke", MEDIUM)]),
        ("Harriet J Pembroke", [("Harriet J Pembroke", MEDIUM)]),
        ("harriet J. Pembroke", []),
        ("Harriet j. Pembroke", []),
        ("Petra J. Pembroke", []),
        ("H. Pembroke", [("H. Pembroke", MEDIUM)]),
        ("Protokoll H. Pembroke", [("H. Pembroke", MEDIUM)]),
        ("Eva H. Pembroke", [("H. Pembroke", LOW)]),
        ("eva kleistermann", [("eva kleistermann", LOW)]),
        ("harriet pembroke", [("harriet pembroke", MEDIUM)]),
        ("la sig.ra Pembroke", [("Pembroke", MEDIUM)]),
        ("la dott.ssa Pembroke", [("Pembroke", MEDIUM)]),
        ("M.K. Pembroke", []),
    ],
)
def test_full_names_count_as_they_are_written(text: str, found: list[tuple[str, Confidence]]) -> None:
    assert seen(text) == found


def test_labels_are_whole_words_in_lower_case_and_labels_of_surnames_are_not_general() -> None:
    assert all(word == word.strip().lower() and word for word in LABELS | PEOPLE)
    assert not PEOPLE & {"name", "title", "city", "product", "file"}


@given(st.text("Aa. \t\n:-(/\\@_7µ“", max_size=60), st.sampled_from([None, LOW, MEDIUM]))
def test_any_place_of_a_username_has_a_worth(around: str, itself: Confidence | None) -> None:
    for text, start in ((around + "ab", len(around)), ("ab" + around, 0)):
        worth = login_worth(text, start, start + 2, itself)
        assert worth.alone is None or worth.alone <= HIGH
        assert itself is None or worth.labelled is HIGH
        assert word_before(text, start) == word_before(text, start).casefold()


def test_forms_have_their_words() -> None:
    assert set(WHAT) == set(Form)
