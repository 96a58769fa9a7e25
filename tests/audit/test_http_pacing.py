from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.auth import gateway_place, site_place
from audit.errors import ForeignLink, Unreachable
from audit.events import Event, Waited, ignore
from audit.pacing import Limits, Pace, SystemClock, backoff_s, near_limit, told_wait_s
from audit.paging import LINK_LIMIT, header_next, next_path, template
from tests.audit.net import SITE, START, FakeTime

HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "retry-after",
            "beta-retry-after",
            "x-ratelimit-reset",
            "x-beta-ratelimit-reset",
            "ratelimit",
            "beta-ratelimit",
        ]
    ),
    st.text(max_size=40),
)


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "30"}, 30),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"beta-retry-after": "12"}, 12),
        ({"retry-after": "Fri, 20 Nov 2026 12:01:00 GMT"}, 60),
        ({"retry-after": "Fri, 20 Nov 2026 12:01:00 -0000"}, 60),
        ({"retry-after": "Fri, 20 Nov 2026 11:00:00 GMT"}, None),
        ({"retry-after": "-1", "x-ratelimit-reset": "2026-11-20T12:00:30Z"}, 30),
        ({"retry-after": "soon"}, None),
        ({"x-ratelimit-reset": "2026-11-20T12:05Z"}, 300),
        ({"x-ratelimit-reset": "2026-11-20T12:05:00"}, 300),
        ({"x-beta-ratelimit-reset": "2026-11-20T12:00:10Z"}, 10),
        ({"beta-x-ratelimit-reset": "2026-11-20T12:00:11+00:00"}, 11),
        ({"x-ratelimit-reset": "45"}, 45),
        ({"x-ratelimit-reset": str(int(START.timestamp()) + 90)}, 90),
        ({"x-ratelimit-reset": "nonsense"}, None),
        ({"ratelimit": '"global-app-quota";r=0;t=600'}, 600),
        ({"ratelimit": '"a";r=11000;t=60, "b";r=0; t=90'}, 90),
        ({"beta-ratelimit": '"a";t=7'}, 7),
        ({"ratelimit": "garbage;t=x"}, None),
    ],
)
def test_what_the_site_says_about_waiting_is_read_in_all_its_forms(
    headers: dict[str, str], wait_s: float | None
) -> None:
    assert told_wait_s(headers, START) == wait_s


def test_a_reset_beyond_the_calendar_is_very_far_away() -> None:
    assert (told_wait_s({"x-ratelimit-reset": "999999999999999"}, START) or 0) > 1e9


@given(HEADERS)
def test_no_header_of_any_shape_breaks_or_asks_for_a_negative_wait(headers: dict[str, str]) -> None:
    wait_s = told_wait_s(headers, START)
    assert wait_s is None or wait_s >= 0


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_delay_stays_within_its_jitter_and_below_the_cap(failures: int, chance: float) -> None:
    limits = Limits()
    plain = min(limits.longest_delay_s, limits.first_delay_s * 2 ** min(failures - 1, 16))
    assert plain * 0.7 <= backoff_s(failures, limits, lambda: chance) <= plain * 1.3 + 1e-9


def test_the_near_limit_header_counts_in_each_spelling() -> None:
    assert near_limit({"x-ratelimit-nearlimit": "true"})
    assert near_limit({"x-beta-ratelimit-nearlimit": " TRUE"})
    assert not near_limit({"x-ratelimit-nearlimit": "false"})
    assert not near_limit({})


@pytest.mark.anyio
async def test_a_longer_pause_is_never_shortened_by_a_later_one() -> None:
    time, events = FakeTime(), list[Event]()
    pace = Pace(Limits(), time, time.sleep, lambda: 0.0, events.append)
    pace.hold(429, {"retry-after": "60"}, "GET /x", 1)
    pace.hold(429, {"retry-after": "5"}, "GET /x", 1)
    await pace.ready("GET /x")
    await pace.ready("GET /x")
    assert time.slept == [60]
    assert events == [Waited("status 429", 60_000)]


@pytest.mark.anyio
async def test_a_sleeper_that_wakes_early_sleeps_again() -> None:
    time = FakeTime()

    async def half(seconds: float) -> None:
        await time.sleep(max(seconds / 2, 1.0))

    pace = Pace(Limits(), time, half, lambda: 0.0, ignore)
    pace.hold(429, {"retry-after": "60"}, "GET /x", 1)
    await pace.ready("GET /x")
    assert time.seconds >= 60
    assert len(time.slept) > 1


@pytest.mark.anyio
async def test_the_breaker_opens_after_calls_given_up_in_a_row_and_not_before() -> None:
    time = FakeTime()
    pace = Pace(Limits(breaker_calls=2), time, time.sleep, lambda: 0.0, ignore)
    pace.give_up("GET /x", "cut", None)
    pace.well()
    pace.give_up("GET /x", "cut", None)
    await pace.ready("GET /x")
    pace.give_up("GET /x", "cut", None)
    with pytest.raises(Unreachable, match="left alone"):
        await pace.ready("GET /x")


def test_a_clock_can_be_told_the_date() -> None:
    assert SystemClock(lambda: START).now() == START
    assert SystemClock().now() - datetime.now(UTC) < timedelta(minutes=1)


# --- paths --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/api/v2/pages/123/versions", "/api/v2/pages/123/versions"),
        ("/rest/api/space/~nora.quill/watch", "/rest/api/space/{...}/watch"),
        ("/rest/api/user/712020:e451a504/property/theme", "/rest/api/user/{...}/property/{...}"),
        ("/rest/api/user/323528440/property", "/rest/api/user/{...}/property"),
        ("/api/v2/pages?cql=creator", "/api/v2/pages"),
        (
            "/rest/api/relation/like/from/user/current/to/content/7",
            "/rest/api/relation/{...}/from/user/current/to/content/7",
        ),
        ("/api/v2/pages/\u0661\u0662", "/api/v2/pages/{...}"),
    ],
)
def test_a_path_is_logged_without_names_and_queries(path: str, shown: str) -> None:
    assert template(path) == shown


@pytest.mark.parametrize(
    ("header", "link"),
    [
        ('</a?cursor=1>; rel="next"', "/a?cursor=1"),
        ("</a>; rel=next", "/a"),
        ('<https://x/wiki>; rel="base", </b>; rel="next"', "/b"),
        ('</b>; title="x"; rel="prev next"', "/b"),
        ('</b>; rel="prev", </c>; rel="base"', None),
        ('</b>; rel="nextish"', None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_the_link_header_is_searched_for_the_next_part(header: str, link: str | None) -> None:
    assert header_next(header) == link


@given(st.text(max_size=80))
def test_whatever_a_link_says_it_is_refused_or_stays_below_the_base(link: str) -> None:
    for place in (site_place(SITE), gateway_place(SITE, "c-1"), site_place(f"{SITE}/ctx", data_center=True)):
        for full in (link, f"/wiki/api/v2/{link}", f"{SITE}/wiki/rest/{link}"):
            try:
                path = next_path(full, place)
            except ForeignLink:
                continue
            assert path.startswith(("/api/v2/", "/rest/"))
            assert len(path) <= LINK_LIMIT
            assert not set(path) & set("\\\r\n ")
            assert next_path(path, place) == path
