"""A program sends a query that names a person by username or user key, or uses a retired field.

Why it matters: Cloud refuses the field and knows no such user, so that the program works on an empty or wrong list,
for example when it looks for everything of a person who wants to be erased. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide, CQL fields; Jira, JQL and account ids.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from rules import code, cql, jql
from rules.builtqueries import NEEDLE, built
from rules.interfaces import BUILT_QUERY, QUERY_ALONE, QUERY_FIELDS
from rules.literals import queries_in_addresses, queries_in_lines, texts
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, Personal, Severity, Span
from rules.queries import UNSURE, Query, SpaceTerm, Unparsed, UserTerm, legacy
from rules.querychecks import owner
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

Parse = Callable[[str], Query | Unparsed]

_CQL: Final = re.compile(rb"(?i:cql)")
_JQL: Final = re.compile(rb"(?i:jql)")
_NAME: Final = re.compile(r"(?:cql|jql|jqlQuery)=")
"""What a command line writes before a query: `--data-urlencode 'cql=...'`."""
_CLAUSE: Final = re.compile(
    r"(?i)\b(?:creator|contributor|mention|watcher|user|owner|favou?rite|assignee|reporter|voter)(?:\.\w+)?\s{0,9}"
    r"(?:!?=|(?:not\s{1,9})?in\b|was\b|changed\b)"
    r"|\bspace(?:\.key)?\s{0,9}(?:!?=|(?:not\s{1,9})?in\b)[^\n]{0,200}?~"
)


def detect(view: View) -> Iterator[Match]:
    """Yield every retired field, and every person of a query that stands in the program as a whole."""
    yield from code.detect(view, RULE, QUERY_FIELDS, alone=QUERY_ALONE)
    if code.SPEAKS.search(view.data) is not None or NEEDLE.search(view.data) is not None:
        for each in built(view.data):
            instead = "ask for the key that the space has" if each.is_key else "write the account id, in quotes"
            yield code.use(view, RULE, each.span, BUILT_QUERY, instead, each.doubt, "query")
    languages: list[Parse] = [
        parse for needle, parse in ((_CQL, cql.parse), (_JQL, jql.parse)) if needle.search(view.data)
    ]
    if not languages:
        return
    seen: set[Span] = set()
    for passage in (*queries_in_addresses(view.data), *queries_in_lines(view.data), *texts(view.data)):
        if _CLAUSE.search(passage.text):
            named = _NAME.match(passage.text)
            shift = named.end() if named else 0
            for term, subject in _people(passage.text[shift:], languages):
                span = passage.span(shift + term.start, shift + term.end)
                if span in seen:
                    continue
                seen.add(span)
                yield RULE.match(
                    span,
                    subject,
                    where="query",
                    excerpt=excerpt(view.data, span.start, span.end, subject.mask),
                    confidence=Confidence.MEDIUM,
                    reason=f"the value of {term.field} in a query of a program",
                )


def _people(text: str, languages: Sequence[Parse]) -> tuple[tuple[UserTerm | SpaceTerm, Personal], ...]:
    """Return the retired operands of the text in the first language in which it is a query that names somebody."""
    for parse in languages:
        query = parse(text)
        if isinstance(query, Query):
            found: list[tuple[UserTerm | SpaceTerm, Personal]] = [*legacy(query)]
            found += [(term, subject) for term in query.spaces if (subject := owner(term)) is not None]
            if found:
                return tuple(each for each in found if not UNSURE.search(each[0].value))
    return ()


RULE: Final = Rule(
    id="code-user-query",
    title="Retired user in a query in code",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="The program asks for what somebody wrote or watches, by an identifier that Cloud does not know. The list is"
    " empty or refused, and a request for access or erasure that rests on it is answered wrongly.",
    remedy="Write the account id, in quotes, and .accountid for .userkey. Report only: programs are not rewritten.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.CODE,),
    gate=(
        b"ql",
        b"QL",
        b".userkey",
        b".userKey",
        b"creator",
        b"contributor",
        b"mention",
        b"watcher",
        b"assignee",
        b"reporter",
        b"voter",
        (b"space", re.compile(rb"space(?:\.[kK]ey)?[^\n]{1,40}?(?:~|%7[eE])")),
    ),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b"cql = \"type = page and creator = 'tbergmann'\"",
            Kind.CODE,
            "a query in quotes",
            ("tbergmann",),
        ),
        Flag(
            b'search("wiki/rest/api/search?limit=5&cql=contributor%3D%22tbergmann%22")',
            Kind.CODE,
            "a query in an address",
            ("tbergmann",),
        ),
        Flag(
            b"# confluence\nCQL = 'mention.userKey = ' + key",
            Kind.CODE,
            "a retired field, whatever the value",
            ("userkey field of CQL",),
        ),
        Flag(
            b'jira.search_issues(jql="project = OPT AND assignee was \\"olindqvist\\"")',
            Kind.CODE,
            "a query of Jira",
            ("olindqvist",),
        ),
        Flag(
            b'// confluence cql\nfmt.Sprintf("mention = %q", n); fmt.Sprintf("creator = %q", user.Key)',
            Kind.CODE,
            "Go, which writes the quotes itself",
            ("user of a query that is put together",) * 2,
        ),
        Clean(
            b'// confluence cql\nfmt.Sprintf("mention = %q", accountID); fmt.Sprintf("title = %q", n)',
            Kind.CODE,
            "the same with an account id, and a field that names nobody",
        ),
        Flag(
            b"cql = f\"type = page and creator = '{username}'\"",
            Kind.CODE,
            "a query that is put together",
            (BUILT_QUERY,),
        ),
        Flag(
            b'String cql = "mention = " + person.getKey();',
            Kind.CODE,
            "the same with another sign",
            (BUILT_QUERY,),
        ),
        Flag(
            b"jql = \"assignee = '%s' and type = %s\" % (login, kind)",
            Kind.CODE,
            "the value stands behind the text",
            (BUILT_QUERY,),
        ),
        Flag(
            b"jql = `assignee = ${assignee}`",
            Kind.CODE,
            "a variable that says nothing: low confidence",
            (BUILT_QUERY,),
        ),
        Flag(
            b"curl -G --data-urlencode 'cql=creator=tbergmann' $BASE/rest/api/search",
            Kind.CODE,
            "a query on a command line",
            ("tbergmann",),
        ),
        Flag(b'cql: creator = "tbergmann"  # mine', Kind.CODE, "a value without quotes", ("tbergmann",)),
        Flag(b'cql = "space = ~" + login', Kind.CODE, "the key of a personal space", (BUILT_QUERY,)),
        Flag(
            b'cql = f\'type = page and space in ("~{user_key}")\'; cql2 = `space.key = "~${k}"`',
            Kind.CODE,
            "the same filled in, the second with low confidence, as the variable says nothing",
            (BUILT_QUERY, BUILT_QUERY),
        ),
        Flag(
            b"cql = \"space in (OPT, '~tbergmann')\"; cql2 = f'type = page and space in (OPT, ~{login})'",
            Kind.CODE,
            "in a list, as it is and filled in",
            ("tbergmann", BUILT_QUERY),
        ),
        Clean(
            b"cql = \"space in (OPT, ~71202012345678901234567890123456789012)\"; cql2 = 'title ~ tbergmann'",
            Kind.CODE,
            "a key as Cloud gives it, and another operator",
        ),
        Clean(
            b"cql = 'space = ' + key; cql2 = `space = \"${team}\"`; cql3 = f'title ~ \"{title}\"'",
            Kind.CODE,
            "the key of any space, and another operator",
        ),
        Clean(b"cql = f'space = \"~{account_id}\"'", Kind.CODE, "the key of a personal space as Cloud has it"),
        Flag(
            b'found = find(f"creator.userkey = {k} and type = page")',
            Kind.CODE,
            "a retired field, in a file that says nothing else of these products",
            ("userkey field of CQL",),
        ),
        Clean(
            b"creator.userkey = k; q = 'select a from b where creator.userkey = ?'; log('creator.userkey is missing')",
            Kind.CODE,
            "the same words as a field of an object, in another language, and in a sentence",
        ),
        Clean(
            b"cql: creator = 5d41402abc4b2a76b9719d91\njql: assignee = {{ user }}\njql: (assignee",
            Kind.CODE,
            "an account id, a variable, and no query",
        ),
        Clean(b"curl -d 'cql=creator=currentUser()' $U", Kind.CODE, "whoever asks, on a command line"),
        Clean(b"cql = f\"type = page and creator = '{account_id}'\"", Kind.CODE, "an account id is filled in"),
        Clean(b'String cql = "mention = " + person.getAccountId();', Kind.CODE, "the same with another sign"),
        Clean(b"log.info('assignee = ' + username) # jira", Kind.CODE, "a line of a log"),
        Clean(b'sql = "select x from t where creator = \'" + login # cql', Kind.CODE, "another language"),
        Clean(b"body = 'user=' + username + '&password=' + p # confluence cql", Kind.CODE, "a form"),
        Clean(
            b"cql(user.userKey); user.userKey = accountId; if (user.userKey === k)", Kind.CODE, "a field of an object"
        ),
        Clean(b"cql = 'creator = currentUser() and type = page'", Kind.CODE, "whoever asks"),
        Clean(b"cql = f'creator = \"{account}\"'; cql2 = 'creator = %s'", Kind.CODE, "an account, and nothing known"),
        Clean(b"sql = \"select x from t where creator = 'tbergmann'\" # confluence, cql", Kind.CODE, "other language"),
        Clean(b"jql = 'assignee in (5d41402abc4b2a76b9719d91)'", Kind.CODE, "an account id"),
        Clean(b"where = \"creator = 'tbergmann'\"", Kind.CODE, "nothing says that it is a query of these products"),
    ),
)
