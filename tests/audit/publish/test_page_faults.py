from __future__ import annotations

from pathlib import Path

import pytest

from audit.errors import (
    Ambiguous,
    BadAnswer,
    Conflict,
    GuardError,
    Missing,
    NotAllowed,
    NotAuthenticated,
    Rejected,
    SiteError,
    Throttled,
    Unreachable,
    UsageError,
)
from audit.sandbox.faults import FaultKind
from audit.uploads import local_file
from tests.audit.publish.pages import BODY, RESTRICTION, TITLE, UPLOAD, Stand, stand
from tests.audit.publish.refusals import REFUSED, refusal

pytestmark = pytest.mark.anyio
PAGES = r"/api/v2/pages$"
ONE_PAGE = r"/api/v2/pages/\d+$"


@pytest.fixture
def at(tmp_path: Path) -> Stand:
    return stand(tmp_path)


def live_pages(at: Stand) -> int:
    return sum(one.title == TITLE and one.status == "current" for one in at.sandbox.state.contents.values())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 500, 502])
async def test_where_the_page_cannot_be_restricted_nothing_is_published_and_the_empty_page_goes(
    at: Stand, status: int
) -> None:
    at.fault(FaultKind.STATUS, "PUT", RESTRICTION, status=status, times=0)
    with pytest.raises(GuardError, match="nothing was published") as caught:
        await at.publish()
    assert "is in the trash" in str(caught.value)
    assert (at.uploads, live_pages(at)) == ([], 0)
    assert BODY not in {revision.body for one in at.sandbox.state.contents.values() for revision in one.revisions}


async def test_a_restriction_that_the_site_only_pretends_to_set_is_noticed(at: Stand) -> None:
    at.fault(FaultKind.STATUS, "PUT", RESTRICTION, status=200, body="{}")
    with pytest.raises(GuardError, match="reading them back showed others"):
        await at.publish()
    assert (at.uploads, live_pages(at)) == ([], 0)


async def test_an_empty_page_that_cannot_be_taken_away_is_named(at: Stand) -> None:
    at.fault(FaultKind.STATUS, "PUT", RESTRICTION, status=403)
    at.fault(FaultKind.STATUS, "DELETE", ONE_PAGE, status=403)
    with pytest.raises(GuardError, match="delete it by hand") as caught:
        await at.publish()
    assert at.page.id in str(caught.value)


async def test_a_restriction_whose_answer_is_lost_is_settled_by_reading(at: Stand) -> None:
    at.fault(FaultKind.STATUS_AFTER, "PUT", RESTRICTION, status=502)
    assert (await at.publish()).closed
    assert len(at.asked("PUT", "/restriction")) == 1


async def test_a_page_whose_making_was_answered_with_an_error_is_found_and_not_made_twice(at: Stand) -> None:
    at.fault(FaultKind.STATUS_AFTER, "POST", PAGES, status=504)
    assert (await at.publish()).made
    assert (live_pages(at), len(at.asked("POST", "/pages"))) == (1, 1)


async def test_a_page_that_was_not_made_leaves_the_outcome_open(at: Stand) -> None:
    at.fault(FaultKind.STATUS, "POST", PAGES, status=504)
    with pytest.raises(Ambiguous):
        await at.publish()
    assert (live_pages(at), len(at.asked("POST", "/pages"))) == (0, 1)


@pytest.mark.parametrize(("status", "kind"), [(403, NotAllowed), (404, Missing), (400, Rejected)])
async def test_a_page_that_is_refused_stops_everything(at: Stand, status: int, kind: type[SiteError]) -> None:
    at.fault(FaultKind.STATUS, "POST", PAGES, status=status)
    with pytest.raises(kind):
        await at.publish()
    assert (live_pages(at), at.uploads) == (0, [])


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [*REFUSED, (401, NotAuthenticated, "credentials"), (404, Missing, "larger than the site takes")],
)
async def test_a_refused_upload_says_why_and_the_same_call_goes_on_later(
    at: Stand, status: int, kind: type[SiteError], words: str
) -> None:
    at.fault(FaultKind.STATUS, "PUT", UPLOAD, status=status, nth=2)
    assert "What was published before stays" in await refusal(at.publish, kind, words)
    assert (list(at.attached), at.page.now.body) == ([at.files[0].name], "")
    done = await at.publish()
    assert (done.made, len(at.uploads), len(done.sent)) == (False, 3, 1)
    assert [one.now.number for one in at.attached.values()] == [1, 1]


async def test_a_file_above_the_limit_of_the_site_is_explained(at: Stand) -> None:
    at.sandbox.state.services.largest_bytes = 5
    with pytest.raises(Missing, match="it says 404 to both"):
        await at.publish()


async def test_an_upload_that_arrived_although_its_answer_was_lost_is_not_sent_twice(at: Stand) -> None:
    at.fault(FaultKind.STATUS_AFTER, "PUT", UPLOAD, status=502)
    await at.publish()
    assert len(at.uploads) == len(at.files)
    assert {one.now.number for one in at.attached.values()} == {1}


async def test_an_upload_that_surely_did_not_arrive_is_sent_once_more(at: Stand) -> None:
    at.fault(FaultKind.STATUS, "PUT", UPLOAD, status=502)
    await at.publish()
    assert len(at.uploads) == len(at.files) + 1
    assert {one.now.number for one in at.attached.values()} == {1}


async def test_an_upload_that_is_lost_twice_stops(at: Stand) -> None:
    at.fault(FaultKind.STATUS, "PUT", UPLOAD, status=502, times=0)
    with pytest.raises(Ambiguous):
        await at.publish()
    assert (len(at.uploads), at.sent) == (2, [])


async def test_a_site_that_asks_to_wait_gets_the_file_later(at: Stand) -> None:
    at.fault(FaultKind.STATUS, "PUT", UPLOAD, status=429, headers=(("Retry-After", "1"),))
    await at.publish()
    assert len(at.uploads) == len(at.files) + 1


async def test_a_site_that_asks_for_an_hour_ends_the_call(at: Stand) -> None:
    at.fault(FaultKind.STATUS, "PUT", UPLOAD, status=429, headers=(("Retry-After", "3600"),))
    with pytest.raises(Throttled):
        await at.publish()
    assert len(at.uploads) == 1


async def test_a_file_that_the_site_stored_otherwise_is_noticed(at: Stand) -> None:
    at.fault(FaultKind.STATUS, "PUT", UPLOAD, status=200, body='{"results": []}')
    with pytest.raises(BadAnswer, match="not what was sent"):
        await at.publish()


async def test_a_text_whose_answer_is_lost_is_settled_by_reading(at: Stand) -> None:
    at.fault(FaultKind.STATUS_AFTER, "PUT", ONE_PAGE, status=502)
    assert (await at.publish()).version == 2
    assert len(at.asked("PUT", at.page.id)) == 1


async def test_a_text_that_was_not_taken_is_sent_once_more(at: Stand) -> None:
    at.fault(FaultKind.STATUS, "PUT", ONE_PAGE, status=502)
    assert (await at.publish()).version == 2
    assert len(at.asked("PUT", at.page.id)) == 2


async def test_a_text_that_is_lost_twice_stops_and_the_next_call_writes_it_alone(at: Stand) -> None:
    at.fault(FaultKind.STATUS, "PUT", ONE_PAGE, status=502, times=2)
    with pytest.raises(Ambiguous):
        await at.publish()
    at.sandbox.log.clear()
    assert (await at.publish()).written
    assert [entry.path for entry in at.sandbox.writes] == [f"/wiki/api/v2/pages/{at.page.id}"]


async def test_an_edit_at_the_same_moment_is_a_conflict_and_is_not_written_over(at: Stand) -> None:
    at.fault(FaultKind.EDIT_BEFORE, "PUT", ONE_PAGE)
    with pytest.raises(Conflict, match="Run the same command again"):
        await at.publish()
    assert at.page.now.body != BODY


async def test_a_text_that_the_site_drops_is_noticed(at: Stand) -> None:
    at.fault(FaultKind.STATUS, "PUT", ONE_PAGE, status=200, body="{}")
    with pytest.raises(BadAnswer, match="does not hold the text"):
        await at.publish()


@pytest.mark.parametrize("step", [("PUT", UPLOAD), ("PUT", ONE_PAGE), ("POST", PAGES)])
async def test_an_unknown_outcome_says_that_the_same_command_settles_it(at: Stand, step: tuple[str, str]) -> None:
    at.fault(FaultKind.STATUS, *step, status=500, times=0)
    with pytest.raises(Ambiguous, match="Run the same command again: it looks at what is there"):
        await at.publish()
    at.sandbox.faults.clear()
    assert (await at.publish()).written


@pytest.mark.parametrize("name", ['weird "q" name.html', "new\nline.csv", "back\\slash.csv", "100%22.csv"])
async def test_a_name_that_the_site_would_change_is_refused_before_anything_is_asked(at: Stand, name: str) -> None:
    (at.folder / name).write_text("x")
    at.files = (*at.files, local_file(at.folder / name))
    with pytest.raises(UsageError, match="Rename it") as caught:
        await at.publish()
    assert (at.sandbox.log, "\n" in caught.value.where) == ([], False)


async def test_a_site_that_is_down_gets_nothing(at: Stand) -> None:
    at.fault(FaultKind.STATUS, "GET", r"/user/current$", status=503, times=0)
    with pytest.raises(Unreachable):
        await at.publish()
    assert at.sandbox.writes == []


async def test_a_file_that_changes_after_it_was_looked_at_is_not_published(at: Stand) -> None:
    at.files[0].path.write_text("another text of another length")
    with pytest.raises(UsageError, match="changed while it was sent"):
        await at.publish()
    assert at.attached == {}
