"""A code sample or an unformatted block names a person by username or user key.

Why it matters: samples are often copied from real pages, logins included. Whether a sample shows a real person only a
reader can say. GDPR Art. 5(1)(c), 17.
Source: Atlassian, Confluence storage format and wiki markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules import wikimarkup
from rules.accounts import retired
from rules.gates import query_gates
from rules.identifiers import personal
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, Personal, Severity
from rules.placeholders import holds_variable
from rules.rule import Category, Clean, Flag, Rule
from rules.tokens import What
from rules.view import View
from rules.written import in_cdata

_SAMPLES: Final = re.compile(
    r"<ri:user\b[^<>]{0,200}?\bri:(?:username|userkey)\s*=\s*[\"']([^\"'<>{}$%]{1,255})[\"']"
    r"|/display/~([A-Za-z0-9][\w.@-]{1,80})"
    r"|viewuserprofile\.action\?user[Nn]ame=([A-Za-z0-9][\w.@-]{1,80})"
)
_QUERY: Final = re.compile(r"(?i)\b(?:cql|jql)\w{0,20}[\"']?\s{0,9}[:=]([^\r\n]{1,400})")
_OPERAND: Final = re.compile(
    r"(?i)\b(?:creator|contributor|mention|watcher|assignee|reporter|voter)\s{0,9}!?=\s{0,9}"
    r"\\?[\"']([a-z0-9][\w.@-]{1,80})\\?[\"']"
)
_ANY: Final = re.compile(rb"(?i:[cj]ql)|ri:user|[\[|]~|\{(?:mention|profile)|/display/~|viewuserprofile")


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers in markup and addresses that a CDATA section quotes."""
    storage = view.storage
    for run in storage.sections():
        comment = run.what is What.COMMENT
        if not comment and (run.parent < 0 or storage.element(run.parent).name != "ac:plain-text-body"):
            continue
        start, raw = storage.content(run)
        if not _ANY.search(raw):
            continue
        text = in_cdata(start, raw)
        for first, last, subject in _people(text.text, wiki=comment or wikimarkup.is_wiki(storage, run.parent)):
            span = text.span(first, last)
            yield RULE.match(
                span,
                subject,
                where=f"{storage.path(run.parent)}/{'comment' if comment else 'cdata'}",
                excerpt=excerpt(view.data, span.start, span.end, subject.mask),
                confidence=Confidence.LOW,
                reason="a comment: nobody sees it on the page" if comment else "sample text: it may show nobody",
            )


def _people(text: str, *, wiki: bool) -> Iterator[tuple[int, int, Personal]]:
    """Yield whom a section names; wiki markup in a macro for it is no sample, and legacy-wiki-mention reports it."""
    for found in _SAMPLES.finditer(text):
        group = found.lastindex or 0
        subject = retired(personal(found[group])) if not holds_variable(found[group]) else None
        if subject is not None:
            yield *found.span(group), subject
    for query in _QUERY.finditer(text):
        for found in _OPERAND.finditer(text, *query.span(1)):
            subject = retired(personal(found[1]))
            if subject is not None:
                yield *found.span(1), subject
    for each in () if wiki else wikimarkup.named(text):
        yield each.start, each.end, each.subject


RULE: Final = Rule(
    id="sample-code-user",
    title="Legacy user in a code sample",
    category=Category.LEGACY,
    severity=Severity.LOW,
    why="A sample quotes a retired identifier. If it was copied from a real page, it names a real person and stays when"
    " the account is erased.",
    remedy="Replace the identifier by an invented one if it is real. Report only: a sample is never rewritten, because"
    " the code would say something else afterwards.",
    articles=("5(1)(c)", "17"),
    source="https://confluence.atlassian.com/doc/confluence-storage-format-790796544.html",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.STORAGE,),
    gate=(
        b"ri:username",
        b"ri:userkey",
        (b"~", re.compile(rb"~(?:(?<=[\[|]~)|(?<=/display/~))")),
        (b"{", re.compile(rb"\{(?:mention|profile)")),
        b"viewuserprofile",
        *query_gates(rb"\w{0,20}[\"']?\s{0,9}[:=]"),
    ),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[<ri:user ri:username="tbergmann"/>'
            b" [~o.lindqvist] {profile:user=jvega} /display/~mrossi"
            b" /users/viewuserprofile.action?username=kito]]></ac:plain-text-body></ac:structured-macro>",
            Kind.STORAGE,
            "markup and addresses in a code block",
            ("tbergmann", "o.lindqvist", "jvega", "mrossi", "kito"),
        ),
        Flag(
            b'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[cql: creator = "tbergmann" and'
            b" contributor != 'jvega']]></ac:plain-text-body></ac:structured-macro>"
            b'<p><!-- <ac:link><ri:user ri:username="mrossi"/></ac:link> --></p>',
            Kind.STORAGE,
            "a query in a code block, and a mention that somebody commented out",
            ("tbergmann", "jvega", "mrossi"),
        ),
        Clean(
            b'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[creator = "tbergmann"\n'
            b"cql: creator = '5d41402abc4b2a76b9719d91' and space = 'LAB'\njql=assignee = currentUser()]]>"
            b"</ac:plain-text-body></ac:structured-macro><!-- [~tbergmann] was here -->",
            Kind.STORAGE,
            "a variable of a program, an account id, a function, and a comment without markup of the storage format",
        ),
        Clean(
            b'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[<ri:user ri:username="$name"/>'
            b' <ri:user ri:userkey="5d41402abc4b2a76b9719d91"/> [~accountid:5d41402abc4b2a76b9719d91] [~!] x[~y]'
            b"]]></ac:plain-text-body></ac:structured-macro><ac:plain-text-body>[~tbergmann]</ac:plain-text-body>",
            Kind.STORAGE,
            "a variable, account ids, a character class, and text outside of the section",
        ),
        Clean(
            b"<ac:structured-macro ac:name='code'><ac:plain-text-body><![CDATA[user = 'x']]></ac:plain-text-body>"
            b"</ac:structured-macro><ac:link><ac:plain-text-link-body><![CDATA[[~tbergmann]]]></ac:plain-text-link-body>"
            b"</ac:link><![CDATA[[~tbergmann]]]>",
            Kind.STORAGE,
            "code without people, and sections that are no code",
        ),
    ),
)
