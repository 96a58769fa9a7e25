"""What a file is written in, told from its name and its first look: nothing is guessed that can be read."""

from __future__ import annotations

import re
from typing import Final

from rules import cql, jql
from rules.descriptor import is_descriptor, without_comments
from rules.jsontree import Array, Node, Object, parse
from rules.model import Kind, Unreadable
from rules.queries import Query, Unparsed
from rules.storage import Storage
from rules.webpages import is_page

MARKUP: Final = frozenset({"", "htm", "html", "mraw", "storage", "txt", "vm", "xhtml", "xml"})
"""Suffixes under which a storage body may lie."""
JSON: Final = frozenset({"json", "json5", "jsonc"})
LINES: Final = frozenset({"jsonl", "ndjson"})
"""Suffixes of files with one JSON document on a line."""
CODE: Final = frozenset(
    """
    adoc asp aspx bash bat c cc cfg cfm cjs clj cmd coffee conf cpp cs cshtml cts curl dart ejs env erb erl ex exs
    feature fish ftl go gradle graphql groovy gs gsp h haml hbs hcl hpp hrl hs htm html http ini ipynb j2 java jinja
    jl js jsp jsx kt kts liquid lua m md mdx mjs mts mu mustache njk org php phtml pl pm properties ps1 psm1 pug py
    pyi pyx r rb rest robot rs rst sbt scala sh soy sql svelte swift tcl template tf tmpl toml tpl ts tsx twig vb vbs
    vm vue wsdl xml xsl yaml yml zsh
    """.split()  # noqa: SIM905 - a table of words reads better than one of quotes
)
"""Suffixes of programs, of what configures them, and of texts about them."""
PAGES: Final = frozenset({"adoc", "htm", "html", "md", "mdx", "org", "rst", "vm", "xml"})
"""Suffixes of markup and texts, which may hold programs and are read by people all the same."""
DATA: Final = frozenset({"cfg", "conf", "env", "ini", "properties", "sql", "toml", "yaml", "yml"})
"""Suffixes of what programs are configured and filled with."""
_STORAGE: Final = re.compile(rb"<(?:ac|ri|at):[a-z]")
_FRAGMENT: Final = re.compile(
    rb"\s*<(?:a|blockquote|br|div|em|h[1-6]|hr|img|ol|p|pre|span|strong|table|time|u|ul)[\s/>]"
)
"""How a body without a macro begins: documents of the web begin with their type or their root."""
_BODIES: Final = frozenset({"htm", "html", "xhtml", "xml"})
"""Suffixes of markup that has to be well-formed where it is a body."""
_NO_BODY: Final = re.compile(
    rb"\s*+(?:<\?xml\s[^>]*+>\s*+)?(?:<!--(?:[^-]++|-(?!->))*+-->\s*+)*+(?:[^<\s]|<(?:!doctype|html)\b)", re.IGNORECASE
)
"""How texts and documents of the web begin."""
_TEMPLATE: Final = re.compile(rb"\{\{|\{%|<%|<\?(?!xml\s)|<#|\$!?\{|#(?:if|set|foreach|parse)\b")
"""What programs fill in: before that is done, nothing has to be well-formed."""
_CALL: Final = re.compile(rb"\b(?:curl|wget|http|https)\s(?:[^\n\\]|\\.){0,400}?\b(?:rest/api|rpc)/", re.DOTALL)
"""A line of a shell that sends a request, in notes of people too."""
_FILLED_DESCRIPTOR: Final = re.compile(r"atlassian-connect[\w.-]{0,40}\.json\.\w{1,10}", re.IGNORECASE)
"""Names of descriptors that a build or a server fills in: most are JSON before that as well."""
_NAMED: Final = {"adf": Kind.ADF, "cql": Kind.CQL, "jql": Kind.JQL}
_FIRST: Final = 4096
_QUERY_LIMIT: Final = 8000
"""Bytes of a query that is told by itself; longer texts are not tried."""
_COMPARED: Final = re.compile(
    rb"\b(?i:assignee|contributor|creator|favou?rite|mention|owner|reporter|space(?:\.key)?|user|voter|watcher"
    rb"|worklogauthor)(?:\.\w++)?\s*+(?:[=!~]|(?i:not|in|was|changed)\b)"
)
"""What every query holds that names somebody, with a field that says so."""
_SETTING: Final = re.compile(rb"\s*(?:user|owner|favou?rite)\s*=\s*[^\s()]+\s*", re.IGNORECASE)
"""A line that a program may have for its settings: alone, it is no query."""


def sniff(name: str, data: bytes) -> Kind:
    """Return what a file holds; TEXT where nothing says more. `name` is its last component."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix in _NAMED:
        return _NAMED[suffix]
    if suffix in JSON | LINES or (suffix not in CODE and data.lstrip()[:1] in {b"{", b"["}):
        return _json(data, sure=suffix in JSON | LINES)
    if _FILLED_DESCRIPTOR.fullmatch(name) and _json(data, sure=False) is Kind.DESCRIPTOR:
        return Kind.DESCRIPTOR
    if suffix == "storage" or (suffix in MARKUP and _STORAGE.search(data)):
        return Kind.STORAGE
    if suffix in CODE or _is_program(name, data[:_FIRST]) or _tells_calls(suffix, data):
        return Kind.CODE
    return _text(suffix, data)


def _text(suffix: str, data: bytes) -> Kind:
    """Return what a text is: a body without a macro, a page of the web with the programs in it, a query, or prose."""
    if suffix in MARKUP and _is_fragment(data):
        return Kind.STORAGE
    return Kind.CODE if is_page(suffix, data) else _prose(suffix, data)


def _prose(suffix: str, data: bytes) -> Kind:
    """Return the language in which all of a text is a query that names somebody; TEXT where it is none."""
    if (
        suffix not in {"", "txt"}
        or len(data) > _QUERY_LIMIT
        or _COMPARED.search(data) is None
        or _SETTING.fullmatch(data)
    ):
        return Kind.TEXT
    text = data.decode("utf-8", "replace")
    people = {kind: _people(read(text)) for kind, read in ((Kind.CQL, cql.parse), (Kind.JQL, jql.parse))}
    most = max(people, key=lambda kind: people[kind])
    return most if people[most] else Kind.TEXT


def _people(query: Query | Unparsed) -> int:
    """Return how many people and personal spaces a query names, and retired fields it has."""
    return 0 if isinstance(query, Unparsed) else sum(map(len, (query.users, query.spaces, query.names, query.fields)))


def beside_code(name: str, data: bytes) -> Kind | None:
    """Return what a file holds beside the programs in it, None where it is one: links and personal data in it count."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    page = is_page(suffix, data)
    if not (page or suffix in PAGES | DATA | JSON or _tells_calls(suffix, data)) or sniff(name, data) is not Kind.CODE:
        return None
    if suffix in JSON:
        return Kind.JSON
    return Kind.STORAGE if page or _is_fragment(data) else Kind.TEXT


def broken(name: str, data: bytes) -> Unreadable | None:
    """Return why and where a file of markup that is no known body cannot be read as one; None where it can, or is none.

    A body that breaks off before anything tells that it is one would pass for a program or a text otherwise.
    """
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix not in _BODIES or not data.strip() or _NO_BODY.match(data) or _TEMPLATE.search(data):
        return None
    if sniff(name, data) is Kind.STORAGE:
        return None
    return Storage(data).unreadable


def _is_fragment(data: bytes) -> bool:
    return _FRAGMENT.match(data) is not None and Storage(data).unreadable is None


def _json(data: bytes, *, sure: bool) -> Kind:
    tree = parse(without_comments(data))
    if isinstance(tree, Unreadable):
        return Kind.JSON if sure else Kind.TEXT
    return Kind.CODE if describes_requests(tree) else json_kind(tree)


def describes_requests(tree: Node) -> bool:
    """Return whether a JSON document describes requests that programs send: a Postman collection, or OpenAPI."""
    if not isinstance(tree, Object):
        return False
    if isinstance(tree.get("paths"), Object) and (tree.text("openapi") or tree.text("swagger")) is not None:
        return True
    info = tree.get("info")
    return isinstance(tree.get("item"), Array) and isinstance(info, Object) and info.text("schema") is not None


def json_kind(tree: Node) -> Kind:
    """Return which of the JSON documents that we know this is."""
    if isinstance(tree, Object):
        kind = tree.text("type")
        if kind is not None and kind.value == "doc" and isinstance(tree.get("content"), Array):
            return Kind.ADF
        if is_descriptor(tree):
            return Kind.DESCRIPTOR
    return Kind.JSON


def _tells_calls(suffix: str, data: bytes) -> bool:
    """Return whether a text without a telling suffix has a line of a shell in it that sends a request."""
    return suffix in {"", "txt"} and _CALL.search(data) is not None


def _is_program(name: str, first: bytes) -> bool:
    return first.startswith(b"#!") or name in {"Makefile", "Dockerfile", "Jenkinsfile", "Rakefile"}
