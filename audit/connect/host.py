"""A host beside the site: asked for one thing, once or until it answers, with every final status in our hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.attempts import Fault, Reply
from audit.errors import Ambiguous
from audit.http import Api
from audit.statuses import TOO_MANY, is_transient

if TYPE_CHECKING:
    from audit.http import _Call


class Host(Api):
    """One host with an API of its own, named by the configuration."""

    async def _settled(self, call: _Call, *, repeat: bool = True) -> Reply:
        """Return the reply to a call, whatever its status, unless another attempt may give a better one.

        Without `repeat` a call that may have arrived is not sent again: raises `Ambiguous` when its answer is lost.
        Raises `Throttled` and `Unreachable` as `Api.get` does, naming the host.
        """
        where, why, status = f"{self.place.site}, {call.where}", "no attempt was made", None
        for attempt in range(1, self._limits.attempts + 1):
            outcome = await self._exchange(call, attempt)
            if isinstance(outcome, Reply) and outcome.status == TOO_MANY:
                self._pace.hold(outcome.status, outcome.headers, where, attempt)
                continue
            if isinstance(outcome, Reply) and not is_transient(outcome.status):
                return outcome
            lost = not isinstance(outcome, Fault) or outcome.sent
            why = outcome.name if isinstance(outcome, Fault) else f"it answered {outcome.status}"
            status = outcome.status
            if lost and not repeat:
                raise Ambiguous.after(where, why, status)
            if not lost and self._pace.hopeless(attempt):
                raise self._pace.give_up(where, why, status, attempt)
            await self._pace.back_off(attempt)
        raise self._pace.give_up(where, why, status)
