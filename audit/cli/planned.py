"""What every command that makes a plan takes, and what it does once the plan is made."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

from audit.cli.common import Setup, accepted_option, audience_option, chosen_formats, language_option
from audit.cli.readers import Readers
from audit.cli.writing import Bench, check_places, render_beside, show_held, show_single

if TYPE_CHECKING:
    from audit.plan_file import Plan
    from reports.format import Format

P = ParamSpec("P")
T = TypeVar("T")

HELD, INCOMPLETE = 1, 3


@dataclass(frozen=True, slots=True)
class Planning:
    """The options."""

    run_id: str | None
    out: Path
    formats: str
    """Names of report formats, separated by commas."""
    keys: tuple[str, ...]
    """Keys of properties that their owner has released."""
    unversioned: bool
    force: bool
    audience: str
    """For whom the reports are; empty: for whom the configuration says."""
    language: str
    """Of the reports; empty: what the configuration says."""
    accepted: Path | None
    """The list of accepted findings; None: the one that the configuration names."""

    @property
    def forms(self) -> Mapping[str, Format]:
        """Return the report formats. Raises `UsageError` for a name that is none."""
        return chosen_formats(self.formats, least=0)

    def options(self, **more: object) -> dict[str, str]:
        """Return what was asked for, with what else a command takes, as the plan and its reports name it."""
        from audit.conditions import in_words

        return in_words(dict(sorted({"property": self.keys, "unversioned": self.unversioned, **more}.items())))

    def check(self, setup: Setup, *keep: Path) -> Readers:
        """Return for whom the reports are, when plan and reports have a place to go to and replace nothing in `keep`.

        Raises `UsageError`.
        """
        check_places(self.out, self.forms, keep=keep, force=self.force)
        return Readers.of(setup, self.audience, self.language, self.accepted)

    def incomplete(self, at: Bench) -> bool:
        """Return whether the run lacks something, and say so: then the plan lacks it too."""
        from audit.evidence import run_facts

        why = run_facts(at.store).incomplete
        if why:
            click.echo(f"The audit is incomplete, and so is this plan: {why[0]}", err=True)
        return bool(why)

    def write(self, made: Plan, at: Bench, readers: Readers, verb: str, next_step: str) -> int:
        """Write a plan and its reports, say what it holds, and return the exit code for that.

        `verb` says what is done to its objects, `next_step` what to do with the file.
        """
        from audit.conditions import conditions_of
        from audit.evidence import change_evidence
        from audit.plan_file import dry_run, write_plan
        from reports.evidence import Purpose
        from rules.model import HeldReason

        write_plan(made, self.out, force=self.force)
        changes, held = dry_run(made)
        click.echo(f"Plan {made.id}: {len(changes)} objects to {verb}, {len(held)} places held. Nothing was written.")
        show_held(held)
        show_single(made)
        click.echo(str(self.out))
        facts = conditions_of(made, self.out.name, at.config.thresholds)
        evidence = change_evidence(at.store, at.rules, Purpose.DRY_RUN, facts, changes, held)
        render_beside(self.out, readers.see(evidence, at.key), self.forms, force=self.force)
        if changes:
            click.echo(f"Next: {next_step} {self.out}")
        unread = any(item.reason is HeldReason.NOT_READ for item in held)
        return INCOMPLETE if unread else HELD if held else 0


def planning_options(file: str) -> Callable[[Callable[Concatenate[Planning, P], T]], Callable[P, T]]:
    """Add the options of a command that writes a plan, by default to `file`; it receives what they say first."""

    def decorate(command: Callable[Concatenate[Planning, P], T]) -> Callable[P, T]:
        @click.option("--run", "run_id", metavar="ID", help="The audit to plan from.  [default: the latest]")
        @click.option(
            "--out", type=click.Path(path_type=Path), default=Path(file), show_default=True, help="The plan file."
        )
        @click.option(
            "--format", "formats", default="html,pdf", show_default=True, help="Reports written beside the plan."
        )
        @click.option(
            "--property", "keys", multiple=True, metavar="KEY", help="Take properties of this key (* fits all)."
        )
        @click.option(
            "--unversioned", is_flag=True, help="Take templates and properties of users, which have no version."
        )
        @click.option("--force", is_flag=True, help="Replace a plan and reports that exist.")
        @accepted_option
        @audience_option
        @language_option
        @functools.wraps(command)
        def with_planning(*args: P.args, **kwargs: P.kwargs) -> T:
            run_id, out, keys = kwargs.pop("run_id"), kwargs.pop("out"), kwargs.pop("keys")
            formats, audience, language = kwargs.pop("formats"), kwargs.pop("audience"), kwargs.pop("language")
            accepted = kwargs.pop("accepted_path")
            planning = Planning(
                run_id=run_id if isinstance(run_id, str) else None,
                out=out if isinstance(out, Path) else Path(file),
                formats=formats if isinstance(formats, str) else "",
                keys=tuple(map(str, keys)) if isinstance(keys, tuple) else (),
                unversioned=bool(kwargs.pop("unversioned")),
                force=bool(kwargs.pop("force")),
                audience=audience if isinstance(audience, str) else "",
                language=language if isinstance(language, str) else "",
                accepted=accepted if isinstance(accepted, Path) else None,
            )
            return command(planning, *args, **kwargs)

        return with_planning

    return decorate
