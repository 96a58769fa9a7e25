"""`confluence-gdpr plan review`: a person accepts or declines single actions of a plan."""

from __future__ import annotations

import getpass
import os
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import (
    Setup,
    accepted_option,
    audience_option,
    chosen_formats,
    language_option,
    now,
    setup_options,
)
from audit.cli.readers import Readers
from audit.cli.writing import check_places, render_beside
from audit.errors import PlanError, UsageError

if TYPE_CHECKING:
    from audit.plan_file import Action, Plan
    from audit.review import Verdict, Verdicts
    from reports.evidence import Evidence

HELD = 1
ANSWERS = {"a": "accept", "d": "decline", "A": "accept this and all others", "D": "decline this and all others"}


@click.command()
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@click.option(
    "--decisions", type=click.Path(path_type=Path), help="CSV or TOML: action, decision, by, why. Nobody is asked then."
)
@click.option("--out", type=click.Path(path_type=Path), help="The new plan.  [default: PLAN with -reviewed]")
@click.option("--format", "formats", default="html,pdf", show_default=True, help="Reports written beside the new plan.")
@click.option("--by", metavar="NAME", help="Who reviews, when asked at the terminal.  [default: the login]")
@click.option("--force", is_flag=True, help="Replace a plan that exists.")
@accepted_option
@audience_option
@language_option
@setup_options
@click.pass_context
def review(
    context: click.Context,
    setup: Setup,
    plan_file: Path,
    decisions: Path | None,
    out: Path | None,
    by: str | None,
    formats: str,
    accepted_path: Path | None,
    audience: str | None,
    language: str | None,
    *,
    force: bool,
) -> None:
    """Accept or decline single actions of PLAN and write what is left as a plan of its own. PLAN stays as it is.

    At a terminal each action is shown, masked as in the report, and asked about. A file of decisions names every
    action once; the action * stands for all that it does not name. Declined actions are held with who declined them
    and when; reviewers are named by a mask and a keyed hash. The report of the new plan shows who decided what.

    Exits with 1 when the new plan holds something back.
    """
    from audit.plan_file import read_any_plan
    from audit.review import read_verdicts

    readers = Readers.of(setup, audience, language, accepted_path)
    place = out or reviewed_place(plan_file)
    forms = chosen_formats(formats, least=0)
    plan = read_any_plan(plan_file)
    if place.resolve() == plan_file.resolve():
        raise UsageError(what="The plan would be replaced by its review", where=str(place), fix="Name another --out.")
    check_places(place, forms, keep=(plan_file, *filter(None, (decisions,))), force=force)
    verdicts = read_verdicts(decisions) if decisions is not None else _asked(plan, by)
    new, evidence = write_review(setup, plan, verdicts, place, readers, force=force)
    render_beside(place, evidence, forms, force=force)
    click.echo(f"Next: confluence-gdpr apply {place}")
    context.exit(HELD if new.held else 0)


def reviewed_place(plan_file: Path) -> Path:
    """Return where the review of a plan is written unless another place is named."""
    return plan_file.with_name(f"{plan_file.stem}-reviewed{plan_file.suffix}")


def write_review(
    setup: Setup,
    plan: Plan,
    verdicts: Verdicts,
    place: Path,
    readers: Readers,
    *,
    force: bool,
) -> tuple[Plan, Evidence]:
    """Write what is left of a plan to `place`, say so, and return it with what its reports are made from.

    Raises `UsageError` as `reviewed` and `write_plan` do, and `GuardError` while the run is being purged.
    """
    from audit.plan_file import write_plan
    from audit.review import reviewed

    workspace = setup.workspace()
    run = workspace.run_path(plan.run_id)
    with workspace.using(run):
        new = reviewed(plan, verdicts, workspace.vault(run), key=workspace.key(), now=now(), roles=setup.roles())
        evidence = readers.see(_evidence(setup, new, run, place.name), workspace.key())
    write_plan(new, place, force=force)
    declined = len(plan.actions) - len(new.actions)
    click.echo(f"Plan {new.id}: {len(new.actions)} actions accepted, {declined} declined, {len(new.held)} places held.")
    click.echo(str(place))
    return new, evidence


def _evidence(setup: Setup, plan: Plan, run: Path, name: str) -> Evidence:
    """Return what the report of a reviewed plan is made from; nothing is asked of the site."""
    from audit.conditions import conditions_of
    from audit.config import thresholds
    from audit.evidence import change_evidence
    from audit.journal import Journal
    from audit.plan_file import dry_run
    from audit.run import RunStore
    from reports.evidence import Purpose
    from rules.registry import load

    bounds = thresholds(os.environ, setup.config_path)
    path = run / "journal.db"
    with ExitStack() as stack:
        journal = stack.enter_context(closing(Journal.open(path, now))) if path.exists() else None
        facts = conditions_of(plan, name, bounds, journal)
        store = stack.enter_context(RunStore.reading(run / "run.db"))
        return change_evidence(store, load(), Purpose.DRY_RUN, facts, *dry_run(plan))


def _asked(plan: Plan, by: str | None) -> dict[str, Verdict]:
    """Return what the person at the terminal says about each action."""
    from audit.redaction import redactions
    from audit.review import EVERY_OTHER, Verdict

    if not sys.stdin.isatty():
        raise UsageError(
            what="Nobody can be asked",
            where="standard input",
            why="it is no terminal",
            fix="Give the decisions in a file with --decisions.",
        )
    name = by or getpass.getuser()
    # Redactions are accepted one by one: an answer that is refused in the end would cost the reviewer all others.
    taken = [one for one in ANSWERS if one != "A" or not redactions(plan)]
    question = f"a(ccept), d(ecline), {'A or D' if 'A' in taken else 'D'} for all others, q(uit)"
    said: dict[str, Verdict] = {}
    for number, action in enumerate(plan.actions, start=1):
        _show(action, f"{number} of {len(plan.actions)}")
        choice = click.prompt(question, type=click.Choice([*taken, "q"]))
        if choice == "q":
            raise PlanError(what="The review was not finished", where=f"plan {plan.id}", fix="Nothing was written.")
        accepted = choice.lower() == "a"
        why = "" if accepted else click.prompt("Why", default="", show_default=False)
        said[action.id] = Verdict(accepted, name, why)
        if choice.isupper():
            said[EVERY_OTHER] = Verdict(accepted, name, why)
            break
    return said


def _show(action: Action, number: str) -> None:
    """Write one action: where it is, and each replacement before and after, masked."""
    click.secho(f"\n{action.id} ({number})  {action.ref.type.value} {action.ref.id} {action.part}", bold=True)
    for line in (f"space {action.ref.space}" if action.ref.space else "", action.title, action.url):
        if line:
            click.echo(f"  {line}")
    for edit in action.edits:
        click.echo(f"  line {edit.view.line}, {edit.view.rule}: {edit.view.path}")
        click.echo(f"    - {edit.view.before}")
        click.echo(f"    + {edit.view.after}")
