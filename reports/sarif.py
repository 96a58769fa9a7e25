"""SARIF 2.1.0: findings as code scanning shows them, from a run or from files. Equal input gives equal bytes.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) version 2.1.0; GitHub, SARIF support for code
scanning (levels, `security-severity`, `partialFingerprints`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from reports.document import canonical
from reports.evidence import RuleFacts
from reports.plain import Json
from reports.text import sound, visible
from rules.model import Confidence, Severity

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
SCORES: Final = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.0",
}
"""On the scale that code scanning sorts by: over 9 critical, over 7 high, over 4 medium, else low."""
RANKS: Final = {Confidence.HIGH: 100, Confidence.MEDIUM: 60, Confidence.LOW: 20}


@dataclass(frozen=True, slots=True)
class Result:
    """One finding at one place. Nothing in it is a value of a person."""

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    uri: str
    """Relative path in URI form, or the address of an object on the site."""
    line: int
    column: int
    start: int
    end: int
    fingerprint: str
    subject: str
    """Kind and mask."""
    ends: tuple[int, int] | None = None
    """Line and column behind the last character, where they are known."""
    baseline: str = ""
    """`new` or `unchanged` where the run was compared with an earlier one."""
    suppressions: tuple[str, ...] | None = None
    """Why somebody accepted it; None where nothing in the run was looked up in a list of accepted findings."""
    inside: str = ""
    """Which text of a document it stands in, such as `content/page[3]`: lines of the file say nothing then."""


@dataclass(frozen=True, slots=True)
class Unread:
    """One file or class of objects that was not assessed."""

    uri: str
    reason: str
    place: tuple[int, int] | None = None
    """Line and character from 1 at which reading stopped, where one is known."""


def path_uri(path: str) -> str:
    """Return a file's path as a URI reference: an absolute path gets a scheme, nothing else is added."""
    encoded = quote(path.encode("utf-8", "surrogateescape"), safe="/~!$&'()*+,;=@-._")
    return f"file://{encoded}" if path.startswith("/") else encoded


def sarif(
    rules: Iterable[RuleFacts],
    results: Iterable[Result],
    *,
    tool_version: str,
    unread: Iterable[Unread] = (),
    properties: Json = None,
    baseline: str = "",
) -> bytes:
    """Return a SARIF log of one run, UTF-8. It is marked as failed when something was not assessed.

    `baseline` is the id of the earlier run that the results were compared with.
    """
    described = sorted(rules, key=lambda rule: rule.id)
    index = {rule.id: place for place, rule in enumerate(described)}
    missing = [_notification(each) for each in unread]
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": "confluence-gdpr",
                "version": tool_version,
                "rules": [_rule(rule) for rule in described],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not missing, "toolExecutionNotifications": missing}],
        "results": [_result(each, index) for each in results],
    }
    if baseline:
        run["baselineGuid"] = str(uuid5(NAMESPACE_URL, f"urn:confluence-gdpr:run:{baseline}"))
    if properties is not None:
        run["properties"] = properties
    log: dict[str, Json] = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return (canonical(log) + "\n").encode()


def _notification(unread: Unread) -> Json:
    found: dict[str, Json] = {
        "level": "error",
        "message": {"text": _plain(f"{unread.uri or 'run'}: {unread.reason}")},
    }
    if unread.uri:
        where: dict[str, Json] = {"artifactLocation": {"uri": sound(unread.uri)}}
        if unread.place is not None:
            where["region"] = {"startLine": unread.place[0], "startColumn": unread.place[1]}
        found["locations"] = [{"physicalLocation": where}]
    return found


def _rule(rule: RuleFacts) -> Json:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": _plain(rule.title)},
        "fullDescription": {"text": _plain(rule.why)},
        "help": {"text": _plain(f"{rule.why} {rule.remedy}")},
        "helpUri": rule.source,
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "tags": ["privacy", rule.category.replace(" ", "-"), *(f"GDPR-{each.number}" for each in rule.articles)],
            "security-severity": SCORES[rule.severity],
            "dpv": rule.dpv,
        },
    }


def _result(result: Result, index: dict[str, int]) -> Json:
    found: dict[str, Json] = {
        "ruleId": result.rule,
        "level": LEVELS[result.severity],
        "rank": RANKS[result.confidence],
        "message": {"text": _plain(result.message)},
        "locations": [_location(result)],
        "partialFingerprints": {"confluenceGdpr/v1": result.fingerprint},
        "properties": {"confidence": result.confidence.label, "subject": sound(visible(result.subject))},
    }
    if result.baseline:
        found["baselineState"] = result.baseline
    if result.suppressions is not None:
        found["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": _plain(why)} for why in result.suppressions
        ]
    if result.rule in index:
        found["ruleIndex"] = index[result.rule]
    return found


def _location(result: Result) -> Json:
    file: dict[str, Json] = {"artifactLocation": {"uri": sound(result.uri)}}
    if result.inside:
        return {"physicalLocation": file, "logicalLocations": [{"fullyQualifiedName": sound(result.inside)}]}
    region: dict[str, Json] = {"startLine": result.line, "startColumn": result.column}
    if result.ends is not None:
        region["endLine"], region["endColumn"] = result.ends
    region["byteOffset"], region["byteLength"] = result.start, result.end - result.start
    return {"physicalLocation": {**file, "region": region}}


def _plain(text: str) -> str:
    """Return text in which SARIF finds no link: brackets are its markup."""
    return sound(visible(text)).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
