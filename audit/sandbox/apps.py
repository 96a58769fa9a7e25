"""What only apps use: tokens that an app signs, token hosts, the modules that a Connect app registers.

Source: Atlassian, OAuth 2.0 (3LO) apps; user impersonation for Connect apps; REST API, dynamic modules.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlencode

from audit.auth import Secret
from audit.connect.grants import JWT_BEARER
from audit.connect.incoming import Request as Signed
from audit.connect.incoming import webhook
from audit.connect.refusals import TokenRefused
from audit.sandbox.call import Call, Refusal, Reply, not_found, unauthorized
from audit.sandbox.grants import (
    ACT_AS_S,
    APP,
    APP_KEY,
    CALLBACK,
    CLIENT_ID,
    CLIENT_SECRET,
    DECLARED,
    OAUTH_CLIENT_ID,
    SERVICE,
    SERVICE_ID,
    SERVICE_SECRET,
    SHARED_SECRET,
)
from audit.sandbox.people import Person
from audit.sandbox.routes import Route
from audit.sandbox.state import State

if TYPE_CHECKING:
    from jwt.types import Options
    from starlette.requests import Request

MOST: Final = 100
PATH: Final = "/wiki/rest/atlassian-connect/1/app/module/dynamic"
_CLIENT: Final = "urn:atlassian:connect:clientid:"
_ACCOUNT: Final = "urn:atlassian:connect:useraccountid:"
_LONGEST_S: Final = 60
"""That an assertion is good for."""
_LEEWAY_S: Final = 5


def caller_of(state: State, request: Request) -> Person | None:
    """Return whose token of an app a request brings; None where it brings none of them. Refuses wrong ones with 401."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "jwt":
        return _signed(state, request, token)
    found = state.grants.whose(token) if scheme.lower() == "bearer" else None
    if found is not None and not found.at_site and not request.scope.get("sandbox.gateway"):
        raise unauthorized()
    return None if found is None else found.person


def _signed(state: State, request: Request, token: str) -> Person:
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope["query_string"].decode("latin-1")
    url = raw.decode("latin-1").partition("?")[0] + (f"?{query}" if query else "")
    asked = Signed(request.method, url, f"{request.url.scheme}://{request.url.netloc}/wiki")
    try:
        webhook(token, asked, lambda key: Secret(SHARED_SECRET) if key == APP_KEY else None, state.grants.now())
    except TokenRefused as refused:
        raise unauthorized() from refused
    return APP


def authorize(call: Call) -> Reply:
    """Consent at once, and send the browser back to the app."""
    if (call.one("client_id"), call.one("redirect_uri"), call.one("response_type")) != (CLIENT_ID, CALLBACK, "code"):
        return Reply(400, {"error": "invalid_request"})
    back = urlencode({"state": call.one("state"), "code": call.state.grants.consent()})
    return Reply(302, headers=(("Location", f"{CALLBACK}?{back}"),))


def token(call: Call) -> Reply:
    """Answer tokens for a code, a refresh token or client credentials."""
    body = call.json_object()
    grants, grant = call.state.grants, body.get("grant_type")
    known = (SERVICE_ID, SERVICE_SECRET) if grant == "client_credentials" else (CLIENT_ID, CLIENT_SECRET)
    if (body.get("client_id"), body.get("client_secret")) != known:
        return _denied(401, "access_denied")
    match grant:
        case "client_credentials":
            return _tokens(grants.give(SERVICE))
        case "authorization_code" if body.get("redirect_uri") == CALLBACK:
            person = grants.codes.pop(str(body.get("code")), None)
            return (
                _denied(403, "invalid_grant")
                if person is None
                else _tokens(grants.give(person), refresh_token=grants.begin(person))
            )
        case "refresh_token":
            found = grants.rotate(str(body.get("refresh_token")))
            return (
                _denied(403, "unauthorized_client")
                if found is None
                else _tokens(grants.give(found[0]), refresh_token=found[1])
            )
        case _:
            return _denied(400, "invalid_request")


def act_as(call: Call) -> Reply:
    """Answer a token of a person for the assertion of the Connect app."""
    import jwt

    form = {name: values[0] for name, values in parse_qs(call.body.decode("ascii", "replace")).items()}
    if form.get("grant_type") != JWT_BEARER:
        return _denied(400, "unsupported_grant_type")
    by_our_clock: Options = {"verify_exp": False, "verify_iat": False}
    try:
        claims = jwt.decode(
            form.get("assertion", ""), SHARED_SECRET, ["HS256"], audience=call.origin, options=by_our_clock
        )
    except jwt.InvalidTokenError:
        return _denied(400, "invalid_grant")
    now = call.state.grants.now().timestamp()
    person = call.state.people.get(str(claims.get("sub")).removeprefix(_ACCOUNT))
    right = claims.get("iss") == f"{_CLIENT}{OAUTH_CLIENT_ID}" and claims.get("tnt") == call.origin
    if person is None or not right or not now - _LEEWAY_S <= claims["exp"] <= now + _LONGEST_S:
        return _denied(400, "invalid_grant")
    return _tokens(call.state.grants.give(person, ACT_AS_S, at_site=True), seconds=ACT_AS_S)


def listed(call: Call) -> Reply:
    """Answer the modules of the calling app, by their type."""
    _app_only(call)
    return Reply(200, {kind: found for kind, found in call.state.grants.modules.items() if found})


def register(call: Call) -> Reply:
    """Register modules, all of them or none."""
    _app_only(call)
    body, known = call.json_body(), call.state.grants.modules
    if not isinstance(body, dict) or not all(_is_module(each) for found in body.values() for each in _items(found)):
        return _told(400, "Installation failed. A module is invalid: it lacks a required property.")
    new = [str(each["key"]) for found in body.values() for each in _items(found)]
    there = [str(each["key"]) for found in known.values() for each in found]
    twice = sorted(key for key, count in Counter([*new, *there, *DECLARED]).items() if count > 1)
    if twice:
        keys = ", ".join(twice)
        return _told(
            400,
            f"Installation failed. The app {APP_KEY} has duplicate module keys: [{keys}]. Please contact the app"
            " vendor.",
        )
    if len(new) + len(there) > MOST:
        return _told(400, f"Installation failed. The app {APP_KEY} has more than {MOST} dynamic modules.")
    for kind, found in body.items():
        known.setdefault(kind, []).extend(_items(found))
    return Reply(200)


def remove(call: Call) -> Reply:
    """Remove modules by their keys; unknown keys are passed over."""
    _app_only(call)
    gone = {value for name, value in call.query if name == "moduleKey"}
    known = call.state.grants.modules
    for kind, found in known.items():
        known[kind] = [each for each in found if each["key"] not in gone]
    return Reply(204)


def install_key(call: Call) -> Reply:
    """Answer a public key with which installations are signed."""
    found = call.state.grants.install_keys.get(call.parts["key_id"])
    if found is None:
        raise not_found()
    return Reply(200, content=found, media_type="text/plain")


def _app_only(call: Call) -> None:
    if call.caller is not APP:
        raise Refusal(_told(401, "The request is not from a Connect app."))


def _items(found: object) -> list[dict[str, object]]:
    return found if isinstance(found, list) else [found] if isinstance(found, dict) else [{}]


def _is_module(each: object) -> bool:
    return isinstance(each, dict) and isinstance(each.get("key"), str) and bool(each["key"])


def _told(status: int, message: str) -> Reply:
    return Reply(status, {"message": message})


def _denied(status: int, code: str) -> Reply:
    return Reply(status, {"error": code, "error_description": "Unauthorized"})


def _tokens(access: str, seconds: int = 3600, **more: str) -> Reply:
    shown: Mapping[str, object] = {"access_token": access, "expires_in": seconds, "token_type": "Bearer", **more}
    return Reply(200, json.loads(json.dumps(shown)))


MODULES: Final = (Route("GET", PATH, listed), Route("POST", PATH, register), Route("DELETE", PATH, remove))
KEYS: Final = (Route("GET", "/{key_id}", install_key),)
"""Of the host of public keys."""
TOKENS: Final = (
    Route("GET", "/authorize", authorize),
    Route("POST", "/oauth/token", token),
    Route("POST", "/oauth2/token", act_as),
)
"""Of the token hosts; credentials are in the body."""
