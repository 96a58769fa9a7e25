"""Asks calls of integrations twice, without `privacyMode=true` and with it, one after the other.

Nothing is changed and nothing is stored: only GET, HEAD and OPTIONS leave, with the credentials of the configuration.
Every other call is judged from its recording.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Final, cast
from urllib.parse import quote

from audit.answers import results_of
from audit.attempts import SafeMethod
from audit.config import Config
from audit.errors import BadAnswer, GoneError, Missing, NotAuthenticated, ScopeMissing, SiteError, Throttled, UsageError
from audit.http import Api, cloud_id
from audit.replay.calls import Call, Sorted, sort, through_gateway
from audit.replay.guide import built_in
from audit.replay.judging import Judge, field_paths, hollow, shown_path
from audit.replay.recorded import Recorded
from audit.replay.results import Answered, Difference, Outcome, Report, Result
from audit.sites.base import stops_the_run
from audit.statuses import FINAL_5XX, anonymous

MOST: Final = 2000
"""Calls that are asked in one replay at most; recordings of browsers repeat a few of them."""
PAUSE_S: Final = 0.1
"""Before each request: a replay stays far from the limits of a site."""
NOT_OFFERED: Final = FINAL_5XX | {405}
"""Statuses by which a site says that it has no such call."""
USER: Final = "/rest/api/user/current"
LISTED: Final = (
    ("/api/v2/spaces", {"space": "id", "key": "key"}),
    ("/api/v2/pages", {"page": "id"}),
    ("/api/v2/labels", {"label": "name"}),
)
"""Where each sample of the built-in list comes from: path, and which field of the first result fills it."""
PAGES: Final = 25
"""Pages that are looked at for one with restrictions."""
RESTRICTED: Final = "/rest/api/content/{page}/restriction/byOperation?expand=restrictions.user"
_DETAILS: Final = "details"
"""The object whose fields were removed, together with it."""
FIELDS: Final = frozenset(
    {
        "_expandable", "_links", "base", "id", "isExternalCollaborator", "isGuest", "next", "operations",
        "personalSpace", "self", "size", "status", "timeZone", "title", "totalSize",
    }
)  # fmt: skip
"""Fields of REST answers that may be named, beside the common labels."""
BUILT_IN: Final = "the resources of the user-privacy guide"

Open = Callable[[], AbstractAsyncContextManager[Api]]
Sleep = Callable[[float], Awaitable[None]]


async def replay(
    connection: Open,
    config: Config,
    judge: Judge,
    recording: Sequence[Recorded] | None = None,
    *,
    source: str = BUILT_IN,
    sleep: Sleep = asyncio.sleep,
    most: int = MOST,
) -> Report:
    """Return what the calls of a recording, or of the built-in list, still send and are still answered.

    Never raises a `SiteError`: a site that fails ends the replay, and the report says so, and so does somebody who
    interrupts it. Raises `UsageError` for Data Center, which has usernames for good.
    """
    if config.auth_kind == "pat":
        raise UsageError(
            what="The privacy mode is one of Confluence Cloud",
            where=config.site,
            why="Data Center names people by username and user key, and knows no such switch",
            fix="Name a Cloud site, or check programs with `confluence-gdpr scan`.",
        )
    run = _Replay(judge, recording, config, sleep, most)
    try:
        async with connection() as api:
            await run.all(api)
    except SiteError as error:
        run.stopped = f"{error.what}: {error.why}" if error.why else error.what
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        run.interrupted = True
    found = run.sorted
    return Report(
        site=config.site,
        source=source,
        results=tuple(run.results),
        elsewhere=found.elsewhere,
        pages=found.pages,
        broken=found.broken,
        left=len(found.calls) - len(run.results),
        stopped=run.stopped,
        interrupted=run.interrupted,
    )


class _Replay:
    """Collects the results of one replay."""

    def __init__(
        self, judge: Judge, recording: Sequence[Recorded] | None, config: Config, sleep: Sleep, most: int
    ) -> None:
        self.results: list[Result] = []
        self.stopped = ""
        self.interrupted = False
        self.sorted = Sorted()
        self._judge = judge
        self._recording = recording
        self._config = config
        self._sleep = sleep
        self._most = most

    async def all(self, api: Api) -> None:
        """Judge every call. Raises the `SiteError` that makes further ones pointless."""
        account = await self._account(api)
        if self._recording is None:
            self.sorted = replace(self.sorted, calls=tuple(built_in(await self._samples(api, account))))
        else:
            cloud = await self._cloud(api, self._recording)
            self.sorted = sort(self._recording, api.place, self._config.gateway, cloud)
        for number, call in enumerate(self.sorted.calls[: self._most], start=1):
            self.results.append(await self._one(api, call, number))

    async def _account(self, api: Api) -> str:
        """Return our account id, empty where the token may not know it. Raises for an anonymous visitor."""
        try:
            user = (await api.get(USER)).mapping()
        except ScopeMissing:
            return ""
        account = user.get("accountId")
        if user.get("type") == "anonymous" or not isinstance(account, str) or not account:
            raise anonymous(f"GET {USER}", 200)
        return account

    async def _samples(self, api: Api, account: str) -> dict[str, str]:
        """Return what the built-in list is filled with, as far as the site lists it."""
        samples = {"account": account}
        for path, names in LISTED:
            try:
                first = next(iter(results_of(await api.get(path, {"limit": "1"}))), {})
            except SiteError as error:
                await self._go_on(api, error)
                continue
            samples |= {name: str(first[field]) for name, field in names.items() if first.get(field)}
        restricted = await self._restricted(api)
        return samples | ({"page": restricted} if restricted else {})

    async def _restricted(self, api: Api) -> str:
        """Return a page whose restrictions name people, empty where none of the first pages has any.

        Without one the answers about restrictions would be empty, whatever fields the site still sends.
        """
        try:
            for page in results_of(await api.get("/api/v2/pages", {"limit": str(PAGES)})):
                number = str(page.get("id", ""))
                await self._sleep(PAUSE_S)
                answer = await api.get(RESTRICTED.format(page=quote(number, safe="")))
                if not hollow(answer.json):
                    return number
        except SiteError as error:
            await self._go_on(api, error)
        return ""

    async def _cloud(self, api: Api, recording: Sequence[Recorded]) -> str:
        """Return the cloud id where calls of the recording went through the gateway, empty where it is not known."""
        if self._config.cloud_id or not through_gateway(recording, self._config.gateway):
            return self._config.cloud_id
        try:
            return await cloud_id(api)
        except SiteError as error:
            await self._go_on(api, error)
            return ""

    async def _one(self, api: Api, call: Call, number: int) -> Result:
        # The built-in list is ours: that it asks for resources of old says nothing about an integration.
        sent, unread = ((), "") if call.built_in else self._judge.request(call)
        unsent = Outcome(Answered.FAILED if call.built_in else Answered.NOT_SENT, None, call.fixed)
        if call.fixed:
            carried, unheard = self._judge.recorded(call)
            unsent, unread = replace(unsent, carried=carried), unread or unheard
        result = Result(
            number=number,
            method=call.method,
            path=call.shown,
            place=call.recorded.place,
            times=call.recorded.times,
            sent=sent,
            plain=unsent,
            private=unsent,
            unread=unread,
            dropped=call.has_credentials,
        )
        if call.fixed:
            return result
        plain = await self._ask(api, call, private=False)
        private = await self._ask(api, call, private=True)
        difference = _difference(plain, private)
        if difference and not (await self._ask(api, call, private=False)).like(plain):
            difference = Difference()  # the answer changes by itself
        return replace(result, plain=plain, private=private, difference=difference)

    async def _ask(self, api: Api, call: Call, *, private: bool) -> Outcome:
        """Return how one request ended. Raises the `SiteError` after which no other one would be answered."""
        await self._sleep(PAUSE_S)
        send = api.get if call.through_confluence else api.get_root
        try:
            answer = await send(call.target(private=private), method=cast("SafeMethod", call.method))
        except SiteError as error:
            await self._go_on(api, error)
            return _failure(error, call)
        if answer.json is None:
            return Outcome(Answered.YES, answer.status)
        carried, unread = self._judge.answer(call, answer.json)
        if unread:
            return Outcome(Answered.FAILED, None, f"the answer cannot be judged: {unread}")
        return Outcome(Answered.YES, answer.status, "", field_paths(answer.json), carried, hollow(answer.json))

    @staticmethod
    async def _go_on(api: Api, error: SiteError) -> None:
        """Return when a failure is that of one resource alone: the site still answers us elsewhere."""
        if isinstance(error, Throttled):
            raise error
        if stops_the_run(error):
            try:
                await api.get(USER)
            except ScopeMissing:
                return


def _failure(error: SiteError, call: Call) -> Outcome:
    why = error.why or error.what
    if isinstance(error, GoneError) or (call.built_in and isinstance(error, Missing)):
        return Outcome(Answered.GONE, error.status, why)
    if error.status in NOT_OFFERED:
        return Outcome(Answered.NOT_OFFERED, error.status, why)
    # A web page in the place of data carries the status of an answer, and says nothing about the switch.
    unclear = isinstance(error, BadAnswer | NotAuthenticated) or error.status is None
    return Outcome(Answered.FAILED if unclear else Answered.REFUSED, None if unclear else error.status, why)


def _difference(plain: Outcome, private: Outcome) -> Difference:
    """Return how the switch changes an answer, retired fields apart: they are reported by themselves."""
    if plain.status is None or private.status is None:
        return Difference()
    if plain.status != private.status:
        return Difference((plain.status, private.status))
    if Answered.YES not in {plain.answered, private.answered}:
        return Difference()
    retired = {each.path for each in (*plain.carried, *private.carried)}
    known = retired | {path.partition(_DETAILS)[0] + _DETAILS for path in retired if _DETAILS in path}
    return Difference(None, _only(plain, private, known), _only(private, plain, known))


def _only(here: Outcome, there: Outcome, known: AbstractSet[str]) -> tuple[str, ...]:
    """Return the fields of one answer that the other has not, those apart that are known, and what is below them."""
    below = tuple(f"{path}." for path in known)
    new = (path for path in here.fields - there.fields if not f"{shown_path(path)}.".startswith(below))
    return tuple(sorted({shown_path(path, FIELDS) for path in new}))
