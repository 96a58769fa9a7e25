"""`python -m audit` is `confluence-gdpr`."""

from audit.cli.main import run

run()
