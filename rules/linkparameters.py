"""Addresses and keys of spaces in parameters of macros, for the rules about links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from rules.linkplaces import Found, space_key
from rules.links import identities
from rules.macros import Form, user_list
from rules.parameters import Parameter

ADDRESSES: Final = frozenset({Form.URL, Form.SPACE, Form.PAGE, Form.CQL, Form.JQL})
"""Forms of parameters that can hold an address or the key of a space."""
_KEY: Final = re.compile(r"(?:\A|[,;])\s*(?:space:)?(?P<key>~[^\s,;:]+)")
"""The key of a personal space where an entry of a list begins."""


def in_parameters(parameters: Iterable[Parameter], escapes: str) -> Iterator[Found]:
    """Yield everybody whom an address or the key of a personal space in a parameter names."""
    for parameter in parameters:
        text = parameter.text.text
        if parameter.is_address:
            start = len(text) - len(text.lstrip())
            for term in identities(text.strip()):
                yield Found(parameter.text, start, term, parameter.where, escapes)
        elif Form.PAGE in parameter.forms:
            for found in _KEY.finditer(text):
                for term in space_key(found["key"]):
                    yield Found(parameter.text, found.start("key"), term, parameter.where, escapes)
        elif Form.SPACE in parameter.forms:
            for each in user_list(text):
                for term in space_key(each.value):
                    yield Found(parameter.text, each.start, term, parameter.where, escapes)
