"""Who is named by a web address: profiles, personal spaces, logins, REST addresses, and queries in search links.

Public facts: Atlassian's documentation of profile and space addresses, the user-privacy guide for the parameters of
REST, and what a collection of public pages holds. Whether a value is a retired identifier is told by its shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from rules.addresses import addresses
from rules.identifiers import classify
from rules.interfaces import QUERY_FIELDS
from rules.linkhosts import on_cloud
from rules.linkpages import CONTRIBUTORS, USER_NAMES, Page, disguised, page_of
from rules.linkqueries import Role, in_query
from rules.linkterms import FieldChange, Form, LinkTerm
from rules.model import SubjectKind
from rules.queries import is_quoted
from rules.urls import Decoded, Parameter, Piece, Url, encode, split

Place = Callable[[int, int], tuple[int, int]]
"""Turns characters of an inner text into those of the text around it."""
_ONE_PERSON: Final = frozenset({Form.PROFILE, Form.JIRA_PROFILE, Form.REST_USER})
SEVERAL: Final = "people stand in more than one parameter of the address"
_ACCOUNT: Final = "accountid"
_SEVERAL: Final = 2
"""Parameters of an address that name somebody from which on it has to be told whether they are one person."""
_LISTED: Final = 8
"""Parameters at most that are asked for whether they are one person: an address with more is no address of one."""
UNDOCUMENTED: Final = "nothing public says what this search takes on Cloud"
_ENTRY: Final = re.compile(r"(?:\A|,|%2[cC])(?P<one>(?:(?!%2[cC])[^,])+)")
"""One entry of a list in an address."""
_BLANK: Final = re.compile(r"\s")
_TRACE: Final = re.compile(
    r"~|%(?:25)*7e|people|username|userkey|name(?:=|%)|key(?:=|%)|searchterm|assignee|reporter|contributor|[/\\]user|personal|relation|(?:user(?:id)?|authors?|owner(?:id)?)=|mailto|@|%(?:25)*40|os_|[cj]ql|token|passw|jwt|secret",
    re.IGNORECASE,
)
"""What stands in every address that names somebody."""
TRACE: Final = re.compile(
    rb"%b|&(?!(?:amp|apos|gt|lt|nbsp|quot);)|[\x80-\xff]" % _TRACE.pattern.encode(), re.IGNORECASE
)
"""What stands in markup wherever an address in it names somebody: the same, or what may become a piece of it."""
_PLACEHOLDER: Final = re.compile(
    r"[{}$<>\[\]|\x00-\x1f]|\A:|\A%[sd]?\Z|\A%+\w+%+\Z|\A@[A-Za-z][\w.-]*@\Z|\A\.\.\.\Z|\A…\Z"
)
"""Marks of a template: what stands there is the name of a variable."""
_SPACE_SEGMENTS: Final = frozenset({"display", "label", "space", "spaces"})
_SPACE_NAMES: Final = frozenset({"key", "space", "spacekey", "fromspacekey", "newspacekey", "where"})
_PEOPLE: Final = frozenset({"author", "authors", "owner", "ownerid", "user", "userid", "userkey", "username"})
"""Parameters that hold people wherever they stand, if they hold somebody who is known."""
_NO_PEOPLE: Final = frozenset({"search", "team", "teams", "directory", "group", "groups", "profile", "list"})
_NOBODY: Final = frozenset({"current", "anonymous", "me", "self"})
_LOGINS: Final = frozenset({"os_username", "j_username"})
SECRETS: Final = frozenset(
    """
    access_token api_key apikey auth_token client_secret jwt j_password os_password passwd password private_token token
    """.split()  # noqa: SIM905 - a table of words reads better than one of quotes
)
"""Parameters that let whoever reads the address in, in lower case."""
_SECRET_LENGTH: Final = 6
"""Characters from which on a value is taken for a secret: page numbers and yes or no are shorter."""
_DESTINATIONS: Final = re.compile(
    r"next|os_destination|return_?(?:url|to)|dest(?:ination|url)?|redirect(?:_?uri|url|to)?|(?:continue|back|origin)?url"
    r"|continue|target|goto|from|referer"
)
"""Parameters that hold an address, without a slash before it too."""
_SEARCHED: Final = re.compile(r"(?:cql|jql|jqlquery)=", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"\s*(?:https?:[/\\])?[/\\]")
_NESTED_LIMIT: Final = 3
"""Addresses in addresses at most; deeper ones are not looked into."""
_NO_LOGINS: Final = frozenset({"git", "hg", "svn", "x-access-token", "x-token-auth", "oauth2", "anonymous", "guest"})


def identities(url: str) -> tuple[LinkTerm, ...]:
    """Return everybody that `url` names, account ids included, in the order in which they stand. Linear in time."""
    return tuple(sorted(_named(url, "", 0), key=lambda term: term.start))


def _named(url: str, site: str, depth: int) -> Iterator[LinkTerm]:
    """Yield everybody that an address names; `site` is the host that it leads to where it is relative."""
    if _TRACE.search(url) is None:
        return
    parts = split(url)
    if parts.scheme == "mailto":
        yield from _mail(parts)
    elif parts.scheme not in {"javascript", "data"}:
        page = page_of(parts)
        yield from _login(parts)
        yield from _path(parts, page, parts.host or site)
        yield from _of_one(parts, page, tuple(_query(parts, page, site, depth)))
        yield from _fragment(parts, site, depth)


def _says(value: str) -> bool:
    """Return whether `value` may name somebody at all."""
    return bool(value) and value.casefold() not in _NOBODY and _PLACEHOLDER.search(value) is None


def _mail(url: Url) -> Iterator[LinkTerm]:
    pieces = [url.path, *(each.value for each in url.parameters if each.name.word in {"to", "cc", "bcc"})]
    for piece in pieces:
        decoded = Decoded(piece.raw)
        for address in addresses(decoded.text):
            start, end = (piece.start + at for at in decoded.place(address.start, address.end))
            yield LinkTerm(start, end, address.value, Form.MAILTO, "", start, end)


def _login(url: Url) -> Iterator[LinkTerm]:
    """Yield the login before the host. One without a password is a person's only where the scheme is the web's."""
    raw, at, _ = url.authority.raw.rpartition("@")
    login = Piece(0, 0, raw.partition(":")[0]).text
    secret = ":" in raw and not raw.endswith(":")
    named = url.scheme in {"http", "https", "ftp"} and login.casefold() not in _NO_LOGINS
    if at and _says(raw) and login and (secret or named):
        start, end = url.authority.start, url.authority.start + len(raw)
        yield LinkTerm(start, end, login, Form.CREDENTIALS, url.host, start, end)


def _path(url: Url, page: Page, site: str) -> Iterator[LinkTerm]:
    """Yield whom the path names; `site` is the host that the address leads to, however it is written."""
    words = page.words
    relation = words.index("relation") if "relation" in words else len(words)
    for index, (before, piece) in enumerate(zip(words, page.segments[1:], strict=False)):
        value = piece.text
        if before in _SPACE_SEGMENTS and value.startswith("~") and _says(value[1:]):
            yield _space(piece, url.host)
        elif before == "people" and _says(value):
            yield from _people(piece, words[index - 1] if index else "", url.host, site)
        elif before == "user" and relation < index and words[index - 1] in {"from", "to"} and _says(value):
            yield _term(piece, Form.RELATION, url.host, frame=("", ""))
        elif page.names_at(index + 1) and _says(value):
            yield _term(piece, Form.REST_PATH, url.host)


def _term(piece: Piece, form: Form, host: str, frame: tuple[str, str] | None = None) -> LinkTerm:
    return LinkTerm(piece.start, piece.end, piece.text, form, host, piece.start, piece.end, frame)


def _space(piece: Piece, host: str) -> LinkTerm:
    """Return the owner of a personal space. The tilde, however it is written, stays."""
    start = piece.start + (len("~") if piece.raw.startswith("~") else len("%7E"))
    return LinkTerm(start, piece.end, piece.text[1:], Form.PERSONAL_SPACE, host, start, piece.end, ("", ""))


def _people(piece: Piece, before: str, host: str, site: str) -> Iterator[LinkTerm]:
    """Yield the person of a people link. Elsewhere than on Cloud the word means anything, unless the id is one."""
    value = piece.text
    if value.startswith("!"):
        email = disguised(value[1:])
        if email is not None:
            yield LinkTerm(piece.start, piece.end, email, Form.PEOPLE_EMAIL, host, piece.start, piece.end, ("", ""))
        return
    cloud = before in {"wiki", "jira"} or on_cloud(site)
    sure = classify(value) in {SubjectKind.ACCOUNT_ID, SubjectKind.USER_KEY}
    if sure or (cloud and value.casefold() not in _NO_PEOPLE):
        yield _term(piece, Form.PEOPLE, host, ("", ""))


def _query(url: Url, page: Page, site: str, depth: int) -> Iterator[LinkTerm]:
    plain = True  # no parameter so far may name somebody
    for each in url.parameters:
        name, value = each.name.word, each.value.text
        if name in {"cql", "jql", "jqlquery"}:
            yield from _search(each, url.host, Form.CQL if name == "cql" else Form.JQL)
        elif name in _SPACE_NAMES and value.startswith("~") and _says(value[1:]) and not page.asks_for(name):
            yield _space(each.value, url.host)
        elif name == "spaces" and page.searches:
            yield from (_space(one, url.host) for one in _entries(each.value) if one.text.startswith("~"))
        elif name in SECRETS and _says(value) and len(value) >= _SECRET_LENGTH:
            yield replace(_term(each.value, Form.SECRET, url.host), value=name)
        elif name in _LOGINS and _says(value):
            yield _term(each.value, Form.CREDENTIALS, url.host)
        elif _DESTINATIONS.fullmatch(name) or _ADDRESS.match(value):
            yield from _nested(url, each.value, site, depth)
        elif _says(value):
            yield from _user_parameter(url, page, each, plain=plain)
        plain = plain and _TRACE.search(f"{each.name.raw}={each.value.raw}") is None


def _of_one(url: Url, page: Page, terms: tuple[LinkTerm, ...]) -> Iterator[LinkTerm]:
    """Yield the terms of a query. Most pages and resources are about one person, who may be named twice.

    One parameter then takes the account id, the one made for it where it is there, and the others go. Where another
    address takes the place of this one, or an ampersand was escaped twice, all of them stay.
    """
    named = [term for term in terms if _is_for_one(term)]
    accounts = [each for each in url.parameters if each.name.word == _ACCOUNT] if named and not page.in_bulk else []
    if page.in_bulk or len(named) + len(accounts) < _SEVERAL:
        yield from terms
        return
    fixed = SEVERAL if ";" in url.query.raw or any(term.form is Form.PROFILE for term in named) else ""
    fixed = fixed or (SEVERAL if len(named) > _LISTED else "")
    together, standing = tuple(term.value for term in named), tuple(each.value.text for each in accounts)
    kept = accounts[0].name.start if accounts else named[0].start
    for term in terms:
        if not _is_for_one(term):
            yield term
            continue
        going = (term.start, term.end + 1) if term.start < kept else (term.start - 1, term.end)
        gone = (0, 0) if term.start == kept else going
        yield replace(term, fixed=fixed, together=together, standing=standing, going=gone)


def _is_for_one(term: LinkTerm) -> bool:
    """Return whether a term of a query is the one person whom the address itself is about."""
    return term.form in _ONE_PERSON and not term.layers


def _nested(url: Url, piece: Piece, site: str, depth: int) -> Iterator[LinkTerm]:
    """Yield whom an address names that is a parameter of another."""
    if depth == _NESTED_LIMIT:
        return
    decoded = Decoded(piece.raw, plus=True)
    host = url.host

    def place(start: int, end: int) -> tuple[int, int]:
        first, last = decoded.place(start, end)
        return piece.start + first, piece.start + last

    for term in _named(decoded.text, host or site, depth + 1):
        yield _within(replace(term, layers=term.layers + 1), place, host, encode)


def _fragment(url: Url, site: str, depth: int) -> Iterator[LinkTerm]:
    """Yield whom the fragment names where it is an address or a search, as pages that are programs have it."""
    piece = url.fragment
    text = piece.raw.removeprefix("!")
    if _SEARCHED.match(text):
        text = f"?{text}"
    if depth == _NESTED_LIMIT or not text.startswith(("/", "?")):
        return
    base = piece.end - len(text)
    for term in _named(text, url.host or site, depth + 1):
        yield _within(term, lambda start, end: (base + start, base + end), url.host, str)


def _within(term: LinkTerm, place: Place, host: str, write: Callable[[str], str]) -> LinkTerm:
    """Return a term of an address as a term of the one around it, which leads to `host`."""
    start, end = place(term.start, term.end)
    value_start, value_end = place(term.value_start, term.value_end)
    return replace(
        term,
        start=start,
        end=end,
        kept=place(*term.kept) if term.kept[1] else term.kept,
        going=place(*term.going) if term.going[1] else term.going,
        value_start=value_start,
        value_end=value_end,
        field=term.field and FieldChange(*place(term.field.start, term.field.end), write(term.field.new)),
        host=term.host or host,
        outer=(*term.outer, host) if host and term.host else term.outer,
    )


def _user_parameter(url: Url, page: Page, each: Parameter, *, plain: bool) -> Iterator[LinkTerm]:
    """Yield the person whom a parameter of a page or resource about users names."""
    name = each.name.word
    if page.is_profile and (
        name in USER_NAMES or (name == "key" and classify(each.value.text) is SubjectKind.USER_KEY)
    ):
        yield _profile(url, page, each, plain=plain)
    elif page.is_jira_profile and name == "name":
        yield _renamed(each, Form.JIRA_PROFILE, url.host)
    elif page.asks_for(name):
        yield _renamed(each, Form.REST_USER, url.host)
    elif page.searches and name in CONTRIBUTORS:
        named = (one for one in _entries(each.value) if _BLANK.search(one.text) is None)
        yield from (replace(_term(one, Form.CONTRIBUTOR, url.host), fixed=UNDOCUMENTED) for one in named)
    elif page.administers(name):
        yield _term(each.value, Form.EDIT_USER, url.host)
    elif page.tells_of(name) or page.seeks(name, each.value.text) or page.fills_in(name, each.value.text):
        yield _term(each.value, Form.USER_PAGE, url.host)
    elif name in _PEOPLE:
        yield from (_term(one, Form.PARAMETER, url.host) for one in _entries(each.value))


def _entries(piece: Piece) -> Iterator[Piece]:
    """Yield the entries of a list that say something."""
    for found in _ENTRY.finditer(piece.raw):
        start, end = found.span("one")
        one = Piece(piece.start + start, piece.start + end, found["one"], plus=piece.plus)
        if _says(one.text):
            yield one


def _renamed(each: Parameter, form: Form, host: str) -> LinkTerm:
    """Return a parameter that Cloud knows by another name."""
    value = each.value
    return LinkTerm(each.name.start, value.end, value.text, form, host, value.start, value.end, ("accountId=", ""))


def _profile(url: Url, page: Page, each: Parameter, *, plain: bool) -> LinkTerm:
    """Return the person of a profile page. It becomes a people link with the other parameters behind it.

    Where one of those before it may name somebody too (not `plain`), it stays: two replacements cannot overlap.
    """
    value = each.value
    start, end, frame, kept = value.start, value.end, None, (0, 0)
    if plain and page.users_folder is not None:
        before = url.query.raw[: each.name.start - url.query.start]
        if not before or before.endswith("&"):  # elsewhere the ampersand was escaped twice
            more = end < url.query.end
            rest = before if more else before.removesuffix("&")
            start, end, frame = page.users_folder, end + more, ("people/", "?" if rest or more else "")
            kept = (url.query.start, url.query.start + len(rest)) if rest else kept
    return LinkTerm(start, end, value.text, Form.PROFILE, url.host, value.start, value.end, frame, kept)


def _search(each: Parameter, host: str, form: Form) -> Iterator[LinkTerm]:
    """Yield the people of a query inside an address."""
    decoded = Decoded(each.value.raw, plus=True)
    base = each.value.start

    def place(start: int, end: int) -> tuple[int, int]:
        first, last = decoded.place(start, end)
        return base + first, base + last

    query = decoded.text
    for found in in_query(query, jira=form is Form.JQL):
        within = is_quoted(query, found.start, found.end)
        quote = "" if within else "%22"
        inner, whole = place(found.start + within, found.end - within), place(found.start, found.end)
        term = LinkTerm(*inner, found.value, form, host, *whole, (quote, quote), query=query, fixed=found.fixed)
        change = None if found.change is None else FieldChange(*place(*found.change[:2]), encode(found.change[2]))
        match found.role:
            case Role.SPACE:
                yield replace(term, form=Form.PERSONAL_SPACE, frame=(f"{quote}~", quote), query="")
            case Role.NAME:
                yield replace(term, form=Form.NAME, frame=None, query="")
            case Role.FIELD:
                frame = ("" if change is None else change.new, "")
                yield replace(term, value=QUERY_FIELDS[0].name, form=Form.QUERY_FIELD, frame=frame)
            case Role.UNREAD:
                yield replace(term, form=Form.UNREADABLE, frame=None, query=found.left)
            case _:
                yield replace(term, field=change)
