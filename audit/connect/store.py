"""The tokens of a person's grant between two commands: one file, encrypted under the client secret.

WORKSPACE/oauth/       mode 0700
<client and site>.sealed   the tokens; unreadable without the client secret, which is kept elsewhere
<client and site>.lock     held by the one process that asks for the next tokens
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from audit.auth import Secret
from audit.connect.grants import ThreeLegged, Token
from audit.errors import ConfigError, WorkspaceError
from audit.files import write_whole
from audit.locks import locked
from audit.vault import Vault

FOLDER: Final = "oauth"
_CONTEXT: Final = "tokens of a grant"
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a grant."""

    refresh: Secret
    access: Secret | None = None
    ends: datetime | None = None
    asked: datetime | None = None
    """When the next tokens were asked for without an answer that arrived; None when nothing is open."""

    @classmethod
    def of(cls, token: Token, before: Secret | None = None) -> Kept:
        """Return what to keep of new tokens; a host that gives no refresh token leaves the one before in force.

        Raises `ConfigError` where there is none at all: the consent did not include `offline_access`.
        """
        refresh = token.refresh or before
        if refresh is None:
            raise ConfigError(
                what="The consent gives no refresh token",
                where="scopes",
                why="it does not include offline_access",
                fix="Add offline_access to `scopes` and log in again.",
            )
        return cls(refresh, token.access, token.ends)

    @property
    def token(self) -> Token | None:
        """Return the access token that is kept, None where none is."""
        return None if self.access is None or self.ends is None else Token(self.access, self.ends, self.refresh)

    def asking(self, now: datetime) -> Kept:
        """Return it with the note that the next tokens are being asked for; an earlier open request stays noted."""
        return replace(self, asked=self.asked or now)


class _Stored(msgspec.Struct):
    refresh: str
    access: str | None
    ends: datetime | None
    asked: datetime | None


class TokenStore:
    """The file of one grant at one site."""

    def __init__(self, workspace: Path, grant: ThreeLegged, site: str) -> None:
        self._folder = workspace / FOLDER
        # Not the name of the site: a listing of the folder should not tell where somebody works.
        name = sha256(f"{grant.client_id} {site}".encode()).hexdigest()[:24]
        self.path = self._folder / f"{name}.sealed"
        self.lock_path = self._folder / f"{name}.lock"
        self._vault = Vault(_key(grant.secret, name))

    def load(self) -> Kept | None:
        """Return what is kept, None before the first login.

        Raises `WorkspaceError` when the file was made with another client secret, or changed.
        """
        try:
            sealed = self.path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            found = msgspec.json.decode(self._vault.open(sealed, _CONTEXT), type=_Stored)
        except WorkspaceError as error:
            raise WorkspaceError(
                what="The stored tokens cannot be opened",
                where=str(self.path),
                why="the client secret is another one than when they were stored, or the file was changed",
                fix="Use that secret, or get new tokens with `confluence-gdpr login`.",
            ) from error
        access = None if found.access is None else Secret(found.access)
        return Kept(Secret(found.refresh), access, found.ends, found.asked)

    def save(self, kept: Kept) -> None:
        """Keep tokens: the file is either whole or as it was. Raises `OSError` when the system refuses."""
        access = None if kept.access is None else kept.access.reveal()
        data = msgspec.json.encode(_Stored(kept.refresh.reveal(), access, kept.ends, kept.asked))
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self.path, self._vault.seal(data, _CONTEXT), force=True)

    def forget(self) -> bool:
        """Remove what is kept; return False when nothing was."""
        there = self.path.exists()
        self.path.unlink(missing_ok=True)
        return there

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the right to ask for the next tokens. Raises `Busy` while another process does, and `Unlockable`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(self.lock_path, exclusive=True):
            yield


def _key(secret: Secret, name: str) -> bytes:
    """Return the key of a file: derived (HKDF) from the client secret, which is long and random."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), _KEY_BYTES, salt=name.encode(), info=_CONTEXT.encode()).derive(secret.reveal().encode())
