"""The page in a real browser: filters for how findings stand, and findings grouped by value, rule and space."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from reports.formats.html import FORMAT
from tests.reports.pages import parse
from tests.reports.standing_samples import compared
from tests.reports.test_browser import CHROMIUM, dom, tally

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "compared.html"
    path.write_bytes(FORMAT.render(compared()))
    return path


@pytest.mark.parametrize(
    ("fragment", "count"), [("#standing=new", 6), ("#standing=reappeared&accepted=yes", 1), ("#accepted=no", 17)]
)
def test_the_address_reproduces_a_view_of_how_findings_stand(file: Path, fragment: str, count: int) -> None:
    page = dom(file, fragment)
    assert tally(page) == f"{count} of 21 findings"
    assert page.count('<tr id="F-') == count


def rows(page: str) -> list[str]:
    body = page[page.index('<tbody id="rows">') :]
    return [
        " ".join(parse(row.encode()).words().split())
        for row in re.findall(r"<tr.*?</tr>", body[: body.index("</tbody>")], re.DOTALL)
    ]


@pytest.mark.parametrize("by", ["subject", "rule", "space"])
def test_grouped_findings_are_one_row_a_group_the_largest_first(file: Path, by: str) -> None:
    findings = compared().findings
    keys = {"subject": lambda one: one.subject.hmac, "rule": lambda one: one.rule, "space": lambda one: one.ref.space}
    sizes = sorted(Counter(keys[by](one) for one in findings).values(), reverse=True)
    page = dom(file, f"#group={by}")
    assert tally(page) == f"{len(sizes)} groups of 21 findings"
    found = rows(page)
    assert [int(number) for row in found for number in re.findall(r"(\d+) places", row)] == sizes
    assert all("Show its places" in row for row in found)


def test_groups_are_those_of_the_filtered_findings(file: Path) -> None:
    assert tally(dom(file, "#group=rule&accepted=yes")).endswith("groups of 4 findings")


def test_a_link_to_one_finding_opens_it_in_a_page_that_compares(file: Path) -> None:
    wanted = compared().findings[0]
    page = dom(file, f"#F-{wanted.fingerprint}")
    words = parse(page.encode()).words()
    assert "Against the earlier run new" in words
    assert "until 2027-06-30 by O***: archived by order of the court" in words
