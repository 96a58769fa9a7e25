"""What the receiver believes, what it answers, and what it keeps of it on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import jwt
import pytest

from audit.auth import Secret
from audit.connect.installation import InstallationStore
from audit.connect.qsh import query_hash
from audit.connect.signing import signed
from audit.errors import WorkspaceError
from audit.loopback import HOST
from audit.sandbox.grants import CLIENT_KEY, SHARED_SECRET
from audit.watch.queue import FOLDER, Full, Job, Queue, Token
from audit.watch.receiver import LARGEST_BYTES, RETRY_S
from audit.watch.told import EVENTS, MOST_OBJECTS, Subject, Unusable, decoded
from tests.audit.watch.conftest import Watched, private, run

EVENT = "/events/page_updated"
BODY = {"page": {"id": 67424}}


def token(watched: Watched, path: str = EVENT, secret: str = SHARED_SECRET, **changed: object) -> str:
    """Return a token that is right but for what a test changes."""
    issued = int(watched.shell.sandbox.state.grants.now().timestamp())
    url = watched.base_url + path
    claims: dict[str, object] = {
        "iss": CLIENT_KEY, "iat": issued, "exp": issued + 180, "qsh": query_hash("POST", url, "/gdpr"), **changed,
    }  # fmt: skip
    return signed(claims, Secret(secret))


def post(watched: Watched, authorization: str = "", path: str = EVENT, content: object = BODY) -> httpx.Response:
    """Send a request as anybody may."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {"Authorization": authorization} if authorization else {}
    return httpx.post(watched.base_url + path, content=data, headers=headers, timeout=20)


def test_only_what_the_site_signed_for_this_request_and_not_before_is_believed(watched: Watched) -> None:
    with watched.receiving():
        unsigned = jwt.encode({"iss": CLIENT_KEY}, "", algorithm="none")
        other = token(watched, "/events/page_removed")
        for wrong in (
            "", "Bearer x", "JWT x", f"JWT {unsigned}", f"JWT {token(watched, secret='w' * 40)}", f"JWT {other}",
            f"JWT {token(watched, iss='nobody')}", f"JWT {token(watched, iat=1, exp=2)}",
        ):  # fmt: skip
            assert post(watched, wrong).status_code == 401, wrong
        right = f"JWT {token(watched)}"
        assert [post(watched, right).status_code for _ in range(2)] == [202, 401]
        assert post(watched, f"JWT {token(watched, qsh='context-qsh')}").status_code == 401
    counts = watched.standing().counts
    assert (counts["refused"], counts["events"]) == (10, 1)
    for name in ("AlgorithmRefused", "Expired", "Replayed", "SignatureRefused", "WrongIssuer"):
        assert counts[f"refused: {name}"] == 1
    assert (counts["refused: MalformedToken"], counts["refused: WrongRequest"]) == (3, 2)


def test_a_full_queue_sends_the_site_away_for_a_while_and_takes_what_waits_already(watched: Watched) -> None:
    with watched.receiving(most=1):
        assert post(watched, f"JWT {token(watched)}").status_code == 202
        again = f"JWT {token(watched, jti='2')}"
        away = post(watched, again, content={"page": {"id": 67456}})
        assert (away.status_code, away.headers["retry-after"]) == (503, str(RETRY_S))
        assert post(watched, again).status_code == 202, "the token of a request that was turned away is not used up"
    assert (watched.standing().waiting, watched.standing().counts["full"]) == (1, 1)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        ([], 400),
        ({"page": {}}, 400),
        ({"page": {"id": True}}, 400),
        ({"page": {"id": "../7"}}, 400),
        (b" " * (LARGEST_BYTES + 1), 413),
    ],
)
def test_a_body_that_is_no_event_is_refused_and_keeps_nothing_waiting(
    watched: Watched, content: object, status: int
) -> None:
    with watched.receiving():
        assert post(watched, f"JWT {token(watched)}", content=content).status_code == status
    assert watched.standing().waiting == 0


def test_other_addresses_methods_and_events(watched: Watched) -> None:
    with watched.receiving():
        viewed = "/events/page_viewed"
        assert post(watched, f"JWT {token(watched, viewed)}", viewed).status_code == 202
        assert (watched.standing().waiting, watched.standing().counts["ignored"]) == (0, 1)
        assert post(watched, path="/elsewhere").status_code == 404
        assert httpx.get(watched.base_url + EVENT).status_code == 405
        assert post(watched, path="/atlassian-connect.json").status_code == 405
        assert httpx.get(watched.base_url.removesuffix("/gdpr") + "/atlassian-connect.json").status_code == 404
        told = httpx.get(watched.base_url + "/atlassian-connect.json")
        assert told.headers["content-type"] == "application/json"
    found = told.json()
    assert (found["baseUrl"], found["scopes"]) == (watched.base_url, ["READ"])
    assert {one["url"] for one in found["modules"]["webhooks"]} == {f"/events/{event}" for event in EVENTS}
    descriptor = watched.shell.folder / "atlassian-connect.json"
    descriptor.write_text(told.text)
    assert watched.shell.run("scan", str(descriptor)) == 0, watched.shell.out


def test_an_installation_is_believed_from_the_watched_site_only_and_ends_with_the_removal(watched: Watched) -> None:
    hooks = watched.hooks
    with watched.receiving(install=False):
        assert run(hooks.install(watched.base_url, "https://elsewhere.example")) == 401
        hooks.receiver = watched.base_url
        assert watched.send("page_updated", BODY).status == 401, "nobody is installed yet"
        assert [watched.installed() for _ in range(2)] == [204, 204]
        assert watched.again(hooks.told[-1]) == 401, "an installation that is sent once more"
        forged = f"JWT {token(watched, '/installed')}"
        assert post(watched, forged, "/installed", {"clientKey": CLIENT_KEY, "sharedSecret": "x"}).status_code == 401
        assert watched.send("page_updated", BODY).status == 202
        assert run(hooks.remove(watched.shell.url)) == 204
        hooks.receiver = watched.base_url
        assert watched.send("page_updated", BODY).status == 401
    assert not list((watched.desk().workspace.path / FOLDER).glob("*.sealed"))


def test_a_host_of_keys_that_does_not_answer_has_the_installation_sent_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFLUENCE_GDPR_INSTALL_KEYS", f"{watched.shell.url}/wiki".removesuffix("/wiki"))
    watched.shell.sandbox.state.grants.install_keys.clear()
    with watched.receiving(install=False):
        unknown = jwt.encode({"iss": CLIENT_KEY}, "k" * 40, algorithm="HS256")
        assert post(watched, f"JWT {unknown}", "/installed", {"clientKey": CLIENT_KEY}).status_code == 401


def test_ids_alone_lie_on_the_disk_and_for_the_owner_only(watched: Watched) -> None:
    with watched.receiving():
        watched.send(
            "page_updated",
            {"page": {"id": 7, "title": "Canary Title"}, "userAccountId": "712020:canary", "accountType": "app"},
        )
        watched.send("space_permissions_updated", {"space": {"key": "~canary.key"}})
        watched.send("user_removed", {"user": {"accountId": "712020:canary", "username": "canary-name"}})
    folder = watched.desk().workspace.path / FOLDER
    held = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"page_updated" in held
    for secret in (b"anary", SHARED_SECRET.encode(), CLIENT_KEY.encode(), b"127.0.0.1:1"):
        assert secret not in held
    assert private(folder) == []
    assert folder.stat().st_mode & 0o777 == 0o700
    assert HOST not in " ".join(path.name for path in folder.iterdir())


def test_the_secret_opens_with_the_key_of_its_workspace_only(watched: Watched) -> None:
    with watched.receiving():
        store = watched.desk().installed()
        assert store.secret_of(CLIENT_KEY) == Secret(SHARED_SECRET)
        assert store.secret_of("another") is None
    with pytest.raises(WorkspaceError, match="another one than when it was stored"):
        InstallationStore(store.path, b"k" * 32).load()


def test_an_event_names_so_many_objects_and_no_more() -> None:
    files = [{"id": number} for number in range(1, MOST_OBJECTS + 1)]
    assert len(decoded("attachment_created", json.dumps({"attachments": files}).encode())) == MOST_OBJECTS
    with pytest.raises(Unusable):
        decoded("attachment_created", json.dumps({"attachments": [*files, {"id": 9999}]}).encode())
    with pytest.raises(Unusable):
        decoded("space_permissions_updated", b'{"space": {"key": " "}}')


def test_a_key_that_no_space_can_have_is_refused_and_counted(watched: Watched) -> None:
    path = "/events/space_permissions_updated"
    with watched.receiving():
        content = b'{"space": {"key": "\\ud800"}}'
        assert post(watched, f"JWT {token(watched, path)}", path, content).status_code == 400
    assert watched.standing().counts["unusable"] == 1


def test_a_token_is_remembered_with_what_it_brought_or_not_at_all(tmp_path: Path) -> None:
    token_, job = Token(b"digest", 100, 1), Job(Subject.PAGE, "7", "page_updated", removed=False)
    with Queue(tmp_path / "full", most=0) as queue:
        with pytest.raises(Full):
            queue.put([job], "2026-11-21T23:00:00Z", token_)
        assert queue.once(token_), "what was turned away may be sent again"
    with Queue(tmp_path / "room") as queue:
        assert queue.put([job], "2026-11-21T23:00:00Z", token_)
        queue.done(queue.waiting()[0])
        assert not queue.put([job], "2026-11-21T23:00:01Z", token_)
        assert (queue.waiting(), queue.once(token_)) == ((), False)
        assert queue.put([job], "2026-11-21T23:00:02Z", Token(b"digest", 300, 200)), "its time is over"
