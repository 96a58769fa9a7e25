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
