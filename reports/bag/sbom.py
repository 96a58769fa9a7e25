"""The software bill of materials: what was installed and used, as CycloneDX 1.6. Source: ECMA-424."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from reports.document import canonical
from reports.plain import Json

_SPACE: Final = UUID("8f0c4f3e-6b57-5d0e-9a43-0c6e5f4f2a11")
"""Name space of the serial numbers: equal contents, equal number."""
_LICENCE_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Component:
    """One installed distribution."""

    name: str
    """Normalised: lower case, with hyphens."""
    version: str
    licence: str = ""
    """As its metadata says: an SPDX expression or free text, empty where they say nothing."""
    needs: tuple[str, ...] = ()
    """Names of the installed distributions that it depends on."""

    @property
    def reference(self) -> str:
        """Return the package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def sbom(tool: Component, components: Sequence[Component], at_utc: str) -> bytes:
    """Return the bill of the tool and of everything that it is made from, UTF-8 JSON."""
    known = {one.name: one.reference for one in (tool, *components)}
    document: dict[str, Json] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _component(tool, "application"), **({"timestamp": at_utc} if at_utc else {})},
        "components": [_component(one, "library") for one in _sorted(components)],
        "dependencies": [_dependencies(one, known) for one in (tool, *_sorted(components))],
    }
    return f"{canonical({**document, 'serialNumber': serial(document)})}\n".encode()


def serial(document: dict[str, Json]) -> str:
    """Return the serial number of a bill that has none yet: equal contents, equal number."""
    return uuid5(_SPACE, canonical(document)).urn


def _sorted(components: Iterable[Component]) -> list[Component]:
    return sorted(components, key=lambda one: one.name)


def _component(one: Component, kind: str) -> dict[str, Json]:
    found: dict[str, Json] = {
        "type": kind,
        "bom-ref": one.reference,
        "name": one.name,
        "version": one.version,
        "purl": one.reference,
    }
    if one.licence:
        # A name is always valid; whether a text is an SPDX identifier is for a list that we do not carry.
        found["licenses"] = [{"license": {"name": one.licence.splitlines()[0][:_LICENCE_CHARACTERS]}}]
    return found


def _dependencies(one: Component, known: Mapping[str, str]) -> Json:
    needs: list[Json] = [known[name] for name in sorted(one.needs) if name in known]
    return {"ref": one.reference, "dependsOn": needs}
