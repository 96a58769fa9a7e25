"""Backups as a source of identities: old and new ones, damaged ones, traps, and those of the corpus."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import MappingError
from audit.identity.backup import Backup, read_backup
from audit.identity.entities import VALUE_LIMIT, entities_rows
from audit.identity.ledger import Row
from audit.identity.route import Resolved, folded
from audit.identity.users import Broken, mapping_rows
from rules.model import SubjectKind

TILDA_ID = "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"
OLA_ID = "5f00000000000000000000b2"
KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
TABLE = f"user_key,username,lower_username,aaid\n{KEY},TBergmann,tbergmann,{TILDA_ID}\n{KEY[:-1]}2,kito,kito,\n"


def person(key: str = KEY, name: str = "TBergmann", **more: str) -> str:
    properties = {"name": name, "lowerName": name.lower(), **more}
    inside = "".join(f'<property name="{one}"><![CDATA[{text}]]></property>\n' for one, text in properties.items())
    kind = 'class="ConfluenceUserImpl" package="com.atlassian.confluence.user"'
    return f'<object {kind}>\n<id name="key"><![CDATA[{key}]]></id>\n{inside}</object>\n'


def entities(*people: str, more: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<hibernate-generic>{"".join(people)}{more}</hibernate-generic>'.encode()


PAGE = (
    '<object class="Page" package="x"><id name="id">1</id><property name="creator" class="ConfluenceUserImpl">'
    '<id name="key"><![CDATA[nobody]]></id></property><property name="title"><![CDATA[name]]></property></object>'
)


def read(tmp_path: Path, data: bytes, name: str = "entities.xml") -> Backup:
    (tmp_path / name).write_bytes(data)
    return read_backup(tmp_path / name)


def refusal(path: Path) -> str:
    with pytest.raises(MappingError) as caught:
        read_backup(path)
    assert caught.value.exit_code == 2
    return str(caught.value)


def zipped(tmp_path: Path, members: dict[str, bytes]) -> Path:
    path = tmp_path / "backup.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_person_of_an_xml_backup_is_known_by_key_name_and_address(tmp_path: Path) -> None:
    found = read(tmp_path, entities(person(email="t@acme-optics.se", atlassianAccountId=TILDA_ID), more=PAGE))
    assert found.rows == (Row("TBergmann", KEY, "t@acme-optics.se", TILDA_ID),)
    assert (found.with_account, found.implausible, found.files) == (1, 0, ("entities.xml",))
    ledger = found.ledger("now")
    for kind, value in ((SubjectKind.USER_KEY, KEY.upper()), (SubjectKind.USERNAME, "tbergmann")):
        assert ledger.look_up(folded(kind, value)) == Resolved(TILDA_ID, "backup", "now")


def test_a_backup_of_a_server_has_no_accounts_and_leads_from_keys_to_names(tmp_path: Path) -> None:
    found = read(tmp_path, entities(person()))
    assert (found.rows, found.with_account) == ((Row("TBergmann", KEY),), 0)
    assert found.ledger("").aliases(folded(SubjectKind.USER_KEY, KEY)) == (folded(SubjectKind.USERNAME, "tbergmann"),)


@pytest.mark.parametrize("key", [TILDA_ID, OLA_ID])
def test_a_key_that_is_an_account_id_is_no_key_and_a_name_that_is_an_address_is_one(tmp_path: Path, key: str) -> None:
    assert read(tmp_path, entities(person(key, "t@acme-optics.se"))).rows == (
        Row("t@acme-optics.se", "", "t@acme-optics.se", key),
    )
    assert read(tmp_path, entities(person(key, key))).rows == ()


@pytest.mark.parametrize(
    ("key", "account"), [(KEY, "Tilda Bergmann"), (KEY, KEY), (OLA_ID, TILDA_ID), (KEY, "x" * 200)]
)
def test_an_account_that_cannot_be_one_is_left_out_and_counted(tmp_path: Path, key: str, account: str) -> None:
    found = read(tmp_path, entities(person(key, atlassianAccountId=account)))
    assert (found.implausible, found.with_account) == (1, 0)
    assert [row.account_id for row in found.rows] == [""]


def test_two_accounts_for_one_name_decide_nothing(tmp_path: Path) -> None:
    two = entities(person(atlassianAccountId=TILDA_ID), person(KEY[:-1] + "2", atlassianAccountId=OLA_ID))
    ledger = read(tmp_path, two).ledger("")
    assert not isinstance(ledger.look_up(folded(SubjectKind.USERNAME, "tbergmann")), Resolved)
    assert isinstance(ledger.look_up(folded(SubjectKind.USER_KEY, KEY)), Resolved)


def test_control_characters_byte_order_marks_and_other_encodings_are_read(tmp_path: Path) -> None:
    text = entities(person(), more="<object><property>\x02\x08\x1c</property></object>")
    assert len(read(tmp_path, text).rows) == 1
    assert len(read(tmp_path, b"\xef\xbb\xbf" + text).rows) == 1
    wide = entities(person(name="Åsa")).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert read(tmp_path, wide).rows == (Row("Åsa", KEY),)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "declares a document type"),
        (entities(person())[:-20], "not well-formed"),
        (b"<a>" * 300, "nested deeper than 200"),
        (b"", "no element found"),
        (b"<x>&nbsp;</x>", "undefined entity"),
        (b"<x a='" + b"y" * (70 << 20), "does not end"),
    ],
    ids=["document type", "cut", "deep", "empty", "entity", "endless"],
)
def test_what_is_no_export_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "entities.xml").write_bytes(data)
    if data:
        assert words in refusal(tmp_path / "entities.xml")
    else:
        assert read_backup(tmp_path / "entities.xml").rows == ()


def test_a_value_that_is_far_too_long_identifies_nobody() -> None:
    found = list(entities_rows(iter([entities(person(name="n" * (VALUE_LIMIT + 1)))])))
    assert [each.row for each in found] == [Row(user_key=KEY)]


@given(st.integers(1, 40))
def test_pieces_of_any_size_give_the_same_people(size: int) -> None:
    data = entities(person(atlassianAccountId=TILDA_ID), person(KEY[:-1] + "2", "Åsa"), more=PAGE)
    pieces = (data[at : at + size] for at in range(0, len(data), size))
    assert [each.row for each in entities_rows(pieces)] == [
        Row("TBergmann", KEY, "", TILDA_ID),
        Row("Åsa", KEY[:-1] + "2"),
    ]
    table = TABLE.encode()
    rows = [each.row for each in mapping_rows(table[at : at + size] for at in range(0, len(table), size))]
    assert rows == [Row("TBergmann", KEY, "", TILDA_ID), Row("kito", KEY[:-1] + "2")]


@pytest.mark.parametrize("packed", [False, True])
def test_the_table_of_newer_backups_is_told_by_its_first_bytes(tmp_path: Path, packed: bool) -> None:
    data = gzip.compress(TABLE.encode()) if packed else TABLE.encode()
    found = read(tmp_path, data, "user_mapping.csv.gz")
    assert (len(found.rows), found.with_account) == (2, 1)


@pytest.mark.parametrize(
    "table",
    ["a,b\n1,2\n", "aaid\nx\n", TABLE + "too,few\n", 'user_key,aaid\n"open,x\n', "user_key,aaid\n" + "x" * 300_000],
)
def test_a_table_of_another_shape_is_refused(table: str) -> None:
    with pytest.raises(Broken):
        list(mapping_rows(iter([table.encode()])))


def test_a_table_that_is_no_text_is_refused() -> None:
    with pytest.raises(Broken, match="UTF-8"):
        list(mapping_rows(iter([b"user_key,aaid\n\xff\xfe,x\n"])))


def test_zip_files_and_folders_are_searched_for_what_names_people(tmp_path: Path) -> None:
    members = {
        "entities.xml": entities(person(atlassianAccountId=TILDA_ID)),
        "backup/user_mapping.csv": f"user_key,username,aaid\n{KEY[:-1]}3,mrossi,{OLA_ID}\n".encode(),
        "attachments/1/entities.txt": b"<",
    }
    for found in (read_backup(zipped(tmp_path, members)), read_backup(_folder(tmp_path / "unpacked", members))):
        assert {row.username for row in found.rows} == {"TBergmann", "mrossi"}
        assert found.files == ("entities.xml", "user_mapping.csv") or set(found.files) == {
            "entities.xml",
            "user_mapping.csv",
        }


def _folder(root: Path, members: dict[str, bytes]) -> Path:
    for name, data in members.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def test_a_backup_without_people_in_it_is_refused(tmp_path: Path) -> None:
    assert "neither entities.xml" in refusal(zipped(tmp_path, {"readme.txt": b"x"}))
    assert "neither entities.xml" in refusal(_folder(tmp_path / "empty", {"a/b/c/entities.xml": entities()}))
    assert "the system said" in refusal(tmp_path / "missing.zip")


def test_damaged_and_locked_archives_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"entities.xml": entities(person()) * 50})
    data = bytearray(path.read_bytes())
    (tmp_path / "cut.zip").write_bytes(data[:-30])
    assert "cannot be unpacked" in refusal(tmp_path / "cut.zip")
    data[45:60] = b"\xff" * 15
    (tmp_path / "bent.zip").write_bytes(data)
    assert "cannot be unpacked" in refusal(tmp_path / "bent.zip")
    packed = gzip.compress(TABLE.encode())
    (tmp_path / "user_mapping.csv.gz").write_bytes(packed[:-6])
    assert "cannot be unpacked" in refusal(tmp_path / "user_mapping.csv.gz")


def test_a_file_that_unfolds_beyond_measure_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as file:
        file.write(b"<x>" + b" " * (8 << 20))
    (tmp_path / "entities.xml").write_bytes(out.getvalue())
    with pytest.raises(MappingError, match="a trap"):
        read_backup(tmp_path / "entities.xml", free_bytes=1 << 20)


def test_every_export_of_the_corpus_is_read_or_refused_in_words(shared: Path) -> None:
    files = [each for each in (shared / "corpus" / "xml-exports").rglob("*") if each.name.endswith("entities.xml")]
    people = with_account = refused = 0
    for each in sorted(files):
        if each.name.startswith("malformed-"):
            refused += 1
            assert "The backup cannot be used" in refusal(each)
            continue
        found = read_backup(each)
        people += len(found.rows)
        with_account += found.with_account
        assert all(row.user_key != row.account_id for row in found.rows)
    assert len(files) > 50
    assert people > 90
    assert with_account >= 1
    assert refused == 4


@pytest.mark.parametrize("data", [b"this is garbage\n", b"\x00\xff\xfe garbage", b"", b"<p>page</p>", b"a" * 100_000])
def test_what_is_only_named_as_a_zip_archive_is_told_so(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "site.ZIP").write_bytes(data)
    assert "it is no zip archive, although its name says so" in refusal(tmp_path / "site.ZIP")


def test_a_table_and_a_folder_under_the_name_of_a_zip_archive_are_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, TABLE.encode(), "table.zip").rows) == 2
    (tmp_path / "site.zip").mkdir()
    (tmp_path / "site.zip" / "user_mapping.csv").write_text(TABLE)
    assert len(read_backup(tmp_path / "site.zip").rows) == 2
    (tmp_path / "site.zip" / "user_mapping.csv").write_text("garbage\n")
    assert "has not the columns" in refusal(tmp_path / "site.zip")
