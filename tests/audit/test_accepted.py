"""The list of accepted findings: what it accepts, until when, what it says about itself, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audit.accepted import Entry, accept, answerable, read_accepted
from audit.config import roles
from audit.errors import AcceptedError
from audit.standing import entries_of
from reports.standing import Accepted, Validity
from rules.model import Finding, ObjectType, Personal, Ref, Severity, SubjectKind
from tests.reports import samples

KEY = b"k" * 32
DAY = "2026-11-20"
FIRST = samples.findings()[0]
PRINT = "0123456789abcdef0123456789abcdef"
ENTRY = f"""
[[accepted]]
fingerprint = "{PRINT}"
reason = "kept by order of the court"
owner = "Ola Nordmann"
until = 2027-06-30
"""
NAMED = """
[[accepted]]
rule = "personal-iban"
object = "page 11002"
subject = "D***"
reason = "a public account"
owner = "finance"
since = "2026-10-01"
until = "2026-11-20"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "accepted.toml"
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str) -> tuple[Entry, ...]:
    return read_accepted(written(folder, text))


def judged(
    folder: Path, text: str, findings: tuple[Finding, ...], day: str = DAY
) -> tuple[tuple[Accepted, ...], tuple[int | None, ...]]:
    return accept(findings, read(folder, text), day, KEY)


def one(fingerprint: str = PRINT, **changes: object) -> Finding:
    return replace(FIRST, fingerprint=fingerprint, **changes)  # type: ignore[arg-type]


def test_an_office_that_the_configuration_names_is_shown_and_a_person_is_masked(tmp_path: Path) -> None:
    path = written(tmp_path, f"{ENTRY}{NAMED}")
    entries = entries_of(path, frozenset({"finance"}))
    shown, _ = accept((one(),), entries, DAY, KEY)
    assert [(entry.owner.kind, entry.owner.mask) for entry in shown] == [
        (SubjectKind.DISPLAY_NAME, "O***"),
        (SubjectKind.ROLE, "finance"),
    ]
    assert [entry.role for entry in entries_of(path)] == [False, False]
    assert answerable("dpo@acme.example", KEY, role=True).mask == "d***@a***.example"


def test_the_configuration_names_offices(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('roles = ["DPO", " Site admins "]\n')
    file.chmod(0o600)
    assert roles({"HOME": str(tmp_path)}, file) == {"DPO", "Site admins"}
    assert roles({"HOME": str(tmp_path)}, None) == frozenset()


def test_an_entry_accepts_every_finding_of_its_fingerprint_and_no_other(tmp_path: Path) -> None:
    entries, places = judged(tmp_path, ENTRY, (one(), one("f" * 32), one()))
    assert places == (0, None, 0)
    (entry,) = entries
    assert (entry.validity, entry.findings, entry.line) == (Validity.IN_FORCE, 2, 2)
    assert (entry.since, entry.until) == ("", "2027-06-30")


def test_rule_object_and_subject_name_findings_by_mask_or_by_keyed_hash(tmp_path: Path) -> None:
    findings = samples.findings()
    pay = [place for place, each in enumerate(findings) if (each.rule, each.ref.id) == ("personal-iban", "11002")]
    assert pay
    for subject in ("D***", findings[pay[0]].subject.hmac):
        entries, places = judged(tmp_path, NAMED.replace("D***", subject), findings)
        assert [place for place, entry in enumerate(places) if entry == 0] == pay
        assert (entries[0].subject, entries[0].since) == (subject, "2026-10-01")
    entries, places = judged(tmp_path, NAMED.replace("D***", "E***"), findings)
    assert set(places) == {None}
    assert entries[0].validity is Validity.STALE


@pytest.mark.parametrize(
    ("day", "validity", "place"),
    [
        ("2026-09-30", Validity.NOT_YET, None),
        ("2026-10-01", Validity.IN_FORCE, 0),
        (DAY, Validity.IN_FORCE, 0),
        ("2026-11-21", Validity.EXPIRED, None),
    ],
)
def test_an_entry_holds_from_its_first_day_to_the_end_of_its_last_and_before_and_after_its_findings_count(
    tmp_path: Path, day: str, validity: Validity, place: int | None
) -> None:
    finding = one("f" * 32, rule="personal-iban", ref=Ref(ObjectType.PAGE, "11002", 3, "HR"))
    entries, places = judged(tmp_path, NAMED, (finding,), day)
    assert (entries[0].validity, entries[0].findings, places) == (validity, 1, (place,))


def test_a_mask_that_fits_several_values_accepts_none_of_them_and_their_hashes_and_fingerprints_do(
    tmp_path: Path,
) -> None:
    page = Ref(ObjectType.PAGE, "11002", 3, "HR")
    people = [Personal(SubjectKind.USER_KEY, f"8a7f808a5e1f3d2c015e1f3d2c01000{n}").subject(KEY) for n in (1, 2)]
    assert len({who.mask for who in people}) == 1
    findings = tuple(
        one(f"{n:032x}", rule="personal-iban", ref=page, subject=who) for n, who in enumerate((*people, people[0]))
    )
    by_mask = NAMED.replace("D***", people[0].mask)
    (entry,), places = judged(tmp_path, by_mask, findings)
    assert (entry.validity, entry.findings, places) == (Validity.AMBIGUOUS, 3, (None, None, None))
    (entry,), places = judged(tmp_path, NAMED.replace("D***", people[0].hmac), findings)
    assert (entry.validity, entry.findings, places) == (Validity.IN_FORCE, 2, (0, None, 0))
    (entry,), places = judged(tmp_path, by_mask, (findings[0], findings[2], replace(findings[1], rule="other")))
    assert (entry.validity, places) == (Validity.IN_FORCE, (0, 0, None))
    _, places = judged(tmp_path, by_mask + ENTRY.replace(PRINT, findings[1].fingerprint), findings)
    assert places == (None, 1, None), "an entry that accepts nothing is in the way of none below it"


def test_an_entry_without_a_finding_is_stale_even_when_it_has_expired(tmp_path: Path) -> None:
    for day in (DAY, "2030-01-01"):
        entries, _ = judged(tmp_path, ENTRY, (), day)
        assert (entries[0].validity, entries[0].findings) == (Validity.STALE, 0)


def test_of_two_entries_for_one_finding_the_first_in_force_counts(tmp_path: Path) -> None:
    finding = one(rule="personal-iban", ref=Ref(ObjectType.PAGE, "11002", 3, "HR"))
    entries, places = judged(tmp_path, ENTRY + NAMED, (finding,))
    assert places == (0,)
    assert [(entry.validity, entry.findings) for entry in entries] == [(Validity.IN_FORCE, 1), (Validity.IN_FORCE, 0)]
    _, places = judged(tmp_path, NAMED + ENTRY, (finding,), "2026-12-01")
    assert places == (1,), "the first has expired"


def test_neither_owner_nor_a_person_in_the_reason_is_shown(tmp_path: Path) -> None:
    text = ENTRY.replace("order of the court", "order of ola@acme-optics.se, see accounts of kim.vik")
    finding = one(subject=Personal(SubjectKind.USERNAME, "kim.vik").subject(KEY))
    (entry,), _ = judged(tmp_path, text, (finding,))
    assert entry.owner.mask == "O***"
    assert len(entry.owner.hmac) == 32
    for name in ("Nordmann", "ola@", "acme-optics", "kim.vik"):
        assert name not in repr(entry)
        assert name not in repr(read(tmp_path, text))


def test_what_a_stale_entry_names_is_masked_because_nobody_knows_what_it_is(tmp_path: Path) -> None:
    key = "8a7f808a5e1f3d2c015e1f3d2c010000"
    (entry,), _ = judged(tmp_path, NAMED.replace("D***", key).replace("page 11002", "page ola@acme-optics.se"), ())
    assert (entry.subject, entry.validity) == ("8a***", Validity.STALE)
    assert "ola" not in entry.object


WRONG = [
    ("accepted = 1", "line 1", "`accepted` is no list of entries"),
    ("x = 1", "line 1", "`x` is unknown"),
    ("[[accepted]\n", "", "it is not TOML at line 1"),
    (ENTRY.replace("[[accepted]]", "[[accepted]]\nwho = 'x'"), "line 3", "entry 1: `who` is unknown"),
    (ENTRY.replace('"kept by order of the court"', "7"), "line 4", "entry 1: `reason` has to be a text"),
    (ENTRY.replace('"kept by order of the court"', '" "'), "line 4", "entry 1: `reason` has to be a text"),
    (ENTRY.replace("2027-06-30", "30"), "line 6", "entry 1: `until` is no day"),
    (ENTRY.replace("2027-06-30", '"next year"'), "line 6", "entry 1: `until` is no day"),
    (ENTRY.replace("2027-06-30", "2027-06-30T10:00:00Z"), "line 6", "entry 1: `until` is no day"),
    (ENTRY.replace("until = 2027-06-30", ""), "line 2", "entry 1: `until` is missing"),
    (ENTRY + NAMED.replace("2026-10-01", "2026-11-21"), "line 14", "entry 2: `since` lies after `until`"),
    (ENTRY.replace('owner = "Ola Nordmann"', ""), "line 2", "entry 1: `owner` is missing"),
    (ENTRY.replace(PRINT, "abc"), "line 3", "entry 1: `fingerprint` does not name a finding"),
    (ENTRY.replace("reason", 'rule = "x"\nreason', 1), "line 3", "entry 1: `fingerprint` does not name a finding"),
    (NAMED.replace("personal-iban", "Personal IBAN"), "line 3", "entry 1: `rule` does not name a finding"),
    (NAMED.replace("page 11002", "11002"), "line 4", "entry 1: `object` does not name a finding"),
    (NAMED.replace("page 11002", "leaf 11002"), "line 4", "entry 1: `object` does not name a finding"),
    (NAMED.replace("D***", "ola@acme-optics.se"), "line 5", "entry 1: `subject` does not name a finding"),
    (ENTRY + NAMED.replace("D***", "ola.nordmann"), "line 11", "entry 2: `subject` does not name a finding"),
    (ENTRY + "\n" + ENTRY, "line 9", "entry 2 names the same as entry 1"),
    ("accepted = [{reason = 'x'}]", "", "entry 1: `owner` is missing"),
]


@pytest.mark.parametrize(("text", "line", "why"), WRONG, ids=[why for _, _, why in WRONG])
def test_what_is_wrong_with_a_list_is_said_with_its_line_and_without_its_words(
    tmp_path: Path, text: str, line: str, why: str
) -> None:
    with pytest.raises(AcceptedError) as caught:
        read(tmp_path, text)
    error = caught.value
    assert error.why.startswith(why)
    assert error.where == f"{tmp_path / 'accepted.toml'}{', ' if line else ''}{line}"
    assert error.fix
    for name in ("ola", "Nordmann", "court"):
        assert name not in str(error).replace(str(tmp_path), "")


def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AcceptedError, match="No such file"):
        read_accepted(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(AcceptedError, match="not UTF-8"):
        read_accepted(tmp_path / "bytes.toml")
    with (tmp_path / "large.toml").open("wb") as file:
        file.truncate(10_000_001)
    with pytest.raises(AcceptedError, match="more than 10,000,000 bytes"):
        read_accepted(tmp_path / "large.toml")


def test_an_empty_list_accepts_nothing_and_a_mark_before_it_is_no_matter(tmp_path: Path) -> None:
    assert read(tmp_path, "") == ()
    assert [entry.line for entry in read(tmp_path, "\ufeff" + ENTRY)] == [2]


def test_lines_are_left_away_where_they_cannot_be_told(tmp_path: Path) -> None:
    inside = ENTRY.replace('"kept by order of the court"', '"""\n[[accepted]]\n"""')
    assert [entry.line for entry in read(tmp_path, inside)] == [0]


def test_thousands_of_entries_and_findings_are_matched_in_one_pass(tmp_path: Path) -> None:
    findings = tuple(one(f"{number:032x}", severity=Severity.LOW) for number in range(20_000))
    text = "".join(ENTRY.replace(PRINT, f"{number:032x}") for number in range(0, 20_000, 10))
    _, places = judged(tmp_path, text, findings)
    assert sum(place is not None for place in places) == 2_000
