"""One retired way to name a person through an API, and the pieces that patterns for programs are made of.

A pattern is a bounded regular expression over bytes, written with blanks that do not count; its group `hit` is the
place itself. Pieces follow the notations of common languages, so that one pattern serves all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

RETIRED: Final = "retired"


@dataclass(frozen=True, slots=True)
class Interface:
    """One retired parameter, field, endpoint or call, or another use of personal data in a program."""

    name: str
    pattern: re.Pattern[bytes]
    instead: str
    """What to write now, in plain words."""
    doubt: str = ""
    """What may speak against a match; empty where the pattern leaves no doubt."""
    verdict: str = RETIRED
    """What is wrong with it, in a word or two."""


def interface(name: str, pattern: str, instead: str, doubt: str = "", verdict: str = RETIRED) -> Interface:
    """Return the interface with `pattern` compiled."""
    return Interface(name, re.compile(pattern.encode(), re.VERBOSE), instead, doubt, verdict)


REST: Final = r"\brest/api/(?:(?:[23]|latest)/)?"
QUOTE: Final = r"(?:\\{0,3}[\"'`])"
"""A mark of a text, also one that is escaped inside another text."""
STEP: Final = r"(?:\s{0,20}(?:\?\.|\.|->|::)\s{0,3}|\[[\"':]|(?:\?\.|\.)get\([\"'])"
"""From an object to its member."""
CLOSE: Final = r"(?:[\"']\s{0,3}(?:,\s{0,3}[{}\w]{0,8}\s{0,3})?[\])]{1,2}|\(\))?"
"""What ends the name of a member before the next step: `"]`, `", {})` or the brackets of a call."""
USERNAME: Final = r"user_?[nN]ame"
USER_KEY: Final = r"user_?[kK]ey"
ACCOUNT: Final = "send accountId"
