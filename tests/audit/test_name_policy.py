"""The policy `name` from the audit to the rollback: mentions become the plain name, and no file of ours holds it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from audit.sandbox.people import PEOPLE, RESOLVABLE, Person
from audit.sandbox.state import ADF
from tests.audit.shell import Shell

CLOSED, NAMELESS = (person for person in RESOLVABLE if person.status == "closed")
LEFT = next(person for person in RESOLVABLE if person.status == "inactive")
HERE = PEOPLE[0]
NAME = "Lia Xanthippe-Petrov"
"""What the mapping calls somebody whose account is closed; it stands nowhere on the site."""

BODY = (
    "<p>caf\u00e9&nbsp;{closed}, then {left}; not {nameless}, nor {here}</p>"
    '<ac:structured-macro ac:name="profile" ac:macro-id="m-1"><ac:parameter ac:name="user">'
    f'<ri:user ri:username="{CLOSED.username}" /></ac:parameter></ac:structured-macro>'
    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>"
    f'<ac:link><ri:user ri:userkey="{CLOSED.user_key}" /></ac:link> does it</ac:task-body></ac:task></ac:task-list>'
)
TEXT = "<ac:plain-text-link-body><![CDATA[our & expert]]></ac:plain-text-link-body>"


def mention(person: Person, body: str = "") -> str:
    return f'<ac:link><ri:user ri:userkey="{person.user_key}" />{body}</ac:link>'


def node(user: str) -> str:
    return f'{{"type":"mention", "attrs":{{"id":"{user}","text":"@x"}} ,"marks":[]}}'


def document(first: str) -> str:
    return f'{{"version":1, "type":"doc","content":[ {{"type":"paragraph","content":[ {first} ]}} ]}}'


def put(shell: Shell, title: str, body: str, form: str = "") -> str:
    """Let a page have a body from the beginning and return its id."""
    page = shell.sandbox.find(title)
    content = shell.sandbox.state.contents[page]
    revisions = (*content.revisions[:-1], replace(content.now, body=body))
    shell.sandbox.state.contents[page] = replace(content, revisions=revisions, form=form)
    return page


def written(shell: Shell, people: Iterable[tuple[Person, str]]) -> str:
    """Write a mapping with a column of names and return its path."""
    path = shell.folder / "names.csv"
    rows = (f"{one.username},{one.user_key},{one.account_id},{name}\n" for one, name in people)
    path.write_text("username,user_key,account_id,name\n" + "".join(rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def planned(shell: Shell) -> tuple[Shell, str, str]:
    """Audit and plan a page of each format; return their ids."""
    before = BODY.format(
        closed=mention(CLOSED), left=mention(LEFT, TEXT), nameless=mention(NAMELESS), here=mention(HERE)
    )
    page = put(shell, "Lens design rules", before)
    other = put(shell, "Merit functions", document(node(CLOSED.username)), ADF)
    (shell.folder / "config.toml").write_text('[identity]\nclosed = "name"\ninactive = "name"\n')
    mapping = written(shell, [(CLOSED, NAME), (LEFT, ""), (NAMELESS, ""), (HERE, HERE.display_name)])
    given = ("--config", "config.toml", "--space", "ENG")
    assert shell.run("audit", *given) == 1, shell.err
    only = [word for one in (page, other) for word in ("--only", f"page:{one}")]
    assert shell.run("plan", *given[:2], "--mapping", mapping, "--format", "html", *only) == 1, shell.err
    return shell, page, other


def views(shell: Shell) -> list[dict[str, Any]]:
    plan = json.loads((shell.folder / "plan.json").read_bytes())
    return [edit["view"] for action in plan["actions"] for edit in action["edits"]]


def ours(shell: Shell) -> dict[str, bytes]:
    """Return every file but the mapping that was handed in."""
    return {name: data for name, data in shell.files().items() if not name.endswith("names.csv")}


def test_mentions_become_names_and_go_back_and_every_other_byte_stays(planned: tuple[Shell, str, str]) -> None:
    shell, page, other = planned
    before = shell.sandbox.body(page), shell.sandbox.body(other)
    assert shell.run("apply", "plan.json", "--yes") == 0, shell.err
    here = f'<ac:link><ri:user ri:account-id="{HERE.account_id}" /></ac:link>'
    assert shell.sandbox.body(page) == BODY.format(
        closed=NAME, left="our &amp; expert", nameless=mention(NAMELESS), here=here
    )
    assert shell.sandbox.body(other) == document(f'{{"type":"text", "text":"{NAME}" ,"marks":[]}}')
    assert shell.run("verify") == 0, shell.out
    assert "2  verified" in shell.out
    assert shell.run("rollback", "--yes") == 0, shell.err
    assert (shell.sandbox.body(page), shell.sandbox.body(other)) == before


def test_wiki_markup_in_a_text_gives_way_to_the_name_too(shell: Shell) -> None:
    page = put(shell, "Lens design rules", f"<p>ask [~{CLOSED.username}] or [~{HERE.username}]</p>")
    (shell.folder / "config.toml").write_text('[identity]\nclosed = "name"\n')
    mapping = written(shell, [(CLOSED, NAME), (HERE, "")])
    given = ("--config", "config.toml", "--mapping", mapping, "--format", "", "--only", f"page:{page}")
    assert shell.run("audit", "--config", "config.toml", "--space", "ENG") == 1, shell.err
    assert shell.run("plan", *given) == 1, shell.err
    assert shell.run("apply", "plan.json", "--yes") == 0, shell.err
    assert shell.sandbox.body(page) == f"<p>ask {NAME} or [~{HERE.username}]</p>"
    assert shell.run("verify", "--no-residue") == 0, shell.out
    assert shell.run("rollback", "--yes") == 0, shell.err
    assert f"[~{CLOSED.username}]" in shell.sandbox.body(page)


def test_a_second_plan_finds_nothing_more_to_name(planned: tuple[Shell, str, str]) -> None:
    shell, page, _ = planned
    assert shell.run("apply", "plan.json", "--yes") == 0, shell.err
    assert shell.run("audit", "--config", "config.toml", "--space", "ENG") == 1
    mapping = str(shell.folder / "names.csv")
    given = ("--config", "config.toml", "--mapping", mapping, "--format", "", "--only", f"page:{page}", "--force")
    assert shell.run("plan", *given) == 1, shell.err
    assert views(shell) == []


def test_what_a_name_cannot_stand_for_is_held_with_the_reason(planned: tuple[Shell, str, str]) -> None:
    shell, page, _ = planned
    held = json.loads((shell.folder / "plan.json").read_bytes())["held"]
    mine = {(item["rule"], item["reason"], item["detail"]) for item in held if item["ref"]["id"] == page}
    wanted = "its account is closed, and the policy wants the plain name"
    needed = f"{wanted}: it may stand for a mention in a text, not where an identifier is needed"
    assert mine == {
        ("legacy-macro-user", "account-closed", needed),
        ("legacy-task-assignee", "account-closed", needed),
        ("legacy-mention", "account-closed", f"{wanted}, which is not known: a column `name` of the mapping tells it"),
    }


def test_no_file_that_is_written_holds_a_name_in_clear(planned: tuple[Shell, str, str]) -> None:
    shell, _, _ = planned
    shown = " ".join(view["before"] + view["after"] for view in views(shell))
    assert "<ac:link><ri:user" in shown
    assert '"type":"text", "text":"L***"' in shown
    for step in (("apply", "plan.json", "--yes"), ("verify",), ("report", "--format", "html,json", "--out", "out")):
        assert shell.run(*step) == 0, shell.err
        assert "Xanthippe" not in shell.out + shell.err
    assert not [name for name, data in ours(shell).items() if b"Xanthippe" in data or b"our &amp; expert" in data]
