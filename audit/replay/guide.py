"""The built-in list of calls: the resources that the user-privacy guide names, as integrations ask them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from audit.replay.calls import Call
from audit.replay.recorded import Recorded

_PERSON: Final = "expand=details.personal,details.business,personalSpace"
CALLS: Final = (
    "/rest/api/content/{page}/restriction?expand=restrictions.user,content",
    "/rest/api/content/{page}/restriction/byOperation?expand=restrictions.user",
    "/rest/api/content/{page}/restriction/byOperation/read?expand=restrictions.user",
    "/rest/api/relation/favourite/from/user/{account}/to/space?expand=relationData,source,target",
    "/rest/api/relation/favourite/to/space/{key}/from/user?expand=relationData,source,target",
    "/rest/api/space?limit=5&expand=permissions",
    "/rest/api/space/{key}?expand=permissions",
    "/rest/api/space/{key}/content?limit=5&expand=history,version",
    "/rest/api/space/{key}/content/page?limit=5&expand=history,version",
    f"/rest/api/user?accountId={{account}}&{_PERSON}",
    f"/rest/api/user/current?{_PERSON}",
    "/rest/api/user/anonymous",
    "/rest/api/user/memberof?accountId={account}&limit=5",
    "/rest/api/user/watch/content/{page}?accountId={account}",
    "/rest/api/user/watch/space/{key}?accountId={account}",
    "/rest/api/user/watch/label/{label}?accountId={account}",
    "/rest/api/user/bulk?accountId={account}",
    "/rest/api/search/user?cql=type%3Duser&limit=5",
    "/rest/api/search?cql=type%3Dpage&limit=5&expand=content.history,content.version",
    "/rest/api/content/search?cql=type%3Dpage&limit=5&expand=history.lastUpdated,version",
    "/rest/api/content/{page}?expand=history.lastUpdated,history.contributors.publishers,version",
    "/rest/api/content/{page}/history?expand=lastUpdated,contributors.publishers",
    "/rest/api/content/{page}/notification/child-created?limit=5",
    "/rest/api/space/{key}/watch?limit=5",
    "/api/v2/pages/{page}/versions?limit=5",
    "/api/v2/spaces/{space}/permissions?limit=5",
)
"""In the order of the guide; the last ones stand for every other resource."""
SAMPLES: Final = ("account", "key", "label", "page", "space")
"""What the list is filled with: the account that asks, key and id of the first space, the first page and label."""
_NOUNS: Final = {"account": "account", "key": "space", "label": "label", "page": "page", "space": "space"}


def built_in(samples: Mapping[str, str]) -> Iterator[Call]:
    """Yield the calls of the list; where the site has nothing to fill one with, the call says so and is not asked."""
    for line in CALLS:
        missing = [name for name in SAMPLES if f"{{{name}}}" in line and not samples.get(name)]
        for name in SAMPLES:
            line = line.replace(f"{{{name}}}", quote(samples.get(name, ""), safe=":~") or f"{{{name}}}")  # noqa: PLW2901
        path, _, query = line.partition("?")
        fixed = f"the site lists no {_NOUNS[missing[0]]} to try it on" if missing else ""
        yield Call("GET", f"/wiki{path}", query, Recorded("GET", f"/wiki{line}"), fixed, built_in=True)
