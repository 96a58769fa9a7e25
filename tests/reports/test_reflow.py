"""The page in a window as narrow as a phone (WCAG 2.2, 1.4.10): nothing has to be scrolled sideways, no word is torn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from reports.evidence import Evidence
from reports.formats.html import FORMAT, labelled
from tests.audit.serve.chromium import CHROMIUM, Browser, browser
from tests.reports import samples
from tests.reports.standing_samples import compared

NARROW = 320
"""CSS pixels: a window of 1280 at 400 %."""
LAID_OUT = """
(() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  for (const one of document.querySelectorAll("article, section")) one.style.contentVisibility = "visible";
  document.querySelector("#rows .toggle")?.click();
  const seen = [...document.querySelectorAll("td, th")].filter((one) => !one.closest("thead"));
  const torn = seen.filter((one) => {
    const room = one.getBoundingClientRect().width;
    const words = one.innerText.split(/[\\s-]+/).filter((word) => /^[a-z]{4,16}$/i.test(word));
    return Math.max(0, ...words.map((word) => word.length)) * 6.2 > room;
  });
  return { wide: document.documentElement.scrollWidth - innerWidth, torn: torn.map((one) => one.innerText) };
})()
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("reflow") / "profile") as shown:
        shown.look(NARROW)
        yield shown


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")
@pytest.mark.parametrize(
    ("sample", "language"),
    [(samples.audit, "en"), (samples.migration, "de"), (samples.hostile, "en"), (compared, "de")],
)
def test_nothing_is_wider_than_a_phone(
    page: Browser, tmp_path_factory: pytest.TempPathFactory, sample: Callable[[], Evidence], language: str
) -> None:
    file = tmp_path_factory.mktemp("narrow") / "page.html"
    file.write_bytes(FORMAT.render(replace(sample(), language=language)))
    page.call("Page.navigate", url=file.as_uri())
    page.until('document.readyState === "complete" && document.querySelector("#rows tr") !== null')
    found = page.run(LAID_OUT)
    assert found["wide"] <= 0
    assert found["torn"] == []


def test_each_cell_says_the_head_of_its_column_and_an_empty_one_says_nothing() -> None:
    table = (
        '<table><thead><tr><th scope="col">Rule</th><th scope="col" class="num">Found <b>here</b></th>'
        '<th scope="col">Why</th></tr></thead><tbody>'
        '<tr><th scope="row">a</th><td class="num">1</td><td> </td></tr>'
        '<tr><td colspan="2">both</td><td>x</td></tr></tbody></table>'
    )
    assert labelled(f"<p>{table}</p>").count("data-head") == 3
    assert '<td data-head="Found here" class="num">1</td><td> </td>' in labelled(table)
    assert '<td data-head="Rule" colspan="2">both</td><td data-head="Why">x</td>' in labelled(table)
