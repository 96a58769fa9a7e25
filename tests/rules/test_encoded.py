from __future__ import annotations

import json
from base64 import b64decode, b64encode
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.model import HeldReason, Kind
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
KNOWN = Directory({"ann": ANN, KEY: BOB})


def encoded(settings: object, *, percent: bool = True) -> str:
    text = json.dumps(settings, ensure_ascii=not percent, separators=(",", ":"))
    return b64encode((quote(text, safe="!'()*-._~") if percent else text).encode()).decode()


def decoded(body: bytes) -> object:
    value = body.split(b'"params">')[1].split(b"<")[0].strip()
    return json.loads(unquote(b64decode(value).decode()))


def macro(value: str, name: str = "aura-user-profile", parameter: str = "params") -> bytes:
    return (
        f'<p>é</p><ac:structured-macro ac:name="{name}"><ac:parameter ac:name="{parameter}">{value}</ac:parameter>'
        "</ac:structured-macro>"
    ).encode()


@pytest.mark.parametrize(
    "text", ['{"x":"é &amp; %22+","user":"ann"}', '{"user":"ann","x":"\\u00e9"}', ' [{"user": "ann"} ]']
)
def test_settings_that_are_not_percent_encoded_keep_every_other_character(text: str) -> None:
    result = rewrite(part(macro(b64encode(text.encode()).decode())), RULES, KNOWN)
    assert result.data == macro(b64encode(text.replace("ann", ANN).encode()).decode())


def body_of(settings: object) -> bytes:
    return macro(encoded(settings))


def held(body: bytes) -> list[HeldReason]:
    result = rewrite(part(body), RULES, KNOWN)
    assert result.data == body
    return [hold.reason for hold in result.holds]


@pytest.mark.parametrize("percent", [True, False])
def test_people_in_encoded_settings_are_rewritten_and_everything_else_decodes_to_the_same(percent: bool) -> None:
    settings = {
        "cards": [{"info": "é ü 😀", "user": "ann"}, {"user": KEY}, {"user": BOB}],
        "users": ["ann", ANN],
        "size": 3,
    }
    body = macro(f"\n {encoded(settings, percent=percent)} ")
    seen = scan(part(body), RULES)
    assert [(match.rule, match.rewritable) for match in seen.matches] == [("legacy-encoded-user", True)] * 3
    assert len({match.span for match in seen.matches}) == 3
    result = rewrite(part(body), RULES, KNOWN)
    expected = {
        "cards": [{"info": "é ü 😀", "user": ANN}, {"user": BOB}, {"user": BOB}],
        "users": [ANN, ANN],
        "size": 3,
    }
    assert result.data == macro(f"\n {encoded(expected, percent=percent)} ")
    assert (result.holds, len(result.edits)) == ((), 1)


@pytest.mark.parametrize("percent", [True, False])
@pytest.mark.parametrize(("width", "separator"), [(1, "\n"), (6, "\r\n"), (40, "\n      "), (76, " ")])
def test_lines_of_any_length_and_blanks_before_them_and_in_them_stay(width: int, separator: str, percent: bool) -> None:
    def written(user: str) -> bytes:
        text = f' \n{{"info":"{"x" * 60}","cards":[{{"user":"{user}"}}]}}'
        code = b64encode((quote(text, safe=" \n") if percent else text).encode()).decode()
        return macro(separator + separator.join(code[at : at + width] for at in range(0, len(code), width)) + "\n ")

    result = rewrite(part(written("ann")), RULES, KNOWN)
    assert (result.data, result.holds) == (written(ANN), ())


def test_settings_whose_alphabet_cannot_be_told_are_held_as_a_whole() -> None:
    assert held(macro(b64encode(b'{"user":"ann","users":["ann"],"x":"a?"}').decode())) == [HeldReason.NO_REWRITER] * 2


def test_the_span_of_a_match_holds_the_characters_that_encode_the_person() -> None:
    body = body_of({"cards": [{"user": "ann"}]})
    (match,) = scan(part(body), RULES).matches
    assert b"ann" in b64decode(match.span.of(body))
    assert len(match.span.of(body)) <= 8


def test_one_person_who_is_not_resolved_holds_all_people_of_the_settings() -> None:
    assert held(body_of({"cards": [{"user": "ann"}, {"user": "eve"}]})) == [HeldReason.UNRESOLVED] * 2


def test_settings_that_would_not_come_back_byte_by_byte_are_held() -> None:
    loose = b64encode(quote('{"user":"ann"}').encode()).decode().rstrip("=")
    odd = loose[:-1] + chr(ord(loose[-1]) + 1) + "=" * (-len(loose) % 4)
    assert b64decode(odd) == b64decode(encoded({"user": "ann"}))
    assert held(macro(odd)) == [HeldReason.NO_REWRITER]
    assert held(macro(f"<![CDATA[{encoded({'user': 'ann'})}]]>")) == [HeldReason.NO_REWRITER]
    assert held(body_of({"userKey": KEY, "user": "ann"})) == [HeldReason.NO_REWRITER] * 2


@pytest.mark.parametrize(
    "value",
    [
        "", "no base64!", "YWJj", "YWJ", "YWJjZ", "ab+_", "dXNlcg==", encoded({"user": ANN}), encoded({"user": "{{who}}"}), encoded({"user": ""}), encoded({"user": 7}),
        encoded({"info": "ann"}), encoded(["ann"]), b64encode(b'{"user":"ann\xff"}').decode(),
    ],
)  # fmt: skip
def test_what_is_no_such_settings_or_names_nobody_is_clean(value: str) -> None:
    assert scan(part(macro(value)), RULES).matches == ()


def test_the_same_text_in_a_parameter_of_another_macro_is_not_decoded() -> None:
    value = encoded({"user": "ann"})
    assert scan(part(macro(value, "drawing")), RULES).matches == ()
    assert scan(part(macro(value, parameter="summary")), RULES).matches == ()
    assert scan(part(macro(value) + macro(value, "profile", "title")), RULES).matches != ()


def test_a_document_in_the_newer_format_has_such_settings_too() -> None:
    def document(user: str) -> bytes:
        parameters = {"macroParams": {"params": {"value": encoded({"cards": [{"user": user}]})}}}
        attrs = {"extensionKey": "aura-user-profile", "parameters": parameters}
        return json.dumps({"type": "doc", "content": [{"type": "extension", "attrs": attrs}]}).encode()

    assert rewrite(part(document("ann"), Kind.ADF), RULES, KNOWN).data == document(ANN)


@given(st.text(max_size=8), st.text(alphabet='abé"\\&%+ ', max_size=8))
def test_any_settings_around_the_person_come_back_as_they_were(before: str, after: str) -> None:
    before = before.encode("utf-8", "replace").decode()
    settings = {"a": before, "cards": [{"user": "ann"}], "z": after}
    result = rewrite(part(body_of(settings)), RULES, KNOWN)
    assert decoded(result.data) == {"a": before, "cards": [{"user": ANN}], "z": after}
