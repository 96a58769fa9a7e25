"""Everything that is not the identifier keeps the spelling that it was written in: entities, escapes, quotes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.context import Context
from rules.model import Kind, ObjectType
from rules.rewrite import rewrite
from tests.rules.parts import ANN, BOB, RULES, Directory, part

KNOWN = Directory({"ann": ANN})
LINK = ANN.replace(":", "%3A")


def became(data: str, kind: Kind) -> str:
    one = part(data.encode(), kind)
    file = replace(one, ref=replace(one.ref, type=ObjectType.FILE))
    result = rewrite(file, RULES, KNOWN, Context(spaces={"~ann": f"~{BOB}"}))
    assert result.holds == ()
    return result.data.decode()


@pytest.mark.parametrize("quote", ["&#34;", "&quot;", "&#x22;", "&#0034;", '"'])
@pytest.mark.parametrize(
    ("name", "field"), [("cql", "creator"), ("jqlQuery", "assignee"), ("cql", "creator.accountid")]
)
def test_quotes_in_a_macro_keep_their_spelling(quote: str, name: str, field: str) -> None:
    body = (
        f'<ac:structured-macro ac:name="x"><ac:parameter ac:name="{name}">{field} = {quote}%s{quote} and text ~ '
        f"{quote}a &#38; b{quote}</ac:parameter></ac:structured-macro>"
    )
    assert became(body % "ann", Kind.STORAGE) == body % ANN


def test_only_a_value_that_needs_them_gets_quotes() -> None:
    assert became("creator in (ann, 'ann', \"ann\")", Kind.CQL) == f'creator in ("{ANN}", "{ANN}", "{ANN}")'
    assert became('space = "~ann" and space = ~ann', Kind.CQL) == f'space = "~{BOB}" and space = "~{BOB}"'
    assert became('creator.userkey = "ann"', Kind.CQL) == f'creator.accountid = "{ANN}"'


@pytest.mark.parametrize("quote", ["\\u0022", '\\"'])
def test_quotes_in_a_string_of_json_keep_their_spelling(quote: str) -> None:
    assert became(f'{{"cql":"creator = {quote}ann{quote}"}}', Kind.JSON) == f'{{"cql":"creator = {quote}{ANN}{quote}"}}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/s?cql=creator+%3d+&#34;ann&#34;+and+type%3Dpage", f"/s?cql=creator+%3d+&#34;{LINK}&#34;+and+type%3Dpage"),
        ("/s?cql=creator%3D%22ann%22", f"/s?cql=creator%3D%22{LINK}%22"),
        ("/s?cql=creator%3Dann", f"/s?cql=creator%3D%22{LINK}%22"),
        ("/s?cql=space%3D&quot;~ann&quot;", f"/s?cql=space%3D&quot;~{BOB}&quot;"),
        ("/login?next=%2fs%3fcql%3dcreator%3D%2522ann%2522", f"/login?next=%2fs%3fcql%3dcreator%3D%2522{ANN.replace(':', '%253A')}%2522"),
        ("/users/viewuserprofile.action?x=%3d&#38;y=&#49;&#38;username=ann", f"/people/{LINK}?x=%3d&#38;y=&#49;"),
        ("/users/viewuserprofile.action?x=%3d&#38;username=ann&#38;y", f"/people/{LINK}?x=%3d&#38;y"),
        ("/users/viewuserprofile.action?username=ann&#38;y=&#49;", f"/people/{LINK}?y=&#49;"),
        (
            "/login?next=%2fusers%2fviewuserprofile.action%3fx%3d%253d%26username%3dann",
            f"/login?next=%2fpeople%2F{ANN.replace(':', '%253A')}%3Fx%3d%253d",
        ),
    ],
)  # fmt: skip
def test_an_address_keeps_its_spelling(before: str, after: str) -> None:
    assert became(f'<a href="{before}">x</a>', Kind.STORAGE) == f'<a href="{after}">x</a>'
