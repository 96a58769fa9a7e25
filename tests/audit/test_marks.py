"""What a page must not lose when it is saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.canonical import canonical
from audit.marks import lost
from tests.audit.writing import Scene, check_invariants, outcomes, page, site_of

pytestmark = pytest.mark.anyio

WHOLE = (
    b'<p><ri:user ri:account-id="x"/><ac:inline-comment-marker ac:ref="8f1c">seen</ac:inline-comment-marker></p>'
    b'<ac:structured-macro ac:name="code" ac:macro-id="5b1d"><ac:plain-text-body><![CDATA[a < b]]></ac:plain-text-body>'
    b'</ac:structured-macro><ac:image><ri:attachment ri:filename="plan.png"/></ac:image><ac:structured-macro ac:name="toc"/>'
)
CHANGES = {
    "an anchor that moved to another comment": (b'ac:ref="8f1c"', b'ac:ref="0000"', "anchors"),
    "an anchor that is gone": (
        b'<ac:inline-comment-marker ac:ref="8f1c">seen</ac:inline-comment-marker>',
        b"seen",
        "anchors",
    ),
    "a macro with another id": (b'ac:macro-id="5b1d"', b'ac:macro-id="6c2e"', "ids of macros"),
    "a macro without its id": (b' ac:macro-id="5b1d"', b"", "ids of macros"),
    "a macro that is gone": (b'<ac:structured-macro ac:name="toc"/>', b"", "ids of macros"),
    "text for a CDATA section": (b"<![CDATA[a < b]]>", b"a &lt; b", "CDATA"),
    "another CDATA section": (b"a < b", b"a > b", "CDATA"),
    "another attachment": (b"plan.png", b"other.png", "attachments"),
    "an attachment that is gone": (b'<ri:attachment ri:filename="plan.png"/>', b"", "attachments"),
}


@pytest.mark.parametrize(("old", "new", "says"), CHANGES.values(), ids=CHANGES)
def test_each_mark_that_is_lost_or_changed_is_named(old: bytes, new: bytes, says: str) -> None:
    assert old in WHOLE
    found = lost("body", WHOLE, WHOLE.replace(old, new))
    assert found is not None
    assert says in found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"", b""),
        (
            b'<ac:structured-macro ac:name="toc"/>',
            b'<ac:structured-macro ac:name="toc" ac:macro-id="new"></ac:structured-macro>',
        ),
        (b"<p>", b'<p local-id="77">'),
    ],
)
def test_what_the_site_adds_where_nothing_was_is_no_loss(old: bytes, new: bytes) -> None:
    stored = WHOLE.replace(old, new)
    assert lost("body", WHOLE, stored) is None
    assert canonical("body", stored) == canonical("body", WHOLE)


def test_an_access_list_has_no_marks() -> None:
    assert lost("restrictions", b"{}", b"[]") is None


@pytest.mark.parametrize(("old", "new", "says"), CHANGES.values(), ids=CHANGES)
async def test_a_site_that_loses_a_mark_stops_the_run_and_says_which(
    tmp_path: Path, old: bytes, new: bytes, says: str
) -> None:
    text = WHOLE.replace(b'ri:account-id="x"', b'ri:username="ada.quill"').decode()
    scene = Scene(site_of(page("101", text), page("102")), tmp_path)
    await scene.make()
    scene.site.normalise = lambda data: data.replace(old, new)
    result = await scene.apply()
    assert outcomes(result) == ["diverged", "planned"]
    assert result.exit_code == 3
    assert "stored something else" in result.stopped
    assert says in result.stopped
    check_invariants(scene, lossy=True)


async def test_where_the_text_that_was_sent_is_lost_its_hash_still_decides(tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    from audit.errors import Unreachable

    for statement in ("DELETE FROM image WHERE role = 'planned'", "UPDATE image SET sealed = zeroblob(40)"):
        folder = tmp_path / statement[:6]
        folder.mkdir()
        scene = Scene(site_of(page("101")), folder)
        await scene.make()
        scene.site.faults[1] = "reset after"
        scene.site.fetch_faults[scene.site.fetches + 2] = Unreachable(what="gone")
        await scene.apply()
        with closing(sqlite3.connect(scene.journal_path)) as connection, connection:
            connection.execute(statement)
        assert outcomes(await scene.apply()) == ["applied"]


async def test_images_sealed_with_a_lost_key_leave_the_hash_to_decide(tmp_path: Path) -> None:
    from audit.journal import Journal
    from audit.records import Purpose
    from audit.vault import Vault
    from audit.write import Writer, Written
    from tests.audit.writing import KEY

    scene = Scene(site_of(page("101")), tmp_path)
    await scene.make()
    await scene.apply()
    journal = Journal.open(scene.journal_path, scene.clock)
    writer = Writer(scene.site, journal, Vault(bytes(32)), KEY, scene.sleeps)
    (intent,) = journal.intents(Purpose.APPLY)
    found = await writer.settled(intent.op, acked=True)
    journal.close()
    assert isinstance(found, Written)
    assert found.outcome.value == "applied"
