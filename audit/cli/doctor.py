"""`confluence-gdpr doctor`: what keeps an audit from being complete, or integrations from doing without usernames."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, execute, setup_options
from audit.errors import UsageError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from audit.config import Config
    from audit.doctor import Diagnosis
    from audit.replay.recorded import Recorded
    from audit.replay.results import Report

ATTEMPTS = 2
"""Of each request: a diagnosis should say soon that a site does not answer."""


@click.command()
@click.argument("site", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl"]),
    default="text",
    show_default=True,
    help="For people or for programs: json for the checks, jsonl with --privacy.",
)
@click.option(
    "--privacy",
    is_flag=True,
    help="Ask the calls of integrations with privacyMode=true and without: what do they still send and get?",
)
@click.option(
    "--har",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --privacy: the calls of this recording (HAR 1.2) instead of the guide's resources.",
)
@click.option(
    "--requests",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --privacy: the calls of this file, one METHOD URL a line.",
)
@setup_options
@click.pass_context
def doctor(
    context: click.Context,
    setup: Setup,
    site: str | None,
    form: str,
    har: Path | None,
    requests: Path | None,
    *,
    privacy: bool,
) -> None:
    """Check address, credentials, rights and endpoints. Nothing is written to the site and nothing is stored.

    SITE is its address, https://acme.atlassian.net; without it CONFLUENCE_GDPR_SITE counts.

    Exits with 0 when an audit would be complete, 3 when parts would be missing, 5 when it cannot begin.

    With --privacy only GET, HEAD and OPTIONS are sent, to this site and with its own credentials; other calls are
    judged from their recording. Exits with 0 when nothing retired was found, 1 with findings, 3 when something could
    not be asked, 5 when the site failed.
    """
    _check(form, har, requests, privacy=privacy)
    if privacy:
        recording, source = _recording(har, requests)
        report = _replay(setup, _brisk(setup.config(site)), recording, source)
        context.exit(_shown(report, form))
    from audit.doctor import as_json, as_text, examine

    config = _brisk(setup.config(site))

    async def work(_stop: asyncio.Event) -> Diagnosis:
        return await examine(lambda: setup.api(config), config)

    diagnosis = execute(work)
    click.echo(as_json(diagnosis) if form == "json" else as_text(diagnosis), nl=False)
    context.exit(diagnosis.exit_code)


def _check(form: str, har: Path | None, requests: Path | None, *, privacy: bool) -> None:
    """Raise `UsageError` for options that do not go together."""
    if not privacy and (har or requests or form == "jsonl"):
        wrong = "--har" if har else "--requests" if requests else "--format jsonl"
        raise UsageError(what=f"{wrong} goes with --privacy only", where=wrong, fix="Add --privacy, or leave it out.")
    if har and requests:
        raise UsageError(
            what="Two recordings are named", where="--har and --requests", fix="Give one of them at a time."
        )
    if privacy and form == "json":
        raise UsageError(what="A replay has no such format", where="--format json", fix="Give text or jsonl.")


def _brisk(config: Config) -> Config:
    return replace(config, limits=replace(config.limits, attempts=min(ATTEMPTS, config.limits.attempts)))


def _recording(har: Path | None, requests: Path | None) -> tuple[Sequence[Recorded] | None, str]:
    """Return the calls to replay, None for the built-in list, and what they are in words."""
    from audit.replay.privacy import BUILT_IN
    from audit.replay.recorded import read_archive, read_list

    if har is not None:
        return read_archive(har), f"the calls of {har.name}"
    if requests is not None:
        return read_list(requests), f"the calls of {requests.name}"
    return None, BUILT_IN


def _replay(setup: Setup, config: Config, recording: Sequence[Recorded] | None, source: str) -> Report:
    from audit.replay.judging import Judge
    from audit.replay.privacy import replay
    from rules.registry import load

    judge = Judge.of(load())

    async def work(_stop: asyncio.Event) -> Report:
        return await replay(lambda: setup.api(config), config, judge, recording, source=source)

    return execute(work)


def _shown(report: Report, form: str) -> int:
    """Print the report and return its exit code."""
    from audit.replay.shown import as_jsonl, as_text

    click.echo(as_jsonl(report) if form == "jsonl" else as_text(report), nl=False)
    return report.exit_code
