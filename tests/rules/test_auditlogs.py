"""Exports of the audit log: whom each column and each nested object names."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from rules.audittables import is_log, people
from rules.model import Kind, ObjectType, Part
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BY_ID, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
ADDRESS = "203.0.113.9"


def file(data: str, kind: Kind) -> Part:
    made = part(data.encode(), kind)
    return replace(made, ref=replace(made.ref, type=ObjectType.FILE))


def found(data: str, kind: Kind) -> list[tuple[str, str]]:
    seen = scan(file(data, kind), RULES)
    assert all(match.span.of(data.encode()).decode() == match.subject.reveal() for match in seen.matches)
    return [(match.rule, match.subject.reveal()) for match in seen.matches]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_column_for_people_is_read_whatever_separates_it(sign: str, end: str) -> None:
    rows = [
        ["Date", "Author", "Author Key", "Affected object(s)", "Affected object type", "Remote_Address"],
        ["2031", '"Bergmann, Tilda ""T"""', KEY, "jvega", "User", ADDRESS],
        ["2031", " tilda ", ANN, "OPT", "Space", ADDRESS, "one too many"],
        ["2031", "tilda@acme.example", "", "", "", "::1"],
        ["2031", '"', "x"],
    ]
    data = end.join(sign.join(row) for row in rows)
    assert [(cell.heading, cell.value) for cell in people("\ufeff" + data)][:2] == [
        ("author", 'Bergmann, Tilda ""T""'),
        ("author key", KEY),
    ]
    assert found(data, Kind.TEXT) == [
        ("audit-log-person", 'Bergmann, Tilda ""T""'),
        ("audit-log-person", KEY),
        ("audit-log-person", "jvega"),
        ("audit-log-address", ADDRESS),
        ("audit-log-person", "tilda"),
        ("audit-log-address", ADDRESS),
        ("email-address", "tilda@acme.example"),
    ]


@pytest.mark.parametrize(
    ("head", "row", "names"),
    [
        ("Author,Affected user", "x y,jvega", ["x y", "jvega"]),
        ("Author,IP", "x y,1\njvega,1\rkito,2\nola,3", ["x y"]),
        ("Actor,Associated objects,Associated object types", '-,"optics, jvega","Group, User"', ["jvega"]),
        ("Actor,Associated objects,Associated object types", '-,"optics, jvega",User', ["optics, jvega"]),
        ("Actor,Associated objects,Associated object types", '-,"optics",  "Group, User"', []),
        ("User,Object,Object type,IP", "jvega,kito,User,1", ["jvega", "kito"]),
        ("User,Object,IP", "system,kito,1", []),
        ("Author,Author type,Source", "jvega,app,x\nkito,user,x\nlone", ["kito", "lone"]),
        ("Author,Category,Changed values", f"Anonymous,x,y\nn/a,x,y\n{'a b' * 60},x,y\n7 b,x,y\n,x", []),
    ],
)
def test_types_tell_who_is_a_person(head: str, row: str, names: list[str]) -> None:
    seen = scan(file(f"{head}\n{row}\n", Kind.TEXT), [BY_ID["audit-log-person"]])
    assert [match.subject.reveal() for match in seen.matches] == names


@pytest.mark.parametrize("data", ["Author,IP", "Title,Author,Year\nx,Tilda B,1", "IP,Host\n1,2", "", '"Author', "\n"])
def test_other_tables_are_no_logs(data: str) -> None:
    assert not is_log(data)
    assert list(people(data)) == []
    assert scan(file(data, Kind.TEXT), [BY_ID["audit-log-person"], BY_ID["audit-log-address"]]).matches == ()


def test_every_nested_object_of_a_record_is_read_and_told_once() -> None:
    record = {
        "author": {"name": "Tilda Bergmann", "type": "user", "id": KEY},
        "affectedObjects": [{"name": "jvega", "type": "USER"}, {"name": "Ola Lindqvist", "type": "User"}],
        "associatedObjects": [{"name": "optics group", "objectType": "Group"}],
        "changedValues": [
            {"key": "Display name", "from": "Ola L", "to": "Ola Lindqvist"},
            {"key": "Username", "from": "ola", "to": "o.lindqvist"},
            {"key": "Page title", "from": "Old Notes", "to": "New Notes"},
        ],
        "source": ADDRESS,
        "extraAttributes": [{"name": "Ip address", "value": "198.51.100.7"}, {"name": "User", "value": "kito"},
                            {"name": "Page", "value": "My Notes"}, {"value": "A B"}],
    }  # fmt: skip
    assert found(json.dumps({"entities": [record]}), Kind.JSON) == [
        ("audit-log-person", "Tilda Bergmann"),
        ("legacy-user-object", KEY),
        ("legacy-user-object", "jvega"),
        ("audit-log-person", "Ola Lindqvist"),
        ("audit-log-person", "Ola L"),
        ("audit-log-person", "Ola Lindqvist"),
        ("audit-log-person", "ola"),
        ("audit-log-person", "o.lindqvist"),
        ("audit-log-address", ADDRESS),
        ("audit-log-address", "198.51.100.7"),
        ("audit-log-person", "kito"),
    ]


def test_authors_that_are_no_people_and_objects_outside_of_records_are_left_alone() -> None:
    record = {"author": {"type": "system", "displayName": "Import Job"}, "actor": {"name": "Backup Job", "type": "app"},
              "affectedObject": {"name": "A page", "objectType": "Page"}, "remoteAddress": ""}  # fmt: skip
    assert found(json.dumps([record, {"author": {"name": "Tilda Bergmann"}}]), Kind.JSON) == []


def test_a_record_is_evidence_and_never_changes() -> None:
    data = file(f'{{"author":{{"displayName":"Tilda Bergmann","type":"user"}},"remoteAddress":"{ADDRESS}"}}', Kind.JSON)
    result = rewrite(data, RULES, Directory({}))
    assert (result.data, result.edits) == (data.data, ())


def test_no_part_that_broke_off_is_read() -> None:
    assert scan(file('{"remoteAddress":"203.0.113.9","author":{"name":"A B"}', Kind.JSON), RULES).matches == ()
