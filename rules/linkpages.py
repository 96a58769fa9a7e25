"""Pages and resources about users: what the path of an address says of the parameters behind it.

Public facts: the addresses that Confluence Data Center and Jira Data Center link to from their own pages, and the
user-privacy guide for the parameters of REST. Cloud has a page for profiles only.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from rules.addresses import addresses
from rules.identifiers import classify
from rules.model import SubjectKind
from rules.urls import Piece, Url

USER_NAMES: Final = frozenset({"username", "userkey"})
"""Parameters that name a user wherever a page is about users."""

_PROFILE: Final = "viewuserprofile.action"
_ADMINISTRATION: Final = frozenset(
    {"edituser.action", "viewuser.action", "removeuser.action", "deactivateuser.action", "viewuser.jspa"}
)
_ABOUT: Final = frozenset({"dashboard.action", "viewfollow.action", "network.action", "viewmembers.action"})
"""Pages that take a user and whose names do not say so; all others have the word in their name or folder."""
_FOLDERS: Final = frozenset({"users", "user"})
_PAGES: Final = (".action", ".jspa")
_SEARCHES: Final = frozenset(
    {"browsepeople.action", "dopeopledirectorysearch.action", "browseusers.action", "dosearchusers.action"}
)
_CONTENT_SEARCHES: Final = frozenset({"dosearchsite.action", "searchsite.action"})
_ISSUES: Final = ("issuenavigator", "createissue", "assignissue", "editissue")
"""How the names of Jira's pages begin that are filled in from their address."""
_ISSUE_PEOPLE: Final = frozenset({"assignee", "reporter"})
_NO_PERSON: Final = re.compile(r"-[0-9]|issue_\w+|specific\w+|unassigned|empty|automatic", re.IGNORECASE)
"""What those pages have for nobody, for whoever looks and for a choice."""
CONTRIBUTORS: Final = frozenset({"contributor", "contributors"})
"""Parameters of a search that take people, or their names."""
_BY_NAME: Final = frozenset({("admin", "user"), ("permissions", "user"), ("space", "personal")})
"""What stands before a username or user key in the paths of Data Center's REST."""
_SEARCHED: Final = frozenset({"q", "query", "querystring", "searchterm", "searchquery"})


@dataclass(frozen=True, slots=True)
class Page:
    """What the path says about the rest of an address, worked out once."""

    segments: tuple[Piece, ...]
    words: tuple[str, ...]
    users_folder: int | None
    """Where `users/viewuserprofile.action` begins."""
    rest_user: bool
    """The address leads to users over REST."""
    rest: int
    """Which word is `rest`, the first; behind all words where none is."""
    among_users: bool
    """It lies in a folder of users."""
    in_admin: bool
    """It lies in the part of a site for administrators."""

    @property
    def name(self) -> str:
        """Return the last word of the path."""
        return self.words[-1] if self.words else ""

    @property
    def in_bulk(self) -> bool:
        """Return whether it is a resource that takes many people, each in a parameter of their own."""
        return "bulk" in self.words

    @property
    def is_profile(self) -> bool:
        """Return whether it is the profile of a Confluence user."""
        return self.name == _PROFILE

    @property
    def is_jira_profile(self) -> bool:
        """Return whether it is the profile of a Jira user."""
        return self.name == "viewprofile.jspa"

    @property
    def searches(self) -> bool:
        """Return whether the page searches content by parameters."""
        return self.name in _CONTENT_SEARCHES or self.words[-2:] == ("wiki", "search")

    def asks_for(self, parameter: str) -> bool:
        """Return whether it is a resource about the user whom the parameter names."""
        return self.rest_user and (parameter in USER_NAMES or parameter == "key")

    def names_at(self, index: int) -> bool:
        """Return whether a resource of Data Center names a user by the segment with this index."""
        if self.words[max(0, index - 3) : index] == ("rest", "api", "user"):
            return self.words[index + 1 : index + 2] == ("group",)
        return self.rest < index and self.words[max(0, index - 2) : index] in _BY_NAME

    def administers(self, parameter: str) -> bool:
        """Return whether the page manages the user whom the parameter names."""
        if parameter in USER_NAMES or (parameter == "name" and ("user" in self.name or "group" not in self.name)):
            return self.name in _ADMINISTRATION or self._is_admin_page
        return parameter == "editname" and self.name.endswith(".jspa")

    def tells_of(self, parameter: str) -> bool:
        """Return whether the page is about the user whom the parameter names: history, status, network."""
        if self.name in _CONTENT_SEARCHES:
            return parameter == "contributorusername"
        page = self.name.endswith(_PAGES) and not self.is_jira_profile
        about = self.name in _ABOUT or "user" in self.name or not _FOLDERS.isdisjoint(self.words[-2:-1])
        return page and about and parameter in USER_NAMES

    def seeks(self, parameter: str, value: str) -> bool:
        """Return whether people are searched by something that identifies one of them; names do not."""
        search = self.words[-2:] == ("people", "search") or self.name in _SEARCHES
        if not search or parameter not in _SEARCHED:
            return False
        found = next(iter(addresses(value)), None)
        return classify(value) is SubjectKind.USER_KEY or (found is not None and found.value == value)

    def fills_in(self, parameter: str, value: str) -> bool:
        """Return whether a page of Jira about issues takes the person from the parameter."""
        page = self.name.startswith(_ISSUES) and self.name.endswith(".jspa")
        return page and parameter in _ISSUE_PEOPLE and _NO_PERSON.fullmatch(value) is None

    @property
    def _is_admin_page(self) -> bool:
        """Return whether it is a page in the folder of users of the part for administrators."""
        return self.name.endswith(_PAGES) and self.in_admin and self.among_users


def page_of(url: Url) -> Page:
    """Return what the path of an address says. Whatever needs all of its words is told here, once."""
    segments = url.segments
    words = tuple(each.word for each in segments)
    profile = words[-2:] == ("users", _PROFILE)
    rest = words.index("rest") if "rest" in words else len(words)
    user = "user" in words[rest:] and "relation" not in words
    folder = segments[-2].start if profile else None
    return Page(segments, words, folder, user, rest, not _FOLDERS.isdisjoint(words[:-1]), "admin" in words)


def disguised(text: str) -> str | None:
    """Return the e-mail address that `text` is in base64 of either alphabet, None when it is none."""
    text = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found = next(addresses(plain.decode()), None)
    except (binascii.Error, UnicodeError, ValueError):
        return None
    return None if found is None else found.value
