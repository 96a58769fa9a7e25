"""Passwords, tokens and keys: what lets somebody in as somebody else.

The tokens of well-known services count wherever they stand. What stands behind `password:` in any of six languages
counts with a login or a person near it, and for a human's eye where it is written as passwords are; so does what
fills a cell under such a word. Placeholders, variables and words of ordinary sentences are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from rules.hits import Anchor, Detector, Headed, Hit
from rules.model import Confidence
from rules.secretforms import ANCHOR, FORMS, PLACEHOLDERS
from rules.spotting import folded, spots
from rules.subjects import SubjectKind

_RULE: Final = "credential"
_TOKEN_REACH: Final = 7400
_REACH: Final = 160
_NEAR: Final = 120
"""Characters on either side of a password that a login may stand in."""
_TOKENS: Final = re.compile(
    r"(?<![A-Za-z0-9_])(?:"
    + "|".join(f"(?P<f{number}>{form})" for number, (_, form) in enumerate(FORMS))
    + r")(?![A-Za-z0-9])"
)
_KEY: Final = re.compile(r"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END: Final = re.compile(r"-----END (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----")
_KEY_LIMIT: Final = 8192
_HEADER: Final = re.compile(
    r"(?i:authorization)[\"']?[ ]?[:=][ ]?[\"']?(?i:basic|bearer) {1,2}(?P<value>[\w+/.-]{8,2000}={0,2})(?![\w$<{])"
)
_WEBHOOK: Final = re.compile(
    r"hooks\.slack\.com/services/(?P<value>T[0-9A-Z]{8,12}/B[0-9A-Z]{8,12}/[0-9A-Za-z]{20,32})"
)
_REPEATED: Final = re.compile(r"(.)\1{7}")
_CROSSES: Final = re.compile(r"[xX]{8}|\*{3}")
_SAMPLE: Final = re.compile(r"(?i:example|sample|placeholder|dummy|your|xxxx|abcdefgh|12345678|test_)")
_LABEL: Final = (
    r"(?:pass(?:word|wort|wd|phrase|code)|passw|pwd|pw|kennwort|zugangscode|wachtwoord|mot de passe|mdp|contraseña"
    r"|contrasena|clave de acceso|parola d.ordine|parola chiave|senha|lösenord|api[ _-]?key|api[ _-]?token"
    r"|access[ _-]?token|secret[ _-]?key|client[ _-]?secret|auth[ _-]?token|(?<=[\"'])(?:secret|token)(?=[\"']))"
)
_PASSWORD: Final = re.compile(
    rf"(?<![?&\w])(?i:{_LABEL})(?: ?\([^()\n]{{1,20}}\))?[\"']?[ \u00a0]?"
    r"(?::|=>?|(?i: is| lautet| ist| est| es| è):?(?= )|(?=\t))"
    r"[ \u00a0\t]{0,3}[\"'`„“«]?(?P<value>[^\s\"'`“”«»<>|]{4,64})"
)
_FAR: Final = re.compile(
    rf"(?<![?&\w])(?i:{_LABEL})(?P<words> [^:=\n]{{3,60}}): [\"'`„“«]?(?P<value>[^\s\"'`“”«»<>|]{{8,64}})"
)
"""A password whose label says whose it is, or what for."""
_BARE: Final = re.compile(
    r"(?<![?&\w])(?i:password|passwort|passwd|pwd|pw|kennwort|wachtwoord|mot de passe|mdp|contraseña|senha)"
    r"[ \u00a0](?P<value>[!-~]{8,40})(?![!-~])"
)
"""A password with nothing but a blank before it."""
_RARE: Final = re.compile(r"[!$%&*+#^~@?]")
"""What passwords have and names of products and versions do not."""
_LOGIN: Final = re.compile(
    r"(?<![\w])(?i:user(?:name|[ -]?id)?|login|log-in|account|benutzer(?:name|kennung)?|anmeldename|konto"
    r"|nutzer(?:name)?|identifiant|utilisateur|usuario|utente|nome utente|gebruiker(?:snaam)?|e-?mail|db_user|uid)"
    r"[\"']?[ \u00a0]?"
    r"(?:[:=][ \u00a0\t]{0,3}[\"'`]?[^\s\"'`<>${}*]{2,64}|(?<=user) [a-z][a-z0-9._-]{4,30}(?=[,;]))"
)
_VARIABLE: Final = re.compile(
    r"[$%{<\[(*•#@.]|\*{2,}|.*(?:\*{3}|•{2}|\$\{|\{\{|%\(|\(\)|\w\(|<[a-z]|\.\.\.|…)|[xX]+[.,;]?\Z|(?:os|process|self"
    r"|this|config|settings|env|request|args|options|data|props|state|form|user|params|conf|cfg|secrets|var|vars|local)\."
)
_SIGN: Final = re.compile(r"[0-9_]|[^\w-].|[a-zß-ÿ][A-ZÀ-Þ]|[A-Z]{2}[a-z]")
"""What passwords have and words of a sentence do not."""
_SAID: Final = re.compile(r"[:=]>?[\"'`\s]*\Z")
"""A sign between label and password; behind a verb or in the next cell, ordinary words are none."""
_CLASSES: Final = tuple(re.compile(each) for each in ("[a-z]", "[A-Z]", "[0-9]", r"[^\w\s]"))
_HEADINGS: Final = folded(
    "password, passwort, passwd, pwd, passphrase, kennwort, wachtwoord, contraseña, contrasena, mot de passe, mdp,"
    " senha, lösenord, secret, token"
)
"""What stands above a column of passwords, or is the key of one."""
_WORDS: Final = frozenset(label.rpartition(" ")[2] for label in _HEADINGS)
_HEADED: Final = re.compile(rf"(?i:{'|'.join(sorted(_WORDS))})")
_CELL: Final = re.compile(r"(?<![^\t\n,;])[^\s,;\"'<>]{8,64}(?=[\t\n,;]|\Z)")
"""What fills a cell and holds no blank."""
_LETTER: Final = re.compile(r"[^\W\d_]")
_MARKED: Final = re.compile(r"[0-9]|[^\w\s.,:;!?'-]")
"""What no word of a sentence has."""
_OTHER: Final = re.compile(r"://|\A[/.]|\w@[\w-]+\.|\A[\d.,:/-]+\Z|\A\d{4}-\d\d-\d\d|[?&]\w+=|\A\w+[:=]|\.[a-z]{2,4}\Z")
"""An address, a path, a number, a date, a name with its value, a file: no password."""
_ASSIGNED: Final = 8
"""Characters before a value that may hold an equals sign."""
_LONG: Final = 8
_WORD: Final = 10
"""Letters of a word that may be a password without any other sign."""
_BEHIND: Final = "it stands behind a word for a password"
_NOBODY: Final = "no person and no login was seen beside it"
_PLAIN: Final = "it is short, or has few kinds of signs"
_UNSIGNED: Final = "no sign stands between that word and it"
_TRIM: Final = ".,;:)]}'\""


def detectors(_: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detectors of tokens, of passwords beside a login, and of passwords with a person near."""
    anchors = (
        Anchor(
            rb"(?i)(?:pass(?:word|wort|wd|phrase|code)|passw|pwd|\bpw|kennwort|zugangscode|wachtwoord|mot de passe"
            rb"|\bmdp|contrase(?:\xc3\xb1|n)a|clave de acceso|parola d.{1,3}ordine|parola chiave|senha|l\xc3\xb6senord"
            rb"|api[ _-]?key|api[ _-]?token|access[ _-]?token|secret[ _-]?key|client[ _-]?secret|auth[ _-]?token"
            rb"|[\"'](?:secret|token))(?: ?\([^()\n]{1,40}\))?[\"']?(?: |\xc2\xa0)?"
            rb"(?::|=| is| lautet| ist| est| es| \xc3\xa8|\t)",
            before=72,
            after=16,
        ),
        Anchor(
            rb"(?i)(?:passwor[dt]|kennwort|wachtwoord|contrase(?:\xc3\xb1|n)a|mot de passe) (?:for|of|f\xc3\xbcr|von"
            rb"|vom|zum|de|del|di|du|pour|van|voor|para|per|pro[a-z]{2,9}|temporary|initial) [^:=\n]{2,80}: ",
            before=120,
            after=4,
        ),
    )
    cells = (Anchor(rb"[\t\n,;][!-~]{0,40}[0-9][!-~]{0,40}[\t\n,;]", before=82),)
    bare = (
        Anchor(
            rb"(?i)\b(?:passwor[dt]|passwd|pwd|pw|kennwort|wachtwoord|mot de passe|mdp|contrase(?:\xc3\xb1|n)a|senha)"
            rb"(?: |\xc2\xa0)[!-~]{0,39}[!$%&*+#^~@?]",
            before=64,
        ),
    )
    beside = partial(_in_cells, sure=Confidence.MEDIUM)
    return (
        Detector(
            rule=_RULE,
            anchors=(
                Anchor(ANCHOR, before=96),
                Anchor(rb"\.eyJ[\w-]{8}", before=2100),
                Anchor(rb"(?i)\bauthorization[\"']? ?[:=] ?[\"']?(?:basic|bearer) {1,2}[\w+/.-]{8}", before=48),
            ),
            find=_tokens,
        ),
        Detector(rule=_RULE, anchors=anchors, find=partial(_passwords, with_login=True)),
        Detector(rule=_RULE, anchors=anchors, find=partial(_passwords, with_login=False), beside=True),
        Detector(rule=_RULE, anchors=anchors, find=_alone, at_home_in_code=True),
        Detector(rule=_RULE, anchors=bare, find=_bare),
        Detector(rule=_RULE, anchors=cells, find=_in_cells, told=_in_cells, labels=_HEADINGS, at_home_in_code=True),
        Detector(rule=_RULE, anchors=cells, find=beside, told=beside, labels=_HEADINGS, beside=True),
    )


def _tokens(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the tokens of well-known services, private keys and headers that log in."""
    hits: list[Hit] = []
    for found in spots(_TOKENS, text, start, end, _TOKEN_REACH):
        if _CROSSES.search(found[0]):
            continue
        what = next(name for number, (name, _) in enumerate(FORMS) if found[f"f{number}"])
        hits.append(_hit(found.start(), found.end(), found[0], what))
    for pattern, what in ((_HEADER, "login in a header"), (_WEBHOOK, "token (Slack)")):
        found_here = spots(pattern, text, start, end, _TOKEN_REACH)
        hits += (_hit(*found.span("value"), found["value"], what) for found in found_here)
    for found in spots(_KEY, text, start, end, _REACH):
        closing = _KEY_END.search(text, found.end(), found.end() + _KEY_LIMIT)
        last = closing.end() if closing else found.end()
        hits.append(_hit(found.start(), last, text[found.start() : last], "private key"))
    yield from sorted(hits, key=lambda hit: hit.start)


def _hit(start: int, end: int, value: str, what: str) -> Hit:
    sample = _SAMPLE.search(value) or (what != "private key" and _REPEATED.search(value))
    return Hit(
        start,
        end,
        value,
        SubjectKind.CREDENTIAL,
        what,
        alone=Confidence.MEDIUM if sample else Confidence.HIGH,
        reason="it is written as the tokens and keys of that service are",
        doubt="it looks like the example of a document" if sample else "",
    )


def _passwords(text: str, start: int, end: int, *, with_login: bool) -> Iterator[Hit]:
    """Yield what stands behind `password:`: what has a login beside it, or what has none."""
    found = [each for pattern in (_PASSWORD, _FAR) for each in spots(pattern, text, start, end, _REACH)]
    for each in sorted(found, key=lambda match: match.start("value")):
        value = each["value"].rstrip(_TRIM)
        strong = _is_strong(value)
        if not _is_secret(value, each[0]) or (each.re is _FAR and not strong):
            continue
        if (_beside(text, *each.span()) is not None) is not with_login:
            continue
        first = each.start("value")
        sure = Confidence.MEDIUM if with_login or strong else Confidence.LOW
        login = "; a login stands beside it" if with_login else ""
        yield _password(first, value, sure, f"{_BEHIND}{login}", "" if with_login or strong else _PLAIN)


def _alone(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield what stands behind `password:` and is written as passwords are, whoever is near."""
    for each in spots(_PASSWORD, text, start, end, _REACH):
        value = each["value"].rstrip(_TRIM)
        if _is_secret(value, each[0]) and _is_shaped(value):
            first = each.start("value")
            assigned = "=" in text[max(each.start(), first - _ASSIGNED) : first]
            if assigned:
                yield _password(first, value, Confidence.MEDIUM, "it is assigned to a word for a password")
            else:
                yield _password(first, value, Confidence.LOW, _BEHIND, _NOBODY)


def _bare(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield what stands behind `password` with nothing but a blank between, and could be hardly anything else."""
    for each in spots(_BARE, text, start, end, _REACH):
        value = each["value"].rstrip(_TRIM)
        if _is_secret(value, each[0]) and _is_shaped(value) and _is_strong(value) and _RARE.search(value):
            yield _password(each.start("value"), value, Confidence.LOW, _BEHIND, _UNSIGNED)


def _in_cells(
    text: str, start: int, end: int, headed: Headed | None = None, *, sure: Confidence = Confidence.LOW
) -> Iterator[Hit]:
    """Yield what fills a cell and is written as passwords are, where a heading or the cell before it may say so."""
    for each in spots(_CELL, text, start, end, _REACH):
        if not (_is_shaped(each[0]) and _LETTER.search(each[0]) and _is_secret(each[0], each[0])):
            continue
        before = text[max(0, each.start() - _NEAR) : each.start()]
        if headed is None or _HEADED.search(before) or not _WORDS.isdisjoint(headed(each.start())):
            doubt = _NOBODY if sure is Confidence.LOW else ""
            hit = _password(each.start(), each[0], sure, "it is written as passwords are", doubt)
            yield replace(hit, alone=None)


def _password(start: int, value: str, sure: Confidence, reason: str, doubt: str = "") -> Hit:
    return Hit(
        start,
        start + len(value),
        value,
        SubjectKind.CREDENTIAL,
        "password",
        alone=sure,
        labelled=sure,
        reason=reason,
        doubt=doubt,
    )


def _is_shaped(value: str) -> bool:
    """Return whether a value is long, of two kinds of signs, and no word, address or number."""
    kinds = sum(kind.search(value) is not None for kind in _CLASSES)
    return len(value) >= _LONG and kinds > 1 and _MARKED.search(value) is not None and not _OTHER.search(value)


def _is_strong(value: str) -> bool:
    """Return whether a value has letters of both cases, digits or signs as passwords must have them: three of four."""
    return len(value) >= _LONG and sum(kind.search(value) is not None for kind in _CLASSES) > 2  # noqa: PLR2004 - the same


def _beside(text: str, first: int, last: int) -> re.Match[str] | None:
    """Return a login before or behind the characters [first, last), at most two lines away."""
    before = "\n".join(text[max(0, first - _NEAR) : first].split("\n")[-3:])
    behind = "\n".join(text[last : last + _NEAR].split("\n")[:3])
    return _LOGIN.search(before) or _LOGIN.search(behind)


def _is_secret(value: str, written: str) -> bool:
    """Return whether a piece of text may be a password: no placeholder, no variable, no word of a sentence."""
    if len(value) < 4 or value.lower().rstrip("!?") in PLACEHOLDERS or _VARIABLE.match(value):  # noqa: PLR2004 - shorter is a word
        return False
    if len(set(value)) < 3:  # noqa: PLR2004 - stars, dots, zeros
        return False
    if _SIGN.search(value):
        return True
    return _SAID.search(written[: written.rindex(value)]) is not None and (value.isalpha() and len(value) >= _WORD)
