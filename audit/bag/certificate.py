"""The organisation's certificate: a PKCS#12 file, its passphrase, and what is signed with it.

The passphrase comes from the environment, the keyring or a prompt, never from the command line. Signing needs pyHanko.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from audit.bag.keys import private_bytes
from audit.config import SERVICE, Keyring
from audit.errors import ConfigError, PackageError, UsageError
from reports.bag.seals import REASON, fingerprint_of, out_of_date, vouched_by_itself

if TYPE_CHECKING:
    from types import ModuleType

    from pyhanko.sign.signers import SimpleSigner

PASSPHRASE: Final = "CONFLUENCE_GDPR_CERTIFICATE_PASSPHRASE"  # noqa: S105 - the name of a variable
KEYRING_USER: Final = "certificate-passphrase"
FIELD: Final = "Signature"
DIGEST: Final = "sha256"

Ask = Callable[[str], str | None]
"""Asks a person for a secret; None where nobody can be asked."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its private key, ready to sign. It has no representation."""

    signer: SimpleSigner

    @property
    def subject(self) -> str:
        """Return who it is made out to, in its own words."""
        return str(self._own.subject.human_friendly)

    @property
    def fingerprint(self) -> str:
        """Return `SHA256:` and the SHA-256, in hex, of the certificate in DER."""
        return fingerprint_of(self._own.dump())

    @property
    def self_signed(self) -> bool:
        """Return whether nobody but its holder made it out."""
        return vouched_by_itself(self._own)

    def check(self, at: datetime, where: str) -> None:
        """Return when the certificate is valid at a moment. Raises `ConfigError`, naming the file `where`, if not."""
        if why := out_of_date(self._own, at):
            raise ConfigError(
                what="The certificate cannot be used",
                where=where,
                why=f"it {why}, and nobody would trust what it signs now",
                fix="Check the clock of this machine, or name a certificate that is valid now; without one the key of "
                "the package signs it all the same.",
            )

    @property
    def _own(self) -> Any:  # noqa: ANN401 - asn1crypto has no types
        return self.signer.signing_cert

    async def over(self, data: bytes, at: datetime) -> bytes:
        """Return a detached CMS signature (RFC 5652) over `data`, in DER, with the certificates that it needs."""
        from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

        stated = PdfCMSSignedAttributes(signing_time=at)
        signed = await self.signer.async_sign_general_data(data, DIGEST, signed_attr_settings=stated)
        return bytes(signed.dump())

    async def on_paper(self, pdf: bytes, run_id: str, at: datetime) -> bytes:
        """Return a PDF with an invisible signature behind what was there (PAdES B-B). It stays PDF/A and PDF/UA."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import SigSeedSubFilter
        from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession

        about = PdfSignatureMetadata(
            field_name=FIELD, md_algorithm=DIGEST, reason=f"{REASON}{run_id}", subfilter=SigSeedSubFilter.PADES
        )

        class Timed(PdfSigner):
            """Takes the time from its caller instead of from the clock and the time zone of the machine."""

            def init_signing_session(self, *arguments: Any, **options: Any) -> PdfSigningSession:  # noqa: ANN401 - as inherited
                session = super().init_signing_session(*arguments, **options)
                session.system_time = at
                return session

        target = BytesIO()
        await Timed(about, self.signer).async_sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=target)
        return target.getvalue()

    def __repr__(self) -> str:
        return "Certificate(<key>)"


def read_certificate(
    path: Path, env: Mapping[str, str], keyring: Keyring, ask: Ask, load: Callable[[], ModuleType] | None = None
) -> Certificate:
    """Return the certificate in a PKCS#12 file. `load` imports the library that signs.

    The passphrase is looked for in the environment, then in the keyring; without one the file is tried as it is, and
    then a person is asked. Raises `UsageError` when pyHanko is missing and `ConfigError` when the file cannot be used.
    """
    signing = engine(load or pyhanko)
    data = private_bytes(path, "--certificate")
    given = env.get(PASSPHRASE) or keyring(SERVICE, KEYRING_USER)
    found = _opened(signing, data, given)
    if found is None and given is None and (asked := ask(f"Passphrase of {path.name}")):
        found = _opened(signing, data, asked)
    if found is None:
        raise ConfigError(
            what="The certificate cannot be used",
            where=str(path),
            why="it is no PKCS#12 file with a key and a certificate, or the passphrase is not its own",
            fix=f"Give its passphrase in {PASSPHRASE}, in the keyring (`keyring set {SERVICE} {KEYRING_USER}`) or at "
            "the prompt of a terminal.",
        )
    return found


def engine(load: Callable[[], ModuleType]) -> ModuleType:
    """Return what signs, or raise `UsageError` with what to install when it is missing."""
    try:
        return load()
    except ImportError as error:
        raise UsageError(
            what="Signing with a certificate and time stamps need pyHanko",
            where="--certificate, `certificate` or `timestamp_authority`",
            why="it is not installed",
            fix="pip install 'confluence-gdpr[sign]'. The Ed25519 signature of the package needs nothing.",
        ) from error


def trusted(paths: Sequence[Path]) -> tuple[bytes, ...]:
    """Return every certificate, in DER, in some PEM files. Raises `PackageError` for a file that holds none."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    found: list[bytes] = []
    for path in paths:
        try:
            found += [one.public_bytes(Encoding.DER) for one in load_pem_x509_certificates(path.read_bytes())]
        except (OSError, ValueError) as error:
            raise PackageError(
                what="The trusted certificate cannot be used",
                where=str(path),
                why=(error.strerror or "") if isinstance(error, OSError) else "it holds no certificate in PEM",
                fix="Name a PEM file; `openssl x509 -inform DER -in FILE` makes one.",
            ) from error
    if found:
        engine(pyhanko)
    return tuple(found)


def quiet() -> None:
    """Keep the library from writing its own log, with names from certificates, to standard error."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.handlers[:] = [logging.NullHandler()]


def pyhanko() -> ModuleType:
    """Return the part of the library that signs, imported now."""
    return importlib.import_module("pyhanko.sign.signers")


def _opened(signing: ModuleType, data: bytes, passphrase: str | None) -> Certificate | None:
    """Return the certificate in a PKCS#12 file, None when it does not open."""
    try:
        signer = signing.SimpleSigner.load_pkcs12_data(data, [], None if passphrase is None else passphrase.encode())
    except (ValueError, AttributeError, TypeError):  # no PKCS#12, or one without a key or a certificate
        return None
    return Certificate(signer)
