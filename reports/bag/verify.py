"""The verdict on a bag: container, signature, chain of the journal, agreement of its files. Bytes in, verdict out.

Nothing in a bag is believed because it stands there. What is missing or of another shape is a problem with a name,
never an error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reports.audience import MEANINGS, Audience
from reports.bag import names
from reports.bag.agreement import agreement, not_compared, not_looked_into, words_unread
from reports.bag.archive import Opened
from reports.bag.attestation import Signed, checked
from reports.bag.build import NOBODY
from reports.bag.chain import Chain, walked
from reports.bag.integrity import information, integrity
from reports.bag.problems import Fault, Problem
from reports.bag.schema import from_before
from reports.bag.seals import EXTRA, NOBODY_TRUSTED, Seal, Seals, Trust, seals
from reports.bag.words import not_remade

_SHOWN_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds of a bag, and what does not."""

    name: str
    problems: tuple[Problem, ...]
    """Empty when the bag holds."""
    files: int
    run: str
    """What it says that it is about: purpose, run, site; empty where that cannot be read."""
    audience: str
    """For whom it says that it was made, as one of `reports.audience.MEANINGS`; empty where that cannot be read."""
    signed_by: str
    """Fingerprint of the key whose signature holds; empty for an unsigned bag."""
    pinned: bool
    """Whether that key is the one that the reader named."""
    records: int
    """Intact records of the journal."""
    not_compared: tuple[str, ...]
    """Reports that are covered by digest and signature, and not compared with the others."""
    seals: tuple[Seal, ...]
    """Signatures with a certificate and time stamps that hold, trusted or not."""
    note: str
    """What is unusual about its container, and no fault."""
    words_unread: tuple[str, ...]
    """Reports whose findings were compared, and whose other words were not: they are covered by digest alone."""
    unchecked: tuple[tuple[str, str], ...]
    """Files that nobody looked into, and why: a library is missing, or the bag is of another form or other words."""


def verify(opened: Opened, pinned: bytes | None = None, trust: Trust = NOBODY_TRUSTED) -> Verdict:
    """Return the verdict on a bag. `pinned` is the public key, in PEM, that has to have signed it.

    Signatures with a certificate, and time stamps, have to go back to what `trust` names for them, if anything.

    Raises `ValueError` when `pinned` is no Ed25519 public key.
    """
    files = opened.files
    problems = list(opened.problems)
    signed: Signed | None = None
    sealed = Seals()
    chain = walked(files.get(names.JOURNAL, b""))
    if files:
        container = integrity(files)
        problems += container
        if not any(one.fault is Fault.NO_BAG for one in container):
            signed, found = _signature(files, pinned)
            sealed = seals(files, trust)
            problems += [*sealed.problems, *found, *_journal(chain), *agreement(files, chain)]
    elif not problems:
        problems.append(Problem(Fault.NO_BAG, "", "there is no file in it"))
    return Verdict(
        name=opened.name,
        problems=_distinct(problems),
        files=len(files),
        run=_about(files),
        audience=_audience(files),
        signed_by=signed.fingerprint if signed else "",
        pinned=signed is not None and pinned is not None,
        records=len(chain.links),
        not_compared=not_compared(files),
        seals=sealed.found,
        note=opened.note,
        words_unread=words_unread(files),
        unchecked=(
            *((path, EXTRA) for path in sealed.unchecked),
            *not_looked_into(files),
            *from_before(files),
            *not_remade(files),
        ),
    )


def _signature(files: Mapping[str, bytes], pinned: bytes | None) -> tuple[Signed | None, list[Problem]]:
    """Return who signed, and what is wrong with it. An unsigned bag is wrong only where a signature was expected."""
    promised = information(files.get(names.INFO, b"")).get("Signed-By", "") != NOBODY or names.PUBLIC_KEY in files
    if names.ATTESTATION not in files:
        if promised or pinned is not None:
            why = f"{names.INFO} or {names.PUBLIC_KEY} says that it is signed" if promised else "a key was named"
            return None, [Problem(Fault.UNSIGNED, names.ATTESTATION, f"it is missing, and {why}")]
        return None, []
    found = checked(files, pinned)
    if isinstance(found, Problem):
        return None, [found]
    return found, [*found.problems, *_of_this_run(found.predicate, files, found.fingerprint)]


def _of_this_run(predicate: Mapping[str, object], files: Mapping[str, bytes], key: str) -> list[Problem]:
    """Return whether what was signed is about another run than the files are."""
    problems = []
    if information(files.get(names.INFO, b"")).get("Signed-By") != key:
        problems.append(Problem(Fault.ANOTHER_KEY, names.INFO, "it names another key than the one that signed"))
    if names.RUN not in files:
        return problems
    try:
        run = json.loads(files[names.RUN])
        here, there = run["run"]["id"], predicate["run"]
        same = isinstance(there, dict) and there["id"] == here
        agrees = (predicate["totals"], predicate["journal"]) == (run["totals"], run["journal"])
    except (KeyError, ValueError, TypeError, RecursionError):
        return [*problems, Problem(Fault.MALFORMED, names.RUN, "it cannot be compared with what was signed")]
    if not same:
        problems.append(Problem(Fault.ANOTHER_RUN, names.ATTESTATION, "what was signed is about another run"))
    elif not agrees:
        problems.append(Problem(Fault.COUNTS, names.ATTESTATION, f"its totals or journal are not those of {names.RUN}"))
    return problems


def _journal(chain: Chain) -> list[Problem]:
    return [Problem(Fault.CHAIN, names.JOURNAL, chain.why)] if chain.why else []


def _about(files: Mapping[str, bytes]) -> str:
    try:
        run = json.loads(files[names.RUN])
        return f"{run['purpose']} {run['run']['id']} on {run['run']['site']}"[:_SHOWN_CHARACTERS]
    except (KeyError, ValueError, TypeError, RecursionError):
        return ""


def _audience(files: Mapping[str, bytes]) -> str:
    try:
        return MEANINGS[Audience(json.loads(files[names.RUN])["run"]["masking"])]
    except (KeyError, ValueError, TypeError, RecursionError):
        return ""


def _distinct(problems: list[Problem]) -> tuple[Problem, ...]:
    """Return the problems in their order, one for each fault and file: several checks may see the same one."""
    seen: dict[tuple[Fault, str, str], Problem] = {}
    for one in problems:
        # A changed file is told once; each thing that does not add up is told for itself.
        why = "" if one.fault in {Fault.CHANGED, Fault.MISSING, Fault.EXTRA} else one.why
        seen.setdefault((one.fault, one.where, why), one)
    return tuple(seen.values())
