"""What is kept of a grant between two commands, and what credentials show of themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from audit.auth import Secret
from audit.connect.grants import ActAs, Granted, Token
from audit.connect.store import Kept, TokenStore
from audit.errors import WorkspaceError
from audit.sandbox.grants import SHARED_SECRET
from tests.audit.connect.granting import ORIGIN, Granting, three_legged
from tests.audit.net import START


@pytest.fixture
def at(tmp_path: Path) -> Granting:
    return Granting(tmp_path)


@pytest.mark.anyio
async def test_the_stored_tokens_are_unreadable_without_the_client_secret(at: Granting) -> None:
    await at.log_in()
    store = at.store()
    kept = store.load()
    assert kept
    assert kept.token
    written = b"".join(path.read_bytes() for path in at.folder.rglob("*") if path.is_file())
    for secret in (kept.refresh, kept.token.access):
        assert secret.reveal().encode() not in written
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert store.path.parent.stat().st_mode & 0o777 == 0o700
    assert "acme" not in store.path.name
    with pytest.raises(WorkspaceError, match="client secret is another one"):
        TokenStore(at.folder, replace(three_legged(at.config()), secret=Secret("wrong")), ORIGIN).load()
    store.path.write_bytes(store.path.read_bytes()[:-1] + b"x")
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        store.load()
    assert store.forget()
    assert not store.forget()


def test_what_is_kept_survives_a_round_trip(at: Granting) -> None:
    store = at.store()
    for kept in (Kept(Secret("r")), Kept(Secret("r"), Secret("a"), START, START)):
        store.save(kept)
        assert store.load() == kept
    assert Kept(Secret("r")).token is None
    assert Kept(Secret("r"), asked=START).asking(START + timedelta(1)).asked == START


def test_credentials_without_a_token_send_nothing_and_show_nothing() -> None:
    auth = Granted(ActAs("client", Secret(SHARED_SECRET), "712020:one", ORIGIN))
    with pytest.raises(RuntimeError):
        auth.headers("GET", ORIGIN, START)
    auth.take(Token(Secret("access-canary"), START))
    assert auth.headers("GET", ORIGIN, START) == {"Authorization": "Bearer access-canary"}
    assert not auth.lasts(START)
    assert (auth.kind, auth.account_hint) == ("act-as", "")
    asked = auth.grant.asked(START) if isinstance(auth.grant, ActAs) else None
    for word in ("access-canary", SHARED_SECRET, "712020:one"):
        assert word not in f"{auth!r} {auth.grant!r} {asked!r}"
