"""`confluence-gdpr publish`: what a run has to show goes straight to the site, to nobody else."""

from __future__ import annotations

import click

from audit.cli.publish_assets import assets
from audit.cli.publish_jira import jira
from audit.cli.publish_page import page


@click.group()
def publish() -> None:
    """Publish reports and evidence without a third party: from this process straight to the services of the site.

    Which bytes went to which host is printed and recorded in the run, so that later reports say it.
    """


publish.add_command(page)
publish.add_command(assets)
publish.add_command(jira)
