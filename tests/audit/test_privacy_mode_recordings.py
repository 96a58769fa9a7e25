from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from audit.errors import UsageError
from audit.replay import recorded
from audit.replay.recorded import ARCHIVE_LIMIT, FORM, LIST_LIMIT, read_archive, read_list

USER = "https://acme.atlassian.net/wiki/rest/api/user"


def entry(method: str = "GET", url: str = USER, **request: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-11-20T12:00:00Z",
        "time": 1,
        "request": {
            "method": method,
            "url": url,
            "httpVersion": "HTTP/2",
            "cookies": [{"name": "cloud.session.token", "value": "canary-cookie"}],
            "headers": [{"name": "Authorization", "value": "Basic canary-header"}],
            "queryString": [],
            "headersSize": -1,
            "bodySize": 0,
            **request,
        },
        "response": {"status": 200, "headers": [], "cookies": [], "content": {"size": 5, "text": "canary-answer"}},
        "cache": {},
        "timings": {},
    }


def archive(folder: Path, *entries: Any, start: bytes = b"") -> Path:
    path = folder / "calls.har"
    path.write_bytes(start + json.dumps({"log": {"version": "1.2", "creator": {}, "entries": entries}}).encode())
    return path


def test_equal_calls_are_one_with_their_number_and_the_place_of_the_first(tmp_path: Path) -> None:
    found = read_archive(archive(tmp_path, entry(), entry("get"), entry("HEAD"), entry(), start=b"\xef\xbb\xbf"))
    assert [(one.method, one.times, one.place) for one in found] == [("GET", 3, "entry 1"), ("HEAD", 1, "entry 3")]


def test_cookies_headers_and_answers_are_not_kept_and_addresses_are_not_shown(tmp_path: Path) -> None:
    headers = [{"name": "Cookie", "value": "canary"}, {"name": "X-Atlassian-Force-Account-Id", "value": "true"}]
    (found,) = read_archive(archive(tmp_path, entry(url=f"{USER}?username=jvega", headers=headers)))
    assert found.headers == ("x-atlassian-force-account-id",)
    kept = [getattr(found, name) for name in found.__slots__]
    assert "canary" not in str(kept)
    assert "jvega" not in repr(found)


@pytest.mark.parametrize(
    ("data", "size", "expected"),
    [
        ({"mimeType": "application/json; charset=utf-8", "text": "{}"}, 2, ("{}", "application/json", "")),
        ({"mimeType": FORM, "params": [{"name": "key", "value": "a b"}, {"name": "x"}]}, 9, ("key=a+b&x=", FORM, "")),
        ({"mimeType": "multipart/form-data", "text": "x"}, 1, ("", "multipart/form-data", "the body is made of several parts")),
        ({"mimeType": "text/plain"}, 7, ("", "text/plain", "the archive does not hold the body")),
        ({"mimeType": "text/plain", "text": ""}, 0, ("", "text/plain", "")),
        (None, 7, ("", "", "the archive does not hold the body")),
        (None, -1, ("", "", "")),
        ({"mimeType": "", "text": "x" * 2_000_000}, 1, ("", "", "the body has more than 1048576 characters")),
    ],
)  # fmt: skip
def test_a_body_is_kept_or_it_is_said_why_not(
    tmp_path: Path, data: dict[str, Any] | None, size: int, expected: tuple[str, str, str]
) -> None:
    (found,) = read_archive(archive(tmp_path, entry("POST", postData=data, bodySize=size)))
    assert (found.body, found.media, found.unread) == expected


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b'{"log": {"entries": [{"request": {"method": "canary-va', "breaks off"),
        (b'{"log": {"entries": [{"request": {"method": "GET", "url": 7, "x": "canary"}}]}}', "int stands where str"),
        (b'{"log": {"entries": [{"request": {"method": "GET", "canary": 1}}]}}', "`url`|the field url is missing"),
        (b'{"log": {"canary": 1}}', "the field entries is missing at \\$.log"),
        (b'["canary"]', "array stands where object"),
        (b'{"log": {"entries": [{"request": {"method": "GET", "url": "\xff canary"}}]}}', "broken|UTF-8"),
        (b'{"a": ' + b"[" * 100_000, "nested|byte|breaks off"),
        (b"<html>canary</html>", "byte 0"),
    ],
)
def test_a_file_that_is_no_archive_is_refused_with_the_place_and_none_of_its_contents(
    tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "calls.har"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=why) as caught:
        read_archive(path)
    error = caught.value
    assert str(path) in str(error)
    assert error.fix
    assert "canary" not in str(error)
    assert error.__context__ is None


def test_an_archive_of_100_megabytes_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "calls.har"
    one = entry()
    one["response"]["content"]["text"] = "x" * 1_000_000
    text = json.dumps(one).encode()
    with path.open("wb") as file:
        file.write(b'{"log":{"version":"1.2","entries":[')
        for number in range(105):
            file.write((b"," if number else b"") + text)
        file.write(b"]}}")
    assert path.stat().st_size > 100_000_000
    tracemalloc.start()
    try:
        found = read_archive(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found[0].times == 105
    assert peak < 2_000_000


def test_an_archive_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "calls.har"
    with path.open("wb") as file:
        file.truncate(ARCHIVE_LIMIT + 1)
    with pytest.raises(UsageError, match="too large"):
        read_archive(path)


def test_requests_that_would_fill_the_memory_are_refused(tmp_path: Path) -> None:
    long = "https://acme.atlassian.net/" + "x" * (recorded.KEPT_LIMIT // 2)
    with pytest.raises(UsageError, match="more than"):
        read_archive(archive(tmp_path, entry(url=long), entry(url=long)))


def test_a_list_has_one_call_a_line(tmp_path: Path) -> None:
    path = tmp_path / "calls.txt"
    path.write_bytes(
        b"\xef\xbb\xbf# of the import\r\n\r\nGET /wiki/rest/api/user\r\n"
        b"delete\thttps://acme.atlassian.net/x?a=1\nGET /wiki/rest/api/user\n"
    )
    found = read_list(path)
    assert [(one.method, one.url, one.place, one.times) for one in found] == [
        ("GET", "/wiki/rest/api/user", "line 3", 2),
        ("DELETE", "https://acme.atlassian.net/x?a=1", "line 4", 1),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"GET /wiki\nGET canary\n", "line 2 is something else"),
        (b"canary /wiki", "line 1 is something else"),
        (b"GET /wiki canary", "line 1 is something else"),
        (b"GET /wiki\n\nGET /\xff", "line 3 is not UTF-8"),
        (b" " * (LIST_LIMIT + 1), "larger than"),
    ],
)
def test_a_line_that_is_no_call_is_named_and_not_repeated(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "calls.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=why) as caught:
        read_list(path)
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("method", "url", "content", "expected"),
    [
        ("POST", USER, {"mimeType": "application/json", "text": '{"a":1}', "size": 7}, (('{"a":1}',), "")),
        (
            "PUT",
            USER,
            {"text": "eyJhIjoxfQ==", "encoding": "base64", "mimeType": "application/json"},
            (('{"a":1}',), ""),
        ),
        ("POST", USER, {"text": "é", "encoding": "base64"}, ((), "the recorded answer cannot be read")),
        ("POST", USER, {"mimeType": "application/json", "size": 7}, ((), "the archive does not hold the answer")),
        ("POST", USER, {"mimeType": "application/json", "size": 0}, ((), "")),
        ("POST", USER, {"text": "<p/>", "mimeType": "text/html"}, ((), "")),
        ("POST", USER, {"text": "[" * 2_000_000}, ((), "the recorded answer has more than 1048576 characters")),
        ("GET", USER, {"text": "{}"}, ((), "")),
        ("GET", "/wiki/rpc/json-rpc/x", {"text": "{}"}, (("{}",), "")),
    ],
)
def test_answers_are_kept_to_calls_that_are_not_asked_again(
    tmp_path: Path, method: str, url: str, content: dict[str, Any], expected: tuple[tuple[str, ...], str]
) -> None:
    calls = [entry(method, url) | {"response": {"status": 200, "content": content}}] * 2
    (found,) = read_archive(archive(tmp_path, *calls))
    assert (found.answers, found.unheard, found.times) == (*expected, 2)


def test_a_second_answer_that_cannot_be_judged_is_not_forgotten(tmp_path: Path) -> None:
    first, second = ({"response": {"content": {"mimeType": "application/json", **one}}} for one in ({}, {"size": 3}))
    (found,) = read_archive(archive(tmp_path, entry("POST") | first, entry("POST") | second))
    assert found.unheard == "the archive does not hold the answer"
