"""Signatures with a certificate and time stamps of a bag, checked from bytes alone: nothing is fetched.

CMS (RFC 5652) over the manifest of the tag files, PAdES (ETSI EN 319 142-1) in the PDF, and a token of a time stamp
authority (RFC 3161). A certificate is trusted only where the reader names one that it goes back to. Whether it was
revoked is not asked: that needs a network.
"""

from __future__ import annotations

import hashlib
import importlib
import zlib
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final, TypeVar

from reports.bag import names
from reports.bag.integrity import covered, information
from reports.bag.problems import Fault, Problem

T = TypeVar("T")

EXTRA: Final = "it needs pyHanko: pip install 'confluence-gdpr[sign]'"
REASON: Final = "Evidence of run "
"""What a signature in the PDF says before the id of the run."""
DIGESTS: Final = frozenset({"sha256", "sha384", "sha512"})
_USES: Final = frozenset({"digital_signature", "non_repudiation"})
_NO_PATH: Final = frozenset({"NO_CERTIFICATE_CHAIN_FOUND", "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"})
"""What pyHanko calls a certificate that goes back to none of those that are trusted."""
_OUT_OF_DATE: Final = frozenset({"EXPIRED", "NOT_YET_VALID", "OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NOT_REVOKED"})
"""What pyHanko calls a certificate, or one above it, that is not valid at the moment."""
_SHAPELESS: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


@dataclass(frozen=True, slots=True)
class Trust:
    """What a reader trusts, and when."""

    signers: tuple[bytes, ...]
    """Certificates, in DER, that a signature has to go back to; empty where any signer will do."""
    authorities: tuple[bytes, ...]
    """Certificates, in DER, that a time stamp has to go back to; empty where any authority will do."""
    at: datetime
    """Moment at which certificates have to be valid, unless a trusted time stamp tells an earlier one."""

    def roots(self, path: str) -> tuple[bytes, ...]:
        """Return the certificates that the seal in one file has to go back to."""
        return self.authorities if path == names.STAMP else self.signers


NOBODY_TRUSTED: Final = Trust((), (), datetime.fromtimestamp(0, UTC))


@dataclass(frozen=True, slots=True)
class Seal:
    """One signature or time stamp that holds."""

    path: str
    subject: str
    """Who the certificate is made out to, in the words of the certificate."""
    fingerprint: str
    """`SHA256:` and the SHA-256, in hex, of the certificate in DER."""
    at_utc: str
    """The moment that a time stamp proves, or that a signer states; empty where there is none."""
    trusted: bool
    why: str
    """Why it is not trusted."""


@dataclass(frozen=True, slots=True)
class Seals:
    """Everything that was sealed beside the attestation."""

    found: tuple[Seal, ...] = ()
    problems: tuple[Problem, ...] = ()
    unchecked: tuple[str, ...] = ()
    """Files that nobody looked into because the library for it is missing."""


def seals(files: Mapping[str, bytes], trust: Trust, load: Callable[[], object] | None = None) -> Seals:
    """Return what the seals of a bag are worth, the time stamp first. `load` imports the library that checks them."""
    info = information(files.get(names.INFO, b""))
    there = [path for path in _CHECKS if path in files and (path != names.PDF or covered(files[path]))]
    expected = _promised(files, info, trust)
    promised = [Problem(Fault.UNSIGNED, path, why) for path, why in expected.items() if path not in there]
    try:
        (load or _pyhanko)()
    except ImportError:
        return Seals(problems=tuple(promised), unchecked=tuple(there))
    found: list[Seal] = []
    problems = promised
    for path in there:
        seal = _judged(path, files, trust)
        if isinstance(seal, Problem):
            problems.append(seal)
            continue
        found.append(seal)
        if trust.roots(path) and not seal.trusted:
            problems.append(Problem(Fault.UNTRUSTED, path, seal.why))
        if path == names.STAMP and seal.trusted:
            trust = replace(trust, at=datetime.fromisoformat(seal.at_utc))
        elif path != names.STAMP and info.get(names.CERTIFICATE, seal.fingerprint) != seal.fingerprint:
            problems.append(Problem(Fault.ANOTHER_KEY, path, f"{names.INFO} names another certificate"))
    return Seals(tuple(found), tuple(problems))


def _promised(files: Mapping[str, bytes], info: Mapping[str, str], trust: Trust) -> dict[str, str]:
    """Return each seal that the bag announces or the reader asks for, with why it has to be there."""
    found = {names.CMS: "it is missing, and a certificate was named"} if trust.signers else {}
    found |= {names.STAMP: "it is missing, and an authority was named"} if trust.authorities else {}
    said = f"it is missing, and {names.INFO} announces it"
    found |= {names.CMS: said} if names.CERTIFICATE in info else {}
    found |= {names.PDF: "it has no signature, and its package is signed"} if names.CERTIFICATE in info else {}
    found |= {names.STAMP: said} if names.AUTHORITY in info else {}
    return {path: why for path, why in found.items() if path != names.PDF or path in files}


def _pyhanko() -> object:
    return importlib.import_module("pyhanko.sign.validation")


def _judged(path: str, files: Mapping[str, bytes], trust: Trust) -> Seal | Problem:
    """Return a seal that holds, or what is wrong with it."""
    from asn1crypto import x509  # type: ignore[import-untyped]
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko_certvalidator import ValidationContext
    from pyhanko_certvalidator.errors import PathError, ValidationError

    roots = [x509.Certificate.load(one) for one in trust.roots(path)]
    context = ValidationContext(trust_roots=roots, moment=trust.at, allow_fetching=False)
    try:
        return _CHECKS[path](path, files, context)
    except (*_SHAPELESS, zlib.error, PdfError, PathError, ValidationError) as error:
        # What it says may quote the file; its class is enough to look it up.
        return Problem(Fault.MALFORMED, path, f"it is not of its form ({type(error).__name__})")


def _manifest(path: str, files: Mapping[str, bytes], context: Any) -> Seal | Problem:  # noqa: ANN401 - the library's own
    from asn1crypto import cms
    from pyhanko.sign.validation import async_validate_detached_cms

    signed = cms.ContentInfo.load(files[path], strict=True)["content"]
    work = async_validate_detached_cms(files.get(names.TAGS, b""), signed, context, key_usage_settings=_usage())
    status = _finished(work)
    at_utc = _utc(status.signer_reported_dt)
    return _sealed(path, status, context, at_utc, "another manifest than the one of this bag")


def _stamp(path: str, files: Mapping[str, bytes], context: Any) -> Seal | Problem:  # noqa: ANN401 - the library's own
    from asn1crypto import tsp
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
    from pyhanko.sign.validation.status import TimestampSignatureStatus

    token = tsp.TimeStampResp.load(files[path], strict=True)["time_stamp_token"]["content"]
    manifest = files.get(names.TAGS, b"")
    facts = _finished(validate_tst_signed_data(token, context, lambda name: _digest(name, manifest)))
    status = TimestampSignatureStatus(**facts)
    return _sealed(path, status, context, _utc(status.timestamp), "another manifest than the one of this bag")


def _paper(path: str, files: Mapping[str, bytes], context: Any) -> Seal | Problem:  # noqa: ANN401 - the library's own
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    (signature,) = PdfFileReader(BytesIO(files[path])).embedded_signatures
    status = _finished(async_validate_pdf_signature(signature, context, key_usage_settings=_usage(), skip_diff=True))
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return Problem(Fault.APPENDED, path, "its signature does not cover all of it")
    about = str(signature.sig_object.get("/Reason", ""))
    if about != REASON + information(files.get(names.INFO, b"")).get("External-Identifier", ""):
        return Problem(Fault.ANOTHER_RUN, path, "its signature is about another run")
    return _sealed(path, status, context, _utc(status.signer_reported_dt), "other pages than these")


def _usage() -> Any:  # noqa: ANN401 - the library's own
    """Return what a certificate has to be made for: any kind of signature."""
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    return KeyUsageConstraints(key_usage=set(_USES), match_all_key_usages=False)


def _sealed(path: str, status: Any, context: Any, at_utc: str, instead: str) -> Seal | Problem:  # noqa: ANN401
    """Return a seal by its status. `instead` says what it is about when it is not about this bag."""
    fingerprint = fingerprint_of(status.signing_cert.dump())
    if not status.valid:
        return Problem(Fault.SIGNATURE, path, f"the certificate {fingerprint} did not sign this")
    if not status.intact:
        return Problem(Fault.ANOTHER_RUN, path, f"it is about {instead}: of another run, or changed since")
    subject = str(status.signing_cert.subject.human_friendly)
    why = "" if status.trusted else _distrust(status, context.moment)
    return Seal(path, subject, fingerprint, at_utc, bool(status.trusted), why)


def _distrust(status: Any, at: datetime) -> str:  # noqa: ANN401 - the library's own
    """Return why a certificate is not trusted at a moment: its validity in plain words, then what else there is."""
    over = out_of_date(status.signing_cert, at)
    problem = status.trust_problem_indic.name if status.trust_problem_indic else "NO_REASON"
    if problem in _OUT_OF_DATE:
        return f"its certificate {over}" if over else "a certificate above its own is not valid at this time"
    return (
        f"its certificate {over}; {_unknown(status.signing_cert, problem)}"
        if over
        else _unknown(status.signing_cert, problem)
    )


def _unknown(certificate: Any, problem: str) -> str:  # noqa: ANN401 - asn1crypto has no types
    """Return why nobody whom the reader trusts stands behind a certificate, and what the reader can do."""
    if vouched_by_itself(certificate):
        return (
            "its certificate is self-signed, so that nobody but its holder vouches for it. Compare its fingerprint"
            " with one that you got on another way; if it is the same, name the certificate as what you trust"
        )
    if problem in _NO_PATH:
        issuer = str(certificate.issuer.human_friendly)
        return f"it goes back to no certificate that you named; {issuer} made it out: name that one, if you trust it"
    return f"its certificate is not: {problem.lower().replace('_', ' ')}"


def vouched_by_itself(certificate: Any) -> bool:  # noqa: ANN401 - asn1crypto has no types
    """Return whether a certificate was made out by its own holder. Its signature was checked elsewhere, or never."""
    return bool(certificate.issuer == certificate.subject)


def out_of_date(certificate: Any, at: datetime) -> str:  # noqa: ANN401 - asn1crypto has no types
    """Return that a certificate is not valid yet, or no longer, at a moment; empty where it is valid."""
    if at > certificate.not_valid_after:
        return f"expired on {_utc(certificate.not_valid_after)}"
    return f"is valid from {_utc(certificate.not_valid_before)} only" if at < certificate.not_valid_before else ""


def fingerprint_of(certificate: bytes) -> str:
    """Return `SHA256:` and the SHA-256, in hex, of a certificate in DER: what `openssl x509 -fingerprint` writes."""
    return f"SHA256:{hashlib.sha256(certificate).hexdigest()}"


def _digest(name: str, data: bytes) -> bytes:
    if name not in DIGESTS:
        raise ValueError("a digest that nobody should rely on")
    return hashlib.new(name, data).digest()


def _utc(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _finished(work: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine that waits for nothing returns: with fetching off there is nothing to wait for."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    raise ValueError("it cannot be checked without a network")


_CHECKS: Final[Mapping[str, Callable[[str, Mapping[str, bytes], Any], Seal | Problem]]] = {
    names.STAMP: _stamp,
    names.CMS: _manifest,
    names.PDF: _paper,
}
"""Which file holds which seal, in the order in which they are checked."""
