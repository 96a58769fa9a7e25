"""Manifests of a bag (RFC 8493, section 2.1.3) and the Merkle root over its payload."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from reports.bag.problems import Fault, Problem

_LIMIT_BYTES: Final = 1_000_000
_LINE: Final = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)")


def sha256(data: bytes) -> str:
    """Return the SHA-256 of some bytes in hex."""
    return hashlib.sha256(data).hexdigest()


def manifest(digests: Mapping[str, str]) -> bytes:
    """Return a manifest as `sha256sum --check` reads it: one file on a line, sorted by name."""
    return "".join(f"{line}\n" for line in lines(digests)).encode()


def lines(digests: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a manifest without their ends."""
    for path in sorted(digests):
        yield f"{digests[path]}  {path}"


def parsed(name: str, data: bytes) -> tuple[dict[str, str], list[Problem]]:
    """Return path -> SHA-256 of a manifest, and every line in it that is not as it has to be."""
    if len(data) > _LIMIT_BYTES:
        return {}, [Problem(Fault.TOO_LARGE, name, "it is longer than any manifest of ours")]
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {}, [Problem(Fault.MALFORMED, name, "it is not UTF-8")]
    found: dict[str, str] = {}
    problems = []
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        match = _LINE.fullmatch(line)
        if match is None:
            problems.append(Problem(Fault.MALFORMED, name, f"line {number} is not a SHA-256, two blanks and a name"))
        elif match[2] in found:
            problems.append(Problem(Fault.DUPLICATE, match[2], f"{name} lists it twice"))
        else:
            found[match[2]] = match[1]
    if not problems and manifest(found) != data:
        problems.append(Problem(Fault.MALFORMED, name, "its lines are not in order, or its last line has no end"))
    return found, problems


def merkle_root(digests: Mapping[str, str]) -> str:
    """Return the root, in hex, of the Merkle tree over the lines of a manifest, hashed as RFC 6962 section 2.1 says.

    One leaf is one line without its end, so that the root can be computed from the manifest alone.
    """
    return _tree([_leaf(line.encode()) for line in lines(digests)]).hex()


def _leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def _tree(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + _tree(leaves[:split]) + _tree(leaves[split:])).digest()


def digests_of(files: Mapping[str, bytes], names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of some files, by name."""
    return {name: sha256(files[name]) for name in names}
