"""What a bag holds of a run: the facts, the reports, the plan, the journal, the changes, the surroundings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Final

from reports import registry
from reports.bag import names
from reports.bag.chain import Link, facts_of, written
from reports.bag.readback import with_read_back
from reports.bag.readme import words
from reports.bag.sbom import Component, sbom
from reports.bag.schema import RUN_SCHEMA
from reports.document import DATA, canonical, summary
from reports.evidence import Evidence
from reports.format import Format, Unavailable
from reports.plain import Json
from reports.standing_json import standing_totals

_NOT_ASKED: Final = "It was not asked for."
READ_BY_PEOPLE: Final = frozenset({"text/html", "application/pdf", "text/markdown"})
"""Media types of the reports for people; the other formats carry findings for programs."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """Which seals a bag gets once it is made. They are announced in it, so that none can be taken off unseen."""

    subject: str = ""
    """Who the certificate is made out to; empty where none signs."""
    fingerprint: str = ""
    """Of the certificate."""
    authority: str = ""
    """Origin of the time stamp authority; empty where none is asked."""


NO_SEALS: Final = Sealing()


@dataclass(frozen=True, slots=True)
class Material:
    """What the shell knows of a run beside its evidence. Masks and keyed hashes only."""

    journal: tuple[Link, ...]
    plan: Mapping[str, Json] | None
    """The plan without its sealed parts, None where the evidence is about an audit alone."""
    applied: tuple[str, ...]
    """Ids of all plans that were applied from the run; the journal tells of all of them."""
    environment: Mapping[str, Json]
    tool: Component
    components: tuple[Component, ...]
    keep_until: str = ""
    """Day until which the evidence has to be kept, `2029-12-31`; empty where nobody said."""
    sealing: Sealing = NO_SEALS


@dataclass(frozen=True, slots=True)
class Payload:
    """The files below `data/`, and what the README and the signature say about them."""

    files: Mapping[str, bytes]
    facts: Mapping[str, Any]
    """`data/run.json` before it was written."""
    coverage: Mapping[str, Any]
    """`data/coverage.json` before it was written."""


Render = Callable[[Format, Evidence], bytes]
"""Renders one format. Raises `Unavailable` where this machine cannot."""


def payload(evidence: Evidence, material: Material, formats: Sequence[Format], render: Render) -> Payload:
    """Return everything that is below `data/`. Equal input gives equal bytes."""
    reports, left_out = _rendered(evidence, formats, render)
    master = summary(evidence)
    facts = _facts(evidence, material, master, {path: name for path, (name, _) in reports.items()}, left_out)
    coverage = _coverage(evidence, master)
    found = {path: data for path, (_, data) in reports.items()}
    found[names.RUN] = _json(facts)
    found[names.COVERAGE] = _json(coverage)
    digest = evidence.plan.digest if evidence.plan else ""
    found[names.CHANGES] = _lines(with_read_back(master["changes"], digest, material.journal))
    found[names.JOURNAL] = written(material.journal)
    found[names.ENVIRONMENT] = _json(material.environment)
    found[names.SBOM] = sbom(material.tool, material.components, evidence.run.finished_at_utc)
    found[names.SCHEMA] = files("reports").joinpath("schema", "report.schema.json").read_bytes()
    if material.plan is not None:
        found[names.PLAN] = _json(material.plan)
        found[names.IDENTITIES] = _json({"plan": master["plan"], "identities": master["identities"]})
    if master.get("accepted"):
        found[names.ACCEPTED] = _json({"accepted": master["accepted"]})
    if master["comparison"] is not None:
        found[names.COMPARISON] = _json({"comparison": master["comparison"], "totals": standing_totals(evidence)})
    return Payload(found, facts, coverage)


def _rendered(
    evidence: Evidence, formats: Sequence[Format], render: Render
) -> tuple[dict[str, tuple[str, bytes]], dict[str, str]]:
    """Return path -> (format, bytes) for every format, and format -> reason for those that are not in the bag."""
    found: dict[str, tuple[str, bytes]] = {}
    left_out = dict.fromkeys(sorted(registry.formats().keys() - {form.name for form in formats}), _NOT_ASKED)
    for form in formats:
        try:
            data = render(form, evidence)
        except Unavailable as error:
            left_out[form.name] = str(error)
            continue
        path = f"data/{'report' if form.media_type in READ_BY_PEOPLE else 'findings'}{form.suffix}"
        # Two formats may share a suffix; the master keeps its plain name.
        if path in found or (path == names.FINDINGS and form.name != "json"):
            path = f"data/findings-{form.name}{form.suffix}"
        found[path] = (form.name, data)
    return found, left_out


def _facts(
    evidence: Evidence,
    material: Material,
    master: Mapping[str, Json],
    formats: Mapping[str, str],
    left_out: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "schema": RUN_SCHEMA,
        "purpose": evidence.purpose.value,
        "run": master["run"],
        "totals": master["totals"],
        "plan": master["plan"],
        "plans_applied": list(material.applied),
        "data_covers": list(DATA),
        "journal": facts_of(material.journal),
        "formats": dict(formats),
        "left_out": dict(left_out),
        "keep_until": material.keep_until,
        "sealing": asdict(material.sealing),
        "words": words(),
    }


def _coverage(evidence: Evidence, master: Mapping[str, Json]) -> dict[str, Json]:
    """Return the denominators with their sums, so that the sums can be checked."""
    sums: Counter[str] = Counter(seen=0, read=0, skipped=0, failed=0, not_assessed=0)
    for row in evidence.coverage:
        sums.update(
            seen=row.seen,
            read=row.read,
            skipped=sum(row.skipped.values()),
            failed=sum(row.failed.values()),
            not_assessed=int(not row.assessed),
        )
    return {
        "status": evidence.run.status.value,
        "incomplete": list(evidence.run.incomplete),
        "totals": dict(sums),
        "rows": master["coverage"],
    }


def _json(value: Json | Mapping[str, Any]) -> bytes:
    return f"{canonical(value)}\n".encode()


def _lines(values: Sequence[Mapping[str, Json]]) -> bytes:
    return "".join(f"{canonical(dict(value))}\n" for value in values).encode()
