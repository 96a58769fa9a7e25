"""Names of the files in a bag, and which names may stand in one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

BAGIT: Final = "bagit.txt"
INFO: Final = "bag-info.txt"
MANIFEST: Final = "manifest-sha256.txt"
TAGS: Final = "tagmanifest-sha256.txt"
README: Final = "README.md"
PUBLIC_KEY: Final = "signing-key.pub.pem"
ATTESTATION: Final = "attestation.dsse.json"
"""The signature over everything else: it stands outside of what it signs, so no manifest lists it."""
CMS: Final = "tagmanifest-sha256.txt.p7s"
STAMP: Final = "tagmanifest-sha256.txt.tsr"
OUTSIDE: Final = frozenset({ATTESTATION, CMS, STAMP})
"""Seals: detached signatures of the bag as a whole, and a time stamp. No manifest lists them."""

CERTIFICATE: Final = "Certificate-SHA256"
AUTHORITY: Final = "Time-Stamp-Authority"
"""Fields of the bag's information that announce a seal, so that none can be taken off unseen."""

PAYLOAD: Final = "data/"
RUN: Final = "data/run.json"
COVERAGE: Final = "data/coverage.json"
FINDINGS: Final = "data/findings.json"
IDENTITIES: Final = "data/identities.json"
PLAN: Final = "data/plan.json"
CHANGES: Final = "data/changes.jsonl"
JOURNAL: Final = "data/journal.jsonl"
ACCEPTED: Final = "data/accepted.json"
COMPARISON: Final = "data/comparison.json"
ENVIRONMENT: Final = "data/environment.json"
SBOM: Final = "data/sbom.cdx.json"
SCHEMA: Final = "data/report.schema.json"
PDF: Final = "data/report.pdf"
HTML: Final = "data/report.html"

_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f\\]|^~|^[A-Za-z]:")


def escapes(path: str) -> bool:
    """Return whether a name could lead out of the folder that a bag is unpacked into, on any system."""
    return bool(_UNSAFE.search(path)) or any(step in {"", ".", ".."} for step in path.split("/"))


def folded(path: str) -> str:
    """Return what a name becomes on systems that know no case and no forms of composition."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def bag_name(site: str, run_id: str, plan_id: str) -> str:
    """Return the name of the folder: site and run, and the plan where there is one. Safe on every system."""
    host = re.sub(r"[^A-Za-z0-9.-]+", "-", site.partition("://")[2]).strip("-.")
    return "_".join(part for part in ("gdpr-evidence", host, run_id, plan_id) if part)
