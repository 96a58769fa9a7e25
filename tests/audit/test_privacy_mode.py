from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from audit.auth import Basic, PersonalAccessToken, Secret
from audit.config import Config
from audit.errors import UsageError
from audit.http import Limits
from audit.replay.judging import hollow
from audit.replay.results import Answered, State
from audit.replay.shown import as_jsonl, as_text
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.seed import build_empty
from rules.guide import ROWS
from tests.audit.net import EMAIL, TOKEN, Handler
from tests.audit.replaying import (
    ACCOUNT,
    SITE,
    USER,
    config_of,
    get,
    on,
    over,
    replayed,
    site,
)

pytestmark = pytest.mark.anyio


async def test_a_site_of_today_carries_nothing_retired_and_gone_resources_are_no_gap() -> None:
    sandbox = Sandbox()
    report = await replayed(lambda: httpx.ASGITransport(app=sandbox.app), config_of(sandbox), None)
    found = {result.path: {each.row for each, _, _ in result.carried} for result in report.results if result.found}
    assert {path.partition("restriction")[2] for path in found} == {"", "/byOperation", "/byOperation/read"}
    assert list(found.values()) == [{"content-restriction"}] * 3, "the page that has a restriction is asked for"
    assert (report.exit_code, report.complete) == (1, True)
    assert {entry.method for entry in sandbox.log} == {"GET"}
    assert {result.plain.answered for result in report.results} >= {Answered.YES, Answered.GONE, Answered.NOT_OFFERED}
    void = [result for result in report.results if result.state is State.VOID]
    assert len(void) == report.void > 0
    assert as_text(report).endswith(f"3 of 26; nothing to judge in {len(void)}: empty, gone or not offered.\n")
    assert as_text(report).count("nothing to judge: ") == len(void)
    assert json.loads(as_jsonl(report).splitlines()[-1])["nothing_to_judge"] == len(void)


async def test_every_answer_with_retired_fields_is_named_by_path_count_and_row_and_the_switch_takes_them_away() -> None:
    sandbox = Sandbox(legacy_users=True)
    report = await replayed(lambda: httpx.ASGITransport(app=sandbox.app), config_of(sandbox), None)
    assert report.exit_code == 1
    by_path = {result.path: result for result in report.results}
    found = {each.path: (each.row, plain, private) for each, plain, private in by_path[USER].carried}
    assert found["username"] == ("user-name", 1, 0)
    assert found["userKey"] == ("user-key", 1, 0)
    assert found["details.personal.phone"] == ("details-personal", 1, 0)
    assert found["details.personal.email"] == ("details-personal-email", 1, 0)
    assert found["details.business.position"] == ("details-business", 1, 0)
    listed = {each.path: plain for each, plain, _ in by_path["/wiki/rest/api/search/user"].carried}
    assert listed["results[].user.username"] == 5
    assert not by_path[USER].difference, "retired fields are reported by themselves"
    ids = {row.id for row in ROWS}
    assert {each.row for result in report.results for each, _, _ in result.carried} <= ids


async def test_a_site_without_content_leaves_gaps_where_the_list_cannot_be_filled() -> None:
    sandbox = Sandbox(seed=build_empty)
    report = await replayed(lambda: httpx.ASGITransport(app=sandbox.app), config_of(sandbox), None)
    assert report.exit_code == 3
    gaps = [result for result in report.results if result.gap]
    assert gaps
    assert all("lists no" in result.plain.why for result in gaps)


async def test_nothing_personal_is_shown_in_either_format() -> None:
    sandbox = Sandbox(legacy_users=True)
    report = await replayed(lambda: httpx.ASGITransport(app=sandbox.app), config_of(sandbox), None)
    for text in (as_text(report), as_jsonl(report)):
        for person in sandbox.people:
            for value in (person.username, person.user_key, person.email, person.display_name, person.token):
                assert not value or value not in text
            assert not person.account_id or person.account_id not in text


# --- what is answered ---------------------------------------------------------------------------------------------


def switched(with_it: httpx.Response, without: httpx.Response) -> Handler:
    def answer(request: httpx.Request) -> httpx.Response:
        found = with_it if "privacyMode" in request.url.params else without
        return httpx.Response(found.status_code, headers=found.headers, content=found.content)

    return site(answer)


async def test_answers_that_differ_are_named_by_status_or_by_fields() -> None:
    found = httpx.Response(200, json={"results": [{"title": "x", "id": "1", "tbergmann": {"id": "2"}}]})
    less = httpx.Response(200, json={"results": [{"id": "1"}]})
    report = await over(switched(httpx.Response(400, json={}), found), get(USER))
    assert report.results[0].difference.statuses == (200, 400)
    assert (report.exit_code, report.complete) == (1, True)
    report = await over(switched(less, found), get(USER))
    difference = report.results[0].difference
    assert difference.only_without == ("results[].*", "results[].*.id", "results[].title")
    assert difference.only_with == ()
    assert "only without the switch" in as_text(report)
    assert "tbergmann" not in as_text(report) + as_jsonl(report)


async def test_an_answer_that_changes_by_itself_is_no_difference() -> None:
    numbers = iter(range(100))

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"results": [{"id": 1} for _ in range(next(numbers) % 2)], "_links": {}})

    report = await over(site(answer), get("/wiki/rest/api/search"))
    assert report.results[0].difference
    assert report.exit_code == 1
    steps = iter([{"id": 1}, {"id": 1, "title": 2}, {"id": 1, "title": 2}])
    report = await over(site(lambda _: httpx.Response(200, json=next(steps))), get("/wiki/rest/api/search"))
    assert not report.results[0].difference
    assert report.exit_code == 0


async def test_what_a_site_refuses_is_a_gap_unless_it_is_gone_or_refused_for_what_is_sent() -> None:
    for status, code in ((403, 3), (404, 3), (400, 3), (500, 3), (302, 3), (410, 0), (405, 0), (501, 0)):
        refusal = httpx.Response(status, json={})
        report = await over(switched(refusal, refusal), get(f"{USER}/anonymous"))
        assert report.exit_code == code, status
    report = await over(site(lambda _: httpx.Response(400, json={})), get(f"{USER}?username=jvega"))
    assert (report.exit_code, report.results[0].state) == (1, State.FIND)
    page = await over(site(lambda _: httpx.Response(200, html="<html>")), get("/wiki/rest/app/page"))
    assert (page.exit_code, page.stopped) == (3, "")


async def test_an_answer_that_cannot_be_judged_is_a_gap_and_halves_of_characters_are_judged() -> None:
    deep = b'{"a":' * 300 + b"1" + b"}" * 300
    headers = {"content-type": "application/json"}
    report = await over(site(lambda _: httpx.Response(200, content=deep, headers=headers)), get(f"{USER}/anonymous"))
    assert (report.results[0].state, report.exit_code) == (State.GAP, 3)
    half = b'{"results":[{"type":"known","username":"jvega","displayName":"\\ud800"}]}'
    report = await over(site(lambda _: httpx.Response(200, content=half, headers=headers)), get(f"{USER}/anonymous"))
    assert [(each.path, plain, private) for each, plain, private in report.results[0].carried] == [
        ("results[].username", 1, 1)
    ]


async def test_a_query_that_cannot_be_read_is_a_gap() -> None:
    report = await over(site(lambda _: httpx.Response(200, json={})), get("/wiki/rest/api/search?cql=creator+%3D"))
    assert (report.results[0].unread, report.exit_code) == ("the query in cql cannot be read", 3)


async def test_what_the_guide_has_no_row_for_carries_the_remedy_of_its_rule() -> None:
    query = "/wiki/rest/api/search?cql=space.key%3D~jvega"
    report = await over(site(lambda _: httpx.Response(200, json={})), get(query))
    (found,) = report.results[0].sent
    assert (found.rule, found.row) == ("cql-personal-space", "")
    assert found.instead


async def test_a_resource_for_others_alone_does_not_end_the_replay() -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.STATUS, path="/rest/api/app", status=401, times=100))
    report = await on(sandbox, get("/wiki/rest/api/app"), get(f"{USER}/current"))
    assert [result.state for result in report.results] == [State.GAP, State.OK]
    assert (report.stopped, report.exit_code) == ("", 3)


async def test_a_site_that_fails_ends_the_replay_with_what_was_seen() -> None:
    sandbox = Sandbox(legacy_users=True)
    sandbox.faults.add(Fault(FaultKind.UNAUTHORIZED, path="user/", nth=4, times=100))
    report = await on(
        sandbox, get(f"{USER}/current"), get(f"{USER}/anonymous"), get(f"{USER}/current?expand=operations")
    )
    assert (report.exit_code, len(report.results), report.left) == (5, 1, 2)
    assert report.results[0].found
    assert "could not be asked any further" in as_text(report)


async def test_a_replay_that_is_interrupted_shows_what_came_before() -> None:
    asked: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        task = asyncio.current_task()
        if len(asked) == 3 and task is not None:
            task.cancel()
        await asyncio.sleep(0)
        return httpx.Response(200, json={"type": "known", "accountId": "712020:me"})

    config = Config(SITE, Basic(EMAIL, Secret(TOKEN)))
    calls = [get(f"{USER}/current"), get(f"{USER}/anonymous")]
    report = await replayed(lambda: httpx.MockTransport(answer), config, calls)
    assert (len(report.results), report.left, report.exit_code, report.complete) == (0, 2, 3, False)
    assert "stopped on request" in as_text(report)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_wrong_credentials_anonymous_answers_and_a_site_that_wants_rest_end_it_at_once() -> None:
    sandbox = Sandbox()
    wrong = await on(sandbox, get(f"{USER}/current"), config=config_of(sandbox, "wrong"))
    assert (wrong.exit_code, wrong.results) == (5, ())
    nobody = await over(lambda _: httpx.Response(200, json={"type": "anonymous"}), get(USER))
    assert (nobody.exit_code, nobody.results) == (5, ())
    tired = await over(site(lambda _: httpx.Response(429, headers={"retry-after": "9999"})), get(USER))
    assert tired.exit_code == 5


async def test_a_token_without_the_scope_for_profiles_replays_all_the_same() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith(USER):
            return httpx.Response(401, json={"message": "Unauthorized; scope does not match"})
        return httpx.Response(200, json={"results": []})

    report = await over(answer, get(USER), get("/wiki/rest/api/search"))
    assert [result.state for result in report.results] == [State.GAP, State.VOID]
    config = Config(SITE, Basic(EMAIL, Secret(TOKEN)), limits=Limits(attempts=2))
    report = await replayed(lambda: httpx.MockTransport(answer), config, None)
    assert any("no account" in result.plain.why for result in report.results)


async def test_without_that_scope_a_refused_call_is_still_that_of_one_resource() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        scope = {"message": "scope does not match"} if request.url.path == f"{USER}/current" else {}
        return httpx.Response(401, json=scope)

    report = await over(answer, get("/wiki/rest/api/search"))
    assert (report.results[0].state, report.stopped) == (State.GAP, "")


async def test_samples_that_cannot_be_listed_leave_gaps() -> None:
    report = await replayed(
        lambda: httpx.MockTransport(site(lambda _: httpx.Response(403, json={}))),
        Config(SITE, Basic(EMAIL, Secret(TOKEN)), limits=Limits(attempts=2)),
        None,
    )
    assert report.exit_code == 3
    assert any("no page" in result.plain.why for result in report.results)


async def test_data_center_has_no_privacy_mode() -> None:
    config = Config("https://wiki.acme.example", PersonalAccessToken(Secret(TOKEN)))
    with pytest.raises(UsageError, match="Data Center"):
        await replayed(lambda: httpx.MockTransport(lambda _: httpx.Response(200)), config, None)


async def test_programs_get_one_line_a_call_and_a_summary() -> None:
    sandbox = Sandbox(legacy_users=True)
    person = sandbox.people[1]
    report = await on(sandbox, get(f"{USER}?username={person.username}", place="entry 4", times=2))
    call, summary = (json.loads(line) for line in as_jsonl(report).splitlines())
    assert (call["type"], call["place"], call["times"], call["state"]) == ("call", "entry 4", 2, "find")
    assert call["sent"][0]["row"] == "user"
    assert call["difference"]["statuses"] == [200, 400]
    assert {field["row"] for field in call["carried"]} == {"user-name", "user-key"}
    assert (summary["findings"], summary["complete"], summary["stopped"]) == (1, True, None)
    assert "×2" in as_text(report)


async def test_a_site_without_any_restriction_has_nothing_to_judge_there() -> None:
    sandbox = Sandbox(legacy_users=True)
    sandbox.state.restrictions.clear()
    report = await replayed(lambda: httpx.ASGITransport(app=sandbox.app), config_of(sandbox), None)
    states = {result.path.partition("restriction")[2]: result.state for result in report.results[:3]}
    assert states == dict.fromkeys(("", "/byOperation", "/byOperation/read"), State.VOID)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"results": []}, True),
        ([{"operation": "read", "restrictions": {"user": {"results": [], "size": 0}}}], True),
        ({"results": [{"id": "1", "labels": []}, {"id": "2"}]}, False),
        ({"results": [], "by": {"accountId": ACCOUNT}}, False),
        ({"watching": False}, False),
        ({"results": ["x"]}, False),
        (None, False),
    ],
)
def test_an_answer_is_hollow_when_its_lists_are_empty_and_it_names_nobody(document: object, *, expected: bool) -> None:
    assert hollow(document) is expected
