"""Rewritten queries are told by their order, down to the depth at which parts are looked into."""

from __future__ import annotations

from rules.context import Context
from rules.embedded import DEPTH_LIMIT
from rules.jqlpairs import _queries, reworded
from rules.view import View
from tests.rules.parts import part

BODY = (
    '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="jqlQuery">assignee = {}</ac:parameter>'
    "</ac:structured-macro>"
)


def test_a_query_that_reads_otherwise_is_paired_with_what_it_was() -> None:
    before, after = part(BODY.format("tilda").encode()), BODY.format("bob").encode()
    assert reworded(before, after, Context()) == (("assignee = tilda", "assignee = bob"),)
    assert reworded(before, before.data, Context()) == ()


def test_below_the_deepest_level_nothing_is_looked_into() -> None:
    view = View(part(BODY.format("tilda").encode()))
    assert list(_queries(view, DEPTH_LIMIT - 1)) == ["assignee = tilda"]
    assert list(_queries(view, DEPTH_LIMIT)) == []


def test_queries_in_addresses_are_paired_at_any_depth_and_cql_is_none_of_them() -> None:
    text = (
        '<a href="/login?next=%2Fissues%2F%3Fjql%3Dassignee%253D{0}">x</a>'
        '<ac:structured-macro ac:name="contentbylabel"><ac:parameter ac:name="cql">creator = {0}</ac:parameter>'
        "</ac:structured-macro>"
    )
    before, after = part(text.format("tilda").encode()), text.format("bob").encode()
    assert reworded(before, after, Context()) == (("assignee=tilda", "assignee=bob"),)
