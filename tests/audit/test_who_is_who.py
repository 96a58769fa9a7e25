"""A plan and its reports say how everybody in it is known and which hosts were asked, and no value of anybody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit.sandbox.identities import DATA_CENTER, DATA_CENTER_TOKEN, ORGANISATION, ORGANISATION_KEY
from audit.sandbox.people import PEOPLE
from tests.audit.shell import Shell


@pytest.fixture
def audited(shell: Shell) -> Shell:
    shell.audited("--space", "ENG")
    return shell


def read(shell: Shell, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shell.folder / name).read_text(encoding="utf-8"))
    return found


def test_a_plan_and_its_reports_say_how_everybody_is_known(audited: Shell) -> None:
    mapping = audited.mapping()
    assert audited.run("plan", "--mapping", mapping, "--witness", "--format", "html,csv", "--force") == 1, audited.err
    plan = read(audited, "plan.json")
    people = plan["identities"]
    known = [one for one in people if one["account"]]
    assert len(people) == sum(plan["mapping"].values())
    assert len(people) - len(known) == plan["mapping"]["unresolved"]
    assert all(one["route"] and one["confidence"] is not None for one in known)
    assert all(one["witnessed_at_utc"] for one in known if one["route"] != "as written")
    assert any("jira" in one["witnesses"] for one in known)
    assert {one["state"] for one in known} >= {"active", "closed"}
    assert all(one["reason"] and one["detail"] for one in people if not one["account"])
    assert any(one["places"] for one in known)
    page = (audited.folder / "plan.html").read_text(encoding="utf-8")
    assert page.count("csv; also jira") > 10
    assert all(one["account"]["hmac"][:8] in page for one in known)
    assert "plan: objects read again, people asked for" in page
    assert '"not_resolved"' in (audited.folder / "plan.csv").read_text(encoding="utf-8-sig").partition("\n")[0]
    values = [one.encode() for each in PEOPLE for one in (each.user_key, each.account_id, each.email) if len(one) > 6]
    written = (audited.folder / name for name in ("plan.json", "plan.html", "plan.csv"))
    assert not [value for path in written for value in values if value in path.read_bytes()]


def test_the_report_of_the_migration_keeps_who_is_who(audited: Shell) -> None:
    plan = json.loads(audited.plan().read_bytes())
    assert audited.run("apply", "plan.json", "--yes") in {0, 1}, audited.err
    assert audited.run("report", "--format", "json", "--out", "out") == 0, audited.err
    [path] = (audited.folder / "out").glob("migration-*.json")
    report = json.loads(path.read_bytes())
    assert [one["subject"] for one in report["identities"]] == [one["subject"] for one in plan["identities"]]
    assert report["identities"][-1]["route"] == "csv"
    assert [one["purpose"].partition(":")[0] for one in report["run"]["hosts"]][-2:] == ["plan", "apply"]
    applied = report["run"]["hosts"][-1]["requests"]
    assert applied > len(plan["actions"])
    for command in ("verify", "rollback --yes", "rollback --yes"):
        audited.run(*command.split())
    assert audited.run("report", "--format", "json", "--out", "again") == 0, audited.err
    [path] = (audited.folder / "again").glob("migration-*.json")
    hosts = {one["purpose"].partition(":")[0]: one["requests"] for one in json.loads(path.read_bytes())["run"]["hosts"]}
    assert hosts["apply"] == applied
    assert {"plan", "apply", "verify", "rollback"} <= hosts.keys()
    assert all(hosts.values())


def test_hosts_of_identity_routes_are_listed_also_when_an_earlier_command_asked_them(
    audited: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "ORGANISATION": ORGANISATION,
        "ORGANISATION_HOST": audited.url,
        "ORGANISATION_KEY": ORGANISATION_KEY,
        "DATA_CENTER": audited.url + DATA_CENTER,
        "DATA_CENTER_TOKEN": DATA_CENTER_TOKEN,
    }.items():
        monkeypatch.setenv(f"CONFLUENCE_GDPR_{name}", value)
    assert audited.run("plan", "--format", "", "--force") == 1
    first = {host["purpose"]: host["requests"] for host in read(audited, "plan.json")["hosts"]}
    assert first.keys() == {
        "plan: objects read again, people asked for",
        "identity route data-center",
        "identity route organisation",
    }
    assert all(first.values())
    assert audited.run("plan", "--mapping", audited.mapping(), "--local", "--format", "", "--force") == 1
    assert {host["purpose"] for host in read(audited, "plan.json")["hosts"]} == {
        "plan: objects read again, people asked for"
    }
    assert audited.run("plan", "--format", "", "--force") == 1
    again = {host["purpose"]: host["requests"] for host in read(audited, "plan.json")["hosts"]}
    assert all(again[name] >= first[name] for name in first if name.startswith("identity"))


def test_rows_of_a_mapping_that_lead_nobody_on_are_said_on_standard_error(audited: Shell) -> None:
    account = "5f00000000000000000000b2"
    rows = f"username,user_key,email,account_id\nanonymous,,,{account}\n,{account},,{account}\n"
    (audited.folder / "people.csv").write_text(rows)
    audited.run("identities", "--mapping", "people.csv", "--local")
    assert "Note: 2 rows of people.csv are not usable as written: the username is a word" in audited.err
    assert "the user_key is an account id itself (line 3)" in audited.err
    assert account not in audited.err
