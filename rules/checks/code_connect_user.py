"""A Connect app asks for user data that left the Connect interfaces.

Why it matters: username, user key, full name and time zone are no longer handed to apps, so that code and database of
the app hold identifiers that lead nowhere. GDPR Art. 5(1)(c), 25.
Source: Atlassian, API changes for user privacy, Connect.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import code
from rules.interfaces import CONNECT
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every use of user data that Connect no longer hands out."""
    return code.detect(view, RULE, CONNECT)


RULE: Final = Rule(
    id="code-connect-user",
    title="Retired user data of Connect in code",
    category=Category.LEGACY,
    severity=Severity.HIGH,
    why="The app asks the host for a username, user key, full name or time zone. None is handed out any more, and "
    "what the app stored under them can be found for no request of a person.",
    remedy="Take the account id from `sub` of the token or from AP.user.getCurrentUser. Report only.",
    articles=("5(1)(c)", "25"),
    source="https://developer.atlassian.com/cloud/confluence/api-changes-for-user-privacy-announcement-connect/",
    dpv="https://w3id.org/dpv/pd#UID",
    kinds=(Kind.CODE,),
    gate=(b"AP.", b"context", b"user_key", b"asUser", b"User."),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b"// atlassian-connect\nAP.user.getUser(function (user) { show(user.id); });",
            Kind.CODE,
            "the call that named the user",
            ("AP.user.getUser",),
        ),
        Flag(
            b"/* confluence */ AP.user.getTimeZone(zone => zone)", Kind.CODE, "the time zone", ("AP.user.getTimeZone",)
        ),
        Flag(
            b"// atlassian\nconst key = token.context.user.userKey;",
            Kind.CODE,
            "user data in the token",
            ("context.user of the token",),
        ),
        Flag(
            b"// jira\nconst who = req.query.user_key;",
            Kind.CODE,
            "a parameter of the frame",
            ("user_key of the request",),
        ),
        Flag(
            b"addon.httpClient(req).asUser(key).get('/rest/api/3/myself')",
            Kind.CODE,
            "a call on behalf of a user key",
            ("asUser with a user key",),
        ),
        Flag(
            b"# jira\nurl: /hook?who={modifiedUser.key}",
            Kind.CODE,
            "a variable in a template of a descriptor",
            ("variable of an address",),
        ),
        Clean(b"# jira\nurl: /hook?issue={issue.key}", Kind.CODE, "a variable that names nobody"),
        Clean(
            b"// atlassian-connect\nAP.user.getCurrentUser(user => user.atlassianAccountId);",
            Kind.CODE,
            "the call that took its place",
        ),
        Clean(b"/* confluence */ MAP.user.getUserX()", Kind.CODE, "another object"),
        Clean(b"// atlassian\nconst id = token.sub;", Kind.CODE, "the account id of the token"),
        Clean(
            b"await api.asUser().requestConfluence(route`/wiki/api/v2/pages`); // confluence",
            Kind.CODE,
            "a Forge app acts for whoever looks",
        ),
        Clean(
            b"addon.httpClient(req).asUserByAccountId(id).get('/rest/api/3/myself')",
            Kind.CODE,
            "the call by account id",
        ),
    ),
)
