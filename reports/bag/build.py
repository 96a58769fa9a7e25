"""A bag from its payload: BagIt 1.0 (RFC 8493), every file in canonical form, signed where there is a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reports.bag import names
from reports.bag.attestation import Signer, attestation, fingerprint
from reports.bag.manifest import digests_of, manifest, merkle_root
from reports.bag.payload import Payload
from reports.bag.readme import readme
from reports.plain import Json

DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
NOBODY: Final = "nobody (this bag is UNSIGNED)"


def bag(payload: Payload, signer: Signer | None) -> dict[str, bytes]:
    """Return every file of a bag by its path. Equal payload and key give equal bytes."""
    key = fingerprint(signer.key.public_key()) if signer else ""
    digests = digests_of(payload.files, payload.files)
    root = merkle_root(digests)
    tags = {
        names.BAGIT: DECLARATION,
        names.INFO: information(payload.files, payload.facts, root, key),
        names.MANIFEST: manifest(digests),
        names.README: readme(payload.facts, payload.coverage, sorted(payload.files), root, key).encode(),
    }
    if signer:
        tags[names.PUBLIC_KEY] = signer.public_pem()
    tags[names.TAGS] = manifest(digests_of(tags, tags))
    if signer:
        signed = {**digests, **digests_of(tags, tags)}
        tags[names.ATTESTATION] = attestation(signed, predicate(payload.facts, root), signer)
    return {**payload.files, **tags}


def information(files: Mapping[str, bytes], facts: Mapping[str, Any], root: str, key: str) -> bytes:
    """Return bag-info.txt: what the bag is about, its size and who signed it."""
    run = facts["run"]
    rows = {
        "Source-Organization": run["site"],
        "External-Description": f"Evidence of a confluence-gdpr {facts['purpose']}",
        "External-Identifier": run["id"],
        # The day of the run, not of the export: the same run gives the same bag.
        "Bagging-Date": (facts["journal"]["last_at_utc"] or run["finished_at_utc"] or run["started_at_utc"])[:10],
        "Bag-Software-Agent": f"confluence-gdpr {run['tool_version']}",
        "Payload-Oxum": oxum(files),
        "Merkle-Root-SHA256": root,
        "Signed-By": key or NOBODY,
        names.CERTIFICATE: facts["sealing"]["fingerprint"],
        names.AUTHORITY: facts["sealing"]["authority"],
        "Keep-Until": facts["keep_until"],
    }
    return "".join(f"{label}: {value}\n" for label, value in rows.items() if value).encode()


def oxum(files: Mapping[str, bytes]) -> str:
    """Return the size of a payload as BagIt writes it: bytes, a full stop, number of files."""
    return f"{sum(map(len, files.values()))}.{len(files)}"


def predicate(facts: Mapping[str, Any], root: str) -> dict[str, Json]:
    """Return what the signature says about the run."""
    run, plan = facts["run"], facts["plan"]
    return {
        "purpose": facts["purpose"],
        "run": {name: run[name] for name in ("id", "site", "status", "started_at_utc", "finished_at_utc")},
        "tool": {name: run[name] for name in ("tool_version", "rules_digest", "config_digest")},
        "data_sha256": run["data_sha256"],
        "totals": facts["totals"],
        "plan": plan["digest"] if plan else "",
        "journal": facts["journal"],
        "merkle_root": root,
    }
