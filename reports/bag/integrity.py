"""Whether the files of a bag are those that its manifests list: no more, no fewer, no others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reports.bag import names
from reports.bag.build import DECLARATION, oxum
from reports.bag.manifest import digests_of, merkle_root, parsed
from reports.bag.problems import Fault, Problem

_MANIFEST: Final = re.compile(r"(?:tag)?manifest-[^/]*\.txt")
_FIELD: Final = re.compile(r"([A-Za-z0-9-]+): (.+)")
_PDF_BEGIN: Final = b"%PDF-"
_PDF_END: Final = b"%%EOF"
_LINE_ENDS: Final = frozenset({b"", b"\n", b"\r\n"})
"""What may stand behind the end of a PDF that nobody signed."""
_RANGE: Final = re.compile(rb"/ByteRange\s{0,9}\[\s{0,9}0 (\d{1,12}) (\d{1,12}) (\d{1,12})\s{0,99}\]")
_SIGNED_ENDS: Final = 2
"""Ends of a signed PDF: that of the report, and that of the signature behind it."""
_HEX: Final = b"0123456789abcdefABCDEF"


def integrity(files: Mapping[str, bytes]) -> list[Problem]:
    """Return everything that is wrong with the container, whatever its files say."""
    if names.BAGIT not in files or names.MANIFEST not in files:
        return [Problem(Fault.NO_BAG, "", f"{names.BAGIT} or {names.MANIFEST} is missing")]
    payload, problems = parsed(names.MANIFEST, files[names.MANIFEST])
    tags, more = parsed(names.TAGS, files.get(names.TAGS, b""))
    if names.TAGS not in files:
        more = [Problem(Fault.MISSING, names.TAGS, "nothing says what the tag files have to be")]
    problems += more
    if files[names.BAGIT] != DECLARATION:
        problems.append(Problem(Fault.MALFORMED, names.BAGIT, "it is not the declaration of BagIt 1.0 in UTF-8"))
    problems += _names(files, payload, tags)
    problems += _listed(names.MANIFEST, payload, {path for path in files if path.startswith(names.PAYLOAD)}, files)
    there = {path for path in files if not path.startswith(names.PAYLOAD)} - {names.TAGS, *names.OUTSIDE}
    problems += _listed(names.TAGS, tags, {path for path in there if not _unknown_manifest(path)}, files)
    problems += _information(files, payload)
    problems += _paper(files.get(names.PDF))
    return problems


def information(data: bytes) -> dict[str, str]:
    """Return the fields of bag-info.txt, the readable ones."""
    found = (_FIELD.fullmatch(line) for line in data.decode("utf-8", "replace").split("\n"))
    return {match[1]: match[2] for match in found if match}


def covered(pdf: bytes) -> bool:
    """Return whether a PDF ends with a revision that one signature covers, whole and to its last byte."""
    ranges = _RANGE.findall(pdf)
    if len(ranges) != 1 or pdf.count(b"%%EOF") != _SIGNED_ENDS:
        return False
    first, second, length = (int(number) for number in ranges[0])
    gap = pdf[first:second]
    held = gap[:1] + gap[-1:] == b"<>" and not gap[1:-1].strip(_HEX)
    return held and second + length == len(pdf)


def _unknown_manifest(path: str) -> bool:
    return bool(_MANIFEST.fullmatch(path)) and path not in {names.MANIFEST, names.TAGS}


def _names(files: Iterable[str], payload: Iterable[str], tags: Iterable[str]) -> Iterator[Problem]:
    """Yield names that collide or escape, manifests that list themselves, and manifests of unknown algorithms."""
    seen: dict[str, str] = {}
    listed_ones = {*payload, *tags}
    for path in (*sorted(listed_ones), *sorted({*files} - listed_ones)):
        if names.escapes(path):
            yield Problem(Fault.ESCAPES, path, "it leads out of the folder of the bag")
        other = seen.setdefault(names.folded(path), path)
        if other != path:
            yield Problem(Fault.DUPLICATE, path, f"it is the same name as {other} on some systems")
        if _unknown_manifest(path):
            yield Problem(Fault.ALGORITHM, path, "only SHA-256 is known")
    for manifest, listed in ((names.MANIFEST, payload), (names.TAGS, tags)):
        if manifest in listed:
            yield Problem(Fault.LISTS_ITSELF, manifest, "no file can hold its own digest")


def _listed(manifest: str, listed: Mapping[str, str], there: set[str], files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield how the files that are there differ from those that a manifest lists."""
    expected = {path: digest for path, digest in listed.items() if path != manifest}
    found = digests_of(files, sorted(there))
    missing, extra = sorted(expected.keys() - there), sorted(there - expected.keys())
    for path in missing:
        twin = next((name for name in extra if found[name] == expected[path]), None)
        if twin is not None:
            extra.remove(twin)
            yield Problem(Fault.RENAMED, path, f"it is called {twin} now")
        elif path in files:
            yield Problem(Fault.MALFORMED, manifest, f"it lists {path}, which is not its to list")
        else:
            yield Problem(Fault.MISSING, path, f"{manifest} lists it")
    for path in extra:
        yield Problem(Fault.EXTRA, path, f"{manifest} does not list it")
    for path in sorted(expected.keys() & there):
        if found[path] != expected[path]:
            twin = next((name for name, digest in sorted(expected.items()) if digest == found[path]), None)
            held = f"its contents are those of {twin}" if twin else "its contents are not those that were listed"
            yield Problem(Fault.CHANGED, path, held)


def _information(files: Mapping[str, bytes], payload: Mapping[str, str]) -> Iterator[Problem]:
    info = information(files.get(names.INFO, b""))
    size = oxum({path: data for path, data in files.items() if path.startswith(names.PAYLOAD)})
    there = {path for path in files if path.startswith(names.PAYLOAD)}
    # A file too many or too few has its own word.
    if there == payload.keys() and info.get("Payload-Oxum") != size:
        yield Problem(Fault.COUNTS, names.INFO, f"Payload-Oxum is not {size}")
    if info.get("Merkle-Root-SHA256") != merkle_root(payload):
        yield Problem(Fault.CHANGED, names.INFO, "its Merkle root is not that of the manifest")


def _paper(pdf: bytes | None) -> Iterator[Problem]:
    """Yield whether a PDF goes on behind its first end.

    A PDF may be appended to without a change to what was there, and readers show what was appended last. A signature
    is the one thing that may stand there.
    """
    if pdf is None:
        return
    if not pdf.startswith(_PDF_BEGIN):
        yield Problem(Fault.MALFORMED, names.PDF, "something stands before its first byte, or it is no PDF")
    end = pdf.find(_PDF_END)
    behind = len(pdf) - end - len(_PDF_END) if end >= 0 else len(pdf)
    if end < 0 or (pdf[end + len(_PDF_END) :] not in _LINE_ENDS and not covered(pdf)):
        yield Problem(Fault.APPENDED, names.PDF, f"{behind} bytes stand behind its first end")
