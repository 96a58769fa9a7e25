"""The key that signs evidence: a private file or the keyring, never in a bag."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from audit.config import SERVICE, Keyring
from audit.errors import ConfigError, UsageError
from audit.files import check_target, write_whole
from reports.bag.attestation import Signer

KEY_FILE: Final = "signing-key.pem"
"""Name of the private key in the workspace; the public one has `.pub` before its suffix."""
KEYRING_USER: Final = "evidence-signing-key"

StoreKey = Callable[[str, str, str], None]
"""(service, user, secret): keeps a secret."""


def public_path(private: Path) -> Path:
    """Return where the public key to a private one lies."""
    return private.with_name(f"{private.stem}.pub{private.suffix}")


def keep_in_file(signer: Signer, path: Path, *, force: bool) -> None:
    """Write both keys with mode 0600, the private one first.

    Raises `UsageError` when one of the two files exists and `force` is not given.
    """
    write_whole(path, signer.private_pem(), force=force)
    write_whole(public_path(path), signer.public_pem(), force=True)


def keep_in_keyring(signer: Signer, public: Path, keyring: Keyring, store: StoreKey, *, force: bool) -> None:
    """Store the private key in the system keyring and write the public one to `public`.

    Raises `UsageError` when either is there and `force` is not given, and `ConfigError` when the keyring does not
    give back what it was given.
    """
    check_target(public, force=force)
    if keyring(SERVICE, KEYRING_USER) is not None and not force:
        raise UsageError(
            what="The keyring holds a signing key already",
            where=f"{SERVICE}, {KEYRING_USER}",
            fix="Sign with that one, or give --force to replace it.",
        )
    secret = signer.private_pem().decode()
    store(SERVICE, KEYRING_USER, secret)
    if keyring(SERVICE, KEYRING_USER) != secret:
        raise _not_kept("it does not give back what it was given")
    write_whole(public, signer.public_pem(), force=force)


def find(named: Path | None, workspace: Path, keyring: Keyring) -> Signer | None:
    """Return the key to sign with: the named file, that of the workspace, that of the keyring; None without any.

    Raises `ConfigError` when a key that is there cannot be used.
    """
    own = workspace / KEY_FILE
    if named is not None or own.exists():
        path = named or own
        return _load(private_bytes(path, "--key"), str(path))
    secret = keyring(SERVICE, KEYRING_USER)
    return None if secret is None else _load(secret.encode(), "the system keyring")


def system_store(service: str, user: str, secret: str) -> None:
    """Keep a secret in the system's keyring. Raises `ConfigError` where there is none, or it refuses."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(service, user, secret)
    except KeyringError as error:
        raise _not_kept(type(error).__name__) from error


def system_remove(service: str, user: str) -> bool:
    """Remove a secret from the system's keyring; False where it is not there or the keyring does not let go of it."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.delete_password(service, user)
    except KeyringError:
        return False
    return True


def _not_kept(why: str) -> ConfigError:
    return ConfigError(
        what="The keyring of the system does not keep the key",
        where=f"{SERVICE}, {KEYRING_USER}",
        why=why,
        fix="Unlock it, or leave --keyring away: the key is kept in a private file then.",
    )


def private_bytes(path: Path, option: str) -> bytes:
    """Return the contents of a file that holds a private key; `option` names it on the command line.

    Raises `ConfigError` when it cannot be read, or when others can read it as well.
    """
    try:
        mode, data = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise _unusable(str(path), f"the system said: {error.strerror}", f"Name the file with {option}.") from error
    if mode & 0o077:
        why = f"others can read it, its mode is {mode & 0o777:03o}"
        raise _unusable(str(path), why, "chmod 600 it; if somebody may have copied it, use a new one from now on.")
    return data


def _load(pem: bytes, where: str) -> Signer:
    try:
        return Signer.load(pem)
    except ValueError:
        # The original may quote the key.
        why = "it is no Ed25519 private key in PEM without a password"
    raise _unusable(where, why, "Make one with `confluence-gdpr evidence keygen`.")


def _unusable(where: str, why: str, fix: str) -> ConfigError:
    return ConfigError(what="The signing key cannot be used", where=where, why=why, fix=fix)
