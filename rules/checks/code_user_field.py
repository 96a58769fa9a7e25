"""A program reads a field of a user object that Atlassian removed.

Why it matters: the field is missing in every answer, so that the program fails or falls back to a stored copy of
personal data. GDPR Art. 5(1)(c), 5(1)(d), 25.
Source: Atlassian, user privacy API migration guide, the user object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import code
from rules.interfaces import FIELDS
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every read of a removed field."""
    return code.detect(view, RULE, FIELDS)


RULE: Final = Rule(
    id="code-user-field",
    title="Retired field of a user in code",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="The program reads a field that no answer holds any more. It fails, or it lives on copies of personal data"
    " that nobody can correct or erase.",
    remedy="Read accountId instead of name and key, and email of the user instead of details.personal.email; drop the"
    " rest. Report only.",
    articles=("5(1)(c)", "5(1)(d)", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#UID",
    kinds=(Kind.CODE,),
    gate=(b"userKey", b"user", b"details"),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b"// Confluence\nconst phone = person.details.personal.phone;",
            Kind.CODE,
            "a removed field of the profile",
            ("details.personal and details.business",),
        ),
        Flag(
            b"# atlassian\nmail = user['details']['personal']['email']",
            Kind.CODE,
            "the same with brackets",
            ("details.personal and details.business",),
        ),
        Flag(
            b"GET /wiki/rest/api/user?accountId=x&expand=details.business",
            Kind.CODE,
            "an expansion that expands nothing",
            ("expansion of details",),
        ),
        Flag(b"jira; const key = user.userKey;", Kind.CODE, "the key of a user", ("userKey field",)),
        Flag(
            b"/* confluence */ page.history.createdBy.username",
            Kind.CODE,
            "the author of a page",
            ("username field of an author",),
        ),
        Flag(
            b"// confluence\nif (request.user.userKey) { load(row['userKey']); }",
            Kind.CODE,
            "a user, and an object that may be one: low confidence",
            ("userKey field", "userKey field"),
        ),
        Clean(b"jira; data['userKey'] = key; context.user.userKey", Kind.CODE, "set, and what Connect's rule reports"),
        Clean(b"// Confluence\nconst mail = person.email;", Kind.CODE, "the field that took its place"),
        Clean(b"# atlassian\nconfig['details']['address']", Kind.CODE, "details of something else"),
        Clean(b"confluence.user.username = os.environ['NAME']; settings.username", Kind.CODE, "a login of one's own"),
        Clean(b"jira; user.userKey = accountId;", Kind.CODE, "an assignment"),
        Clean(
            b"page.userKey and details.personal.phone",
            Kind.CODE,
            "a program that has to do with none of these products",
        ),
    ),
)
