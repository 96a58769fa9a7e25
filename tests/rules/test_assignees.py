from __future__ import annotations

import json

import pytest

from rules.model import HeldReason, Kind
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
KNOWN = Directory({"ann": ANN, KEY: ANN, "bob": BOB})


def task(assignee: str) -> bytes:
    return f"<ac:task-list><ac:task>\n{assignee}<ac:task-body>x</ac:task-body></ac:task></ac:task-list>".encode()


def item(attrs: dict[str, object], kind: str = "taskItem") -> bytes:
    return json.dumps({"type": "doc", "content": [{"type": kind, "attrs": attrs}]}).encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<ac:task-assignee>ann</ac:task-assignee>", f"<ac:task-assignee>{ANN}</ac:task-assignee>"),
        ('<ac:task-assignee ac:account-id="ann"></ac:task-assignee>', f'<ac:task-assignee ac:account-id="{ANN}"></ac:task-assignee>'),
        (f"<ac:task-assignee ac:userkey='{KEY}' ac:username='ann'/>", f"<ac:task-assignee ac:account-id='{ANN}'/>"),
        (f'<ac:task-assignee ac:account-id="{ANN}" ac:user-key="{KEY}"/>', f'<ac:task-assignee ac:account-id="{ANN}"/>'),
        ('<ac:task-assignee username="ann">ann</ac:task-assignee>', f'<ac:task-assignee ac:account-id="{ANN}">{ANN}</ac:task-assignee>'),
        ('<ac:task-assignee><ri:user ri:username="ann"/></ac:task-assignee>', f'<ac:task-assignee><ri:user ri:account-id="{ANN}"/></ac:task-assignee>'),
    ],
)  # fmt: skip
def test_an_assignee_that_a_script_wrote_becomes_an_account_id(before: str, after: str) -> None:
    result = rewrite(part(task(before)), RULES, KNOWN)
    assert result.data == task(after)
    assert {match.rule for match in scan(part(task(before)), RULES).matches} == {"legacy-task-assignee"}


@pytest.mark.parametrize(
    ("assignee", "reason"),
    [
        ("<ac:task-assignee>eve</ac:task-assignee>", HeldReason.UNRESOLVED),
        ("<ac:task-assignee><![CDATA[ann]]></ac:task-assignee>", HeldReason.NO_REWRITER),
        ("<ac:task-assignee>ann<br/></ac:task-assignee>", HeldReason.NO_REWRITER),
        ('<ac:task-assignee ac:account-id="${id}" ac:username="ann"/>', HeldReason.AMBIGUOUS),
    ],
)
def test_an_assignee_that_is_not_safe_is_held(assignee: str, reason: HeldReason) -> None:
    result = rewrite(part(task(assignee)), RULES, KNOWN)
    assert result.data == task(assignee)
    assert [hold.reason for hold in result.holds] == [reason]


@pytest.mark.parametrize(
    ("assignee", "rules"),
    [
        ("<ac:task-assignee/>", []),
        (f"<ac:task-assignee>{ANN}<!-- ann --></ac:task-assignee>", []),
        (f'<ac:task-assignee ac:account-id="{ANN}" ac:ref="ann"/>', []),
        ("<ac:task-assignee>{{who}}</ac:task-assignee>", []),
        ("<ac:task-assignee>@who@</ac:task-assignee>", []),
        ('<ac:task-assignee><at:var at:name="who"/></ac:task-assignee>', []),
        ("<ac:task-assignee>Tilda Bergmann</ac:task-assignee>", ["link-display-name"]),
    ],
)
def test_account_ids_and_variables_are_clean_and_spoken_names_are_personal_data(
    assignee: str, rules: list[str]
) -> None:
    assert [match.rule for match in scan(part(task(assignee)), RULES).matches] == rules


def test_attributes_of_task_items_are_rewritten_where_they_take_an_account_and_held_elsewhere() -> None:
    data = item(
        {"assignee": "ann", "assigneeId": KEY, "assigneeName": "bob", "state": "TODO", "n": 3, "assignee-id": 7}
    )
    result = rewrite(part(data, Kind.ADF), RULES, KNOWN)
    assert result.data == data.replace(b'"ann"', f'"{ANN}"'.encode()).replace(KEY.encode(), ANN.encode())
    assert [(hold.reason, hold.where) for hold in result.holds] == [
        (HeldReason.NO_REWRITER, "doc/taskItem/@assigneename")
    ]


def test_modern_task_items_and_attributes_of_other_nodes_are_clean() -> None:
    assert scan(part(item({"localId": "a", "state": "TODO", "assignee": ANN}), Kind.ADF), RULES).matches == ()
    assert scan(part(item({"assignee": "ann"}, "paragraph"), Kind.ADF), RULES).matches == ()
    assert scan(part(item({"assignee": "  "}), Kind.ADF), RULES).matches == ()
    assert scan(part(b'{"type":"taskItem","attrs":{"assignee":"ann"}', Kind.ADF), RULES).matches == ()
    assert scan(part(item({"assignee": "Tilda Bergmann"}), Kind.ADF), RULES).matches[0].rule == "adf-copied-name"
