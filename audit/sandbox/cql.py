"""A small CQL: what the sandbox's search understands. Everything else is refused with 400, as malformed CQL is.

expression = clause { (and | or) clause } [order by ...]      `and` binds tighter than `or`
clause     = [not] ( "(" expression ")" | field operator value )
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from audit.sandbox.call import Refusal, v1_error

Fields = dict[str, tuple[str, ...]]
"""What one record answers: each field with its values, folded to lower case."""
Test = Callable[[Fields], bool]
_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|!=|!~|<=|>=|[=~<>(),]|[^\s=~<>!(),"\']+)')
KNOWN: Final = frozenset(
    {
        "space",
        "space.key",
        "space.type",
        "type",
        "id",
        "content",
        "title",
        "label",
        "creator",
        "contributor",
        "favourite",
        "created",
        "lastmodified",
        "ancestor",
        "parent",
        "text",
        "sitesearch",
        "mention",
        "user",
        "user.accountid",
        "user.fullname",
        "status",
        "macro",
    }
)


def malformed(query: str, why: str) -> Refusal:
    """Return v1's 400 for CQL that does not parse."""
    return v1_error(400, "BadRequestException", f"Could not parse cql : {query} ({why})", authorized=True)


class _Reader:
    """Reads one query from left to right."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens: list[str] = []
        at = 0
        while at < len(query.rstrip()):
            match = _TOKEN.match(query, at)
            if match is None:
                raise malformed(query, f"at {at}")
            self.tokens.append(match.group(1))
            at = match.end()
        self.at = 0

    def peek(self) -> str:
        """Return the next token in lower case, empty at the end."""
        return self.tokens[self.at].lower() if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        """Return the next token and move on; with `wanted`, it must be one of them."""
        if self.at >= len(self.tokens) or (wanted and self.peek() not in wanted):
            raise malformed(self.query, f"expected {' or '.join(wanted) or 'a value'}")
        self.at += 1
        return self.tokens[self.at - 1]

    def any_of(self) -> Test:
        """Read clauses joined by `or`."""
        tests = [self.all_of()]
        while self.peek() == "or":
            self.take()
            tests.append(self.all_of())
        return lambda fields: any(test(fields) for test in tests)

    def all_of(self) -> Test:
        """Read clauses joined by `and`."""
        tests = [self.clause()]
        while self.peek() == "and":
            self.take()
            tests.append(self.clause())
        return lambda fields: all(test(fields) for test in tests)

    def clause(self) -> Test:
        """Read one clause."""
        if self.peek() == "not":
            self.take()
            inner = self.clause()
            return lambda fields: not inner(fields)
        if self.peek() == "(":
            self.take()
            inner = self.any_of()
            self.take(")")
            return inner
        field = self.take().lower()
        if field not in KNOWN:
            raise malformed(self.query, f"no field {field}")
        return self.comparison(field)

    def comparison(self, field: str) -> Test:
        """Read the operator and operand of a clause."""
        operator = self.take("=", "!=", "~", "!~", "<", ">", "<=", ">=", "in", "not").lower()
        if operator == "not":
            operator = f"not {self.take('in')}".lower()
        values = self.list_of_values() if operator.endswith("in") else [self.value()]
        if operator in {"=", "in"}:
            return lambda fields: any(value in fields.get(field, ()) for value in values)
        if operator in {"!=", "not in"}:
            return lambda fields: not any(value in fields.get(field, ()) for value in values)
        if operator in {"~", "!~"}:
            needle, want = values[0].strip("*"), operator == "~"
            return lambda fields: any(needle in have for have in fields.get(field, ())) is want
        if field not in {"created", "lastmodified"}:
            raise malformed(self.query, f"{operator} needs a date")
        moment = values[0].replace("/", "-").replace(" ", "t")
        return lambda fields: any(_compare(have, operator, moment) for have in fields.get(field, ()))

    def list_of_values(self) -> list[str]:
        """Read a list in parentheses."""
        self.take("(")
        values = [self.value()]
        while self.peek() == ",":
            self.take()
            values.append(self.value())
        self.take(")")
        return values

    def value(self) -> str:
        """Read one operand, folded to lower case."""
        token = self.take()
        if token in {"(", ")", ",", "=", "~"}:
            raise malformed(self.query, "expected a value")
        if token[0] in "\"'":
            token = re.sub(r"\\(.)", r"\1", token[1:-1])
        if self.peek() == "(":
            raise malformed(self.query, "functions are not supported here")
        return token.lower()


def _compare(have: str, operator: str, moment: str) -> bool:
    have = have[: len(moment)]
    return {"<": have < moment, ">": have > moment, "<=": have <= moment, ">=": have >= moment}[operator]


def parse(query: str) -> tuple[Test, tuple[str, bool]]:
    """Return a test for records and the order: field (empty for none) and whether it descends.

    Raises the refusal with 400 for everything that is not understood.
    """
    reader = _Reader(query)
    test: Test = (lambda _fields: True) if reader.peek() == "order" else reader.any_of()
    order = ("", False)
    if reader.peek() == "order":
        reader.take()
        reader.take("by")
        field = reader.take().lower()
        descending = reader.peek() in {"asc", "desc"} and reader.take().lower() == "desc"
        order = (field, descending)
    if reader.at != len(reader.tokens):
        raise malformed(query, "something follows the end")
    return test, order
