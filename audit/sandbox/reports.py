"""The personal data reporting API, as the gateway has it: which accounts were closed, whose profile changed.

Source: Atlassian, user privacy guide for app developers, personal data reporting API.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from audit.auth import Secret
from audit.connect.incoming import Request as Signed
from audit.connect.incoming import webhook
from audit.connect.refusals import TokenRefused
from audit.sandbox.call import Call, Refusal, Reply, unauthorized
from audit.sandbox.grants import APP_KEY, SHARED_SECRET
from audit.sandbox.routes import Route

MOST: Final = 90
_ID: Final = re.compile(r"[A-Za-z0-9:-]{1,128}")


def report(call: Call) -> Reply:
    """Answer what an app has to do about the accounts that it reports."""
    _app_only(call)
    grants, due = call.state.grants, []
    headers = () if grants.cycle_s is None else (("Cycle-Period", str(grants.cycle_s)),)
    for account, updated in _reported(call.json_body()):
        changed = grants.changed.get(account)
        if account in grants.closed:
            due.append({"accountId": account, "status": "closed"})
        elif changed is not None and changed > updated:
            due.append({"accountId": account, "status": "updated"})
    return Reply(200, {"accounts": due}, headers) if due else Reply(204, headers=headers)


def _reported(body: object) -> list[tuple[str, datetime]]:
    """Return the accounts of a request, or refuse it with 400."""
    found = body.get("accounts") if isinstance(body, dict) else None
    if not isinstance(found, list) or not 1 <= len(found) <= MOST:
        raise _malformed(f"accounts must hold 1 to {MOST} accounts")
    accounts = []
    for each in found:
        account, updated = (each.get("accountId"), each.get("updatedAt")) if isinstance(each, dict) else (None, None)
        if not isinstance(account, str) or _ID.fullmatch(account) is None or account == "unknown":
            raise _malformed("accountId is invalid")
        try:
            moment = datetime.fromisoformat(str(updated))
        except ValueError:
            raise _malformed("updatedAt is invalid") from None
        if moment.tzinfo is None:
            raise _malformed("updatedAt is invalid")
        accounts.append((account, moment))
    return accounts


def _app_only(call: Call) -> None:
    """Refuse with 401 whoever is no app."""
    grants = call.state.grants
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme == "Bearer" and grants.whose(token) is not None:
        return
    asked = Signed(call.method, f"{call.origin}{call.path}", call.origin)
    try:
        webhook(token, asked, lambda key: Secret(SHARED_SECRET) if key == APP_KEY else None, grants.now())
    except TokenRefused as refused:
        raise unauthorized() from refused


def _malformed(message: str) -> Refusal:
    return Refusal(Reply(400, {"errorType": "BAD_REQUEST", "errorMessage": message}))


ROUTES: Final = (Route("POST", "/app/report-accounts/", report),)
