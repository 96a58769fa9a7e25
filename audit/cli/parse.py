"""`confluence-gdpr parse`: whether a query is one, for scripts and for proof."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

import click

UNPARSED_CODE = 1


@click.command()
@click.option("--kind", type=click.Choice(["cql", "jql"]), required=True, help="The language of the query.")
@click.option("--lines", is_flag=True, help="Take each line as a query of its own.")
@click.argument("file", type=click.File("rb"), default="-")
@click.pass_context
def parse(context: click.Context, kind: str, file: BinaryIO, *, lines: bool) -> None:
    """Read a query from FILE or standard input and say whether it parses: one line of JSON for each query.

    {"ok":true}, or {"ok":false,"at":N,"expected":"..."} with the character at which reading stopped. Ends with 1 when
    a query does not parse. Nothing of a query is repeated.
    """
    from rules import cql, jql
    from rules.queries import Unparsed

    code = 0
    for text in _queries(file, lines=lines):
        query = cql.parse(text) if kind == "cql" else jql.parse(text)
        answer: dict[str, object] = {"ok": True}
        if isinstance(query, Unparsed):
            answer = {"ok": False, "at": query.at, "expected": query.expected}
            code = UNPARSED_CODE
        click.echo(json.dumps(answer, separators=(",", ":")))
    context.exit(code)


def _queries(file: BinaryIO, *, lines: bool) -> Iterator[str]:
    """Yield the queries of a file. Bytes that are no text become replacement characters."""
    if not lines:
        yield file.read().decode("utf-8", "replace")
        return
    for line in file:
        yield line.rstrip(b"\r\n").decode("utf-8", "replace")
