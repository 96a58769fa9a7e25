from __future__ import annotations

import json

import pytest

from rules.model import HeldReason, Kind
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
QUOTED = f"%22{ANN.replace(':', '%3A')}%22"
KNOWN = Directory({"ann": ANN, "bob": BOB, KEY: ANN})


def macro(name: str, parameter: str, value: str) -> str:
    return f'<ac:structured-macro ac:name="{name}"><ac:parameter ac:name="{parameter}">{value}</ac:parameter></ac:structured-macro>'


def rewritten(body: str) -> tuple[str, list[HeldReason]]:
    result = rewrite(part(body.encode()), RULES, KNOWN)
    return result.data.decode(), [hold.reason for hold in result.holds]


def node(kind: str, *attributes: str) -> str:
    inside = "".join(attributes)
    return f'<ac:adf-extension><ac:adf-node type="{kind}">{inside}</ac:adf-node></ac:adf-extension>'


def attribute(key: str, value: str) -> str:
    return f'<ac:adf-attribute key="{key}">{value}</ac:adf-attribute>'


def parameter(key: str, value: str) -> str:
    return f'<ac:adf-parameter key="{key}">{value}</ac:adf-parameter>'


def values(*items: str) -> str:
    return "".join(f"<ac:adf-parameter-value>{item}</ac:adf-parameter-value>" for item in items)


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("<p>ann</p>", f"<p>{ANN}</p>"),
        ("\n<p><strong>ann</strong></p>\n", f"\n<p><strong>{ANN}</strong></p>\n"),
        ("<p>ann, bob</p>", f"<p>{ANN}, {BOB}</p>"),
        ("<ul><li>ann</li><li><p>bob</p></li></ul>", f"<ul><li>{ANN}</li><li><p>{BOB}</p></li></ul>"),
        ("<p>ann</p><p/><p> <!-- x --></p><p>bob</p>", f"<p>{ANN}</p><p/><p> <!-- x --></p><p>{BOB}</p>"),
    ],
)
def test_people_in_the_rich_text_of_a_parameter_are_rewritten_paragraph_by_paragraph(value: str, after: str) -> None:
    assert rewritten(macro("show-if", "users", value)) == (macro("show-if", "users", after), [])


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("<p>ann<br/>bob</p>", 2),
        ("<p><b>ann</b> <i>bob</i></p>", 2),
        ("<p>ann<b/></p>", 1),
        ("ann<p>bob</p>", 1),
        ("<p><![CDATA[ann]]></p>", 1),
    ],
)
def test_text_that_markup_cuts_into_pieces_is_held(value: str, count: int) -> None:
    body = macro("show-if", "users", value)
    assert rewritten(body) == (body, [HeldReason.NO_REWRITER] * count)


@pytest.mark.parametrize(
    "value",
    [
        "<ac:link><ri:page ri:content-title='x'/><ac:link-body>ann</ac:link-body></ac:link>",
        "<ac:structured-macro ac:name='info'><ac:rich-text-body><p>ann</p></ac:rich-text-body></ac:structured-macro>",
        "<p><ac:placeholder>ann</ac:placeholder></p>",
        "<p></p>",
    ],
)
def test_what_stands_in_other_elements_inside_a_parameter_is_not_its_value(value: str) -> None:
    assert scan(part(macro("profile", "user", value).encode()), RULES).matches == ()


def test_a_query_in_a_paragraph_is_a_query() -> None:
    body = macro("contentbylabel", "cql", "<p>creator = ann</p>")
    assert rewritten(body) == (body.replace("ann", f"&quot;{ANN}&quot;"), [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user", '<at:var at:name="who"/>'),
        ("user", 'x-<at:var at:name="who"/>'),
        ("user", '<p>x-<at:var at:name="who"/></p>'),
        ("cql", 'creator = <at:var at:name="who"/> and label = x'),
        ("cql", '<p>creator = <at:var at:name="who"/></p>'),
    ],
)
def test_a_variable_of_a_template_is_no_user_and_no_broken_query(name: str, value: str) -> None:
    body = macro("profile", name, value) + '<at:declarations><at:string at:name="who"/></at:declarations>'
    assert scan(part(body.encode()), RULES).matches == ()


def test_people_beside_a_variable_in_a_list_are_reported_and_held() -> None:
    body = macro("show-if", "users", 'ann, <at:var at:name="who"/>')
    assert rewritten(body) == (body, [HeldReason.NO_REWRITER])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (node("mention", attribute("id", "ann"), attribute("text", "@A")), node("mention", attribute("id", ANN), attribute("text", "@A"))),
        (node("mention", attribute("user-key", KEY)), node("mention", attribute("user-key", ANN))),
        (node("taskItem", attribute("assignee-id", "ann")), node("taskItem", attribute("assignee-id", ANN))),
        (
            node("blockCard", attribute("datasource", parameter("parameters", parameter("contributor-account-ids", values("ann", BOB, KEY))))),
            node("blockCard", attribute("datasource", parameter("parameters", parameter("contributor-account-ids", values(ANN, BOB, ANN))))),
        ),
        (
            node("extension", attribute("extension-key", "a/b/static/show-if"), attribute("parameters", parameter("guest-params", parameter("users", values("ann", "@self"))))),
            node("extension", attribute("extension-key", "a/b/static/show-if"), attribute("parameters", parameter("guest-params", parameter("users", values(ANN, "@self"))))),
        ),
    ],
)  # fmt: skip
def test_nodes_of_the_newer_format_in_storage_format_are_rewritten_like_their_own(before: str, after: str) -> None:
    assert rewritten(f"<p>é</p>{before}") == (f"<p>é</p>{after}", [])


@pytest.mark.parametrize(
    "body",
    [
        node("mention", attribute("id", "all")),
        node("mention", attribute("id", "here"), attribute("local-id", "ann")),
        node("mention", attribute("id", ANN), attribute("id", "{{who}}")),
        node("panel", attribute("id", "ann"), attribute("panel-type", "note")),
        node("blockCard", attribute("datasource", parameter("id", "ann"))),
        node("", attribute("id", "ann")),
    ],
)
def test_roles_variables_and_attributes_of_other_nodes_are_clean(body: str) -> None:
    assert scan(part(body.encode()), RULES).matches == ()


def test_the_id_of_another_directory_is_personal_data_and_no_account() -> None:
    guest = parameter("guest-params", parameter("ms-account-id", " 0f3a9c1e-77aa-4c21-9d5e-1b2c3d4e5f60 "))
    body = node("extension", attribute("extension-key", "a/b/static/card"), attribute("parameters", guest))
    (match,) = scan(part(body.encode()), RULES).matches
    assert (match.rule, match.subject.kind.value, match.rewritable) == ("macro-directory-id", "directory_id", False)
    assert rewritten(body) == (body, [])


def test_people_in_the_data_source_of_a_card_are_rewritten() -> None:
    def document(who: str) -> bytes:
        source = {
            "id": "x",
            "parameters": {"cloudId": "c", "contributorAccountIds": [who, BOB], "creatorAccountIds": [who]},
        }
        return json.dumps({"type": "doc", "content": [{"type": "blockCard", "attrs": {"datasource": source}}]}).encode()

    assert rewrite(part(document("ann"), Kind.ADF), RULES, KNOWN).data == document(ANN)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("assignee%20%3D%20ann", f"assignee%20%3D%20{QUOTED}"),
        ("assignee+in+(ann,%20%22bob%22)", f"assignee+in+({QUOTED},%20%22{BOB}%22)"),
        ("text ~ &quot;a%20b&quot; and assignee = ann", f"text ~ &quot;a%20b&quot; and assignee = &quot;{ANN}&quot;"),
        ("assignee%20%3D%20%20", "assignee%20%3D%20%20"),
    ],
)
def test_a_query_in_percent_encoding_is_decoded_where_it_is_none_as_it_stands(before: str, after: str) -> None:
    for name, parameter in (("jirachart", "jql"), ("jira", "jqlQuery")):
        new, _ = rewritten(macro(name, parameter, before))
        assert new == macro(name, parameter, after)
