"""A parameter of an app names a person by user key.

Why it matters: apps of Data Center keep user keys where those of Cloud keep account ids, and a migration leaves them as
they are. The app shows nobody, and the key outlives the account. GDPR Art. 5(1)(c), 5(1)(d), 17.
Source: Atlassian, user privacy API migration guide for Confluence Cloud; Forge, macro configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import hexdigits
from typing import Final

from rules.accounts import account
from rules.appusers import app_users
from rules.masking import excerpt
from rules.model import Confidence, Edit, HeldReason, Hold, Kind, Match, Severity, Unresolved
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View

_KEY: Final = re.compile(rb"(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])|JIRAUSER[0-9]")
"""A key by its shape, whatever stands around it: a body that breaks off behind one is not to pass for a clean one."""
_SHAPES: Final = bytes(ord("0" if chr(each) in hexdigits else " ") for each in range(256))
"""What each byte is for it: a digit or not."""
_DIGITS: Final = b"0" * 32
_NUMBERED: Final = re.compile(rb"JIRAUSER[0-9]")
_UNKNOWN: Final = "nothing says what the app expects; a row in the registry of macros would"


def _holds_key(data: bytes) -> bool:
    """Return whether `_KEY` occurs in some bytes: a quicker answer than that of the expression."""
    shapes = data.translate(_SHAPES)
    return (_DIGITS in shapes and b" %b " % _DIGITS in b" %b " % shapes) or _NUMBERED.search(data) is not None


def detect(view: View) -> Iterator[Match]:
    """Yield the user keys in parameters whose names say that they hold people."""
    for each in app_users(view):
        yield RULE.match(
            each.span,
            each.subject,
            where=each.parameter.where,
            excerpt=excerpt(view.data, each.span.start, each.span.end, each.subject.mask),
            confidence=Confidence.MEDIUM,
            reason="a user key by its shape, in a parameter for people by its name",
        )


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each user key by its account id where the parameter is made for one; the others are held."""
    wanted = {match.span: match for match in matches}
    edits: list[Edit] = []
    holds: list[Hold] = []
    for each in app_users(view):
        match = wanted[each.span]
        fixed = each.parameter.text.fixed or ("" if each.takes_account else _UNKNOWN)
        answer = Unresolved(HeldReason.NO_REWRITER, fixed) if fixed else account(each.subject, resolve)
        if isinstance(answer, Unresolved):
            holds.append(Hold(match.rule, match.span, match.subject, answer.reason, answer.detail, match.where))
        else:
            edits.append(Edit(match.span, match.span.of(view.data), each.parameter.text.write(answer), match.rule))
    return Change(tuple(edits), tuple(holds))


RULE: Final = Rule(
    id="app-user-key",
    title="User key in a parameter of an app",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="An app is told whom to show or to ask by an identifier that Atlassian retired. On Cloud it finds nobody, and"
    " the key outlives the account of the person.",
    remedy="Choose the person anew in the app. This tool replaces the key where the parameter is made for account ids;"
    " elsewhere add the parameter to the registry of macros in the configuration, if the app takes account ids.",
    articles=("5(1)(c)", "5(1)(d)", "17"),
    source="https://developer.atlassian.com/platform/forge/manifest-reference/modules/macro/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.STORAGE, Kind.ADF),
    gate=(
        (b"<ac:parameter", _KEY, _holds_key),
        (b"<ac:adf-", _KEY, _holds_key),
        (b'arameters"', _KEY, _holds_key),
    ),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'<ac:adf-extension><ac:adf-node type="extension"><ac:adf-attribute key="extension-key">a/b/static/sign'
            b'</ac:adf-attribute><ac:adf-attribute key="parameters"><ac:adf-parameter key="guest-params">'
            b'<ac:adf-parameter key="signer-account-ids"><ac:adf-parameter-value>8a7f80826c1d4e5f016c1d4e6f700001'
            b"</ac:adf-parameter-value></ac:adf-parameter></ac:adf-parameter></ac:adf-attribute></ac:adf-node>"
            b"</ac:adf-extension>",
            Kind.STORAGE,
            "a list of an app, by its name made for account ids",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
            b'<ac:adf-extension><ac:adf-node type="extension"><ac:adf-attribute key="extension-key">a/b/static/sign'
            b'</ac:adf-attribute><ac:adf-attribute key="parameters"><ac:adf-parameter key="guest-params">'
            b'<ac:adf-parameter key="signer-account-ids"><ac:adf-parameter-value>'
            b"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"
            b"</ac:adf-parameter-value></ac:adf-parameter></ac:adf-parameter></ac:adf-attribute></ac:adf-node>"
            b"</ac:adf-extension>",
        ),
        Flag(
            b'{"type":"doc","content":[{"type":"extension","attrs":{"extensionKey":"a/b/static/card","parameters":'
            b'{"guestParams":{"page_owner":"8a7f80826c1d4e5f016c1d4e6f700001","approvers":["JIRAUSER10203"]}}}}]}',
            Kind.ADF,
            "parameters of which nothing is known but that they name people",
            ("8a7f80826c1d4e5f016c1d4e6f700001", "JIRAUSER10203"),
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"extension","attrs":{"extensionKey":"a/b/static/card","parameters":'
            b'{"guestParams":{"owner":"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10","members":"tbergmann",'
            b'"diagramId":"8a7f80826c1d4e5f016c1d4e6f700001","thread":"8a7f80826c1d4e5f016c1d4e6f700001"}}}}]}',
            Kind.ADF,
            "an account id, a name of another shape, and parameters for other things",
        ),
        Clean(
            b'<ac:structured-macro ac:name="drawing"><ac:parameter ac:name="revision">8a7f80826c1d4e5f016c1d4e6f700001'
            b'</ac:parameter><ac:parameter ac:name="user-interface">8a7f80826c1d4e5f016c1d4e6f700001</ac:parameter>'
            b"</ac:structured-macro>",
            Kind.STORAGE,
            "a sum of bytes under the name of something else",
        ),
    ),
)
