"""Where access tokens come from while a command runs: asked for once, shared by all workers, renewed before they end.

A refresh token is good once, and its answer brings the next one. So at most one process asks at a time, and what is
asked is noted before it is sent: an answer that is lost can be explained, and asked for again while that is allowed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from audit.attempts import Traffic, added
from audit.connect.grants import Asked, Granted, ThreeLegged, Token
from audit.connect.store import Kept, TokenStore
from audit.connect.tokenhost import Denied, TokenHost
from audit.errors import ConfigError, SiteError, Unreachable, WorkspaceError
from audit.locks import Busy, Unlockable
from audit.pacing import Clock, Sleep

LEEWAY: Final = timedelta(minutes=10)
"""For which Atlassian takes a refresh token that was used already once more."""
UNUSED: Final = frozenset({"access_denied", "invalid_client", "invalid_request", "unsupported_grant_type"})
"""Refusals that are about the app: the refresh token was not looked at."""
TURNS: Final = 120
TURN_S: Final = 0.5
"""How often and how long the lock of another process is waited for: a minute in all."""


class TokenSource:
    """Keeps the token of one set of credentials fresh. Serves many tasks at once."""

    def __init__(
        self,
        auth: Granted,
        host: Callable[[], TokenHost],
        clock: Clock,
        sleep: Sleep,
        store: TokenStore | None = None,
    ) -> None:
        self._auth = auth
        self._host = host
        self._clock = clock
        self._sleep = sleep
        self._store = store
        self._turn = asyncio.Lock()
        self._traffic: dict[str, Traffic] = {}

    @property
    def traffic(self) -> Mapping[str, Traffic]:
        """Return what was exchanged with the token host so far."""
        return dict(self._traffic)

    async def fresh(self) -> None:
        """Return when the credentials hold a token that is good for a while.

        Raises `Denied` when the host refuses, `ConfigError` when nobody has logged in, and what `TokenHost.token`
        raises.
        """
        if self._auth.lasts(self._clock.now()):
            return
        async with self._turn:
            if not self._auth.lasts(self._clock.now()):
                self._auth.take(await self._next())

    async def begin(self, asked: Asked) -> None:
        """Turn the code of a consent into tokens and keep them. It is sent once: a code is good once.

        Raises `Ambiguous` when the answer is lost, and what `fresh` raises.
        """
        store = self._stored()
        async with self._alone(store):
            token = await self._asked(asked, repeat=False)
            store.save(Kept.of(token))
        self._auth.take(token)

    async def _next(self) -> Token:
        grant = self._auth.grant
        if not isinstance(grant, ThreeLegged):
            return await self._asked(grant.asked(self._clock.now()), repeat=True)
        store = self._stored()
        async with self._alone(store):
            kept = store.load()
            if kept is None:
                raise _nobody(store)
            # Another process may have been here while we waited for our turn.
            if kept.token is not None and kept.token.lasts(self._clock.now()):
                return kept.token
            return await self._rotated(grant, store, kept)

    async def _rotated(self, grant: ThreeLegged, store: TokenStore, kept: Kept) -> Token:
        """Return the next tokens, which are kept before they are used."""
        now = self._clock.now()
        store.save(kept.asking(now))
        try:
            token = await self._asked(grant.by_refresh(kept.refresh), repeat=True)
        except Denied as error:
            if error.code in UNUSED:
                store.save(kept)
            elif kept.asked is not None:
                raise _lost_before(error, kept.asked) from error
            raise
        except Unreachable as error:
            raise _lost_now(error, kept.asked or now) from error
        store.save(Kept.of(token, kept.refresh))
        return token

    async def _asked(self, asked: Asked, *, repeat: bool) -> Token:
        host = self._host()
        try:
            async with host:
                return await host.token(asked, repeat=repeat)
        finally:
            self._traffic = added(self._traffic, host.traffic)

    def _stored(self) -> TokenStore:
        if self._store is None:
            raise RuntimeError("the grant of a person needs a store")
        return self._store

    @asynccontextmanager
    async def _alone(self, store: TokenStore) -> AsyncIterator[None]:
        """Hold the right to ask for the next tokens. Raises `WorkspaceError` when another process keeps it."""
        with ExitStack() as stack:
            holder: str | None = ""
            for turn in range(TURNS):
                if turn:
                    await self._sleep(TURN_S)
                if (holder := _entered(stack, store)) is None:
                    break
            else:
                raise WorkspaceError(
                    what="Another process keeps asking for tokens of the same grant",
                    where=str(store.lock_path),
                    why=f"held by {holder or 'somebody'}",
                    fix="Wait until it has ended, then run again.",
                )
            yield


def _entered(stack: ExitStack, store: TokenStore) -> str | None:
    """Enter the lock of a store; return who holds it where that fails."""
    try:
        stack.enter_context(store.turn())
    except Busy as busy:
        return busy.holder
    except Unlockable as error:
        raise WorkspaceError(
            what="The tokens of the grant cannot be guarded",
            where=str(store.lock_path),
            why="its file system keeps no locks, and two processes would each use up the token of the other",
            fix="Name a folder on a local disk with --workspace.",
        ) from error
    return None


def _nobody(store: TokenStore) -> ConfigError:
    return ConfigError(
        what="Nobody has logged in with these credentials",
        where=str(store.path),
        why="the workspace holds no tokens for this app and this site",
        fix="Run `confluence-gdpr login`.",
    )


def _lost_before(error: SiteError, asked: datetime) -> SiteError:
    error.why += f"; tokens were asked for at {asked:%Y-%m-%dT%H:%M:%SZ} already, and their answer never arrived"
    error.fix = (
        "The host counts the refresh token as used, and the next one was lost on the way. Nothing else is wrong: get"
        " new tokens with `confluence-gdpr login`."
    )
    return error


def _lost_now(error: SiteError, asked: datetime) -> SiteError:
    error.why += "; new tokens were asked for, and no answer arrived"
    error.fix = (
        f"Until {asked + LEEWAY:%H:%M:%SZ} the host takes the same refresh token again: run the command again by then."
        " Later it may count as used; then `confluence-gdpr login` gets new ones."
    )
    return error
