from __future__ import annotations

from pathlib import Path

import pytest

from audit.errors import Unreachable
from tests.audit.doubles import FakeSite
from tests.audit.writing import ADA, CLOSED, HUMAN_TEXT, Scene, body, page, restrictions, site_of, three

pytestmark = pytest.mark.anyio


async def standings(scene: Scene) -> list[str]:
    return [verified.standing.value for verified in await scene.verify()]


async def applied(folder: Path, site: FakeSite | None = None) -> Scene:
    scene = Scene(site or three(), folder)
    await scene.make()
    await scene.apply()
    return scene


async def test_what_was_applied_is_verified_and_verifying_writes_nothing(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    sent, records = len(scene.site.sent()), scene.states()
    assert await standings(scene) == ["verified"] * 3
    assert [verified.remaining for verified in await scene.verify()] == [0, 0, 0]
    assert (len(scene.site.sent()), scene.states()) == (sent, records)


async def test_an_access_list_is_verified_as_well(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(body("101"), restrictions("101"))
    await scene.apply()
    assert await standings(scene) == ["verified", "verified"]
    scene.site.pages["101"].restrictions = CLOSED
    assert await standings(scene) == ["verified", "diverged"]


async def test_an_edit_after_us_is_told_from_a_divergence(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    scene.site.pages["101"].edit(b"<p>A person wrote this</p>")
    number, message, author, text = scene.site.pages["102"].versions[-1]
    scene.site.pages["102"].versions[-1] = (number, message, author, text + b" ")
    del scene.site.pages["103"]
    assert await standings(scene) == ["changed-since", "diverged", "gone"]


async def test_what_was_written_and_is_in_the_trash_is_said_to_be_there(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    scene.site.pages["101"].status = "trashed"
    scene.site.pages["102"].status = "archived"
    assert await standings(scene) == ["trashed", "verified", "verified"]
    assert "in the trash" in (await scene.verify())[0].detail


async def test_an_old_identifier_that_came_back_is_counted(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    number, message, author, text = scene.site.pages["101"].versions[-1]
    again = f'<ri:user ri:username="{ADA[0]}"/>'.encode()
    scene.site.pages["101"].versions[-1] = (number, message, author, text + again + again)
    first = (await scene.verify())[0]
    assert (first.standing.value, first.remaining) == ("diverged", 2)
    assert "still finds" in first.detail


async def test_what_was_not_applied_or_was_rolled_back_is_said(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    await scene.make()
    assert await standings(scene) == ["not-applied"] * 3
    await scene.apply(stopping=lambda: "it was asked to stop" if scene.site.writes >= 1 else "")
    assert await standings(scene) == ["verified", "not-applied", "not-applied"]
    await scene.undo()
    assert await standings(scene) == ["rolled-back", "not-applied", "not-applied"]


async def test_what_was_not_written_says_why_from_the_journal(tmp_path: Path) -> None:
    scene = Scene(site_of(*(page(name) for name in ("101", "102", "103", "104"))), tmp_path)
    await scene.make()
    assert {one.detail for one in await scene.verify()} == {"apply was not run for it"}
    scene.site.pages["101"].edit(HUMAN_TEXT)
    scene.site.pages["102"].draft = b"<p>unfinished</p>"
    scene.site.faults[1] = "413"
    await scene.apply(stopping=lambda: "it was asked to stop" if scene.site.writes else "")
    details = [one.detail for one in await scene.verify()]
    assert details[0] == (
        "apply met a conflict, changed-since: version 7 was planned, version 8 is there, with another text; the"
        " versions since are of others"
    )
    assert details[1].startswith("apply held it back, ")
    assert details[1].endswith(": it has an unpublished draft")
    assert details[2] == "the write was rejected: the site refused the write with status 413"
    assert details[3] == "apply ended before it was sent"


async def test_a_write_in_doubt_is_said_to_be_in_doubt(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101")), tmp_path)
    await scene.make()
    scene.site.fetch_faults[3] = Unreachable(what="no answer")
    scene.site.faults[1] = "unreachable"
    await scene.apply()
    assert (await scene.verify())[0].detail.startswith("it was sent, and what became of it is not known")
