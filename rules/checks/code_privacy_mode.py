"""A program still sends the switch that asked for answers without usernames.

Why it matters: since the end of the deprecation period every answer is so; the switch shows code that nobody reviewed
since. GDPR Art. 25.
Source: Atlassian, user privacy API migration guide, testing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import code
from rules.interfaces import PRIVACY_MODE
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every switch of the deprecation period."""
    return code.detect(view, RULE, PRIVACY_MODE)


RULE: Final = Rule(
    id="code-privacy-mode",
    title="Switch of the deprecation period in code",
    category=Category.LEGACY,
    severity=Severity.LOW,
    why="The switch does nothing since 2019. Where it stands, the code was made for both worlds and may hold the "
    "branch for usernames still.",
    remedy="Remove the switch and the branch without it. Report only.",
    articles=("25",),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#UID",
    kinds=(Kind.CODE,),
    gate=(b"privacyMode", b"orce-"),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(b"GET /wiki/rest/api/user?accountId=x&privacyMode=true", Kind.CODE, "the parameter", ("privacyMode",)),
        Flag(
            b"headers = {'x-atlassian-force-account-id': 'true'}",
            Kind.CODE,
            "the header of Jira",
            ("x-atlassian-force-account-id",),
        ),
        Clean(b"confluence: var privacyMode = true", Kind.CODE, "a variable of one's own"),
        Clean(b"headers = {'X-Atlassian-Token': 'no-check'}", Kind.CODE, "another header"),
    ),
)
