"""The pages: what each address shows, and what the two forms do. Who may ask is the matter of the gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from audit.errors import GdprError, GuardError, PlanError, WorkspaceError
from audit.plan_file import Plan
from audit.review import WORDS
from audit.serve.desk import Desk, Ending, OlderFormError, Said
from audit.serve.filled import Templates
from audit.serve.gate import ENTER, Secrets, same
from audit.serve.shown import Page, first_open, numbered, places, sites, whole
from reports.evidence import Purpose
from reports.language import ENGLISH, Language

LARGEST_FORM_BYTES: Final = 1 << 20
MOST_FIELDS: Final = 1_000
SAY, WHY = "say-", "why-"
REPORT_POLICY: Final = "frame-ancestors 'none'"
"""The report carries the rest of its policy itself, with the hashes of its script and style."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the pages get what they show."""

    runs: Callable[[], Page]
    """The list of runs."""
    report: Callable[[str, Purpose], bytes]
    """(run id, which report): the page that the command `report` writes. Raises `GdprError` as that does."""
    explain: Callable[[BaseException], str]
    """What a person may be told of an error."""
    login: str
    """Proposed as the name of the reviewer."""
    tell: Callable[[str, BaseException], None]
    """Says on the terminal what failed and by which error, without contents."""
    language: Language = ENGLISH


class Pages:
    """The application behind the gate."""

    def __init__(self, source: Source, desk: Desk, secrets: Secrets) -> None:
        self._source = source
        self._desk = desk
        self._secrets = secrets
        self._templates = Templates(secrets.root, source.language)
        self._language = source.language

    def starlette(self) -> Starlette:
        """Return the application. Everything lies under the secret root but the entrance, which the gate answers."""
        routes = [
            Route("/", self.runs),
            Route("/style.css", self.style),
            Route("/trend", self.trend),
            Route("/runs/{run}/{purpose}", self.report),
            Route("/plans", self.plans),
            Route("/plans/{number}", self.plan),
            Route("/plans/{number}/finish", self.finish),
            Route("/plans/{number}/reviewed", self.reviewed),
            Route("/plans/{number}/decide", self.decide, methods=["POST"]),
            Route("/plans/{number}/write", self.write, methods=["POST"]),
        ]
        handlers = {GdprError: self.problem, HTTPException: self.refusal, Exception: self.defect}
        return Starlette(routes=[Mount(self._secrets.root, routes=routes)], exception_handlers=handlers)

    def welcome(self) -> Response:
        """Return the page that goes on to the first one. A redirect would lose the cookie it sets.

        Browsers keep a strict cookie back from the whole chain of redirects that another page began.
        """
        return self._page("enter", {}, headers={"referrer-policy": "no-referrer"})

    def style(self, _request: Request) -> Response:
        """Answer with the stylesheet."""
        return Response(self._templates.style(), media_type="text/css")

    def runs(self, _request: Request) -> Response:
        """Answer with the list of runs."""
        return self._page("runs", {"page": self._source.runs()})

    def trend(self, _request: Request) -> Response:
        """Answer with findings over time, site by site."""
        return self._page("trend", {"sites": sites(self._source.runs(), self._language)})

    def report(self, request: Request) -> Response:
        """Answer with the report of a run."""
        named = request.path_params["purpose"]
        if named not in {Purpose.AUDIT.value, Purpose.MIGRATION.value}:
            raise HTTPException(404)
        page = self._source.report(request.path_params["run"], Purpose(named))
        return HTMLResponse(page, headers={"content-security-policy": REPORT_POLICY, "referrer-policy": "no-referrer"})

    def plans(self, _request: Request) -> Response:
        """Answer with the plans that can be reviewed."""
        rows: list[tuple[int, str, Plan | None, int, str]] = []
        for number, file in enumerate(self._desk.files):
            try:
                plan = self._desk.plan(number)
                rows.append((number, file.name, plan, len(self._desk.talk(plan).said), ""))
            except PlanError as error:
                rows.append((number, file.name, None, 0, str(error)))
        return self._page("plans", {"rows": rows})

    def plan(self, request: Request) -> Response:
        """Answer with some actions of a plan, before and after, and what was said about them."""
        plan = self._desk.plan(_number(request))
        page = numbered(plan.actions, request.query_params.get("page", "1"))
        return self._plan_page("plan", request, page=page)

    def finish(self, request: Request) -> Response:
        """Answer with the last form before the reviewed plan is written."""
        _, there = self._desk.review(_number(request))
        plan = self._desk.plan(_number(request))
        open_ = first_open(plan.actions, self._desk.talk(plan).said)
        return self._plan_page("finish", request, there=there, login=self._source.login, first_open=open_)

    def reviewed(self, request: Request) -> Response:
        """Answer with the reviewed plan as it lies on the disk."""
        place, there = self._desk.review(_number(request))
        if there is None:
            raise HTTPException(404)
        if isinstance(there.holds, PlanError):
            raise there.holds
        reports = self._desk.reports(_number(request))
        return self._plan_page("reviewed", request, there=there.holds, place=str(place), reports=reports)

    async def decide(self, request: Request) -> Response:
        """Keep what was said about the actions of one page and go to another."""
        form = await self._form(request)
        sent = {
            name.removeprefix(SAY): Said(WORDS[word], form.get(WHY + name.removeprefix(SAY), "").strip())
            if word in WORDS
            else None
            for name, word in form.items()
            if name.startswith(SAY)
        }
        number = _number(request)
        plan = await run_in_threadpool(self._desk.note, number, form.get("digest", ""), _state(form), sent)
        if form.get("go") == "finish":
            return self._go(f"/plans/{number}/finish")
        return self._go(f"/plans/{number}?page={numbered(plan.actions, form.get('go', '')).number}")

    async def write(self, request: Request) -> Response:
        """Write the reviewed plan and show it."""
        form = await self._form(request)
        number = _number(request)
        ending = Ending(
            form.get("digest", ""),
            _state(form),
            form.get("there", ""),
            form.get("by", "").strip(),
            form.get("others", ""),
            replace=form.get("replace") == "yes",
        )
        await run_in_threadpool(self._desk.write, number, ending)
        return self._go(f"/plans/{number}/reviewed")

    def problem(self, request: Request, error: Exception) -> Response:
        """Answer with an error that was raised on purpose."""
        match error:
            case OlderFormError():
                return self._older(request, error)
            case GuardError():
                status = HTTPStatus.CONFLICT
            case WorkspaceError() | PlanError():
                status = HTTPStatus.NOT_FOUND
            case _:
                status = HTTPStatus.BAD_REQUEST
        return self._problem(status, self._source.explain(error))

    def refusal(self, _request: Request, error: Exception) -> Response:
        """Answer to an address that is not there, or to a form that is not ours."""
        status = error.status_code if isinstance(error, HTTPException) else 400
        return self._page("refused", {"status": status, "fields": MOST_FIELDS, "bytes": LARGEST_FORM_BYTES}, status)

    def defect(self, request: Request, error: Exception) -> Response:
        """Answer to an error that nobody foresaw, without its message, which may hold contents of a page."""
        self._source.tell("the report of a run" if "run" in request.path_params else "a page", error)
        return self._problem(500, self._source.explain(error))

    def _older(self, request: Request, error: OlderFormError) -> Response:
        """Answer to a form that others have overtaken: what they decided, and what the form says differently."""
        plan = self._desk.plan(_number(request))
        said = self._desk.talk(plan).said
        differing = error.changed | {action for action, one in error.sent.items() if one != said.get(action)}
        rows = tuple(place for place in places(plan.actions) if place.action in differing)
        return self._plan_page("older", request, HTTPStatus.CONFLICT, rows=rows, error=error)

    def _plan_page(self, template: str, request: Request, status: int = 200, **more: object) -> Response:
        number = _number(request)
        plan = self._desk.plan(number)
        talk = self._desk.talk(plan)
        said = talk.said
        accepted = sum(one.accepted for one in said.values())
        facts = {"plan": plan, "number": number, "file": self._desk.files[number].name, "form": self._secrets.form}
        counts = {"accepted": accepted, "declined": len(said) - accepted, "open": len(plan.actions) - len(said)}
        return self._page(template, {"said": said, "said_state": talk.state, "counts": counts, **facts, **more}, status)

    def _problem(self, status: int, text: str) -> Response:
        return self._page("problem", {"text": text}, status)

    def _page(
        self,
        template: str,
        values: Mapping[str, object],
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        return HTMLResponse(self._templates.render(template, values), status, headers)

    def _go(self, path: str) -> Response:
        return RedirectResponse(self._secrets.root + path, HTTPStatus.SEE_OTHER)

    async def _form(self, request: Request) -> dict[str, str]:
        """Return the fields of a form of ours. Raises `HTTPException` for any other."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_FORM_BYTES:
                raise HTTPException(413)
        try:
            fields = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
        except ValueError as error:
            raise HTTPException(400) from error
        if not same(fields.get("form", ""), self._secrets.form):
            raise HTTPException(403)
        return fields


def _number(request: Request) -> int:
    """Return which plan an address names. Raises `HTTPException` when that is no number that we give."""
    number = whole(request.path_params["number"])
    if number is None:
        raise HTTPException(404)
    return number


def _state(form: Mapping[str, str]) -> int:
    """Return the state of the decisions that a form was shown: before the first one where it does not say."""
    state = whole(form.get("state", ""))
    return -1 if state is None else state


def first_address(authority: str, secrets: Secrets) -> str:
    """Return the address that lets a browser in."""
    return f"http://{authority}{ENTER}{secrets.token}"
