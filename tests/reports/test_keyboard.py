"""The page without a mouse, and in the colours that a reader forces on it, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reports.formats.html import FORMAT
from tests.audit.serve.chromium import CHROMIUM, Browser, browser
from tests.reports import samples

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")]

KEYS = {"Tab": 9, "Enter": 13, " ": 32, "/": 191}
REACHABLE = """
[...document.querySelectorAll("a[href], button, input, select, summary, pre[tabindex='0']")].filter((one) =>
  one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false }) && !one.disabled && one.tabIndex >= 0)
"""
HERE = """
(() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    at: window.reachable.indexOf(one),
    name: one.outerHTML.slice(0, 90),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.bottom > 0 && box.top < innerHeight,
  };
})()
"""


def press(page: Browser, key: str, modifiers: int = 0) -> None:
    """Press and release one key; a modifier of 8 is Shift."""
    text = {"Enter": "\r", " ": " ", "/": "/"}.get(key, "")
    common = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key], "modifiers": modifiers}
    page.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
    page.call("Input.dispatchKeyEvent", type="keyUp", **common)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("keyboard")
    file = folder / "audit.html"
    file.write_bytes(FORMAT.render(samples.audit()))
    with browser(folder / "profile") as shown:
        shown.look(1200)
        shown.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
        shown.call("Page.navigate", url=file.as_uri())
        shown.until('document.readyState === "complete" && document.querySelector("#rows tr") !== null')
        yield shown


def test_the_tab_key_reaches_everything_in_the_order_of_the_page_with_a_visible_ring_and_leaves_it(
    page: Browser,
) -> None:
    count = page.run(f"(window.reachable = {REACHABLE}).length")
    assert count > 60
    places: list[int] = []
    for _ in range(count + 1):
        press(page, "Tab")
        here = page.run(HERE)
        if here is None:
            break
        assert here["ring"], here["name"]
        assert here["seen"], here["name"]
        places.append(here["at"])
    assert places == list(range(count))


def test_search_and_details_need_no_mouse(page: Browser) -> None:
    page.run("document.activeElement.blur()")
    press(page, "/")
    assert page.run("document.activeElement.name") == "q"
    page.call("Input.insertText", text="salary")
    press(page, "Enter")
    page.until('document.getElementById("tally").textContent === "2 of 21 findings"')
    page.run('document.querySelector("#rows .toggle").focus()')
    for key, expanded in (("Enter", "true"), (" ", "false")):
        press(page, key)
        page.until(f"document.activeElement.getAttribute('aria-expanded') === '{expanded}'")


def test_in_forced_colours_bars_signs_and_the_ring_are_still_there(page: Browser) -> None:
    page.call("Emulation.setEmulatedMedia", features=[{"name": "forced-colors", "value": "active"}])
    assert page.run("matchMedia('(forced-colors: active)').matches")
    shown = page.run(
        "(() => { const of = (one, part) => getComputedStyle(document.querySelector(one), part);"
        " const fill = of('.bar rect').fill; const paper = getComputedStyle(document.body).backgroundColor;"
        " return { icon: of('.severity.high .icon', '::before').content, fill, paper,"
        " key: of('.key.read').backgroundColor }; })()"
    )
    assert shown["icon"] not in ("none", "normal", '""')
    assert shown["paper"] not in (shown["fill"], shown["key"])
    page.run("document.querySelector('.filters button[type=reset]').focus()")
    press(page, "Tab")
    press(page, "Tab", 8)
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
