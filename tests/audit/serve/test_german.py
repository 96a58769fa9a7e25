"""The pages in German: nothing of ours is left in English, numbers and dates are written as Germans write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from reports.language import language
from tests.audit.serve.client import Client
from tests.audit.serve.conftest import AUTHORITY, BROKEN, ORIGIN, Served, words
from tests.reports.messages import messages
from tests.reports.pages import parse

GERMAN = language("de")
PATHS = ("/", "/trend", "/plans", "/plans/0", "/plans/0/finish", "/plans/0/reviewed", "/nowhere", "/plans/7")


@pytest.fixture
def german(served: Served) -> Client:
    client = served.stranger(language="de")
    assert "Weiter zu den Läufen" in words(client.get(f"/enter/{served.secrets.token}"))
    return client


def get(served: Served, client: Client, path: str) -> httpx.Response:
    return client.get(served.secrets.root + path)


def test_no_page_says_anything_of_its_own_in_english(served: Served, german: Client) -> None:
    served.send("/plans/0/write", by="T", others="decline")
    ours = messages()
    same = {one for one in ours if GERMAN.text(one) == one}
    for path in PATHS:
        page = get(served, german, path).text
        shown = parse(page)
        assert shown.elements[0] == ("html", {"lang": "de"})
        assert not shown.unbalanced
        assert not shown.scripts
        assert not set(re.findall(r'<span lang="en">([^<]*)</span>', page)) & ours
        whole = {found.strip() for found in re.findall(r">([^<>]+)<", page)}
        assert sorted(whole & ours - same) == []
        for label in (*shown.attributes("aria-label"), *shown.attributes("data-name")):
            assert label not in ours - same


def test_runs_and_plans_are_told_in_german(served: Served, german: Client) -> None:
    runs = words(get(served, german, "/"))
    assert "Bereich HR" in runs
    assert "unvollständig" in runs
    assert "Darin wurde kein Audit begonnen" in runs
    assert re.search(r"\d\d\.\d\d\.\d{4}, \d\d:\d\d:\d\d UTC", runs)
    assert "2 verschiedene Umfänge" in words(get(served, german, "/trend"))
    assert "0 akzeptiert, 0 abgelehnt" in words(get(served, german, "/plans/0"))
    assert "Nur auf diesem Rechner" in words(get(served, german, "/plans/0/finish"))
    assert "Site und Umfang" in runs


def test_the_report_of_a_run_is_german_too(served: Served, german: Client) -> None:
    page = get(served, german, f"/runs/{BROKEN}/audit").text
    assert '<html lang="de">' in page
    assert "Dieser Lauf ist unvollständig" in page


def test_refusals_are_told_in_german(served: Served, german: Client) -> None:
    hidden = served.hidden()
    digest = {**hidden, "digest": "0" * 64}
    root = f"{served.secrets.root}/plans/0"

    def post(path: str, data: Mapping[str, str]) -> str:
        return words(german.post(root + path, data=data, headers=ORIGIN))

    assert "Gehen Sie zurück und sagen Sie, wer." in post("/write", {**hidden, "others": "accept"})
    assert "Der Plan wurde geändert, während Sie ihn prüften" in post("/write", {**digest, "by": "T"})
    assert "Aktionen sind offen" in post("/write", {**hidden, "by": "T"})
    assert "mehr als 500 Zeichen" in post("/decide", {**hidden, "say-A-0001": "decline", "why-A-0001": "x" * 501})
    assert "steht nicht in diesem Plan" in post("/decide", {**hidden, "say-A-9999": "accept"})
    assert "Anderswo geändert" in post("/decide", {**hidden, "state": "7", "say-A-0001": "accept"})
    assert "Dieses Formular ist nicht von uns" in post("/decide", {})
    assert 'lang="en"' not in german.post(root + "/write", data={**hidden, "by": ""}, headers=ORIGIN).text
    stranger = served.stranger(language="de")
    assert "Öffnen Sie die Adresse" in stranger.get(root).text
    assert "eigenen Formularen" in german.post(root + "/write", data={}).text
    assert f"Dies ist {AUTHORITY}" in stranger.get("/", headers={"host": "elsewhere"}).text


def test_the_review_is_written_with_german_reports(served: Served, german: Client) -> None:
    served.formats = ("md",)
    client = served.stranger(language="de")
    client.get(f"/enter/{served.secrets.token}")
    fields = {**served.hidden(), "by": "T", "others": "decline"}
    assert client.post(f"{served.secrets.root}/plans/0/write", data=fields, headers=ORIGIN).status_code == 303
    served.client = client
    served.until("Der Bericht plan-reviewed.md ist da.")
    assert (
        ": Probelauf einer Migration, " in Path(served.review.with_suffix(".md")).read_text("utf-8").partition("\n")[0]
    )
