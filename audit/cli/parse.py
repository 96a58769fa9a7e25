"""`confluence-gdpr parse`: whether a query is one, for scripts and for proof."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

import click

UNPARSED_CODE = 1
_BOM = b"\xef\xbb\xbf"


@click.command()
@click.option("--kind", type=click.Choice(["cql", "jql"]), required=True, help="The language of the query.")
@click.option("--lines", is_flag=True, help="Take each line as a query of its own.")
@click.argument("file", type=click.File("rb"), default="-")
@click.pass_context
def parse(context: click.Context, kind: str, file: BinaryIO, *, lines: bool) -> None:
    """Read a query from FILE or standard input and say whether it parses: one line of JSON for each query.

    {"ok":true}, or {"ok":false,"at":N,"expected":"..."}: N counts characters (Unicode code points) of the query from
    0, and is its length where the query ends too early; a quote that nothing closes is named where it opens. `scan`
    and `rewrite` name the same place in bytes of the whole input. CQL with an operator that Confluence documents as
    none of its field is refused at the operator, while the other commands still find the people in it. Bytes that
    are no UTF-8 are refused at the first of them. Nothing of a query is repeated.

    Ends with 1 when a query does not parse.
    """
    from rules import cql, jql
    from rules.queries import Unparsed, undecodable

    code = 0
    for data in _queries(file, lines=lines):
        text = data.decode("utf-8", "replace")
        query = undecodable(data) or (cql.refused(text) if kind == "cql" else jql.parse(text))
        answer: dict[str, object] = {"ok": True}
        if isinstance(query, Unparsed):
            answer = {"ok": False, "at": query.at, "expected": query.expected}
            code = UNPARSED_CODE
        click.echo(json.dumps(answer, separators=(",", ":")))
    context.exit(code)


def _queries(file: BinaryIO, *, lines: bool) -> Iterator[bytes]:
    """Yield the queries of a file, without the mark that some editors write before the first."""
    if not lines:
        yield file.read().removeprefix(_BOM)
        return
    for number, line in enumerate(file):
        query = line.removesuffix(b"\n").removesuffix(b"\r")
        yield query if number else query.removeprefix(_BOM)
