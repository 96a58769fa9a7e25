"""Forms that were overtaken: by decisions in another tab, by another review, by a file that is no plan."""

from __future__ import annotations

import pytest

from audit.plan_file import read_any_plan
from audit.serve.desk import Said, Talk
from tests.audit.serve.conftest import Served, words
from tests.reports.pages import parse


def test_a_page_that_was_shown_before_takes_no_decision_back(served: Served) -> None:
    old = served.hidden()
    first = {"say_A-0001": "decline", "why_A-0001": "ask the owner", "say_A-0002": "decline"}
    assert served.send("/plans/0/decide", **first, go="1").status_code == 303
    mine = {"say_A-0001": "later", "say_A-0002": "later", "say_A-0003": "accept", "why_A-0003": "mine", "go": "2"}
    answer = served.send_from(old, "/plans/0/decide", **mine)
    assert answer.status_code == 409
    text = words(answer)
    assert "Now 0 accepted, 2 declined" in text
    assert "A-0001 declined: ask the owner changed elsewhere open" in text
    assert "A-0002 declined changed elsewhere open" in text
    assert "A-0003 open accepted: mine" in text
    assert "A-0004" not in text
    page = parse(answer.text)
    assert not page.unbalanced
    assert f"{served.secrets.root}/plans/0?page=1#A-0001" in page.attributes("href")
    assert "0 accepted, 2 declined" in words(served.get("/plans/0")), "nothing of the form was kept"
    assert served.send("/plans/0/decide", **mine).status_code == 303


def test_a_last_step_that_was_shown_before_accepts_nothing_that_was_declined_since(served: Served) -> None:
    old = served.hidden()
    served.send("/plans/0/decide", **{"say_A-0001": "decline"})
    answer = served.send_from(old, "/plans/0/write", by="T", others="accept")
    assert answer.status_code == 409
    assert "A-0001 declined changed elsewhere did not name it" in words(answer)
    assert not served.review.exists()
    assert served.send("/plans/0/write", by="T", others="accept").status_code == 303
    assert not read_any_plan(served.review).decisions[0].accepted


def test_a_decision_that_was_taken_back_since_is_named_as_well(served: Served) -> None:
    served.send("/plans/0/decide", **{"say_A-0001": "decline"})
    old = served.hidden()
    served.send("/plans/0/decide", **{"say_A-0001": "later"})
    answer = served.send_from(old, "/plans/0/decide", **{"say_A-0001": "decline"})
    assert answer.status_code == 409
    assert "A-0001 open changed elsewhere declined" in words(answer)


@pytest.mark.parametrize("state", ["", "x", "-1", "1", "9" * 5000])
def test_a_form_with_a_state_that_was_never_shown_is_overtaken(served: Served, state: str) -> None:
    for path, fields in (
        ("/plans/0/decide", {"say_A-0001": "accept"}),
        ("/plans/0/write", {"by": "T", "others": "accept"}),
    ):
        assert served.send(path, **fields, state=state).status_code == 409
    assert "0 accepted, 0 declined" in words(served.get("/plans/0"))
    assert not served.review.exists()


def test_every_form_carries_the_same_state_and_keeping_nothing_new_does_not_change_it(served: Served) -> None:
    states = []
    for word in ("decline", "decline", "accept"):
        served.send("/plans/0/decide", **{"say_A-0001": word})
        states.append(served.hidden()["state"])
        assert f'name="state" value="{states[-1]}"' in served.get("/plans/0").text
    assert states[0] == states[1] != states[2]


def test_a_talk_knows_when_each_decision_was_changed_last() -> None:
    first = Talk().after({"A-1": Said(accepted=True), "A-2": Said(accepted=False, why="no"), "A-3": None})
    assert (first.state, dict(first.changed)) == (1, {"A-1": 1, "A-2": 1})
    second = first.after({"A-1": None, "A-2": Said(accepted=False, why="no")})
    assert (second.state, dict(second.changed), set(second.said)) == (2, {"A-1": 2, "A-2": 1}, {"A-2"})
    assert first.said.keys() == {"A-1", "A-2"}


def test_a_review_that_the_form_does_not_name_is_not_replaced(served: Served) -> None:
    before_any = served.hidden()
    served.send("/plans/0/write", by="T", others="accept")
    named = served.hidden()
    assert served.send("/plans/0/write", by="T", others="decline", replace="yes").status_code == 303
    there = served.review.read_bytes()
    for old, why in ((named, "not the one that your form named"), (before_any, "was shown before it")):
        answer = served.send_from(old, "/plans/0/write", by="T", others="accept", replace="yes")
        assert answer.status_code == 409
        assert why in words(answer)
        assert served.review.read_bytes() == there
    served.review.unlink()
    assert served.send_from(named, "/plans/0/write", by="T", others="accept", replace="yes").status_code == 303


def test_a_file_that_is_no_plan_is_named_and_replaced_only_when_that_is_ticked(served: Served) -> None:
    served.review.write_bytes(b"{ not a plan")
    assert served.get("/plans/0/reviewed").status_code == 404
    page = served.get("/plans/0/finish")
    assert page.status_code == 200
    assert "there is a file that is no plan: plan-reviewed.json" in words(page)
    assert not parse(page.text).unbalanced
    assert served.send("/plans/0/write", by="T", others="accept").status_code == 400
    old = served.hidden()
    served.review.write_bytes(b"{ another")
    assert served.send_from(old, "/plans/0/write", by="T", others="accept", replace="yes").status_code == 409
    assert served.review.read_bytes() == b"{ another"
    assert served.send("/plans/0/write", by="T", others="accept", replace="yes").status_code == 303
    assert read_any_plan(served.review).base == served.plan.digest


def test_a_folder_in_the_place_of_the_review_is_named_and_stays(served: Served) -> None:
    served.review.mkdir()
    assert "there is a file that is no plan" in words(served.get("/plans/0/finish"))
    assert served.send("/plans/0/write", by="T", others="accept", replace="yes").status_code == 400
    assert served.review.is_dir()


def test_the_pages_say_what_to_write_in_a_reason_and_that_reports_follow_the_plan(served: Served) -> None:
    page = parse(served.get("/plans/0").text)
    assert not page.unbalanced
    assert words(served.get("/plans/0")).count("write roles, not names") >= served.get("/plans/0").text.count(
        'name="why-'
    )
    assert "The plan is written at once" in words(served.get("/plans/0/finish"))
