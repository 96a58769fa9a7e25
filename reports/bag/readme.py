"""The README of a bag: what an auditor asks first, and how to check the bag without this tool."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from reports.audience import MEANINGS, Audience
from reports.bag import names
from reports.bag.attestation import PAYLOAD_TYPE
from reports.bag.stated import CONSTANTS
from reports.registry import formats
from reports.rendering import asset
from reports.text import grouped, visible, when

TEMPLATE: Final = "bag-readme.md.j2"
_MARKUP: Final = re.compile(r"[\\`*<>&|\[\]]")
_BREAK: Final = re.compile(r"[\r\n]+")
OPTIONS: Final = {"space": "--space", "custom content": "--custom-content", "relation": "--relation"}
"""Options of an audit that are given once for each value, by the name under which a run keeps them."""
CONTENTS: Final = {
    names.RUN: "run facts, totals, head of the journal",
    names.COVERAGE: "what was seen, read, skipped, failed and not assessed",
    names.IDENTITIES: "who is who, masked: each retired identifier, its account, and how that is known",
    names.PLAN: "the plan as a reviewer sees it; its raw edits stay encrypted in the workspace, here is their SHA-256",
    names.CHANGES: "one change on a line, with keyed hashes of the bytes before and of the bytes planned, and in"
    " `read_back` what the site answered after the last write: its keyed hash, its version, the record of the journal",
    names.JOURNAL: "every step of every write, each record bound to the one before it; `base_hash` is of the bytes"
    " before, `planned_hash` and `read_hash` are of the text planned and read back without what a site adds by itself",
    names.ACCEPTED: "findings that somebody accepted: who, why, until when",
    names.COMPARISON: "against an earlier run: how many findings are new or back, and each that is gone, with why",
    names.ENVIRONMENT: "versions, digests of configuration and of each rule",
    names.SBOM: "software bill of materials (CycloneDX)",
    names.SCHEMA: "JSON Schema of findings.json",
    names.FINDINGS: "everything the reports say: the master of all other formats",
}


def readme(facts: Mapping[str, Any], coverage: Mapping[str, Any], paths: Sequence[str], root: str, key: str) -> str:
    """Return the text. `key` is the fingerprint of the signing key, empty for an unsigned bag."""
    import jinja2

    # Markdown, not markup: what comes from a site is made inert by `finalize`.
    environment = jinja2.Environment(  # noqa: S701
        loader=jinja2.FunctionLoader(lambda name: asset(name).decode()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: _inert(value) if type(value) is str else value,
    )
    environment.filters.update(number=grouped, when=when)
    template = environment.get_template(TEMPLATE)
    return template.render(
        facts=facts,
        run=facts["run"],
        audience=MEANINGS[Audience(facts["run"]["masking"])],
        totals=facts["totals"],
        coverage=coverage,
        contents=[(path, _content(path, facts["formats"])) for path in paths],
        repeat=_command(facts["run"]),
        root=root,
        key=key,
        payload_type=PAYLOAD_TYPE,
        names=names,
    )


def words() -> str:
    """Return SHA-256 in hex over what bags say whatever the run: README, and what reports say of their own form.

    What a version with other words wrote cannot be made again, so it is not compared.
    """
    stated = [asset(TEMPLATE).decode(), CONTENTS, dict(MEANINGS), OPTIONS, sorted(formats()), CONSTANTS]
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()


def _inert(text: str) -> str:
    """Return text that Markdown and HTML take for text, on one line."""
    return _MARKUP.sub(r"\\\g<0>", visible(_BREAK.sub(" ", text)))


def _content(path: str, formats: Mapping[str, str]) -> str:
    return CONTENTS.get(path) or f"the report as {formats[path]}"


def _command(run: Mapping[str, Any]) -> Markup:
    """Return the command that repeats the audit. Values stand in it as the run keeps them: personal ones masked."""
    words = [f"confluence-gdpr audit {run['site']}"]
    options = run["options"]
    for name, option in OPTIONS.items():
        words += [f"{option} {value}" for value in options.get(name, "").split(", ") if value]
    if options.get("include"):
        words.append(f"--include {options['include'].replace(', ', ',')}")
    # It stands between fences, where a backslash would be read as one; nothing of it can end them.
    return Markup(visible(_BREAK.sub(" ", " ".join(words))).replace("`", "'"))  # noqa: S704
