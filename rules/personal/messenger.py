"""Names and numbers under which people are found in messengers: Skype, Telegram, WhatsApp, Signal, Threema, Matrix.

An address (`t.me/name`, `skype:name`, `@user:host`) says itself what it is; a name alone counts behind the name of the
service only. Facts: the services' own documents on links; RFC 5122 (`xmpp:`), RFC 3261 (`sip:`), the Matrix
specification's appendix on identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.spotting import folded, spots
from rules.subjects import SubjectKind

_RULE: Final = "messenger-handle"
_REACH: Final = 192
_LINKS: Final = (
    re.compile(
        r"(?i:\b(?:t|telegram)\.me/|\btelegram\.dog/|\btg://resolve\?domain=)(?!s/|c/|joinchat)@?"
        r"(?P<name>[A-Za-z]\w{4,31})(?![\w+-])"
    ),
    re.compile(
        r"(?i:\bwa\.me/|\bapi\.whatsapp\.com/send/?\?phone=|\bwhatsapp://send/?\?phone=)"
        r"(?:\+|%2B)?(?P<name>[1-9][0-9]{6,14})(?![0-9])"
    ),
    re.compile(r"(?i:\bsignal\.me/#p/)(?P<name>\+[1-9][0-9]{6,14})(?![0-9])"),
    re.compile(r"(?i:\bthreema\.id/)(?P<name>(?!\*)[A-Z0-9]{8})(?!\w)"),
    re.compile(r"(?i:\bmatrix\.to/#/|\bmatrix:u/)(?P<name>@?[\w.=/+-]{1,64}:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"),
    re.compile(r"(?i:\bskype:)(?!\?)(?P<name>(?:live:|\.cid\.)*[A-Za-z][\w.,-]{4,50}\w)(?=[?\s\"'<>)\]]|\Z)"),
    re.compile(r"(?i:\bxmpp:|\bsips?:|\bim:)(?P<name>[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})"),
    re.compile(r"(?i:\bdiscord(?:app)?\.com/users/)(?P<name>[0-9]{17,20})(?![0-9])"),
    re.compile(r"(?i:(?<![\w.-])m\.me/)(?P<name>[A-Za-z][\w.]{3,49})(?!\w)"),
    re.compile(r"(?i:\bline\.me/ti/p/~)(?P<name>[\w.-]{4,30})(?![\w-])"),
    re.compile(r"(?i:\bicq\.(?:com|im)/(?:people/)?)(?P<name>[1-9][0-9]{4,9})(?![0-9])"),
    re.compile(
        r"(?<![\w@./:+=-])(?P<name>@[a-z0-9._=+-]{1,64}:[a-z0-9][a-z0-9-]{0,62}"
        r"(?:\.[a-z0-9-]{1,63}){0,3}\.[a-z]{2,12})(?![\w@-])"
    ),
)
"""How addresses name a person: Telegram, WhatsApp, Signal, Threema, Matrix, Skype, XMPP, Discord and others."""
_SERVICES: Final = (
    "skype|icq|threema|telegram|discord|jabber|xmpp|matrix|element|signal|whatsapp|wechat|weixin|viber|wire|slack|"
    "msn|aim|yahoo im|google talk|gtalk|sametime|mattermost|rocket\\.?chat|ms teams|microsoft teams|line id|kik"
)
_NAMED: Final = re.compile(
    rf"(?<![\w./:@-])(?P<service>(?i:{_SERVICES}))(?:[ -]?(?i:name|id|user(?:name)?|handle|number|nummer|account|konto"
    r"|kontakt|contact|kennung|adresse|address|uin|nick(?:name)?|pseudo|usuario|nombre|nome|utente|naam|compte|cuenta))?"
    r"[ \u00a0]?(?:[:=]|\(|\u2013|-(?= ))[ \u00a0]?\"?"
    r"(?P<name>@?[\w.+#:-]{2,60}(?:@[\w.-]{3,60})?)(?![\w@/])"
)
_PLAIN: Final = re.compile(
    r"(?<![\w./:@-])(?:(?i:skype)(?:[ -](?i:name|id))? (?P<skype>(?=[a-z]*[0-9._])[a-z][\w.]{4,40}\w)"
    r"|(?i:threema)(?:[ -](?i:id))? (?P<threema>(?=[A-Z]*[0-9])[A-Z0-9]{8})"
    r"|(?i:discord) (?P<discord>[\w.]{2,32}#[0-9]{4})|(?i:icq) (?P<icq>[1-9][0-9]{5,9}|[1-9][0-9]{2}(?:-[0-9]{3}){1,2})"
    r"|(?i:telegram) (?P<telegram>@[A-Za-z]\w{4,31}))"
    r"(?![\w@/-])"
)
"""Names that need no sign between them and the name of the service."""
_FORMS: Final = {
    "skype": r"(?:live:|\.cid\.)*[A-Za-z][\w.,-]{4,50}",
    "icq": r"[1-9][0-9]{1,2}(?:-?[0-9]{3}){1,2}|[1-9][0-9]{4,9}",
    "threema": r"(?=[A-Z]*[0-9]|[A-Z]{8}\Z)[A-Z0-9]{8}",
    "telegram": r"@[A-Za-z]\w{4,31}|(?=\w*[_0-9])[A-Za-z]\w{4,31}|[a-z]\w{4,31}",
    "discord": r"@?[\w.]{2,32}#[0-9]{4}|@[a-z0-9._]{2,32}|(?=[a-z]*[0-9._])[a-z0-9._]{3,32}",
    "jabber": r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+",
    "matrix": r"@[\w.=+-]{1,64}:[\w-]+(?:\.[\w-]+)+",
    "signal": r"[A-Za-z]\w{2,31}\.[0-9]{2,}",
    "": r"@[\w.-]{2,40}|(?=[a-z.]*[0-9._-])[a-z][\w.-]{3,40}",
}
"""Service -> the names it gives; "" for all others, where a name needs a sign that words do not have."""
_LIKE: Final = {"xmpp": "jabber", "element": "matrix"}
_FULL: Final = {service: re.compile(form) for service, form in _FORMS.items()}
_SIGN: Final = re.compile(r"[^A-Za-z]")
"""What names have and words do not."""
_ORDINARY: Final = folded(
    """
    call, meeting, group, chat, channel, business, download, install, click, login, support, status, username, yourname
    account, contact, number, handle, desktop, server, client, invite, conference, nicht, keine, unknown, https, none
    available, enabled, disabled, optional, required, online, offline, windows, android, linux, update, version, about
    anruf, gruppe, kanal, besprechung, konto, kontakt, verfügbar, unbekannt, deaktiviert, aktiviert, installieren
    réunion, groupe, contacto, reunión, grupo, riunione, gruppo, vergadering, groep, organisation, external, internal
    """
)
_PAGES: Final = folded("share, addstickers, joinchat, proxy, socks, iv, login, setlanguage, addtheme, telegram, durov")


def detectors(_: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detectors of addresses in messengers: in links, and behind the name of a service."""
    return (
        Detector(
            rule=_RULE,
            anchors=(
                Anchor(
                    rb"(?i)(?:\b(?:t|wa|telegram|signal|m|line)\.me/|\btelegram\.dog/|\btg://resolve|\bthreema\.id/"
                    rb"|\bmatrix\.to/#/|\bmatrix:u/|\bwhatsapp(?:\.com|:/)/send|\b(?:skype|xmpp|sips?|im):[a-z0-9.+_]"
                    rb"|\bdiscord(?:app)?\.com/users/|\bicq\.(?:com|im)/)",
                    before=24,
                    after=24,
                ),
                Anchor(rb"@[a-z0-9._=+-]{1,64}:[a-z0-9][a-z0-9-]{0,62}\.[a-z0-9]", before=140),
            ),
            find=_linked,
            in_links=True,
        ),
        Detector(
            rule=_RULE,
            anchors=(
                Anchor(
                    rb"(?i)\b(?:skype|icq|threema|telegram|discord|jabber|xmpp|matrix|element|signal|whatsapp|wechat|weixin"
                    rb"|viber|wire|slack|msn|aim|yahoo im|google talk|gtalk|sametime|mattermost|rocket\.?chat|teams"
                    rb"|line id|kik)(?:[ -]?[a-z]{2,8})?(?: |\xc2\xa0)?(?:[:=(]|\xe2\x80\x93|- )",
                    before=40,
                    after=6,
                ),
            ),
            find=_named,
        ),
        Detector(
            rule=_RULE,
            anchors=(
                Anchor(
                    rb"(?i)\b(?:skype|threema|discord|icq|telegram)(?:[ -](?:name|id))? [@a-z0-9]", before=24, after=1
                ),
            ),
            find=_plain,
        ),
    )


def _linked(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the names in addresses of messengers."""
    hits = [
        _hit(found, Confidence.HIGH, "it is an address in a messenger")
        for pattern in _LINKS
        for found in spots(pattern, text, start, end, _REACH)
        if found["name"].lower() not in _PAGES
    ]
    yield from sorted(hits, key=lambda hit: hit.start)


def _named(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the names that stand behind the name of a service."""
    for found in spots(_NAMED, text, start, end, _REACH):
        service = found["service"].lower()
        written = found["name"].rstrip(".:-#+")
        form = _FULL.get(_LIKE.get(service, service), _FULL[""])
        if form.fullmatch(written) and written.lower() not in _ORDINARY:
            sure = Confidence.HIGH if _SIGN.search(written) else Confidence.MEDIUM
            yield _hit(found, sure, "the name of a messenger stands before it", len(written))


def _plain(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the names that follow the name of a service and are written as words are not."""
    for found in spots(_PLAIN, text, start, end, _REACH):
        yield _hit(found, Confidence.HIGH, "the name of a messenger stands before it", group=found.lastgroup or 0)


def _hit(found: re.Match[str], sure: Confidence, reason: str, size: int = -1, group: str | int = "name") -> Hit:
    first = found.start(group)
    last = found.end(group) if size < 0 else first + size
    return Hit(first, last, found.string[first:last], SubjectKind.IM, "name in a messenger", sure, sure, reason)
