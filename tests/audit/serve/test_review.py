"""The review of a plan on the page: what is kept, what is refused, and that it comes out as that of the command."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import pytest

from audit.cli.common import guarded
from audit.cli.main import main
from audit.plan_file import read_any_plan
from audit.sandbox.sandbox import Sandbox
from audit.serve.shown import PER_PAGE, numbered
from rules.model import HeldReason
from tests.audit.serve.conftest import BROKEN, ORIGIN, Served, words


def test_each_action_is_shown_masked_before_and_after(served: Served, made: tuple[Path, Sandbox]) -> None:
    plan = served.plan
    assert len(plan.actions) > PER_PAGE, "the pages have to be turned"
    everything = ""
    for number in (1, 2):
        page = served.get(f"/plans/0?page={number}").text
        everything += page
        shown = numbered(plan.actions, str(number)).actions
        assert re.findall(r'<article class="change" id="([^"]+)"', page) == [action.id for action in shown]
        assert page.count('<div class="diff">') == sum(len(action.edits) for action in shown)
        assert plan.digest in page
    for person in made[1].people:
        for value in (person.user_key, person.email, person.account_id, person.display_name):
            assert not value or value not in everything


@pytest.mark.parametrize(
    ("asked", "number"), [("", 1), ("2", 2), ("0", 1), ("99", 3), ("-1", 1), ("x", 1), ("²", 1), ("9" * 5000, 1)]
)
def test_a_page_that_is_not_there_is_the_next_one_that_is(served: Served, asked: str, number: int) -> None:
    actions = (served.plan.actions * 3)[: PER_PAGE * 2 + 1]
    found = numbered(actions, asked)
    assert (found.number, found.pages) == (number, 3)
    assert numbered((), asked).pages == 1


def test_decisions_are_kept_page_by_page_and_can_be_taken_back(served: Served) -> None:
    said = {"say_A-0001": "decline", "why_A-0001": "ask first", "say_A-0002": "accept", "say_A-0003": "later"}
    answer = served.send("/plans/0/decide", **said, go="2")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{served.secrets.root}/plans/0?page=2")
    assert "1 accepted, 1 declined" in words(served.get("/plans/0"))
    page = served.get("/plans/0").text
    assert 'name="say-A-0001" value="decline" checked' in page
    assert 'name="why-A-0001" maxlength="500" value="ask first"' in page
    assert 'name="say-A-0003" value="later" checked' in page
    assert (
        served.send("/plans/0/decide", **{"say_A-0001": "later"}, go="finish").headers["location"].endswith("/finish")
    )
    assert "1 accepted, 0 declined" in words(served.get("/plans/0/finish"))
    assert not served.review.exists()


def test_the_last_form_leads_to_the_first_action_that_is_open(served: Served) -> None:
    assert f'href="{served.secrets.root}/plans/0?page=1#A-0001"' in served.get("/plans/0/finish").text
    first = {f"say_{action.id}": "accept" for action in served.plan.actions[:PER_PAGE]}
    served.send("/plans/0/decide", **first)
    assert f'/plans/0?page=2#{served.plan.actions[PER_PAGE].id}"' in served.get("/plans/0/finish").text
    served.send("/plans/0/decide", **{f"say_{action.id}": "accept" for action in served.plan.actions})
    page = served.get("/plans/0/finish").text
    assert "first open" not in page
    assert 'name="others"' not in page
    assert served.send("/plans/0/write", by="T").status_code == 303


def test_the_review_is_the_one_that_the_command_writes_from_the_same_decisions(served: Served) -> None:
    served.formats = ("html",)
    served.begin()
    before = served.file.read_bytes()
    served.send("/plans/0/decide", **{"say_A-0001": "decline", "why_A-0001": "see ola@acme-optics.se"}, go="finish")
    answer = served.send("/plans/0/write", by="Tilda Bergmann", others="accept")
    assert answer.headers["location"] == f"{served.secrets.root}/plans/0/reviewed"
    assert served.file.read_bytes() == before
    assert (served.review.stat().st_mode & 0o777) == 0o600
    ours = read_any_plan(served.review)
    decisions = served.folder / "said.csv"
    decisions.write_text(
        "action,decision,by,why\nA-0001,decline,Tilda Bergmann,see ola@acme-optics.se\n*,accept,Tilda Bergmann,\n"
    )
    command = [
        "plan",
        "review",
        str(served.file),
        "--decisions",
        str(decisions),
        "--out",
        str(served.folder / "c.json"),
    ]
    command += ["--format", "", "--workspace", str(served.folder / "ws")]
    assert guarded(lambda: main.main(command, standalone_mode=False)) == 1
    theirs = read_any_plan(served.folder / "c.json")
    assert [(one.action, one.accepted, one.by, one.why) for one in ours.decisions] == [
        (one.action, one.accepted, one.by, one.why) for one in theirs.decisions
    ]
    assert [one.id for one in ours.actions] == [one.id for one in theirs.actions]
    assert (ours.counts, ours.base) == (theirs.counts, theirs.base)
    assert sum(one.reason is HeldReason.DECLINED for one in ours.held) > 0
    shown = served.get("/plans/0/reviewed")
    assert {ours.digest, ours.base} <= set(re.findall(r"[0-9a-f]{64}", shown.text))
    assert "1 declined" in words(shown)
    for secret in ("Tilda", "Bergmann", "ola@acme"):
        assert secret not in shown.text
        assert secret.encode() not in served.review.read_bytes()
    made = served.until("The report plan-reviewed.html is there.")
    assert "Look again" not in made
    assert ours.digest in served.review.with_suffix(".html").read_text("utf-8")


def test_a_plan_that_changed_meanwhile_is_a_conflict_and_nothing_is_taken_over(served: Served) -> None:
    served.send("/plans/0/decide", **{"say_A-0001": "decline"})
    digest = served.plan.digest
    facts = json.loads(served.file.read_bytes())
    facts["objects_read"] += 1
    other = replaced(served.file, facts)
    for path, fields in (
        ("/plans/0/decide", {"say_A-0002": "accept"}),
        ("/plans/0/write", {"by": "T", "others": "accept"}),
    ):
        answer = served.send(path, **fields, digest=digest)
        assert answer.status_code == 409
        assert digest[:16] in answer.text
        assert other[:16] in answer.text
    assert not served.review.exists()
    assert "0 accepted, 0 declined" in words(served.get("/plans/0"))


def replaced(file: Path, facts: dict[str, object]) -> str:
    """Put another sound plan in the place of a plan and return its digest."""
    import msgspec

    from audit.plan_file import Plan, plan_bytes, with_digest

    plan = with_digest(msgspec.convert(facts, type=Plan))
    file.write_bytes(plan_bytes(plan))
    return plan.digest


def test_a_plan_file_that_is_gone_or_damaged_is_named(served: Served) -> None:
    digest = served.plan.digest
    served.file.write_bytes(b"{}")
    assert "another kind of file" in words(served.get("/plans"))
    assert served.get("/plans/0").status_code == 404
    served.file.unlink()
    assert "plan.json" in words(served.get("/plans"))
    answer = served.client.post(
        served.secrets.root + "/plans/0/write",
        data={"form": served.secrets.form, "digest": digest, "by": "T", "others": "accept"},
        headers=ORIGIN,
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"by": "", "others": "accept"}, "Nobody is named"),
        ({"by": " ", "others": "accept"}, "Nobody is named"),
        ({"by": "T", "others": ""}, "Nobody decided about"),
        ({"by": "T"}, "Nobody decided about"),
    ],
)
def test_what_is_open_or_nobody_answers_for_is_refused(served: Served, fields: dict[str, str], says: str) -> None:
    answer = served.send("/plans/0/write", **fields)
    assert answer.status_code == 400
    assert says in words(answer)
    assert "Go back" in words(answer)
    assert not served.review.exists()


def test_a_review_that_exists_is_replaced_only_when_that_is_ticked(served: Served) -> None:
    assert served.send("/plans/0/write", by="T", others="accept").status_code == 303
    first = served.review.read_bytes()
    assert read_any_plan(served.review).digest[:16] in served.get("/plans/0/finish").text
    answer = served.send("/plans/0/write", by="T", others="decline")
    assert answer.status_code == 400
    assert "tick that it is replaced" in words(answer)
    assert served.review.read_bytes() == first
    assert served.send("/plans/0/write", by="T", others="decline", replace="yes").status_code == 303
    assert not read_any_plan(served.review).actions


def test_a_review_of_another_plan_is_shown_as_such(served: Served) -> None:
    served.send("/plans/0/write", by="T", others="accept")
    assert "of another plan" not in words(served.get("/plans/0/reviewed"))
    facts = json.loads(served.file.read_bytes())
    facts["objects_read"] += 1
    replaced(served.file, facts)
    assert "of another plan" in words(served.get("/plans/0/reviewed"))


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"", 403, "This form is not ours"),
        (b"form=wrong&by=T&others=accept", 403, "This form is not ours"),
        (b"form=%ff\xff", 400, "It is not UTF-8"),
        (b"&".join(b"a%d=1" % n for n in range(1001)), 400, "over 1,000 fields"),
        (b"a=" + b"x" * (1 << 20), 413, "over 1,048,576 bytes"),
    ],
)
def test_a_form_that_is_not_ours_or_too_large_is_refused(served: Served, body: bytes, status: int, says: str) -> None:
    for path in ("/plans/0/write", "/plans/0/decide"):
        answer = served.client.post(served.secrets.root + path, ORIGIN, body)
        assert answer.status_code == status
        assert "That form is refused" in words(answer)
        assert says in words(answer)
        assert ("started anew" in words(answer)) == (status == 403)


@pytest.mark.parametrize("fields", [{"say_A-9999": "accept"}, {"say_A-0001": "decline", "why_A-0001": "x" * 501}])
def test_decisions_about_no_action_and_endless_reasons_are_refused(served: Served, fields: dict[str, str]) -> None:
    assert served.send("/plans/0/decide", **fields).status_code == 400
    assert "0 accepted, 0 declined" in words(served.get("/plans/0"))


def test_nothing_but_the_reviewed_plan_and_its_reports_is_written(served: Served) -> None:
    def files() -> dict[str, bytes]:
        return {
            str(path.relative_to(served.folder)): path.read_bytes()
            for path in served.folder.rglob("*")
            if path.is_file() and not path.name.endswith((".lock", "-shm", "-wal"))
        }

    before = files()
    for path in ("/", "/trend", "/plans", "/plans/0", "/plans/0/finish", f"/runs/{BROKEN}/audit"):
        served.get(path)
    served.send("/plans/0/decide", **{"say_A-0001": "decline"})
    assert files() == before
    served.send("/plans/0/write", by="T", others="accept")
    after = files()
    assert after.keys() - before.keys() == {"plan-reviewed.json"}
    assert {name: after[name] for name in before} == before


def test_two_windows_that_write_at_once_leave_one_whole_review(served: Served) -> None:
    answers: list[int] = []
    shown = served.hidden()
    threads = [
        threading.Thread(
            target=lambda: answers.append(
                served.send_from(shown, "/plans/0/write", by="T", others="accept").status_code
            )
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    assert read_any_plan(served.review).base == served.plan.digest


def test_without_a_plan_the_page_says_how_to_get_one(served: Served) -> None:
    client = served.stranger(plans=())
    client.get(f"/enter/{served.secrets.token}")
    assert "No plan was named" in words(client.get(served.secrets.root + "/plans"))
