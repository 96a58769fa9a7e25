"""A plan holds what stands together and need not be one person, in pages and in lists of people alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.model import HeldReason
from tests.audit.writing import BEN, CLOSED, Scene, body, page, restrictions, site_of

pytestmark = pytest.mark.anyio


async def test_a_username_beside_a_key_that_nobody_knows_is_held_in_pages_and_in_lists(tmp_path: Path) -> None:
    stale = "2c9680839d34aaaa019d34aaaa019999"
    text = f'<p><ri:user ri:userkey="{stale}" ri:username="{BEN[0]}"/></p>'
    lists = CLOSED.replace(BEN[1].encode(), stale.encode())
    scene = Scene(site_of(page("101", text, restrictions=lists)), tmp_path)
    plan = await scene.make(body("101"), restrictions("101"))
    assert (lists != CLOSED, plan.actions) == (True, ())
    assert {item.reason for item in plan.held} == {HeldReason.UNRESOLVED}
    assert {item.part for item in plan.held} == {"body", "restrictions"}
    assert any("nobody can say that both mean one person" in item.detail for item in plan.held)
