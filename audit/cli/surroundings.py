"""Options of commands that work on files: what a run on a site would know of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from audit.knowing import Knowledge
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


def judging_options(command: Callable[Concatenate[Judging, P], T]) -> Callable[P, T]:
    """Add the options that say what the configuration of a site would; the command receives `Judging` first."""

    @click.option(
        "--detectors",
        "detectors_path",
        type=click.Path(path_type=Path),
        help="TOML with detectors of your own, as the setting `detectors` names it.",
    )
    @click.option(
        "--region",
        "regions",
        multiple=True,
        metavar="CC",
        help="A country in whose national form numbers count, like DE; may be repeated.",
    )
    @click.option(
        "--allow",
        "allowed",
        multiple=True,
        metavar="ADDRESS",
        help="An e-mail address of the house; acme.example: the functions in that domain (info@, support@);"
        " @acme.example: all of it. May be repeated.",
    )
    @functools.wraps(command)
    def with_judging(*args: P.args, **kwargs: P.kwargs) -> T:
        path, regions, allowed = kwargs.pop("detectors_path"), kwargs.pop("regions"), kwargs.pop("allowed")
        own = path if isinstance(path, Path) else None
        return command(Judging(own, _texts(regions), _texts(allowed)), *args, **kwargs)

    return with_judging


@dataclass(frozen=True, slots=True)
class Judging:
    """What options say of detectors and of the house."""

    detectors: Path | None
    regions: tuple[str, ...]
    allowed: tuple[str, ...]

    def told(self, context: Context) -> Knowledge:
        """Return the rules, and the context with what the options say. Raises `UsageError`."""
        from audit.errors import UsageError
        from audit.house import REGIONS, WrongKey, allow, regions
        from audit.knowing import with_detectors

        whole = [one[1:] for one in self.allowed if one.startswith("@")]
        addresses = [one for one in self.allowed if "@" in one[1:]]
        domains = [one for one in self.allowed if "@" not in one]
        try:
            codes = frozenset(regions(self.regions))
            known = allow({"addresses": addresses, "domains": domains, "whole_domains": whole}).known
        except WrongKey as error:
            option = "--region" if error.key == REGIONS else "--allow"
            raise UsageError(what="An option cannot be used", where=option, why=str(error), fix=error.fix) from error
        return with_detectors(replace(context, regions=codes, allowed=known), self.detectors)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def _words(value: object) -> frozenset[str]:
    return frozenset(str(each).lower() for each in value) if isinstance(value, tuple) else frozenset()
