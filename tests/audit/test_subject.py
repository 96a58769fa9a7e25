"""`confluence-gdpr subject`: what a site holds about one person, without a value of anybody on disk or screen."""

from __future__ import annotations

import io
import json
import stat
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import PEOPLE, Person
from audit.subject import FILES, NO_ACCOUNT, NO_NAME, NO_USERNAME
from audit.subjectaccount import HOW
from audit.subjectcheck import OTHER_EMAIL
from reports.dossier import INCOMPLETE, NOTHING
from reports.language import language
from tests.audit.shell import Shell

KEEPER = next(one for one in PEOPLE if one.username == "mkeeper")
LEAVER = next(one for one in PEOPLE if one.username == "wbauer")


def written(shell: Shell, name: str = "out") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shell.folder / name / "dossier.json").read_text("utf-8"))
    return found


def relations(dossier: dict[str, Any]) -> dict[str, set[str]]:
    return {one["relation"]: {f"{held['type']} {held['id']}" for held in one["held"]} for one in dossier["relations"]}


def values(one: Person) -> list[str]:
    return [each for each in (one.account_id, one.email, one.display_name, one.user_key) if each]


def file_of(shell: Shell, text: str) -> str:
    path = shell.folder / "person.txt"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_every_place_of_a_person_is_told_by_what_they_have_to_do_with_it(shell: Shell) -> None:
    asked = file_of(shell, f"account-id: {KEEPER.account_id}\nusername: {KEEPER.username}\n")
    assert shell.run("subject", "--person", asked, "--space", "OPS", "--out", "out") == 1, shell.err
    dossier = written(shell)
    found = relations(dossier)
    told = {"authored", "edited", "mentioned", "assigned", "restricted", "grouped", "liked", "named", "old"}
    assert told <= set(found)
    state = shell.sandbox.state
    wrote = {
        f"{one.kind.value} {one.id}"
        for one in state.contents.values()
        if one.space == next(key for key, space in state.spaces.items() if space.key == "OPS")
        and one.kind.value in {"page", "blogpost"}
        and one.status == "current"
        and one.now.author == KEEPER.account_id
    }
    assert wrote
    assert wrote <= found["authored"]
    ops = [one for one in state.contents.values() if one.space in state.spaces and state.spaces[one.space].key == "OPS"]
    listed = [one for one in ops if one.kind.value in {"page", "blogpost"} and one.status == "current"]
    made = {f"{one.kind.value} {one.id}" for one in listed if one.author == KEEPER.account_id}
    owns = {f"page {one.id}" for one in listed if one.kind.value == "page" and one.owner == KEEPER.account_id}
    assert made - wrote
    assert made <= found["authored"]
    assert owns
    assert owns <= found["owner"]
    assert not found["authored"] & found.get("contributed", set())
    assert dossier["complete"] is True
    assert [one["kind"] for one in dossier["asked"]] == ["account_id", "username"]
    assert [one["kind"] for one in dossier["added_by_site"]] == ["display_name", "email"]
    for name in ("dossier.html", "dossier.json"):
        assert stat.S_IMODE((shell.folder / "out" / name).stat().st_mode) == 0o600
    shown = shell.out + shell.err
    for path, data in shell.files().items():
        if path != asked:
            shown += data.decode("utf-8", "replace")
    for somebody in PEOPLE:
        assert not [value for value in values(somebody) if value in shown], somebody
    assert "Is mentioned in it" in shell.out
    assert "<script" not in (shell.folder / "out" / "dossier.html").read_text("utf-8")
    assert not shell.workspace().run_ids(), "the run behind it is gone"
    assert not shell.sandbox.writes
    code, why = shell.fails("subject", "--person", asked, "--space", "OPS", "--out", "out")
    assert (code, "exists already" in why) == (2, True)


def test_somebody_without_an_account_is_found_by_name_and_username_only(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = f"email: {LEAVER.email}\nusername: {LEAVER.username}\n".encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert shell.run("subject", "--person", "-", "--space", "ENG", "--quick", "--out", "out", "--language", "de") == 1
    dossier = written(shell)
    assert not {"authored", "contributed", "liked", "profile"} & set(relations(dossier))
    why = [row["why"] for row in dossier["not_examined"]]
    assert (why[0], HOW in why, NO_NAME in why) == (NO_ACCOUNT, True, True)
    assert "The route site does not know the account." in why
    assert "read with" not in json.dumps(dossier["not_examined"])
    page = (shell.folder / "out" / "dossier.html").read_text("utf-8")
    assert "Was über diese Person gespeichert ist" in page
    assert NO_ACCOUNT not in page
    assert LEAVER.email not in page + shell.out


def test_a_comment_stands_with_its_page_its_space_and_a_link(shell: Shell) -> None:
    asked = ("subject", "--account-id", KEEPER.account_id, "--space", "HR", "--out", "out")
    assert shell.run(*asked) == 1, shell.err
    kinds = {"footer-comment", "inline-comment"}
    comments = [one for each in written(shell)["relations"] for one in each["held"] if one["type"] in kinds]
    assert comments
    for one in comments:
        assert one["space"]
        assert one["parent"].rpartition(" ")[2] in one["url"]
    assert any(one["title"] for one in comments)


def test_the_case_of_an_address_changes_nothing(shell: Shell) -> None:
    found = []
    for name, email in (("lower", KEEPER.email), ("upper", KEEPER.email.upper())):
        assert shell.run("subject", "--email", email, "--space", "HR", "--quick", "--out", name) == 1
        found.append(written(shell, name)["relations"])
    assert found[0] == found[1]
    assert {one["confidence"] for each in found[0] for one in each["held"] if "email" in one["kinds"]} == {"high"}


def test_identifiers_of_two_people_are_refused_before_anything_is_read(shell: Shell) -> None:
    two = ("subject", "--email", LEAVER.email, "--account-id", KEEPER.account_id, "--space", "LEGAL", "--quick")
    code, why = shell.fails(*two)
    assert (code, "seem to belong to different people" in why) == (2, True)
    assert not [value for one in (LEAVER, KEEPER) for value in values(one) if value in why]
    assert {one.path.rpartition("/")[2] for one in shell.sandbox.log} == {"user", "users-bulk"}
    assert shell.run(*two, "--same-person", "--out", "out") in {0, 1}
    assert written(shell)["warnings"] == [OTHER_EMAIL]
    assert f"Warning: {OTHER_EMAIL}" in shell.out


def test_nobody_is_held_where_nothing_is_found_and_a_gap_is_no_answer(shell: Shell) -> None:
    assert language("de").known(NO_USERNAME)
    assert language("de").known(FILES)
    stranger = ("subject", "--email", "nobody.at.all@stranger.se", "--space", "LEGAL", "--quick")
    assert shell.run(*stranger) == 0, shell.err
    assert NOTHING in shell.out
    assert NO_USERNAME in shell.out
    assert FILES in shell.out
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, path="/api/v2/tasks$", status=403, times=0))
    assert shell.run(*stranger) == 3
    assert INCOMPLETE in shell.out
    assert not shell.workspace().run_ids()


def test_earlier_runs_that_hold_pseudonyms_of_the_person_are_named(shell: Shell) -> None:
    shell.audited("--space", "HR")
    (run,) = shell.workspace().run_ids()
    assert shell.run("subject", "--email", KEEPER.email, "--space", "HR", "--quick", "--out", "out") == 1
    (kept,) = written(shell)["kept_by_this_tool"]
    assert (kept["run"], kept["findings"] > 0) == (run, True)
    assert shell.workspace().run_ids() == (run,)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ((), "a dossier is about one person"),
        (("--email", "canary"), "it is no e-mail address"),
        (("--person", "missing.txt"), "No such file"),
        (("--person", "bytes.txt"), "it is not UTF-8"),
    ],
)
def test_what_names_nobody_is_refused_before_anything_is_read(shell: Shell, options: tuple[str, ...], why: str) -> None:
    Path("bytes.txt").write_bytes(b"\xff\xfe\xff")
    code, told = shell.fails("subject", *options)
    assert code == 2
    assert why in told
    assert "canary" not in told
    assert not shell.sandbox.log


def test_an_address_that_begins_with_a_word_finds_no_words(shell: Shell) -> None:
    page = next(
        one
        for one in shell.sandbox.state.contents.values()
        if one.status == "current" and one.kind.value == "page" and "nobody will answer" in one.now.body
    )
    space = shell.sandbox.state.spaces[page.space].key
    body = page.now.body + "<p>Ask nb.4711 for the key.</p>"
    shell.sandbox.state.contents[page.id] = replace(
        page, revisions=(*page.revisions[:-1], replace(page.now, body=body))
    )
    asked = ("subject", "--quick", "--space", space)
    addresses = ("--email", "nobody@acme-optics.example", "--email", "nb.4711@acme-optics.example")
    assert shell.run(*asked, *addresses, "--out", "first") == 1, shell.err
    dossier = written(shell, "first")
    ((one,),) = (relation["held"] for relation in dossier["relations"])
    assert (one["id"], one["kinds"], one["confidence"], one["unsure"]) == (page.id, ["username"], "medium", [])
    assert dossier["redactable"] == one["fingerprints"] != []
    assert shell.run(*asked, "--username", "nobody", "--out", "second") == 1, shell.err
    dossier = written(shell, "second")
    told = [each for relation in dossier["relations"] for each in relation["held"] if relation["relation"] == "named"]
    assert page.id in {each["id"] for each in told}
    assert {each["confidence"] for each in told} == {"low"}
    assert all(each["unsure"] and not each["fingerprints"] for each in told)
    assert dossier["redactable"] == []
