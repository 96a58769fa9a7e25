"""Links of the API: which `next` link may be followed, and which parts of a path may be logged.

Confluence writes `next` in several ways: v2 with `/wiki/api/v2/...`, also behind the gateway, where the prefix
`/ex/confluence/{cloudId}` has to be put back; v1 as `/rest/api/...` without `/wiki`. All become one form, relative to
the base of the API. A link that leaves the site is refused: following it would hand our credentials to its host.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from audit.answers import Answer, Identity, Page, body_next, identity_of, results_of
from audit.auth import Place, origin
from audit.errors import ConfigError, ForeignLink, LoopingLink

Params = Mapping[str, str | Sequence[str]]
NO_PARAMS: Final[Params] = {}

API_ROOTS: Final = ("/api/v2/", "/rest/")
LINK_LIMIT: Final = 16_384
"""Characters of a `next` link at most; cursors are opaque and long, but not that long."""

_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_DOTS: Final = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
_LINK_VALUE: Final = re.compile(r"<([^<>]*)>([^<]*)")
_REL_NEXT: Final = re.compile(r";\s*rel\s*=\s*(?:\"[^\"]*\bnext\b[^\"]*\"|next\b)", re.IGNORECASE)

_WORD_LIST: Final = """
    1 2 3 _edge admin-key ancestors anonymous api app asset async atlassian-connect attachment attachments audit
    auth blogposts blueprint bulk byGroupId byOperation child child-created classification-level
    classification-levels collaboration comment comments content contentbody convert convert-ids-to-types copy
    count created current custom-content data data-policies databases descendants direct-children download
    dynamic email embeds folders footer-comments from group inline-comments is-site-admin issue jql label labels
    latest likes me member memberof metadata migration module myself next notification operations page pages
    pdcleaner permission permissions project properties property read redact relation rest restriction
    restrictions role-assignments roles scan search server-information settings since space space-permissions
    space-role-mode space-roles spaces state systemInfo task tasks template tenant_info title to update user
    users users-bulk v2 version versions watch watcher watches whiteboards wiki
    accessible-resources oauth oauth2 token
"""
_WORDS: Final = frozenset(_WORD_LIST.split())
_PEOPLE: Final = frozenset({"user", "users"})


def next_path(link: str, place: Place) -> str:
    """Return `link` relative to the base of the API, for example `/api/v2/pages?cursor=...`.

    Raises `ForeignLink` for a link to another scheme, host or port, with user information, with backslashes, control
    characters or dot segments, or to anything that is not the API. The link itself is not repeated in the error.
    """
    if _UNSAFE.search(link) or len(link) > LINK_LIMIT:
        raise _foreign("it holds a backslash, a space or a control character, or is too long")
    try:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or link.startswith("//"):
            if not _same_origin(link, place):
                raise _foreign("it points to another scheme, host or port, or names a user")
        elif not link.startswith("/"):
            raise _foreign("it is not relative to the root of the site")
    except ValueError as error:
        raise _foreign("it is not a URL") from error
    path = parts.path
    for prefix in (urlsplit(place.api_base).path, "/wiki"):
        if prefix and path.startswith(f"{prefix}/"):
            path = path.removeprefix(prefix)
            break
    if not path.startswith(API_ROOTS) or "//" in path or _DOTS.search(path):
        raise _foreign("it does not point to the API")
    return f"{path}?{parts.query}" if parts.query else path


class Chain:
    """One listing from part to part. Follows `next` only, and notices when it leaves the site or turns in circles."""

    def __init__(
        self, place: Place, path: str, params: Params, *, resume_from: str | None = None, empty_limit: int = 50
    ) -> None:
        self._place = place
        self._empty_limit = empty_limit
        self._empty = 0
        self._seen_links: set[str] = set()
        self._seen_ids: set[Identity] = set()
        self.here = path
        """What to ask for now, with `params`."""
        self.params = params
        if resume_from is not None:
            self._follow(next_path(resume_from, place))

    def step(self, answer: Answer) -> Page:
        """Return the part that `answer` to `here` holds, and move on to the next.

        Raises `ForeignLink`, `LoopingLink` when links or whole parts repeat, `BadAnswer` for another shape. In v1,
        whose offsets shift when content is added, the last part may consist of results that were seen.
        """
        results, link = results_of(answer), body_next(answer) or header_next(answer.headers.get("link", ""))
        after = next_path(link, self._place) if link else None
        ids = {identity for identity in map(identity_of, results) if identity is not None}
        repeated = bool(ids) and ids <= self._seen_ids and (after is not None or self.here.startswith("/api/v2/"))
        self._seen_ids |= ids
        self._empty = 0 if results else self._empty + 1
        if after in self._seen_links or repeated or (after and self._empty > self._empty_limit):
            raise LoopingLink(
                what="A listing repeats itself or does not end",
                where=answer.where,
                why="a link or a whole part came a second time, or too many empty parts in a row",
                fix="The listing is incomplete. Run again; if it stays so, tell the vendor of the site.",
            )
        if after is not None:
            self._follow(after)
        return Page(results=results, next=after, raw=answer.mapping())

    def _follow(self, link: str) -> None:
        self._seen_links.add(link)
        self.here, self.params = link, NO_PARAMS


def check_path(path: str) -> str:
    """Return `path` as it is. Raises `ValueError`, a mistake of the caller, when it could leave the base."""
    if not path.startswith("/") or path.startswith("//") or "#" in path or _UNSAFE.search(path) or _DOTS.search(path):
        raise ValueError("a path begins with one slash and stays below its base")
    return path


def header_next(header: str) -> str | None:
    """Return the target with rel="next" of a Link header (RFC 8288), or None."""
    for target, parameters in _LINK_VALUE.findall(header):
        if _REL_NEXT.search(parameters.split(",")[0]):
            return str(target)
    return None


def template(path: str) -> str:
    """Return `path` as it may be logged: no query, words of the API and numbers kept, everything else `{...}`.

    Space keys, user names and account ids stand in paths too; numbers are content ids, except after `user`.
    """
    shown: list[str] = []
    for segment in path.partition("?")[0].split("/"):
        personal = bool(shown) and shown[-1] in _PEOPLE
        known = segment in _WORDS or not segment or (segment.isascii() and segment.isdigit() and not personal)
        shown.append(segment if known else "{...}")
    return "/".join(shown)


def _same_origin(link: str, place: Place) -> bool:
    """Return whether an absolute link stays at the site or the API, which is where our requests go anyway."""
    try:
        return origin(link) in (place.site, origin(place.api_base))
    except ConfigError:
        return False


def _foreign(why: str) -> ForeignLink:
    return ForeignLink(
        what="A link to the next part of a listing was refused",
        where="next",
        why=why,
        fix="It was not requested and the listing is incomplete. A proxy or an app may rewrite answers of this site.",
    )
