"""Each fault of a bag has its name: of the container, of the signature, of the journal, of figures that disagree."""

from __future__ import annotations

import base64
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from io import BytesIO
from typing import Any

import pytest

from reports.bag import names
from reports.bag.archive import FILES_LIMIT, archive, unpacked
from reports.bag.attestation import PAYLOAD_TYPE, encoded
from reports.bag.chain import walked, written
from reports.bag.problems import Fault
from reports.bag.verify import verify
from reports.document import canonical
from tests.reports.bag import samples
from tests.reports.bag.samples import faults, judged, resealed, signed, signer, unsigned, zipped

OTHER = bytes(reversed(range(32)))
Made = Callable[[], dict[str, bytes | None]]
"""Makes files of the sample when a test asks for them: collecting tests renders nothing."""
Whole = Callable[[], Mapping[str, bytes]]


def changed_json(path: str, change: Callable[[Any], object]) -> Made:
    """Make one JSON file of the sample with `change` done to its value in place."""

    def made() -> dict[str, bytes | None]:
        value = json.loads(samples.sample().files[path])
        change(value)
        return {path: f"{canonical(value)}\n".encode()}

    return made


def put(path: str, data: bytes | None) -> Made:
    """Make one file of the sample with other contents, or without it."""
    return lambda: {path: data}


# --- the container ------------------------------------------------------------------------------------------------


def test_the_sample_holds_as_a_folder_and_as_a_zip_file() -> None:
    for verdict in (judged(signed()), zipped(signed())):
        assert verdict.problems == ()
        assert verdict.signed_by.startswith("SHA256:")
        assert not verdict.pinned
        assert verdict.records == 25
        assert verdict.run == "migration R-20261120-7f3a on https://wiki.example.org"
    assert judged(signed(), signer().public_pem()).pinned
    assert judged(unsigned()).signed_by == ""


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("data/more.json", Fault.EXTRA),
        ("notes.txt", Fault.EXTRA),
        ("manifest-md5.txt", Fault.ALGORITHM),
        ("tagmanifest-sha1.txt", Fault.ALGORITHM),
        ("data/Findings.JSON", Fault.DUPLICATE),
        ("data/ﬁndings.json", Fault.DUPLICATE),
        ("data/../../etc/passwd", Fault.ESCAPES),
        ("/etc/passwd", Fault.ESCAPES),
        ("C:/windows", Fault.ESCAPES),
        ("data\\..\\x", Fault.ESCAPES),
        ("~root/x", Fault.ESCAPES),
    ],
)
def test_a_file_too_many_is_named_by_what_is_wrong_with_it(path: str, fault: Fault) -> None:
    for files in (signed(), unsigned()):
        assert (fault, path) in faults(judged({**files, path: b"x"}))


def test_missing_changed_renamed_and_swapped_files_are_told_apart() -> None:
    files = dict(unsigned())
    gone = {path: data for path, data in files.items() if path != names.COVERAGE}
    assert (Fault.MISSING, names.COVERAGE) in faults(judged(gone))
    assert (Fault.CHANGED, names.COVERAGE) in faults(judged({**files, names.COVERAGE: b"{}"}))
    renamed = {**gone, "data/cover.json": files[names.COVERAGE]}
    problem = next(one for one in judged(renamed).problems if one.fault is Fault.RENAMED)
    assert problem.where == names.COVERAGE
    assert "data/cover.json" in problem.why
    swapped = judged({**files, names.COVERAGE: files[names.SBOM], names.SBOM: files[names.COVERAGE]})
    assert any(names.SBOM in one.why for one in swapped.problems if one.where == names.COVERAGE)
    for tag in (names.README, names.INFO, names.TAGS):
        assert (Fault.MISSING, tag) in faults(judged({path: data for path, data in files.items() if path != tag}))


def test_what_is_no_bag_is_told_so() -> None:
    assert {fault for fault, _ in faults(judged({"a.txt": b"x"}))} == {Fault.NO_BAG}
    assert {fault for fault, _ in faults(judged({}))} == {Fault.NO_BAG}
    assert {fault for fault, _ in faults(verify(unpacked(b"PK")))} == {Fault.ARCHIVE}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (f"{'0' * 64}  {names.MANIFEST}", Fault.LISTS_ITSELF),
        (f"{'0' * 64}  ../x", Fault.ESCAPES),
        (f"{'0' * 64}  data/report.PDF", Fault.DUPLICATE),
        (f"{'A' * 64}  data/x", Fault.MALFORMED),
        ("d41d8cd98f00b204e9800998ecf8427e  data/x", Fault.MALFORMED),
        (f"{'0' * 64}  bagit.txt", Fault.MALFORMED),
    ],
)
def test_a_line_that_may_not_stand_in_a_manifest_is_named(line: str, fault: Fault) -> None:
    data = unsigned()[names.MANIFEST] + f"{line}\n".encode()
    assert fault in {one for one, _ in faults(judged({**unsigned(), names.MANIFEST: data}))}


def test_a_manifest_with_a_file_twice_or_in_another_order_is_named() -> None:
    lines = unsigned()[names.MANIFEST].splitlines(keepends=True)
    twice = judged({**unsigned(), names.MANIFEST: b"".join([*lines, lines[0]])})
    assert Fault.DUPLICATE in {fault for fault, _ in faults(twice)}
    turned = judged({**unsigned(), names.MANIFEST: b"".join(reversed(lines))})
    assert (Fault.MALFORMED, names.MANIFEST) in faults(turned)


def packed(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED, mode: int = 0o100644) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as into:
        for name, data in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            entry.compress_type = method
            into.writestr(entry, data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (packed(("b/bagit.txt", b"0" * 9_000_000), method=zipfile.ZIP_DEFLATED), Fault.ARCHIVE),
        (packed(("b/bagit.txt", b""), ("b/../../x", b"")), Fault.ESCAPES),
        (packed(("b/bagit.txt", b""), ("c/x", b"")), Fault.ESCAPES),
        (packed(("b/bagit.txt", b""), ("b/data/", b"")), Fault.ARCHIVE),
        (packed(("b/bagit.txt", b"target"), mode=0o120777), Fault.SYMLINK),
        (packed(*((f"b/{n}", b"") for n in range(FILES_LIMIT + 1))), Fault.TOO_LARGE),
        (packed(), Fault.NO_BAG),
    ],
    ids=["bomb", "climbs", "two roots", "folder", "symlink", "many", "empty"],
)
def test_an_archive_that_no_export_wrote_is_refused(data: bytes, fault: Fault) -> None:
    assert fault in {one for one, _ in faults(verify(unpacked(data)))}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_with_a_file_twice_or_with_hidden_bytes_is_refused() -> None:
    twice = packed(("b/bagit.txt", b"1"), ("b/bagit.txt", b"2"))
    assert (Fault.DUPLICATE, "bagit.txt") in faults(verify(unpacked(twice)))
    whole = archive(samples.NAME, signed())
    for data in (b"#!/bin/sh\n" + whole, whole + b"x"):
        assert Fault.ARCHIVE in {fault for fault, _ in faults(verify(unpacked(data)))}


def test_an_archive_whose_files_share_their_bytes_is_refused() -> None:
    data = bytearray(packed(*((f"b/{n}", b"0" * 5_000) for n in range(20))))
    first = data.index(b"PK\x01\x02")
    while (first := data.find(b"PK\x01\x02", first)) >= 0:
        struct.pack_into("<2L", data, first + 20, 90_000, 90_000)
        struct.pack_into("<L", data, first + 42, 0)
        first += 4
    assert {fault for fault, _ in faults(verify(unpacked(bytes(data))))} == {Fault.TOO_LARGE}


def test_bytes_behind_the_end_of_the_pdf_are_named_even_where_every_digest_fits() -> None:
    pdf = samples.sample().files.get(names.PDF)
    if pdf is None:
        pytest.skip("no PDF can be made on this machine")
    for more in (b"x", b"1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n", b"\n" * 9_000):
        assert (Fault.APPENDED, names.PDF) in faults(judged(resealed({names.PDF: pdf + more}, signer())))
    assert (Fault.MALFORMED, names.PDF) in faults(judged(resealed({names.PDF: b"MZ\n" + pdf}, signer())))


# --- the signature ------------------------------------------------------------------------------------------------


def envelope(change: Callable[[dict[str, Any]], object], payload_type: str = PAYLOAD_TYPE) -> Whole:
    """Make the sample with its statement changed and signed anew with the right key."""

    def made() -> dict[str, bytes]:
        stored = json.loads(signed()[names.ATTESTATION])
        statement = json.loads(base64.b64decode(stored["payload"]))
        change(statement)
        payload = canonical(statement).encode()
        signature = signer().key.sign(encoded(payload_type, payload))
        stored |= {"payload": base64.b64encode(payload).decode(), "payloadType": payload_type}
        stored["signatures"][0]["sig"] = base64.b64encode(signature).decode()
        return {**signed(), names.ATTESTATION: f"{canonical(stored)}\n".encode()}

    return made


def nothing(_statement: dict[str, Any]) -> None:
    """Leave the statement as it is."""


def test_signing_the_same_statement_anew_gives_the_bag_itself() -> None:
    assert envelope(nothing)() == signed()


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        (envelope(nothing, "text/plain"), Fault.PAYLOAD_TYPE),
        (envelope(lambda one: one.update(_type="https://in-toto.io/Statement/v0.1")), Fault.PAYLOAD_TYPE),
        (envelope(lambda one: one.update(predicateType="https://slsa.dev/provenance/v1")), Fault.PAYLOAD_TYPE),
        (envelope(lambda one: one["subject"][0]["digest"].update(md5="x")), Fault.ALGORITHM),
        (envelope(lambda one: one["subject"].pop()), Fault.EXTRA),
        (envelope(lambda one: one["subject"].append({"name": "x", "digest": {"sha256": ""}})), Fault.MISSING),
        (envelope(lambda one: one["predicate"]["run"].update(id="R-other")), Fault.ANOTHER_RUN),
        (envelope(lambda one: one["predicate"]["totals"].update(findings=1)), Fault.COUNTS),
        (envelope(lambda one: one.pop("predicate")), Fault.MALFORMED),
        (
            lambda: {**signed(), names.ATTESTATION: b'{"payload": "", "payloadType": "", "signatures": []}\n'},
            Fault.MALFORMED,
        ),
        (lambda: {**signed(), names.ATTESTATION: signed()[names.ATTESTATION] + b"\n"}, Fault.MALFORMED),
        (lambda: {**signed(), names.ATTESTATION: b"[" * 100_000}, Fault.MALFORMED),
        (lambda: {**signed(), names.PUBLIC_KEY: b"-----BEGIN PUBLIC KEY-----"}, Fault.ALGORITHM),
        (lambda: {**signed(), names.PUBLIC_KEY: signer(OTHER).public_pem()}, Fault.ANOTHER_KEY),
    ],
)
def test_what_is_wrong_with_a_signature_has_a_name(files: Whole, fault: Fault) -> None:
    assert fault in {one for one, _ in faults(judged(files()))}


def test_a_key_of_another_kind_is_an_unknown_algorithm() -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    pem = generate_private_key(SECP256R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert (Fault.ALGORITHM, names.PUBLIC_KEY) in faults(judged({**signed(), names.PUBLIC_KEY: pem}))
    with pytest.raises(ValueError, match="Ed25519"):
        judged(signed(), pem)


def test_the_signature_of_another_run_is_named() -> None:
    def another(facts: dict[str, Any]) -> None:
        facts["run"]["id"] = "R-20261119-0001"

    other = resealed(changed_json(names.RUN, another)(), signer())
    verdict = judged({**other, names.ATTESTATION: signed()[names.ATTESTATION]})
    assert (Fault.ANOTHER_RUN, names.ATTESTATION) in faults(verdict)


def test_a_bag_made_anew_and_signed_by_somebody_else_is_seen_where_the_key_is_pinned() -> None:
    forged = resealed({}, signer(OTHER))
    assert judged(forged).problems == ()
    assert not judged(forged).pinned
    assert (Fault.ANOTHER_KEY, names.PUBLIC_KEY) in faults(judged(forged, signer().public_pem()))


def test_a_signature_that_was_removed_is_missed_where_anything_still_speaks_of_it() -> None:
    stripped = {path: data for path, data in signed().items() if path != names.ATTESTATION}
    assert (Fault.UNSIGNED, names.ATTESTATION) in faults(judged(stripped))
    assert (Fault.UNSIGNED, names.ATTESTATION) in faults(judged(unsigned(), signer().public_pem()))
    assert judged(unsigned()).problems == ()


# --- the journal --------------------------------------------------------------------------------------------------


def test_a_journal_that_was_shortened_changed_or_put_in_another_order_is_named() -> None:
    links = samples.journal()
    assert walked(written(links)).links == links
    lines = written(links).splitlines(keepends=True)
    edited = lines[3].replace(b"VERIFIED", b"REJECTED")
    assert edited != lines[3]
    for data in (
        b"".join(lines[:-1]),
        b"".join(lines[1:]),
        b"".join([*lines[:3], edited, *lines[4:]]),
        b"".join([lines[1], lines[0], *lines[2:]]),
        b"".join([*lines, b"{}\n"]),
        b"".join([*lines[:2], lines[2].replace(b'":"', b'": "', 1), *lines[3:]]),
    ):
        assert (Fault.CHAIN, names.JOURNAL) in faults(judged(resealed({names.JOURNAL: data}, signer())))


def test_a_chain_that_was_made_anew_does_not_have_the_head_that_the_run_names() -> None:
    links = samples.journal()
    entries = [json.loads(link.entry) for link in links]
    entries[0]["state"] = "PLANNED"
    forged = written(samples.chained(entries))
    assert walked(forged).why == ""
    assert (Fault.CHAIN, names.JOURNAL) in faults(judged(resealed({names.JOURNAL: forged}, signer())))
    assert asdict(links[0]).keys() == {"seq", "at_utc", "entry", "prev", "hash"}


# --- figures that have to agree -----------------------------------------------------------------------------------


def less(path: str) -> Made:
    """Make a list of findings of the sample with one finding less."""
    if path.endswith(".sarif"):
        return changed_json(path, lambda log: log["runs"][0]["results"].pop())
    return lambda: {path: b"".join(samples.sample().files[path].splitlines(keepends=True)[:-1])}


def other_data() -> dict[str, bytes | None]:
    """Return the page as one about other data."""
    digest = samples.sample().facts["run"]["data_sha256"].encode()
    return {names.HTML: samples.sample().files[names.HTML].replace(digest, b"0" * 64)}


@pytest.mark.parametrize(
    ("changes", "fault", "where"),
    [
        (less("data/findings.csv"), Fault.COUNTS, "data/findings.csv"),
        (less("data/findings.sarif"), Fault.COUNTS, "data/findings.sarif"),
        (other_data, Fault.COUNTS, names.HTML),
        (changed_json(names.FINDINGS, lambda one: one["findings"].pop()), Fault.COUNTS, names.FINDINGS),
        (changed_json(names.FINDINGS, lambda one: one["totals"].update(held=99)), Fault.COUNTS, names.FINDINGS),
        (
            changed_json(names.FINDINGS, lambda one: one["totals"]["by_severity"].update(high=0)),
            Fault.COUNTS,
            names.FINDINGS,
        ),
        (
            changed_json(names.FINDINGS, lambda one: one["run"].update(site="https://x.example")),
            Fault.COUNTS,
            names.RUN,
        ),
        (changed_json(names.COVERAGE, lambda one: one["rows"][1].update(seen=1)), Fault.COVERAGE, names.COVERAGE),
        (changed_json(names.COVERAGE, lambda one: one["totals"].update(read=1)), Fault.COVERAGE, names.COVERAGE),
        (changed_json(names.COVERAGE, lambda one: one["rows"].pop()), Fault.COVERAGE, names.COVERAGE),
        (changed_json(names.COVERAGE, lambda one: one.update(status="incomplete")), Fault.COVERAGE, names.COVERAGE),
        (changed_json(names.COVERAGE, lambda one: one.update(incomplete=["x"])), Fault.COVERAGE, names.COVERAGE),
        (
            changed_json(names.COVERAGE, lambda one: one["rows"][-1].update(seen=1, read=1)),
            Fault.COVERAGE,
            names.COVERAGE,
        ),
        (changed_json(names.PLAN, lambda one: one.update(digest="0" * 64)), Fault.COUNTS, names.PLAN),
        (changed_json(names.PLAN, lambda one: one["actions"].pop()), Fault.COUNTS, names.PLAN),
        (put(names.PLAN, None), Fault.COUNTS, names.PLAN),
        (changed_json(names.IDENTITIES, lambda one: one["identities"].pop()), Fault.COUNTS, names.IDENTITIES),
        (put(names.CHANGES, b""), Fault.COUNTS, names.CHANGES),
        (changed_json(names.ENVIRONMENT, lambda one: one.update(rules_digest="")), Fault.COUNTS, names.ENVIRONMENT),
        (put("data/findings.csv", None), Fault.MISSING, "data/findings.csv"),
        (put(names.COVERAGE, b"[]"), Fault.MALFORMED, names.COVERAGE),
        (put(names.FINDINGS, b"null"), Fault.MALFORMED, names.FINDINGS),
        (put(names.RUN, b"\xff"), Fault.MALFORMED, names.RUN),
    ],
)
def test_files_that_do_not_agree_are_named_even_where_every_digest_fits(
    changes: Made, fault: Fault, where: str
) -> None:
    assert (fault, where) in faults(judged(resealed(changes(), signer())))


def test_a_change_that_counts_as_applied_has_its_end_in_the_journal() -> None:
    links = samples.journal()
    entries = [json.loads(link.entry) for link in links]
    entries = [entry for entry in entries if (entry["op"]["token"], entry["state"]) != ("apply A-0002", "DONE")]
    data = written(samples.chained(entries))
    problems = judged(resealed({names.JOURNAL: data}, signer())).problems
    assert any("no end there, and counts as applied" in one.why for one in problems)


def repacked(method: int) -> bytes:
    """Return the sample as another program packs it: other dates, modes and order."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as into:
        for name, data in reversed(list(signed().items())):
            into.writestr(zipfile.ZipInfo(f"{samples.NAME}/{name}", (2026, 11, 20, 8, 0, 2)), data, method)
    return target.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_that_was_packed_anew_holds_with_a_note(method: int) -> None:
    data = repacked(method)
    verdict = verify(unpacked(data))
    assert not verdict.problems
    assert "another program" in verdict.note
    # The date of the first file, in one of its two headers.
    changed = bytearray(data)
    changed[12] ^= 1
    for odd in (b"x" + data, data + b"x", bytes(changed)):
        assert Fault.ARCHIVE in {fault for fault, _ in faults(verify(unpacked(odd)))}


def test_what_stands_in_reports_for_people_is_named_as_not_compared() -> None:
    words = judged(signed()).words_unread
    assert {"data/report.html", "data/report.md"} <= {*words}
