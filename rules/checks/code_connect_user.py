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
    gate=(b"AP.", b"context", b"Context", b"user_key", b"user_id", b"asUser", b"User.", b"getUserKey"),
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
            b"AP.require(['user'], user => user.getTimeZone(zone => show(zone)));",
            Kind.CODE,
            "the time zone by way of the module of the user",
            ("AP.user.getTimeZone",),
        ),
        Clean(
            b"AP.require(['dialog'], dialog => dialog.close()); clock.getTimeZone(show)",
            Kind.CODE,
            "another module, and the time zone of something else",
        ),
        Flag(
            b"// atlassian\nconst key = token.context.user.userKey;",
            Kind.CODE,
            "user data in the token",
            ("context.user of the token",),
        ),
        Flag(
            b"# atlassian\nwho = token.get('context', {}).get('user', {}).get('userKey')",
            Kind.CODE,
            "the same in another notation",
            ("context.user of the token",),
        ),
        Flag(
            b"// atlassian-connect\nconst { userKey } = req.context; load(req.context.userKey);",
            Kind.CODE,
            "the user key that a framework takes from the token",
            ("user key of the context", "user key of the context"),
        ),
        Flag(
            b"// atlassian\nString key = hostUser.getUserKey();",
            Kind.CODE,
            "the same in another framework",
            ("user key of the context",),
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
        Flag(
            b"// confluence\nmodules: [{url: '/panel?who={user_key}'}]",
            Kind.CODE,
            "a variable in a descriptor that a program writes",
            ("variable of an address",),
        ),
        Flag(
            b"// atlassian\nconst { context: { user: { userKey } } } = token; AP.user['getUser'](show);",
            Kind.CODE,
            "the same taken apart, and the call by a name in brackets",
            ("context.user of the token", "AP.user.getUser"),
        ),
        Clean(
            b"// atlassian\nconst { context: { user: { accountId } } } = token; AP.user['getCurrentUser'](show);\n"
            b"send({ context: { user: { userKey } } })",
            Kind.CODE,
            "the account id taken apart, and an object that is built",
        ),
        Clean(b"# jira\nurl = f'/panel?who={user_key}'", Kind.CODE, "the program fills it in itself"),
        Clean(b"// atlassian-connect\nconst { userAccountId } = req.context;", Kind.CODE, "the account id of now"),
        Clean(b"# atlassian\nwho = token.get('context', {}).get('user', {}).get('accountId')", Kind.CODE, "the same"),
        Clean(
            b"// atlassian\nString id = hostUser.getUserAccountId().get();", Kind.CODE, "the call that took its place"
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
