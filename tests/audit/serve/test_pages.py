"""The pages: what they show of runs, their trend and reports, and what they say of all that is not there."""

from __future__ import annotations

import itertools
import re
import shutil
from pathlib import Path

import pytest

from audit.cli.common import guarded
from audit.cli.main import main
from audit.run import RunStore
from audit.serve.shown import LATEST, page_of, sites
from audit.workspace import Workspace
from reports.audience import Audience
from reports.rendering import asset
from tests.audit.serve.conftest import BROKEN, EMPTY, Served, words
from tests.reports.pages import parse

SITE_LINK = re.compile(r"http://127\.0\.0\.1:\d+/wiki/")


def test_the_entrance_goes_on_by_itself_and_without_a_referrer(served: Served) -> None:
    answer = served.client.get(f"/enter/{served.secrets.token}")
    assert f'<meta http-equiv="refresh" content="0; url={served.secrets.root}/">' in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert served.secrets.token not in answer.text


def test_no_page_has_a_script_or_leads_elsewhere_than_to_the_site(served: Served) -> None:
    for path in ("/", "/trend", "/plans", "/plans/0", "/plans/0/finish", "/nowhere"):
        page = parse(served.get(path).text)
        assert not page.scripts
        assert not page.unbalanced
        assert not page.attributes("style")
        levels = page.headings()
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        for link in page.attributes("href") + page.attributes("action"):
            assert link.startswith((f"{served.secrets.root}/", "#")) or SITE_LINK.match(link), link
        for token in (served.secrets.token, served.secrets.session):
            assert token not in served.get(path).text


def test_the_stylesheet_is_that_of_the_report_and_needs_no_other_file(served: Served) -> None:
    answer = served.get("/style.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert asset("report.css").decode().partition("PAGE_NUMBER")[0] in answer.text
    assert ".served" in answer.text
    assert set(re.findall(r"url\(\"([a-z]+):", answer.text)) == {"data"}
    assert "@import" not in answer.text


def test_runs_are_listed_with_status_findings_and_coverage_latest_first(served: Served) -> None:
    page = served.get("/").text
    text = words(served.get("/"))
    hr, ops = sorted((served.folder / "ws" / "runs").iterdir(), reverse=True)[:2]
    assert [text.index(one) for one in (hr.name, ops.name, EMPTY, BROKEN)] == sorted(
        text.index(one) for one in (hr.name, ops.name, EMPTY, BROKEN)
    )
    assert "space HR" in text
    assert "100 %" in text
    assert "No audit was begun in it" in text
    assert "the site went away" in text
    assert text.count("incomplete") == 1
    assert page.count('aria-label="Audit report of run') == 3
    assert "migration" not in page


def test_the_list_of_runs_is_that_of_the_command(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: main.main(["runs", "--workspace", str(served.folder / "ws")], standalone_mode=False)) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    text = words(served.get("/"))
    assert len(lines) == 4
    for run, status, *figures in lines:
        row = text[text.index(run) :][:400]
        assert f" {status} " in row
        assert not figures or f" {int(figures[1]):,} " in row


def test_a_run_that_is_damaged_or_purged_hides_no_other(served: Served) -> None:
    first = min(one for one in (served.folder / "ws" / "runs").iterdir() if one.name not in {BROKEN, EMPTY})
    (first / "run.key").unlink()
    (served.folder / "ws" / "runs" / BROKEN / "run.db").write_bytes(b"no database")
    text = words(served.get("/"))
    assert "purged" in text
    assert "unusable" in text
    assert "space HR" in text


def test_an_empty_workspace_says_how_to_begin(served: Served) -> None:
    shutil.rmtree(served.folder / "ws" / "runs")
    (served.folder / "ws" / "runs").mkdir(mode=0o700)
    for path in ("/", "/trend"):
        assert "confluence-gdpr audit makes the first one" in words(served.get(path))


def test_the_trend_of_a_site_is_a_chart_with_the_same_figures_beside_it(served: Served) -> None:
    answer = served.get("/trend")
    runs = sites(page_of(()))
    assert runs == ()
    assert answer.text.count("<svg") == 1
    assert answer.text.count('<g class="run') == 3
    assert answer.text.count('<g class="run gap"') == 1
    text = words(answer)
    assert "2 different scopes" in text
    titles = re.findall(r"<title>(\d{4}-[^:]*:\d\d:\d\d UTC): ([^<]*)</title>", answer.text)
    for when, figures in titles:
        rows = [text[found.start() :][:120] for found in re.finditer(re.escape(f"{when} "), text)]
        shown = re.findall(r"[\d,]+(?= (?:high|medium|low))", figures)
        assert shown
        assert any(all(f" {figure} " in row for figure in shown) for row in rows), "two runs may end in one second"
    assert len(titles) == 3


def test_only_the_latest_runs_are_drawn_and_all_of_them_listed(served: Served) -> None:
    from audit.listing import listed

    runs = [one for one in listed(Workspace.open(served.folder / "ws")) if one.facts]
    (site,) = sites(page_of(runs[:1] * (LATEST + 2)))
    assert (len(site.charted), len(site.rows), site.chart.count("<g ")) == (LATEST, LATEST + 2, LATEST)


def test_the_report_is_the_page_that_the_command_writes_with_its_own_policy(
    served: Served, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    run = max((served.folder / "ws" / "runs").iterdir()).name
    command = ["report", "--workspace", str(served.folder / "ws"), "--run", run, "--out", "-"]
    assert guarded(lambda: main.main(command, standalone_mode=False)) == 0
    answer = served.get(f"/runs/{run}/audit")
    assert answer.content == capsysbinary.readouterr().out
    assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert b'http-equiv="Content-Security-Policy"' in answer.content


def test_the_report_of_an_incomplete_run_says_so_at_its_top(served: Served) -> None:
    text = words(served.get(f"/runs/{BROKEN}/audit"))
    assert "This run is incomplete" in text
    assert "the site went away" in text


def test_the_report_is_for_the_audience_that_was_asked_for(served: Served) -> None:
    run = max((served.folder / "ws" / "runs").iterdir()).name
    public = served.stranger(level=Audience.PUBLIC)
    public.get(f"/enter/{served.secrets.token}")
    mask = next(iter(served.plan.actions)).edits[0].view.subject.mask
    assert mask in served.get(f"/runs/{run}/audit").text
    assert mask not in public.get(f"{served.secrets.root}/runs/{run}/audit").text


def test_accepted_findings_are_counted_apart_in_list_trend_and_report(served: Served, tmp_path: Path) -> None:
    run = max((served.folder / "ws" / "runs").iterdir()).name
    with RunStore.reading(served.folder / "ws" / "runs" / run / "run.db") as store:
        chosen = store.findings()[0].fingerprint
    path = tmp_path / "accepted.toml"
    path.write_text(
        f'[[accepted]]\nfingerprint = "{chosen}"\nreason = "known"\nowner = "the team"\nuntil = 2099-01-01\n', "utf-8"
    )
    assert "of them accepted" not in words(served.get("/"))
    assert 'data-name="accepted"' not in served.get("/trend").text
    served.client = served.stranger(accepted=path)
    served.client.get(f"/enter/{served.secrets.token}")
    assert "1 of them accepted" in words(served.get("/"))
    assert '<td class="num" data-name="accepted">1</td>' in served.get("/trend").text
    assert "<h2>Accepted findings" in re.sub(r' id="[^"]*"', "", served.get(f"/runs/{run}/audit").text)


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/runs/20200101T000000Z-000000/audit", 404, "There is no run"),
        ("/runs/..%2f..%2fetc/audit", 404, ""),
        (f"/runs/{EMPTY}/audit", 404, "The run holds no"),
        (f"/runs/{BROKEN}/dry-run", 404, "no such page"),
        (f"/runs/{BROKEN}/migration", 400, "Nothing was applied"),
        ("/plans/7", 400, "no such plan"),
        (f"/plans/{'9' * 5000}", 404, "no such page"),
        (f"/plans/{'9' * 10}/finish", 404, "no such page"),
        ("/plans/first/reviewed", 404, "no such page"),
        ("/plans/²", 404, "no such page"),
        ("/plans/0/reviewed", 404, "no such page"),
        ("/plans/0/decide", 405, "cannot be done"),
        ("/nowhere", 404, "no such page"),
    ],
)
def test_what_is_not_there_is_said_in_words(served: Served, path: str, status: int, says: str) -> None:
    answer = served.get(path)
    assert answer.status_code == status
    assert says in words(answer)
    assert "Error:" not in answer.text


def test_a_defect_is_told_without_its_message(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    (served.folder / "ws" / "runs").rename(served.folder / "gone")
    answer = served.get("/")
    assert answer.status_code == 500
    assert "The system refused" in words(answer)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Error: a page could not be made: FileNotFoundError. The system refused")
