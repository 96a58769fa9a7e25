"""Bodies that the site gives in one form only: read, rewritten and written in that form, every other byte as it was."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from audit.journal import Journal
from audit.parts import DOCUMENT, RAW
from audit.residue import Searcher, removed, residue_of
from audit.sandbox import documents
from audit.sandbox.extras import BOARD, CARD, CUSTOM_TYPES
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import LEAVERS, PEOPLE
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Content
from audit.sites.cloud.bodies import NO_BODY
from audit.sites.cloud.history import CloudPast
from audit.sites.cloud.site import Wanted
from audit.sites.cloud.target import CloudTarget
from audit.sites.cloud.target_bodies import OTHER_FORM
from audit.sites.cloud.target_bodies import RAW as UNKNOWN_RAW
from audit.verify import Standing
from reports.evidence import Outcome
from reports.migrated import Where
from rules.model import HeldReason, ObjectType, Ref
from tests.audit.cloud import KEY, ORIGIN, connected, crawled
from tests.audit.moving import NOW, RULES, Move, outcomes
from tests.contract.documents import Contract

pytestmark = pytest.mark.anyio
WANTED = Wanted(custom_content_types=CUSTOM_TYPES)
OLD, OTHER, GONE = PEOPLE[3], PEOPLE[7], LEAVERS[0]


def site() -> Sandbox:
    return Sandbox(keep_bodies=True, seed=documents.build)


def added(sandbox: Sandbox) -> list[Content]:
    """Return what is there in one form only and can be written."""
    return [one for one in sandbox.state.contents.values() if one.form and one.status == "current"]


async def moving(folder: Path) -> Move:
    """Return a site whose plan changes what the audit found in documents and in raw bodies of cards."""
    move = Move(folder, WANTED, site())
    await move.make()
    ids = {one.id for one in added(move.sandbox)}
    move.keep(*(action for action in move.plan.actions if action.ref.id in ids))
    assert move.plan.actions
    return move


def by_hand(text: str) -> str:
    """Return a text with the people replaced who have an account, computed without the engine."""
    for person in (OLD, OTHER):
        text = text.replace(f'"id":"{person.username}"', f'"id":"{person.account_id}"')
        text = text.replace(f'"id":"{person.user_key}"', f'"id":"{person.account_id}"')
        text = text.replace(f'ri:userkey="{person.user_key}"', f'ri:account-id="{person.account_id}"')
        for old in (person.username, person.user_key):
            text = text.replace(f'{{"value":"{old}"}}', f'{{"value":"{person.account_id}"}}')
    return text


async def test_an_audit_reads_them_and_the_run_is_complete(tmp_path: Path) -> None:
    sandbox = site()
    got = await crawled(sandbox, tmp_path, replace(WANTED, include=frozenset({"versions"})))
    assert got.store.failures() == ()
    for kind in ("page", "blogpost", "footer-comment", "inline-comment", "custom-content"):
        assert {one.id for one in added(sandbox) if one.kind.value == kind} <= got.ids(kind)
    draft = sandbox.find(documents.DRAFT)
    found = {(one.finding.ref.id, one.part) for one in got.store.recorded(["legacy-adf-mention"])}
    assert {(one.id, DOCUMENT) for one in added(sandbox) if '"doc"' in one.now.body} <= found
    assert (draft, DOCUMENT) in found
    assert (sandbox.find(documents.PAGE), f"version 1/{DOCUMENT}") in found


async def test_without_any_body_an_object_counts_as_failed(tmp_path: Path) -> None:
    sandbox = site()
    page = sandbox.state.contents[sandbox.find(documents.PAGE)]
    sandbox.state.put(replace(page, form="editor"))
    got = await crawled(sandbox, tmp_path)
    assert [one for one in got.store.failures() if NO_BODY in str(one)]
    assert page.id not in got.ids("page")


async def test_only_the_identifiers_change_and_the_form_stays(tmp_path: Path, shared: Path) -> None:
    move = await moving(tmp_path)
    state = move.sandbox.state
    before = {one.id: one.now.body for one in added(move.sandbox)}
    assert move.plan.counts["found"] == move.plan.counts["changed"] + move.plan.counts["held"]
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    changed = {action.ref.id for action in move.plan.actions}
    stay = {documents.EDITED, "Card in words", "Card kept raw as data"}
    assert changed == {one.id for one in added(move.sandbox) if one.title not in stay}
    for one, text in before.items():
        assert state.contents[one].now.body == (by_hand(text) if one in changed else text)
    assert await move.standings() == {Standing.VERIFIED}
    assert outcomes(await move.apply()) == {Outcome.ALREADY}
    assert outcomes(await move.undo()) == {Outcome.REVERTED}
    assert {one: state.contents[one].now.body for one in before} == before
    assert Contract(shared).check(move.sandbox.log) == []
    assert move.names_nobody()


async def test_what_the_site_makes_of_a_document_counts_by_its_meaning(tmp_path: Path) -> None:
    move = await moving(tmp_path)
    move.sandbox.faults.add(Fault(FaultKind.NORMALISE_ON_SAVE, method="PUT", path="/api/v2/pages/", times=0))
    move.keep(*(action for action in move.plan.actions if action.ref.type is ObjectType.PAGE))
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert '"localId": "site-1"' in move.sandbox.body(move.sandbox.find(documents.PAGE))


async def test_a_mention_that_the_site_drops_is_no_success(tmp_path: Path) -> None:
    move = await moving(tmp_path)
    drop = Fault(FaultKind.STRIP_ON_SAVE, method="PUT", path="/api/v2/pages/", body=',"accessLevel":""', times=0)
    move.sandbox.faults.add(drop)
    move.keep(*(action for action in move.plan.actions if action.ref.type is ObjectType.PAGE))
    assert outcomes(await move.apply()) == {Outcome.DIVERGED}


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_run_that_died_goes_on_without_a_second_write(tmp_path: Path, when: str) -> None:
    move = await moving(tmp_path)
    await move.die(when)
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert len(move.sandbox.writes) == len(move.plan.actions)


async def test_a_body_that_has_changed_its_form_is_held_when_planned_and_when_applied(tmp_path: Path) -> None:
    move = await moving(tmp_path)
    page = move.sandbox.state.contents[move.sandbox.find(documents.PAGE)]
    move.keep(*(action for action in move.plan.actions if action.ref.id == page.id))
    before = page.now.body
    move.sandbox.state.put(replace(page, form="", revisions=(*page.revisions[:-1], replace(page.now, body="<p/>"))))
    (written,) = (await move.apply()).written
    assert (written.outcome, written.detail) == (Outcome.HELD, OTHER_FORM)
    assert not move.sandbox.writes
    plan = await move.plan_for([(Ref(ObjectType.PAGE, page.id), DOCUMENT)])
    assert {(item.reason, item.detail) for item in plan.held} == {(HeldReason.NO_REWRITER, OTHER_FORM)}
    assert before != "<p/>"


async def test_a_document_with_an_unpublished_draft_is_held(tmp_path: Path) -> None:
    move = Move(tmp_path, WANTED, site())
    edited = move.sandbox.find(documents.EDITED)
    plan = await move.plan_for([(Ref(ObjectType.PAGE, edited), DOCUMENT)])
    assert not plan.actions
    assert {item.reason for item in plan.held} == {HeldReason.DRAFT}


async def test_json_of_an_app_changes_by_the_word_of_its_owner_only(tmp_path: Path, shared: Path) -> None:
    move = Move(tmp_path, WANTED, site())
    card = next(one for one in added(move.sandbox) if one.title == "Card kept raw as data")
    plan = await move.make(types=[BOARD])
    assert card.id not in {action.ref.id for action in move.actions(RAW)}
    assert "--raw" in next(item.next_step for item in plan.held if item.ref.id == card.id)
    plan = await move.make(types=["ac:*:roster-card"])
    assert plan.counts["found"] == plan.counts["changed"] + plan.counts["held"]
    move.keep(*move.actions(RAW))
    assert [(action.ref.id, action.part) for action in move.plan.actions] == [(card.id, f"{RAW}{CARD}")]
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    user = json.loads(move.sandbox.body(card.id))["approver"]
    assert user == {"type": "known", "accountId": OLD.account_id, "displayName": OLD.display_name}
    assert await move.standings() == {Standing.VERIFIED}
    assert outcomes(await move.undo()) == {Outcome.REVERTED}
    assert move.sandbox.body(card.id) == card.now.body
    assert Contract(shared).check(move.sandbox.log) == []


async def test_a_raw_body_of_no_known_kind_is_held_with_the_reason(tmp_path: Path) -> None:
    move = Move(tmp_path, WANTED, site())
    words = next(one for one in added(move.sandbox) if one.title == "Card in words")
    plan = await move.plan_for([(Ref(ObjectType.CUSTOM_CONTENT, words.id), "body")])
    assert not plan.actions
    assert {(item.reason, item.detail) for item in plan.held} == {(HeldReason.NO_REWRITER, UNKNOWN_RAW)}


async def test_old_versions_of_a_document_are_looked_into(tmp_path: Path) -> None:
    move = await moving(tmp_path)
    page = move.sandbox.find(documents.PAGE)
    move.keep(*(action for action in move.plan.actions if action.ref.id == page))
    await move.apply()
    async with connected(move.sandbox) as api:
        target = CloudTarget(api, ORIGIN)
        with closing(Journal.open(tmp_path / "journal.db", lambda: NOW)) as journal:
            people = removed(move.plan, journal, KEY)
        (found,) = await residue_of(people, Searcher(target, CloudPast.of(target), RULES, KEY))
    assert (found.ref.id, found.versions, found.unread) == (page, 2, "")
    assert [trace.number for trace in found.old] == [1, 2]
    assert {rule for trace in found.old for rule in trace.rules} >= {"legacy-adf-mention"}
    assert not found.holds(Where.PRESENT)
