"""Checks exchanges against the vendor's OpenAPI documents: addresses, parameters, bodies and answers.

The documents are read from the shared folder beside the checkout and loosened where they need it: `oneOf` becomes
`anyOf` (their alternatives overlap), and `nullable` becomes a type of JSON Schema. Names are strict: a query
parameter or a body field that the documents do not know is a violation, in requests and in answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from audit.sandbox.log import Exchange

V2_FILE: Final = "confluence-cloud-v2.openapi.2026-06-10.json"
V1_FILE: Final = "confluence-cloud-v1.swagger.2026-02-05.json"
JIRA_FILE: Final = "jira-cloud-platform-v3.openapi.2026-06-10.json"

UNDOCUMENTED_STATUSES: Final[Mapping[int, str]] = {
    401: "every guarded operation answers it; the documents list it on most",
    403: "a page that is readable and not editable answers it; the v2 documents leave it out",
    404: "what is hidden looks like what does not exist; some listings leave it out",
    409: "a wrong version number answers it; neither document says so",
    429: "quota and burst limits answer it; neither document says so",
    500: "any server can fail",
    502: "any gateway can fail",
    503: "any service can be down",
    504: "any gateway can time out",
}
"""Statuses that need no entry in the documents, and why."""
REMOVED: Final = (
    "GET /wiki/rest/api/content",
    "GET /wiki/rest/api/content/{id}",
    "GET /wiki/rest/api/content/{id}/child",
    "GET /wiki/rest/api/content/{id}/child/{type}",
    "GET /wiki/rest/api/content/{id}/history",
    "GET /wiki/rest/api/content/{id}/label",
    "GET /wiki/rest/api/content/{id}/property",
    "GET /wiki/rest/api/content/{id}/version",
    "GET /wiki/rest/api/space",
    "GET /wiki/rest/api/space/{key}",
    "GET /wiki/rest/api/user/bulk/migration",
)
"""Operations that are gone from the documents. They may be asked (a probe), and must answer 404, 410 or 401."""
OUTSIDE: Final = ("/_edge/tenant_info", "/wiki/download/", "/__sandbox__/")
"""Addresses that no document describes: the edge, files."""
ALLOWED_QUERY: Final[Mapping[str, str]] = {
    "next": "v1 puts it into its own links",
    "start": "v1 search lists it as deprecated in one document and not in the other",
}
ALLOWED_NAMES: Final[Mapping[str, str]] = {}
"""Names in answers that the documents leave out although the vendor sends them, with the reason."""
EITHER: Final = frozenset({401, 404, 410})


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation."""

    name: str
    pattern: re.Pattern[str]
    fixed: int
    """Number of fixed segments: the most exact template wins."""
    query: frozenset[str]
    request: Any
    """JSON Schema of the body; None without one."""
    multipart: bool
    answers: Mapping[str, Any]
    """JSON Schemas by status; None where an answer has no JSON body."""


@dataclass(frozen=True, slots=True)
class Document:
    """One OpenAPI document with its operations by method."""

    root: Mapping[str, Any]
    operations: Mapping[str, tuple[Operation, ...]]

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation of an address, the most exact one."""
        found = [entry for entry in self.operations.get(method, ()) if entry.pattern.fullmatch(path)]
        return max(found, key=lambda entry: entry.fixed, default=None)


def loosened(node: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as JSON Schema: `oneOf` as `anyOf`, `nullable` as a type, no formats."""
    if isinstance(node, list):
        return [loosened(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    out = {
        ("anyOf" if key == "oneOf" else key): loosened(value)
        for key, value in node.items()
        if key not in {"format", "example", "nullable", "discriminator"}
    }
    return {"anyOf": [out, {"type": "null"}]} if node.get("nullable") is True else out


def _resolve(root: Mapping[str, Any], node: Any) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        target: Any = root
        for step in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/")]
        node = target
    return node


def mend(raw: Any) -> None:
    """Correct a document where its own prose contradicts its schemas."""
    schema = raw["components"]["schemas"].get("ContentIdToContentTypeResponse")
    if schema is not None:  # hidden ids have no type: the description says so, the schema does not
        schema["properties"]["results"]["additionalProperties"]["anyOf"].append({"type": "null"})


def load(path: Path, prefix: str) -> Document:
    """Return a document whose addresses start with `prefix`."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    mend(raw)
    operations: dict[str, list[Operation]] = {}
    for template, methods in raw["paths"].items():
        for method, entry in methods.items():
            if method not in {"get", "put", "post", "delete"}:
                continue
            parameters = [_resolve(raw, p) for p in (*methods.get("parameters", ()), *entry.get("parameters", ()))]
            content = _resolve(raw, entry.get("requestBody", {})).get("content", {})
            pattern = re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(prefix + template)))
            operations.setdefault(method.upper(), []).append(
                Operation(
                    name=f"{method.upper()} {prefix}{template}",
                    pattern=pattern,
                    fixed=sum("{" not in segment for segment in template.split("/")),
                    query=frozenset(p["name"] for p in parameters if p["in"] == "query"),
                    request=content.get("application/json", {}).get("schema"),
                    multipart="multipart/form-data" in content,
                    answers={
                        status: _resolve(raw, answer).get("content", {}).get("application/json", {}).get("schema")
                        for status, answer in entry["responses"].items()
                    },
                )
            )
    return Document(loosened(raw), {method: tuple(rows) for method, rows in operations.items()})


@cache
def documents(shared: Path) -> tuple[tuple[str, Document], ...]:
    """Return the documents with the start of the addresses that each describes, the most exact first."""
    specs = shared / "specs"
    return (
        ("/wiki/api/v2/", load(specs / V2_FILE, "/wiki/api/v2")),
        ("/wiki/rest/", load(specs / V1_FILE, "")),
        ("/rest/api/3/", load(specs / JIRA_FILE, "")),
    )


class Contract:
    """The documents as a judge of exchanges."""

    def __init__(self, shared: Path) -> None:
        self._documents = documents(shared)

    def check(self, exchanges: Iterable[Exchange]) -> list[str]:
        """Return every violation, each as one line with method and address. Exchanges need their bodies."""
        return [
            f"{entry.method} {entry.path} [{entry.status}]: {text}"
            for entry in exchanges
            for text in self._violations(entry)
        ]

    def covered(self, exchanges: Iterable[Exchange]) -> set[str]:
        """Return the names of the documented operations that were exercised."""
        found = (self._operation(entry)[1] for entry in exchanges)
        return {operation.name for operation in found if operation is not None}

    def _operation(self, entry: Exchange) -> tuple[Document | None, Operation | None]:
        for start, document in self._documents:
            if entry.path.startswith(start):
                return document, document.find(entry.method, entry.path)
        return None, None

    def _violations(self, entry: Exchange) -> Iterator[str]:
        if entry.path.startswith(OUTSIDE) or entry.status == 0:
            return
        document, operation = self._operation(entry)
        if document is None or operation is None:
            if not (_is_removed(entry) and entry.status in EITHER):
                yield "no such operation in the documents"
            return
        for name in sorted({name for name, _ in entry.query} - operation.query - set(ALLOWED_QUERY)):
            yield f"undocumented query parameter {name}"
        if entry.request_body and operation.request is not None:
            yield from _judge(document, operation.request, entry.request_body, "request")
        elif entry.request_body and not operation.multipart:
            yield "a body where the documents have none"
        yield from self._answer(document, operation, entry)

    def _answer(self, document: Document, operation: Operation, entry: Exchange) -> Iterator[str]:
        if str(entry.status) not in operation.answers:
            if entry.status not in UNDOCUMENTED_STATUSES:
                yield f"undocumented status {entry.status}"
            return
        schema = operation.answers[str(entry.status)]
        if schema is None:
            if entry.status in {200, 201} and entry.response_body:
                yield "a body where the documents have none"
        elif entry.response_type.partition(";")[0] != "application/json":
            yield f"media type {entry.response_type}"
        else:
            yield from _judge(document, schema, entry.response_body, "answer")


def _is_removed(entry: Exchange) -> bool:
    return any(
        re.fullmatch(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(name)), f"{entry.method} {entry.path}")
        for name in REMOVED
    )


def _judge(document: Document, schema: Any, body: bytes, side: str) -> Iterator[str]:
    try:
        value = json.loads(body)
    except ValueError:
        yield f"{side} is not JSON"
        return
    whole = {**loosened(schema), "components": document.root["components"]}
    for error in Draft202012Validator(whole).iter_errors(value):
        yield f"{side} at /{'/'.join(map(str, error.absolute_path))}: {error.message[:160]}"
    for name in sorted(set(_unknown(document.root, [loosened(schema)], value, ""))):
        if name.rpartition("/")[2] not in ALLOWED_NAMES:
            yield f"{side} has the undocumented name {name}"


def _alternatives(root: Mapping[str, Any], schemas: Sequence[Any]) -> Iterator[Any]:
    for schema in schemas:
        node = _resolve(root, schema)
        if not isinstance(node, dict):
            continue
        yield node
        for key in ("anyOf", "allOf"):
            yield from _alternatives(root, node.get(key, ()))


def _unknown(root: Mapping[str, Any], schemas: Sequence[Any], value: Any, path: str) -> Iterator[str]:
    """Yield the paths of names that none of the alternatives knows. A schema without properties knows every name."""
    nodes = list(_alternatives(root, schemas))
    if isinstance(value, list):
        items = [node["items"] for node in nodes if "items" in node]
        if items:
            for entry in value:
                yield from _unknown(root, items, entry, path)
        return
    if not isinstance(value, dict):
        return
    known_by = [node["properties"] for node in nodes if "properties" in node]
    open_ended = not known_by or any(node.get("additionalProperties") not in (None, False) for node in nodes)
    for name, entry in value.items():
        known = [properties[name] for properties in known_by if name in properties]
        if known:
            yield from _unknown(root, known, entry, f"{path}/{name}")
        elif not open_ended:
            yield f"{path}/{name}"
