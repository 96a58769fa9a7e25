from __future__ import annotations

import json

import pytest

from rules.model import HeldReason, Kind
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, BY_ID, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
RULE = BY_ID["legacy-adf-mention"]
KNOWN = Directory({"ann": ANN, KEY: ANN, "bob": BOB, "odd": "x y"}, ambiguous=frozenset({"twin"}))


def mention(attrs: str) -> bytes:
    return f'{{"type":"doc","content":[ {{"type":"mention","attrs":{attrs}}} ]}}'.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"id":"ann"}', f'{{"id":"{ANN}"}}'),
        (f'{{"userKey":"{KEY}"}}', f'{{"id":"{ANN}"}}'),
        (f'{{ "user-key" : "{KEY}" , "text":"@A"}}', f'{{ "id" : "{ANN}" , "text":"@A"}}'),
        (f'{{"username":"ann", "text":"@A", "userKey":"{KEY}"}}', f'{{"id":"{ANN}", "text":"@A"}}'),
        ('{"username":"ann", "id":"", "text":"@A"}', f'{{"id":"{ANN}", "text":"@A"}}'),
        (f'{{"username":"ann","id":"{ANN}"}}', f'{{"id":"{ANN}"}}'),
        (f'{{"id":"{ANN}","username":"ann","userKey":"{KEY}","text":"@A"}}', f'{{"id":"{ANN}","text":"@A"}}'),
        (f'{{"id":"ann","id":"{KEY}"}}', f'{{"id":"{ANN}"}}'),
        (f'{{"id":"ann","x":1,"id":"{ANN}"}}', f'{{"x":1,"id":"{ANN}"}}'),
        ('{"id":"a\\u006en"}', f'{{"id":"{ANN}"}}'),
        ('{"userKey":"712020:aaaaaaaa-0000-4000-8000-000000000001"}', f'{{"id":"{ANN}"}}'),
    ],
)  # fmt: skip
def test_a_mention_becomes_one_account_id_and_keeps_every_other_byte(before: str, after: str) -> None:
    result = rewrite(part(mention(before), Kind.ADF), RULES, KNOWN)
    assert result.data == mention(after)
    assert (result.holds, bool(result.proof)) == ((), True)


@pytest.mark.parametrize(
    ("attrs", "reasons"),
    [
        ('{"id":"eve"}', [HeldReason.UNRESOLVED]),
        ('{"id":"twin"}', [HeldReason.AMBIGUOUS]),
        ('{"id":"odd"}', [HeldReason.UNRESOLVED]),
        ('{"id":"ann","username":"bob"}', [HeldReason.AMBIGUOUS] * 2),
        (f'{{"id":"{BOB}","username":"ann"}}', [HeldReason.AMBIGUOUS]),
        (f'{{"id":"{ANN}","username":"eve"}}', [HeldReason.UNRESOLVED]),
        ('{"userKey":"ann","username":"eve"}', [HeldReason.UNRESOLVED] * 2),
        ('{"id":"{{who}}","username":"ann"}', [HeldReason.AMBIGUOUS]),
        ('{"id":7,"username":"ann"}', [HeldReason.NO_REWRITER]),
        ('{"id":null,"username":"ann"}', [HeldReason.NO_REWRITER]),
    ],
)
def test_a_mention_that_is_not_safe_stays_and_is_counted(attrs: str, reasons: list[HeldReason]) -> None:
    result = rewrite(part(mention(attrs), Kind.ADF), RULES, KNOWN)
    assert result.data == mention(attrs)
    assert [hold.reason for hold in result.holds] == reasons


@pytest.mark.parametrize(
    "attrs",
    [
        f'{{"id":"{ANN}"}}', '{"id":"${user}"}', '{"id":"%s"}', '{"id":"@who@","text":"@{{name}}"}', '{"userKey":7}', '{"id":"all"}',
        '{"id":"here","userType":"SPECIAL","username":"x"}', '{"text":""}', "{}",
    ],
)  # fmt: skip
def test_account_ids_roles_and_variables_are_clean(attrs: str) -> None:
    assert scan(part(mention(attrs), Kind.ADF), RULES).matches == ()


def test_a_name_that_is_written_twice_is_found_twice() -> None:
    data = mention(f'{{"id":"{BOB}","text":"@Tilda","text":"@Tilda Bergmann","x":1}}')
    assert [match.rule for match in scan(part(data, Kind.ADF), RULES).matches] == ["adf-mention-name"] * 2


def test_a_broken_document_is_not_rewritten() -> None:
    data = mention('{"id":"ann"}')[:-1]
    assert rewrite(part(data, Kind.ADF), [RULE], KNOWN).data == data
    from rules.view import View

    assert RULE.rewrite is not None
    assert RULE.rewrite(View(part(data, Kind.ADF)), (), KNOWN).edits == ()


def test_only_the_mentions_that_are_asked_for_change() -> None:
    from rules.view import View

    view = View(
        part(
            json.dumps({"content": [{"type": "mention", "attrs": {"id": name}} for name in ("ann", "bob")]}).encode(),
            Kind.ADF,
        )
    )
    first = next(iter(RULE.detect(view)))
    assert RULE.rewrite is not None
    assert [edit.old for edit in RULE.rewrite(view, (first,), KNOWN).edits] == [b"ann"]
