from __future__ import annotations

from pathlib import Path

import pytest

from audit.errors import GuardError, UsageError
from audit.publish.page import OURS, look, publish
from audit.sandbox.people import LEGAL_TEAM, PEOPLE, STAFF, group_id
from audit.sandbox.state import RestrictedUser, Restriction
from audit.uploads import local_file
from tests.audit.cloud import connected
from tests.audit.publish.pages import BODY, TITLE, Stand, stand
from tests.contract.documents import Contract

pytestmark = pytest.mark.anyio
CALLER = PEOPLE[0].account_id


@pytest.fixture
def at(tmp_path: Path) -> Stand:
    return stand(tmp_path)


async def test_a_page_is_made_restricted_filled_and_written(at: Stand) -> None:
    done = await at.publish()
    assert (done.made, done.closed, done.written, done.version) == (True, True, True, 2)
    assert at.page.now.body == BODY
    assert at.page.now.message.startswith(f"{OURS} 20261120T120000Z-abcdef ")
    only = Restriction((RestrictedUser(account_id=CALLER),), (LEGAL_TEAM,))
    assert [at.sandbox.state.restriction(at.page.id, one) for one in ("read", "update")] == [only, only]
    for file in at.files:
        kept = at.attached[file.name].now
        assert kept.data == file.path.read_bytes()
        assert kept.message.endswith(f"SHA-256 {file.sha256}")
    assert [one.sha256 for one in at.sent] == [file.sha256 for file in at.files]


async def test_the_restriction_is_read_back_before_the_first_byte_of_a_file_leaves(at: Stand) -> None:
    await at.publish()
    steps = [(entry.method, entry.path.rpartition("/")[2]) for entry in at.sandbox.log]
    closed, first = steps.index(("PUT", "restriction")), steps.index(("PUT", "attachment"))
    assert ("GET", "restriction") in steps[closed:first]
    made = next(entry for entry in at.sandbox.log if entry.method == "POST" and entry.path.endswith("/pages"))
    assert dict(made.query)["private"] == "true"
    assert b'"value":""' in made.request_body


async def test_a_second_call_writes_nothing(at: Stand) -> None:
    await at.publish()
    before = len(at.sandbox.writes)
    done = await at.publish()
    assert (done.made, done.closed, done.written, done.sent) == (False, False, False, ())
    assert len(at.sandbox.writes) == before


async def test_a_file_that_changed_becomes_a_new_version_and_the_others_stay(at: Stand) -> None:
    await at.publish()
    at.files[0].path.write_text("<title>Audit, corrected</title>")
    done = await at.publish(files=(local_file(at.files[0].path), at.files[1]), body="<p>Corrected.</p>")
    assert [one.version for one in done.files] == [2, 1]
    assert len(at.uploads) == 3
    assert at.page.now.body == "<p>Corrected.</p>"
    assert at.page.now.number == 3


async def test_an_upload_carries_comment_type_and_a_minor_edit(at: Stand) -> None:
    await at.publish()
    body = at.uploads[1].request_body
    for piece in (
        b'name="minorEdit"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ntrue',
        b'name="comment"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nconfluence-gdpr run',
        'name="file"; filename="Größe & Co.json"\r\nContent-Type: application/json'.encode(),
    ):
        assert piece in body


async def test_somebody_elses_page_is_left_alone_until_replace_is_given(at: Stand) -> None:
    await at.publish()
    at.sandbox.state.revise(at.page, PEOPLE[3].account_id, "<p>Mine now.</p>", message="tidied up")
    before = len(at.sandbox.writes)
    with pytest.raises(GuardError, match="latest version is not of this tool") as caught:
        await at.publish()
    assert "--replace" in str(caught.value)
    assert len(at.sandbox.writes) == before
    done = await at.publish(replace=True)
    assert (done.written, at.page.now.body) == (True, BODY)
    assert at.page.revisions[-2].body == "<p>Mine now.</p>"


async def test_a_page_with_wider_readers_is_narrowed_before_anything_is_sent(at: Stand) -> None:
    await at.publish()
    at.sandbox.state.restrictions[at.page.id, "read"] = Restriction((), (STAFF,))
    at.sandbox.log.clear()
    done = await at.publish(body="<p>More.</p>")
    assert done.closed
    assert [entry.path.rpartition("/")[2] for entry in at.sandbox.writes] == ["restriction", at.page.id]
    assert at.sandbox.state.restriction(at.page.id, "read").groups == (LEGAL_TEAM,)


async def test_a_page_that_is_opened_meanwhile_is_told(at: Stand) -> None:
    def opened(_sent: object) -> None:
        at.sandbox.state.restrictions.clear()

    wanted = at.wanted()
    async with connected(at.sandbox) as api:
        with pytest.raises(GuardError, match="opened to others"):
            await publish(api, wanted, await look(api, wanted), opened)


@pytest.mark.parametrize(
    "readers", [("user:712020:99999999-9999-4999-8999-999999999999",), ("group:nobody-knows",), ("group:" + "0" * 8,)]
)
async def test_a_reader_that_is_not_there_stops_everything(at: Stand, readers: tuple[str, ...]) -> None:
    with pytest.raises(GuardError, match="Nothing was published"):
        await at.publish(readers=readers)
    assert at.sandbox.writes == []


async def test_a_closed_account_is_no_reader(at: Stand) -> None:
    closed = next(one for one in at.sandbox.people if one.status == "closed" and one.account_id)
    with pytest.raises(GuardError, match="not active") as caught:
        await at.publish(readers=(f"user:{closed.account_id}",))
    assert closed.account_id not in str(caught.value)


async def test_accounts_and_groups_by_id_are_readers_as_well(at: Stand) -> None:
    await at.publish(readers=(f"user:{PEOPLE[3].account_id}", f"group:{group_id(LEGAL_TEAM)}"))
    found = at.sandbox.state.restriction(at.page.id, "read")
    assert [one.account_id for one in found.users] == [CALLER, PEOPLE[3].account_id]
    assert found.groups == (LEGAL_TEAM,)


@pytest.mark.parametrize("text", ["hanna.brandt", "user:", "user:hbrandt", "group:", "role:admin"])
async def test_a_reader_that_is_not_understood_is_a_usage_error(at: Stand, text: str) -> None:
    with pytest.raises(UsageError, match="--restrict-to"):
        await at.publish(readers=(text,))


async def test_a_space_that_is_not_there_is_a_usage_error(at: Stand) -> None:
    with pytest.raises(UsageError, match="The space is not there"):
        await at.publish(space="NOPE")
    assert at.sandbox.writes == []


async def test_looking_writes_nothing_and_says_what_is_to_be_sent(at: Stand) -> None:
    wanted = at.wanted()
    async with connected(at.sandbox) as api:
        found = await look(api, wanted)
    assert (found.page, found.closed, found.waiting(wanted), found.is_written(wanted)) == (None, False, at.files, False)
    assert at.sandbox.writes == []


async def test_every_request_is_one_that_the_documents_know(at: Stand, shared: Path) -> None:
    await at.publish()
    await at.publish(body="<p>Again.</p>", readers=(f"group:{group_id(LEGAL_TEAM)}",))
    assert Contract(shared).check(at.sandbox.log) == []
    assert at.page.title == TITLE
