"""What a plan makes of the queries that Jira confirms, and of those it does not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit.jqlcheck import PATH
from audit.plan_file import Plan, open_edits, plan_bytes
from audit.sandbox.faults import Fault, FaultKind
from rules.context import Context
from rules.jqlpairs import reworded
from rules.model import HeldReason, Kind
from rules.rewrite import rewrite
from rules.splice import apply
from tests.audit.shell import Shell
from tests.audit.writing import ADA, BEN, Scene, body, check_canaries, page, site_of
from tests.rules.parts import ANN, BOB, RULES, Directory, part

pytestmark = pytest.mark.anyio


MACRO = '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="jqlQuery">{}</ac:parameter></ac:structured-macro>'
MENTION = '<ac:link><ri:user ri:username="ada.quill"/></ac:link>'
LINK = '<a href="/issues/?jql=assignee%20%3D%20{}%20or%20reporter%3D{}">x</a>'
TWO = MACRO.format("assignee = ada.quill and reporter = ben.marlow")
GONE_TOO = MACRO.format("assignee = ada.quill and reporter = gone.leaver")


class Opinion:
    """A confirmation that refuses the queries in which a word stands, and remembers what it was asked."""

    def __init__(self, word: str, *, why: str = "no") -> None:
        self.word, self.why = word, why
        self.calls: list[list[tuple[str, str]]] = []

    async def __call__(self, queries: Sequence[tuple[str, str]]) -> Mapping[int, str]:
        self.calls.append(list(queries))
        return {index: self.why for index, (before, _) in enumerate(queries) if self.word in before}


def result(scene: Scene, plan: Plan, page_id: str) -> str:
    """Return what a page becomes under its plan."""
    action = next(action for action in plan.actions if action.ref.id == page_id)
    return apply(scene.site.pages[page_id].body, open_edits(plan, action, scene.vault)).decode()


async def test_a_query_that_is_not_confirmed_is_held_whole_and_the_rest_of_the_page_is_planned(tmp_path: Path) -> None:
    other = MACRO.format("watcher = ada.quill")
    scene = Scene(site_of(page("101", MENTION + TWO + other), page("102", TWO), page("103")), tmp_path)
    opinion = Opinion("reporter")
    plan = await scene.make(confirm_jql=opinion)
    assert len(opinion.calls) == 1
    assert opinion.calls[0] == [
        (
            "assignee = ada.quill and reporter = ben.marlow",
            f'assignee = "{ADA[3]}" and reporter = "{BEN[3]}"',
        ),
        ("watcher = ada.quill", f'watcher = "{ADA[3]}"'),
    ]
    assert [action.ref.id for action in plan.actions] == ["101", "103"]
    after = result(scene, plan, "101")
    assert TWO in after
    assert f'ri:account-id="{ADA[3]}"' in after
    assert f"watcher = &quot;{ADA[3]}&quot;" in after
    assert [(item.ref.id, item.rule, item.reason) for item in plan.held] == [
        (page_id, "legacy-jql-user", HeldReason.AMBIGUOUS) for page_id in ("101", "101", "102", "102")
    ]
    assert {item.detail for item in plan.held} == {"not confirmed by Jira, so the whole query stays: no"}
    assert all(item.subject for item in plan.held)
    assert plan.counts["held/ambiguous"] == 4
    check_canaries(tmp_path, plan_bytes(plan))


async def test_whom_the_mapping_does_not_know_keeps_that_reason(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", GONE_TOO)), tmp_path)
    plan = await scene.make(confirm_jql=Opinion("gone.leaver"))
    assert plan.actions == ()
    assert [item.reason for item in plan.held] == [HeldReason.AMBIGUOUS, HeldReason.UNRESOLVED]


async def test_a_query_in_a_link_is_held_like_one_in_a_macro(tmp_path: Path) -> None:
    link, fine = LINK.format("ada.quill", "ben.marlow"), LINK.format("ada.quill", "ada.quill")
    card = MACRO.format("https://acme.example/issues/?jql=voter%3Dben.marlow")
    scene = Scene(site_of(page("101", link + fine + card)), tmp_path)
    opinion = Opinion("ben.marlow")
    plan = await scene.make(confirm_jql=opinion, context=Context(hosts=frozenset({"acme.example"})))
    assert [before for before, _ in opinion.calls[0]] == [
        "assignee = ada.quill or reporter=ben.marlow",
        "assignee = ada.quill or reporter=ada.quill",
        "voter=ben.marlow",
    ]
    after = result(scene, plan, "101")
    assert link in after
    assert card in after
    assert fine not in after
    assert [(item.rule, item.reason) for item in plan.held] == [("search-link-query", HeldReason.AMBIGUOUS)] * 3


async def test_nothing_is_asked_where_no_jql_changes(tmp_path: Path) -> None:
    cql = '<a href="/dosearchsite.action?cql=creator%3Dada.quill">x</a>'
    closed = page("105", TWO, status="archived")
    pages = [page("101"), page("102", MACRO.format("assignee = gone.leaver")), page("103", MENTION + cql), closed]
    scene = Scene(site_of(*pages), tmp_path)
    opinion = Opinion("")
    await scene.make(*(body(each.id) for each in pages), confirm_jql=opinion)
    assert opinion.calls == []


async def test_a_plan_that_is_confirmed_is_the_plan_without_confirmation(tmp_path: Path) -> None:
    plans = [
        await Scene(site_of(page("101", MENTION + TWO + GONE_TOO)), tmp_path).make(**options)
        for options in ({}, {"confirm_jql": Opinion("nobody")})
    ]
    first, second = (
        replace(plan, digest="", mark="", actions=tuple(replace(a, sealed="") for a in plan.actions)) for plan in plans
    )
    assert first == second


def test_queries_deep_inside_are_told_apart_before_and_after() -> None:
    parameters = {"macroParams": {"jqlQuery": {"value": 'assignee = tilda and summary ~ "\u00e4"'}}}
    node: dict[str, Any] = {"type": "extension", "attrs": {"extensionKey": "jira", "parameters": parameters}}
    nested = json.dumps({"type": "doc", "version": 1, "content": [node]})
    outer = {"type": "extension", "attrs": {"extensionKey": "nested-table", "parameters": {"adf": nested}}}
    card = {"type": "inlineCard", "attrs": {"url": "/issues/?jql=voter+%3D+o.l"}}
    document = json.dumps({"type": "doc", "version": 1, "content": [outer, card]}).encode()
    one, context = part(document, Kind.ADF), Context()
    people = Directory({"tilda": ANN, "o.l": BOB})
    new = rewrite(one, RULES, people, context)
    assert set(reworded(one, new.data, context)) == {
        ('assignee = tilda and summary ~ "\u00e4"', f'assignee = "{ANN}" and summary ~ "\u00e4"'),
        ("voter = o.l", f'voter = "{BOB}"'),
    }
    refusing = Context(refused={"voter = o.l": "no", 'assignee = tilda and summary ~ "\u00e4"': "no"})
    kept = rewrite(one, RULES, people, refusing)
    assert (kept.data, kept.edits) == (document, ())
    assert {(hold.rule, hold.reason, hold.detail) for hold in kept.holds} == {
        (rule, HeldReason.AMBIGUOUS, "no") for rule in ("legacy-jql-user", "search-link-query")
    }


def test_a_query_without_its_counterpart_is_paired_with_nothing() -> None:
    one = part(TWO.encode())
    assert reworded(one, b"<p>gone</p>", Context()) == (("assignee = ada.quill and reporter = ben.marlow", ""),)


# The command


def held(shell: Shell, *options: str) -> tuple[int, list[dict[str, Any]]]:
    code = shell.run("plan", "--mapping", shell.mapping(), "--format", "", "--force", *options)
    return code, json.loads((shell.folder / "plan.json").read_text(encoding="utf-8"))["held"]


def test_the_command_asks_jira_only_when_told_to_and_holds_what_it_does_not_confirm(shell: Shell) -> None:
    shell.audited()
    _, plain = held(shell)
    assert not [entry for entry in shell.sandbox.log if entry.path == PATH]
    code, checked = held(shell, "--confirm-jql")
    assert (code, shell.err) == (1, "")
    more = [item for item in checked if item not in plain]
    assert {(item["rule"], item["reason"]) for item in more} == {("legacy-jql-user", "ambiguous")}
    pages = {shell.sandbox.find(name) for name in ("Engineering home", "Merit functions", "Supplier audit plan")}
    confirmed_pages = {shell.sandbox.find(name) for name in ("Release train", "Operations home")}
    refused = {item["ref"]["id"] for item in more}
    assert pages <= refused
    assert not confirmed_pages & refused
    assert not shell.sandbox.writes


def test_the_command_says_once_that_there_is_no_jira_and_holds_nothing_for_it(shell: Shell) -> None:
    shell.audited("--space", "ENG")
    _, plain = held(shell)
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, path=f"{PATH}$", status=404))
    code, checked = held(shell, "--confirm-jql")
    assert (code, checked) == (1, plain)
    assert shell.err.count("not confirmed by Jira") == 1
    assert "404" in shell.err
