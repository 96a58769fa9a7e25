"""The pages in a real Chromium: let in, look around, review a plan, and be told apart from a hostile page.

Skips without Chromium; what axe and HTML_CodeSniffer see also needs their scripts (see tests/reports/test_accessible.py).
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from audit.plan_file import read_any_plan
from audit.sandbox.sandbox import Sandbox
from tests.audit.serve.chromium import CHROMIUM, Browser, browser
from tests.audit.serve.conftest import BROKEN
from tests.audit.serve.process import Process, serving
from tests.reports.test_accessible import AXE, SNIFFER

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")]


@pytest.fixture(scope="module")
def place(made: tuple[Path, Sandbox], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(made[0], tmp_path_factory.mktemp("browsed") / "place")


@pytest.fixture(scope="module")
def process(place: Path) -> Iterator[Process]:
    with serving(place, "--format", "") as found:
        yield found
    assert found.child.returncode == 0
    assert "Traceback" not in found.err


@pytest.fixture(scope="module")
def page(process: Process, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        found.look(1280)
        found.go(process.address)
        yield found


@pytest.fixture(scope="module")
def root(page: Browser) -> str:
    found: str = page.run("location.href")
    return found


def test_the_address_leads_in_and_vanishes(page: Browser, root: str, process: Process) -> None:
    assert root.startswith(process.origin)
    token = process.address.rpartition("/")[2]
    assert token not in root
    assert page.run("document.cookie") == ""
    assert page.run("document.querySelector('h1').innerText") == "Runs"
    assert token not in json.dumps(page.call("Page.getNavigationHistory"))


def test_the_report_of_a_run_works_under_both_policies(page: Browser, root: str) -> None:
    page.console.clear()
    page.go(f"{root}runs/{BROKEN}/audit")
    page.until("document.querySelector('#tally')?.innerText.includes('findings')")
    assert "This run is incomplete" in page.run("document.body.innerText")
    assert page.console == []


def test_the_trend_is_drawn(page: Browser, root: str) -> None:
    page.go(root + "trend")
    heights = page.run("[...document.querySelectorAll('.columns g')].map((one) => one.getBoundingClientRect().height)")
    assert len(heights) == 3
    assert max(heights) == pytest.approx(256, abs=2)
    assert min(heights) > 5
    colours = page.run("[...document.querySelectorAll('.columns rect')].map((one) => getComputedStyle(one).fill)")
    assert "rgb(0, 0, 0)" not in colours


def test_a_plan_is_reviewed_with_mouse_and_keyboard_and_no_script_of_ours(
    page: Browser, root: str, place: Path
) -> None:
    page.console.clear()
    page.go(root)
    page.submit("nav a[href$='/plans']")
    page.submit("main table a")
    page.click("input[name=say-A-0001][value=decline]")
    page.type("input[name=why-A-0001]", "too early, says ola@acme-optics.se")
    page.click("input[name=say-A-0002][value=accept]")
    page.submit("button[value='2']")
    assert page.run("location.search") == "?page=2"
    assert "1 accepted, 1 declined" in page.run("document.querySelector('[role=status]').innerText")
    page.submit("button[value=finish]")
    page.run("document.querySelector('input[name=by]').value = ''")
    page.type("input[name=by]", "Tilda Bergmann")
    page.click("input[name=others][value=accept]")
    page.submit("button.main")
    assert page.run("document.querySelector('h1').innerText") == "Reviewed"
    plan = read_any_plan(place / "plan-reviewed.json")
    assert [(one.action, one.accepted) for one in plan.decisions][:2] == [("A-0001", False), ("A-0002", True)]
    assert plan.decisions[0].why == "too early, says o***@a***.se"
    assert plan.digest in page.run("document.body.innerText")
    assert page.console == []
    assert page.run("document.scripts.length") == 0


def test_a_page_on_another_port_gets_no_cookie_and_sends_no_decision(page: Browser, root: str, place: Path) -> None:
    before = {path: path.read_bytes() for path in place.glob("*.json")}
    cookies: list[str] = []
    digest = read_any_plan(place / "plan.json").digest
    form = (
        f'<form method="post" action="{root}plans/0/write"><input name="digest" value="{digest}">'
        '<input name="by" value="Mallory"><input name="others" value="accept"><input name="replace" value="yes"></form>'
    )

    class Hostile(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            cookies.append(self.headers.get("cookie", ""))
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(form.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

    with HTTPServer(("127.0.0.1", 0), Hostile) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.go(f"http://127.0.0.1:{server.server_port}/")
        page.run("window.here = true; document.forms[0].submit()")
        page.until("!window.here")
        page.settle()
        server.shutdown()
    assert "our own forms only" in page.run("document.body.innerText")
    assert set(cookies) == {""}
    assert {path: path.read_bytes() for path in place.glob("*.json")} == before


JUDGE = """(async () => {
  const axe_ = await axe.run(document);
  const found = axe_.violations.map((one) => "axe " + one.id + " " + one.nodes[0].html.slice(0, 120));
  await new Promise((done) => HTMLCS.process("WCAG2AA", document, done));
  for (const one of HTMLCS.getMessages()) if (one.type === 1) found.push("htmlcs " + one.code);
  if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the window");
  return { passed: axe_.passes.length, found };
})()"""


@pytest.mark.skipif(
    not (AXE.is_file() and SNIFFER.is_file()),
    reason="needs axe-core and html_codesniffer in the folder ACCESSIBILITY_SCRIPTS",
)
@pytest.mark.parametrize("path", ["", "trend", "plans", "plans/0", "plans/0/finish", "nowhere"])
def test_axe_and_the_code_sniffer_find_nothing_on_a_phone_by_night_and_a_screen_by_day(
    page: Browser, root: str, path: str
) -> None:
    for width, dark in ((390, True), (1280, False)):
        page.look(width, dark=dark, phone=dark)
        page.go(root + path)
        page.run(AXE.read_text("utf-8") + ";0")
        page.run(SNIFFER.read_text("utf-8") + ";0")
        result = page.run(JUDGE)
        assert result["found"] == []
        assert result["passed"] > 10


@pytest.mark.parametrize("path", ["", "trend", "plans/0", "plans/0/finish"])
def test_the_pages_are_german_in_the_browser_and_as_accessible(
    place: Path, tmp_path_factory: pytest.TempPathFactory, path: str
) -> None:
    with serving(place, "--format", "", "--language", "de") as german, browser(tmp_path_factory.mktemp("de")) as page:
        page.look(390, phone=True)
        page.go(german.address)
        page.go(page.run("location.href") + path)
        assert page.run("document.documentElement.lang") == "de"
        assert "Nur auf diesem Rechner" in page.run("document.querySelector('footer').innerText")
        if AXE.is_file() and SNIFFER.is_file():
            page.run(AXE.read_text("utf-8") + ";0")
            page.run(SNIFFER.read_text("utf-8") + ";0")
            assert page.run(JUDGE)["found"] == []
        assert page.console == []
