"""A person is mentioned by username or user key.

Why it matters: Confluence Cloud identifies people by account id only. A mention by an older identifier shows nobody,
notifies nobody, and keeps a name or login in the text after the account was erased. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import mentions, rendered, renderedtext
from rules.carriers import CARRIERS
from rules.model import Kind, Match, Severity
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers of mentions in running text, those that were pasted as HTML included."""
    if view.part.kind is not Kind.STORAGE:
        yield from renderedtext.detect(view, RULE)
        return
    yield from mentions.detect(view, RULE, mentions.Place.TEXT)
    yield from rendered.detect(view, RULE)


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each mention by its account id."""
    if view.part.kind is not Kind.STORAGE:
        return renderedtext.held(matches)
    written = mentions.rewrite(view, mentions.Place.TEXT, matches, resolve)
    pasted = rendered.rewrite(view, matches, resolve)
    return Change(written.edits + pasted.edits, written.holds + pasted.holds)


RULE: Final = Rule(
    id="legacy-mention",
    title="Legacy mention",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="The page names a person by a retired identifier. Cloud no longer links it to the account, so the mention is"
    " broken, and the name or login stays on the page when the account is erased.",
    remedy="Replace the identifier by the account id. This tool does so, in the mention only, when the person can be"
    " resolved to one account; otherwise ask the owner of the page to mention the person anew or to remove the name.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.STORAGE, Kind.JSON, Kind.TEXT),
    gate=(*mentions.GATE, *rendered.GATE),
    detect=detect,
    rewrite=rewrite,
    classes=tuple(sorted(CARRIERS[Kind.STORAGE])),
    examples=(
        Flag(
            b'{"body":{"view":{"value":"<p><a class=\\"userlink\\" data-username=\\"tbergmann\\">T</a></p>"}}}',
            Kind.JSON,
            "HTML as a call for the shown body answers it",
            ("tbergmann",),
        ),
        Flag(
            b"<a data-username='a&amp;b' data-user-key='8a7f80826c1d4e5f016c1d4e6f700001'>T</a>",
            Kind.TEXT,
            "the same in a text",
            ("a&b", "8a7f80826c1d4e5f016c1d4e6f700001"),
        ),
        Clean(
            b'{"note":"set data-username=\\"tbergmann\\" there","b":"<a data-username=\\"${user}\\">"}',
            Kind.JSON,
            "no tag, and a variable",
        ),
        Clean(b"<a data-user-key='5d41402abc4b2a76b9719d91'>T</a>", Kind.TEXT, "an account id"),
        Flag(
            b'<p>Ask <ac:link><ri:user ri:username="tbergmann" /></ac:link>&nbsp;first.</p>',
            Kind.STORAGE,
            "a mention by username",
            ("tbergmann",),
            b'<p>Ask <ac:link><ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10" /></ac:link>'
            b"&nbsp;first.</p>",
        ),
        Flag(
            b"<ac:link><ri:user\n  ri:userkey = '8a7f80826c1d4e5f016c1d4e6f700001'  ri:username='a&amp;b'></ri:user>"
            b"</ac:link>",
            Kind.STORAGE,
            "two retired identifiers on one element, with odd blanks and quotes",
            ("8a7f80826c1d4e5f016c1d4e6f700001", "a&b"),
            b"<ac:link><ri:user\n  ri:account-id = '712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10' ></ri:user></ac:link>",
        ),
        Flag(
            b'<a class="userlink" data-username="tbergmann" data-user-key="8a7f80826c1d4e5f016c1d4e6f700001"'
            b' userkey="8a7f80826c1d4e5f016c1d4e6f700001" href="#">T</a>'
            b'<RI:USER RI:USERNAME="olindqvist"/><RI:USER ri:userKey="8a7f80826c1d4e5f016c1d4e6f700001"/>',
            Kind.STORAGE,
            "a mention that was pasted as HTML, and references that XML does not know: nothing takes their place",
            (
                "tbergmann",
                "8a7f80826c1d4e5f016c1d4e6f700001",
                "8a7f80826c1d4e5f016c1d4e6f700001",
                "olindqvist",
                "8a7f80826c1d4e5f016c1d4e6f700001",
            ),
        ),
        Flag(
            b'<p><span data-account-id="8a7f80826c1d4e5f016c1d4e6f700001">T</span></p>',
            Kind.STORAGE,
            "a user key in an attribute for account ids",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
            b'<p><span data-account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10">T</span></p>',
        ),
        Clean(
            b'<a class="confluence-userlink" data-account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"'
            b' data-username="" data-user="tbergmann">T</a><ac:x userkey="tbergmann"/>',
            Kind.STORAGE,
            "an account id, nobody, and attributes that are something else",
        ),
        Clean(
            b'<span data-account-id="billing">T</span><span data-username="{{who}}">T</span>'
            b'<RI:USER-LIST ri:username="tbergmann"/>',
            Kind.STORAGE,
            "the id of something else, a variable, another element",
        ),
        Flag(
            b'<ri:user ri:account-id="8a7f80826c1d4e5f016c1d4e6f700002"/>',
            Kind.STORAGE,
            "a user key in the attribute for account ids, as exports hold them",
            ("8a7f80826c1d4e5f016c1d4e6f700002",),
            b'<ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"/>',
        ),
        Flag(
            b'<ri:user ri:userkey="5d41402abc4b2a76b9719d91" ri:local-id="x1"/>',
            Kind.STORAGE,
            "an account id in a retired attribute, unless somebody has it for a name, as here",
            ("5d41402abc4b2a76b9719d91",),
            b'<ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10" ri:local-id="x1"/>',
        ),
        Flag(
            b"<ac:plain-text-body><![CDATA[a[b[0]] > 1]] ></ac:plain-text-body>"
            b'<ac:link><ri:user ri:username="tbergmann"/></ac:link>',
            Kind.STORAGE,
            "a mention behind code, in a body that was cut from an XML export",
            ("tbergmann",),
            b"<ac:plain-text-body><![CDATA[a[b[0]] > 1]] ></ac:plain-text-body>"
            b'<ac:link><ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"/></ac:link>',
        ),
        Clean(
            b'<ac:link><ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"/></ac:link>',
            Kind.STORAGE,
            "a mention by account id",
        ),
        Clean(
            b'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[<ri:user ri:username="tbergmann"/>]]>'
            b"</ac:plain-text-body></ac:structured-macro>",
            Kind.STORAGE,
            "markup quoted in a code block is text",
        ),
        Clean(
            b'<ri:user ri:username="@authenticated"/><ri:user/><ri:user ri:userkey="..."/>',
            Kind.STORAGE,
            "a role, nobody",
        ),
        Clean(
            b'<ri:user ri:username="${user}"/><ri:user ri:account-id="{{id}}"/><ri:user ri:userkey="@key@"/>',
            Kind.STORAGE,
            "variables of templates",
        ),
        Clean(
            b'<!-- <ri:user ri:username="tbergmann"/> --><p title="&lt;ri:user ri:username=x">x</p>',
            Kind.STORAGE,
            "comments and values of attributes hold no elements",
        ),
    ),
)
