"""IPv4 and IPv6 addresses of the public network: online identifiers of who used them.

Left out are masks, whole networks and addresses that mean the machine itself, everybody or nobody; those of private
networks and those of documents count little. Facts: RFC 5737 and RFC 3849 (documentation), RFC 1918 and RFC 4193
(private), RFC 6598 (carriers), RFC 4291 (forms of IPv6), recital 30 of the GDPR and CJEU C-582/14 (Breyer).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.spotting import folded, spots
from rules.subjects import SubjectKind

_REACH: Final = 64
_FOUR: Final = re.compile(
    r"(?<![\w./-])(?<![0-9][:,+])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?P<size>/[0-9]{1,2})?(?![\w-]|\.[\w]|/[\w])"
)
_SIX: Final = re.compile(
    r"(?<![\w:.%-])(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6}::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?"
    r"|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){7})(?P<size>/[0-9]{1,3})?(?![\w:]|\.\w)"
)
_VERSION: Final = re.compile(
    r"(?i:\b(?:v|ver|vers|version|versi[oó]n|versione|versie|release|rel|build|firmware|driver|patch|update|fw|jdk|jre|"
    r"tcp/ip|chrome|safari|edge|section|abschnitt|kapitel|chapter|§)(?:[.:=]|\"?: ?\"?)?[ \u00a0/_-]?[(\"']?)\Z"
)
_NAMED: Final = re.compile(
    r"(?i:(?<![^\W_])(?:(?:client|remote|source|src|public)[-_ ]?)?ip(?:v[46])?(?:[-_ ]?(?:addr|adr)[a-z]{0,5})?"
    r"[\"']?[ \u00a0:=]{1,3}[\"']?)\Z"
)
"""What says directly before it that it is an address, however small its numbers are."""
_AGENT: Final = re.compile(r"[A-Za-z]/\Z")
_MASKS: Final = frozenset((0xFFFFFFFF << size) & 0xFFFFFFFF for size in range(33))
_BITS_6: Final = 128
_SMALL: Final = 64
"""The parts of a version are smaller; those of an address mostly are not."""
_LITTLE: Final = "the numbers are as small as those of a version"
_BEFORE: Final = 32
"""Characters before an address that may say what it is."""
_FIRST: Final = 1 << 24
"""The addresses below mean this network."""
_RESERVED: Final = 0xF0 << 24
_IN_USE: Final = (ipaddress.ip_network("2000::/3"), ipaddress.ip_network("fc00::/7"))
"""Where IPv6 addresses of machines lie."""
_PRIVATE: Final = "an address of a private network"
_DOCUMENTS: Final = "an address that is kept free for documents"
_FOR_DOCUMENTS: Final = tuple(
    ipaddress.ip_network(each)
    for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)
_RESOLVERS: Final = frozenset(
    ipaddress.ip_address(each)
    for each in (
        *("8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112", "208.67.222.222", "208.67.220.220"),
        *("1.2.3.4", "4.3.2.1", "2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111"),
    )
)
_LABELS: Final = folded(
    """
    ip, address, ip address
    ip-address, ipv4, ipv6, client ip, remote ip, source ip, last login from, logged in from, host
    remote_addr, x-forwarded-for, clientip, remoteaddress, ip-adresse, ip adresse, adresse ip, dirección ip
    direccion ip, indirizzo ip, ip-adres, remoteaddr, ipaddress, ip_address, client_ip
    """
)


def detectors(_: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of addresses in both versions of the protocol."""
    return (
        Detector(
            rule="ip-address",
            anchors=(
                Anchor(rb"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\b", before=16, after=4),
                Anchor(rb"\b[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6}::", before=44, after=4),
                Anchor(rb"(?::[0-9A-Fa-f]{1,4}){7}\b", before=44, after=4),
            ),
            find=_find,
            labels=_LABELS,
        ),
    )


def _find(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the addresses that begin in the window, in order."""
    found = [each for pattern in (_FOUR, _SIX) for each in spots(pattern, text, start, end, _REACH)]
    for each in sorted(found, key=lambda match: match.start()):
        size = each["size"] or ""
        written = each[0].removesuffix(size)
        try:
            address = ipaddress.ip_address(written)
        except ValueError:
            continue
        if "::" in written and not any(address in network for network in _IN_USE):
            continue  # a name in a program, a time
        if not _is_nobody(address, size) and not _is_version(text, each.start()):
            before = text[max(0, each.start() - _BEFORE) : each.start()]
            yield _hit(each.start(), each.start() + len(written), address, named=_NAMED.search(before) is not None)


def _is_nobody(address: ipaddress.IPv4Address | ipaddress.IPv6Address, size: str) -> bool:
    """Return whether the address means a whole network, a mask, this machine, everybody or nobody."""
    whole = address.max_prefixlen
    return (
        address.is_loopback
        or address.is_multicast
        or address.is_unspecified
        or address.is_link_local
        or bool(size and int(size[1:]) != whole)
        or (whole != _BITS_6 and (int(address) in _MASKS or int(address) < _FIRST or int(address) >= _RESERVED))
    )


def _is_version(text: str, start: int) -> bool:
    """Return whether a word before says that the four numbers are a version or the number of a section."""
    before = text[max(0, start - 16) : start]
    return _VERSION.search(before) is not None or _AGENT.search(before) is not None


def _hit(start: int, end: int, address: ipaddress.IPv4Address | ipaddress.IPv6Address, *, named: bool) -> Hit:
    """Return an address; `named`: the word for one stands directly before it, which settles that it is no version."""
    alone, labelled, doubt = _worth(address)
    if named and doubt == _LITTLE:
        doubt = ""
    return Hit(
        start,
        end,
        str(address),
        SubjectKind.IP_ADDRESS,
        f"IPv{address.version} address",
        alone=alone,
        labelled=labelled,
        reason="it is written as an address of the network",
        doubt=doubt,
    )


def _worth(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> tuple[Confidence | None, Confidence, str]:
    """Return how sure it is alone and behind a label that somebody has the address, and what speaks against it."""
    if any(address in network for network in _FOR_DOCUMENTS):
        return None, Confidence.LOW, _DOCUMENTS
    if address in _RESOLVERS:
        return None, Confidence.LOW, "an address that everybody knows"
    if address.max_prefixlen == _BITS_6 and not any(address in network for network in _IN_USE):
        return Confidence.LOW, Confidence.HIGH, "an address that nobody has been given"
    if not address.is_global:
        return Confidence.LOW, Confidence.HIGH, _PRIVATE
    if address.max_prefixlen != _BITS_6 and max(address.packed) < _SMALL:
        return None, Confidence.HIGH, _LITTLE
    return Confidence.HIGH, Confidence.HIGH, ""
