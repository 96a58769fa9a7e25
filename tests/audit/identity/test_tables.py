"""Tables of people as other products export them, several of them together, and what stays open or contradicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.errors import MappingError
from audit.identity.csv import Mapping, joined, parse_sheet, read_mappings
from audit.identity.headers import read_header
from audit.identity.route import Ambiguous, Resolved, Unknown, folded
from rules.model import Account, Confidence, Personal, SubjectKind

TILDA_ID = "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"
OLA_ID = "5f00000000000000000000b2"
TILDA_KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
LOGINS = "username,email\ntbergmann,tilda.bergmann@acme-optics.se\nolindqvist,ola@acme-optics.se\n"
ACCOUNTS = (
    "User id,User name,email,User status\n"
    f"{TILDA_ID},Tilda Bergmann,Tilda.Bergmann@acme-optics.se,Active\n{OLA_ID},Ola Lindqvist,ola@acme-optics.se,Active\n"
)


def read(*texts: str, encoding: str | None = None) -> Mapping:
    sheets = [parse_sheet(text.encode(), f"{n}.csv", encoding, partial=len(texts) > 1) for n, text in enumerate(texts)]
    return joined(sheets)


def account(mapping: Mapping, value: str, kind: SubjectKind = SubjectKind.USERNAME) -> str:
    answer = mapping.resolve(Personal(kind, value))
    return answer.account_id if isinstance(answer, Account) else ""


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("User id,User name,email,User status,Added to org", ("account_id", "name", "email", "", "")),
        ("login,firstName,lastName,email", ("username", "", "", "email")),
        ("userPrincipalName,displayName,mail,id", ("username", "name", "email", "")),
        ("userPrincipalName;onPremisesSamAccountName;mail", ("", "username", "email")),
        ("First Name [Required],Last Name [Required],Email Address [Required]", ("", "", "email")),
        ('"user name";"account id"', ("username", "account_id")),
        ('"name, shown",username,aaid', ("", "username", "account_id")),
        ("username,login,aaid", ("username", "username", "account_id")),
        ("Konto-ID;Benutzername;E-Mail;Anzeigename", ("account_id", "username", "email", "name")),
    ],
)
def test_the_columns_of_other_products_are_known(header: str, columns: tuple[str, ...]) -> None:
    assert read_header(header).columns == columns


def test_two_tables_are_joined_by_the_address() -> None:
    mapping = read(LOGINS, ACCOUNTS)
    assert account(mapping, "TBergmann") == TILDA_ID
    assert account(mapping, "olindqvist") == OLA_ID
    assert account(mapping, "ola@acme-optics.se", SubjectKind.EMAIL) == OLA_ID
    answer = mapping.ledger("now").look_up(folded(SubjectKind.USERNAME, "tbergmann"))
    assert answer == Resolved(TILDA_ID, "csv", "now", Confidence.MEDIUM)


def test_a_name_that_is_shown_resolves_nobody() -> None:
    assert account(read(ACCOUNTS), "Tilda Bergmann") == ""


def test_whoever_has_no_row_to_be_joined_with_stays_open() -> None:
    mapping = read(LOGINS + "jvega,j@acme-optics.se\nmrossi,\n", ACCOUNTS)
    assert account(mapping, "jvega") == account(mapping, "mrossi") == ""
    ledger = mapping.ledger("now")
    assert ledger.look_up(folded(SubjectKind.USERNAME, "jvega")) == Unknown("in the mapping, without an account")
    assert ledger.look_up(folded(SubjectKind.USERNAME, "kito")) == Unknown("not in the mapping")


def test_rows_that_contradict_are_named_with_their_files() -> None:
    with pytest.raises(MappingError, match=r"line 2 of 0\.csv and line 3 of 1\.csv name different accounts") as caught:
        read(f"username,aaid\ntbergmann,{TILDA_ID}\n", f"username,aaid\nkito,{TILDA_ID}\nTBergmann,{OLA_ID}\n")
    assert "bergmann" not in str(caught.value).lower()


def test_tables_may_agree_and_complete_each_other() -> None:
    one = f"username,user_key,aaid\ntbergmann,,{TILDA_ID}\nolindqvist,{TILDA_KEY[:-1]}2,\n"
    two = f"username,aaid\ntbergmann,{TILDA_ID}\nolindqvist,{OLA_ID}\n"
    mapping = read(one, two)
    assert (account(mapping, "tbergmann"), account(mapping, "olindqvist")) == (TILDA_ID, OLA_ID)


def test_ids_of_other_products_are_no_accounts() -> None:
    table = "user id,username,email\n00u1a2b3c4,tbergmann,tilda.bergmann@acme-optics.se\n"
    assert account(read(table, ACCOUNTS), "tbergmann") == TILDA_ID
    with pytest.raises(MappingError, match="no column account_id"):
        parse_sheet(table.encode(), "people.csv")


def test_a_table_without_accounts_needs_two_columns_to_be_joined_by() -> None:
    with pytest.raises(MappingError, match="needs two others"):
        read("username\ntbergmann\n", ACCOUNTS)


@pytest.mark.parametrize(
    "text", ["sep=;\nusername;aaid\n{}\n", '"sep=,"\nusername,aaid\n{}\n', "\ufeffusername;aaid\n{}"]
)
def test_what_spreadsheets_write_around_a_table_is_no_part_of_it(text: str) -> None:
    row = f"tbergmann;{TILDA_ID}" if ";" in text else f"tbergmann,{TILDA_ID}"
    assert account(read(text.format(row)), "tbergmann") == TILDA_ID


def test_a_row_leads_from_one_identifier_to_the_others_unless_several_people_are_meant() -> None:
    ledger = read(
        f"username,user_key,email,aaid,name\ntbergmann,{TILDA_KEY},t@acme-optics.se,{TILDA_ID},Tilda\n"
    ).ledger("")
    key = folded(SubjectKind.USER_KEY, TILDA_KEY)
    assert set(ledger.aliases(key)) == {
        folded(SubjectKind.USERNAME, "tbergmann"),
        folded(SubjectKind.EMAIL, "t@acme-optics.se"),
    }
    assert ledger.name_of(key) == "Tilda"
    shared = read(
        "username,email\ntbergmann,info@acme-optics.se\n", f"username,email,aaid\nkito,info@acme-optics.se,{OLA_ID}\n"
    ).ledger("")
    address = folded(SubjectKind.EMAIL, "info@acme-optics.se")
    assert shared.aliases(address) == ()
    assert shared.name_of(address) == ""


def test_a_key_and_a_username_that_are_the_same_word_of_two_people_are_ambiguous() -> None:
    ledger = read(f"username,user_key,aaid\none,shared,{TILDA_ID}\nshared,two,{OLA_ID}\n").ledger("")
    answer = ledger.look_up(folded(SubjectKind.USERNAME, "Shared"))
    assert answer == Ambiguous("csv names several accounts for it")


def test_files_are_read_from_the_disk_and_shown_by_size_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(LOGINS)
    (tmp_path / "b.csv").write_text(ACCOUNTS)
    mapping = read_mappings([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert repr(mapping) == "Mapping(<4 rows>)"
    assert "bergmann" not in repr(mapping.ledger("")) + repr(mapping.people[0]) + repr(
        folded(SubjectKind.USERNAME, "tbergmann")
    )
    assert mapping.digest(b"k") != read_mappings([tmp_path / "b.csv"]).digest(b"k")


@pytest.mark.parametrize("title", ["User name", "user name"])
def test_a_column_user_name_that_holds_names_is_not_taken_for_usernames(title: str) -> None:
    names = f"account id,{title},email\n{TILDA_ID},Tilda Bergmann,t@acme-optics.se\n{OLA_ID},ola,o@acme-optics.se\n"
    mapping = read(names)
    assert account(mapping, "ola") == account(mapping, "Tilda Bergmann") == ""
    assert account(mapping, "t@acme-optics.se", SubjectKind.EMAIL) == TILDA_ID
    assert mapping.people[0].name == "Tilda Bergmann"
    logins = f"account id,{title}\n{TILDA_ID},tbergmann\n{OLA_ID}, ola \n"
    assert account(read(logins), "ola") == OLA_ID


def test_a_login_and_an_account_name_beside_it_both_lead_to_the_account() -> None:
    okta = f"login,samAccountName,email,account id\nt@acme-optics.se,tbergmann,t@acme-optics.se,{TILDA_ID}\nola,OLA,,{OLA_ID}\n"
    mapping = read(okta)
    assert account(mapping, "t@acme-optics.se") == account(mapping, "tbergmann") == TILDA_ID
    assert account(mapping, "ola") == OLA_ID
    joined_by_mail = read("login,samAccountName,email\nt@x,tbergmann,tilda.bergmann@acme-optics.se\n", ACCOUNTS)
    assert account(joined_by_mail, "tbergmann") == account(joined_by_mail, "t@x") == TILDA_ID


def test_an_account_name_of_two_people_is_refused() -> None:
    with pytest.raises(MappingError, match="both have the username"):
        read(f"login,samAccountName,account id\na,same,{TILDA_ID}\nb,same,{OLA_ID}\n")
