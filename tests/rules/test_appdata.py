from __future__ import annotations

import pytest

from rules.appdata import RECEIVED, STORED
from rules.model import Confidence, Kind
from rules.scan import scan
from tests.rules.parts import BY_ID, part


def found(rule: str, data: bytes) -> list[bytes]:
    return [match.span.of(data) for match in scan(part(data, Kind.CODE), [BY_ID[rule]]).matches]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b'create table "jira_user" ("atlassian_id" text, "avatar_url" varchar(200))', b"avatar_url"),
        (b"CREATE TABLE p (e_mail CITEXT, account_id TEXT) -- confluence", b"e_mail"),
        (b"// jira\nnew mongoose.Schema({ accountId: String, emailAddress: { type: String } })", b"emailAddress"),
        (b"// jira\nUser.init({ accountId: DataTypes.STRING, 'username': DataTypes.TEXT })", b"username"),
        (
            b"# jira\nclass P(db.Model):\n  user_key = db.Column(db.Text)\n  full_name: str = db.Column(db.Text)",
            b"full_name",
        ),
        (b"// jira\nredis.hset(key, 'mail', author?.emailAddress)", b"emailAddress"),
    ],
)
def test_a_copy_of_a_profile_beside_an_account_id_is_found(data: bytes, field: bytes) -> None:
    assert found("code-profile-store", data) == [field]


@pytest.mark.parametrize(
    "data",
    [
        b"CREATE TABLE jira_shop (id INT, email TEXT)",
        b"CREATE TABLE a (account_id TEXT) CREATE TABLE jira_shop (email TEXT)",
        b"// jira\nnew Schema({ accountId: String }); new Schema({ email: String })",
        b"# jira\nclass P(db.Model):\n  account_id = db.Column()\n  def email(self): return ask(self.account_id)",
        b"// jira\nstorage.set('count', 7); render(user.displayName)",
    ],
)
def test_an_account_id_alone_or_a_profile_elsewhere_is_none(data: bytes) -> None:
    assert found("code-profile-store", data) == []


@pytest.mark.parametrize(
    "way", [b"require('busboy')", b"(formidable)", b"request.FILES['f']", b"MultipartFile file", b"UploadFile"]
)
def test_a_file_that_a_server_takes_counts_where_the_program_sends_files_to_a_site(way: bytes) -> None:
    sends = b"\n// confluence\npost(base + '/child/attachment')"
    assert len(found("code-upload-detour", way + sends)) == 1
    assert found("code-upload-detour", way + b"\n// confluence") == []
    (match,) = scan(part(way + sends, Kind.CODE), [BY_ID["code-upload-detour"]]).matches
    assert match.confidence is Confidence.LOW
    assert match.reason.startswith("files pass through the server of the app: ")


@pytest.mark.parametrize(
    "start",
    [b"create table x account_id ", b"new Schema(accountId ", b"class A(Model):\n account_id ", b"storage.set("],
)
def test_what_begins_over_and_over_is_looked_through_once(start: bytes) -> None:
    """Of one pattern each, no two places share a byte: a pattern that reached on would see the same field again."""
    data = start * 200 + b" email text, email: String, email = Column("
    for each in (*STORED, *RECEIVED):
        places = [place.span() for place in each.pattern.finditer(data)]
        assert len(places) <= 1
        assert all(end - begin < 1700 for begin, end in places)


def test_every_pattern_says_where_and_fires_in_an_example() -> None:
    shown = {
        value
        for rule in ("code-profile-store", "code-upload-detour")
        for example in BY_ID[rule].examples
        for value in getattr(example, "finds", ())
    }
    assert {each.name for each in (*STORED, *RECEIVED)} == shown
    assert all("hit" in each.pattern.groupindex for each in (*STORED, *RECEIVED))
