"""Key files: a data key as it is, under a passphrase, or under a key of the system keyring.

As it is: 32 bytes. Wrapped: one line of JSON, in which the data key is sealed with AES-256-GCM under
scrypt(passphrase, salt) (RFC 7914) or under a random key of the keyring. The name of the key is authenticated: a file
that was moved to another run does not open. Destroying a key file needs neither passphrase nor keyring.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from audit.config import ENVIRONMENT, SERVICE, Keyring
from audit.errors import ConfigError, WorkspaceError
from audit.files import write_whole
from audit.vault import KEY_BYTES, Vault, create_key, damaged, private_bytes

PASSPHRASE: Final = "CONFLUENCE_GDPR_PASSPHRASE"  # noqa: S105 - the name of the variable
KEYRING_USER: Final = "passphrase"
ENTRY: Final = "wrapping-key"
"""Begins the user name of a wrapping key in the keyring; the id in the key file ends it."""
FORM: Final = 1
SALT_BYTES: Final = 16
ENTRY_BYTES: Final = 8
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**17, 8, 1
SCRYPT_MEMORY: Final = 256 * 2**20
"""Bytes; the parameters take 128 MiB."""
PASSPHRASES_REMEMBERED: Final = 128

Store = Callable[[str, str, str], None]
"""(service, user, password): keep it. Raises `ConfigError`."""
Remove = Callable[[str, str], bool]
"""(service, user): forget it. False where it is not there, or the keyring does not let go of it."""


class Wrap(StrEnum):
    """What a data key lies under."""

    FILE = "file"
    """Nothing but the mode of its file."""
    PASSPHRASE = "passphrase"  # noqa: S105 - a kind, not a secret
    KEYRING = "keyring"


class Wrapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wrapped key, as its file holds it."""

    form: int
    wrap: Wrap
    under: str
    """Salt of the passphrase, or id of the wrapping key in the keyring; in hex."""
    sealed: str
    """Nonce, ciphertext and tag, in hex."""


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How new keys are kept, and where the secrets come from that open the wrapped ones."""

    wrap: Wrap = Wrap.FILE
    passphrase: Callable[[], str] = str
    """Empty where nobody gave one. It is asked for only when a key has to be opened or made."""
    keyring: Keyring = lambda _service, _user: None
    store: Store | None = None
    remove: Remove = lambda _service, _user: False

    def make(self, path: Path, name: str, like: Path | None = None) -> None:
        """Make the key file where there is none; `like` is a key file whose wrapping key in the keyring serves again.

        Raises `ConfigError` when passphrase or keyring are missing; then there is no file.
        """
        if path.exists():
            return
        key = secrets.token_bytes(KEY_BYTES)
        create_key(path, key if self.wrap is Wrap.FILE else self._closed(key, name, like))

    def read(self, path: Path, name: str) -> bytes:
        """Return the data key in a file, however it is kept.

        Raises `ConfigError` when passphrase or keyring are missing, and `WorkspaceError` when the file is missing,
        damaged or readable by others, or does not open.
        """
        return self._opened(path, private_bytes(path), name)

    def again(self, path: Path, name: str, like: Path | None = None) -> bool:
        """Put the key in a file under what new keys lie under; False where it lies under that already.

        The file is at every moment either as it was or wrapped. What it held before is overwritten afterwards; copies
        elsewhere are not. Raises as `read` and `make` do, and `OSError` when the system refuses.
        """
        if wrap_of(path) is self.wrap:
            return False
        key = self.read(path, name)
        closed = self._closed(key, name, like)
        if self._opened(path, closed, name) != key:
            raise _closed_for_good(self.wrap, name)
        with path.open("r+b") as before:
            write_whole(path, closed, force=True)
            before.write(secrets.token_bytes(os.fstat(before.fileno()).st_size))
            before.flush()
            os.fsync(before.fileno())
        return True

    def forget(self, entry: str) -> bool:
        """Remove a wrapping key from the keyring; False where it is not there or the keyring does not let go of it."""
        return self.remove(SERVICE, f"{ENTRY} {entry}")

    def _opened(self, path: Path, data: bytes, name: str) -> bytes:
        wrapped = _wrapped(path, data)
        if wrapped is None:
            return data
        key = Vault(self._wrapping_key(wrapped, name)).unsealed(bytes.fromhex(wrapped.sealed), name)
        if key is None:
            raise _closed_for_good(wrapped.wrap, name)
        return key

    def _closed(self, key: bytes, name: str, like: Path | None) -> bytes:
        salted = self.wrap is Wrap.PASSPHRASE
        under = secrets.token_hex(SALT_BYTES) if salted else _entry(like) or self._new_entry(name)
        wrapped = Wrapped(FORM, self.wrap, under, "")
        sealed = Vault(self._wrapping_key(wrapped, name)).seal(key, name).hex()
        return msgspec.json.encode(Wrapped(FORM, self.wrap, under, sealed)) + b"\n"

    def _wrapping_key(self, wrapped: Wrapped, name: str) -> bytes:
        if wrapped.wrap is Wrap.PASSPHRASE:
            given = self.passphrase()
            if not given:
                raise _no_passphrase(name)
            return passphrase_key(given, bytes.fromhex(wrapped.under))
        kept = self.keyring(SERVICE, f"{ENTRY} {wrapped.under}")
        if kept is None or len(kept) != 2 * KEY_BYTES:
            raise _no_entry(wrapped.under, name)
        return bytes.fromhex(kept)

    def _new_entry(self, name: str) -> str:
        """Return the id of a new wrapping key, once the keyring gives it back."""
        entry, key = secrets.token_hex(ENTRY_BYTES), secrets.token_hex(KEY_BYTES)
        if self.store is not None:
            self.store(SERVICE, f"{ENTRY} {entry}", key)
        if self.keyring(SERVICE, f"{ENTRY} {entry}") != key:
            raise _no_entry(entry, name)
        return entry


@lru_cache(PASSPHRASES_REMEMBERED)
def passphrase_key(passphrase: str, salt: bytes) -> bytes:
    """Return the wrapping key of a passphrase. It takes 128 MiB and a third of a second, once for each salt."""
    return hashlib.scrypt(
        unicodedata.normalize("NFC", passphrase).encode(),
        salt=salt,
        n=SCRYPT_N,
        r=SCRYPT_R,
        p=SCRYPT_P,
        maxmem=SCRYPT_MEMORY,
        dklen=KEY_BYTES,
    )


def lies_bare(path: Path) -> bool:
    """Return whether a file holds a key as it is. A missing or damaged file does not."""
    try:
        return path.stat().st_size == KEY_BYTES
    except FileNotFoundError:
        return False


def wrap_of(path: Path) -> Wrap:
    """Return what the key in a file lies under, without opening it. Raises `WorkspaceError` as `Wrapping.read` does."""
    wrapped = _wrapped(path, private_bytes(path))
    return Wrap.FILE if wrapped is None else wrapped.wrap


def entry_of(path: Path) -> str:
    """Return the id of the wrapping key in the keyring that a key file lies under, empty where it lies under none."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Wrapped)
    except (OSError, ValueError):  # gone, or a key as it is: what is damaged opens with no entry at all
        return ""
    return found.under if found.wrap is Wrap.KEYRING else ""


def wrapping(
    named: str, env: Mapping[str, str], keyring: Keyring, store: Store, remove: Remove = lambda _service, _user: False
) -> Wrapping:
    """Return how keys are kept. `named` is the setting `key_wrap`, empty for the default.

    Raises `ConfigError` for a way that does not exist.
    """
    if named not in {"", *Wrap}:
        raise ConfigError(
            what="This way to keep keys is not known",
            where=f"`key_wrap` in the configuration file or {ENVIRONMENT['key_wrap']}",
            fix=f"It is one of {', '.join(Wrap)}.",
        )

    def passphrase() -> str:
        return env.get(PASSPHRASE) or keyring(SERVICE, KEYRING_USER) or ""

    return Wrapping(Wrap(named or Wrap.FILE), passphrase, keyring, store, remove)


def _wrapped(path: Path, data: bytes) -> Wrapped | None:
    """Return what a key file says about its wrapping, None for a key as it is."""
    if len(data) == KEY_BYTES:
        return None
    try:
        found = msgspec.json.decode(data, type=Wrapped)
        bytes.fromhex(found.under + found.sealed)
    except ValueError as error:  # msgspec's errors are ValueErrors as well
        raise damaged(path, data) from error
    if found.form != FORM or found.wrap is Wrap.FILE:
        raise WorkspaceError(
            what="A key file is of another form",
            where=path.name,
            why="this version of the tool does not know it",
            fix="Use the version that made it. Nothing was changed.",
        )
    return found


def _entry(like: Path | None) -> str:
    """Return the id of the wrapping key that another key file lies under; empty where that is not in the keyring."""
    return "" if like is None else entry_of(like)


def _no_passphrase(name: str) -> ConfigError:
    return ConfigError(
        what="The passphrase of the keys is missing",
        where=name,
        why=f"neither {PASSPHRASE} nor the keyring holds it",
        fix=f"Set that variable, or `keyring set {SERVICE} {KEYRING_USER}`; it is never taken from the command line."
        " Nothing was changed. `purge` works without it.",
    )


def _no_entry(entry: str, name: str) -> ConfigError:
    return ConfigError(
        what="The system keyring does not hold the wrapping key",
        where=f"{name}, entry `{ENTRY} {entry}` of {SERVICE}",
        why="there is no keyring, it is locked, or it is that of another user or machine",
        fix="Unlock it, or work where the key was made. Nothing was changed. `purge` works without it.",
    )


def _closed_for_good(wrap: Wrap, name: str) -> WorkspaceError:
    secret = "passphrase" if wrap is Wrap.PASSPHRASE else "wrapping key in the keyring"
    return WorkspaceError(
        what="A wrapped key does not open",
        where=name,
        why=f"the {secret} is not the one that it was wrapped with, or the file was changed or moved here",
        fix="Give the right one, or restore the file from a backup. Nothing was changed. `purge` works without it.",
    )
