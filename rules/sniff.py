"""What a file is written in, told from its name and its first look: nothing is guessed that can be read."""

from __future__ import annotations

import re
from typing import Final

from rules.descriptor import is_descriptor, without_comments
from rules.jsontree import Array, Node, Object, parse
from rules.model import Kind, Unreadable

MARKUP: Final = frozenset({"", "htm", "html", "mraw", "storage", "txt", "vm", "xhtml", "xml"})
"""Suffixes under which a storage body may lie."""
JSON: Final = frozenset({"json", "json5", "jsonc"})
LINES: Final = frozenset({"jsonl", "ndjson"})
"""Suffixes of files with one JSON document on a line."""
CODE: Final = frozenset(
    """
    adoc bash bat c cc cfg clj cmd conf cpp cs curl dart env ex fish go gradle graphql groovy gs h hbs hpp htm html
    http ini ipynb java js jsp jsx kt kts lua m md mjs cjs mu mustache php pl pm properties ps1 psm1 py r rb rs rst
    scala sh soy sql svelte swift tf toml ts tsx vb vm vue xml yaml yml zsh
    """.split()  # noqa: SIM905 - a table of words reads better than one of quotes
)
"""Suffixes of programs, of what configures them, and of texts about them."""
_STORAGE: Final = re.compile(rb"<(?:ac|ri|at):[a-z]")
_QUERIES: Final = {"cql": Kind.CQL, "jql": Kind.JQL}
_FIRST: Final = 4096


def sniff(name: str, data: bytes) -> Kind:
    """Return what a file holds; TEXT where nothing says more. `name` is its last component."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix in _QUERIES:
        return _QUERIES[suffix]
    if suffix == "adf":
        return Kind.ADF
    if suffix in JSON | LINES or (suffix not in CODE and data.lstrip()[:1] in {b"{", b"["}):
        return _json(data, sure=suffix in JSON | LINES)
    if suffix == "storage" or (suffix in MARKUP and _STORAGE.search(data)):
        return Kind.STORAGE
    return Kind.CODE if suffix in CODE or _is_program(name, data[:_FIRST]) else Kind.TEXT


def _json(data: bytes, *, sure: bool) -> Kind:
    tree = parse(without_comments(data))
    if isinstance(tree, Unreadable):
        return Kind.JSON if sure else Kind.TEXT
    return json_kind(tree)


def json_kind(tree: Node) -> Kind:
    """Return which of the JSON documents that we know this is."""
    if isinstance(tree, Object):
        kind = tree.text("type")
        if kind is not None and kind.value == "doc" and isinstance(tree.get("content"), Array):
            return Kind.ADF
        if is_descriptor(tree):
            return Kind.DESCRIPTOR
    return Kind.JSON


def _is_program(name: str, first: bytes) -> bool:
    return first.startswith(b"#!") or name in {"Makefile", "Dockerfile", "Jenkinsfile", "Rakefile"}
