"""How often rules were wrong on material that nobody here wrote, as data: each finding was read by a person.

The same figures stand in docs/benchmarks.md, where the material is described; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

COMMAND: Final = "python -m bench.corpus --show RULE"
"""Makes the findings of one rule again, from a checkout with the collected material beside it."""
NOTE: Final = "Thirty of the 33 wrong ones are account ids that a test suite invented, which no real site has."


@dataclass(frozen=True, slots=True)
class Measured:
    """Findings of one rule that were read. right = findings - wrong - unclear."""

    findings: int
    wrong: int
    """They name nobody, or name somebody by what is no retired identifier."""
    unclear: int
    """Their text alone does not settle it."""


MEASURED: Final = {
    "adf-mention-name": Measured(26, 0, 3),
    "descriptor-migration": Measured(36, 0, 0),
    "email-address": Measured(18, 0, 11),
    "legacy-adf-mention": Measured(22, 22, 0),
    "legacy-macro-parameter": Measured(24, 0, 0),
    "legacy-macro-user": Measured(11, 1, 0),
    "legacy-mention": Measured(42, 6, 0),
    "legacy-profile-link": Measured(1, 1, 0),
    "legacy-rest-link": Measured(21, 0, 0),
    "legacy-task-assignee": Measured(17, 0, 0),
    "legacy-user-object": Measured(6, 0, 0),
    "link-display-name": Measured(5, 1, 0),
    "macro-messenger": Measured(6, 0, 0),
    "personal-space-link": Measured(15, 0, 10),
    "profile-field-table": Measured(3, 0, 0),
    "stored-profile-field": Measured(92, 0, 0),
    "unreadable-query": Measured(2, 2, 0),
    "url-credentials": Measured(1, 0, 0),
}
"""Rule -> what was read of it; a rule that is not here was never measured."""
