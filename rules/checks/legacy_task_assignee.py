"""A task is assigned to a person by username or user key.

Why it matters: the first mention in a task is its assignee; scripts write elements and attributes of their own. By a
retired identifier the task belongs to nobody: it is missing from personal task lists and reports. GDPR Art. 5(1)(c),
5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from rules import assignees, mentions
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, Severity, SubjectKind
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers of references inside the bodies of tasks, and of assignees that are text."""
    if view.part.kind is Kind.STORAGE:
        return chain(mentions.detect(view, RULE, mentions.Place.TASK), _texts(view))
    return _texts(view)


def _texts(view: View) -> Iterator[Match]:
    for each in assignees.assignees(view):
        if each.subject is not None:
            sure = each.subject.kind is SubjectKind.USER_KEY
            yield RULE.match(
                each.span,
                each.subject,
                where=each.where,
                excerpt=excerpt(view.data, each.span.start, each.span.end, each.subject.mask),
                confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
                reason="a user key" if sure else "no account id and no user key",
            )


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each reference and each assignee that is text by its account id."""
    texts = assignees.rewrite(view, matches, resolve)
    if view.part.kind is Kind.ADF:
        return texts
    own = mentions.rewrite(view, mentions.Place.TASK, matches, resolve)
    return Change((*own.edits, *texts.edits), (*own.holds, *texts.holds))


RULE: Final = Rule(
    id="legacy-task-assignee",
    title="Legacy assignee of a task",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="A task names its assignee, or somebody else, by a retired identifier. On Cloud the task has no assignee, and"
    " the identifier stays on the page when the account is erased.",
    remedy="Replace the identifier by the account id. This tool does so inside the task when the person can be resolved"
    " to one account; otherwise assign the task anew or close it.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.STORAGE, Kind.ADF),
    gate=(*mentions.GATE, b"<ac:task-assignee", (b"askItem", re.compile(rb"[aA]ssignee|[uU]ser-?(?:[nN]ame|[kK]ey)"))),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b"<ac:task-list><ac:task><ac:task-id>3</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>"
            b'<span class="placeholder-inline-tasks"><ac:link><ri:user ri:userkey="8a7f80826c1d4e5f016c1d4e6f700001"/>'
            b"</ac:link> calibrate the bench</span></ac:task-body></ac:task></ac:task-list>",
            Kind.STORAGE,
            "the assignee of a task",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
            b"<ac:task-list><ac:task><ac:task-id>3</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>"
            b'<span class="placeholder-inline-tasks"><ac:link>'
            b'<ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"/>'
            b"</ac:link> calibrate the bench</span></ac:task-body></ac:task></ac:task-list>",
        ),
        Flag(
            b'<ac:task><ac:task-assignee ac:userkey="8a7f80826c1d4e5f016c1d4e6f700001"></ac:task-assignee>'
            b"<ac:task-body>x</ac:task-body></ac:task><ac:task><ac:task-assignee> tbergmann </ac:task-assignee>"
            b"</ac:task>",
            Kind.STORAGE,
            "an element that scripts write, with an attribute and with text",
            ("8a7f80826c1d4e5f016c1d4e6f700001", "tbergmann"),
            b'<ac:task><ac:task-assignee ac:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10">'
            b"</ac:task-assignee><ac:task-body>x</ac:task-body></ac:task><ac:task><ac:task-assignee> "
            b"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10 </ac:task-assignee></ac:task>",
        ),
        Flag(
            b'{"type":"doc","content":[{"type":"taskItem","attrs":{"localId":"a1","assigneeId":"tbergmann"}}]}',
            Kind.ADF,
            "an attribute of a task item in the newer format",
            ("tbergmann",),
            b'{"type":"doc","content":[{"type":"taskItem","attrs":{"localId":"a1","assigneeId":'
            b'"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"}}]}',
        ),
        Clean(
            b'<ac:task-assignee ac:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"></ac:task-assignee>'
            b"<ac:task-assignee>${assignee}</ac:task-assignee><ac:task-assignee>Tilda Bergmann</ac:task-assignee>",
            Kind.STORAGE,
            "an account id, a variable of a template, and a name as it is spoken, which link-display-name reports",
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"taskItem","attrs":{"assignee":"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10",'
            b'"state":"TODO"}},{"type":"paragraph","attrs":{"assignee":"tbergmann"}}]}',
            Kind.ADF,
            "an account id, and an attribute of something else",
        ),
        Clean(
            b"<ac:task-list><ac:task><ac:task-body>x</ac:task-body></ac:task></ac:task-list>"
            b'<ri:user ri:username="ann"/>',
            Kind.STORAGE,
            "a mention beside the task list: legacy-mention reports it",
        ),
    ),
)
