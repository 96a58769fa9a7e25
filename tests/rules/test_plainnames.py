"""Mentions that become the plain name: what goes, what stays, what is held, and what the proof lets pass."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.model import Account, Edit, HeldReason, Kind, Named, Personal, Resolution, Span, SubjectKind, Unresolved
from rules.plainnames import spoken
from rules.rewrite import PLAIN_PROOF, PROOF, rewrite
from rules.splice import apply, prove
from tests.rules.parts import ANN, BOB, RULES, part

WHY = "its account is closed, and the policy wants the plain name"
USER = '<ri:user ri:username="tbergmann"/>'
HELD = HeldReason.NO_REWRITER


def named(name: str = "Tilda Bergmann", account: str = ANN) -> Named:
    return Named(HeldReason.ACCOUNT_CLOSED, WHY, name=Personal(SubjectKind.DISPLAY_NAME, name), account_id=account)


class People:
    """A resolver with an answer for everybody whom it knows."""

    def __init__(self, answers: Mapping[str, Resolution]) -> None:
        self.answers = answers

    def __call__(self, value: Personal) -> Resolution:
        return self.answers.get(value.reveal(), Unresolved(HeldReason.UNRESOLVED, "not in the mapping"))


TILDA = People({"tbergmann": named()})
TWO = People(
    {
        "tbergmann": named(),
        "tilda.b": named(),
        "ola": named("Ola Lindqvist", BOB),
        "ann": Account(ANN, "test"),
        "bob": Account(BOB, "test"),
        "twin": Unresolved(HeldReason.AMBIGUOUS, "two people answer to it"),
    }
)


def storage(body: str, people: People = TILDA) -> tuple[str, list[tuple[HeldReason, str]]]:
    result = rewrite(part(body.encode()), RULES, people)
    return result.data.decode(), [(hold.reason, hold.detail) for hold in result.holds]


def text_body(text: str) -> str:
    return f"<ac:plain-text-link-body>{text}</ac:plain-text-link-body>"


def rich_body(text: str) -> str:
    return f"<ac:link-body>{text}</ac:link-body>"


@pytest.mark.parametrize(
    ("inside", "after"),
    [
        (USER, "Tilda Bergmann"),
        (" \n" + USER + "\t", "Tilda Bergmann"),
        ('<ri:user ri:username="tbergmann"></ri:user>', "Tilda Bergmann"),
        ('<ri:user ri:local-id="1" ri:display-name="T" ri:version-at-save="3" ri:username="tbergmann"> </ri:user>', "Tilda Bergmann"),
        (USER + text_body("<![CDATA[Tilda & co]]>"), "Tilda &amp; co"),
        (USER + text_body("our <![CDATA[<b>]]> &eacute;xpert&nbsp;"), "our &lt;b&gt; &eacute;xpert&nbsp;"),
        (text_body("<![CDATA[our lead]]>") + USER, "our lead"),
        (USER + text_body("<![CDATA[ ]]>"), "Tilda Bergmann"),
        (USER + text_body(""), "Tilda Bergmann"),
        (USER + "<ac:plain-text-link-body/>", "Tilda Bergmann"),
        (USER + rich_body("<strong>Til</strong>da &amp; <em>co</em>"), "<strong>Til</strong>da &amp; <em>co</em>"),
        (USER + rich_body("She<!-- x --><![CDATA[ & he]]>"), "She<!-- x --><![CDATA[ & he]]>"),
        (USER + rich_body("&nbsp;"), "Tilda Bergmann"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("opener", ["<ac:link>", '<ac:link ac:card-appearance="inline">'])
def test_a_mention_becomes_text_and_every_byte_outside_stays(opener: str, inside: str, after: str) -> None:
    frame = (
        '<p>é&nbsp;<ac:inline-comment-marker ac:ref="r">{}</ac:inline-comment-marker> , b</p>'
        '<ac:structured-macro ac:name="code" ac:macro-id="m"><ac:plain-text-body><![CDATA[<ac:link>]]>'
        "</ac:plain-text-body></ac:structured-macro>"
    )
    before = frame.format(f"{opener}{inside}</ac:link>")
    assert storage(before) == (frame.format(after), [])
    assert storage(frame.format(after)) == (frame.format(after), [])


def test_a_name_is_escaped() -> None:
    people = People({"tbergmann": named('T & <b> "x"')})
    assert storage(f"<ac:link>{USER}</ac:link>", people) == ('T &amp; &lt;b&gt; "x"', [])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (f"<p>{USER}</p>", "stands in no link of its own"),
        (USER, "stands in no link of its own"),
        (f'<ac:link ac:anchor="x">{USER}</ac:link>', "something besides the person"),
        ('<ac:link><ri:user ri:username="tbergmann" ri:other="1"/></ac:link>', "something besides the person"),
        (f"<ac:link>{USER} text</ac:link>", "something besides the person"),
        (f"<ac:link>{USER}<!-- why --></ac:link>", "something besides the person"),
        ('<ac:link><ri:user ri:username="tbergmann">x</ri:user></ac:link>', "something besides the person"),
        (f'<ac:link>{USER}<ri:attachment ri:filename="a.png"/></ac:link>', "something besides the person"),
        (f"<ac:link>{USER}{rich_body('a')}{text_body('b')}</ac:link>", "something besides the person"),
        (f'<ac:link>{USER}{rich_body("""a<ac:structured-macro ac:name="x" ac:macro-id="m"/>""")}</ac:link>', "something besides"),
        (f'<ac:link>{USER}{rich_body("""<ac:inline-comment-marker ac:ref="r">a</ac:inline-comment-marker>""")}</ac:link>', "something besides"),
        (f'<ac:link>{USER}{rich_body("""<ac:image><ri:attachment ri:filename="a.png"/></ac:image>""")}</ac:link>', "something besides"),
        (f"<ac:link>{USER}{rich_body('<strong> </strong>')}</ac:link>", "something besides the person"),
        (f"<ac:link>{USER}{text_body('a<!-- why -->')}</ac:link>", "something besides the person"),
        (f"<ac:link>{USER}{text_body('a<b>c</b>')}</ac:link>", "something besides the person"),
        (f"<ac:link>{USER}{text_body('<?pi x?>a')}</ac:link>", "something besides the person"),
        (f"<ac:link>{USER}{text_body('<![CDATA[tilda@acme-optics.se]]>')}</ac:link>", "has the identifier, an address"),
        (f"<ac:link>{USER}{text_body('see www.acme-optics.se')}</ac:link>", "has the identifier, an address"),
        (f"<ac:link>{USER}{rich_body(' <b>TBergmann</b> ')}</ac:link>", "has the identifier, an address"),
        (f"<ac:link>{USER}{rich_body('<![CDATA[TBergmann]]>')}</ac:link>", "has the identifier, an address"),
        (f'<ac:structured-macro ac:name="profile"><ac:parameter ac:name="user">{USER}</ac:parameter></ac:structured-macro>', WHY),
        (f"<ac:task-list><ac:task><ac:task-body><ac:link>{USER}</ac:link> does it</ac:task-body></ac:task></ac:task-list>", WHY),
        ("<ac:task><ac:task-assignee>tbergmann</ac:task-assignee></ac:task>", WHY),
        ('<a href="/users/viewuserprofile.action?username=tbergmann">her pages</a>', WHY),
        ('<ac:structured-macro ac:name="jira"><ac:parameter ac:name="jqlQuery">assignee = tbergmann</ac:parameter></ac:structured-macro>', WHY),
    ],
)  # fmt: skip
def test_where_a_name_will_not_do_the_mention_is_held_with_the_reason(body: str, words: str) -> None:
    after, holds = storage(body)
    assert after == body
    assert holds
    assert all(words in detail for _, detail in holds)


def test_one_mention_is_named_while_others_get_their_account_or_are_held() -> None:
    body = "".join(f'<p><ac:link><ri:user ri:username="{name}"/></ac:link></p>' for name in ("bob", "tilda.b", "eve"))
    after, holds = storage(body, TWO)
    assert after == (
        f'<p><ac:link><ri:user ri:account-id="{BOB}"/></ac:link></p><p>Tilda Bergmann</p>'
        '<p><ac:link><ri:user ri:username="eve"/></ac:link></p>'
    )
    assert [reason for reason, _ in holds] == [HeldReason.UNRESOLVED]


@pytest.mark.parametrize(
    ("attributes", "after", "reasons"),
    [
        ('ri:username="tbergmann" ri:userkey="tilda.b"', "Tilda Bergmann", []),
        ('ri:username="eve" ri:userkey="tilda.b"', None, [HeldReason.UNRESOLVED] * 2),
        ('ri:username="ann" ri:userkey="tilda.b"', "Tilda Bergmann", []),
        (f'ri:account-id="{ANN}" ri:username="tbergmann"', f'<ac:link><ri:user ri:account-id="{ANN}"/></ac:link>', []),
        (f'ri:account-id="{BOB}" ri:username="tbergmann"', None, [HeldReason.AMBIGUOUS]),
        ('ri:username="tbergmann" ri:userkey="ola"', None, [HeldReason.AMBIGUOUS] * 2),
        ('ri:username="tbergmann" ri:userkey="bob"', None, [HeldReason.AMBIGUOUS] * 2),
        ('ri:username="tbergmann" ri:userkey="twin"', None, [HeldReason.AMBIGUOUS] * 2),
        ('ri:username="tbergmann" ri:userkey="{{key}}"', None, [HeldReason.AMBIGUOUS]),
    ],
)
def test_all_identifiers_of_a_mention_have_to_agree(
    attributes: str, after: str | None, reasons: list[HeldReason]
) -> None:
    body = f"<ac:link><ri:user {attributes}/></ac:link>"
    result, holds = storage(body, TWO)
    assert result == (body if after is None else after)
    assert [reason for reason, _ in holds] == reasons


def test_a_username_with_the_shape_of_an_account_id_is_no_account_where_its_person_is_to_be_named() -> None:
    people = People({BOB: replace(named(), reason=HeldReason.UNRESOLVED)})
    assert storage(f'<ac:link><ri:user ri:username="{BOB}"/></ac:link>', people) == ("Tilda Bergmann", [])


def test_an_access_list_keeps_an_entry_whose_person_is_to_be_named() -> None:
    data = b'{"read":{"group":[],"user":[{"username":"tbergmann"}]},"update":{"group":[],"user":[]}}'
    result = rewrite(part(data, Kind.ACCESS), RULES, TILDA)
    assert (result.data, [hold.detail for hold in result.holds]) == (data, [WHY])


def test_markup_that_is_quoted_in_a_parameter_is_mended_through_its_escapes() -> None:
    frame = '<ac:structured-macro ac:name="notes"><ac:parameter ac:name="x">{}</ac:parameter></ac:structured-macro>'
    people = People({"tbergmann": named("T & B")})
    after, holds = storage(frame.format(escape(f"<p><ac:link>{USER}</ac:link></p>", quote=False)), people)
    assert (after, holds) == (frame.format(escape("<p>T &amp; B</p>", quote=False)), [])


def test_nobody_is_named_in_what_is_printed() -> None:
    assert "Tilda" not in repr(named())
    assert ANN not in repr(named())


# The proof


LINK = f"<ac:link>{USER}{text_body('<![CDATA[She & he]]>')}</ac:link>"
OTHER = "<ac:link><ri:page ri:content-title='x'/>" + text_body("<![CDATA[Home]]>") + "</ac:link>"
BODY = f"<![CDATA[top]]><p>{LINK}</p>{OTHER}{text_body('<![CDATA[alone]]>')}"


def cut(old: str, new: str, body: str = BODY) -> Edit:
    at = body.encode().index(old.encode())
    return Edit(Span(at, at + len(old.encode())), old.encode(), new.encode(), "legacy-mention")


def test_the_proof_lets_the_text_of_a_link_become_text() -> None:
    good = cut(LINK, "She &amp; he")
    assert prove(part(BODY.encode()), [good], apply(BODY.encode(), [good]), RULES) is None
    result = rewrite(part(BODY.encode()), RULES, TILDA)
    assert (result.edits, result.proof) == ((good,), PLAIN_PROOF)
    assert rewrite(part(f"<ac:link>{USER}</ac:link>".encode()), RULES, TILDA).proof == PROOF


@pytest.mark.parametrize(
    "edits",
    [
        [cut(LINK, "Somebody else")],
        [cut(LINK, "She")],
        [cut(f"<p>{LINK}</p>", "She &amp; he")],
        [cut(LINK, "She &amp; he"), cut(OTHER, "Home")],
        [cut(LINK, "She &amp; he"), cut("<![CDATA[top]]>", "top")],
        [cut(LINK, "She &amp; he"), cut("<![CDATA[alone]]>", "alone")],
        [cut(LINK, "She &amp; he<![CDATA[more]]>")],
    ],
)
def test_the_proof_lets_no_other_section_go(edits: list[Edit]) -> None:
    assert prove(part(BODY.encode()), edits, apply(BODY.encode(), edits), RULES) == "CDATA sections changed"


def test_a_text_that_a_rule_would_find_is_not_written() -> None:
    people = People({"tbergmann": named("tilda@acme-optics.se")})
    body = f"<ac:link>{USER}</ac:link>"
    after, [(reason, detail)] = storage(body, people)
    assert (after, reason) == (body, HeldReason.NOT_PROVED)
    assert "acme" not in detail


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Tilda Bergmann", "Tilda Bergmann"),
        ("  Tilda\u00a0\n Bergmann ", "Tilda Bergmann"),
        ("Müller & Söhne <Bau>", "Müller & Söhne <Bau>"),
        ("علی‌رضا", "علی‌رضا"),
        ("Anaïs d’Été (2)", "Anaïs d’Été (2)"),
        ("", ""),
        ("12 34", ""),
        ("TBergmann", ""),
        ("tilda@acme-optics.se", ""),
        ("https://acme.example/t", ""),
        ("~tilda", ""),
        ("{{name}}", ""),
        ("unknown", ""),
        ("Tilda\u202e", ""),
        ("Til\x00da", ""),
        ("T" * 121, ""),
    ],
)
def test_a_name_is_what_a_text_can_show(name: str, shown: str) -> None:
    assert spoken(name, ["tbergmann"]) == shown


NAMES = st.text(min_size=1, max_size=20).map(spoken).filter(bool)
NEUTRAL = st.sampled_from(
    ["<p>x</p>", " &nbsp;é ", "<![CDATA[<ri:user ri:username='x'/>]]>", "<!-- a -->", "<br/>", OTHER, "<b> y </b>"]
)
LINKS = st.builds(
    lambda body, name, first: (body[0] + USER if first else USER + body[0], body[1] or escape(name, quote=False)),
    st.sampled_from(
        [
            ("", ""),
            (text_body("<![CDATA[her & him]]>"), "her &amp; him"),
            (text_body("a &lt;b"), "a &lt;b"),
            (text_body("<![CDATA[]]>"), ""),
            (rich_body("<em>her</em> x"), "<em>her</em> x"),
        ]
    ),
    st.just("{name}"),
    st.booleans(),
)


@settings(max_examples=150)
@given(st.lists(st.one_of(NEUTRAL, LINKS), max_size=8), NAMES)
def test_everything_outside_the_links_is_the_same_to_the_byte(pieces: list[str | tuple[str, str]], name: str) -> None:
    before = "".join(piece if isinstance(piece, str) else f"<ac:link>{piece[0]}</ac:link>" for piece in pieces)
    shown = escape(name, quote=False)
    after = "".join(piece if isinstance(piece, str) else piece[1].replace("{name}", shown) for piece in pieces)
    people = People({"tbergmann": named(name)})
    assert storage(before, people) == (after, [])
    assert storage(after, people) == (after, [])


# Documents of the newer format


def document(node: str, around: str = "paragraph") -> bytes:
    return f'{{"type":"doc","content":[ {{"type":"{around}","content":[{node} , {{"type":"text"}}]}} ]}}'.encode()


MARK = '[{"type":"annotation","attrs":{"id":"a1"}}, {"type":"strong"}]'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"type":"mention","attrs":{"id":"tbergmann","text":"@Tilda"}}', '{"type":"text","text":"Tilda Bergm\\u00e5nn"}'),
        ('{ "attrs" : {"username":"tbergmann","accessLevel":"","localId":"x","userType":"DEFAULT"} , "type" : "mention" }',
         '{ "text" : "Tilda Bergm\\u00e5nn" , "type" : "text" }'),
        (f'{{"marks":{MARK}, "type":"mention","attrs":{{"id":"tbergmann"}}}}',
         f'{{"marks":{MARK}, "type":"text","text":"Tilda Bergm\\u00e5nn"}}'),
        (f'{{"type":"mention", "marks":{MARK},"attrs":{{"id":"tbergmann"}}}}',
         f'{{"type":"text", "marks":{MARK},"text":"Tilda Bergm\\u00e5nn"}}'),
    ],
)  # fmt: skip
def test_a_mention_of_a_document_becomes_a_text_with_its_marks(before: str, after: str) -> None:
    people = People({"tbergmann": named("Tilda Bergmånn")})
    result = rewrite(part(document(before), Kind.ADF), RULES, people)
    assert (result.data, result.holds) == (document(after), ())
    assert rewrite(part(result.data, Kind.ADF), RULES, people).edits == ()
    assert json.loads(result.data)["content"][0]["content"][0]["text"] == "Tilda Bergmånn"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (document('{"type":"mention","attrs":{"id":"tbergmann"}}', "taskItem"), WHY),
        (document('{"type":"paragraph","content":[{"type":"mention","attrs":{"id":"tbergmann"}}]}', "blockTaskItem"), WHY),
        (b'{"type":"doc","content":[{"type":"extension","attrs":{"x":{"type":"mention","attrs":{"id":"tbergmann"}}}}]}', WHY),
        (b'{"type":"mention","attrs":{"id":"tbergmann"}}', WHY),
        (document('{"type":"mention","attrs":{"id":"tbergmann","x":1}}'), "holds more than a mention"),
        (document('{"type":"mention","attrs":{"id":"tbergmann"},"x":1}'), "holds more than a mention"),
        (document('{"type":"mention","type":"mention","attrs":{"id":"tbergmann"}}'), "holds more than a mention"),
        (document('{"type":"mention","attrs":{"id":"tbergmann"},"marks":[{"type":"border"}]}'), "holds more than a mention"),
        (document('{"type":"mention","attrs":{"id":"tbergmann"},"marks":[7]}'), "holds more than a mention"),
        (document('{"type":"mention","attrs":{"id":"tbergmann"},"marks":null}'), "holds more than a mention"),
    ],
)  # fmt: skip
def test_a_mention_of_a_document_that_a_text_cannot_replace_is_held(data: bytes, words: str) -> None:
    result = rewrite(part(data, Kind.ADF), RULES, TILDA)
    assert result.data == data
    assert [words in hold.detail for hold in result.holds] == [True]


def test_a_document_in_a_string_of_a_document_is_mended_through_its_escapes() -> None:
    def outer(inner: bytes) -> bytes:
        return document(json.dumps({"type": "extension", "attrs": {"parameters": {"adf": inner.decode()}}}))

    before = document('{"type":"mention","attrs":{"id":"tbergmann"}}')
    after = document('{"type":"text","text":"Tilda Bergmann"}')
    assert rewrite(part(outer(before), Kind.ADF), RULES, TILDA).data == outer(after)


def test_the_anchor_of_a_comment_in_a_document_stays_or_nothing_changes() -> None:
    data = document(f'{{"type":"mention","attrs":{{"id":"tbergmann"}},"marks":{MARK}}}')
    at = data.index(b'{"type":"mention"')
    old = data[at : data.index(b" , {")]
    lost = Edit(Span(at, at + len(old)), old, b'{"type":"text","text":"Tilda"}', "legacy-adf-mention")
    found = prove(part(data, Kind.ADF), [lost], apply(data, [lost]), RULES)
    assert found == "the anchors of inline comments changed"
    nameless = document('{"type":"annotation"} , {"type":"annotation","attrs":{}}')
    assert prove(part(nameless, Kind.ADF), [], nameless, RULES) is None


@settings(max_examples=100)
@given(st.lists(st.sampled_from(["m", '{"type":"text","text":"é"}', '{"type":"hardBreak"}', MARK])), NAMES)
def test_everything_outside_the_mentions_of_a_document_is_the_same_to_the_byte(pieces: list[str], name: str) -> None:
    def made(mention: str) -> bytes:
        nodes = [mention if piece == "m" else piece for piece in pieces]
        return f'{{"type":"doc", "content":[{{"type":"paragraph","content":[{" ,".join(nodes)}]}}]}}'.encode()

    before = made('{ "type":"mention","attrs":{"text":"@T","id":"tbergmann"}, "marks":[] }')
    after = made(f'{{ "type":"text","text":{json.dumps(name)}, "marks":[] }}')
    result = rewrite(part(before, Kind.ADF), RULES, People({"tbergmann": named(name)}))
    assert (result.data, result.holds) == (after, ())
