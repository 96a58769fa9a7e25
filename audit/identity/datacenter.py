"""The route of the old Data Center site: who is behind a user key, so that others can be asked by address or username.

Source: Confluence Data Center REST API, `GET /rest/api/user?key=`; it returns `username`, `userKey`, `displayName` and,
depending on version and settings, `email`. It knows no accounts, so it resolves nobody by itself. The site and its
personal access token are named by the configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from audit.bounded import each
from audit.errors import Missing, SiteError
from audit.http import Api
from audit.identity.route import Answer, Heard, Identifier, Unknown, because, folded
from rules.model import SubjectKind

PATH: Final = "/rest/api/user"
AT_ONCE: Final = 4


class _User(msgspec.Struct, frozen=True, rename="camel"):
    type: str = ""
    username: str | None = None
    user_key: str | None = None
    email: str | None = None
    display_name: str | None = None


class DataCenterUsers:
    """Asks a Data Center site for one person after the other."""

    name: Final = "data-center"
    kinds: Final = frozenset({SubjectKind.USER_KEY, SubjectKind.USERNAME})

    def __init__(self, api: Api, now: Callable[[], str]) -> None:
        self._api = api
        self._now = now

    async def ask(self, identifiers: Sequence[Identifier]) -> Heard:
        """Return the other identifiers of the people."""
        aliases: dict[Identifier, tuple[Identifier, ...]] = {}
        answers: dict[Identifier, Answer] = {}
        names: dict[Identifier, str] = {}

        async def one(asked: Identifier) -> None:
            parameter = "key" if asked.kind is SubjectKind.USER_KEY else "username"
            try:
                user = (await self._api.get(PATH, {parameter: asked.written or asked.value})).to(_User)
            except Missing:
                answers[asked] = Unknown(f"not known to {self.name}")
                return
            others = {
                folded(kind, value)
                for kind, value in (
                    (SubjectKind.USERNAME, user.username),
                    (SubjectKind.USER_KEY, user.user_key),
                    (SubjectKind.EMAIL, user.email),
                )
                if value and value.strip()
            }
            # An answer about somebody else, or about nobody in particular, is no answer.
            if asked in others and user.type != "anonymous":
                aliases[asked] = tuple(sorted(others - {asked}))
                names[asked] = user.display_name or ""
            answers[asked] = Unknown(f"known to {self.name}, without an account")

        try:
            await each([one for one in identifiers if one.kind in self.kinds], one, AT_ONCE)
        except SiteError as error:
            return Heard(answers, aliases, because(error), names=names)
        return Heard(answers, aliases, names=names)
