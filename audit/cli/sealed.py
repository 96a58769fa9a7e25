"""What the commands of evidence say and ask about certificates and time stamps."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from audit.cli.common import Setup, now, warn

if TYPE_CHECKING:
    from audit.bag.sealing import Sealer
    from reports.bag.seals import Seal, Trust

P = ParamSpec("P")
T = TypeVar("T")


def sealing_options(command: Callable[P, T]) -> Callable[P, T]:
    """Add the options that choose what seals a package."""
    certificate = click.option(
        "--certificate",
        type=click.Path(path_type=Path),
        help="PKCS#12 file to sign the package and its PDF with.  [env: CONFLUENCE_GDPR_CERTIFICATE]",
    )
    stamp = click.option(
        "--no-stamp", is_flag=True, help="Do not ask the time stamp authority, even where one is configured."
    )
    return certificate(stamp(command))


def trust_options(command: Callable[P, T]) -> Callable[P, T]:
    """Add the options that say which certificates a reader believes."""
    signer = click.option(
        "--trust",
        multiple=True,
        type=click.Path(path_type=Path),
        help="PEM file: the certificate that has to have signed it, or one that it goes back to. Again for several.",
    )
    authority = click.option(
        "--trust-authority",
        multiple=True,
        type=click.Path(path_type=Path),
        help="PEM file: the certificate that its time stamp has to go back to. Again for several.",
    )
    return signer(authority(command))


def sealer(setup: Setup, certificate: Path | None, *, unsigned: bool, no_stamp: bool) -> Sealer:
    """Return what seals a package beside its key, as options and configuration ask for it."""
    from audit.bag.authority import Authority, place
    from audit.bag.certificate import engine, pyhanko, quiet, read_certificate
    from audit.bag.sealing import Sealer
    from audit.config import sealing, system_keyring
    from audit.pacing import SystemClock

    quiet()
    asked = sealing(os.environ, setup.config_path)
    named = None if unsigned else certificate or asked.certificate
    own = None if named is None else read_certificate(named, os.environ, system_keyring, _ask)
    if own is not None:
        own.check(now(), str(named))
        if own.self_signed:
            warn(
                f"{named} holds a self-signed certificate: nobody but its holder vouches for it, and every reader is"
                f" told so. Hand its fingerprint, {own.fingerprint}, to them on another way than the package."
            )
    if no_stamp or not asked.authority:
        return Sealer(own)
    engine(pyhanko)
    host = place(asked.authority)[0].site
    return Sealer(own, lambda: Authority.at(asked, SystemClock(now), asyncio.sleep), host)


def trust(signers: Sequence[Path], authorities: Sequence[Path]) -> Trust:
    """Return what a reader believes now. Raises `PackageError` for a file that holds no certificate."""
    from audit.bag.certificate import quiet, trusted
    from reports.bag.seals import Trust

    quiet()
    return Trust(signers=trusted(signers), authorities=trusted(authorities), at=now())


def described(seal: Seal) -> str:
    """Return one seal in one line: what it is, who made it, and whether the reader trusts that."""
    from reports.bag.names import STAMP

    at = f" at {seal.at_utc}" if seal.at_utc else ""
    what = f"stamped{at} by" if seal.path == STAMP else f"signed{at} with the certificate of"
    believed = "valid, trusted" if seal.trusted else f"valid, NOT TRUSTED: {seal.why}"
    return f"{seal.path}: {what} {seal.subject}, {seal.fingerprint} ({believed})"


def _ask(question: str) -> str | None:
    """Return a secret that a person types without seeing it, None without a terminal."""
    return click.prompt(question, hide_input=True, err=True, type=str) if sys.stdin.isatty() else None
