"""`confluence-gdpr audit`: read a site, store what was found."""

from __future__ import annotations

import base64
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from audit.cli.common import Setup, accepted_option, execute, now, setup_options, warn
from audit.cli.naming import guessing, recogniser_option
from audit.cli.pictures import ocr_option, opened_ocr
from audit.errors import GdprError, UsageError
from rules.masking import mask

if TYPE_CHECKING:
    import asyncio

    from audit.accepted import Entry
    from audit.crawl import Progress as Shown
    from audit.run import RunStore
    from audit.sites.cloud.site import Wanted
    from audit.vault import Vault
    from audit.workspace import Workspace
    from reports.evidence import Evidence
    from rules.rule import Rule

NOTHING, FINDINGS, INCOMPLETE = 0, 1, 3
OCR = "ocr"
"""Under which the conditions of a run state how text in pictures was read."""


@click.command()
@click.argument("site", required=False)
@click.option("--space", "spaces", multiple=True, metavar="KEY", help="Only this space; repeat for more.")
@click.option(
    "--include",
    metavar="LIST",
    default="",
    help="Also read what costs one request for each object: properties,attachment-contents,versions,likes,watches,"
    "user-properties,tree,look-and-feel; or the audit-log.",
)
@click.option("--deep", is_flag=True, help="All that --include takes but the audit-log, which has to be named.")
@click.option("--relation", "relations", multiple=True, metavar="NAME", help="Also read a relation that an app stores.")
@click.option("--custom-content", "custom", multiple=True, metavar="TYPE", help="A type of custom content to read.")
@click.option(
    "--known",
    "known_path",
    type=click.Path(path_type=Path),
    help="CSV of people, as for plan: parameters of unknown macros that equal one of them are reported.",
)
@ocr_option
@click.option("--no-names", is_flag=True, help="Do not look for the names of the site's people in texts.")
@recogniser_option
@click.option("--resume", is_flag=True, help="Go on with an interrupted or incomplete run.")
@click.option("--run", "run_id", metavar="ID", help="The run to resume.  [default: the latest]")
@accepted_option
@setup_options
@click.pass_context
def audit(
    context: click.Context,
    setup: Setup,
    site: str | None,
    spaces: tuple[str, ...],
    include: str,
    custom: tuple[str, ...],
    relations: tuple[str, ...],
    known_path: Path | None,
    ocr: str | None,
    accepted_path: Path | None,
    recogniser: str | None,
    *,
    deep: bool,
    no_names: bool,
    resume: bool,
    run_id: str | None,
) -> None:
    """Read a site and find legacy identifiers and personal data. Nothing is written to it.

    SITE is its address, https://acme.atlassian.net; without it CONFLUENCE_GDPR_SITE counts.

    Exits with 0 when nothing was found but what is accepted, 1 with other findings, 3 when anything in scope could
    not be read.
    """
    from audit.auditing import Audit, Conditions, resumable
    from audit.identity.csv import read_mapping
    from audit.knowing import NAMES, knowledge_of, told_to_rules
    from audit.people import Names, unnamed
    from audit.run import RunStore
    from audit.sites.cloud.options import CONTENTS
    from audit.sites.cloud.site import CloudSite, Wanted
    from audit.version import tool_version

    if run_id is not None and not resume:
        raise UsageError(
            what="--run names the run to resume", where="--run", why="--resume is missing", fix="Give both, or none."
        )
    config = setup.config(site)
    if config.auth.kind == "pat":
        raise UsageError(
            what="Confluence Data Center cannot be audited yet",
            where=config.site,
            why="this version reads Confluence Cloud",
            fix="`doctor` can check the token. For Cloud, use an API token with its e-mail address.",
        )
    names = _included(include, config.include, deep=deep)
    pictures = opened_ocr(ocr, read=CONTENTS in names, by=f"--include {CONTENTS}")
    mapping = read_mapping(known_path) if known_path else None
    known = mapping.identifiers() if mapping else frozenset()
    knowledge, entries = knowledge_of(config, known), setup.accepted(accepted_path)
    rules, (surroundings, guessed) = knowledge.rules, guessing(knowledge.context, recogniser)
    workspace = setup.workspace()
    path = workspace.run_path(run_id) if resume else workspace.new_run(now())
    with workspace.working(path):
        if resume:
            resumable(path)
        vault = workspace.vault(path)
        wanted = Wanted(spaces or config.spaces, names, custom or config.custom_content_types, relations, ocr)
        with RunStore(path / "run.db") as store:
            if resume:
                wanted = begun_for(store, vault, wanted, config.site)
            pictures = pictures or opened_ocr(wanted.ocr, read=CONTENTS in wanted.include, by=f"--include {CONTENTS}")
            store.set({"wanted": base64.b64encode(vault.seal(msgspec.json.encode(wanted), "wanted")).decode()})
            told = (
                options_shown(wanted)
                | told_to_rules(known, config, workspace.key())
                | ({NAMES: "off"} if no_names else {})
                | guessed
                | ({OCR: pictures.shown} if pictures else {})
            )
            conditions = Conditions(path.name, config.site, config.auth.kind, tool_version(), told)

            async def work(_stop: asyncio.Event) -> None:
                async with setup.api(config) as api, setup.files(config, pictures) as files:
                    source = CloudSite(api, config.site, wanted, files)
                    named = unnamed if no_names else Names(api, mapping.people if mapping else ())
                    with progress(setup.verbose) as show:
                        await Audit(
                            source, store, rules, workspace.key(), conditions, now, show, setup.on_event(),
                            surroundings, config.retention, named,
                        ).run()  # fmt: skip

            with _kept_or_removed(store, path):
                execute(work)
            evidence = _judged(store, rules, entries, workspace)
    _summary(evidence)
    context.exit(_exit_code(evidence))


def _judged(store: RunStore, rules: Sequence[Rule], entries: Sequence[Entry], workspace: Workspace) -> Evidence:
    """Return what a run found, with what is accepted and what is new since the run before."""
    from audit.evidence import audit_evidence
    from audit.standing import previous_run, with_accepted, with_comparison

    evidence = with_accepted(audit_evidence(store, rules), entries, workspace.key())
    earlier = previous_run(store, workspace, warn)
    return with_comparison(evidence, store, workspace, rules, earlier, warn) if earlier is not None else evidence


def _included(given: str, configured: Iterable[str], *, deep: bool) -> frozenset[str]:
    """Return what is read beside the usual. Raises `UsageError` for a name that nothing has."""
    from audit.sites.cloud.options import DEEP, INCLUDABLE

    names = frozenset(name.strip() for name in given.split(",") if name.strip()) or frozenset(configured)
    unknown = sorted(names - INCLUDABLE.keys())
    if unknown:
        raise UsageError(
            what=f"--include does not know {', '.join(unknown)}",
            where="--include",
            fix=f"It takes {', '.join(INCLUDABLE)}, separated by commas.",
        )
    return names | DEEP if deep else names


@contextmanager
def _kept_or_removed(store: RunStore, path: Path) -> Iterator[None]:
    """When an audit fails, say how to go on with what was read, or remove the run if nothing was."""
    try:
        yield
    except GdprError as error:
        if store.get("started_at_utc") and "--resume" not in error.fix:
            error.fix = f"{error.fix} What was read is kept: `confluence-gdpr audit --resume` goes on.".strip()
        raise
    finally:
        if not store.get("started_at_utc"):
            shutil.rmtree(path)


def begun_for(store: RunStore, vault: Vault, asked: Wanted, site: str) -> Wanted:
    """Return what a run was begun for. Raises `UsageError` when the command asks for something else."""
    sealed = store.get("wanted")
    if not sealed:
        return asked
    begun = msgspec.json.decode(vault.open(base64.b64decode(sealed), "wanted"), type=type(asked))
    if store.get("site") != site or (asked.given and asked != begun):
        raise UsageError(
            what="A run is resumed with the site and options it was begun with",
            where="--resume",
            why="others were given",
            fix="Leave them away, or audit anew without --resume.",
        )
    return begun


def options_shown(wanted: Wanted) -> dict[str, str]:
    """Return the options as reports show them: the key of a personal space names its owner and is masked."""
    keys = (f"~{mask('username', key[1:])}" if key.startswith("~") else key for key in wanted.spaces)
    return {
        "custom content": ", ".join(wanted.custom_content_types),
        "include": ", ".join(sorted(wanted.include)),
        **({"relation": ", ".join(wanted.relations)} if wanted.relations else {}),
        "space": ", ".join(keys),
    }


@contextmanager
def progress(verbose: bool) -> Iterator[Callable[[Shown], None]]:  # noqa: FBT001 - one switch
    """Show counts and an estimate on a terminal; elsewhere, and beside a log, show nothing until the summary."""
    if verbose or not sys.stderr.isatty():
        yield lambda _progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    columns = (
        SpinnerColumn(),
        TextColumn("pages and blog posts"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[objects]} objects in all"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("audit", total=None, objects=0)

        def show(now_at: Shown) -> None:
            bar.update(task, completed=now_at.pages, total=now_at.estimate, objects=f"{now_at.objects:,}")

        yield show


def _summary(evidence: Evidence) -> None:
    """Write the result: one line of verdict, one of coverage, what to do next."""
    from reports.evidence import RIGHTS

    run = evidence.run
    by_severity = ", ".join(f"{count} {one.label}" for one, count in evidence.by_severity().items() if count)
    read = sum(row.read for row in evidence.coverage)
    seen = sum(row.seen for row in evidence.coverage)
    severities = f" ({by_severity})" if by_severity else ""
    click.echo(f"Run {run.id}: {run.status.value}. {len(evidence.findings)} findings{severities}{_accepted(evidence)}.")
    click.echo(
        f"Read {read:,} of {seen:,} objects on {run.site} in {sum(host.requests for host in run.hosts)} requests."
    )
    click.echo(RIGHTS)
    for reason in run.incomplete[:5]:
        click.echo(f"  incomplete: {reason}")
    for line in _standing(evidence):
        click.echo(line)
    click.echo("Next: confluence-gdpr report --format html,pdf" + (
        "; confluence-gdpr plan --mapping users.csv" if any(one.rewritable for one in evidence.findings) else ""
    ))  # fmt: skip


def _accepted(evidence: Evidence) -> str:
    """Return how many findings are accepted, as the end of a sentence; nothing where no list was given."""
    return f", {len(evidence.findings) - len(evidence.open_findings())} accepted" if evidence.accepted else ""


def _standing(evidence: Evidence) -> Iterator[str]:
    """Yield what the list of accepted findings and the run before say: entries that do not hold, and the comparison."""
    from audit.compare import in_words
    from reports.standing import Validity

    for entry in evidence.accepted:
        name = entry.fingerprint or f"{entry.rule}, {entry.object}, {entry.subject}"
        place = f" (line {entry.line})" if entry.line else ""
        if entry.validity is Validity.EXPIRED:
            yield f"  accepted until {entry.until} only, {entry.findings} findings count again: {name}{place}"
        elif entry.validity is Validity.NOT_YET:
            yield f"  accepted from {entry.since} on only, {entry.findings} findings count until then: {name}{place}"
        elif entry.validity is Validity.AMBIGUOUS:
            yield (
                f"  ambiguous, {entry.findings} findings count: the mask fits several values; give the keyed hash"
                f" or the fingerprint: {name}{place}"
            )
        elif entry.validity is Validity.STALE:
            yield f"  accepted, but this run has no such finding: {name}{place}"
    if evidence.comparison is not None:
        yield in_words(evidence.comparison, [mark.standing for _, mark in evidence.marked() if mark.standing])


def _exit_code(evidence: Evidence) -> int:
    if evidence.run.incomplete:
        return INCOMPLETE
    return FINDINGS if evidence.open_findings() else NOTHING
