"""Options of commands that work on files: what a run on a site would know of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from rules.context import Context

P = ParamSpec("P")
T = TypeVar("T")


def surrounding_options(command: Callable[Concatenate[Context, P], T]) -> Callable[P, T]:
    """Add the options; the command receives what they say as its first argument."""

    @click.option(
        "--host", "hosts", multiple=True, metavar="HOST", help="A host of your site, for links to it; may be repeated."
    )
    @click.option(
        "--picker",
        "pickers",
        multiple=True,
        metavar="FIELD",
        help="A field of Jira that holds people; may be repeated.",
    )
    @click.option(
        "--macros", type=click.Path(path_type=Path), help="TOML with rows of your own for the registry of macros."
    )
    @click.option(
        "--spaces",
        "space_keys",
        type=click.Path(path_type=Path),
        help="TOML with a section [personal_spaces]: old keys of personal spaces and those of today.",
    )
    @functools.wraps(command)
    def with_surroundings(*args: P.args, **kwargs: P.kwargs) -> T:
        from audit.files import check_apart
        from audit.knowing import surroundings
        from audit.spacekeys import read_pairs

        hosts, pickers, given = kwargs.pop("hosts"), kwargs.pop("pickers"), kwargs.pop("macros")
        told = kwargs.pop("space_keys")
        macros, held = given if isinstance(given, Path) else None, kwargs.get("held_path")
        keys = told if isinstance(told, Path) else None
        if isinstance(held, Path):
            check_apart(held, macros, keys)
        spaces = None if keys is None else read_pairs(keys)
        return command(surroundings(_words(hosts), _words(pickers), macros, (), spaces), *args, **kwargs)

    return with_surroundings


def _words(value: object) -> frozenset[str]:
    return frozenset(str(each).lower() for each in value) if isinstance(value, tuple) else frozenset()
