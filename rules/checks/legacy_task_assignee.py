"""A task is assigned to a person by username or user key.

Why it matters: the first mention in a task is its assignee. By a retired identifier the task belongs to nobody: it is
missing from personal task lists and reports. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import mentions
from rules.model import Kind, Match, Severity
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers of references inside the bodies of tasks."""
    return mentions.detect(view, RULE, mentions.Place.TASK)


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each reference by its account id."""
    return mentions.rewrite(view, mentions.Place.TASK, matches, resolve)


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
    kinds=(Kind.STORAGE,),
    gate=mentions.GATE,
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
        Clean(
            b"<ac:task-list><ac:task><ac:task-body>x</ac:task-body></ac:task></ac:task-list>"
            b'<ri:user ri:username="ann"/>',
            Kind.STORAGE,
            "a mention beside the task list: legacy-mention reports it",
        ),
    ),
)
