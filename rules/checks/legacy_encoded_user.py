"""Encoded settings of a macro name a person by username or user key.

Why it matters: an app keeps its settings as JSON in Base64, so no search finds the person in them, and no migration
tool looks there. On Cloud the app shows nobody, and the login outlives the account. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: a public migration toolkit for such macros, whose people are `cards[].user` by account id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import encoded
from rules.masking import excerpt
from rules.model import Kind, Match, Severity
from rules.parameters import gate
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers in parameters that the registry says hold encoded settings."""
    for person in encoded.people(view):
        yield RULE.match(
            person.span,
            person.subject,
            where=person.parameter.where,
            excerpt=excerpt(view.data, person.span.start, person.span.end, person.subject.mask),
            reason="decoded from Base64 and percent encoding",
        )


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return the settings with account ids, encoded as they were."""
    return encoded.rewrite(view, matches, resolve)


RULE: Final = Rule(
    id="legacy-encoded-user",
    title="Legacy user in encoded settings of a macro",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="Settings in Base64 name a person by a retired identifier. On Cloud the app cannot show the person, and nobody"
    " who searches for the login finds it there when the account is erased.",
    remedy="Replace the identifier by the account id. This tool does so when all people of the settings can be resolved"
    " and encoding them again gives the same bytes otherwise; else edit the macro and choose the people anew.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://github.com/leanzero-srl/leanzero-confluence-migration-toolkit",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.STORAGE, Kind.ADF),
    gate=gate(encoded.ENCODED),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'<ac:structured-macro ac:name="aura-user-profile"><ac:parameter ac:name="params">'
            b"JTdCJTIyY2FyZHMlMjIlM0ElNUIlN0IlMjJpbmZvJTIyJTNBJTIyTGVucyUyMCVDMyVBOSUyMiUyQyUyMnVzZXIlMjIlM0ElMjJ0"
            b"YmVyZ21hbm4lMjIlN0QlMkMlN0IlMjJ1c2VyJTIyJTNBJTIyOGE3ZjgwODI2YzFkNGU1ZjAxNmMxZDRlNmY3MDAwMDElMjIlN0Ql"
            b"MkMlN0IlMjJ1c2VyJTIyJTNBJTIyNWQ0MTQwMmFiYzRiMmE3NmI5NzE5ZDkxJTIyJTdEJTVEJTJDJTIyY2FyZFNpemUlMjIlM0El"
            b"MjJzbWFsbCUyMiU3RA=="
            b"</ac:parameter></ac:structured-macro>",
            Kind.STORAGE,
            "two cards by retired identifiers beside one by account id",
            ("tbergmann", "8a7f80826c1d4e5f016c1d4e6f700001"),
            b'<ac:structured-macro ac:name="aura-user-profile"><ac:parameter ac:name="params">'
            b"JTdCJTIyY2FyZHMlMjIlM0ElNUIlN0IlMjJpbmZvJTIyJTNBJTIyTGVucyUyMCVDMyVBOSUyMiUyQyUyMnVzZXIlMjIlM0ElMjI3"
            b"MTIwMjAlM0E0ZTFmN2MwMi01YjFkLTRmNmEtOWMwZS0yYTdkM2I4ZjZlMTAlMjIlN0QlMkMlN0IlMjJ1c2VyJTIyJTNBJTIyNzEy"
            b"MDIwJTNBNGUxZjdjMDItNWIxZC00ZjZhLTljMGUtMmE3ZDNiOGY2ZTEwJTIyJTdEJTJDJTdCJTIydXNlciUyMiUzQSUyMjVkNDE0"
            b"MDJhYmM0YjJhNzZiOTcxOWQ5MSUyMiU3RCU1RCUyQyUyMmNhcmRTaXplJTIyJTNBJTIyc21hbGwlMjIlN0Q="
            b"</ac:parameter></ac:structured-macro>",
        ),
        Flag(
            b'<ac:structured-macro ac:name="aura-user-profile"><ac:parameter ac:name="params">'
            b"eyJjYXJkcyI6W3sidXNlciI6InRiZXJnbWFubiIsImluZm8iOiLDqSJ9XX0"
            b"</ac:parameter></ac:structured-macro>",
            Kind.STORAGE,
            "JSON without percent encoding, in Base64 without padding",
            ("tbergmann",),
            b'<ac:structured-macro ac:name="aura-user-profile"><ac:parameter ac:name="params">'
            b"eyJjYXJkcyI6W3sidXNlciI6IjcxMjAyMDo0ZTFmN2MwMi01YjFkLTRmNmEtOWMwZS0yYTdkM2I4ZjZlMTAiLCJpbmZvIjoiw6kifV19"
            b"</ac:parameter></ac:structured-macro>",
        ),
        Clean(
            b'<ac:structured-macro ac:name="aura-user-profile"><ac:parameter ac:name="params">'
            b"JTdCJTIyY2FyZHMlMjIlM0ElNUIlN0IlMjJ1c2VyJTIyJTNBJTIyNzEyMDIwJTNBNGUxZjdjMDItNWIxZC00ZjZhLTljMGUtMmE3"
            b"ZDNiOGY2ZTEwJTIyJTJDJTIyaW5mbyUyMiUzQSUyMnRiZXJnbWFubiUyMiU3RCU1RCUyQyUyMmhvdmVyJTIyJTNBJTIybm9uZSUy"
            b"MiU3RA=="
            b"</ac:parameter></ac:structured-macro>",
            Kind.STORAGE,
            "an account id; text that is no person's field",
        ),
        Clean(
            b'<ac:structured-macro ac:name="aura-user-profile"><ac:parameter ac:name="params">dGJlcmdtYW5u'
            b'</ac:parameter><ac:parameter ac:name="summary">user</ac:parameter></ac:structured-macro>',
            Kind.STORAGE,
            "Base64 of something else",
        ),
    ),
)
