"""All rules: every module in `rules/checks` exports one constant RULE. Adding a rule is adding a file."""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
from collections.abc import Mapping, Sequence

from rules import checks
from rules.articles import ARTICLES
from rules.rule import Clean, Flag, Rule


def load() -> tuple[Rule, ...]:
    """Return all rules sorted by id. Raises ValueError, naming the rule, when one breaks the form of a rule."""
    names = sorted(module.name for module in pkgutil.iter_modules(checks.__path__))
    rules: list[Rule] = []
    for name in names:
        rule = importlib.import_module(f"{checks.__name__}.{name}").RULE
        verify(name, rule)
        rules.append(rule)
    return tuple(sorted(rules, key=lambda rule: rule.id))


def verify(name: str, rule: object) -> None:
    """Raise ValueError when `rule`, of the module `name`, is not what a file in checks must export."""
    if not isinstance(rule, Rule):
        raise ValueError(f"rules/checks/{name}.py: RULE is no Rule")  # noqa: TRY004 - a broken file, whatever the way
    if rule.id != name.replace("_", "-"):
        raise ValueError(f"rules/checks/{name}.py: the id is {rule.id!r}, not the name of the file")
    flags = [example for example in rule.examples if isinstance(example, Flag)]
    cleans = [example for example in rule.examples if isinstance(example, Clean)]
    if not flags or len(cleans) < len(flags):
        raise ValueError(f"{rule.id}: it needs at least one Flag, and a Clean for each")
    if any(example.kind not in rule.kinds for example in rule.examples):
        raise ValueError(f"{rule.id}: an example is of a kind that the rule does not look at")
    unknown = [number for number in rule.articles if number not in ARTICLES]
    if unknown or not rule.articles:
        raise ValueError(f"{rule.id}: articles {unknown} are not in rules/articles.py, or there is none")


def digest(rules: Sequence[Rule]) -> str:
    """Return SHA-256 in hex over what the rules say and prove: two runs with one digest used the same rules."""
    return combined({rule.id: rule_digest(rule) for rule in rules})


def combined(digests: Mapping[str, str]) -> str:
    """Return the digest of a set of rules from the digest of each by its id, so that others can compute it too."""
    return _sha256(dict(digests))


def rule_digest(rule: Rule) -> str:
    """Return SHA-256 in hex over what one rule says and proves."""
    return _sha256({
        "id": rule.id,
        "title": rule.title,
        "category": rule.category.value,
        "severity": rule.severity.label,
        "why": rule.why,
        "remedy": rule.remedy,
        "articles": rule.articles,
        "source": rule.source,
        "dpv": rule.dpv,
        "kinds": [kind.value for kind in rule.kinds],
        "gate": [(gate if isinstance(gate, bytes) else gate[1].pattern).hex() for gate in rule.gate],
        "rewrites": rule.rewrite is not None,
        "examples": [_example(example) for example in rule.examples],
    })  # fmt: skip


def _sha256(stated: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _example(example: Flag | Clean) -> list[object]:
    stated: list[object] = [type(example).__name__, example.kind.value, example.data.hex(), example.why]
    if isinstance(example, Flag):
        stated += [example.finds, None if example.rewritten is None else example.rewritten.hex()]
    return stated if example.path == "body" else [*stated, example.path]
