"""A process that applies (or rolls back) a prepared plan against a site in a file, to be killed at any of its steps."""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from pathlib import Path

from audit.apply import apply_plan
from audit.journal import Journal
from audit.plan_file import read_plan
from audit.rollback import roll_back
from audit.vault import Vault
from rules.registry import digest
from tests.audit.doubles import Clock, FileSite, Sleeps
from tests.audit.writing import KEY, RULES, RUN_KEY, SITE, TOOL


async def main(folder: Path, step: str) -> None:
    """Do one step of the run in `folder`."""
    plan = read_plan(folder / "plan.json", site=SITE, rules_digest=digest(RULES), tool_version=TOOL)
    site = FileSite(folder / "state.site")
    journal = Journal.open(folder / "journal.db", Clock())
    work = apply_plan if step == "apply" else roll_back
    await work(plan, site, journal, Vault(RUN_KEY), key=KEY, lock=nullcontext(), sleep=Sleeps(), concurrency=1)
    journal.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
