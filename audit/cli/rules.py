"""`confluence-gdpr rules`: what is looked for, why, and proof that it is found."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from audit.errors import UsageError
    from rules.guide import Row
    from rules.rule import Example, Rule

FAILED = 1

_config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help="TOML file with settings: the detectors that it names are rules too.",
)


@click.group(invoke_without_command=True)
@click.pass_context
def rules(context: click.Context) -> None:
    """List and explain the rules, and run their examples. Without a command: both tables."""
    if context.invoked_subcommand is None:
        context.invoke(list_rules)
        click.echo()
        context.invoke(guide)


def _loaded(config_path: Path | None) -> tuple[Rule, ...]:
    """Return all rules, those of the detectors that the configuration names included, whether they hold or not."""
    from audit.config import detectors
    from audit.knowing import rules_with
    from audit.owndetectors import NONE, read_detectors

    path = detectors(os.environ, config_path)
    return rules_with(NONE if path is None else read_detectors(path))


@rules.command("list")
@_config_option
def list_rules(config_path: Path | None = None) -> None:
    """List every rule: id, severity, whether it rewrites, title."""
    loaded = _loaded(config_path)
    width = max(len(rule.id) for rule in loaded)
    for rule in loaded:
        rewrites = "rewrites" if rule.rewrite is not None else "reports"
        click.echo(f"{rule.id:{width}}  {rule.severity.label:8}  {rewrites:8}  {rule.title}")


@rules.command("guide")
def guide() -> None:
    """List the rows of Atlassian's user-privacy guide, and the rules that answer for each."""
    from rules.guide import ROWS

    width = max(len(row.id) for row in ROWS)
    for row in ROWS:
        click.echo(f"{row.id:{width}}  {row.subject}: {row.change}")
        click.echo(f"{'':{width}}  {row.outcome} ({', '.join(row.rules)})")


@rules.command("show")
@click.argument("rule_id", metavar="ID")
@_config_option
def show(rule_id: str, config_path: Path | None) -> None:
    """Explain one rule, with its examples, or one row of the guide. All people in them are invented."""
    from audit.owndetectors import known_id
    from rules.guide import ROWS

    loaded = {rule.id: rule for rule in _loaded(config_path)}
    rows = {row.id: row for row in ROWS}
    rule_id = known_id(rule_id, loaded)
    if rule_id in loaded:
        _show_rule(loaded[rule_id])
    elif rule_id in rows:
        _show_row(rows[rule_id], loaded)
    else:
        raise _unknown(rule_id, "rules show", [*loaded, *rows])


def _unknown(rule_id: str, where: str, ids: Iterable[str]) -> UsageError:
    """Return the error for an id that nothing has, naming the nearest ones."""
    from difflib import get_close_matches

    from audit.errors import UsageError

    near = get_close_matches(rule_id.lower(), sorted(set(ids)), n=3, cutoff=0.5)
    return UsageError(
        what=f"There is no rule {rule_id}",
        where=where,
        fix=(f"Did you mean {' or '.join(near)}? " if near else "")
        + "`confluence-gdpr rules` lists the rules and the rows of the guide.",
    )


def _show_row(row: Row, loaded: Mapping[str, Rule]) -> None:
    from rules.guide import SOURCE

    facts = {"section": row.section, "change": row.change, "here": row.outcome, "source": SOURCE}
    click.echo(f"{row.id}: {row.subject}\n")
    for name, value in facts.items():
        click.echo(f"  {name:10}  {value}")
    click.echo("\nFound by:")
    width = max(len(each) for each in row.rules)
    for each in row.rules:
        click.echo(f"  {each:{width}}  {loaded[each].title}")
    click.echo(f"\n`confluence-gdpr rules show {row.rules[0]}` has examples.")


def _show_rule(rule: Rule) -> None:
    from rules.guide import rows_of

    rows = ", ".join(row.id for row in rows_of(rule.id))
    facts = {
        "severity": rule.severity.label,
        "category": rule.category.value,
        "GDPR": ", ".join(rule.articles),
        "looks at": ", ".join(kind.value for kind in rule.kinds),
        "rewrites": "yes" if rule.rewrite is not None else "no",
        "source": rule.source,
        "vocabulary": rule.dpv,
        "guide": rows or "-",
    }
    click.echo(f"{rule.id}: {rule.title}\n")
    for name, value in facts.items():
        click.echo(f"  {name:10}  {value}")
    click.echo(f"\nWhy it matters: {rule.why}\n\nWhat to do: {rule.remedy}")
    _show_examples(rule)


def _show_examples(rule: Rule) -> None:
    from reports.text import visible
    from rules.rule import Flag

    for example in rule.examples:
        flagged = isinstance(example, Flag)
        click.echo(f"\n{'Found' if flagged else 'Left alone'}: {example.why} ({example.kind.value})")
        click.echo(f"  {visible(example.data.decode('utf-8', 'replace'))}")
        if isinstance(example, Flag):
            click.echo(f"  finds: {visible(', '.join(example.finds))}")
            if example.rewritten is not None:
                click.echo(f"  becomes: {visible(example.rewritten.decode('utf-8', 'replace'))}")


@rules.command("test")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--examples",
    "more",
    multiple=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Examples of your own: a file, or a folder of .toml files; may be repeated. The same as naming it alone.",
)
@click.option("--rule", "chosen", multiple=True, metavar="ID", help="Only this rule; may be repeated.")
@_config_option
@click.pass_context
def test(
    context: click.Context,
    files: tuple[Path, ...],
    more: tuple[Path, ...],
    chosen: tuple[str, ...],
    config_path: Path | None,
) -> None:
    r"""Run the examples of all rules, and those of FILES.

    The rules of detectors that the configuration names (`detectors`) are among them: their examples are what they have
    to match and what they must not match.

    A file is TOML with a table for each example:

    \b
      [[flag]]
      rule = "legacy-mention"
      kind = "storage"
      why = "a mention in our template"
      data = '<ri:user ri:username="tbergmann"/>'    # or data_file
      finds = ["tbergmann"]
      rewritten = '<ri:user ri:account-id="…"/>'     # where the rule rewrites

    and [[clean]] with rule, kind, why and data. In a rewrite everybody becomes
    712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10.

    Exits with 1 when an example fails, and says which one, where it stands and why.
    """
    from audit.own_examples import read_examples
    from audit.owndetectors import known_id
    from rules.exercise import failure

    by_id = {rule.id: rule for rule in _loaded(config_path)}
    chosen = tuple(known_id(each, by_id) for each in chosen)
    for each in chosen:
        if each not in by_id:
            raise _unknown(each, "--rule", by_id)
    loaded = [rule for rule in by_id.values() if not chosen or rule.id in chosen]
    cases = [(f"{rule.id}: {example.why}", rule, example) for rule in loaded for example in rule.examples]
    for path in (*files, *more):
        for own in read_examples(path):
            if own.rule not in by_id:
                raise _unknown(own.rule, own.place, by_id)
            if not chosen or own.rule in chosen:
                cases.append((f"{own.place} ({own.rule}): {own.example.why}", by_id[own.rule], own.example))
    failed = 0
    for place, rule, example in cases:
        wrong = failure(rule, example)
        if wrong is not None:
            failed += 1
            click.echo(f"FAILED {place}\n  {_promise(example)}; {wrong}")
    click.echo(f"{len(loaded)} rules, {len(cases)} examples, {failed} failed")
    context.exit(FAILED if failed else 0)


def _promise(example: Example) -> str:
    from rules.rule import Flag

    if not isinstance(example, Flag):
        return f"{example.kind.value}, nothing to be found"
    return f"{example.kind.value}, {len(example.finds)} to be found"
