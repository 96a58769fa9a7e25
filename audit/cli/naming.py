"""What commands after an audit have to know of people, so that they find again what it found."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from audit.cli.common import Setup, execute, warn
from audit.errors import UsageError

if TYPE_CHECKING:
    from audit.cli.writing import Bench
    from audit.identity.csv import Mapping
    from audit.plan_file import Plan
    from rules.context import Context

P = ParamSpec("P")
T = TypeVar("T")

PURPOSE = "names of the site's people"


def known_option(command: Callable[P, T]) -> Callable[P, T]:
    """Add the option that names the table of people of the audit; the command receives it as `known_path`."""
    return click.option(
        "--known",
        "known_path",
        metavar="CSV",
        type=click.Path(path_type=Path),
        help="The table of people that the audit was given: names of those who left are not on the site.",
    )(command)


def recogniser_option(command: Callable[P, T]) -> Callable[P, T]:
    """Add the option that asks for a model; the command receives it as `recogniser`, None where it is not given."""
    return click.option(
        "--recogniser",
        metavar="presidio[:LANG,...]",
        help="Let a model that is installed guess further names, always for review; slow. Needs the extra ner.",
    )(command)


def guessing(context: Context, option: str | None) -> tuple[Context, dict[str, str]]:
    """Return the context with the model that an option asks for, and what the conditions of the run state of it.

    Raises `UsageError` where it cannot be had.
    """
    if option is None:
        return context, {}
    from audit.knowing import RECOGNISER
    from audit.recogniser import opened

    model = opened(option)
    return model.told(context), {RECOGNISER: model.condition}


def rules_of(plan: Plan) -> frozenset[str]:
    """Return the rules whose findings a plan removes."""
    return frozenset(rule for action in plan.actions for rule in action.rules)


def with_names(
    at: Bench, setup: Setup, rules: Collection[str], known_path: Path | None, plan: Plan | None = None
) -> Bench:
    """Return the run with the names of the site's people in its context, where one of `rules` rests on them.

    Otherwise nothing is asked of the site, and the run is returned as it is; so it is where the audit was told to look
    for no names. Requests are noted for the report on `plan`. Raises `UsageError` when the audit had another table of
    people than `known_path` or a model that is not there, and `IncompleteError` when the site does not show its people.
    """
    from audit.knowing import NAMES, RECOGNISER
    from audit.people import needed
    from audit.recogniser import again
    from rules.detected import resting_on_names

    said: dict[str, str] = json.loads(at.store.get("options") or "{}")
    if resting_on_names(at.context).isdisjoint(rules):
        return at
    if RECOGNISER in said:
        at = replace(at, context=again(said[RECOGNISER]).told(at.context))
    if NAMES in said:
        return at
    mapping = _same_table(at, said, known_path)

    async def work(_stop: asyncio.Event) -> Context:
        opened = setup.api(at.config) if plan is None else at.connected(setup, plan, PURPOSE)
        async with opened as api:
            context, missing = await needed(api, at.context, mapping.people if mapping else ())
        for one in missing:
            warn(one.note)
        return context

    context = execute(work)
    return replace(at, context=replace(context, known=mapping.identifiers()) if mapping else context)


def _same_table(at: Bench, said: dict[str, str], path: Path | None) -> Mapping | None:
    """Return the table of people. Raises `UsageError` when it is not the one that the audit was given."""
    from audit.identity.csv import read_mapping
    from audit.knowing import KNOWN, told_to_rules

    mapping = None if path is None else read_mapping(path)
    now = told_to_rules(mapping.identifiers() if mapping else (), at.config, at.key)
    if said.get(KNOWN, "") == now.get(KNOWN, ""):
        return mapping
    raise UsageError(
        what="The audit was given another table of people",
        where="--known",
        why=f"run {at.path.name} looked for the names of {said.get(KNOWN, '') or 'nobody beside those of the site'}",
        fix="Give the same table with --known, or audit anew: other names would not be found again.",
    )
