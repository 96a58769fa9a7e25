"""`confluence-gdpr scan`: files and code, without a site."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import warn
from audit.cli.naming import guessing, recogniser_option
from audit.cli.pictures import ocr_option, opened_ocr
from audit.cli.surroundings import Judging, judging_options, surrounding_options

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from audit.sites.files import Piece, Refused, Wanted
    from rules.context import Context
    from rules.model import Kind
    from rules.rule import Rule

KINDS = ("auto", "storage", "adf", "cql", "jql", "payload", "descriptor", "code", "text")
CONFIDENCES = ("low", "medium", "high")
FINDINGS = 1
UNREADABLE = 3


class _Named(click.Path):
    """A path that is not empty: Python would take an empty one for the folder that one is in."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Return the path. An empty name, as a script writes it for a variable that is not set, is refused."""
        if value == "":
            self.fail("the name of a file or folder is empty.", param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=_Named(path_type=Path, allow_dash=True))
@click.option("--kind", type=click.Choice(KINDS), default="auto", show_default=True, help="What the files hold.")
@click.option("--lines", "by_line", is_flag=True, help="Each line is a document of its own: queries, JSON lines.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl", "sarif"]),
    default="text",
    show_default=True,
    help="For people, programs or code scanning.",
)
@click.option("--exclude", multiple=True, metavar="GLOB", help="Names or paths to pass over; may be repeated.")
@click.option("--rule", "chosen", multiple=True, metavar="ID", help="Only this rule; may be repeated.")
@click.option(
    "--confidence", type=click.Choice(CONFIDENCES), default="low", show_default=True, help="Report from here on."
)
@click.option(
    "--known",
    "known_path",
    metavar="CSV",
    type=click.Path(path_type=Path),
    help="A mapping of users: its usernames and user keys are known, so that macros nobody listed are looked at too,"
    " and its names are looked for in texts.",
)
@click.option(
    "--documents/--no-documents",
    "reads_documents",
    default=True,
    show_default=True,
    help="Read PDF, Office, OpenDocument, RTF, mail and ZIP files, and the metadata of pictures.",
)
@ocr_option
@recogniser_option
@surrounding_options
@judging_options
@click.pass_context
def scan(
    context: click.Context,
    judging: Judging,
    surroundings: Context,
    paths: tuple[Path, ...],
    kind: str,
    form: str,
    exclude: tuple[str, ...],
    chosen: tuple[str, ...],
    confidence: str,
    known_path: Path | None,
    ocr: str | None,
    recogniser: str | None,
    *,
    by_line: bool,
    reads_documents: bool,
) -> None:
    """Find retired identifiers and personal data in files. Folders are walked; - is the standard input.

    Storage bodies, ADF documents, queries, recorded answers, app descriptors and programs are told apart by
    themselves unless --kind says what they are; in programs only links, logins and what is retired count. Pages of
    the web are also read as their readers see them. Values are shown as masks only. Places in jsonl are bytes of
    the file, as is the one at which a file or query stops to be readable (`parse` gives it as a character of the
    query); those in text are lines and characters from 1. In documents, a place is a text of it (`content/page[3]`,
    `metadata/author`) and, in jsonl, bytes of that text. Each is read in a process of its own with limits of time
    and memory and without a network; one that cannot be read, or needs a password, is named.

    Folders of version control and tools (.git, .hg, .svn, .idea, .venv, venv, node_modules, __pycache__, .tox,
    .mypy_cache) are passed over unless PATH names one; standard error says how many there were, and their names.

    Exits with 0 when nothing was found, 1 with findings, 3 when something could not be read, such as a PATH that does
    not exist (named on standard error; everything else is scanned all the same), and 2 when an option is wrong.
    """
    from audit.attachments.readers import Readers
    from audit.identity.csv import read_mapping
    from audit.looking import Sight, as_json, as_sarif, as_text, complaint, look_at
    from audit.people import nameless, with_names
    from audit.sites.files import Wanted, read
    from audit.version import tool_version
    from rules.model import Confidence

    if known_path is not None:
        mapping = read_mapping(known_path)
        surroundings = with_names(replace(surroundings, known=mapping.identifiers()), (), mapping.people)
        if passed := nameless(mapping.people):
            warn(f"{passed} of the names in {known_path} are of one word, of an office or a test: not looked for.")
    knowledge = judging.told(surroundings)
    rules, (surroundings, guessed) = rules_named(chosen, knowledge.rules), guessing(knowledge.context, recogniser)
    for program in guessed.values():
        click.echo(f"Names are guessed by {program}", err=True)
    least = Confidence[confidence.upper()]
    readers = context.with_resource(Readers(1, ocr=opened_ocr(ocr, read=reads_documents, by="reading documents")))
    documents = readers.read if reads_documents else None
    wanted = Wanted(kind_of(kind), by_line=by_line, exclude=exclude, documents=documents)
    sights: list[Sight] = []
    unseen = []
    found = 0
    for each in look_at(_said(read(paths, wanted), wanted), rules, surroundings):
        if not isinstance(each, Sight):
            unseen += [each] if each.gap else []
            click.echo(complaint(each), err=True)
        elif each.confidence >= least:
            found += 1
            if form == "sarif":
                sights.append(each)
            else:
                click.echo(as_json(each) if form == "jsonl" else as_text(each))
    if form == "sarif":
        sys.stdout.buffer.write(as_sarif(sights, unseen, rules, tool_version()))
    context.exit(UNREADABLE if unseen else FINDINGS if found else 0)


def _said(parts: Iterable[Piece | Refused], wanted: Wanted) -> Iterator[Piece | Refused]:
    """Yield the parts, and say of a standard input without a sign of what it is what it was taken for."""
    from audit.sites.files import STANDARD_INPUT, Piece
    from rules.model import Kind

    unsaid = wanted.kind is None
    for each in parts:
        if unsaid and isinstance(each, Piece) and each.file == STANDARD_INPUT and each.part.kind is Kind.TEXT:
            click.echo("-: taken for plain text: --kind says what else it is", err=True)
            unsaid = False
        yield each


def kind_of(word: str) -> Kind | None:
    """Return the kind that a word of the command line means, None for `auto`."""
    from rules.model import Kind

    if word == "auto":
        return None
    return Kind.JSON if word == "payload" else Kind(word)


def rules_named(ids: tuple[str, ...], rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return those of `rules` with these ids, all of them where none is named."""
    from audit.errors import UsageError
    from audit.owndetectors import known_id

    known = {rule.id for rule in rules}
    ids = tuple(known_id(each, known) for each in ids)
    unknown = sorted(set(ids) - known)
    if unknown:
        raise UsageError(
            what=f"There is no rule {', '.join(unknown)}",
            where="--rule",
            fix="`confluence-gdpr rules list` names them all.",
        )
    return tuple(rule for rule in rules if not ids or rule.id in ids)
