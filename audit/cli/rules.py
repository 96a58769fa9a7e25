"""`confluence-gdpr rules`: what is looked for, why, and proof that it is found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rules.rule import Rule

FAILED = 1


@click.group(invoke_without_command=True)
@click.pass_context
def rules(context: click.Context) -> None:
    """List and explain the rules, and run their examples. Without a command: both tables."""
    if context.invoked_subcommand is None:
        context.invoke(list_rules)
        click.echo()
        context.invoke(guide)


@rules.command("list")
def list_rules() -> None:
    """List every rule: id, severity, whether it rewrites, title."""
    from rules.registry import load

    loaded = load()
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
def show(rule_id: str) -> None:
    """Explain one rule, with its examples. All people in them are invented."""
    from audit.cli.scan import rules_named
    from rules.guide import rows_of

    (rule,) = rules_named((rule_id,))
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
@click.option("--rule", "chosen", multiple=True, metavar="ID", help="Only this rule; may be repeated.")
@click.pass_context
def test(context: click.Context, files: tuple[Path, ...], chosen: tuple[str, ...]) -> None:
    r"""Run the examples of all rules, and those of FILES.

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

    Exits with 1 when an example fails.
    """
    from audit.cli.scan import rules_named
    from audit.errors import UsageError
    from audit.own_examples import read_examples
    from rules.exercise import failure

    loaded = rules_named(chosen)
    by_id = {rule.id: rule for rule in loaded}
    cases = [(f"{rule.id}: {example.why}", rule, example) for rule in loaded for example in rule.examples]
    for path in files:
        for own in read_examples(path):
            if own.rule not in by_id:
                raise UsageError(
                    what=f"There is no rule {own.rule}", where=own.place, fix="`confluence-gdpr rules list` names them."
                )
            cases.append((f"{own.place} ({own.rule})", by_id[own.rule], own.example))
    failed = 0
    for place, rule, example in cases:
        wrong = failure(rule, example)
        if wrong is not None:
            failed += 1
            click.echo(f"{place}: {wrong}")
    click.echo(f"{len(loaded)} rules, {len(cases)} examples, {failed} failed")
    context.exit(FAILED if failed else 0)
