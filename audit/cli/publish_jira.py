"""`confluence-gdpr publish jira`: one issue a page or a rule, closed when nothing is left."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, confirmed, execute, setup_options
from audit.cli.publishing import desk, note
from audit.cli.writing import Bench
from audit.errors import GuardError, UsageError

if TYPE_CHECKING:
    from audit.publish.jira import Action, Known
    from audit.publish.topics import By
    from reports.evidence import Evidence

PURPOSE = "publish: issues of Jira"
MOST = 100


@click.command()
@click.option("--project", required=True, metavar="KEY", help="Key of the project that the issues are in.")
@click.option(
    "--by", type=click.Choice(["page", "rule"]), default="page", show_default=True, help="One issue for each."
)
@click.option("--issue-type", default="", metavar="NAME", help="Type of new issues.  [default: Task]")
@click.option("--run", "run_id", metavar="ID", help="The run to publish.  [default: the latest]")
@click.option(
    "--most", type=click.IntRange(min=1), default=MOST, show_default=True, help="Refuse to make more issues at once."
)
@click.option("--dry-run", is_flag=True, help="Only show what would be made, changed, closed and opened again.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@setup_options
def jira(
    setup: Setup,
    project: str,
    by: str,
    issue_type: str,
    run_id: str | None,
    *,
    most: int,
    dry_run: bool,
    yes: bool,
) -> None:
    """Keep one issue for each page or rule with findings in a Jira project of the site.

    Issues hold counts, ids and links, no value of anybody. An issue is found again by a label, brought up to date when
    the counts change, closed when a complete run shows that nothing is left, and opened again when it comes back.
    What a run did not examine stays as it is. Findings that somebody accepted make no issue.

    Exits with 4 when a guard refused, 5 when the site did; the same command goes on from there.
    """
    from audit.publish.jira import PROJECT_KEY
    from audit.publish.topics import By

    if not PROJECT_KEY.fullmatch(project):
        raise UsageError(
            what="The project is not understood",
            where="--project",
            fix="Give the key that its issues begin with: capital letters, digits, underscores.",
        )
    with desk(setup, run_id, writes=not dry_run) as at:

        async def work(stop: asyncio.Event) -> None:
            call = _Call(at, setup, project, By(by), issue_type, most)
            await call.run(stop, dry_run=dry_run, yes=yes)

        execute(work, cancel=False)


class _Call:
    """One call of the command."""

    def __init__(self, at: Bench, setup: Setup, project: str, by: By, issue_type: str, most: int) -> None:
        self.at, self.setup, self.project, self.by = at, setup, project, by
        self.issue_type, self.most = issue_type, most

    async def run(self, stop: asyncio.Event, *, dry_run: bool, yes: bool) -> None:
        """Show what is to become of each issue, and do it. What went to the site is recorded in any case."""
        from audit.publish.jira import Tracker, issue_type, look
        from audit.publish.sent import exchanged
        from audit.publish.topics import included, is_settled, set_label, topics

        evidence, known = self._evidence(), self._known()
        wanted, label = topics(evidence, self.by), set_label(evidence.run.site, self.by)
        settled = partial(is_settled, evidence, self.at.store.looked_at(), self.by)
        async with self.setup.api(self.at.config) as api:
            try:
                kind = await issue_type(api, self.project, self.issue_type)
                actions = await look(api, self.project, label, wanted, settled, known)
                if self._agreed(actions, dry_run=dry_run, yes=yes):
                    tracker = Tracker(api, self.project, kind, label, included(evidence), known)
                    await tracker.carry_out(actions, _told, stop.is_set)
            finally:
                if not dry_run:
                    note(self.at, exchanged(PURPOSE, api, ()))

    def _evidence(self) -> Evidence:
        """Return what was found, with what somebody accepted marked."""
        from audit.evidence import audit_evidence
        from audit.standing import with_accepted

        return with_accepted(audit_evidence(self.at.store, self.at.rules), self.setup.accepted(None), self.at.key)

    def _known(self) -> Known:
        """Return the issues that this workspace made in the project."""
        from audit.publish.jira import Known
        from audit.publish.topics import digest_of

        return Known(self.at.workspace.path / f"publish-jira-{self.project}-{digest_of(self.at.config.site)}.json")

    def _agreed(self, actions: tuple[Action, ...], *, dry_run: bool, yes: bool) -> bool:
        """Show what is to be done and return whether it is. Raises `GuardError` for too many new issues."""
        counts = Counter(action.do.value for action in actions)
        for name, count in sorted(counts.items()):
            click.echo(f"{count:>6}  {name}")
        if dry_run:
            for action in actions:
                click.echo(f"{action.do.value:>12}  {action.issue or 'new issue'} about {action.about}")
            click.echo("Nothing was written: this is a dry run.", err=True)
            return False
        if counts["make"] > self.most:
            raise GuardError(
                what="More issues would be made than are allowed at once",
                where=f"project {self.project}",
                why=f"{counts['make']} are to be made, {self.most} may be",
                fix="Take --by rule, or a larger --most. Nothing was written.",
            )
        agreed = confirmed(f"Do this in project {self.project} on {self.at.config.site}?", yes=yes)
        if not agreed:
            click.echo("Nothing was written.", err=True)
        return agreed


def _told(action: Action, key: str) -> None:
    if action.do.value in {"make", "update", "reopen", "close"}:
        click.echo(f"{action.do.value}: {key} about {action.about}")
