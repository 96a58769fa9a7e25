"""Encryption of what must be kept but must not be readable: before-images and the raw side of a plan.

AES-256-GCM with a random key for each run, kept in a file of mode 0600 beside the run (`audit.wrapping` says in which
form). Shredding the key makes everything that was sealed with it unreadable at once, wherever copies of it lie.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from audit.errors import WorkspaceError
from audit.files import named

KEY_BYTES = 32
NONCE_BYTES = 12


class Vault:
    """Seals and opens bytes under one key. The context (an id) is authenticated: a blob opens only where it belongs."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("a vault key has 32 bytes")
        self._key = key

    def seal(self, data: bytes, context: str) -> bytes:
        """Return nonce and ciphertext of `data`."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, data, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Return the data. Raises `WorkspaceError` when the blob was changed, moved or sealed with another key."""
        data = self.unsealed(sealed, context)
        if data is None:
            raise WorkspaceError(
                what=f"The encrypted record {context} cannot be opened",
                where="run folder",
                why="it was changed, cut, or sealed with the key of another run",
                fix="Use the workspace in which it was made, or restore that workspace from a backup.",
            )
        return data

    def unsealed(self, sealed: bytes, context: str) -> bytes | None:
        """Return the data, None when the blob was changed, moved or sealed with another key."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return AESGCM(self._key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
        except InvalidTag:
            return None

    def __repr__(self) -> str:
        return "Vault(<key>)"


def create_key(path: Path, data: bytes) -> None:
    """Write a key file with mode 0600. One that is there already stays as it is."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        return
    try:
        with named(path), os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink()  # half a key would count as a damaged one
        raise


def private_bytes(path: Path) -> bytes:
    """Return what a key file holds. Raises `WorkspaceError` when it is missing, shredded or readable by others."""
    try:
        mode = path.stat().st_mode
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise WorkspaceError(
            what="The key of this run is gone",
            where=path.name,
            why="the run was purged, or the file was not copied along with the workspace",
            fix="Without the key its plan and before-images stay unreadable: audit again and make a new plan.",
        ) from error
    if mode & 0o077:
        raise WorkspaceError(
            what="A key file can be read by other users",
            where=path.name,
            why=f"its mode is {mode & 0o777:03o}",
            fix="Run `chmod 600` on it and consider whether somebody may have copied it.",
        )
    return data


def damaged(path: Path, data: bytes) -> WorkspaceError:
    """Return the error for a key file that is neither a key nor a wrapped key."""
    return WorkspaceError(
        what="A key file is damaged",
        where=path.name,
        why=f"it has {len(data)} bytes instead of {KEY_BYTES}, and is no wrapped key",
        fix="Restore it from a backup of the workspace, or audit again.",
    )


def shred(path: Path) -> bool:
    """Overwrite and remove a key file; return False when there was none."""
    try:
        with named(path), path.open("r+b") as file:
            file.write(secrets.token_bytes(max(KEY_BYTES, path.stat().st_size)))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return False
    path.unlink()
    return True
