"""The sandbox as a whole: one state, the site's application over it, faults and a log around that."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from audit.sandbox import grants
from audit.sandbox.app import CLOUD_ID, Site
from audit.sandbox.faults import FaultScript
from audit.sandbox.gate import Gate
from audit.sandbox.grow import grow
from audit.sandbox.identities import DATA_CENTER, DATA_CENTER_TOKEN, ORGANISATION, ORGANISATION_KEY
from audit.sandbox.log import Exchange
from audit.sandbox.media import media_app
from audit.sandbox.people import PEOPLE, SIGN_INS, Person, mapping_csv
from audit.sandbox.seed import build
from audit.sandbox.state import Json, State

START: Final = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def ticking(start: datetime = START) -> Callable[[], datetime]:
    """Return a clock that moves on by a second at each look: the same requests give the same stamps."""
    ticks = itertools.count()
    return lambda: start + timedelta(seconds=next(ticks))


def real_time() -> datetime:
    """Return the present time, for a site that people look at."""
    return datetime.now(UTC)


class Sandbox:
    """A stateful Confluence Cloud in memory. `app` is the ASGI application; everything else looks behind it."""

    def __init__(
        self,
        *,
        pages: int = 0,
        seed: Callable[[State], None] = build,
        keep_bodies: bool = False,
        anonymous_access: bool = False,
        legacy_users: bool = False,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.state = State(clock=clock or ticking(), legacy_users=legacy_users)
        seed(self.state)
        grow(self.state, pages)
        site = Site(self.state, anonymous_access=anonymous_access)
        self.app = Gate(site.starlette(), self.state, cloud_id=CLOUD_ID, keep_bodies=keep_bodies, dump=self.dump)
        self.media = Gate(media_app(self.state), self.state, cloud_id=CLOUD_ID, keep_bodies=keep_bodies, dump=self.dump)
        """The media service, which is another host; `state.services.media_base` says where it is served."""

    @property
    def log(self) -> list[Exchange]:
        """Return every exchange so far."""
        return self.app.log

    @property
    def faults(self) -> FaultScript:
        """Return the script of faults."""
        return self.app.faults

    @property
    def people(self) -> tuple[Person, ...]:
        """Return everybody, those without an account included."""
        return PEOPLE

    @property
    def accounts(self) -> Mapping[str, Person]:
        """Return who may sign in, by role: admin, reader, editor, people, legal."""
        return SIGN_INS

    def environment(self, url: str, role: str = "admin") -> dict[str, str]:
        """Return the environment that points the tool at this site, served at `url`, with one role's credentials."""
        person = SIGN_INS[role]
        return {
            "CONFLUENCE_GDPR_SITE": url,
            "CONFLUENCE_GDPR_EMAIL": person.email,
            "CONFLUENCE_GDPR_TOKEN": person.token,
            "CONFLUENCE_GDPR_GATEWAY": url,
            **({"CONFLUENCE_GDPR_MEDIA": media} if (media := self.state.services.media_base) else {}),
        }

    def routes(self, url: str) -> dict[str, str]:
        """Return the environment for the other places that know people and are served at `url` as well."""
        return {
            "CONFLUENCE_GDPR_ORGANISATION": ORGANISATION,
            "CONFLUENCE_GDPR_ORGANISATION_HOST": url,
            "CONFLUENCE_GDPR_ORGANISATION_KEY": ORGANISATION_KEY,
            "CONFLUENCE_GDPR_DATA_CENTER": f"{url}{DATA_CENTER}",
            "CONFLUENCE_GDPR_DATA_CENTER_TOKEN": DATA_CENTER_TOKEN,
        }

    def app_environment(self, url: str, kind: str = "connect") -> dict[str, str]:
        """Return the environment that points the tool at this site as an app; `kind` is that of its credentials."""
        given = {"site": url, "gateway": url, "token_host": url, "act_as_host": url, "install_keys": url, "auth": kind}
        match kind:
            case "connect":
                given |= {"app_key": grants.APP_KEY, "shared_secret": grants.SHARED_SECRET}
            case "act-as":
                given |= {"client_id": grants.OAUTH_CLIENT_ID, "shared_secret": grants.SHARED_SECRET}
                given["act_as"] = SIGN_INS["admin"].account_id
            case "service-account":
                given |= {"client_id": grants.SERVICE_ID, "client_secret": grants.SERVICE_SECRET}
            case _:
                given |= {"client_id": grants.CLIENT_ID, "client_secret": grants.CLIENT_SECRET}
                given["callback"] = grants.CALLBACK
        return {f"CONFLUENCE_GDPR_{name.upper()}": value for name, value in given.items()}

    @property
    def writes(self) -> list[Exchange]:
        """Return the exchanges that may have changed something."""
        return [entry for entry in self.log if entry.is_write]

    def mapping_csv(self) -> str:
        """Return the mapping from retired identifiers to account ids."""
        return mapping_csv()

    def body(self, content_id: str) -> str:
        """Return the current text of a piece of content."""
        return self.state.contents[content_id].now.body

    def find(self, title: str) -> str:
        """Return the id of the page, blog post or template with a title. Raises KeyError."""
        found = (c.id for c in self.state.contents.values() if c.title == title and not c.container)
        named = (t.id for t in self.state.templates.values() if t.name == title)
        for identifier in itertools.chain(found, named):
            return identifier
        raise KeyError(title)

    def dump(self) -> Json:
        """Return the whole state as JSON: content with every version, restrictions, properties, templates, watches."""
        state = self.state
        return {
            "spaces": {s.id: {"key": s.key, "status": s.status, "homepage": s.homepage} for s in state.spaces.values()},
            "contents": {
                c.id: {
                    "kind": c.kind.value,
                    "status": c.status,
                    "space": c.space,
                    "parent": c.parent,
                    "container": c.container,
                    "draft": c.draft,
                    "owner": c.owner,
                    "versions": [
                        {"number": r.number, "author": r.author, "title": r.title, "message": r.message, "body": r.body}
                        for r in c.revisions
                    ],
                }
                for c in state.contents.values()
            },
            "restrictions": {
                f"{content}/{operation}": {
                    "users": [[u.account_id, u.username, u.user_key] for u in entry.users],
                    "groups": list(entry.groups),
                }
                for (content, operation), entry in state.restrictions.items()
            },
            "properties": {
                p.id: {"owner": p.owner, "key": p.key, "value": p.value, "number": p.number}
                for p in state.properties.values()
            },
            "templates": {t.id: {"name": t.name, "body": t.body} for t in state.templates.values()},
            "watches": [list(watch) for watch in state.watches],
        }
