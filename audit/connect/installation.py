"""The secret that a site shares with this tool when its app is installed there: one encrypted file a site.

It is sealed (AES-256-GCM) under a key that is derived from the key of the workspace, and so as well wrapped as that.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from audit.auth import Secret
from audit.errors import WorkspaceError
from audit.files import write_whole
from audit.vault import Vault

_CONTEXT: Final = "installation of the app"
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Installation:
    """One app at one site."""

    client_key: str
    """By which the site names itself in its tokens."""
    secret: Secret


class _Stored(msgspec.Struct):
    client_key: str
    secret: str


class InstallationStore:
    """The file of one site. `key` is that of the workspace."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._vault = Vault(_derived(key))

    def load(self) -> Installation | None:
        """Return the installation, None before the first one.

        Raises `WorkspaceError` when the file was changed, or belongs to another workspace.
        """
        try:
            sealed = self.path.read_bytes()
        except FileNotFoundError:
            return None
        data = self._vault.unsealed(sealed, _CONTEXT)
        if data is None:
            raise WorkspaceError(
                what="The secret of the installed app cannot be opened",
                where=str(self.path),
                why="the key of the workspace is another one than when it was stored, or the file was changed",
                fix="Remove the file and install the app again at the site.",
            )
        found = msgspec.json.decode(data, type=_Stored)
        return Installation(found.client_key, Secret(found.secret))

    def save(self, one: Installation) -> None:
        """Keep an installation: the file is either whole or as it was. Raises `OSError` when the system refuses."""
        data = msgspec.json.encode(_Stored(one.client_key, one.secret.reveal()))
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self.path, self._vault.seal(data, _CONTEXT), force=True)

    def secret_of(self, client_key: str) -> Secret | None:
        """Return the secret shared with a site, None where the app is not installed there."""
        found = self.load()
        return found.secret if found is not None and found.client_key == client_key else None

    def forget(self) -> None:
        """Remove what is kept."""
        self.path.unlink(missing_ok=True)


def _derived(key: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=_CONTEXT.encode()).derive(key)
