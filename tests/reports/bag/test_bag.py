"""A bag: its names, its bytes, and that programs of others find it in order."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from reports.bag import names
from reports.bag.archive import archive, unpacked
from reports.bag.attestation import Signer, encoded
from reports.bag.build import bag
from reports.bag.manifest import merkle_root
from reports.bag.payload import payload
from reports.bag.sbom import Component, sbom
from reports.evidence import Evidence
from reports.format import Format, Unavailable
from reports.registry import formats
from tests.reports import samples as evidence_samples
from tests.reports.bag import samples

TAGS = {"README.md", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"}
FIXED = {
    "data/run.json", "data/coverage.json", "data/changes.jsonl", "data/journal.jsonl", "data/environment.json",
    "data/sbom.cdx.json", "data/report.schema.json",
}  # fmt: skip
OF_A_PLAN = {"data/plan.json", "data/identities.json"}
REPORTS = {"data/findings.json", "data/findings.csv", "data/findings.sarif", "data/report.html"}


def made(evidence: Evidence, signer: Signer | None = None) -> dict[str, bytes]:
    quick = tuple(one for one in formats().values() if one.name in {"json", "csv", "sarif", "html"})
    return bag(payload(evidence, samples.material(evidence), quick, samples.plain_render), signer)


def laid_out(files: Mapping[str, bytes], folder: Path) -> Path:
    root = folder / samples.NAME
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def test_the_names_in_a_bag_are_those_that_the_documents_promise() -> None:
    assert set(made(evidence_samples.audit())) == TAGS | FIXED | REPORTS
    signed = set(made(evidence_samples.migration(), samples.signer()))
    assert signed == TAGS | FIXED | REPORTS | OF_A_PLAN | {"attestation.dsse.json", "signing-key.pub.pem"}


def test_every_registered_format_is_in_the_bag_or_named_as_left_out() -> None:
    facts = samples.sample().facts
    assert sorted([*facts["formats"].values(), *facts["left_out"]]) == sorted(formats())
    assert len(facts["formats"]) == len(set(facts["formats"]))
    assert set(facts["formats"]) <= set(samples.sample().files)


def test_a_format_that_this_machine_cannot_render_is_named_in_the_readme() -> None:
    def refuse(format_: Format, evidence: Evidence) -> bytes:
        if format_.name == "pdf":
            raise Unavailable("Pango is missing.")
        return format_.render(evidence)

    evidence = evidence_samples.audit()
    chosen = tuple(one for one in formats().values() if one.name in {"json", "pdf"})
    made_of = payload(evidence, samples.material(evidence), chosen, refuse)
    assert made_of.facts["left_out"]["pdf"] == "Pango is missing."
    assert made_of.facts["left_out"].keys() == formats().keys() - {"json"}
    files = bag(made_of, None)
    assert b"The report as pdf is missing: Pango is missing." in files["README.md"]
    assert samples.judged(files).problems == ()


def test_two_formats_with_one_suffix_get_names_of_their_own() -> None:
    evidence = evidence_samples.audit()
    first, second = (Format(name, ".json", "application/json", lambda _: b"{}\n") for name in ("aaa", "bbb"))
    files = payload(
        evidence, samples.material(evidence), (first, formats()["json"], second), samples.plain_render
    ).files
    assert {"data/findings.json", "data/findings-aaa.json", "data/findings-bbb.json"} <= set(files)
    assert b'"schema_version"' in files["data/findings.json"]


@pytest.mark.parametrize(
    "evidence",
    [evidence_samples.audit(), evidence_samples.empty(), evidence_samples.incomplete(), evidence_samples.hostile()],
    ids=["audit", "empty", "incomplete", "hostile"],
)
def test_a_bag_of_each_kind_of_run_holds(evidence: Evidence) -> None:
    assert samples.judged(made(evidence, samples.signer())).problems == ()


def test_the_name_of_a_bag_is_safe_on_every_system() -> None:
    plain = names.bag_name("https://acme.atlassian.net", "20261120T120000Z-abcdef", "")
    assert plain == "gdpr-evidence_acme.atlassian.net_20261120T120000Z-abcdef"
    odd = names.bag_name("http://[::1]:8990/../x", "R-1", "P-0123456789ab")
    assert odd == "gdpr-evidence_1-8990-..-x_R-1_P-0123456789ab"
    assert not names.escapes(odd)


def test_the_same_run_gives_the_same_bytes() -> None:
    one, two = (made(evidence_samples.migration(), samples.signer()) for _ in range(2))
    assert one == two
    turned = {path: one[path] for path in sorted(one, reverse=True)}
    assert archive("b", one) == archive("b", turned)


def test_a_zip_file_gives_back_what_was_packed() -> None:
    opened = unpacked(archive(samples.NAME, samples.signed()))
    assert (opened.name, opened.files, opened.problems) == (samples.NAME, samples.signed(), ())


def test_the_private_key_is_nowhere_in_the_bag_nor_in_its_own_name() -> None:
    secret = samples.PRIVATE
    for data in samples.signed().values():
        assert secret not in data
        assert base64.b64encode(secret)[:-2] not in data
        assert b"PRIVATE KEY" not in data
    assert repr(samples.signer()) == "Signer(<key>)"


def test_a_bag_without_signature_says_so_aloud() -> None:
    files = samples.unsigned()
    assert b"**UNSIGNED.**" in files["README.md"]
    assert b"UNSIGNED" in files["bag-info.txt"]
    assert b"UNSIGNED" not in samples.signed()["README.md"]


def test_the_readme_answers_what_an_auditor_asks() -> None:
    text = made(evidence_samples.incomplete())["README.md"].decode()
    for heading in (
        "Who ran what, when, with which rights", "Over which population", "What was not examined, and why", "How",
        "How to repeat it", "How long to keep it", "What is in it", "How to check it by hand",
    ):  # fmt: skip
        assert f"\n## {heading}\n" in text
    assert "The run is incomplete: " in text
    assert "12 skipped, larger than 50 MB" in text
    assert "confluence-gdpr audit https://wiki.example.org --space HR --space ENG --space OPS" in text


def test_texts_of_a_site_are_inert_in_the_readme() -> None:
    evidence = evidence_samples.audit()
    nasty = "<script>x</script> [a](javascript:x) `|`\n\n# heading"
    row = replace(evidence.coverage[0], skipped={nasty: 1}, seen=evidence.coverage[0].read + 1)
    text = made(replace(evidence, coverage=(row,)))["README.md"].decode()
    assert r"\<script\>x\</script\> \[a\](javascript:x) \`\|\` # heading" in text
    assert "\n# heading" not in text


def test_a_write_of_unknown_outcome_is_counted_and_told() -> None:
    evidence = evidence_samples.migration()
    whole = samples.material(evidence)
    cut = replace(whole, journal=whole.journal[:-3])
    made_of = payload(evidence, cut, (formats()["json"],), samples.plain_render)
    assert (samples.sample().facts["journal"]["unsettled"], made_of.facts["journal"]["unsettled"]) == (0, 1)
    assert b"- Writes that were sent and whose outcome is not known: 1." in bag(made_of, None)["README.md"]


def test_the_findings_fit_the_schema_beside_them() -> None:
    schema = json.loads(samples.signed()[names.SCHEMA])
    jsonschema.Draft202012Validator(schema).validate(json.loads(samples.signed()[names.FINDINGS]))


def test_a_day_until_which_to_keep_it_stands_in_the_readme_and_in_the_bag_information() -> None:
    evidence = evidence_samples.audit()
    kept = replace(samples.material(evidence), keep_until="2031-12-31")
    files = bag(payload(evidence, kept, (formats()["json"],), samples.plain_render), None)
    assert b"Until 2031-12-31" in files["README.md"]
    assert b"Keep-Until: 2031-12-31\n" in files["bag-info.txt"]


# --- programs of others -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [samples.signed, samples.unsigned])
def test_the_bag_is_verified_by_hand_as_its_readme_shows(
    make: Callable[[], Mapping[str, bytes]], tmp_path: Path
) -> None:
    files = make()
    missing = [program for program in ("openssl", "sha256sum", "base64", "python3") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed")
    root = laid_out(files, tmp_path)
    script = "".join(re.findall(r"```sh\n(.*?)```", files["README.md"].decode(), re.DOTALL))

    def by_hand() -> subprocess.CompletedProcess[str]:
        return subprocess.run(["/bin/sh", "-c", script], cwd=root, capture_output=True, text=True, check=False)

    good = by_hand()
    assert good.returncode == 0, good.stderr
    head = samples.sample().facts["journal"]["head"]
    assert head in good.stdout
    if names.ATTESTATION in files:
        assert "Verified Successfully" in good.stdout
    (root / "data" / "extra").write_bytes(b"")
    assert by_hand().returncode != 0
    (root / "data" / "extra").unlink()
    data = files[names.COVERAGE]
    (root / names.COVERAGE).write_bytes(data[:-2] + b" \n")
    assert by_hand().returncode != 0
    (root / names.COVERAGE).write_bytes(data)
    assert by_hand().returncode == 0


def test_by_hand_a_manifest_that_was_made_anew_is_not_the_one_that_was_signed(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    forged = samples.resealed({names.SBOM: b"{}\n"}, samples.signer(bytes(32)))
    kept = {path: samples.signed()[path] for path in (names.ATTESTATION, names.PUBLIC_KEY, names.README, names.INFO)}
    root = laid_out({**forged, **kept}, tmp_path)
    script = "".join(re.findall(r"```sh\n(.*?)```", kept[names.README].decode(), re.DOTALL))
    ended = subprocess.run(["/bin/sh", "-c", script], cwd=root, capture_output=True, text=True, check=False)
    assert ended.returncode != 0


@pytest.mark.parametrize("make", [samples.signed, samples.unsigned])
def test_the_bagit_library_finds_the_bag_valid(make: Callable[[], Mapping[str, bytes]], tmp_path: Path) -> None:
    files = make()
    bagit = pytest.importorskip("bagit", reason="the library bagit is not installed")
    logging.getLogger("bagit").setLevel(logging.ERROR)
    root = laid_out(files, tmp_path)
    found = bagit.Bag(str(root))
    found.validate()
    assert found.version_info == (1, 0)
    assert found.info["External-Identifier"] == "R-20261120-7f3a"
    (root / names.SBOM).write_bytes(b"{}")
    assert not bagit.Bag(str(root)).is_valid()


def test_what_is_signed_is_the_pre_authentication_encoding_of_the_dsse_protocol() -> None:
    # The example of the protocol's own text.
    assert encoded("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_the_merkle_root_is_that_of_rfc_6962() -> None:
    def leaf(line: str) -> bytes:
        return hashlib.sha256(b"\x00" + line.encode()).digest()

    def node(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\x01" + left + right).digest()

    one, two, three = (leaf(f"{digit * 64}  data/{digit}") for digit in "123")
    digests = {f"data/{digit}": digit * 64 for digit in "123"}
    assert merkle_root(digests) == node(node(one, two), three).hex()
    assert merkle_root({"data/1": "1" * 64}) == one.hex()
    assert merkle_root({}) == hashlib.sha256(b"").hexdigest()


def test_the_statement_is_about_every_file_but_itself() -> None:
    files = samples.signed()
    statement = json.loads(base64.b64decode(json.loads(files[names.ATTESTATION])["payload"]))
    listed = {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}
    assert listed == {
        path: hashlib.sha256(data).hexdigest() for path, data in files.items() if path != names.ATTESTATION
    }


def test_the_bill_of_materials_names_what_depends_on_what() -> None:
    bill = json.loads(sbom(samples.TOOL, samples.LIBRARIES, "2026-11-20T14:05:09Z"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    assert [one["purl"] for one in bill["components"]] == ["pkg:pypi/click@8.5.1", "pkg:pypi/httpx@0.28.1"]
    assert bill["dependencies"][0] == {
        "ref": "pkg:pypi/confluence-gdpr@0.1.0",
        "dependsOn": ["pkg:pypi/click@8.5.1", "pkg:pypi/httpx@0.28.1"],
    }
    assert bill["dependencies"][2]["dependsOn"] == []
    other = json.loads(sbom(samples.TOOL, (Component("click", "9"),), "2026-11-20T14:05:09Z"))
    assert other["serialNumber"] != bill["serialNumber"]
