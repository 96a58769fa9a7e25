"""A password, token or key stands in a text, in a form that says what it is or with the person whose it is.

Why it matters: everybody who may read the page can log in as that person; who did so cannot be told later. GDPR Art.
5(1)(f), 32.
Source: GDPR Art. 32; the services' own documents on the form of their tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every credential; the mask shows nothing of it."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="credential",
    title="Password or token",
    category=Category.PERSONAL,
    severity=Severity.HIGH,
    why="Whoever may read this place can act as that person or service, and search, exports and older versions keep"
    " the secret.",
    remedy="Change the secret at once, keep it in a password manager, and delete the versions of the page that hold"
    " it. Report only.",
    articles=("5(1)(f)", "32"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#Authenticating",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(
            b"<p>User: tilda<br/>Password: Fjord-<b>41</b>!x</p>",
            Kind.STORAGE,
            "a login beside it, split by a tag",
            ("Fjord-41!x",),
        ),
        Flag(b"login: tilda, Passwort: Fjord41x", Kind.TEXT, "a label in another language", ("Fjord41x",)),
        Flag(b"username=tilda;mot de passe=Fjord41x", Kind.TEXT, "and another", ("Fjord41x",)),
        Flag(b"aws AKIA3XK7PLMQ2ZT5WRVB", Kind.TEXT, "a key of a service", ("AKIA3XK7PLMQ2ZT5WRVB",)),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"ghp_Zx7Zx7Z'
            b'x7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7"}]}]}',
            Kind.ADF,
            "a token, in the newer format",
            ("ghp_Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7",),
        ),
        Flag(
            b'{"note":"use ATATT3xFfGF0Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7"}',
            Kind.JSON,
            "a token of an Atlassian account",
            ("ATATT3xFfGF0Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7Zx7",),
        ),
        Flag(b"Authorization: Basic dGlsZGE6ZmpvcmQ0MQ==", Kind.TEXT, "a login in a header", ("dGlsZGE6ZmpvcmQ0MQ==",)),
        Flag(b"Bergmann, tilda@acme-optics.se, password: Fjord-41x", Kind.TEXT, "a person beside it", ("Fjord-41x",)),
        Flag(
            b"-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n",
            Kind.TEXT,
            "a private key",
            ("-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----",),
        ),
        Flag(
            b"t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0aWxkYSJ9.c2lnbmF0dXJlLXg",
            Kind.TEXT,
            "a signed token",
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0aWxkYSJ9.c2lnbmF0dXJlLXg",),
        ),
        Flag(b"usuario: tilda\ncontrase\xc3\xb1a: Fjord41x", Kind.TEXT, "on the next line", ("Fjord41x",)),
        Flag(
            b"client_secret=Fjord-41x-Qz~kd", Kind.TEXT, "written as passwords are, nobody near", ("Fjord-41x-Qz~kd",)
        ),
        Flag(
            b"<table><tbody><tr><th>Host</th><th>Passwort</th></tr><tr><td>srv1</td><td>Fjord-41x!</td></tr></tbody></table>",
            Kind.STORAGE,
            "under a heading",
            ("Fjord-41x!",),
        ),
        Flag(b"Kennwort Fjord-41x!q", Kind.TEXT, "nothing but a blank between", ("Fjord-41x!q",)),
        Clean(b"password OAuth2.0-Flow, Passwort SHA-256/512-Hash", Kind.TEXT, "names of methods behind the word"),
        Clean(b"user: tilda password: ****, password: <password>, password: changeme", Kind.TEXT, "placeholders"),
        Clean(b"login: tilda password=${PASSWORD} pwd=$PWD passwd=%PW%", Kind.TEXT, "variables"),
        Clean(b"tilda@acme-optics.se: the password is required and expires", Kind.TEXT, "a sentence"),
        Clean(b"password: fjord41", Kind.TEXT, "a short one, nobody near"),
        Clean(b'{"note":"Fjord-41x!"}', Kind.JSON, "no key that says so"),
        Clean(b"Password reset: see the portal, user: all", Kind.TEXT, "a page of help"),
        Clean(b"class Login: password: String, user: String", Kind.TEXT, "a type"),
        Clean(b"AKIA, ghp_short, xoxb-1, eyJhbGciOi", Kind.TEXT, "beginnings only"),
        Clean(b"-----BEGIN CERTIFICATE-----\nMIIEvQ\n-----END CERTIFICATE-----", Kind.TEXT, "a certificate is public"),
        Clean(b'{"user":"x","note":"password: none"}', Kind.JSON, "none"),
        Clean(
            b'<a href="/x?user=tilda&amp;password=Fjord-41x">x</a>', Kind.STORAGE, "a link: url-credentials reports it"
        ),
        Clean(b"user: tilda, password = getpass.getpass()", Kind.TEXT, "a call"),
        Clean(b"Authorization: Bearer $TOKEN and Authorization: Basic <base64>", Kind.TEXT, "variables in headers"),
    ),
)
