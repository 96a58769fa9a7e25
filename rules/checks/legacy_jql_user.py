"""A JQL query names a person by username or user key.

Why it matters: Jira Cloud compares people by account id only. A macro or link with such a query shows nothing, and the
name or login stays in it after the account was erased. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Jira Cloud; JQL fields, operators and functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.context import Context
from rules.model import Kind, Match, Severity
from rules.queries import legacy
from rules.querychecks import change, held_back, identity, match, query_of
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every operand that is a username or a user key."""
    for term, subject in legacy(query_of(view)):
        yield match(view, RULE, term, subject, identity(subject, "a field, predicate or function that takes people"))


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each operand by its account id in double quotes, nothing of a query that Jira would convert otherwise."""
    made = change(view, query_of(view), matches, resolve)
    refused = view.context.refused.get(view.passage.text)
    return made if refused is None else held_back(made, matches, refused)


RULE: Final = Rule(
    id="legacy-jql-user",
    title="Legacy user in JQL",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="The query compares people by a retired identifier. Jira Cloud knows account ids only, so the macro or link"
    " shows nothing, and the name or login stays in the query when the account is erased.",
    remedy="Replace the value by the account id in double quotes. This tool does so when the person can be resolved to"
    " one account; everything else in the query stays byte for byte.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/jira/platform/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.JQL,),
    gate=(),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b"project = DEV AND assignee in (tbergmann, currentUser(), EMPTY) order by created",
            Kind.JQL,
            "a list with a function and nobody",
            ("tbergmann",),
            b'project = DEV AND assignee in ("712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10", currentUser(), EMPTY)'
            b" order by created",
        ),
        Flag(
            b"status CHANGED from Open BY 'o\\'neil' after -1w and \"Reporter\" was not JIRAUSER10400 by (tbergmann)",
            Kind.JQL,
            "history: who changed it, whose it was",
            ("o'neil", "JIRAUSER10400", "tbergmann"),
            b'status CHANGED from Open BY "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10" after -1w and "Reporter" was'
            b' not "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10" by ("712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10")',
        ),
        Flag(
            b'issuekey in updatedBy(tbergmann, "-8d") and cf[10100] = tbergmann',
            Kind.JQL,
            "an argument of a function, and a user picker that the site has named",
            ("tbergmann", "tbergmann"),
            b'issuekey in updatedBy("712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10", "-8d") and cf[10100] ='
            b' "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"',
            Context(pickers=frozenset({"cf[10100]"})),
        ),
        Flag(
            b"approver = tbergmann and assignee = unknown",
            Kind.JQL,
            "a field that no document describes, and a username that stands for nobody elsewhere",
            ("tbergmann", "unknown"),
            b'approver = tbergmann and assignee = "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"',
        ),
        Clean(
            b'assignee = 5d41402abc4b2a76b9719d91 and watcher = "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"',
            Kind.JQL,
            "account ids",
        ),
        Flag(
            b'"Reader[User Picker (single user)]" = tbergmann and assignee ~ tbergmann',
            Kind.JQL,
            "a field that says itself that it holds people, and an operator that people are not compared with",
            ("tbergmann", "tbergmann"),
            b'"Reader[User Picker (single user)]" = "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10" and assignee ~'
            b" tbergmann",
        ),
        Clean(b'"Reader[Short text]" ~ tbergmann and "Users[Number]" > 3', Kind.JQL, "fields of other types"),
        Clean(
            b'assignee is EMPTY and reporter in membersOf("tbergmann")',
            Kind.JQL,
            "nobody, and a group",
        ),
        Clean(b"approver = currentUser() and voter = EMPTY", Kind.JQL, "whoever looks, and nobody"),
        Clean(
            b'summary ~ "assignee = tbergmann" and assignee.property[login] = tbergmann and cf[10100] = tbergmann',
            Kind.JQL,
            "a query quoted in a text, a property of an app, a field that nobody named as a user picker",
        ),
    ),
)
