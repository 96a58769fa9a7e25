"""Addresses and keys of spaces in parameters of macros, for the rules about links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from rules import linkterms
from rules.linkplaces import Found, space_key
from rules.links import identities
from rules.linkterms import LinkTerm
from rules.macros import Form, user_list
from rules.parameters import Parameter, may_be_user

LOGINS: Final = frozenset({Form.LOGIN})
ADDRESSES: Final = frozenset({Form.URL, Form.SPACE, Form.PAGE, Form.URL_QUERY, Form.CQL, Form.JQL}) | LOGINS
"""Forms of parameters that can hold an address, what belongs to one, or the key of a space."""
_KEY: Final = re.compile(r"(?:\A|[,;])\s*(?:space:)?(?P<key>~[^\s,;:]+)")
"""The key of a personal space where an entry of a list begins."""


def in_parameters(parameters: Iterable[Parameter], escapes: str) -> Iterator[Found]:
    """Yield everybody whom an address, a login or the key of a personal space in a parameter names."""
    for parameter in parameters:
        for start, term in _named(parameter):
            yield Found(parameter.text, start, term, parameter.where, escapes)


def _named(parameter: Parameter) -> Iterator[tuple[int, LinkTerm]]:
    """Yield each person with the place at which the address that names them, or the key, begins."""
    text = parameter.text.text
    start, value = len(text) - len(text.lstrip()), text.strip()
    if parameter.is_address:
        yield from ((start, term) for term in identities(value))
    elif Form.URL_QUERY in parameter.forms:
        yield from ((start - 1, term) for term in identities(f"?{value}"))
    elif Form.LOGIN in parameter.forms:
        if may_be_user(value):
            yield start, LinkTerm(0, len(value), value, linkterms.Form.LOGIN, "", 0, len(value))
    elif Form.PAGE in parameter.forms:
        for found in _KEY.finditer(text):
            yield from ((found.start("key"), term) for term in space_key(found["key"]))
    elif Form.SPACE in parameter.forms:
        for each in user_list(text):
            yield from ((each.start, term) for term in space_key(each.value))
