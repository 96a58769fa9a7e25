"""`confluence-gdpr rewrite`: standard input to standard output, for scripts and for proof."""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.people import MAPPING, encoding_option
from audit.cli.surroundings import surrounding_options

if TYPE_CHECKING:
    from rules.context import Context

HELD = 1


@click.command()
@click.option(
    "--kind",
    type=click.Choice(["storage", "adf", "cql", "jql", "payload"]),
    required=True,
    help="What comes in.",
)
@click.option(
    "--mapping",
    "mapping_path",
    type=click.Path(path_type=Path),
    required=True,
    help=f"{MAPPING}.",
)
@encoding_option
@click.option(
    "--held",
    "held_path",
    type=click.Path(path_type=Path),
    help="File for what stays as it is: one JSON record a line, with places in bytes, values masked. It is replaced.",
)
@click.option("--lines", "by_line", is_flag=True, help="Each line is a document of its own, such as a query.")
@surrounding_options
@click.pass_context
def rewrite(
    context: click.Context,
    surroundings: Context,
    kind: str,
    mapping_path: Path,
    encoding: str | None,
    held_path: Path | None,
    *,
    by_line: bool,
) -> None:
    """Rewrite retired identifiers to account ids, from standard input to standard output.

    Only the bytes of an identifier change, each rewrite is proved before it is written, and what cannot be resolved
    or read comes out unchanged, byte for byte.

    Exits with 0 when nothing is left, 1 when something was held: a retired identifier, a login in an address, or a
    query or document that cannot be read. A record in --held says which, why and where: `start` and `end` are bytes of
    the whole input, as in `scan`; for what cannot be read they are the byte at which reading stopped, the same place
    that `parse` gives as a character of the query. `count` is more than 1 where a query stays as a whole because it
    would become too long: one record stands for all the people in it then.
    """
    from audit.cli.scan import kind_of
    from audit.files import check_apart, write_whole
    from audit.filtering import rewritten
    from audit.identity.csv import read_mapping
    from rules.model import Kind
    from rules.registry import load

    if sys.stdout is None:  # the shell closed it: `>&-`
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), "standard output")
    if held_path is not None:
        check_apart(held_path, mapping_path)
    mapping = read_mapping(mapping_path, encoding)
    result = rewritten(
        sys.stdin.buffer.read(),
        kind_of(kind) or Kind.STORAGE,
        load(),
        mapping.resolve,
        by_line=by_line,
        context=replace(surroundings, known=surroundings.known | mapping.identifiers()),
    )
    records = [each.as_json() for each in result.kept]
    if held_path is not None:
        write_whole(held_path, "".join(f"{record}\n" for record in records).encode(), force=True)
    sys.stdout.buffer.write(result.data)
    sys.stdout.buffer.flush()
    click.echo(f"{result.replaced} replaced, {sum(each.count for each in result.kept)} held.", err=True)
    context.exit(HELD if result.kept else 0)
