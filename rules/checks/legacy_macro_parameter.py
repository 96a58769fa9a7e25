"""The text of a macro parameter names a person by username or user key.

Why it matters: older macros write people as plain text. No migration tool rewrites such text, so the macro shows nobody
on Cloud, and the login outlives the account of the person. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud; `rules/macros.toml` for each parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from rules import people
from rules.masking import excerpt
from rules.model import Kind, Match, Severity
from rules.parameters import NODES, gate
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers in parameters that the registry says hold people."""
    for named in people.named(view):
        span = named.span
        yield RULE.match(
            span,
            named.subject,
            where=named.parameter.where,
            excerpt=partial(excerpt, view.data, span.start, span.end, named.subject.mask),
            reason="the registry of macros says that this parameter holds people",
        )


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each identifier by its account id, prefixes and separators untouched."""
    return people.rewrite(view, matches, resolve)


RULE: Final = Rule(
    id="legacy-macro-parameter",
    title="Legacy user in the text of a macro parameter",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="A macro is told in plain text whom to show or to filter by, with an identifier that Atlassian retired. On"
    " Cloud it shows nothing or the wrong list, and the identifier outlives the account of the person.",
    remedy="Replace the identifier by the account id. This tool does so when the person can be resolved to one account;"
    " otherwise edit the macro and choose the person anew.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.STORAGE, Kind.ADF),
    gate=(*gate(people.PEOPLE), NODES),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'<ac:macro ac:name="Profile-Picture"><ac:parameter ac:name="User"> t&#46;bergmann </ac:parameter>'
            b"</ac:macro>",
            Kind.STORAGE,
            "one person, old notation, names in another case, an entity in the value",
            ("t.bergmann",),
            b'<ac:macro ac:name="Profile-Picture"><ac:parameter ac:name="User"> '
            b"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10 </ac:parameter></ac:macro>",
        ),
        Flag(
            b'<ac:structured-macro ac:name="recently-updated"><ac:parameter ac:name="author">-tbergmann, +olindqvist'
            b" 5d41402abc4b2a76b9719d91</ac:parameter></ac:structured-macro>",
            Kind.STORAGE,
            "a list with prefixes; one entry is an account id already",
            ("tbergmann", "olindqvist"),
            b'<ac:structured-macro ac:name="recently-updated"><ac:parameter ac:name="author">'
            b"-712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10, +712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"
            b" 5d41402abc4b2a76b9719d91</ac:parameter></ac:structured-macro>",
        ),
        Flag(
            b'<ac:macro ac:name="content-by-user"><ac:default-parameter>8a7f80826c1d4e5f016c1d4e6f700001'
            b"</ac:default-parameter></ac:macro>",
            Kind.STORAGE,
            "a parameter without a name",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
            b'<ac:macro ac:name="content-by-user"><ac:default-parameter>712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10'
            b"</ac:default-parameter></ac:macro>",
        ),
        Flag(
            b'<ac:adf-extension><ac:adf-node type="extension"><ac:adf-attribute key="extension-key">profile'
            b'</ac:adf-attribute><ac:adf-attribute key="parameters"><ac:adf-parameter key="macro-params">'
            b'<ac:adf-parameter key="user"><ac:adf-parameter key="value">tbergmann</ac:adf-parameter>'
            b"</ac:adf-parameter>"
            b"</ac:adf-parameter></ac:adf-attribute></ac:adf-node></ac:adf-extension>",
            Kind.STORAGE,
            "an extension of the newer format, written in storage format",
            ("tbergmann",),
            b'<ac:adf-extension><ac:adf-node type="extension"><ac:adf-attribute key="extension-key">profile'
            b'</ac:adf-attribute><ac:adf-attribute key="parameters"><ac:adf-parameter key="macro-params">'
            b'<ac:adf-parameter key="user"><ac:adf-parameter key="value">712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10'
            b"</ac:adf-parameter></ac:adf-parameter>"
            b"</ac:adf-parameter></ac:adf-attribute></ac:adf-node></ac:adf-extension>",
        ),
        Flag(
            b'{"type":"doc","content":[{"type":"extension","attrs":{"extensionKey":"blog-posts","parameters":'
            b'{"macroParams":{"Author":{"value":"tbergmann,o\\u002elindqvist"}}}}}]}',
            Kind.ADF,
            "a list in the newer format",
            ("tbergmann", "o.lindqvist"),
            b'{"type":"doc","content":[{"type":"extension","attrs":{"extensionKey":"blog-posts","parameters":'
            b'{"macroParams":{"Author":{"value":"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10,'
            b'712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"}}}}}]}',
        ),
        Flag(
            b'<a href="https://acme.example/x" data-datasource="{&quot;id&quot;:&quot;k&quot;,&quot;parameters&quot;:'
            b'{&quot;creatorAccountIds&quot;:[&quot;t&#x2e;bergmann&quot;],&quot;searchString&quot;:&quot;x&quot;}}">x</a>',
            Kind.STORAGE,
            "the data source of a link that is shown as a card",
            ("t.bergmann",),
            b'<a href="https://acme.example/x" data-datasource="{&quot;id&quot;:&quot;k&quot;,&quot;parameters&quot;:'
            b"{&quot;creatorAccountIds&quot;:[&quot;712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10&quot;],"
            b'&quot;searchString&quot;:&quot;x&quot;}}">x</a>',
        ),
        Clean(
            b'<a href="/x" data-datasource="{&quot;id&quot;:&quot;tbergmann&quot;,&quot;parameters&quot;:'
            b'{&quot;searchString&quot;:&quot;tbergmann&quot;}}" data-x="{}">x</a>'
            b'<a data-datasource="[1]" data-card-appearance="block">y</a><a data-datasource=" ">z</a>',
            Kind.STORAGE,
            "settings of a data source that name nobody, and what is no data source",
        ),
        Clean(
            b'<ac:macro ac:name="profile"><ac:parameter ac:name="user">712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10'
            b"</ac:parameter></ac:macro>",
            Kind.STORAGE,
            "an account id",
        ),
        Clean(
            b'<ac:structured-macro ac:name="show-if"><ac:parameter ac:name="user">@authenticated, @self</ac:parameter>'
            b"</ac:structured-macro>",
            Kind.STORAGE,
            "roles",
        ),
        Clean(
            b'<ac:structured-macro ac:name="code"><ac:parameter ac:name="title">tbergmann</ac:parameter>'
            b"</ac:structured-macro>",
            Kind.STORAGE,
            "a parameter that holds nobody",
        ),
        Clean(
            b'<ac:structured-macro ac:name="profile"><ac:parameter ac:name="user"><ri:user ri:username="tbergmann"/>'
            b"</ac:parameter></ac:structured-macro>",
            Kind.STORAGE,
            "an element: legacy-macro-user reports it",
        ),
        Clean(
            b'<ac:macro ac:name="profile"><ac:parameter ac:name="user">${content.creator}</ac:parameter></ac:macro>',
            Kind.STORAGE,
            "a variable of a template",
        ),
    ),
)
