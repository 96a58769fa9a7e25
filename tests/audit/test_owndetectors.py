"""Detectors of one's own fire in audits and scans, are shown like rules, and are refused with file, line and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from audit.accepted import accept, read_accepted
from audit.cli.rules import rules
from audit.cli.scan import scan
from audit.errors import ConfigError, UsageError
from audit.knowing import rules_with
from audit.owndetectors import read_detectors, tried
from reports.standing import Validity
from rules.context import Context
from rules.model import Kind, ObjectType, Part, Ref
from rules.scan import findings
from rules.scan import scan as scanned

GOOD = r"""
[[detector]]
id = "personnel-number"
title = "Personnel number"
why = "It leads to a file of HR."
remedy = "Take it out."
expression = '\bP-[0-9]{6}\b'
labels = ["personnel no"]
severity = "high"
confidence = "low"
articles = ["9"]
match = ["P-104217 is on leave"]
no_match = ["part P-1042"]

[[detector]]
id = "project"
title = "Project that names people"
why = "Who works on it is not for everybody."
remedy = "Say less."
words = ["Project Falcon"]
person_near = false
match = ["on project falcon"]
no_match = ["a falcon"]
"""


def write(folder: Path, text: str = GOOD) -> Path:
    path = folder / "detectors.toml"
    path.write_text(text, encoding="utf-8")
    return path


def configured(folder: Path, text: str = GOOD) -> str:
    path = folder / "settings.toml"
    path.write_text(f"detectors = '{write(folder, text)}'\n", encoding="utf-8")
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(rules, list(arguments))


def test_a_file_gives_rules_and_detectors_in_its_order(tmp_path: Path) -> None:
    own = tried(read_detectors(write(tmp_path)))
    assert [rule.id for rule in own.rules] == ["own-personnel-number", "own-project"]
    assert [detector.rule for detector in own.detectors] == ["own-personnel-number", "own-project"]
    assert [place.rpartition(", ")[2] for place in own.places] == ["line 2", "line 15"]
    assert (own.rules[0].severity.label, own.rules[0].articles) == ("high", ("9",))


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ('id = "project"', 'id = "personnel-number"', 16, "detector 2: another detector has this `id`"),
        ('id = "project"', 'id = "Project"', 16, "detector 2: `id` is none"),
        ('id = "project"', f'id = "{"x" * 41}"', 16, "detector 2: `id` is none"),
        ('title = "Personnel number"\n', "", 2, "detector 1: `title` is missing"),
        ('no_match = ["part P-1042"]', "no_match = []", 13, "`no_match` has to be a list of texts"),
        ('match = ["on project falcon"]\n', "", 15, "detector 2: `match` is missing"),
        ("{6}", "+", 7, "`expression` at character 10: a repetition without an upper bound"),
        ('words = ["Project Falcon"]', "", 15, "both `expression` and `words`, or none"),
        ('words = ["Project Falcon"]', "expression = 'a'\nwords = ['b']", 15, "both `expression` and `words`, or none"),
        ('words = ["Project Falcon"]', 'words = ["!"]', 20, "`words`: every word begins and ends"),
        ('labels = ["personnel no"]', 'checksum = ["crc"]', 8, "`checksum`: `crc` is no check"),
        ('labels = ["personnel no"]', "only_labelled = true", 8, "`only_labelled` needs `labels`"),
        ('labels = ["personnel no"]', "checksum = 97", 8, "`checksum` has to be a list of texts"),
        ('labels = ["personnel no"]', 'unless = ["!"]', 8, "`unless`: every word begins and ends"),
        ('labels = ["personnel no"]', 'unless = "part"', 8, "`unless` has to be a list of texts"),
        ('severity = "high"', 'severity = "bad"', 9, "`severity`: it is one of info, low, medium, high, critical"),
        ('confidence = "low"', "confidence = 1", 10, "`confidence` has to be a text"),
        ('articles = ["9"]', 'articles = ["9(1)"]', 11, "`articles`: articles are named like"),
        ("person_near = false", 'person_near = "no"', 21, "`person_near` has to be true or false"),
        ("person_near = false", "near = true", 21, "`near` is unknown"),
        ('[[detector]]\nid = "project"', '[other]\nid = "project"', 15, "`other` is unknown"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, why: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ConfigError, match=re.escape(why)) as refused:
        read_detectors(path)
    assert str(refused.value).startswith(f"The detectors cannot be used ({path}, line {line})")
    assert refused.value.fix


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it has no [[detector]]"),
        (b"detector = 1", "it has no [[detector]]"),
        (b"[[detector]\n", "it is not TOML at line 1"),
        (b'x = "\\d"', "it is not TOML at line 1"),
        (b"x = \xff", "it is not UTF-8"),
        (b"#" * 1_000_001, "more than 1,000,000 bytes"),
        (None, "No such file"),
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, content: bytes | None, why: str) -> None:
    path = tmp_path / "detectors.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=re.escape(why)):
        read_detectors(path)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("P-104217 is on leave", "on leave", "does not find what it has to in `match` 1: 0 found instead of 1"),
        ("part P-1042", "part P-104299", "finds what it must not in `no_match` 1: 1 found"),
    ],
)
def test_one_that_does_not_keep_its_examples_is_refused_before_anything_is_read(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ConfigError, match=re.escape(why)) as refused:
        tried(read_detectors(path))
    assert "line 2" in refused.value.where
    told = run("test", "--config", configured(tmp_path, GOOD.replace(old, new)), "--rule", "own-personnel-number")
    assert told.exit_code == 1
    assert "FAILED own-personnel-number: `" in told.stdout
    (tmp_path / "a.txt").write_text("P-104217", encoding="utf-8")
    refusal = CliRunner().invoke(scan, [str(tmp_path / "a.txt"), "--detectors", str(path)])
    assert isinstance(refusal.exception, ConfigError)
    assert not refusal.stdout


def test_they_are_listed_shown_and_tested_like_the_rules_of_this_tool(tmp_path: Path) -> None:
    config = configured(tmp_path)
    listed = run("list", "--config", config).stdout
    assert re.search(r"^own-personnel-number +high +reports +Personnel number$", listed, re.MULTILINE)
    assert "own-project" not in run("list").stdout
    shown = run("show", "own-project", "--config", config).stdout
    assert "Project that names people" in shown
    assert "Found: `match` 1 (text)\n  on project falcon" in shown
    tested = run("test", "--config", config, "--rule", "own-project", "--rule", "own-personnel-number")
    assert (tested.exit_code, tested.stdout) == (0, "2 rules, 4 examples, 0 failed\n")


def test_a_scan_finds_them_beside_everything_else(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<p>P-10<b>4217</b>, Project&nbsp;Falcon, ada@acme-optics.se</p>", encoding="utf-8")
    arguments = [str(tmp_path / "a.xml"), "--kind", "storage", "--detectors", str(write(tmp_path))]
    result = CliRunner().invoke(scan, arguments)
    assert result.exit_code == 1
    found = re.findall(r"\[([a-z-]+)\]$", result.stdout, re.MULTILINE)
    assert found == ["own-personnel-number", "own-project", "email-address"]
    assert "104217" not in result.output
    one = CliRunner().invoke(scan, [*arguments, "--rule", "own-project"])
    assert one.stdout.count("\n") == 1


def test_a_scan_tells_how_many_addresses_were_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("info@acme-optics.se ada@acme-optics.se news@lists.acme-optics.se ola@acme.se", encoding="utf-8")
    allowed = ["--allow", "acme-optics.se", "--allow", "@lists.acme-optics.se", "--allow", "ola@acme.se"]
    result = CliRunner().invoke(scan, [str(path), *allowed])
    assert result.stdout.count("\n") == 1
    assert "3 e-mail addresses are allowed and left out" in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("option", "value"), [("--allow", "*@acme-optics.se"), ("--allow", "acme"), ("--region", "XX")]
)
def test_an_option_that_cannot_be_used_is_named(tmp_path: Path, option: str, value: str) -> None:
    result = CliRunner().invoke(scan, [str(tmp_path), option, value])
    assert isinstance(result.exception, UsageError)
    assert option in str(result.exception)


def test_one_check_may_be_written_without_a_list(tmp_path: Path) -> None:
    text = GOOD.replace(r"\bP-[0-9]{6}\b", r"\b[0-9]{10}\b").replace('articles = ["9"]', 'checksum = "luhn"')
    text = text.replace("P-104217", "1234567897").replace("part P-1042", "part 1234567890")
    own = tried(read_detectors(write(tmp_path, text)))
    assert [rule.id for rule in own.rules] == ["own-personnel-number", "own-project"]


@pytest.mark.parametrize("name", ["personnel-number", "own-personnel-number"])
def test_a_detector_is_known_by_its_own_id_too(tmp_path: Path, name: str) -> None:
    config = configured(tmp_path)
    assert "own-personnel-number: Personnel number" in run("show", name, "--config", config).output
    assert "1 rules, 2 examples, 0 failed" in run("test", "--rule", name, "--config", config).output
    (tmp_path / "a.txt").write_text("ask P-104217 or ada@acme-optics.se", encoding="utf-8")
    result = CliRunner().invoke(
        scan, [str(tmp_path / "a.txt"), "--rule", name, "--detectors", str(tmp_path / "detectors.toml")]
    )
    assert "own-personnel-number" in result.output
    assert "email-address" not in result.output


def test_a_finding_in_a_file_is_accepted_by_its_fingerprint_or_by_rule_object_and_mask(tmp_path: Path) -> None:
    own = tried(read_detectors(write(tmp_path)))
    ref = Ref(ObjectType.ATTACHMENT, "att71776", 2, "HR")
    part = Part(ref, "content/page[2]", Kind.TEXT, b"ask P-104217 or ada@acme-optics.se")
    key = b"0" * 32
    seen = scanned(part, rules_with(own), Context(detectors=own.detectors))
    found = findings(part, seen, key)
    assert [one.rule for one in found] == ["own-personnel-number", "email-address"]
    listed = tmp_path / "accepted.toml"
    listed.write_text(
        f'[[accepted]]\nfingerprint = "{found[0].fingerprint}"\nreason = "known"\nowner = "o"\nuntil = 2099-01-01\n'
        f'[[accepted]]\nrule = "email-address"\nobject = "attachment att71776"\nsubject = "{found[1].subject.mask}"\n'
        'reason = "known"\nowner = "o"\nuntil = 2099-01-01\n',
        encoding="utf-8",
    )
    entries, places = accept(found, read_accepted(listed), "2026-11-22", key)
    assert [(entry.validity, entry.findings) for entry in entries] == [(Validity.IN_FORCE, 1)] * 2
    assert places == (0, 1)
