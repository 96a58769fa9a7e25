"""How fast the HTML report opens and filters in Chromium: `python -m bench.page [100 5000 100000]`.

Needs the source tree and a Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from reports.formats.html import FORMAT
from tests.audit.serve.chromium import CHROMIUM, Browser, browser
from tests.reports import samples

ROUNDS = 5
READY = "document.getElementById('tally')?.textContent.includes('findings')"
OPENED = """(() => {
  const [entry] = performance.getEntriesByType("navigation");
  return Math.max(entry.loadEventEnd, ...performance.getEntriesByType("paint").map((one) => one.startTime));
})()"""
"""Milliseconds from the navigation to the end of loading or to the first contents, whichever is later."""
FILTERS = {
    "one severity": "form.querySelector('[name=severity][value=high]').checked = true",
    "a word": "field.value = 'item before'",
    "a word that is nowhere": "field.value = 'nothing-like-that'",
    "all again": "form.reset()",
}
FILTERED = """(async () => {
  const form = document.querySelector("form.filters"), field = form.querySelector("[name=q]");
  const start = performance.now();
  %s;
  form.dispatchEvent(new Event("input"));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
})()"""
"""Milliseconds from what a person does to the frame after it was drawn."""


def opened(page: Browser, file: Path) -> float:
    """Return the milliseconds until the report shows its findings."""
    page.call("Page.navigate", url=file.as_uri())
    page.until(f"document.readyState === 'complete' && {READY}")
    return float(page.run(OPENED))


def main() -> None:
    """Print one line a size."""
    if not CHROMIUM:
        sys.exit("There is no Chromium on this machine (chromium, chromium-browser or google-chrome).")
    for count in [int(word) for word in sys.argv[1:]] or [100, 5_000, 100_000]:
        with tempfile.TemporaryDirectory() as folder, browser(Path(folder) / "profile") as page:
            file = Path(folder) / "report.html"
            file.write_bytes(FORMAT.render(samples.big(count)))
            open_ms = sorted(opened(page, file) for _ in range(ROUNDS))
            rounds = {name: sorted(page.run(FILTERED % act) for _ in range(ROUNDS)) for name, act in FILTERS.items()}
            filters = ", ".join(f"{name} {took[0]:.0f} to {took[-1]:.0f} ms" for name, took in rounds.items())
            size = file.stat().st_size / 1e6
            print(
                f"{count:>8,} findings {size:5.1f} MB  opens {open_ms[0]:.0f} to {open_ms[-1]:.0f} ms; {filters}",
                flush=True,
            )


if __name__ == "__main__":
    main()
