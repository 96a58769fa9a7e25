from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import NotAllowed, NotAuthenticated, PlanError, Unreachable, UsageError, WorkspaceError
from audit.guards import NEXT_STEP, STATUS_STEPS, Limits, safe_access, within_limits
from audit.plan_file import (
    SCHEMA,
    Action,
    Plan,
    decode_plan,
    dry_run,
    load_plan,
    open_edits,
    plan_bytes,
    read_plan,
    seal_edits,
    signed,
    with_digest,
    write_plan,
)
from audit.vault import Vault
from reports.evidence import HeldItem, ObjectFacts
from reports.migrated import Decision
from rules.model import Edit, HeldReason, ObjectType, Personal, Ref, Span, SubjectKind
from rules.registry import digest
from rules.splice import apply
from tests.audit.doubles import CALLER
from tests.audit.writing import (
    ADA,
    BEN,
    CLOSED,
    KEY,
    OPEN,
    RULES,
    RUN_KEY,
    SITE,
    TOOL,
    Scene,
    body,
    check_canaries,
    check_invariants,
    names,
    page,
    reload,
    restrictions,
    site_of,
    three,
)

pytestmark = pytest.mark.anyio


async def planned(folder: Path) -> Plan:
    return await Scene(three(), folder).make()


async def test_making_a_plan_writes_nothing_and_reads_every_object_by_its_id(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    plan = await scene.make(body("101"), body("103"), body("101"))
    assert [seen.call for seen in scene.site.log] == ["caller", "fetch", "fetch"]
    assert [(action.id, action.ref.id, action.base_version) for action in plan.actions] == [
        ("A-0001", "101", 7),
        ("A-0002", "103", 7),
    ]
    assert plan.counts == {"actions": 2, "edits": 2, "edits/legacy-mention": 2, "held": 0, "found": 2, "changed": 2}
    assert plan.mapping == {"csv": 1}
    assert names(tmp_path) == []
    check_invariants(scene)


async def test_the_state_of_now_counts_and_not_what_an_index_said(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    scene.site.pages["102"].edit(b"<p>nothing left to rewrite</p>")
    stale = (Ref(ObjectType.PAGE, "102", 3), "body")
    plan = await scene.make(body("101"), stale, body("103"))
    assert [action.ref.id for action in plan.actions] == ["101", "103"]
    assert plan.held == ()


async def test_every_occurrence_that_stays_is_held_with_a_reason_and_a_next_step(tmp_path: Path) -> None:
    mention = '<ri:user ri:username="ada.quill"/>'
    pages = [
        page("101", mention + '<ri:user ri:username="gone.leaver"/>'),
        page("102", mention, status="archived"),
        page("103", mention, draft=b"other"),
        page("104", mention + "<p>"),
        page("105", mention, type=ObjectType.TEMPLATE),
        page("106", mention, draft=mention.encode()),
    ]
    scene = Scene(site_of(*pages), tmp_path)
    facts = ObjectFacts(Ref(ObjectType.PAGE, "101"), "Shown title", "https://acme.example/101")
    plan = await make_with_facts(scene, facts)
    assert [action.ref.id for action in plan.actions] == ["101", "106"]
    assert plan.actions[0].title == "Shown title"
    assert [(item.ref.id, item.reason) for item in plan.held] == [
        ("101", HeldReason.UNRESOLVED),
        ("102", HeldReason.NOT_CURRENT),
        ("103", HeldReason.DRAFT),
        ("104", HeldReason.MALFORMED),
        ("105", HeldReason.NO_VERSION),
    ]
    archived, others = [item for item in plan.held if item.ref.id == "102"], plan.held[:1] + plan.held[2:]
    assert [item.next_step for item in archived] == [STATUS_STEPS["archived"]]
    assert all(item.next_step == NEXT_STEP[item.reason] for item in others)
    assert all(item.subject and item.rule == "legacy-mention" for item in plan.held)
    assert plan.held[0].title == "Shown title"
    assert plan.counts["held/unresolved"] == 1
    assert plan.mapping == {"csv": 1, "unresolved": 1}


async def make_with_facts(scene: Scene, facts: ObjectFacts) -> Plan:
    from audit.identity.csv import parse_mapping
    from audit.plan import make_plan
    from tests.audit.writing import MAPPING

    return await make_plan(
        scene.site,
        [body(page_id) for page_id in scene.site.pages],
        parse_mapping(MAPPING.encode(), "people.csv").resolve,
        RULES,
        scene.vault,
        now=scene.clock(),
        run_id="20261120T120000Z-abcdef",
        site=SITE,
        key=KEY,
        tool_version=TOOL,
        facts={(facts.ref.type.value, facts.ref.id): facts},
    )


def test_every_reason_has_a_next_step() -> None:
    assert set(NEXT_STEP) == set(HeldReason)


async def test_objects_that_cannot_be_read_are_held_and_a_site_that_fails_makes_no_plan(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    scene.site.fetch_faults[1] = NotAllowed(what="403", status=403)
    plan = await scene.make(body("101"), body("999"), (Ref(ObjectType.PAGE, "102"), "title"))
    assert [item.reason for item in plan.held] == [HeldReason.NO_PERMISSION, HeldReason.GONE, HeldReason.NO_REWRITER]
    assert [item.subject for item in plan.held] == [None] * 3
    scene.site.fetch_faults[scene.site.fetches + 2] = Unreachable(what="no connection")
    with pytest.raises(Unreachable):
        await scene.make()
    scene.site.callers = [""]
    with pytest.raises(NotAuthenticated):
        await scene.make()


async def test_a_plan_of_nothing_is_a_plan(tmp_path: Path) -> None:
    plan = await Scene(site_of(), tmp_path).make()
    assert plan.actions == ()
    assert reload(plan) == plan


async def test_an_access_list_is_rewritten_whole_or_not_at_all(tmp_path: Path) -> None:
    mixed = CLOSED.replace(b'{"userKey"', b'{"username":"gone.leaver"},{"userKey"')
    scene = Scene(site_of(page("101", restrictions=CLOSED), page("102", restrictions=mixed), page("103")), tmp_path)
    plan = await scene.make(restrictions("101"), restrictions("102"), restrictions("103"))
    (action,) = plan.actions
    assert (action.ref.id, action.base_version, action.part) == ("101", None, "restrictions")
    assert {item.ref.id for item in plan.held} == {"102"}
    check_canaries(tmp_path, plan_bytes(plan))


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (CLOSED, CLOSED, HeldReason.NO_REWRITER),
        (
            OPEN,
            CLOSED.replace(f'"userKey":"{BEN[1]}","username":"{BEN[0]}"'.encode(), b'"accountId":"x"').replace(
                CALLER.encode(), b"y"
            ),
            HeldReason.WOULD_LOCK_OUT,
        ),
        (
            f'{{"read":{{"group":[],"user":[{{"accountId":"{CALLER}"}}]}},"update":{{"group":[],"user":[]}}}}'.encode(),
            b'{"read":{"group":[],"user":[{"accountId":"x"}]},"update":{"group":[],"user":[]}}',
            HeldReason.WOULD_LOCK_OUT,
        ),
        (
            b'{"read":{"group":[],"user":[{"accountId":"z"}]},"update":{"group":[],"user":[]}}',
            b'{"read":{"group":[],"user":[{"accountId":"x"}]},"update":{"group":[],"user":[]}}',
            None,
        ),
        (OPEN, OPEN, None),
    ],
)
def test_a_list_is_not_written_that_shuts_out_the_caller_or_names_people_by_retired_identifiers(
    before: bytes, after: bytes, reason: HeldReason | None
) -> None:
    refusal = safe_access("restrictions", before, after, CALLER)
    assert (refusal.reason if refusal else None) is reason
    assert safe_access("body", before, after, CALLER) is None


async def test_a_plan_survives_its_file(tmp_path: Path) -> None:
    plan = await planned(tmp_path)
    write_plan(plan, tmp_path / "plan.json")
    read = read_plan(tmp_path / "plan.json", key=KEY, site=SITE, rules_digest=digest(RULES), tool_version=TOOL)
    assert read == plan
    assert plan_bytes(read) == plan_bytes(plan)
    assert (tmp_path / "plan.json").stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["plan.json"]


async def test_a_plan_file_is_replaced_only_on_demand_and_never_through_a_link(tmp_path: Path) -> None:
    plan = await planned(tmp_path)
    (tmp_path / "plan.json").write_text("mine")
    with pytest.raises(UsageError, match="--force"):
        write_plan(plan, tmp_path / "plan.json")
    assert (tmp_path / "plan.json").read_text() == "mine"
    write_plan(plan, tmp_path / "plan.json", force=True)
    assert (tmp_path / "plan.json").read_bytes() == plan_bytes(plan)
    (tmp_path / "link.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="link"):
        write_plan(plan, tmp_path / "link.json", force=True)
    assert not (tmp_path / "elsewhere").exists()
    with pytest.raises(UsageError):
        write_plan(plan, tmp_path, force=True)
    with pytest.raises(PlanError, match="No such file"):
        write_plan(plan, tmp_path / "missing" / "plan.json")
    with pytest.raises(PlanError, match="No such file"):
        read_plan(tmp_path / "missing.json", key=KEY, site=SITE, rules_digest="", tool_version=TOOL)


async def test_a_plan_file_holds_no_personal_value_in_clear(tmp_path: Path) -> None:
    people = "".join(
        f'<ri:user ri:userkey="{person[1]}" ri:username="{person[0]}"/> {person[2]}' for person in (ADA, BEN)
    )
    scene = Scene(site_of(page("101", people + '<ri:user ri:username="gone.leaver"/>')), tmp_path)
    plan = await scene.make()
    write_plan(plan, tmp_path / "plan.json")
    check_canaries(tmp_path)
    view = plan.actions[0].edits[0].view
    assert 'ri:userkey="ff***"' in view.before
    assert 'ri:account-id="712020:***"' in view.after


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: data[:-20], "not JSON, or it was cut"),
        (lambda _: b"", "not JSON, or it was cut"),
        (lambda _: b"[" * 100_000, "not JSON, or it was cut"),
        (lambda data: b"\xff\xfe" + data, "not JSON, or it was cut"),
        (lambda _: b"[]", "another kind of file"),
        (lambda _: b'{"a": 1}', "another kind of file"),
        (lambda data: data.replace(b'"schema": 3', b'"schema": 2'), "form 2, this one reads form 3"),
        (lambda data: data.replace(b'"schema": 3', b'"schema": "x"'), "another version"),
        (lambda data: data.replace(b'"base_version": 7', b'"base_version": "7"', 1), "fields are not those of a plan"),
        (lambda data: data.replace(b'"start": ', b'"start": -', 1), "fields are not those of a plan"),
        (lambda data: data.replace(b'"base_version": 7', b'"base_version": 8', 1), "changed after it was written"),
        (lambda data: data.replace(b'"id": "102"', b'"id": "202"', 1), "changed after it was written"),
        (lambda data: data.replace(b"\n", b"\r\n"), "changed after it was written"),
        (
            lambda data: data.replace(b'{\n  "actions"', b'{\n  "added": 1,\n  "actions"'),
            "changed after it was written",
        ),
        (lambda data: data + b" ", "changed after it was written"),
    ],
)
async def test_a_plan_file_that_was_touched_is_refused(
    tmp_path: Path, damage: Callable[[bytes], bytes], words: str
) -> None:
    data = damage(plan_bytes(await planned(tmp_path)))
    with pytest.raises(PlanError, match=words) as caught:
        load_plan(data, key=KEY, site=SITE, rules_digest=digest(RULES), tool_version=TOOL)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"site": "https://other.example"}, "made for"),
        ({"tool_version": "0.2.0"}, "version 0.1.0"),
        ({"rules_digest": "0"}, "other rules"),
    ],
)
async def test_a_plan_for_another_site_tool_or_rules_is_refused(
    tmp_path: Path, wrong: dict[str, str], words: str
) -> None:
    expected = {"site": SITE, "rules_digest": digest(RULES), "tool_version": TOOL, **wrong}
    with pytest.raises(PlanError, match=words):
        load_plan(plan_bytes(await planned(tmp_path)), key=KEY, **expected)


async def test_a_digest_made_by_hand_does_not_move_the_edits_to_another_object(tmp_path: Path) -> None:
    plan = await planned(tmp_path)
    first, second, third = plan.actions
    forged = with_digest(replace(plan, actions=(replace(first, ref=second.ref), second, third)))
    with pytest.raises(PlanError, match="mark is not that of this workspace"):
        reload(forged)
    assert reload(signed(KEY, forged)).actions == forged.actions
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        open_edits(forged, forged.actions[0], Vault(RUN_KEY))


async def test_decisions_added_by_hand_are_refused_although_the_digest_fits(tmp_path: Path) -> None:
    plan = await planned(tmp_path)
    decision = Decision(
        "A-0001", True, Personal(SubjectKind.DISPLAY_NAME, "Nobody").subject(KEY), "", "2026-11-20T12:00:00Z"
    )
    forged = with_digest(replace(plan, decisions=(decision,), objects_read=10_000))
    assert decode_plan(plan_bytes(forged)) == forged
    with pytest.raises(PlanError, match="mark is not that of this workspace") as caught:
        reload(forged)
    assert caught.value.exit_code == 2
    with pytest.raises(PlanError, match="mark"):
        load_plan(plan_bytes(plan), key=bytes(32), site=SITE, rules_digest=digest(RULES), tool_version=TOOL)


async def test_a_dry_run_shows_each_change_masked_with_its_effects(tmp_path: Path) -> None:
    plan = await planned(tmp_path)
    changes, held = dry_run(plan)
    assert [change.outcome.value for change in changes] == ["planned"] * 3
    assert held == plan.held
    assert "every byte is the same" in changes[0].proof
    assert changes[0].edits[0].subject.mask == "a***"
    assert plan.facts("plan.json").plan_file == "plan.json"
    assert plan.facts().digest == plan.digest


def test_a_plan_without_actions_is_within_every_limit() -> None:
    within_limits((), Limits(actions=0))


text = st.text(max_size=12)
edits = st.lists(st.tuples(st.integers(0, 90), st.binary(max_size=4), st.binary(max_size=4)), max_size=4)


@given(
    ids=st.lists(text, max_size=3),
    raw=edits,
    detail=text,
    created=text,
    reason=st.sampled_from(HeldReason),
    key=st.binary(min_size=32, max_size=32),
)
def test_any_plan_round_trips_through_its_bytes_and_its_seals(
    ids: list[str], raw: list[tuple[int, bytes, bytes]], detail: str, created: str, reason: HeldReason, key: bytes
) -> None:
    vault = Vault(key)
    sealed = tuple(Edit(Span(start, start + len(old)), old, new, "r") for start, old, new in raw)
    actions = tuple(
        replace(action, sealed=seal_edits(sealed, vault, action.context("P-1")))
        for action in (
            Action(
                f"A-{n}",
                Ref(ObjectType.PAGE, page_id, n),
                "body",
                detail,
                "",
                n,
                "a",
                "b",
                1,
                2,
                ("r",),
                (),
                ("p",),
                "",
            )
            for n, page_id in enumerate(ids)
        )
    )
    held = (HeldItem(Ref(ObjectType.PAGE, "1"), "body", "", "r", None, reason, detail, "step"),)
    plan = signed(
        KEY, Plan(SCHEMA, "P-1", SITE, "run", created, TOOL, "rules", "map", {"csv": 1}, actions, held, {"held": 1})
    )
    try:
        data = plan_bytes(plan)
        again = load_plan(data, key=KEY, site=SITE, rules_digest="rules", tool_version=TOOL)
    except PlanError:
        assert any("\ud800" <= letter <= "\udfff" for letter in "".join((*ids, detail, created)))
        return
    assert again == plan
    assert json.loads(data)["digest"] == plan.digest
    assert all(open_edits(again, action, vault) == sealed for action in again.actions)


@given(st.data())
def test_a_sealed_edit_applies_to_exactly_the_bytes_it_was_made_for(data: st.DataObject) -> None:
    source = data.draw(st.binary(min_size=1, max_size=40))
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    edit = Edit(Span(start, end), source[start:end], data.draw(st.binary(max_size=5)), "r")
    vault = Vault(RUN_KEY)
    action = Action("A-1", Ref(ObjectType.PAGE, "1"), "body", "", "", 1, "", "", 0, 0, (), (), (), "")
    action = replace(action, sealed=seal_edits((edit,), vault, action.context("P-1")))
    plan = Plan(SCHEMA, "P-1", SITE, "run", "", TOOL, "", "", {}, (action,), (), {})
    assert apply(source, open_edits(plan, action, vault)) == source[:start] + edit.new + source[end:]
