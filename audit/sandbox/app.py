"""The site's Starlette application: one route for each operation, credentials, and requests decoded into calls."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from audit.sandbox import (
    apps,
    assets,
    identities,
    issues,
    jira,
    member_writes,
    permission_writes,
    privacy,
    property_writes,
    reports,
    role_writes,
    v1_content,
    v1_people,
    v1_restrictions,
    v1_site,
    v1_templates,
    v2_read,
    v2_site,
    v2_tree,
    v2_write,
    versions,
)
from audit.sandbox.call import Call, Refusal, Reply, Upload, not_found, unauthorized, v1_error
from audit.sandbox.people import SIGN_INS, Person
from audit.sandbox.routes import Handler, Route
from audit.sandbox.state import State

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

CLOUD_ID: Final = "0f6c1d2e-5a77-4b1c-9d3e-2a4b6c8d0e1f"
V2: Final = "/wiki/api/v2"
V1: Final = "/wiki/rest/api"
METHODS: Final = ["GET", "PUT", "POST", "DELETE", "PATCH"]


def caller_of(authorization: str) -> Person | None:
    """Return who signs in with a header; None for no header. Refuses wrong credentials with 401."""
    scheme, _, rest = authorization.partition(" ")
    if not scheme:
        return None
    for person in SIGN_INS.values():
        basic = base64.b64encode(f"{person.email}:{person.token}".encode()).decode()
        if (scheme.lower(), rest) in {("basic", basic), ("bearer", person.token)}:
            return person
    raise unauthorized()


class Site:
    """The operations over one state."""

    def __init__(self, state: State, *, anonymous_access: bool) -> None:
        self.state = state
        self.anonymous_access = anonymous_access

    def starlette(self) -> Starlette:
        """Return the application."""
        from starlette.applications import Starlette
        from starlette.routing import Route as StarletteRoute

        table: list[tuple[str, Route, bool]] = []
        for base, routes in (
            (
                V2,
                (
                    *v2_site.ROUTES,
                    *v2_read.ROUTES,
                    *v2_tree.ROUTES,
                    *v2_write.ROUTES,
                    *property_writes.V2_ROUTES,
                    *role_writes.ROUTES,
                    *versions.V2_ROUTES,
                ),
            ),
            (
                V1,
                (
                    *v1_content.ROUTES,
                    *v1_restrictions.ROUTES,
                    *v1_people.ROUTES,
                    *v1_templates.ROUTES,
                    *v1_site.ROUTES,
                    *identities.ROUTES,
                    *versions.ROUTES,
                    *property_writes.V1_ROUTES,
                    *member_writes.ROUTES,
                    *permission_writes.ROUTES,
                ),
            ),
        ):
            table += [(base + route.path, route, True) for route in routes]
        table += [(route.path, route, True) for route in (*jira.ROUTES, *issues.ROUTES, *assets.ROUTES, *apps.MODULES)]
        table += [
            (route.path, route, False)
            for route in (*v1_content.DOWNLOADS, *identities.ELSEWHERE, Route("GET", "/_edge/tenant_info", tenant_info))
        ]
        table += [(route.path, route, False) for route in (*apps.TOKENS, *apps.KEYS, *reports.ROUTES)]
        table.append(("/oauth/token/accessible-resources", Route("GET", "", resources), False))
        table.append(("/{rest:path}", Route("", "", unknown), True))
        by_path: dict[str, dict[str, tuple[Handler, bool]]] = {}
        for path, route, guarded in table:
            by_path.setdefault(path, {})[route.method] = (route.handler, guarded)
        ordered = sorted(by_path.items(), key=lambda item: [segment.startswith("{") for segment in item[0].split("/")])
        ordered.sort(key=lambda item: item[0].startswith("/{rest"))
        return Starlette(
            routes=[StarletteRoute(path, self._endpoint(methods), methods=METHODS) for path, methods in ordered]
        )

    def _endpoint(self, methods: Mapping[str, tuple[Handler, bool]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            from starlette.responses import Response

            method = "GET" if request.method == "HEAD" else request.method
            handler, guarded = methods.get(method) or methods.get("") or (not_allowed, True)
            try:
                call = privacy.accepted(await self._call(request, guarded=guarded))
                reply = privacy.shown(call, handler(call))
            except Refusal as refusal:
                reply = refusal.reply
            headers = dict(reply.headers)
            media_type = None if reply.json is None and reply.content is None else reply.media_type
            return Response(reply.encoded(), reply.status, headers, media_type)

        return endpoint

    async def _call(self, request: Request, *, guarded: bool) -> Call:
        forced = bool(request.scope.get("sandbox.anonymous"))
        caller = None if forced or not guarded else self._caller(request)
        if caller is None and guarded and not forced and not self.anonymous_access:
            raise unauthorized()
        body = await request.body()
        upload: Upload | None = None
        fields: dict[str, str] = {}
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            upload, fields = await multipart(request)
        return Call(
            state=self.state,
            caller=caller,
            method=request.method,
            path=request.url.path,
            parts={name: str(value) for name, value in request.path_params.items()},
            query=tuple(request.query_params.multi_items()),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            fields=fields,
            upload=upload,
            origin=f"{request.url.scheme}://{request.url.netloc}",
            search_view=request.scope.get("sandbox.index") or {},
        )

    def _caller(self, request: Request) -> Person | None:
        """Return who signs in, as an app or as a person; None for nobody. Refuses wrong credentials with 401."""
        return apps.caller_of(self.state, request) or caller_of(request.headers.get("authorization", ""))


async def multipart(request: Request) -> tuple[Upload | None, dict[str, str]]:
    """Return the file and the fields of a multipart request."""
    from starlette.datastructures import UploadFile

    upload, fields = None, {}
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                data = await value.read()
                if name == "file":
                    upload = Upload(value.filename or "file", value.content_type or "application/octet-stream", data)
                else:
                    fields[name] = data.decode()
            else:
                fields[name] = value
    return upload, fields


def tenant_info(_call: Call) -> Reply:
    """Answer the cloud id, to anybody."""
    return Reply(200, {"cloudId": CLOUD_ID})


def resources(call: Call) -> Reply:
    """Answer the sites that the grant of an access token covers."""
    if call.state.grants.whose(call.headers.get("authorization", "").partition(" ")[2]) is None:
        raise unauthorized()
    return Reply(200, [{"id": CLOUD_ID, "url": call.origin, "name": "acme", "scopes": [], "avatarUrl": ""}])


def unknown(call: Call) -> Reply:
    """Refuse an address that does not exist, in the form of its API."""
    if call.path.startswith(V1):
        raise v1_error(404, "NotFoundException", "No such resource")
    raise not_found()


def not_allowed(_call: Call) -> Reply:
    """Refuse a method that an address does not have."""
    return Reply(405, {"message": "HTTP 405 Method Not Allowed", "statusCode": 405})
