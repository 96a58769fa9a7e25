"""User keys in parameters of apps that the registry does not know: the name says people, the value has the shape.

Thirty-two hexadecimal digits may be anything by themselves; under a name for people they are a user key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rules.embedded import every_parameter
from rules.identifiers import personal
from rules.macros import ListTerm, folded, name_list
from rules.model import Kind, Personal, Span, SubjectKind
from rules.parameters import Parameter, holds_card
from rules.passage import plain
from rules.view import View

_PEOPLE: Final = re.compile(
    r"(?:(?:user|account|assignee|reporter|owner|author|creator|(?:created|updated|modified|assigned|approved)by|approver"
    r"|reviewer|signer|contributor|member|participant|watcher|responsible|person|contact|lead)s?(?:ids?|keys?|names?)?"
    r"|people)\Z"
)
_NAME: Final = re.compile(rb"ac:name\s*+=\s*+(?=(\"[^\"<]*+\"|'[^'<]*+'))")
"""The name of a macro or a parameter, in its quotes."""
_ACCOUNTS: Final = re.compile(r"accountids?\Z")


@dataclass(frozen=True, slots=True)
class AppUser:
    """One user key in a parameter that nothing is known about but its name."""

    parameter: Parameter
    term: ListTerm
    subject: Personal

    @property
    def span(self) -> Span:
        """Return the bytes of the identifier."""
        return self.parameter.text.span(self.term.start, self.term.end)

    @property
    def takes_account(self) -> bool:
        """Return whether the name of the parameter says that an account id belongs there."""
        return _ends(_ACCOUNTS, self.parameter.name)


def app_users(view: View) -> Iterator[AppUser]:
    """Yield the user keys in parameters of apps, in order."""
    if view.part.kind is Kind.STORAGE:
        cards = view.storage.unreadable is not None and holds_card(view.data)  # one that breaks off is looked into
        if not cards and not _may_have_any(view.data):
            return
    for parameter in every_parameter(view, _is_for_people):
        yield from in_parameter(parameter)


def in_parameter(parameter: Parameter) -> Iterator[AppUser]:
    """Yield the user keys in one parameter; none in a parameter that the registry knows."""
    if parameter.forms or not _is_for_people(parameter.name):
        return
    for term in name_list(parameter.text.text):
        subject = personal(term.value)
        if subject is not None and subject.kind is SubjectKind.USER_KEY:
            yield AppUser(parameter, term, subject)


def _may_have_any(data: bytes) -> bool:
    """Return whether a parameter of a body may be for people by its name, told without looking where it stands."""
    if b"<ac:adf-" in data:
        return True
    return any(b"&" in found or _is_for_people(plain(found[1:-1])) for found in set(_NAME.findall(data)))


def _is_for_people(name: str) -> bool:
    """Return whether the name of a parameter says that it holds people."""
    return _ends(_PEOPLE, name)


def _ends(pattern: re.Pattern[str], name: str) -> bool:
    """Return whether the name of a parameter ends with a word of `pattern`, in whatever spelling."""
    return pattern.search(folded(name).replace("_", "")) is not None
