"""A code sample or an unformatted block names a person by username or user key.

Why it matters: samples are often copied from real pages, logins included. Whether a sample shows a real person only a
reader can say. GDPR Art. 5(1)(c), 17.
Source: Atlassian, Confluence storage format and wiki markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.accounts import retired
from rules.identifiers import personal
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, Severity
from rules.passage import plain
from rules.rule import Category, Clean, Flag, Rule
from rules.tokens import What
from rules.view import View
from rules.written import in_cdata

_SAMPLES: Final = re.compile(
    r"<ri:user\b[^<>]{0,200}?\bri:(?:username|userkey)\s*=\s*[\"']([^\"'<>{}$%]{1,255})[\"']"
    r"|\[~(?!accountid:)([A-Za-z0-9][\w.@-]{1,80})\]"
    r"|\{(?:profile|profile-picture):(?:[Uu]ser=)?([A-Za-z0-9][\w.@-]{1,80})[|}]"
    r"|/display/~([A-Za-z0-9][\w.@-]{1,80})"
    r"|viewuserprofile\.action\?user[Nn]ame=([A-Za-z0-9][\w.@-]{1,80})"
)


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers in markup and addresses that a CDATA section quotes."""
    storage = view.storage
    for run in storage.sections():
        if run.what is not What.CDATA or run.parent < 0 or storage.element(run.parent).name != "ac:plain-text-body":
            continue
        start, raw = storage.content(run)
        if not _SAMPLES.search(plain(raw)):
            continue
        text = in_cdata(start, raw)
        for found in _SAMPLES.finditer(text.text):
            group = found.lastindex or 0
            subject = retired(personal(found[group]))
            if subject is not None:
                span = text.span(*found.span(group))
                yield RULE.match(
                    span,
                    subject,
                    where=f"{storage.path(run.parent)}/cdata",
                    excerpt=excerpt(view.data, span.start, span.end, subject.mask),
                    confidence=Confidence.LOW,
                    reason="sample text: it may show nobody",
                )


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
    gate=((b"CDATA", re.compile(rb"ri:user(?:name|key)|\[~|\{profile|/display/~|viewuserprofile")),),
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
