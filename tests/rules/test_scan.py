from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.checks import email_address
from rules.model import Confidence, Kind, Match, ObjectType, Ref, Span
from rules.rewrite import rewrite
from rules.rule import Rule
from rules.scan import Lines, finding, findings, fingerprint, scan
from rules.view import SIZE_LIMIT, View
from tests.rules.parts import ANN, BY_ID, KEY, RULES, Directory, part

BODY = (
    '<p>é\n<ri:user ri:username="tbergmann"/> <ri:user ri:username="TBergmann"/>'
    '<ri:user ri:username="olindqvist"/> tilda@acme-optics.se</p>'
).encode()


def test_a_body_without_the_bytes_of_any_rule_is_clean_without_being_parsed() -> None:
    seen = scan(part(b"<p>not even <well formed"), RULES)
    assert (seen.matches, seen.unreadable) == ((), None)


def test_nul_bytes_mean_another_encoding_and_are_not_clean() -> None:
    assert scan(part("<p/>".encode("utf-16-le")), RULES).unreadable is not None
    assert scan(part(b"\x00", Kind.JSON), RULES).unreadable is not None
    assert scan(part(b"\x00", Kind.TEXT), RULES).unreadable is None


def test_a_malformed_body_is_unreadable_and_what_is_seen_in_it_is_not_rewritable() -> None:
    seen = scan(part(b'<p><ri:user ri:username="tbergmann"/>'), RULES)
    assert seen.unreadable is not None
    assert [match.rewritable for match in seen.matches] == [False]
    assert [match.rewritable for match in scan(part(BODY), RULES).matches] == [True, True, True, False]


def test_json_that_is_none_is_unreadable_and_still_searched_for_addresses() -> None:
    seen = scan(part(b'{"to":"tilda@acme-optics.se", "email"', Kind.JSON), RULES)
    assert seen.unreadable is not None
    assert [match.rule for match in seen.matches] == ["email-address"]
    assert scan(part(b'{"location"', Kind.JSON), RULES).matches == ()
    assert scan(part(b"{", Kind.PERMISSIONS), RULES).unreadable is not None
    assert scan(part(b'{"permissions":[1]}', Kind.PERMISSIONS), RULES).unreadable is not None
    assert scan(part(b"{", Kind.ACCESS), RULES).unreadable is not None


def test_a_part_over_the_size_limit_is_not_assessed() -> None:
    seen = scan(part(b"@" * (SIZE_LIMIT + 1), Kind.TEXT), RULES)
    assert seen.matches == ()
    assert seen.unreadable is not None
    assert "larger than" in seen.unreadable.reason


def test_a_part_is_parsed_once_whatever_the_number_of_rules() -> None:
    seen = View(part(BODY))
    assert seen.storage is seen.storage
    assert View(part(b"[]", Kind.JSON)).tree == View(part(b"[]", Kind.JSON)).tree
    one = View(part(b"[]", Kind.JSON))
    assert one.tree is one.tree


def test_a_text_inside_a_part_is_read_once_whatever_the_number_of_rules() -> None:
    outer = View(part(b"<p/>"))
    inner = outer.inner(Kind.CQL, b"creator = ann")
    assert inner is outer.inner(Kind.CQL, b"creator = ann")
    assert inner.part == replace(outer.part, kind=Kind.CQL, data=b"creator = ann")
    assert inner is not outer.inner(Kind.JQL, b"creator = ann")
    assert inner.query is inner.query


def test_rules_that_share_an_answer_are_asked_where_it_names_them_only() -> None:
    asked: list[str] = []

    def answer(view: View) -> tuple[str, ...]:
        asked.append("all")
        return ("iban",) if b"1" in view.data else ()

    def told(rule: Rule) -> Rule:
        def detect(_: View) -> tuple[Match, ...]:
            asked.append(rule.id)
            return ()

        return replace(rule, answer=answer, detect=detect)

    rules = tuple(told(BY_ID[each]) for each in ("iban", "phone-number"))
    scan(part(b"<p>a</p>"), rules)
    assert asked == ["all"]
    scan(part(b"<p>1</p>"), rules)
    assert asked == ["all", "all", "iban"]


def test_matches_come_in_document_order() -> None:
    matches = scan(part(BODY), tuple(reversed(RULES))).matches
    assert [match.span for match in matches] == sorted(match.span for match in matches)


def test_a_finding_tells_line_and_column_in_characters() -> None:
    original = part(BODY)
    found = findings(original, scan(original, RULES), KEY)
    assert [(each.line, each.column) for each in found] == [(2, 23), (2, 58), (2, 92), (2, 106)]
    assert found[0].path == "body > ri:user/@ri:username"
    assert Lines(b"").position(0) == (1, 1)
    assert Lines("é\né".encode()).position(3) == (2, 1)


def test_equal_people_are_told_apart_by_their_ordinal_only() -> None:
    original = part(BODY)
    found = findings(original, scan(original, RULES), KEY)
    assert found[0].subject.hmac == found[1].subject.hmac != found[2].subject.hmac
    assert len({each.fingerprint for each in found}) == len(found)


def test_a_fingerprint_survives_new_versions_other_findings_and_moved_text() -> None:
    old = part(BODY, version=7)
    new = replace(part(b'<ri:user ri:username="new"/>' + BODY + b" @@ ", version=9))
    before = {each.fingerprint for each in findings(old, scan(old, RULES), KEY)}
    after = {each.fingerprint for each in findings(new, scan(new, RULES), KEY)}
    assert before < after
    assert len(after) == len(before) + 1


def test_a_fingerprint_depends_on_rule_object_place_person_and_ordinal() -> None:
    base = ("r", ObjectType.PAGE, "1", "body", "h", 0)
    others = [("s", *base[1:]), ("r", ObjectType.BLOGPOST, *base[2:]), ("r", ObjectType.PAGE, "2", "body", "h", 0),
              (*base[:3], "title", "h", 0), (*base[:4], "i", 0), (*base[:5], 1)]  # fmt: skip
    prints = {fingerprint(*each) for each in [base, *others]}
    assert len(prints) == 7
    assert all(len(each) == 32 for each in prints)


def test_a_single_finding_without_a_place_is_named_by_its_part() -> None:
    title = part(b"by tilda@acme-optics.se", Kind.TEXT, "title")
    (match,) = scan(title, RULES).matches
    found = finding(title, match, KEY, 0)
    assert (found.path, found.line, found.column, found.span) == ("title", 1, 4, Span(3, 23))
    assert "tilda" not in repr(found)
    assert found == findings(title, scan(title, RULES), KEY)[0]


@pytest.mark.parametrize(
    ("body", "confidence", "where"),
    [
        ("<!-- tilda@acme-optics.se -->", Confidence.MEDIUM, "comment"),
        (
            "<ac:link><ac:plain-text-link-body><![CDATA[tilda@acme-optics.se]]></ac:plain-text-link-body></ac:link>",
            Confidence.MEDIUM,
            "ac:link/ac:plain-text-link-body/cdata",
        ),
        ('<p title="tilda@acme-optics.se"/>', Confidence.HIGH, "@*"),
        ('<a href="https://x.se/?m=tilda%40acme-optics.se"/>', Confidence.HIGH, "@href"),
        ("<p>support@acme-optics.se</p>", Confidence.MEDIUM, "text()"),
    ],
)
def test_an_address_is_as_sure_as_the_place_it_stands_in(body: str, confidence: Confidence, where: str) -> None:
    (match,) = scan(part(body.encode()), [BY_ID["email-address"]]).matches
    assert (match.confidence, match.where) == (confidence, where)
    assert email_address.RULE is BY_ID["email-address"]


def test_an_account_id_in_the_wrong_attribute_and_a_name_in_the_right_one_say_so() -> None:
    body = b'<ri:user ri:userkey="5d41402abc4b2a76b9719d91"/><ri:user ri:account-id="tilda"/>'
    first, second = scan(part(body), RULES).matches
    assert "retired attribute ri:userkey" in first.reason
    assert (second.confidence, "no account id" in second.reason) == (Confidence.MEDIUM, True)


def test_the_same_object_in_another_version_is_the_same_reference() -> None:
    assert Ref(ObjectType.PAGE, "1") == Ref(ObjectType.PAGE, "1")


def test_a_permission_whose_principal_says_nothing_is_passed_over() -> None:
    data = (
        b'{"permissions":[{"id":"1","operation":"read/space","principal":{}},'
        b'{"id":"2","operation":"x y","principal":{"id":"tilda","type":"user"}},'
        b'{"id":"3","operation":"x","principal":{"id":"@all","type":"user"}}]}'
    )
    (match,) = scan(part(data, Kind.PERMISSIONS), RULES).matches
    assert match.excerpt == 'permission › {"id":"t***","type":"user"}'


FRAGMENTS = st.lists(
    st.one_of(
        st.binary(max_size=6),
        st.sampled_from(
            [b"<ri:user ", b'ri:username="tilda"', b"/>", b"@acme-optics.se", b"tilda", b"&#64;", b"<![CDATA[", b"]]>",
             b"]] >", b'{"user":[', b'{"username":"tilda"}', b"]}", b'"read":', b'"permissions":', b"%40", b"\\u0040"]
        ),
    ),
    max_size=14,
).map(b"".join)  # fmt: skip


@given(FRAGMENTS, st.sampled_from(list(Kind)))
def test_any_bytes_of_any_kind_are_scanned_and_every_place_lies_inside_them(data: bytes, kind: Kind) -> None:
    original = part(data, kind)
    seen = scan(original, RULES)
    for each in findings(original, seen, KEY):
        assert 0 <= each.span.start < each.span.end <= len(data)
        assert len(each.excerpt) <= 200
        assert "tilda" not in each.excerpt
        assert each.excerpt.encode()
    result = rewrite(original, RULES, Directory({"tilda": ANN}))
    assert seen.unreadable is None or result.data == data


@given(
    st.lists(
        st.sampled_from([b"a", b"\n", "é".encode(), "…".encode(), b"\xc3", b"\xe2\x80", b"\x82", b"ab"]), max_size=20
    )
)
def test_columns_count_characters_from_the_beginning_of_the_line_in_whatever_order_they_are_asked_for(
    pieces: list[bytes],
) -> None:
    data = b"".join(pieces)
    rising, falling = Lines(data), Lines(data)
    expected = []
    for at in range(len(data) + 1):
        start = data.rfind(b"\n", 0, at) + 1
        expected.append((data.count(b"\n", 0, at) + 1, len(data[start:at].decode("utf-8", "replace")) + 1))
    assert [rising.position(at) for at in range(len(data) + 1)] == expected
    assert [falling.position(at) for at in reversed(range(len(data) + 1))] == expected[::-1]
    assert [Lines(data).position(at) for at in range(0, len(data) + 1, 3)] == expected[::3]


def test_sets_of_rules_by_turns_find_what_each_finds_alone() -> None:
    body = part(b'<p><ac:link><ri:user ri:username="tbergmann"/></ac:link> ask ann@acme-optics.se</p>')
    some = tuple(rule for rule in RULES if rule.id == email_address.RULE.id)
    alone = [scan(body, RULES), scan(body, some)]
    assert [scan(body, rules) for _ in range(2) for rules in (RULES, some)] == alone * 2
    assert {match.rule for match in alone[1].matches} == {email_address.RULE.id}
