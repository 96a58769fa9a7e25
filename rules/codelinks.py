"""Addresses that people typed into programs: logins with their passwords, profiles and personal spaces.

Most addresses in programs are patterns of themselves: what a program fills in later names nobody, nor do the words
that documentation has in such places. A login without a password is how repositories are fetched and is left out.
Source: RFC 2606 and RFC 6761 for hosts that are nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.linkplaces import Found, in_passage
from rules.linkterms import Form
from rules.passage import Passage, plain
from rules.placeholders import holds_variable
from rules.urls import decode

_LINKS: Final = frozenset({Form.PROFILE, Form.JIRA_PROFILE, Form.EDIT_USER, Form.PERSONAL_SPACE})
"""What names people of these products whatever the program is about."""
_WORDS: Final = frozenset(
    """
    admin api apikey apitoken auth bar changeit changeme foo guest key login me my myname mypass mypassword
    myuser name pass passwd password pw pwd root secret someone test token user userid username usr xxx you
    your yourname yourpassword yourusername
    """.split()  # noqa: SIM905 - a table of words reads better than one of quotes
)
"""What stands for a login, a password or a person in examples."""
_APART: Final = re.compile(r"[\W_]+")
_MARKS: Final = re.compile(r"[*.xX_-]*|.{1,2}|[A-Z]+(?:_[A-Z]+)*|%\w+%|.*[+\[\]()&=;]")
"""Dots, stars, a letter, the name of a variable, a piece of a program."""
_NOWHERE: Final = re.compile(
    r"[^/?#\s]*@(?:[\w.-]+\.)?(?:localhost|host(?:name)?|example(?:\.(?:com|org|net))?|test|invalid|127\.[\d.]+)\b",
    re.IGNORECASE,
)
"""A host of examples, or the machine itself."""


def in_code(data: bytes) -> Iterator[Found]:
    """Yield everybody whom an address in a program names for certain, or by the name of a page of these products."""
    text = Passage(((0, data),), "plain")
    for found in in_passage(text, "", "plain"):
        if found.term.form in _LINKS:
            if not _is_filled_in(found.term.value):
                yield replace(found, code=True)
        elif found.term.form is Form.CREDENTIALS and _is_real(data, text.text, found):
            yield found


def _is_real(data: bytes, text: str, found: Found) -> bool:
    """Return whether a login has a password, and neither of them nor the host is one of an example."""
    span = found.value_span
    login, _, secret = span.of(data).partition(b":")
    end = found.base + found.term.value_end
    if not secret or data[span.end : span.end + 1] != b"@" or _NOWHERE.match(text, end):
        return False
    return not _is_filled_in(plain(secret)) and not holds_variable(plain(login))


def _is_filled_in(value: str) -> bool:
    """Return whether a value is a variable or a word that stands for one."""
    if all(each in _WORDS or not each[1:] for each in _APART.split(decode(value).casefold())):
        return True
    return _MARKS.fullmatch(value) is not None or holds_variable(value)
