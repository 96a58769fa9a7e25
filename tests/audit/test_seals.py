"""Certificates and time stamps on a bag: made, checked without a network, and every way in which they do not hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from audit.bag.authority import Authority, place, question, why_not
from audit.bag.certificate import PASSPHRASE, Certificate, engine, quiet, read_certificate, trusted
from audit.bag.sealing import Sealer
from audit.config import Sealing
from audit.errors import BadAnswer, ConfigError, PackageError, Rejected, Unreachable, UsageError
from audit.pacing import Limits
from reports.bag import names
from reports.bag.archive import Opened
from reports.bag.build import bag
from reports.bag.payload import payload
from reports.bag.problems import Fault
from reports.bag.seals import Trust, seals
from reports.bag.verify import Verdict, verify
from reports.registry import formats
from tests.audit import certificates
from tests.audit.certificates import NOW, Stamps, party, stamper
from tests.audit.net import FakeTime
from tests.reports import samples as evidence_samples
from tests.reports.bag import samples
from tests.reports.bag.samples import faults

OWN = Trust((party().root(),), (), NOW)
BOTH = Trust((party().root(),), (stamper().root(),), NOW)


def certificate(
    folder: Path, name: str = certificates.OWN, passphrase: str | None = certificates.PASSPHRASE
) -> Certificate:
    """Return the certificate of a party, read from a file as an export does."""
    path = folder / "own.p12"
    path.write_bytes(party(name).pkcs12(passphrase))
    path.chmod(0o600)
    env = {} if passphrase is None else {PASSPHRASE: passphrase}
    return read_certificate(path, env, lambda _service, _user: None, lambda _question: None)


class Direct:
    """An authority without a network."""

    async def stamp(self, data: bytes) -> bytes:
        return bytes(certificates.answer(question(data, 7)).dump())


@asynccontextmanager
async def direct() -> AsyncIterator[Direct]:
    yield Direct()


def sealed(folder: Path, run_id: str | None = None) -> dict[str, bytes]:
    """Return the sample with every seal: the PDF that was rendered for all tests, signed and packed."""
    seal = Sealer(certificate(folder), direct, "https://stamps.example")
    evidence = evidence_samples.migration()
    made = samples.sample()
    forms = [formats()[name] for name in made.facts["formats"].values()]
    paths = {name: path for path, name in made.facts["formats"].items()}
    render = seal.signing(lambda form, _: made.files[paths[form.name]], asyncio.run, lambda: NOW)
    if run_id is not None:
        evidence = replace(evidence, run=replace(evidence.run, id=run_id))
    material = replace(samples.material(evidence), sealing=seal.stated())
    return asyncio.run(seal.around(bag(payload(evidence, material, forms, render), samples.signer()), NOW))


@pytest.fixture(scope="module", name="whole")
def _whole(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    quiet()
    return sealed(tmp_path_factory.mktemp("seals"))


def judged(files: Mapping[str, bytes], trust: Trust = OWN) -> Verdict:
    return verify(Opened(samples.NAME, files), None, trust)


def without(files: Mapping[str, bytes], *paths: str) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path not in paths}


# --- what holds -------------------------------------------------------------------------------------------------------


def test_a_sealed_bag_holds_and_names_certificate_authority_and_moment(whole: Mapping[str, bytes]) -> None:
    verdict = judged(whole, BOTH)
    assert verdict.problems == ()
    assert verdict.signed_by.startswith("SHA256:")
    found = {seal.path: seal for seal in verdict.seals}
    assert set(found) == {names.STAMP, names.CMS} | ({names.PDF} & whole.keys())
    assert all(seal.trusted for seal in verdict.seals)
    assert found[names.STAMP].at_utc == "2026-11-21T09:00:00Z"
    assert "Stamps of Acme" in found[names.STAMP].subject
    assert "Evidence of Acme" in found[names.CMS].subject
    information = whole[names.INFO].decode()
    assert f"Certificate-SHA256: {found[names.CMS].fingerprint}\n" in information
    assert "Time-Stamp-Authority: https://stamps.example\n" in information
    readme = whole[names.README].decode()
    assert "https://stamps.example got one SHA-256" in readme
    assert "openssl ts -verify" in readme


def test_without_a_trusted_certificate_a_seal_is_valid_and_not_trusted(whole: Mapping[str, bytes]) -> None:
    verdict = judged(whole, Trust((), (), NOW))
    assert verdict.problems == ()
    assert verdict.seals
    assert not any(seal.trusted for seal in verdict.seals)


def test_a_certificate_of_its_own_can_be_trusted_by_itself(whole: Mapping[str, bytes]) -> None:
    assert judged(whole, Trust((party().der(),), (stamper().der(),), NOW)).problems == ()


def test_a_certificate_that_the_reader_does_not_know_is_not_trusted(whole: Mapping[str, bytes]) -> None:
    other = party("Somebody else").root()
    assert {(Fault.UNTRUSTED, names.CMS)} <= faults(judged(whole, Trust((other,), (), NOW)))
    assert faults(judged(whole, Trust((), (other,), NOW))) == {(Fault.UNTRUSTED, names.STAMP)}


def test_the_authority_of_time_stamps_is_not_believed_as_a_signer(whole: Mapping[str, bytes]) -> None:
    assert (Fault.UNTRUSTED, names.CMS) in faults(judged(whole, Trust((stamper().root(),), (), NOW)))


def test_a_trusted_stamp_keeps_a_signature_good_beyond_its_certificate(whole: Mapping[str, bytes]) -> None:
    late = replace(OWN, at=NOW + timedelta(days=400))
    assert (Fault.UNTRUSTED, names.CMS) in faults(judged(whole, late))
    root = certificates.made("Authority over stamps", stamper().key, None)
    assert root.not_valid_after_utc < late.at  # so the stamp itself is late, too: its own authority ends with the year
    assert (Fault.UNTRUSTED, names.STAMP) in faults(judged(whole, replace(BOTH, at=late.at)))
    just = NOW + timedelta(days=362)
    assert judged(whole, replace(BOTH, at=just)).problems == ()


def why(verdict: Verdict, path: str) -> str:
    return next(seal.why for seal in verdict.seals if seal.path == path)


@pytest.mark.parametrize("signers", [(), (party().root(),)])
def test_a_certificate_out_of_date_is_told_in_plain_words(
    signers: tuple[bytes, ...], whole: Mapping[str, bytes]
) -> None:
    late, early = NOW + timedelta(days=364), NOW - timedelta(days=3)
    assert "its certificate expired on 2027-11-19T09:00:00Z" in why(judged(whole, Trust(signers, (), late)), names.CMS)
    told = why(judged(whole, Trust(signers, (), early)), names.CMS)
    assert "its certificate is valid from 2026-11-19T09:00:00Z only" in told
    assert "bounds" not in told
    stamped = judged(whole, Trust(signers, (stamper().der(),), NOW + timedelta(days=362)))
    assert "expired" not in why(stamped, names.CMS)


def test_a_trusted_stamp_inside_of_its_validity_keeps_an_expired_certificate_good(tmp_path: Path) -> None:
    brief = party("Brief", (NOW - timedelta(days=2), NOW + timedelta(days=1)))
    (tmp_path / "brief.p12").write_bytes(brief.pkcs12())
    (tmp_path / "brief.p12").chmod(0o600)
    env = {PASSPHRASE: certificates.PASSPHRASE}
    own = read_certificate(tmp_path / "brief.p12", env, lambda _service, _user: None, lambda _question: None)
    files = asyncio.run(Sealer(own, direct, "https://stamps.example").around(samples.unsigned(), NOW))
    later = Trust((brief.root(),), (), NOW + timedelta(days=100))
    (seal,) = [one for one in seals(files, later).found if one.path == names.CMS]
    assert seal.why == "its certificate expired on 2026-11-22T09:00:00Z"
    (seal,) = [
        one for one in seals(files, replace(later, authorities=(stamper().root(),))).found if one.path == names.CMS
    ]
    assert seal.trusted


@pytest.mark.parametrize(
    ("days", "says"), [(364, "expired on 2027-11-19T09:00:00Z"), (-3, "is valid from 2026-11-19T09:00:00Z only")]
)
def test_nothing_is_signed_with_a_certificate_out_of_date(days: int, says: str, tmp_path: Path) -> None:
    own = certificate(tmp_path)
    own.check(NOW, "own.p12")
    with pytest.raises(ConfigError, match=says) as caught:
        own.check(NOW + timedelta(days=days), "own.p12")
    assert "own.p12" in str(caught.value)


def test_without_the_library_seals_are_named_as_not_checked(whole: Mapping[str, bytes]) -> None:
    def missing() -> object:
        raise ImportError

    found = seals(whole, OWN, missing)
    assert not found.found
    assert not found.problems
    assert set(found.unchecked) == {names.STAMP, names.CMS} | ({names.PDF} & whole.keys())


# --- what does not hold -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [names.CMS, names.STAMP])
def test_a_seal_that_was_taken_off_is_missed(path: str, whole: Mapping[str, bytes]) -> None:
    assert (Fault.UNSIGNED, path) in faults(judged(without(whole, path), Trust((), (), NOW)))


def test_a_bag_that_was_never_sealed_does_not_pass_where_a_certificate_is_named() -> None:
    assert (Fault.UNSIGNED, names.CMS) in faults(judged(samples.signed(), OWN))
    assert (Fault.UNSIGNED, names.STAMP) in faults(judged(samples.signed(), replace(BOTH, signers=())))


def test_the_seals_of_another_run_are_named(whole: Mapping[str, bytes], tmp_path: Path) -> None:
    other = sealed(tmp_path, "R-20261120-ffff")
    for path in (names.CMS, names.STAMP):
        assert (Fault.ANOTHER_RUN, path) in faults(judged({**whole, path: other[path]}))
    if names.PDF in whole:
        made = {**whole, names.PDF: other[names.PDF]}
        assert (Fault.ANOTHER_RUN, names.PDF) in faults(judged(made))


def test_the_seal_of_somebody_else_is_named(whole: Mapping[str, bytes], tmp_path: Path) -> None:
    other = asyncio.run(certificate(tmp_path, "Somebody else").over(whole[names.TAGS], NOW))
    assert (Fault.ANOTHER_KEY, names.CMS) in faults(judged({**whole, names.CMS: other}, Trust((), (), NOW)))


def test_a_pdf_whose_signature_was_taken_off_or_that_goes_on_behind_it_is_named(whole: Mapping[str, bytes]) -> None:
    if names.PDF not in whole:
        pytest.skip("no PDF can be made on this machine")
    paper = whole[names.PDF]
    plain = paper[: paper.index(b"%%EOF") + 6]
    assert (Fault.UNSIGNED, names.PDF) in faults(judged({**whole, names.PDF: plain}))
    more = paper + b"1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"
    assert (Fault.APPENDED, names.PDF) in faults(judged({**whole, names.PDF: more}))
    at = paper.index(b"/MediaBox")
    bent = paper[:at] + b"/MediaBoy" + paper[at + 9 :]
    assert (Fault.ANOTHER_RUN, names.PDF) in faults(judged({**whole, names.PDF: bent}))


@pytest.mark.parametrize("path", [names.CMS, names.STAMP, names.PDF])
def test_each_kind_of_damage_to_a_seal_is_told_and_stops_nobody(path: str, whole: Mapping[str, bytes]) -> None:
    if path not in whole:
        pytest.skip("no PDF can be made on this machine")
    data = whole[path]
    good = judged(whole).seals
    changed = [data[:at] + bytes([data[at] ^ 0x21]) + data[at + 1 :] for at in range(0, len(data), len(data) // 4)]
    told = 0
    for bad in (*changed, b"", b"\x30", data[: len(data) // 2], data + b"x", b"0\x80" * 400):
        verdict = judged({**whole, path: bad})
        # A further certificate that lies beside a signature is not signed, and nothing rests on it.
        assert verdict.problems or verdict.seals == good
        told += bool(verdict.problems)
    assert told > len(changed)


# --- the certificate --------------------------------------------------------------------------------------------------


def test_the_passphrase_comes_from_the_environment_the_keyring_or_a_person(tmp_path: Path) -> None:
    path = tmp_path / "own.p12"
    path.write_bytes(party().pkcs12())
    path.chmod(0o600)
    asked: list[str] = []

    def ask(question: str) -> str | None:
        asked.append(question)
        return certificates.PASSPHRASE

    def read(env: Mapping[str, str], ring: str | None) -> str:
        return read_certificate(path, env, lambda _service, _user: ring, ask).fingerprint

    assert read({PASSPHRASE: certificates.PASSPHRASE}, None) == read({}, certificates.PASSPHRASE)
    assert asked == []
    assert read({}, None) == read({}, None)
    assert asked == ["Passphrase of own.p12"] * 2
    assert "Evidence of Acme" in certificate(tmp_path, passphrase=None).subject


@pytest.mark.parametrize(
    ("data", "mode", "says"),
    [(b"no archive", 0o600, "no PKCS#12 file"), (party().pkcs12(), 0o640, "others can read it")],
)
def test_a_certificate_that_cannot_be_used_is_refused_without_its_passphrase(
    data: bytes, mode: int, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.p12"
    path.write_bytes(data)
    path.chmod(mode)
    for passphrase in ("wrong-canary", certificates.PASSPHRASE):
        with pytest.raises(ConfigError) as caught:
            read_certificate(path, {PASSPHRASE: passphrase}, lambda _service, _user: None, lambda _question: None)
        assert says in str(caught.value)
        assert "canary" not in str(caught.value)
    with pytest.raises(ConfigError, match="--certificate"):
        read_certificate(tmp_path / "absent.p12", {}, lambda _service, _user: None, lambda _question: None)


def test_a_missing_library_is_named_with_what_to_install() -> None:
    def missing() -> None:
        raise ImportError

    with pytest.raises(UsageError, match=r"confluence-gdpr\[sign\]"):
        engine(missing)  # type: ignore[arg-type]


def test_a_trusted_file_without_a_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_bytes(party().pem() + stamper().pem())
    assert trusted([tmp_path / "own.pem"]) == (party().der(), stamper().der())
    (tmp_path / "empty.pem").write_text("x")
    for name in ("empty.pem", "absent.pem"):
        with pytest.raises(PackageError, match=name):
            trusted([tmp_path / name])


def test_a_seal_that_does_not_hold_is_not_written(tmp_path: Path) -> None:
    class Other(Direct):
        async def stamp(self, data: bytes) -> bytes:
            return await super().stamp(data + b"x")

    @asynccontextmanager
    async def other() -> AsyncIterator[Other]:
        yield Other()

    with pytest.raises(PackageError, match="not sealed"):
        asyncio.run(Sealer(certificate(tmp_path), other, "x").around(samples.signed(), NOW))


# --- the authority ----------------------------------------------------------------------------------------------------


def asked(url: str, data: bytes, time: FakeTime | None = None) -> bytes:
    """Ask an authority on loopback as an export does."""
    clock = time or FakeTime()

    async def ask() -> bytes:
        async with Authority.at(Sealing(None, url, Limits(attempts=3)), clock, clock.sleep) as authority:
            return await authority.stamp(data)

    return asyncio.run(ask())


def test_an_authority_gets_one_hash_and_no_credentials() -> None:
    stamps = Stamps(statuses=[503, 429])
    time = FakeTime()
    with stamps.served() as url:
        token = asked(url, b"manifest with a canary", time)
    assert len(stamps.bodies) == 3
    assert len(time.slept) == 2
    for head, body in zip(stamps.heads, stamps.bodies, strict=True):
        assert head["content-type" if "content-type" in head else "Content-Type"] == "application/timestamp-query"
        assert not {"authorization", "cookie"} & {name.lower() for name in head}
        assert b"canary" not in body
        assert len(body) < 100
    assert why_not(token, b"another", 1) == "it is the answer to another request"


def test_an_answer_to_another_request_or_none_at_all_is_refused() -> None:
    earlier = bytes(certificates.answer(question(b"manifest", 1)).dump())
    for said in (earlier, b"<html>no</html>", b"\x30\x05\x30\x03\x02\x01\x02"):
        with Stamps(earlier=said).served() as url, pytest.raises(BadAnswer, match=r"127\.0\.0\.1"):
            asked(url, b"manifest")


def test_an_authority_that_refuses_or_is_not_there_is_named() -> None:
    with Stamps(statuses=[400]).served() as url, pytest.raises(Rejected, match=r"127\.0\.0\.1"):
        asked(url, b"manifest")
    with Stamps(statuses=[500] * 3).served() as url, pytest.raises(Unreachable, match=r"127\.0\.0\.1"):
        asked(url, b"manifest")
    with pytest.raises(Unreachable):
        asked("http://127.0.0.1:9/stamp", b"manifest")


@pytest.mark.parametrize(
    "url",
    ["http://stamps.example/", "ftp://x", "https://me:secret-canary@stamps.example", "https://stamps.example/?a=b"],
)
def test_an_address_that_is_no_authority_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="timestamp_authority") as caught:
        place(url)
    assert "canary" not in str(caught.value)
    assert place("https://Stamps.example/tsa")[1] == "/tsa"
