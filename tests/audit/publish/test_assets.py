from __future__ import annotations

import stat
from pathlib import Path

import pytest

from audit.errors import (
    Ambiguous,
    GuardError,
    IncompleteError,
    Missing,
    NotAuthenticated,
    Rejected,
    SiteError,
    Throttled,
    UsageError,
    WorkspaceError,
)
from audit.publish.assets import require_resumed, workspace_of
from audit.publish.steps import Step, Steps
from audit.sandbox.faults import FaultKind
from audit.sandbox.services import WORKSPACE
from audit.uploads import local_file
from tests.audit.cloud import ORIGIN, connected
from tests.audit.publish.objects import CREDENTIALS, FILE, LINK, MEDIA, OBJECT, Office, office
from tests.audit.publish.refusals import REFUSED, refusal

pytestmark = pytest.mark.anyio
ALL = [Step.LINKED, Step.LINKED]


@pytest.fixture
def at(tmp_path: Path) -> Office:
    return office(tmp_path)


async def test_files_are_uploaded_and_linked_under_their_names(at: Office) -> None:
    await at.attach()
    stored = at.sandbox.state.services.media
    for file, row in zip(at.files, at.attached, strict=True):
        one = stored[str(row["mediaId"])]
        assert (one.name, one.data, one.media_type) == (file.name, file.path.read_bytes(), file.media_type)
        assert (row["filename"], row["size"], row["contentType"]) == (file.name, file.size_bytes, file.media_type)
        assert row["comment"] == "evidence"
    assert [one.sha256 for one in at.sent] == [file.sha256 for file in at.files]
    assert {one.origin for one in at.sent} == {MEDIA}
    assert set(at.hosts) == {ORIGIN, MEDIA}


async def test_each_service_gets_its_own_credentials_and_no_others(at: Office) -> None:
    await at.attach()
    assert {entry.caller for entry in at.sandbox.log} == {"basic"}
    assert {entry.caller for entry in at.uploads} == {"bearer"}
    answers = [entry.path.rpartition("/")[2] for entry in at.sandbox.log]
    assert answers == ["credentials", OBJECT, "credentials", OBJECT]


async def test_a_second_call_sends_nothing(at: Office) -> None:
    await at.attach()
    await at.attach()
    assert at.told[2:] == [(file.name, False) for file in at.files]
    assert (len(at.uploads), len(at.links), len(at.attached)) == (2, 2, 2)


async def test_the_state_is_private_and_holds_neither_names_nor_secrets(at: Office) -> None:
    at.fault(FaultKind.STATUS, "POST", LINK, status=500)
    with pytest.raises(Ambiguous):
        await at.attach()
    path = at.steps().path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert "sandbox-" not in text
    assert not any(file.name in text for file in at.files)


async def test_an_expired_token_is_asked_for_once_more(at: Office) -> None:
    at.fault(FaultKind.UNAUTHORIZED, "POST", FILE)
    await at.attach()
    assert (at.how_far(), len(at.uploads), len(at.attached)) == (ALL, 3, 2)
    assert at.sandbox.state.services.issued == 3


async def test_a_token_that_never_counts_ends_the_call(at: Office) -> None:
    at.fault(FaultKind.UNAUTHORIZED, "POST", FILE, times=0)
    with pytest.raises(NotAuthenticated, match="nothing attached"):
        await at.attach()
    assert (at.how_far(), len(at.uploads), at.attached) == ([Step.WAITING] * 2, 2, [])


@pytest.mark.parametrize(("status", "kind", "words"), [*REFUSED, (404, Missing, "gone or hidden")])
async def test_a_refused_upload_says_what_is_where_and_can_be_gone_on_with(
    at: Office, status: int, kind: type[SiteError], words: str
) -> None:
    at.fault(FaultKind.STATUS, "POST", FILE, status=status, nth=2)
    assert "nothing is stored and nothing attached" in await refusal(at.attach, kind, words)
    assert at.how_far() == [Step.LINKED, Step.WAITING]
    await at.attach()
    assert (at.how_far(), len(at.attached)) == (ALL, 2)


async def test_a_file_above_the_limit_of_the_service_is_refused(at: Office) -> None:
    at.sandbox.state.services.largest_bytes = 5
    with pytest.raises(Rejected, match="larger than it takes"):
        await at.attach()


@pytest.mark.parametrize(
    ("status", "words"), [(401, "e-mail address and token"), (403, "right to edit the object"), (404, "Check --object")]
)
async def test_without_credentials_for_the_object_nothing_is_uploaded(at: Office, status: int, words: str) -> None:
    at.fault(FaultKind.STATUS, "GET", CREDENTIALS, status=status, times=0)
    with pytest.raises(SiteError, match=words) as caught:
        await at.attach()
    assert "larger" not in str(caught.value)
    assert at.uploads == []


@pytest.mark.parametrize("kind", [FaultKind.STATUS, FaultKind.STATUS_AFTER])
async def test_a_cut_upload_is_sent_again_by_the_next_call_only(at: Office, kind: FaultKind) -> None:
    at.fault(kind, "POST", FILE, status=502)
    with pytest.raises(Ambiguous, match="--resume sends") as caught:
        await at.attach()
    assert "nobody can see" in str(caught.value)
    assert (at.how_far()[0], len(at.uploads), at.attached) == (Step.UPLOADING, 1, [])
    await at.attach()
    assert (at.how_far(), len(at.attached)) == (ALL, 2)


@pytest.mark.parametrize("body", ['{"data": {"id": "1", "size": 3}}', '{"data": {"name": "x"}}', '["id"]'])
async def test_an_answer_that_does_not_name_the_whole_file_links_nothing(at: Office, body: str) -> None:
    at.fault(FaultKind.STATUS, "POST", FILE, status=200, body=body)
    with pytest.raises(SiteError, match="--resume sends"):
        await at.attach()
    assert (at.how_far()[0], at.attached, at.links) == (Step.UPLOADING, [], [])
    await at.attach()
    assert at.how_far() == ALL


async def test_a_service_that_asks_to_wait_gets_the_file_later(at: Office) -> None:
    at.fault(FaultKind.STATUS, "POST", FILE, status=429, headers=(("Retry-After", "0"),))
    await at.attach()
    assert len(at.uploads) == 3


async def test_a_service_that_asks_for_an_hour_ends_the_call(at: Office) -> None:
    at.fault(FaultKind.STATUS, "POST", FILE, status=429, headers=(("Retry-After", "3600"),))
    with pytest.raises(Throttled):
        await at.attach()
    assert at.attached == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "attach the file to the object by hand"),
        (401, "e-mail address and token"),
        (403, "right to edit the object"),
        (404, "Check --object"),
        (409, "Run the same command with --resume"),
        (413, "Publish a smaller report"),
        (415, "zip file"),
        (422, "attach the file to the object by hand"),
    ],
)
async def test_a_refused_link_keeps_the_upload_and_is_made_by_the_next_call(
    at: Office, status: int, words: str
) -> None:
    at.fault(FaultKind.STATUS, "POST", LINK, status=status)
    with pytest.raises(SiteError, match="--resume attaches it") as caught:
        await at.attach()
    assert words in str(caught.value)
    assert "plan" not in str(caught.value)
    assert next(iter(at.sandbox.state.services.media)) in str(caught.value)
    assert at.how_far()[0] is Step.UPLOADED
    await at.attach()
    assert (at.how_far(), len(at.uploads), len(at.attached)) == (ALL, 2, 2)


async def test_a_link_that_took_place_although_its_answer_was_lost_is_not_made_twice(at: Office) -> None:
    at.fault(FaultKind.STATUS_AFTER, "POST", LINK, status=502)
    await at.attach()
    assert (at.how_far(), len(at.links), len(at.attached)) == (ALL, 2, 2)


async def test_a_link_that_is_not_there_is_left_to_the_next_call(at: Office) -> None:
    at.fault(FaultKind.STATUS, "POST", LINK, status=502)
    with pytest.raises(Ambiguous, match="--resume looks"):
        await at.attach()
    assert at.how_far()[0] is Step.LINKING
    await at.attach()
    assert (at.how_far(), len(at.uploads), len(at.attached)) == (ALL, 2, 2)


async def test_a_crash_between_link_and_answer_is_settled_by_reading(at: Office) -> None:
    await at.attach()
    steps = at.steps()
    for file in at.files:
        steps.set(file, Step.LINKING, steps.of(file).media_id)
    await at.attach()
    assert (at.how_far(), len(at.links)) == (ALL, 2)


async def test_a_link_in_doubt_that_no_list_settles_asks_a_person(at: Office) -> None:
    at.sandbox.state.services.lists_attachments = False
    at.fault(FaultKind.STATUS_AFTER, "POST", LINK, status=502)
    with pytest.raises(Ambiguous):
        await at.attach()
    with pytest.raises(GuardError, match="--link-again"):
        await at.attach()
    assert len(at.links) == 1
    await at.attach(link_again=True)
    assert (at.how_far(), len(at.links)) == (ALL, 3)


async def test_a_stop_between_two_files_can_be_gone_on_with(at: Office) -> None:
    with pytest.raises(IncompleteError, match="0 of 2 files"):
        await at.attach(stop=True)
    assert at.uploads == []


@pytest.mark.parametrize(
    "address",
    [
        "https://media.evil.example",
        "http://127.0.0.1:9999",
        "http://media.evil.example",
        "https://127.0.0.1:8991@evil.example",
        "http://user:pw@127.0.0.1:8991",
        "http://127.0.0.1:8991/?to=evil",
        "//evil.example",
        "",
    ],
)
async def test_an_upload_address_on_another_host_gets_nothing(at: Office, address: str) -> None:
    at.sandbox.state.services.media_base = address
    with pytest.raises(GuardError, match="refused"):
        await at.attach()
    assert (at.uploads, at.attached, set(at.hosts)) == ([], [], {ORIGIN})


async def test_a_file_that_changed_is_not_stored(at: Office) -> None:
    at.files[0].path.write_text("something else")
    with pytest.raises(UsageError, match="changed while it was sent"):
        await at.attach()
    assert (at.attached, at.how_far()[0]) == ([], Step.WAITING)
    require_resumed(at.steps(), (), resume=False)


async def test_an_interrupted_call_wants_resume_and_the_same_files(at: Office) -> None:
    at.fault(FaultKind.STATUS, "POST", LINK, status=400)
    with pytest.raises(SiteError):
        await at.attach()
    with pytest.raises(UsageError, match="--resume"):
        require_resumed(at.steps(), at.files, resume=False)
    with pytest.raises(UsageError, match="not named"):
        require_resumed(at.steps(), at.files[1:], resume=True)
    require_resumed(at.steps(), at.files, resume=True)


async def test_a_damaged_state_is_not_guessed_at(at: Office) -> None:
    at.steps().path.write_text("{")
    with pytest.raises(WorkspaceError, match="damaged"):
        Steps.open(at.folder, OBJECT)


async def test_the_workspace_is_discovered(at: Office) -> None:
    services = at.sandbox.state.services
    async with connected(at.sandbox) as site:
        assert await workspace_of(site, "") == WORKSPACE
        services.workspaces = (WORKSPACE, "another")
        with pytest.raises(UsageError, match="2 that the account sees"):
            await workspace_of(site, "")
        assert await workspace_of(site, "another") == "another"
        with pytest.raises(UsageError, match="not clear"):
            await workspace_of(site, "a third")
        services.workspaces = ()
        with pytest.raises(UsageError, match="no workspace"):
            await workspace_of(site, "")


async def test_the_same_bytes_under_two_names_are_two_attachments(at: Office) -> None:
    (at.folder / "copy.html").write_bytes(at.files[0].path.read_bytes())
    at.files = (at.files[0], local_file(at.folder / "copy.html"))
    await at.attach()
    await at.attach()
    assert [row["filename"] for row in at.attached] == ["audit.html", "copy.html"]


async def test_an_attachment_that_was_removed_at_the_site_is_attached_again(at: Office) -> None:
    await at.attach()
    del at.attached[0]
    await at.attach()
    assert sorted(str(row["filename"]) for row in at.attached) == sorted(file.name for file in at.files)
    assert (at.told[2:], len(at.uploads)) == ([(at.files[0].name, True), (at.files[1].name, False)], 3)


async def test_where_attachments_are_not_listed_what_was_noted_is_believed(at: Office) -> None:
    await at.attach()
    at.sandbox.state.services.lists_attachments = False
    await at.attach()
    assert len(at.uploads) == 2


async def test_a_new_version_of_a_file_is_attached_beside_the_old_one(at: Office) -> None:
    await at.attach()
    at.files[0].path.write_text("<title>Corrected</title>")
    at.files = (local_file(at.files[0].path),)
    await at.attach()
    assert len(at.attached) == 3
