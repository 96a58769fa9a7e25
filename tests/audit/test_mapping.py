from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import MappingError
from audit.identity.csv import SIZE_LIMIT_BYTES, Mapping, parse_mapping, read_mapping
from rules.model import Account, HeldReason, Personal, SubjectKind, Unresolved

HEADER = "username,user_key,email,account_id"
ADA_ID = "712020:ada00000-0000-4000-8000-000000000001"
BEN_ID = "5f00000000000000000000b2"
ADA = f"ada.quill,ff80808112345678012345678abc0001,ada.quill@acme-optics.test,{ADA_ID}"
BEN = f"ben.marlow,ff80808112345678012345678abc0002,ben.marlow@acme-optics.test,{BEN_ID}"


def mapping(*rows: str, header: str = HEADER) -> Mapping:
    return parse_mapping("\n".join((header, *rows)).encode(), "people.csv")


def asked(table: Mapping, kind: SubjectKind, value: str) -> str | HeldReason:
    answer = table.resolve(Personal(kind, value))
    return answer.account_id if isinstance(answer, Account) else answer.reason


def refusal(content: bytes, encoding: str | None = None) -> str:
    with pytest.raises(MappingError) as caught:
        parse_mapping(content, "people.csv", encoding)
    assert caught.value.exit_code == 2
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (SubjectKind.USERNAME, "ada.quill"),
        (SubjectKind.USERNAME, " ADA.Quill "),
        (SubjectKind.USERNAME, "Ada.Quill@Acme-Optics.test"),
        (SubjectKind.USER_KEY, "FF80808112345678012345678ABC0001"),
        (SubjectKind.EMAIL, "ada.quill@acme-optics.test"),
    ],
)
def test_every_identifier_of_a_row_leads_to_its_account(kind: SubjectKind, value: str) -> None:
    assert asked(mapping(ADA, BEN), kind, value) == ADA_ID


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (SubjectKind.USERNAME, "ada"),
        (SubjectKind.USERNAME, "ada.quil"),
        (SubjectKind.USER_KEY, "ff80808112345678012345678abc0009"),
        (SubjectKind.EMAIL, "ada.quill"),
        (SubjectKind.DISPLAY_NAME, "ada.quill"),
        (SubjectKind.ACCOUNT_ID, ADA_ID),
    ],
)
def test_nothing_but_an_exact_match_resolves(kind: SubjectKind, value: str) -> None:
    assert asked(mapping(ADA, BEN), kind, value) is HeldReason.UNRESOLVED


def test_an_account_names_the_route_it_came_by() -> None:
    answer = mapping(ADA).resolve(Personal(SubjectKind.USERNAME, "ada.quill"))
    assert isinstance(answer, Account)
    assert answer.route == "csv"


def test_a_first_username_that_became_the_key_is_found_among_the_keys() -> None:
    table = mapping(f"ada.newname,ada.quill,,{ADA_ID}")
    assert asked(table, SubjectKind.USERNAME, "ada.quill") == ADA_ID
    assert asked(table, SubjectKind.USER_KEY, "ada.newname") == ADA_ID


def test_two_columns_that_name_different_accounts_decide_nothing() -> None:
    table = mapping(f"one,shared,,{ADA_ID}", f"shared,two,,{BEN_ID}")
    assert asked(table, SubjectKind.USERNAME, "shared") is HeldReason.AMBIGUOUS


def test_a_row_without_an_account_says_that_there_is_none() -> None:
    answer = mapping("gone.leaver,,,").resolve(Personal(SubjectKind.USERNAME, "gone.leaver"))
    assert answer == Unresolved(HeldReason.UNRESOLVED, "in the mapping, without an account")


@pytest.mark.parametrize(
    "header",
    [
        "UserName,UserKey,E-Mail,AAID",
        " login , key , mail , Atlassian Account ID ",
        '"username","userkey","email address","accountId"',
    ],
)
def test_headings_are_known_by_many_names(header: str) -> None:
    assert asked(mapping(ADA, header=header), SubjectKind.EMAIL, "ada.quill@acme-optics.test") == ADA_ID


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_told_by_the_header(delimiter: str) -> None:
    text = f"{HEADER}\n{ADA}".replace(",", delimiter)
    assert asked(parse_mapping(text.encode(), "people.csv"), SubjectKind.USERNAME, "ada.quill") == ADA_ID


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + f"{HEADER}\n{ADA}".encode(),
        f"{HEADER}\n{ADA}".encode("utf-16"),
        codecs.BOM_UTF16_BE + f"{HEADER}\n{ADA}".encode("utf-16-be"),
        f"{HEADER}\r\n\r\n{ADA}\r\n\r\n".encode(),
        f"\r\n{HEADER}\r{ADA}\r".encode(),
        f"{HEADER},note\n{ADA},anything\n".encode(),
        f'{HEADER}\n"ada.quill",ff80808112345678012345678abc0001,"ada.quill@acme-optics.test",{ADA_ID}'.encode(),
    ],
    ids=["UTF-8 BOM", "UTF-16", "UTF-16 BE", "blank lines", "old line ends", "another column", "quotes"],
)
def test_files_as_spreadsheets_save_them_are_read(content: bytes) -> None:
    assert asked(parse_mapping(content, "people.csv"), SubjectKind.USERNAME, "ada.quill") == ADA_ID


def test_an_old_encoding_is_read_only_when_it_is_declared() -> None:
    content = f"username,account_id\njürgen,{ADA_ID}".encode("cp1252")
    assert "not valid utf-8" in refusal(content)
    assert asked(parse_mapping(content, "people.csv", "cp1252"), SubjectKind.USERNAME, "JÜRGEN") == ADA_ID
    assert "no known encoding" in refusal(content, "klingon-8")


def test_two_columns_are_enough() -> None:
    assert asked(mapping(f"{ADA_ID},ada", header="aaid,key"), SubjectKind.USER_KEY, "ADA") == ADA_ID


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (HEADER.encode(), "a header and no rows"),
        (f"{HEADER}\n,,,\n".encode(), "a header and no rows"),
        (f"username,email\n{ADA}".encode(), "no column account_id"),
        (f"account_id,name\n{ADA}".encode(), "no column username, user_key or email"),
        (f"username,login,account_id\n{ADA}".encode(), "column username twice"),
        (f"{HEADER}\n{ADA}\nx\0y,,,{ADA_ID}".encode(), "NUL character in line 3"),
        (f"{HEADER}\n{ADA},more".encode(), "line 2 has 5 cells instead of 4"),
        (f"{HEADER}\nada".encode(), "line 2 has 1 cells instead of 4"),
        (f"{HEADER}\n,,,{ADA_ID}".encode(), "line 2 has neither username, user_key nor email"),
        (f"{HEADER}\nada.quill,,,Ada Quill".encode(), "line 2, column account_id: A*** is no account id"),
        (f"{HEADER}\n{ADA}\n{ADA}".encode(), "lines 2 and 3 both have the username a***"),
        (
            f"{HEADER}\n{ADA}\n\nother,,ADA.quill@acme-optics.test,{BEN_ID}".encode(),
            "lines 2 and 4 both have the email A***@a***.test",
        ),
        (f'{HEADER}\n"two\nlines",,,{ADA_ID}\n{ADA}\n{ADA}'.encode(), "lines 4 and 5 both"),
        (f'{HEADER}\n"unfinished,,,{ADA_ID}'.encode(), "not readable as CSV"),
        (b"x" * (SIZE_LIMIT_BYTES + 1), "more than 50 MB"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(content: bytes, words: str) -> None:
    message = refusal(content)
    assert words in message
    assert not any(value in message for value in ("ada.quill", "Ada Quill", "acme-optics", ADA_ID[7:]))


def test_many_bad_rows_are_summed_up() -> None:
    rows = "\n".join(f"user{number},,,nobody" for number in range(25))
    message = refusal(f"{HEADER}\n{rows}".encode())
    assert "line 11, " in message
    assert "line 12, " not in message
    assert "and 15 more" in message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"missing\.csv"):
        read_mapping(tmp_path / "missing.csv")
    with pytest.raises(MappingError, match="directory"):
        read_mapping(tmp_path)
    (tmp_path / "people.csv").write_text(f"{HEADER}\n{ADA}")
    assert asked(read_mapping(tmp_path / "people.csv"), SubjectKind.USERNAME, "ada.quill") == ADA_ID


def test_a_mapping_shows_its_size_only_and_its_digest_needs_the_key() -> None:
    table = mapping(ADA, BEN)
    assert repr(table) == "Mapping(<2 rows>)"
    assert table.digest(b"k") == mapping(ADA, BEN).digest(b"k") != table.digest(b"other")
    assert table.digest(b"k") != mapping(ADA).digest(b"k")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_mapping_or_one_clear_error(content: bytes) -> None:
    try:
        rows, message = parse_mapping(HEADER.encode() + b"\n" + content, "people.csv").rows, ""
    except MappingError as error:
        rows, message = 0, str(error)
    assert rows > 0 or "people.csv" in message


def test_two_logins_that_only_case_folding_makes_equal_are_two_people() -> None:
    table = mapping(f"straße,,straße@acme-optics.test,{ADA_ID}")
    for kind, same, other in (
        (SubjectKind.USERNAME, "STRAßE", "strasse"),
        (SubjectKind.EMAIL, "Straße@acme-optics.test", "strasse@acme-optics.test"),
    ):
        assert asked(table, kind, same) == ADA_ID
        assert asked(table, kind, other) is HeldReason.UNRESOLVED
        key = b"k" * 32
        assert Personal(kind, same).pseudonym(key) != Personal(kind, other).pseudonym(key)
        assert Personal(kind, same).pseudonym(key) == Personal(kind, same.lower()).pseudonym(key)


def test_rows_that_lead_nobody_on_are_counted_by_line_and_without_values() -> None:
    rows = (f"ada.quill,{BEN_ID},,{ADA_ID}", f"anonymous,,,{BEN_ID}", f"@self,{ADA_ID},,{ADA_ID}", BEN)
    (text,) = mapping(*rows).unusable
    assert text == (
        "3 rows of people.csv are not usable as written: the user_key is an account id itself (lines 2, 4); "
        "the username is a word that stands for no person (lines 3, 4)"
    )
    assert mapping(f",{BEN_ID},,{ADA_ID}", BEN).unusable == (
        "1 row of people.csv is not usable as written: the user_key is an account id itself (line 2)",
    )
    many = mapping(*(f",5f00000000000000000001{number},,{ADA_ID}" for number in range(10, 22))).unusable
    assert "11 and 2 more)" in many[0]
    assert mapping(ADA, BEN).unusable == ()
