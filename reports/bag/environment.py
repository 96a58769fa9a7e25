"""Whether the rules of a bag are those of its run: the digest of each gives the digest that the run names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rules.registry import combined

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def other_rules(environment: Mapping[str, Any], master: Mapping[str, Any]) -> Iterator[str]:
    """Yield in what the digests of rules do not fit each other or the rules that findings.json explains.

    Raises `LookupError`, `TypeError` or `AttributeError` when a file is of another shape than ours.
    """
    rules = environment["rules"]
    if not all(_SHA256.fullmatch(digest) for digest in rules.values()):
        yield "what it names as the digest of a rule is none"
        return
    same = combined(rules) == environment["rules_digest"]
    if environment["rules_are_those_of_the_run"] is not same:
        yield "whether its rules are those of the run is not what the digests of its rules give"
    for rule in master["rules"] if same else ():
        if rule["id"] not in rules:
            yield f"it has no digest of {rule['id']}, which {master['run']['id']} used"
