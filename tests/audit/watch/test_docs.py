"""docs/watch.md is true: its commands run as they are written, and it names every event and bound."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from audit.watch.receiver import LARGEST_BYTES
from audit.watch.told import EVENTS
from tests.audit.watch.conftest import SPACE, Watched
from tests.test_docs import commands

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "watch.md").read_text(encoding="utf-8")


def test_the_commands_of_the_page_run(watched: Watched) -> None:
    for line in commands(PAGE):
        name, *arguments = shlex.split(line)
        assert name == "confluence-gdpr"
        if "--base-url" in arguments:  # it runs until somebody stops it: another test does that
            assert watched.shell.run(*arguments, "--help") == 0
        elif arguments != ["audit", "--space", SPACE]:  # the run that is there was made by exactly this
            assert watched.shell.run(*arguments) == 0, watched.shell.err


def test_every_event_that_is_worked_on_stands_in_the_table() -> None:
    rows = " ".join(re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE))
    named = re.findall(r"`([a-z_*]+)`", rows)
    for event in EVENTS:
        assert event in named or f"{event.partition('_')[0]}_*" in named, event
    for name in named:
        assert name in EVENTS or name.endswith("_*")
    assert f"{LARGEST_BYTES // 1024} KiB" in PAGE
