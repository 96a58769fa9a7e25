"""People in the plain text of parameters: which characters name somebody, and what takes their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rules.accounts import account, retired
from rules.adf import ROLES
from rules.identifiers import personal
from rules.macros import Form, ListTerm, name_list, user_list
from rules.model import Edit, HeldReason, Hold, Match, Personal, Span, Unresolved
from rules.parameters import MENTION, Parameter, may_be_user
from rules.rule import Change, Resolver
from rules.view import View

PEOPLE: Final = frozenset({Form.USER, Form.USERS, Form.USER_NAMES})
"""Forms of parameters that hold people as text."""


@dataclass(frozen=True, slots=True)
class Named:
    """One retired identifier in a parameter."""

    parameter: Parameter
    term: ListTerm
    subject: Personal

    @property
    def span(self) -> Span:
        """Return the bytes of the identifier."""
        return self.parameter.text.span(self.term.start, self.term.end)


def named(view: View) -> Iterator[Named]:
    """Yield the usernames and user keys in parameters that hold people as text."""
    for parameter in view.parameters_of(PEOPLE):
        for term in _terms(parameter):
            named_role = parameter.macro == MENTION and term.value in ROLES
            subject = retired(personal(term.value)) if may_be_user(term.value) and not named_role else None
            if subject is not None:
                yield Named(parameter, term, subject)


def _terms(parameter: Parameter) -> tuple[ListTerm, ...]:
    text = parameter.text.text
    if Form.USERS in parameter.forms:
        return user_list(text)
    if Form.USER_NAMES in parameter.forms:
        return name_list(text)
    return name_list(text, "\n") if Form.USER in parameter.forms else ()


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return every identifier of `matches` by its account id; prefixes, separators and quotes around it stay."""
    wanted = {match.span: match for match in matches}
    edits: list[Edit] = []
    holds: list[Hold] = []
    for each in named(view):
        match = wanted.get(each.span)
        if match is None:
            continue
        fixed = each.parameter.text.fixed
        answer = Unresolved(HeldReason.NO_REWRITER, fixed) if fixed else account(each.subject, resolve)
        if isinstance(answer, Unresolved):
            holds.append(Hold(match.rule, match.span, match.subject, answer.reason, answer.detail, match.where))
        else:
            edits.append(Edit(match.span, match.span.of(view.data), each.parameter.text.write(answer), match.rule))
    return Change(tuple(edits), tuple(holds))
