"""Checks before an audit: whether the address is right, who we are, what we may read, how complete an audit would be.

Only GET requests, about twenty of them, each for one result. Nothing is stored; account ids and addresses are masked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from audit.answers import Answer, results_of
from audit.config import Config
from audit.errors import (
    BadAnswer,
    GdprError,
    GoneError,
    Missing,
    NotAllowed,
    NotAuthenticated,
    ScopeMissing,
    SiteError,
    TlsError,
    Unreachable,
)
from audit.http import Api
from rules.masking import mask
from rules.model import ObjectType

PAGE: Final = 250
USER: Final = "/rest/api/user/current"
RESTRICTIONS: Final = "restrictions.read.restrictions.user,restrictions.update.restrictions.user"


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: State
    detail: str
    next_step: str = ""
    """What to do; empty where nothing is to be done."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that was looked at, in order."""

    site: str
    checks: tuple[Check, ...]
    connected: bool
    """True when the site answered with data to an account."""

    @property
    def complete(self) -> bool:
        """Return whether an audit could read everything that this account can see."""
        return self.connected and all(check.state is not State.FAIL for check in self.checks)

    @property
    def exit_code(self) -> int:
        """Return 0 when an audit would be complete, 3 when parts would be missing, 5 when it cannot begin."""
        if not self.connected:
            return 5
        return 0 if self.complete else 3


@dataclass(frozen=True, slots=True)
class Probe:
    """One endpoint that an audit reads a class of objects from."""

    object_class: ObjectType
    path: str
    """May hold `{space}` and `{page}`, the ids of one space and one page that the account sees."""
    params: Mapping[str, str] = field(default_factory=lambda: {"limit": "1"})
    include: str = ""
    """Name of the option of `--include` that reads it; empty for what every audit reads."""
    listing: bool = True
    """The answer is a list of results."""


PROBES: Final = (
    Probe(ObjectType.PAGE, "/api/v2/pages", {"limit": "1", "body-format": "storage"}),
    Probe(ObjectType.BLOGPOST, "/api/v2/blogposts", {"limit": "1", "body-format": "storage"}),
    Probe(ObjectType.FOOTER_COMMENT, "/api/v2/footer-comments"),
    Probe(ObjectType.INLINE_COMMENT, "/api/v2/inline-comments"),
    Probe(ObjectType.ATTACHMENT, "/api/v2/attachments"),
    Probe(ObjectType.TASK, "/api/v2/tasks"),
    Probe(ObjectType.LABEL, "/api/v2/labels"),
    Probe(ObjectType.SPACE_PERMISSION, "/api/v2/spaces/{space}/permissions"),
    Probe(ObjectType.SPACE_ROLE, "/api/v2/space-role-mode", {}, listing=False),
    Probe(ObjectType.SPACE_PROPERTY, "/api/v2/spaces/{space}/properties"),
    Probe(
        ObjectType.RESTRICTION,
        "/rest/api/content/search",
        {"cql": "type in (page, blogpost)", "expand": RESTRICTIONS, "limit": "1"},
    ),
    Probe(ObjectType.RESTRICTION, "/rest/api/content/{page}/restriction"),
    Probe(ObjectType.TEMPLATE, "/rest/api/template/page"),
    Probe(ObjectType.TEMPLATE, "/rest/api/template/blueprint"),
    Probe(ObjectType.CONTENT_PROPERTY, "/api/v2/pages/{page}/properties", include="properties"),
    Probe(ObjectType.VERSION, "/api/v2/pages/{page}/versions", include="versions"),
    Probe(ObjectType.LIKE, "/api/v2/pages/{page}/likes/users", include="likes"),
    Probe(ObjectType.WATCH, "/rest/api/content/{page}/notification/child-created", include="watches"),
    Probe(ObjectType.USER_PROPERTY, "/rest/api/search/user", {"cql": "type = user", "limit": "1"}, "user-properties"),
    Probe(ObjectType.WHITEBOARD, "/rest/api/content/search", {"cql": "type = whiteboard", "limit": "1"}, "tree"),
    Probe(ObjectType.LOOK_AND_FEEL, "/rest/api/settings/lookandfeel", {}, "look-and-feel", listing=False),
    Probe(ObjectType.AUDIT_RECORD, "/rest/api/audit", include="audit-log"),
)

Open = Callable[[], AbstractAsyncContextManager[Api]]
"""Opens the connection; finding the cloud id is part of that and may fail too."""


async def examine(connection: Open, config: Config) -> Diagnosis:
    """Return the diagnosis. Never raises a `SiteError`: whatever the site does is a check."""
    examination = _Examination(config)
    try:
        async with connection() as api:
            await examination.run(api)
    except SiteError as error:
        examination.note(_connection_failure(error, config))
        examination.connected = False
    return Diagnosis(config.site, tuple(examination.checks), examination.connected)


class _Examination:
    """Collects the checks of one diagnosis."""

    def __init__(self, config: Config) -> None:
        self.checks: list[Check] = []
        self.connected = False
        self._config = config
        self._samples: dict[str, str] = {}

    def note(self, *checks: Check) -> None:
        self.checks.extend(checks)

    async def run(self, api: Api) -> None:
        """Go through all checks. Raises the `SiteError` that makes further ones pointless."""
        via = "the API gateway" if self._config.through_gateway else "the site itself"
        if not await self._account(api):
            return
        self.checks.insert(0, Check("connection", State.OK, f"answers with data, through {via}"))
        self.connected = True
        if not await self._spaces(api):
            return
        await self._administrator(api)
        headers: dict[str, str] = {}
        for probe in PROBES:
            headers |= await self._probe(api, probe)
        if self._config.custom_content_types:
            for name in self._config.custom_content_types:
                await self._probe(
                    api,
                    Probe(ObjectType.CUSTOM_CONTENT, "/api/v2/custom-content", {"type": name, "limit": "1"}),
                )
        else:
            self.note(
                Check(
                    "read custom-content",
                    State.WARN,
                    "no types are configured; only types that hold comments or files are found",
                    "Name the types of your apps with --custom-content or custom_content_types.",
                )
            )
        self.note(_quota(headers))

    async def _account(self, api: Api) -> bool:
        try:
            user = (await api.get(USER)).mapping()
        except ScopeMissing as error:
            self.note(Check("account", State.WARN, error.why, error.fix))
            return True
        account, kind = user.get("accountId"), user.get("type")
        if kind == "anonymous" or not isinstance(account, str) or not account:
            self.note(
                Check(
                    "account",
                    State.FAIL,
                    "the site takes us for an anonymous visitor, so an audit would see public content only",
                    "Check e-mail address and token: it may have expired or been revoked.",
                )
            )
            return False
        hint = f", {self._config.auth.account_hint}" if self._config.auth.account_hint else ""
        self.note(
            Check(
                "account",
                State.OK,
                f"{self._config.auth_kind} credentials{hint}, account {mask('account_id', account)}",
            )
        )
        return True

    async def _spaces(self, api: Api) -> bool:
        try:
            answer = await api.get("/api/v2/spaces", {"limit": str(PAGE)})
            spaces = results_of(answer)
        except (Missing, GoneError) as error:
            self.note(
                Check(
                    "edition",
                    State.FAIL,
                    f"this is not Confluence Cloud, or not the address of its Confluence: {error.why}",
                    "Give the address of a Cloud site, https://NAME.atlassian.net; other editions are not audited yet.",
                )
            )
            return False
        except (NotAllowed, BadAnswer, Unreachable) as error:
            if _is_over(error):
                raise
            self.note(Check("read space", State.FAIL, error.why, error.fix))
            return True
        self.note(Check("edition", State.OK, "Confluence Cloud"))
        first = next(iter(spaces), {}).get("id")
        if isinstance(first, str):
            self._samples["space"] = first
        more = "more than " if len(spaces) == PAGE else ""
        personal = sum(1 for space in spaces if space.get("type") == "personal")
        detail = f"sees {more}{len(spaces)} spaces, {personal} of them personal"
        if spaces:
            self.note(Check("read space", State.OK, detail))
        else:
            self.note(Check("read space", State.FAIL, "sees no space at all", "Use an account that may view the site."))
        return True

    async def _administrator(self, api: Api) -> None:
        """Look whether the account is an administrator, by an endpoint that only they may read (the audit log)."""
        try:
            await api.get("/rest/api/audit", {"limit": "1"})
        except SiteError as error:
            if _is_over(error):
                raise
            known = isinstance(error, NotAllowed) and not isinstance(error, ScopeMissing)
            self.note(
                Check(
                    "administrator",
                    State.WARN,
                    "the account is no Confluence administrator" if known else "it could not be told whether it is one",
                    "What the account cannot see is not audited and not counted: give it a view of every space.",
                )
            )
        else:
            self.note(Check("administrator", State.OK, "the account is a Confluence administrator"))

    async def _probe(self, api: Api, probe: Probe) -> dict[str, str]:
        """Try one endpoint; return the headers of its answer."""
        name = f"read {probe.object_class.value}"
        path = probe.path
        for sample in ("space", "page"):
            if f"{{{sample}}}" in path and sample not in self._samples:
                self.note(Check(name, State.WARN, f"there is no {sample} to try {path} on"))
                return {}
            path = path.replace(f"{{{sample}}}", self._samples.get(sample, ""))
        try:
            answer = await api.get(path, probe.params)
            results = results_of(answer) if probe.listing else ()
        except SiteError as error:
            if _is_over(error):
                raise
            self.note(_unreadable(name, probe, error))
            return {}
        if probe.object_class is ObjectType.PAGE and results:
            self._samples["page"] = str(results[0].get("id", ""))
        self.note(_readable(name, probe, answer))
        return dict(answer.headers)


def _readable(name: str, probe: Probe, answer: Answer) -> Check:
    if "deprecation" in answer.headers:
        return Check(name, State.WARN, f"{probe.path} answers, and the vendor calls it deprecated", "Update this tool.")
    extra = f" (with --include {probe.include})" if probe.include else ""
    return Check(name, State.OK, f"{probe.path} answers{extra}")


def _unreadable(name: str, probe: Probe, error: SiteError) -> Check:
    """Return the check for an endpoint that fails. What only an option reads does not make an audit incomplete."""
    state = State.WARN if probe.include else State.FAIL
    detail = f"{probe.path}: {error.why}"
    if probe.include:
        return Check(name, state, detail, f"Leave --include {probe.include} out, or mend it: {error.fix}")
    return Check(name, state, f"{detail}; an audit would be incomplete", error.fix)


def _connection_failure(error: SiteError, config: Config) -> Check:
    """Return the check for an error that ends the examination."""
    match error:
        case TlsError():
            name, next_step = "connection", error.fix
        case NotAuthenticated(status=401):
            name, next_step = "account", error.fix
        case Missing():
            name = "connection"
            next_step = f"{error.fix} The address should be that of the site alone; it is {config.site}."
        case _:
            name, next_step = "connection", error.fix
    return Check(name, State.FAIL, f"{error.what}: {error.why}" if error.why else error.what, next_step)


def _is_over(error: GdprError) -> bool:
    """Return whether no further call can succeed."""
    from audit.sites.base import stops_the_run

    return isinstance(error, SiteError) and stops_the_run(error)


def _quota(headers: Mapping[str, str]) -> Check:
    limit, remaining = headers.get("x-ratelimit-limit", ""), headers.get("x-ratelimit-remaining", "")
    policy = "ratelimit" in headers or "beta-ratelimit" in headers
    if headers.get("x-ratelimit-nearlimit", "").lower() == "true":
        return Check(
            "rate limit", State.WARN, "less than a fifth of the quota is left", "Wait, or expect a slower audit."
        )
    if limit.isdigit() and remaining.isdigit():
        return Check("rate limit", State.OK, f"{remaining} of {limit} requests are left in the present window")
    return Check("rate limit", State.OK, "a points quota applies" if policy else "the site announces none")


def as_text(diagnosis: Diagnosis) -> str:
    """Return the diagnosis for a terminal: one line a check, advice below, the verdict last."""
    width = max((len(check.name) for check in diagnosis.checks), default=0)
    lines = [f"{diagnosis.site}"]
    for check in diagnosis.checks:
        lines.append(f"  {check.state.value:<4}  {check.name:<{width}}  {check.detail}")
        if check.next_step and check.state is not State.OK:
            lines.append(f"  {'':<4}  {'':<{width}}  -> {check.next_step}")
    return "\n".join([*lines, verdict(diagnosis)]) + "\n"


def as_json(diagnosis: Diagnosis) -> str:
    """Return the diagnosis for programs."""
    facts = {
        "site": diagnosis.site,
        "connected": diagnosis.connected,
        "complete": diagnosis.complete,
        "verdict": verdict(diagnosis),
        "checks": [
            {"name": one.name, "state": one.state.value, "detail": one.detail, "next_step": one.next_step}
            for one in diagnosis.checks
        ],
    }
    return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"


def verdict(diagnosis: Diagnosis) -> str:
    """Return the one sentence that counts."""
    if not diagnosis.connected:
        return "An audit cannot begin."
    failed = _names(diagnosis.checks, State.FAIL)
    if failed:
        return f"An audit would be incomplete: {', '.join(failed)}."
    return "An audit would read everything that this account sees."


def _names(checks: Sequence[Check], state: State) -> list[str]:
    return sorted({check.name for check in checks if check.state is state})
