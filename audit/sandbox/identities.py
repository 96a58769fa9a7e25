"""Services that know people beside Jira: body conversion, the directory of an organisation, an old Data Center site.

The last two stand on hosts of their own in reality. Here they share the sandbox's address, each with its own key and
nothing but that key.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Final

from audit.sandbox.call import Call, Refusal, Reply, bad_request, text_of, unauthorized, v1_error
from audit.sandbox.people import Person
from audit.sandbox.routes import Route
from audit.sandbox.state import Json, State

ORGANISATION: Final = "acme-organisation"
ORGANISATION_KEY: Final = "sandbox-organisation-key"
DATA_CENTER: Final = "/dc"
"""Context path of the old site."""
DATA_CENTER_TOKEN: Final = "sandbox-data-center-token"  # noqa: S105 - of nothing real
PAGE: Final = 10
"""Accounts in one part of the directory."""
MENTIONS_AT_ONCE: Final = 1000


class _Paragraphs(HTMLParser):
    """Reads paragraphs with text and mentions, which is all that the conversion understands."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.accounts = {person.user_key: person.account_id for person in state.everybody if person.account_id}
        self.content: list[Json] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a paragraph, or put a mention into the present one."""
        if tag == "p":
            self.content.append({"type": "paragraph", "content": []})
        elif tag == "ri:user" and self.content:
            given = dict(attrs)
            account = given.get("ri:account-id") or self.accounts.get(given.get("ri:userkey") or "", "")
            if account:
                self._add({"type": "mention", "attrs": {"id": account, "text": "@somebody"}})

    def handle_data(self, data: str) -> None:
        """Put text into the present paragraph."""
        if self.content and data.strip():
            self._add({"type": "text", "text": data})

    def _add(self, node: Json) -> None:
        inside = self.content[-1]["content"]
        if isinstance(inside, list):
            inside.append(node)


def convert(call: Call) -> Reply:
    """Take a body to be converted; mentions by user key become account ids where the person has an account."""
    body = call.json_object()
    if text_of(body, "representation") != "storage" or call.parts["name"] != "atlas_doc_format":
        raise v1_error(400, "BadRequestException", "This conversion is not supported")
    reader = _Paragraphs(call.state)
    reader.feed(text_of(body, "value"))
    if len(reader.content) > MENTIONS_AT_ONCE:
        raise v1_error(413, "ContentTooLargeException", "The body is too large")
    identifier = f"c{call.state.new_id()}"
    document = {"version": 1, "type": "doc", "content": reader.content}
    call.state.conversions[identifier] = json.dumps(document)
    return Reply(200, {"asyncId": identifier})


def converted(call: Call) -> Reply:
    """Answer how far a conversion is: working at the first look, completed at the next."""
    identifier = call.parts["name"]
    value = call.state.conversions.get(identifier)
    if value is None:
        raise v1_error(404, "NotFoundException", "No such conversion, or it is older than five minutes")
    if identifier not in call.state.looked_at:
        call.state.looked_at.add(identifier)
        return Reply(200, {"status": "WORKING", "renderTaskId": identifier})
    shape: Json = {"status": "COMPLETED", "value": value, "representation": "atlas_doc_format"}
    return Reply(200, {**shape, "renderTaskId": identifier})


def directory(call: Call) -> Reply:
    """Answer the accounts of the organisation, ten at a time, to the holder of its key."""
    _require(call, ORGANISATION_KEY)
    if call.parts["organisation"] != ORGANISATION:
        raise Refusal(Reply(404, {"code": 404, "message": "Not Found"}))
    people = list(call.state.people.values())
    text = call.one("cursor", "at-0").removeprefix("at-")
    if not text.isdigit():
        raise bad_request("The cursor is not valid")
    start = int(text)
    data: list[Json] = [
        {
            "account_id": person.account_id,
            "account_type": "atlassian",
            "account_status": person.status,
            "name": person.display_name,
            "email": person.email,
        }
        for person in people[start : start + PAGE]
    ]
    following = start + PAGE
    links: Json = {"self": f"{call.origin}{call.path}"}
    if following < len(people):
        links["next"] = f"{call.origin}{call.path}?cursor=at-{following}"
    return Reply(200, {"data": data, "links": links, "meta": {"total": len(people)}})


def old_user(call: Call) -> Reply:
    """Answer a person of the old site by user key or username."""
    _require(call, DATA_CENTER_TOKEN)
    person = _old(call.state, call.one("key"), call.one("username"))
    if person is None:
        raise v1_error(404, "NotFoundException", "No user found with key or username")
    return Reply(
        200,
        {
            "type": "known",
            "username": person.username,
            "userKey": person.user_key,
            "displayName": person.display_name,
            "email": person.email,
        },
    )


def _old(state: State, key: str, username: str) -> Person | None:
    wanted = username.lower()
    found = (p for p in state.everybody if (key and p.user_key == key) or (wanted and p.username.lower() == wanted))
    return next(found, None)


def _require(call: Call, key: str) -> None:
    if call.headers.get("authorization", "") != f"Bearer {key}":
        raise unauthorized()


ROUTES: Final = (
    Route("POST", "/contentbody/convert/async/{name}", convert),
    Route("GET", "/contentbody/convert/async/{name}", converted),
)
"""Paths are relative to /wiki/rest/api."""
ELSEWHERE: Final = (
    Route("GET", "/admin/v1/orgs/{organisation}/users", directory),
    Route("GET", f"{DATA_CENTER}/rest/api/user", old_user),
)
"""Paths are absolute; each asks for its own key."""
