"""The command `identities`, and plans that resolve people without a mapping: what is asked, shown, kept and written."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from audit.identity.register import FILE
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.identities import DATA_CENTER, DATA_CENTER_TOKEN, ORGANISATION, ORGANISATION_KEY
from audit.sandbox.people import LEAVERS, PEOPLE, RESOLVABLE
from tests.audit.shell import Shell


@pytest.fixture
def audited(shell: Shell) -> Shell:
    shell.audited("--space", "ENG")
    return shell


@pytest.fixture
def connected(audited: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a shell in which the directory of the organisation and the old site are configured."""
    for name, value in {
        "ORGANISATION": ORGANISATION,
        "ORGANISATION_HOST": audited.url,
        "ORGANISATION_KEY": ORGANISATION_KEY,
        "DATA_CENTER": audited.url + DATA_CENTER,
        "DATA_CENTER_TOKEN": DATA_CENTER_TOKEN,
    }.items():
        monkeypatch.setenv(f"CONFLUENCE_GDPR_{name}", value)
    return audited


def resolved(shell: Shell) -> int:
    found = re.search(r"^(\d+) of \d+ identifiers are resolved", shell.out, re.MULTILINE)
    assert found, shell.out
    return int(found[1])


def lines(shell: Shell) -> dict[str, str]:
    """Return what is said of each route."""
    rows = (line.split(maxsplit=1) for line in shell.out.splitlines() if re.match(r"[a-z-]+ {2,}\S", line))
    return {row[0]: row[1].strip() for row in rows if "*" not in row[0] and row[0] != "identifier"}


def backup(folder: Path) -> str:
    """Write a backup of the old site: keys and names, without accounts."""
    people = "".join(
        '<object class="ConfluenceUserImpl" package="com.atlassian.confluence.user">'
        f'<id name="key"><![CDATA[{one.user_key}]]></id><property name="name"><![CDATA[{one.username}]]></property></object>'
        for one in PEOPLE
    )
    path = folder / "entities.xml"
    path.write_text(f"<hibernate-generic>{people}</hibernate-generic>", encoding="utf-8")
    return str(path)


def counts(shell: Shell, *options: str) -> dict[str, int]:
    assert shell.run("plan", "--format", "", "--force", *options) == 1, shell.err
    plan = json.loads((shell.folder / "plan.json").read_text(encoding="utf-8"))
    return {**plan["counts"], **{f"route/{name}": count for name, count in plan["mapping"].items()}}


def canaries(shell: Shell, *but: str) -> None:
    """Assert that no value of a person stands in anything that was printed or written, but for the named files."""
    values = [
        value for one in PEOPLE for value in (one.username, one.user_key, one.email, one.account_id) if len(value) > 6
    ]
    files = {name: data for name, data in shell.files().items() if Path(name).name not in but}
    for data in (*files.values(), shell.out.encode(), shell.err.encode()):
        assert not [value for value in values if value.encode() in data]


def test_who_is_resolved_how_and_who_is_not_is_shown_masked(audited: Shell) -> None:
    assert audited.run("identities") == 1
    assert resolved(audited) > 30
    said = lines(audited)
    assert said["jira"].endswith("resolved")
    assert said["conversion"].endswith("resolved")
    assert said["confluence"] == "not available: the site does not offer it (status 404)"
    assert said["search"].startswith("not available: ")
    rows = [line for line in audited.out.splitlines() if "***" in line]
    assert any(" active " in line and " jira " in line for line in rows)
    assert any("none of the routes knows it: jira, conversion" in line for line in rows)
    assert not audited.sandbox.writes
    canaries(audited)


def test_what_sites_said_is_kept_with_the_run_and_not_asked_again(audited: Shell) -> None:
    audited.run("identities")
    first = resolved(audited)
    (register,) = audited.folder.rglob(FILE)
    assert register.stat().st_mode & 0o777 == 0o600
    before = len(audited.sandbox.log)
    audited.run("identities")
    assert resolved(audited) == first
    asked = [entry.path for entry in audited.sandbox.log[before:]]
    assert not [path for path in asked if "search/user" in path or path.endswith("/wiki/rest/api/user/bulk/migration")]
    known = {one.username.lower() for number, one in enumerate(RESOLVABLE) if number % 3 != 2}
    again = {
        value.lower() for entry in audited.sandbox.log[before:] for name, value in entry.query if name == "username"
    }
    assert not known & again


def test_a_plan_without_a_mapping_takes_what_the_sites_know(audited: Shell) -> None:
    with_mapping = counts(audited, "--mapping", audited.mapping())
    without = counts(audited)
    assert 0 < without["changed"] < with_mapping["changed"]
    assert without["route/jira"] > 0
    assert without["route/conversion"] > 0
    assert "jira" in lines(audited)
    assert not audited.sandbox.writes


def test_with_the_organisation_and_the_old_site_everybody_with_an_account_is_resolved(connected: Shell) -> None:
    with_mapping = counts(connected, "--mapping", connected.mapping())
    for register in connected.folder.rglob(FILE):
        register.unlink()
    without = counts(connected)
    assert without["route/unresolved"] == with_mapping["route/unresolved"]
    assert without["route/data-center > organisation"] > 0
    keys = {entry.caller for entry in connected.sandbox.log if entry.path.startswith(("/admin/", DATA_CENTER))}
    assert keys == {"bearer"}
    canaries(connected, "users.csv")


def test_the_file_of_the_command_is_the_mapping_of_the_next_plan(connected: Shell) -> None:
    direct = counts(connected)
    assert connected.run("identities", "--export", "csv") == 1
    path = connected.folder / "identities.csv"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "Keep it private" in connected.err
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert {row["account_id"] for row in rows if row["username"] in {one.username for one in LEAVERS}} == {""}
    assert any(row["route"] == "data-center > organisation" and row["confidence"] == "medium" for row in rows)
    by_file = counts(connected, "--mapping", "identities.csv", "--local")
    assert by_file["changed"] >= direct["changed"]
    assert by_file["route/jira"] == direct["route/jira"]
    assert connected.run("identities", "--mapping", "identities.csv", "--local") == 1
    canaries(connected, "identities.csv")


def test_the_file_of_the_command_confirms_no_answer_that_it_holds(audited: Shell) -> None:
    def single() -> list[str]:
        return [line for line in audited.out.splitlines() if "rest on one route" in line]

    assert audited.run("identities", "--export", "csv") == 1
    alone = single()
    assert re.search(r"conversion \d+, jira \d+$", alone[0])
    assert audited.run("identities", "--mapping", "identities.csv") == 1
    assert single() == alone
    assert "high confidence; also" not in audited.out


def test_the_file_is_written_only_when_it_is_asked_for_and_over_nothing(audited: Shell) -> None:
    audited.run("identities")
    assert not (audited.folder / "identities.csv").exists()
    (audited.folder / "identities.csv").write_text("mine")
    code, text = audited.fails("identities", "--export", "csv")
    assert (code, "exists already" in text) == (2, True)
    assert audited.run("identities", "--export", "csv", "--force", "--candidates") == 1
    assert (audited.folder / "identities.csv").read_text().startswith("username,user_key,email,account_id,")


def test_with_local_the_files_say_who_is_who_and_no_route_of_a_site_is_asked(audited: Shell) -> None:
    audited.mapping()
    before = len(audited.sandbox.log)
    assert audited.run("identities", "--local", "--mapping", "users.csv", "--backup", backup(audited.folder)) == 1
    asked = [entry.path for entry in audited.sandbox.log[before:]]
    assert sum("users-bulk" in path for path in asked) == 1
    assert not [path for path in asked if "migration" in path or "search" in path or "convert" in path]
    assert resolved(audited) > 40
    assert lines(audited).keys() == {"csv", "backup"}
    canaries(audited, "users.csv", "entities.xml")


def test_a_backup_of_the_old_site_and_the_mapping_of_names_resolve_keys(audited: Shell) -> None:
    path = audited.folder / "names.csv"
    path.write_text("username,account_id\n" + "".join(f"{one.username},{one.account_id}\n" for one in RESOLVABLE))
    alone = counts(audited, "--mapping", "names.csv", "--local")
    both = counts(audited, "--mapping", "names.csv", "--local", "--backup", backup(audited.folder))
    assert both["changed"] > alone["changed"]
    assert both["route/backup > csv"] > 0


def test_routes_that_disagree_hold_the_person(audited: Shell) -> None:
    text = Path(audited.mapping()).read_text(encoding="utf-8")
    one, other = RESOLVABLE[0].account_id, RESOLVABLE[1].account_id
    text = text.replace(one, "swap").replace(other, one).replace("swap", other)
    (audited.folder / "wrong.csv").write_text(text)
    without = "\n".join(",".join(row[:2] + row[3:]) for row in csv.reader(text.splitlines()))
    (audited.folder / "bare.csv").write_text(without)
    assert "held/ambiguous" not in counts(audited, "--mapping", "bare.csv", "--local")
    before = len(audited.sandbox.log)
    assert counts(audited, "--mapping", "bare.csv")["held/ambiguous"] > 0
    paths = [entry.path for entry in audited.sandbox.log[before:]]
    assert 0 < sum(path.endswith("/rest/api/3/user/bulk/migration") for path in paths) <= 4
    assert counts(audited, "--mapping", "wrong.csv", "--local")["held/ambiguous"] > 0
    audited.run("identities", "--mapping", "wrong.csv", "--local", "--export", "csv")
    assert "the mapping names another e-mail address" in audited.out
    rows = csv.DictReader((audited.folder / "identities.csv").read_text(encoding="utf-8").splitlines())
    assert not {one, other} & {row["account_id"] for row in rows}


def states_and_reasons(shell: Shell) -> dict[str, str]:
    """Return, of what `identities` printed, the state or the reason of everybody: short hash -> word."""
    lines = (re.split(r" {2,}", line) for line in shell.out.splitlines() if "***" in line)
    rows = [row for row in lines if len(row) > 6]
    held = {row[1]: found[1] for row in rows if (found := re.match(r"(account-closed|held-by-policy): ", row[-1]))}
    return {row[1]: row[5] if row[5] != "-" else row[6] for row in rows} | held


def test_identities_and_a_plan_agree_with_local_also_about_account_ids_as_written(shell: Shell) -> None:
    shell.audited()
    path = shell.folder / "config.toml"
    path.write_text('[identity]\nclosed = "hold"\nactive = "hold"\n')
    path.chmod(0o600)
    options = ("--mapping", shell.mapping(), "--local", "--config", str(path))
    counts(shell, *options)
    people = json.loads((shell.folder / "plan.json").read_text(encoding="utf-8"))["identities"]
    planned = {one["subject"]["hmac"][:8]: one["reason"] or one["state"] for one in people}
    assert "as written" not in {one["route"] for one in people if one["state"] in {"active", "closed"}}
    shell.run("identities", *options)
    shown = states_and_reasons(shell)
    assert any(one["subject"]["kind"] == "account_id" for one in people)
    assert {name: shown[name] for name in planned} == planned
    others = {shown[name] for name in shown.keys() - planned.keys()}
    assert others <= {"unresolved", "held-by-policy"}, "who stands where nothing is written"
    assert "account-closed" in shown.values()


def test_the_policy_of_the_configuration_holds_closed_accounts(audited: Shell) -> None:
    path = audited.folder / "config.toml"
    path.write_text('[identity]\nclosed = "hold"\n')
    path.chmod(0o600)
    usual = counts(audited, "--mapping", audited.mapping())
    strict = counts(audited, "--mapping", audited.mapping(), "--config", str(path))
    assert strict["held/account-closed"] > 0
    assert strict["changed"] == usual["changed"] - strict["held/account-closed"]


@pytest.mark.parametrize(
    ("kind", "code"), [(FaultKind.STATUS, 403), (FaultKind.LOGIN_PAGE, 200), (FaultKind.STATUS, 410)]
)
def test_a_route_that_fails_is_said_and_the_plan_is_made(audited: Shell, kind: FaultKind, code: int) -> None:
    audited.sandbox.faults.add(Fault(kind, path="/rest/api/3/user/bulk/migration", status=code, times=99))
    found = counts(audited)
    assert "route/jira" not in found
    assert found["route/conversion"] > 0
    assert lines(audited)["jira"].startswith("not available: ")
    audited.run("identities")
    assert lines(audited)["jira"].startswith("not available: ")


def test_states_that_cannot_be_asked_are_said_and_hold_unless_the_configuration_says_otherwise(audited: Shell) -> None:
    usual = counts(audited, "--mapping", audited.mapping())
    audited.sandbox.faults.add(Fault(FaultKind.STATUS, path="users-bulk", status=404, times=99))
    found = counts(audited, "--mapping", audited.mapping())
    assert found["changed"] == 0 < usual["changed"]
    assert found["held/unresolved"] > usual["held/unresolved"]
    assert lines(audited)["users-bulk"].startswith("states of accounts not available: ")
    path = audited.folder / "config.toml"
    path.write_text('[identity]\nunasked = "map"\n')
    path.chmod(0o600)
    allowed = counts(audited, "--mapping", audited.mapping(), "--config", str(path))
    assert allowed["changed"] >= usual["changed"]


def test_an_incomplete_audit_may_lack_people_and_says_so(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, path="/templates?|/template/", status=403, times=99))
    assert shell.run("audit") == 3
    assert shell.run("identities", "--local", "--mapping", shell.mapping()) == 3
    assert "people may be missing" in shell.err


def test_candidates_are_proposed_masked_and_resolve_nobody(audited: Shell) -> None:
    audited.run("identities")
    plain = resolved(audited)
    audited.run("identities", "--candidates")
    assert resolved(audited) == plain
    assert re.search(r"; perhaps [A-Z]\*\*\*", audited.out)
    canaries(audited)
    audited.sandbox.faults.add(Fault(FaultKind.STATUS, path="search/user", status=403, times=99))
    audited.run("identities", "--candidates")
    assert "not available" in lines(audited)["names"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--local",), "no route to an account"),
        (("--mapping", "absent.csv"), "absent.csv"),
        (("--backup", "absent.zip"), "absent.zip"),
        (("--mapping", "open.csv"), "The mapping names no account"),
        (("--export", "csv", "--out", "no/where.csv"), "folder for the file is missing"),
    ],
)
def test_what_cannot_be_resolved_by_anything_is_refused(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    shell.audited()
    (shell.folder / "open.csv").write_text("username,email\ntbergmann,t@acme-optics.se\n")
    code, text = shell.fails("identities", *arguments)
    assert code == 2
    assert words in text


def test_who_is_held_by_the_policy_is_shown_with_account_state_and_route(audited: Shell) -> None:
    path = audited.folder / "config.toml"
    path.write_text('[identity]\nactive = "name"\n')
    path.chmod(0o600)
    audited.run("identities", "--mapping", audited.mapping(), "--local", "--config", str(path))
    rows = [line.split() for line in audited.out.splitlines() if "held-by-policy: " in line]
    assert rows
    assert {row[5] for row in rows} == {"active"}
    assert {row[6] for row in rows} <= {"csv", "as"}
    assert all(row[4].endswith("***") for row in rows)
    assert f"The accounts of {len(rows)} others are known and held, mostly by the policy." in audited.out
    assert "5d41402" not in audited.out


def test_a_backup_that_names_nobody_and_accounts_that_cannot_be_one_are_said(audited: Shell) -> None:
    (audited.folder / "entities.xml").write_text("<html/>", encoding="utf-8")
    table = audited.folder / "user_mapping.csv"
    table.write_text("user_key,username,aaid\n8a7f80826c1d4e5f016c1d4e6f700001,kito,not an account\n", encoding="utf-8")
    audited.run("identities", "--local", "--backup", "entities.xml", "--backup", "user_mapping.csv")
    assert "entities.xml: nobody is named there" in audited.err
    assert "user_mapping.csv: 1 account ids cannot be one; they are left out." in audited.err
