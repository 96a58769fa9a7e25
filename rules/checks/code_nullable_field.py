"""A program uses e-mail, name or picture of a person as if they were always there.

Why it matters: people decide who sees them; code that does not allow for null fails for exactly those who hide their
data, or pushes towards keeping copies. GDPR Art. 25.
Source: Atlassian, user privacy API migration guide, the user object: nullable fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import code
from rules.interfaces import NULLABLE
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every use of a profile field that no check is seen for."""
    return code.detect(view, RULE, NULLABLE)


RULE: Final = Rule(
    id="code-nullable-field",
    title="Profile field read without a check",
    category=Category.LEGACY,
    severity=Severity.LOW,
    why="E-mail, display name and picture may be null, as the person wishes. The program treats them as given.",
    remedy="Check for null, or show the account without them. A person decides: the check may stand elsewhere.",
    articles=("25",),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Name",
    kinds=(Kind.CODE,),
    gate=(b"profilePicture", b"displayName", b"email", b"publicName"),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b"// confluence\nimg.src = base + user.profilePicture.path;",
            Kind.CODE,
            "a picture",
            ("profilePicture.path",),
        ),
        Flag(
            b"// jira\nconst first = user.displayName.split(' ')[0];",
            Kind.CODE,
            "a name",
            ("displayName without a check",),
        ),
        Flag(
            b"// atlassian\nconst mail = user.email.toLowerCase();", Kind.CODE, "an address", ("email without a check",)
        ),
        Flag(
            b"# confluence\nname = user['displayName'].strip()",
            Kind.CODE,
            "a name in another notation",
            ("profile field without a check",),
        ),
        Flag(b"# jira\nmail = user['email'].lower()", Kind.CODE, "an address by brackets", ("email without a check",)),
        Clean(b"# jira\nmail = config['email'].lower(); user['email'] or ''", Kind.CODE, "no person, and a check"),
        Clean(b"// confluence\nimg.src = user.profilePicture?.path ?? blank;", Kind.CODE, "a check of the language"),
        Clean(b"// jira\nconst name = user.displayName || 'somebody';", Kind.CODE, "a replacement"),
        Clean(b"// atlassian\nshow(user.email)", Kind.CODE, "no use of the value"),
        Clean(
            b"# confluence\nname = (user.get('displayName') or '').strip()", Kind.CODE, "the same in another notation"
        ),
    ),
)
