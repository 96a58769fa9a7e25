"""`confluence-gdpr`: the group of all commands. A command's module is imported when the command is called."""

from __future__ import annotations

import os
import resource
import sys
from importlib import import_module
from importlib.metadata import version

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "doctor": ("audit.cli.doctor", "Check credentials, rights and endpoints before an audit."),
    "audit": ("audit.cli.audit", "Read a site and find legacy identifiers and personal data."),
    "report": ("audit.cli.report", "Render a run as HTML, PDF, CSV, JSON or SARIF."),
    "subject": ("audit.cli.subject", "All that the site holds about one person: Articles 15, 17 and 20."),
    "identities": ("audit.cli.identities", "Who is who: which account each retired identifier belongs to."),
    "plan": ("audit.cli.plan", "Dry run: compute every change, write nothing to the site."),
    "apply": ("audit.cli.apply", "Carry out a plan, checked write by write."),
    "verify": ("audit.cli.verify", "Read everything that was written again and compare."),
    "residue": ("audit.cli.residue", "Old versions, drafts and trash that still hold what was removed."),
    "rollback": ("audit.cli.rollback", "Put back what a plan changed, where nobody edited since."),
    "scan": ("audit.cli.scan", "Look into files, code, queries and payloads; no site needed."),
    "rewrite": ("audit.cli.rewrite", "Filter: rewrite one document or lines of queries with a mapping."),
    "parse": ("audit.cli.parse", "Say whether CQL or JQL queries parse, and where they do not."),
    "rules": ("audit.cli.rules", "The rules: list, explain, test, and the rows of Atlassian's privacy guide."),
    "evidence": ("audit.cli.evidence", "A run as a signed package that an auditor can check, also without us."),
    "publish": ("audit.cli.publish", "Put reports on a restricted page, an Assets object or into Jira issues."),
    "runs": ("audit.cli.runs", "List the runs of the workspace."),
    "app": ("audit.cli.app", "For the vendor of an app: check it, report accounts, its modules at a site."),
    "login": ("audit.cli.login", "OAuth 2.0: consent in the browser once, so that commands act for you."),
    "serve": ("audit.cli.serve", "Runs, reports and the review of plans in a browser on this machine."),
    "watch": ("audit.cli.watch", "Look again at what changes: events of the site keep a run up to date."),
    "status": ("audit.cli.status", "What each run holds, how long it is kept, and what is overdue."),
    "keys": ("audit.cli.keys", "Put keys that were made before under a passphrase or the system keyring."),
    "purge": ("audit.cli.purge", "Destroy a run's keys and files."),
    "sandbox": ("audit.cli.sandbox", "A Confluence Cloud in memory to try the tool on."),
    "demo": ("audit.cli.demo", "The whole tour on the sandbox site."),
}
"""Name -> (module that exports a click command of that name, one line of help)."""


class LazyGroup(click.Group):
    """A group that knows the names and first lines of its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order in which they are used."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Return a command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands into the help text."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _refuse_token(context: click.Context, option: click.Parameter, value: str | None) -> None:
    from audit.cli.common import refuse_token

    refuse_token(context, option, value)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 nothing found, 1 findings, 2 usage, 3 incomplete, 4 refused by a guard, 5 the site failed.",
)
@click.version_option(version("confluence-gdpr"), prog_name="confluence-gdpr")
@click.option("--token", hidden=True, expose_value=False, callback=_refuse_token)
def main() -> None:
    """Audit a Confluence site for retired user identifiers and personal data, migrate it to account ids, prove it.

    Credentials come from the environment (CONFLUENCE_GDPR_EMAIL, CONFLUENCE_GDPR_TOKEN), a configuration file or the
    system keyring, never from the command line. Nothing is contacted but the sites that you name.
    """


def run() -> None:
    """Run the command line; what goes wrong becomes one paragraph on standard error and an exit code.

    Whatever the process makes is readable by its owner only, also what libraries put beside our files. Neither it nor
    what it starts leaves a core dump.
    """
    from audit.cli.common import guarded

    os.umask(0o077)
    # A core dump would hold credentials and found values in clear.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(guarded(lambda: main.main(standalone_mode=False)))
