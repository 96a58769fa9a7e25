"""The page as axe and HTML_CodeSniffer see it in Chromium, at three widths, light and dark: no error.

ACCESSIBILITY_SCRIPTS names a `node_modules` folder with axe-core and html_codesniffer. Skips without it or Chromium.
"""

from __future__ import annotations

import html
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from reports.formats.html import FORMAT
from tests.reports import samples
from tests.reports.standing_samples import compared
from tests.reports.test_browser import CHROMIUM, dom

FOLDER = Path(os.environ.get("ACCESSIBILITY_SCRIPTS", ""))
AXE = FOLDER / "axe-core" / "axe.min.js"
SNIFFER = FOLDER / "html_codesniffer" / "build" / "HTMLCS.js"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and AXE.is_file() and SNIFFER.is_file()),
        reason="needs Chromium, and axe-core and html_codesniffer in the folder ACCESSIBILITY_SCRIPTS",
    ),
]

JUDGE = """
addEventListener("load", () => setTimeout(async () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  document.querySelector("#rows .toggle")?.click();
  // What lies outside the window is laid out roughly (content-visibility), and would seem to lie over other things.
  for (const one of document.querySelectorAll("article, section")) one.style.contentVisibility = "visible";
  await document.fonts.ready;
  const axe_ = await axe.run(document);
  const found = axe_.violations.map((one) => "axe " + one.id + " " + one.nodes[0].html.slice(0, 120));
  await new Promise((done) => HTMLCS.process("WCAG2AA", document, done));
  for (const one of HTMLCS.getMessages()) if (one.type === 1) found.push("htmlcs " + one.code);
  if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the window");
  const box = document.createElement("pre");
  box.id = "judged";
  box.textContent = JSON.stringify({ passed: axe_.passes.length, found });
  document.body.append(box);
}, 500));
"""


def judged(folder: Path, body: bytes, width: int, *, dark: bool) -> dict[str, Any]:
    """Return how many rules of axe passed and what was found in a page, its policy taken away for the two scripts."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", body.decode())
    if dark:
        text = text.replace("(prefers-color-scheme: dark)", "(min-width: 1px)")
    scripts = "".join(f"<script>{one}</script>" for one in (AXE.read_text("utf-8"), SNIFFER.read_text("utf-8"), JUDGE))
    file = folder / f"{width}.html"
    file.write_text(text.replace("</body>", scripts + "</body>"), "utf-8")
    answer = re.search(r'<pre id="judged">(.*?)</pre>', dom(file, "", f"--window-size={width},900"), re.DOTALL)
    assert answer, "the page was not judged"
    result: dict[str, Any] = json.loads(html.unescape(answer[1]))
    return result


@pytest.mark.parametrize(
    ("name", "width", "dark"),
    [
        ("audit", 500, False),
        ("audit", 820, True),
        ("audit", 1400, False),
        ("dry_run", 500, True),
        ("dry_run", 1400, False),
        ("migration", 500, False),
        ("migration", 1400, True),
        ("incomplete", 820, False),
        ("hostile", 500, False),
        ("hostile", 1400, True),
        ("empty", 820, True),
    ],
)
def test_axe_and_the_code_sniffer_find_nothing(tmp_path: Path, name: str, width: int, *, dark: bool) -> None:
    result = judged(tmp_path, FORMAT.render(getattr(samples, name)()), width, dark=dark)
    assert result["found"] == []
    assert result["passed"] > 20


@pytest.mark.parametrize(("width", "dark"), [(500, False), (1400, True)])
def test_they_find_nothing_in_a_page_that_compares_and_accepts(tmp_path: Path, width: int, *, dark: bool) -> None:
    assert judged(tmp_path, FORMAT.render(compared()), width, dark=dark)["found"] == []


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    body = FORMAT.render(samples.audit()).replace(b"<main>", b'<main><img src="data:,"><p style="color:#ddd">pale</p>')
    found = judged(tmp_path, body, 1400, dark=False)["found"]
    assert any(one.startswith("axe image-alt") for one in found)
    assert any(one.startswith("htmlcs WCAG2AA") for one in found)
