"""A whole run in German: no sentence that a run records stays English."""

from __future__ import annotations

import base64
import gzip
import json
import re

from tests.audit.shell import Shell

ENGLISH = re.compile(r'<span lang="en">([^<]*)</span>')


def untranslated(text: str) -> list[str]:
    """Return the sentences that a page shows in English, and those that its script would."""
    packed = re.search(r'id="data">([^<]+)<', text)
    said = json.loads(gzip.decompress(base64.b64decode(packed[1])))["said"] if packed else {}
    return sorted({*ENGLISH.findall(text), *(sentence for sentence, german in said.items() if german is None)})


def test_an_audit_and_its_plan_are_german_to_the_last_sentence(shell: Shell) -> None:
    assert shell.run("audit") == 1
    assert shell.run("report", "--language", "de", "--format", "html", "--out", "-") == 0
    assert '<html lang="de">' in shell.out
    assert "\n".join(untranslated(shell.out)) == ""
    plan = ("plan", "--mapping", shell.mapping(), "--format", "html", "--language", "de")
    assert shell.run(*plan) == 1
    text = (shell.folder / "plan.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in text
    assert "\n".join(untranslated(text)) == ""


def test_the_configuration_names_the_language_and_the_option_wins(shell: Shell) -> None:
    assert shell.run("audit") == 1
    (shell.folder / "c.toml").write_text('language = "de"\n', encoding="utf-8")
    (shell.folder / "c.toml").chmod(0o600)
    assert shell.run("report", "--config", "c.toml", "--format", "md", "--out", "-") == 0
    assert shell.out.startswith("# Datenschutzprüfung: ")
    assert shell.run("report", "--config", "c.toml", "--language", "en", "--format", "md", "--out", "-") == 0
    assert shell.out.startswith("# Privacy audit: ")


def test_an_unknown_language_is_refused_with_those_there_are(shell: Shell) -> None:
    code, said = shell.fails("report", "--language", "xx")
    assert code == 2
    assert "It is one of de, en." in said
    (shell.folder / "c.toml").write_text('language = "tlh"\n', encoding="utf-8")
    (shell.folder / "c.toml").chmod(0o600)
    code, said = shell.fails("report", "--config", "c.toml")
    assert code == 2
    assert "`language` in the configuration file" in said
    assert "It is one of de, en." in said
