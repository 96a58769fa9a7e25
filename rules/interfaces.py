"""Retired ways to name a person through Atlassian's APIs, as programs write them: the table behind the code rules.

Each pattern is a bounded regular expression over bytes; the group `hit` is the place itself. The names are ours and
are shown in reports, because they say nothing about a person. Sources: Atlassian's user-privacy guide for Confluence
Cloud, the published REST descriptions of 2019, 2021 and 2026, and the changes for Connect apps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Interface:
    """One retired parameter, field, endpoint or call."""

    name: str
    pattern: re.Pattern[bytes]
    instead: str
    """What to write now, in plain words."""
    doubt: str = ""
    """What may speak against a match; empty where the pattern leaves no doubt."""


def _interface(name: str, pattern: str, instead: str, doubt: str = "") -> Interface:
    return Interface(name, re.compile(pattern.encode(), re.VERBOSE), instead, doubt)


_REST: Final = r"/rest/api/(?:(?:[23]|latest)/)?"
_CLOUD: Final = r"(?:/wiki|/ex/confluence/[^\s\"'`/]{1,60})/rest/api"
_END: Final = r"(?=[\s\"'`?)\\,;<]|$)"
_SEGMENT: Final = r"/(?!search\b|archive\b|blueprint\b)[^\s\"'`/?<]{1,80}"
_STEP: Final = r"(?:\?\.|\.|->|\[[\"']|\.get\([\"'])"
"""From an object to its member, in the notations of common languages."""
_PATH: Final = r"[^\s\"'`?\#]{0,120}"
_LATER: Final = r"[^\s\"'`\#]{0,200}?"

ACCOUNT: Final = "send accountId"

PARAMETERS: Final = (
    _interface(
        "username parameter",
        rf"{_REST}(?!user/bulk/migration)[^\s\"'`?]{{1,200}}\?(?:{_LATER}&)?(?P<hit>user[Nn]ame)=",
        ACCOUNT,
    ),
    _interface(
        "user key parameter",
        rf"(?:/user(?:/memberof|/watch/{_PATH})?|/group/user(?:ByGroupId)?|/byOperation/[^\s\"'`?/\#]{1, 60}/user)"
        rf"\?(?:{_LATER}&)?(?P<hit>key|user_?[kK]ey)=",
        ACCOUNT,
    ),
    _interface(
        "username parameter",
        rf"/user(?:/memberof|/watch/{_PATH})?\?(?:{_LATER}&)?(?P<hit>user[Nn]ame)=",
        ACCOUNT,
        "the path is short: it may belong to another product",
    ),
    _interface("userKey parameter", r"[?&](?P<hit>userKey)=", ACCOUNT, "the address is not told apart"),
    _interface(
        "user parameter in a mapping",
        rf"{_REST}(?:user(?:/(?!bulk)[A-Za-z/]{{1,40}})?|group/user)[\"'`]\s{{0,20}},\s{{0,20}}"
        r"(?:\{?\s{0,20}params\s{0,5}[=:]\s{0,5})?(?:\{|dict\()[^{}]{0,200}?\b(?P<hit>user[Nn]ame|user[kK]ey|key)[\"']?\s{0,5}[:=]",
        ACCOUNT,
    ),
    _interface(
        "user parameter of a shell command",
        rf"{_REST}user\b[^\n]{{0,200}}?\s--data(?:-urlencode)?[ =][\"']?(?P<hit>user[Nn]ame|user[kK]ey|key)=",
        ACCOUNT,
    ),
    _interface(
        "user of a restriction body",
        r"\btype[\"']?\s{0,5}[:=]\s{0,5}[\"']known[\"']\s{0,20},\s{0,20}[\"']?(?P<hit>user[Nn]ame|user[kK]ey)\b",
        "name the user by type and accountId",
    ),
    _interface(
        "lookup by username or user key",
        r"\b(?P<hit>get_user_details_by_user(?:name|key))\s{0,5}\(",
        "look the user up by accountId",
    ),
)

FIELDS: Final = (
    _interface(
        "details.personal and details.business",
        rf"\bdetails(?:[\"'](?:\]|\s{{0,3}},|\)))?{_STEP}"
        rf"(?P<hit>personal(?:[\"']\]?\)?)?{_STEP}(?:email|im|website|phone)"
        rf"|business(?:[\"']\]?\)?)?{_STEP}(?:position|department|location))\b",
        "these fields were removed; only the e-mail address moved, to `email` of the user, which may be null",
    ),
    _interface(
        "expansion of details",
        r"\bexpand\s{0,3}[=:]\s{0,3}[\"']?(?:[\w.,]{0,200},)?(?P<hit>details\.(?:personal|business))\b",
        "there is nothing left to expand",
    ),
    _interface(
        "userKey field",
        rf"(?<![Uu]ser)(?<!context){_STEP}(?P<hit>userKey)\b(?!\s{{0,5}}=[^=>])",
        "read accountId",
        "the object is not told apart",
    ),
    _interface(
        "userKey field",
        rf"(?<!context\.)\b[Uu]ser{_STEP}(?P<hit>userKey)\b(?!\s{{0,5}}=[^=>])",
        "read accountId",
    ),
    _interface(
        "username field of an author",
        rf"\b(?:createdBy|lastModifier|lastModifiedBy|publishedBy|watcher|lastUpdated{_STEP}by|version{_STEP}by)"
        rf"(?:[\"']\]?\)?)?{_STEP}(?P<hit>user[Nn]ame)\b",
        "read accountId",
    ),
)

ENDPOINTS: Final = (
    _interface("user/bulk/migration", r"/rest/api/(?P<hit>user/bulk/migration)\b", "ask Jira's user/bulk/migration"),
    _interface(
        "content",
        rf"{_CLOUD}(?P<hit>/content(?:{_SEGMENT})?){_END}",
        "use pages, blogposts or custom-content of version 2",
    ),
    _interface(
        "content children, history and properties",
        rf"{_CLOUD}(?P<hit>/content{_SEGMENT}/(?:child(?:/(?:comment|page))?|history|property(?:/[^\s\"'`?]{{1,80}})?)){_END}",
        "use the same noun of version 2",
    ),
    _interface(
        "restriction by group name",
        rf"{_CLOUD}(?P<hit>/content{_SEGMENT}/restriction/byOperation/[^\s\"'`/?]{{1,40}}/group/)",
        "use byGroupId",
    ),
    _interface("contentbody/convert", rf"{_CLOUD}(?P<hit>/contentbody/convert/(?!async\b))", "use convert/async"),
    _interface(
        "group by name",
        rf"{_CLOUD}(?P<hit>/group/(?:by-name|member|[^\s\"'`/?]{{1,80}}/member))\b",
        "use the id of the group",
    ),
    _interface("inlinetasks", rf"{_CLOUD}(?P<hit>/inlinetasks)\b", "use tasks of version 2"),
    _interface("space content and properties", rf"{_CLOUD}(?P<hit>/space/[^\s\"'`/?]{{1,80}}/(?:content|property))\b",
               "use pages and properties of version 2"),
    _interface("lookandfeel/selected", rf"{_CLOUD}(?P<hit>/settings/lookandfeel/selected)\b", "there is no successor"),
)  # fmt: skip

_METHODS: Final = (
    r"(?:login|logout|search|(?:get|add|edit|remove|store|update|move|set|rename|render|convert|has|is|deactivate"
    r"|reactivate|change|copy|export|import|install|purge|empty|flush)[A-Z]\w{1,40})"
)
PROTOCOLS: Final = (
    _interface("XML-RPC", r"(?P<hit>/rpc/xmlrpc)\b", "use REST"),
    _interface("JSON-RPC", r"(?P<hit>/rpc/json-rpc/confluenceservice)", "use REST"),
    _interface(
        "SOAP", r"(?P<hit>/(?:rpc/soap-axis|plugins/servlet/soap-axis1)/(?:confluence|jirasoap)service)", "use REST"
    ),
    _interface("XML-RPC method", rf"\b(?P<hit>confluence[12]\.{_METHODS})(?=\s{{0,5}}\(|[\"'<])", "use REST"),
)

CONNECT: Final = (
    _interface(
        "AP.user.getUser",
        r"\b(?P<hit>AP\.(?:user\.)?getUser)\s{0,5}\(",
        "call AP.user.getCurrentUser, which gives the atlassianAccountId",
    ),
    _interface(
        "AP.user.getTimeZone",
        r"\b(?P<hit>AP\.(?:user\.)?getTime[zZ]one|AP\.(?:user\.)?getTZ)\s{0,5}\(",
        "the time zone is personal data: ask the REST resource of the user, which heeds their settings",
    ),
    _interface(
        "context.user of the token",
        rf"\bcontext(?:[\"']\]?\)?)?{_STEP}user(?:[\"']\]?\)?)?{_STEP}(?P<hit>userKey|username|displayName)\b",
        "read the account id from `sub`",
    ),
    _interface(
        "user_key of the request",
        rf"\b(?:query|params|args|GET|getParameter)(?:{_STEP}|\([\"'])(?P<hit>user_key)\b",
        "read the account id from the token",
    ),
    _interface(
        "variable of an address",
        r"\{(?P<hit>(?:profileUser|modifiedUser)\.(?:key|name)|user_key)\}",
        "read the account id from the token",
    ),
    _interface(
        "asUser with a user key",
        r"\bhttpClient\b[^;\n]{0,80}\.(?P<hit>asUser)\(\s{0,5}[^)\s]",
        "call asUserByAccountId",
    ),
)

PRIVACY_MODE: Final = (
    _interface("privacyMode", r"[?&\"'](?P<hit>privacyMode)(?:=|[\"']\s{0,5}[:,=])", "leave it out"),
    _interface("x-atlassian-force-account-id", r"(?P<hit>[xX]-[aA]tlassian-[fF]orce-[aA]ccount-[iI]d)", "leave it out"),
)

LOGIN: Final = (
    _interface(
        "os_username and os_password",
        r"(?P<hit>\bos_(?:username|password|authType))(?:=|[\"']\s{0,5}[:,\]])",
        "send the credentials in the Authorization header",
    ),
)

NULLABLE: Final = (
    _interface(
        "profilePicture.path",
        r"(?<![.?]details)\.(?P<hit>profilePicture\.path)\b",
        "allow for null: the person decides who sees it",
        "a check may stand further up",
    ),
    _interface(
        "displayName without a check",
        r"\.(?P<hit>displayName)\.(?:length|split|trim|to\w{1,30}|replace|substring|slice|charAt|match|localeCompare)\b",
        "allow for null: the person decides who sees it",
        "a check may stand further up",
    ),
    _interface(
        "email without a check",
        r"\b(?:[uU]ser|author|person|owner|creator|createdBy|profile)\.(?P<hit>email(?:Address)?)"
        r"\.(?:length|split|trim|to\w{1,30}|replace|substring|slice|match|lower|endswith|startswith)\b",
        "allow for null: the person decides who sees it",
        "a check may stand further up",
    ),
    _interface(
        "profile field without a check",
        r"\[[\"'](?P<hit>displayName|emailAddress|publicName)[\"']\]"
        r"(?:\.(?:lower|upper|split|strip|replace|startswith|endswith|encode)\(|\[)",
        "allow for null: the person decides who sees it",
        "a check may stand further up",
    ),
)

_PEOPLE: Final = r"(?:user|creator|contributor|mention|watcher)"
_COMPARED: Final = r"(?=\s{0,5}(?:!?=(?!=)|(?:not\s{1,5})?in\b|NOT\s{1,5}IN\b|IN\b|[!=%&\"'`]))"
QUERY_FIELDS: Final = (
    _interface(
        "userkey field of CQL",
        rf"\b(?P<hit>{_PEOPLE}\.userkey){_COMPARED}",
        "write the field with .accountid and the account id as value",
    ),
    _interface(
        "userkey field of CQL",
        rf"(?:[\"'`(]|cql=|\b(?:and|or|not|AND|OR|NOT)\s)\s{{0,5}}(?P<hit>{_PEOPLE}\.user[kK]ey){_COMPARED}",
        "write the field with .accountid and the account id as value",
    ),
)

RELATION: Final = "user of a relation"
CONTEXT_PARAMETER: Final = "user parameter of a descriptor"
MIGRATION_FLAG: Final = "apiMigrations.gdpr"
QUERY: Final = "user of a query"

NAMES: Final = frozenset(
    each.name
    for group in (PARAMETERS, FIELDS, ENDPOINTS, PROTOCOLS, CONNECT, PRIVACY_MODE, LOGIN, NULLABLE, QUERY_FIELDS)
    for each in group
) | {RELATION, CONTEXT_PARAMETER, MIGRATION_FLAG, QUERY, "CQL", "JQL"}
"""Every name that may be shown as it is."""
