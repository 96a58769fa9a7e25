"""A process that plans, applies, rolls back or rehearses against a site, to be killed at any of its steps.

The site lies in a file, so that it outlives the process, or is served at an address.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from audit.apply import apply_plan
from audit.journal import Journal
from audit.plan_file import read_plan, write_plan
from audit.rehearse import rehearse
from audit.rollback import roll_back
from audit.vault import Vault
from rules.registry import digest
from tests.audit.doubles import Clock, FileSite, Sleeps
from tests.audit.writing import KEY, RULES, RUN_KEY, SITE, TOOL, Scene

STEPS: dict[str, Any] = {
    "apply": partial(apply_plan, concurrency=1),
    "undo": roll_back,
    "rehearse": partial(rehearse, count=1),
}


async def main(folder: Path, step: str) -> None:
    """Do one step of the run in `folder`."""
    site = FileSite(folder / "state.site")
    if step == "plan":
        write_plan(await Scene(site, folder).make(), folder / "plan.json")
        return
    plan = read_plan(folder / "plan.json", key=KEY, site=SITE, rules_digest=digest(RULES), tool_version=TOOL)
    journal = Journal.open(folder / "journal.db", Clock())
    await STEPS[step](plan, site, journal, Vault(RUN_KEY), key=KEY, lock=nullcontext(), sleep=Sleeps())
    journal.close()


async def served(folder: Path, step: str, url: str) -> None:
    """Do one step of the run in `folder` on a sandbox that is served at `url`."""
    from tests.audit.faults.site import KEY as SMALL_KEY
    from tests.audit.faults.site import Small

    small = Small(folder, url=url)
    small.plan = read_plan(
        folder / "plan.json", key=SMALL_KEY, site=small.SITE, rules_digest=digest(RULES), tool_version=small.TOOL
    )
    await small.go(STEPS[step])


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]) if len(sys.argv) < 4 else served(Path(sys.argv[1]), *sys.argv[2:]))
