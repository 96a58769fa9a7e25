from __future__ import annotations

from dataclasses import replace

import pytest

from rules.exercise import failure
from rules.guide import ROWS, Row, rows_of
from rules.model import Kind
from rules.rule import Clean, Example, Flag
from rules.scan import scan
from tests.rules.parts import BY_ID, RULES, part


def test_every_row_of_the_guide_has_rules_that_exist() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS) >= 30
    for row in ROWS:
        assert row.rules, row.id
        assert set(row.rules) <= set(BY_ID), row.id
        assert row.outcome, row.id


def test_the_sections_are_those_of_the_guide() -> None:
    assert list(dict.fromkeys(row.section for row in ROWS)) == [
        "Resources", "User object", "Webhooks", "CQL", "Testing", "Removed protocols", "Connect",
    ]  # fmt: skip


def test_a_rule_knows_its_rows() -> None:
    assert [row.id for row in rows_of("code-privacy-mode")] == ["privacy-mode"]
    assert rows_of("email-address") == ()


ANN = "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"
KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
CODE, JSON, CQL, STORAGE = Kind.CODE, Kind.JSON, Kind.CQL, Kind.STORAGE
REST = '<p><a href="https://acme.atlassian.net/wiki/rest/api/{}">x</a></p>'
SEARCH = '<p><a href="https://acme.atlassian.net/wiki/search?cql={}">x</a></p>'


def program(text: str) -> str:
    return f"// confluence cql\n{text}"


def query(row: str, field: str) -> list[tuple[str, str, Kind, str, str]]:
    """Return the shapes of one field of CQL for its three rules."""
    return [
        (row, "legacy-cql-user", CQL, f"{field} = tbergmann", f'{field} = "{ANN}"'),
        (
            row,
            "search-link-query",
            STORAGE,
            SEARCH.format(f"{field}%3Dtbergmann"),
            SEARCH.format(f"{field}%3DcurrentUser()"),
        ),
        (
            row,
            "code-user-query",
            CODE,
            program(f"q = '{field} = tbergmann and type = page'"),
            program(f"q = '{field} = \"{ANN}\"'"),
        ),
    ]


SHAPES: list[tuple[str, str, Kind, str, str]] = [
    ("content-restriction", "legacy-restriction-user", Kind.ACCESS,
     '{"read":{"group":[],"user":[{"username":"tbergmann"}]},"update":{"group":[],"user":[]}}',
     f'{{"read":{{"group":[],"user":[{{"accountId":"{ANN}"}}]}},"update":{{"group":[],"user":[]}}}}'),
    ("content-restriction", "legacy-restriction-body", JSON,
     '[{"operation":"read","restrictions":{"user":[{"type":"known","username":"tbergmann"}]}}]',
     f'[{{"operation":"read","restrictions":{{"user":[{{"type":"known","accountId":"{ANN}"}}]}}}}]'),
    ("content-restriction", "code-user-parameter", CODE,
     program("body = {type: 'known', userKey: k}"), program("body = {type: 'known', accountId: a}")),
    ("relation", "code-relation-user", CODE,
     f"put('/rest/api/relation/favourite/from/user/{KEY}/to/space/HR')",
     f"put('/rest/api/relation/favourite/from/user/{ANN}/to/space/HR')"),
    ("relation", "legacy-rest-link", STORAGE,
     REST.format(f"relation/favourite/from/user/{KEY}/to/space/HR"),
     REST.format(f"relation/favourite/from/user/{ANN}/to/space/HR")),
    ("space", "legacy-space-permission", Kind.PERMISSIONS,
     f'{{"permissions":[{{"id":"9","operation":"read/space","principal":{{"id":"{KEY}","type":"user"}}}}]}}',
     f'{{"permissions":[{{"id":"9","operation":"read/space","principal":{{"id":"{ANN}","type":"user"}}}}]}}'),
    ("space", "legacy-space-body", JSON,
     '{"key":"HR","permissions":[{"subjects":{"user":{"results":[{"username":"tbergmann"}]}}}]}',
     f'{{"key":"HR","permissions":[{{"subjects":{{"user":{{"results":[{{"accountId":"{ANN}"}}]}}}}}}]}}'),
    ("user", "code-user-parameter", CODE,
     "get(base + '/rest/api/user?key=' + k)", "get(base + '/rest/api/user?accountId=' + a)"),
    ("user", "legacy-rest-link", STORAGE, REST.format("user?username=tbergmann"), REST.format(f"user?accountId={ANN}")),
    ("user-watch", "code-user-parameter", CODE,
     "post('/rest/api/user/watch/space/HR?username=' + n)", "post('/rest/api/user/watch/space/HR?accountId=' + a)"),
    ("user-watch", "legacy-rest-link", STORAGE,
     REST.format(f"user/watch/content/12?key={KEY}"), REST.format(f"user/watch/content/12?accountId={ANN}")),
    ("other-resources", "legacy-user-object", JSON,
     '{"by":{"username":"tbergmann","displayName":"x"}}', f'{{"by":{{"accountId":"{ANN}","displayName":"x"}}}}'),
    ("other-resources", "retired-profile-field", JSON,
     '{"by":{"accountId":"x","details":{"personal":{"phone":"1234567"}}}}', f'{{"by":{{"accountId":"{ANN}"}}}}'),
    ("user-name", "legacy-user-object", JSON,
     '{"username":"tbergmann","displayName":"x"}', f'{{"accountId":"{ANN}","displayName":"x"}}'),
    ("user-name", "code-user-field", CODE, program("page.history.createdBy.username"), program("page.history.createdBy.accountId")),
    ("user-key", "legacy-user-object", JSON,
     f'{{"userKey":"{KEY}","displayName":"x"}}', f'{{"accountId":"{ANN}","displayName":"x"}}'),
    ("user-key", "code-user-field", CODE, program("load(user.userKey)"), program("load(user.accountId)")),
    ("details-personal-email", "retired-profile-field", JSON,
     f'{{"accountId":"{ANN}","details":{{"personal":{{"email":"tilda@acme-optics.se"}}}}}}',
     f'{{"accountId":"{ANN}","email":"tilda@acme-optics.se"}}'),
    ("details-personal-email", "code-user-field", CODE, program("user.details.personal.email"), program("user.email")),
    ("details-personal", "retired-profile-field", JSON,
     f'{{"accountId":"{ANN}","details":{{"personal":{{"im":"tilda.b","website":"https://acme-optics.se/tilda"}}}}}}',
     f'{{"accountId":"{ANN}","displayName":null}}'),
    ("details-personal", "code-user-field", CODE, program("user['details']['personal']['phone']"), program("user['email']")),
    ("details-business", "retired-profile-field", JSON,
     f'{{"accountId":"{ANN}","details":{{"business":{{"position":"Optician","department":"Lab"}}}}}}',
     f'{{"accountId":"{ANN}","displayName":null}}'),
    ("details-business", "code-user-field", CODE, program("user.details.business.location"), program("user.displayName")),
    ("user-account-id", "legacy-user-object", JSON,
     f'{{"userKey":"{KEY}","type":"known"}}', f'{{"accountId":"{ANN}","type":"known"}}'),
    ("user-email", "stored-profile-field", JSON,
     f'{{"accountId":"{ANN}","email":"tilda@acme-optics.se"}}', f'{{"accountId":"{ANN}","email":null}}'),
    ("user-email", "code-nullable-field", CODE, program("user.email.toLowerCase()"), program("user.email?.toLowerCase()")),
    ("user-picture", "stored-profile-field", JSON,
     f'{{"accountId":"{ANN}","profilePicture":{{"path":"/wiki/aa-avatar/1"}}}}', f'{{"accountId":"{ANN}","profilePicture":null}}'),
    ("user-picture", "code-nullable-field", CODE, program("img = user.profilePicture.path"), program("img = user.profilePicture?.path")),
    ("user-display-name", "stored-profile-field", JSON,
     f'{{"accountId":"{ANN}","displayName":"Tilda Bergmann"}}', f'{{"accountId":"{ANN}","displayName":null}}'),
    ("user-display-name", "code-nullable-field", CODE,
     program("user.displayName.split(' ')"), program("user.displayName?.split(' ')")),
    ("user-account-type", "webhook-account-type", JSON,
     f'{{"timestamp":1,"userAccountId":"{ANN}","page":{{"id":7}}}}',
     f'{{"timestamp":1,"userAccountId":"{ANN}","accountType":"atlassian","page":{{"id":7}}}}'),
    ("webhooks", "webhook-legacy-user", JSON,
     f'{{"timestamp":1,"event":"page_created","userKey":"{KEY}"}}',
     f'{{"timestamp":1,"event":"page_created","userAccountId":"{ANN}"}}'),
    ("webhooks", "webhook-account-type", JSON,
     f'{{"timestamp":1,"userAccountId":"{ANN}","page":{{"id":7}}}}',
     f'{{"timestamp":1,"userAccountId":"{ANN}","accountType":"app","page":{{"id":7}}}}'),
    *(shape for field in ("user", "creator", "mention", "watcher", "contributor") for shape in query(f"cql-{field}", field)),
    *(("cql-userkey", "legacy-cql-userkey-field", CQL, f"{field}.userkey = {KEY}", f'{field}.accountid = "{ANN}"')
      for field in ("user", "creator", "contributor", "mention", "watcher")),
    ("cql-userkey", "search-link-query", STORAGE,
     SEARCH.format(f"creator.userkey%3D{KEY}"), SEARCH.format("creator%3DcurrentUser()")),
    ("cql-userkey", "code-user-query", CODE,
     program("q = 'watcher.userkey = ' + k"), program("q = 'watcher.accountid = ' + a")),
    ("cql-current-user", "legacy-cql-user", CQL, "creator in (tbergmann, currentUser())", "creator = currentUser()"),
    ("privacy-mode", "code-privacy-mode", CODE,
     "GET /wiki/rest/api/user?accountId=x&privacyMode=true", "GET /wiki/rest/api/user?accountId=x"),
    ("xml-rpc", "code-removed-protocol", CODE, program("ServerProxy(base + '/rpc/xmlrpc')"), program("Client(base + '/rest/api')")),
    ("json-rpc", "code-removed-protocol", CODE,
     program("post(base + '/rpc/json-rpc/confluenceservice-v2/getPage')"), program("get(base + '/api/v2/pages/1')")),
    ("soap", "code-removed-protocol", CODE,
     program("new ConfluenceSoapServiceServiceLocator()"), program("new ConfluenceClient()")),
    ("connect-token", "code-connect-user", CODE,
     program("decode(jwt).context.user.userKey"), program("decode(jwt).sub")),
    ("connect-parameters", "descriptor-user-parameter", Kind.DESCRIPTOR,
     '{"key":"x","modules":{"webItems":[{"url":"/p?k={user_key}&i={user_id}"}]}}',
     '{"key":"x","modules":{"webItems":[{"url":"/p?page={page.id}"}]}}'),
    ("connect-parameters", "code-connect-user", CODE, program("req.query.user_key"), program("req.query.page_id")),
    ("connect-javascript", "code-connect-user", CODE,
     "AP.user.getUser(f); AP.user.getTimeZone(g)", "AP.user.getCurrentUser(f)"),
    ("connect-migration", "descriptor-migration", Kind.DESCRIPTOR,
     '{"key":"x","baseUrl":"u","apiMigrations":{"gdpr":false}}', '{"key":"x","baseUrl":"u","apiMigrations":{"gdpr":true}}'),
]  # fmt: skip
"""Row, rule, kind, a shape that the guide retired, and the shape that took its place."""


@pytest.mark.parametrize(
    ("row", "rule", "kind", "retired", "now"), SHAPES, ids=[f"{each[0]}: {each[1]}" for each in SHAPES]
)
def test_a_rule_of_a_row_finds_the_retired_shape_and_leaves_the_new_one_alone(
    row: str, rule: str, kind: Kind, retired: str, now: str
) -> None:
    before = scan(part(retired.encode(), kind), [BY_ID[rule]])
    after = scan(part(now.encode(), kind), [BY_ID[rule]])
    assert (len(before.matches) > 0, before.unreadable) == (True, None)
    assert (after.matches, after.unreadable) == ((), None)


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_a_row_says_rewritten_where_one_of_its_rules_rewrites(row: Row) -> None:
    outcome = next(each.outcome for each in ROWS if each.id == "cql-user") if row.outcome == "the same" else row.outcome
    rewrites = any(BY_ID[rule].rewrite is not None for rule in row.rules) and row.id != "cql-current-user"
    assert ("rewritten" in outcome) is rewrites


def test_every_rule_of_every_row_has_a_shape() -> None:
    assert {(row.id, rule) for row in ROWS for rule in row.rules} == {(row, rule) for row, rule, *_ in SHAPES}


def test_every_example_of_every_rule_holds() -> None:
    assert [(rule.id, each.why) for rule in RULES for each in rule.examples if failure(rule, each) is not None] == []


RULE = BY_ID["legacy-mention"]
BODY = b'<ri:user ri:username="tbergmann"/>'
NEW = b'<ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"/>'
GOOD = Flag(BODY, Kind.STORAGE, "x", ("tbergmann",), NEW)


@pytest.mark.parametrize(
    ("example", "words"),
    [
        (GOOD, None),
        (Clean(b"<p/>", Kind.STORAGE, "x"), None),
        (Clean(BODY, Kind.STORAGE, "x"), "1 found where nothing"),
        (replace(GOOD, finds=()), "1 found instead of 0"),
        (replace(GOOD, finds=("olindqvist",)), "not the one expected"),
        (replace(GOOD, rewritten=None), "does not say to what"),
        (replace(GOOD, rewritten=BODY), "gives something else"),
        (replace(GOOD, data=BODY + b"<p>"), "cannot be read"),
    ],
)
def test_a_failing_example_says_why_without_a_value(example: Example, words: str | None) -> None:
    said = failure(RULE, example)
    if words is None:
        assert said is None
    else:
        assert said is not None
        assert words in said
        assert "tbergmann" not in said


def test_a_rule_without_a_rewriter_fails_an_example_that_wants_one() -> None:
    example = Flag(b"ask tilda@acme-optics.se", Kind.TEXT, "x", ("tilda@acme-optics.se",), b"ask nobody")
    assert failure(BY_ID["email-address"], example) == "it is not rewritten"
