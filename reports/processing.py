"""Terms of processing: what a contract between a controller and a processor (Art. 28) has to say about this tool.

A ready text, made from the run: its hosts and its days of retention. Fixed sentences are constants of this module, so
that they can be translated; nothing in here is a legal opinion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reports.evidence import Evidence, RunFacts

ROLES: Final = (
    "Whoever decides that and why the site is examined is the controller of this processing.",
    (
        "Where somebody else runs the tool on the controller's behalf, they are its processor, and these terms say what"
        " the tool does with data while they do."
    ),
    "Those who wrote the tool are neither: they receive nothing and can reach neither site nor machine.",
)
PLACE: Final = (
    "The tool runs on a machine of whoever runs it, when they or their schedule start it, and not otherwise.",
    (
        "It reads what the account given to it may read. It writes only what a plan says that somebody confirmed, and"
        " reports to the places that somebody names."
    ),
)
SUBPROCESSORS: Final = (
    "None. The tool has no service of its own, sends no telemetry and no reports of crashes, and looks for no updates.",
)
STORED: Final = (
    (
        "Of each finding its place, a mask of the value and a keyed hash; of each object whether it was read. No body"
        " of a page is kept by an audit."
    ),
    "Of a planned or written change the text before and after it, encrypted.",
)
ENCRYPTION: Final = (
    (
        "Kept texts: AES-256-GCM with a random key for each run. The key lies in a file that one user of the machine"
        " can read, and under a passphrase (scrypt) or a key of the system keyring where key_wrap asks for it."
    ),
    "On the way: HTTPS with checked certificates; without it only to the machine itself.",
)
DELETION: Final = (
    (
        "confluence-gdpr purge destroys the key of a run first, then the run; with --expired what is past its days."
        " Each deletion is printed and recorded, without personal data."
    ),
    "Reports and evidence packages lie where they were written to, and whoever holds them deletes them.",
    "There is nothing to give back at the end, because nothing left the machine but to the hosts named here.",
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One point of the terms."""

    point: str
    texts: tuple[str, ...]
    """Sentences, each of which stands for itself."""


def processing(evidence: Evidence) -> tuple[Clause, ...]:
    """Return the terms for one run, in the order in which they are read."""
    return (
        Clause("Roles", ROLES),
        Clause("Place and instructions", PLACE),
        Clause("Hosts that data go to or come from", (_hosts(evidence),)),
        Clause("Sub-processors", SUBPROCESSORS),
        Clause("What is kept", STORED),
        Clause("For how long", (kept(evidence.run.keep_until), _images(evidence.run))),
        Clause("Encryption", ENCRYPTION),
        Clause("Deletion and return", DELETION),
    )


def kept(until: str) -> str:
    """Return how long findings stay; `until` is a day, empty where there is none."""
    day = f"to be kept until {until}, and there" if until else "in the workspace, and there"
    return f"Findings, as masks and keyed hashes: {day} until confluence-gdpr purge takes them away."


def _hosts(evidence: Evidence) -> str:
    named = dict.fromkeys(host.origin for host in evidence.hosts())
    return f"These hosts, and no others: {', '.join(named)}." if named else "None: no host was contacted."


def _images(run: RunFacts) -> str:
    days = run.before_images_days
    until = f"for {days} days after the last verified write, and" if days else "in the workspace,"
    return f"Texts from before and after a change: {until} until confluence-gdpr purge shreds the key of the run."
