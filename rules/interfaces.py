"""Retired ways to name a person through Atlassian's APIs, as programs write them: the table behind the code rules.

The names are ours and are shown in reports, because they say nothing about a person. Sources: Atlassian's
user-privacy guide for Confluence Cloud, the published REST descriptions of 2019, 2021 and 2026, and the changes for
Connect apps.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from rules.appdata import RECEIVED, STORED
from rules.interface import CLOSE, STEP, USER_KEY, Interface, interface
from rules.requestparameters import PARAMETERS

_CLOUD: Final = r"(?:/wiki|/ex/confluence/[^\s\"'`/]{1,60})/rest/api"
_END: Final = r"(?=[\s\"'`?)\\,;<]|$)"
_READ: Final = r"(?!(?:[\"']\])?\s{0,5}=[^=>])"
"""Not where the field is set."""
_CONTEXT_KEY: Final = rf"\b[cC]ontext{CLOSE}{STEP}(?:(?:get)?[uU]ser{CLOSE}{STEP})?{USER_KEY}\b"
"""What a token or a request says of its user: that is the rule for Connect."""
_GET: Final = r"(?:\bget\b|\bGET\b)[\"']?\s{0,3}[(\s,]\s{0,5}[^\s,;()]{0,120}"
_SEGMENT: Final = r"/(?!search\b|archive\b|blueprint\b)[^\s\"'`/?<]{1,80}"

FIELDS: Final = (
    interface(
        "details.personal and details.business",
        rf"\bdetails{CLOSE}{STEP}(?P<hit>personal{CLOSE}{STEP}(?:email|im|website|phone)"
        rf"|business{CLOSE}{STEP}(?:position|department|location))\b",
        "these fields were removed; only the e-mail address moved, to `email` of the user, which may be null",
    ),
    interface(
        "expansion of details",
        r"\bexpand\s{0,3}[=:]\s{0,3}[\"']?(?:[\w.,]{0,200},)?(?P<hit>details\.(?:personal|business))\b",
        "there is nothing left to expand",
    ),
    interface(
        "userKey field",
        rf"{_CONTEXT_KEY}|\b\w{{0,20}}[uU]ser{CLOSE}{STEP}(?P<hit>userKey)\b{_READ}",
        "read accountId",
    ),
    interface(
        "userKey field",
        rf"{_CONTEXT_KEY}|{STEP}(?P<hit>userKey)\b{_READ}",
        "read accountId",
        "the object is not told apart",
    ),
    interface(
        "username field of an author",
        rf"\b(?:createdBy|lastModifier|lastModifiedBy|publishedBy|watcher|lastUpdated{STEP}by|version{STEP}by)"
        rf"{CLOSE}{STEP}(?P<hit>user[Nn]ame)\b{_READ}",
        "read accountId",
    ),
)

_JIRA_HAS_IT: Final = "ask Jira's user/bulk/migration"

_EVERYWHERE: Final = (
    interface("user/bulk/migration", r"\brest/api/(?P<hit>user/bulk/migration)\b", _JIRA_HAS_IT),
    interface(
        "user/bulk/migration",
        r"(?i:wiki|confluence)(?!/rest/|/ex/jira)[^\s;]{0,40}[\s+(,]{0,4}[\"'`]?/?(?P<hit>user/bulk/migration)\b",
        _JIRA_HAS_IT,
    ),
    interface(
        "cql/pdcleaner",
        r"\brest/api/(?:experimental/)?(?P<hit>cql/pdcleaner)\b",
        "rewrite the query with a mapping",
    ),
    interface("search of Jira", r"/rest/api/3/(?P<hit>search)(?=[\"'`?\s)]|$)", "use search/jql"),
)


def _removed(base: str, doubt: str = "") -> tuple[Interface, ...]:
    """Return the removed resources of Confluence Cloud behind `base`, which ends in `/rest/api`."""
    found = (
        interface(
            "content",
            rf"{base}(?P<hit>/content(?:{_SEGMENT})?){_END}",
            "use pages, blogposts or custom-content of version 2",
        ),
        interface(
            "content children, history and properties",
            rf"{base}(?P<hit>/content{_SEGMENT}/(?:child(?:/(?:comment|page))?|history|property(?:/[^\s\"'`?]{{1,80}})?)){_END}",
            "use the same noun of version 2",
        ),
        interface(
            "restriction by group name",
            rf"{base}(?P<hit>/content{_SEGMENT}/restriction/byOperation/[^\s\"'`/?]{{1,40}}/group/)",
            "use byGroupId",
        ),
        interface(
            "content read by version 1",
            rf"{_GET}{base}(?P<hit>/content{_SEGMENT}/(?:child/[a-z]{{1,20}}|label|version(?:/[^\s\"'`/?]{{1,40}})?)|/space(?:/[^\s\"'`/?]{{1,80}})?){_END}",
            "use the same noun of version 2",
        ),
        interface("contentbody/convert", rf"{base}(?P<hit>/contentbody/convert/(?!async\b))", "use convert/async"),
        interface(
            "group by name",
            rf"{base}(?P<hit>/group/(?:by-name|member|user|[^\s\"'`/?]{{1,80}}/member))\b",
            "use the id of the group",
        ),
        interface("inlinetasks", rf"{base}(?P<hit>/inlinetasks)\b", "use tasks of version 2"),
        interface("space content and properties", rf"{base}(?P<hit>/space/[^\s\"'`/?]{{1,80}}/(?:content|property))\b",
                   "use pages and properties of version 2"),
        interface("lookandfeel/selected", rf"{base}(?P<hit>/settings/lookandfeel/selected)\b", "there is no successor"),
    )  # fmt: skip
    return tuple(replace(each, doubt=doubt) for each in found)


ENDPOINTS: Final = (*_EVERYWHERE, *_removed(_CLOUD))
CLOUD_BASE: Final = re.compile(rb"https?://[^\s\"'`/]{1,100}\.atlassian\.net/wiki/?(?=[\s\"'`;,<]|\Z)")
"""The address of a site on Cloud that stands alone: paths are put behind it."""
BASED_ENDPOINTS: Final = (
    *ENDPOINTS,
    *_removed(
        r"(?:[\w\])]?\s{0,3}[+.,]\s{0,3}[\"'`]|[\"'`]|\}|\$\w{1,40})/?rest/api",
        "the address is put together: the file names a site on Cloud",
    ),
)
"""What counts where the file names such an address."""

_METHODS: Final = (
    r"(?:login|logout|search|(?:get|add|edit|remove|store|update|move|set|rename|render|convert|has|is|deactivate"
    r"|reactivate|change|copy|export|import|install|purge|empty|flush)[A-Z]\w{1,40})"
)
PROTOCOLS: Final = (
    interface("XML-RPC", r"(?<!\w)(?P<hit>/?rpc/xmlrpc)\b", "use REST"),
    interface("JSON-RPC", r"(?<!\w)(?P<hit>/?rpc/json-rpc/confluenceservice)", "use REST"),
    interface(
        "SOAP", r"(?P<hit>/(?:rpc/soap-axis|plugins/servlet/soap-axis1)/(?:confluence|jirasoap)service)", "use REST"
    ),
    interface("XML-RPC method", rf"\b(?P<hit>confluence[12]\.{_METHODS})(?=\s{{0,5}}\(|[\"'<])", "use REST"),
    interface(
        "XML-RPC method",
        r"\b(?:(?:ServerProxy|Server|XmlRpcClient)\([^\n]{0,200}\)|(?i:server|proxy|client|rpc|api|xmlrpc))\.(?P<hit>confluence[12])"
        r"\b(?!\.?\w*\()",
        "use REST",
    ),
    interface(
        "client of SOAP or XML-RPC",
        r"\b(?P<hit>(?:Confluence|Jira)(?:Soap|XmlRpc)\w{0,60}|(?:confluence|jira)soapservice(?:-v\d)?\b(?=[\"'?])"
        r"|(?<!json-rpc/)(?<!soap-axis/)(?<!soap-axis1/)confluenceservice-v[12](?=[\"'?/])|org\.codehaus\.swizzle\.confluence)",
        "use REST",
    ),
)

_CURRENT_USER: Final = "call AP.user.getCurrentUser, which gives the atlassianAccountId"
_TIME_ZONE: Final = "the time zone is personal data: ask the REST resource of the user, which heeds their settings"
_SUB: Final = "read the account id from `sub` of the token"

CONNECT: Final = (
    interface(
        "AP.user.getUser",
        r"\b(?P<hit>AP\.(?:user\s{0,20}\.\s{0,3})?getUser)\s{0,5}\(",
        _CURRENT_USER,
    ),
    interface(
        "AP.user.getUser",
        r"\b(?P<hit>AP(?:\.user|\[[\"']user[\"']\])(?:\.getUser|\[[\"']getUser[\"']\]))\s{0,5}\(",
        _CURRENT_USER,
    ),
    interface(
        "AP.user.getUser",
        r"\bAP\.require\(\s{0,5}\[?\s{0,3}[\"']user[\"'][^;]{0,200}?\b(?P<hit>getUser)\s{0,5}\(",
        _CURRENT_USER,
    ),
    interface(
        "AP.user.getTimeZone",
        r"\b(?P<hit>AP\.(?:user\.)?getTime[zZ]one|AP\.(?:user\.)?getTZ)\s{0,5}\(",
        _TIME_ZONE,
    ),
    interface(
        "AP.user.getTimeZone",
        r"\bAP\.require\(\s{0,5}\[?\s{0,3}[\"']user[\"'][^;]{0,200}?\b(?P<hit>getTime[zZ]one|getTZ)\s{0,5}\(",
        _TIME_ZONE,
    ),
    interface(
        "context.user of the token",
        rf"\b(?:[cC]ontext|getContext){CLOSE}{STEP}(?:get)?[uU]ser{CLOSE}{STEP}"
        rf"(?P<hit>(?:get)?[uU]ser_?[kK]ey|(?:get)?[uU]ser_?[nN]ame|(?:get)?[dD]isplay_?[nN]ame)\b",
        _SUB,
    ),
    interface(
        "user key of the context",
        rf"\b(?:[cC]ontext|getContext){CLOSE}{STEP}(?P<hit>(?:get)?[uU]ser_?[kK]ey)\b{_READ}",
        "use userAccountId of the context",
    ),
    interface(
        "context.user of the token",
        r"\bcontext\s{0,3}:\s{0,3}\{(?:[^{}=;]{0,80},)?\s{0,20}user\s{0,3}:\s{0,3}\{[^{}=;]{0,80}?"
        r"\b(?P<hit>userKey|username|displayName)\b(?:[^{}=;]{0,80}\}){2,4}\s{0,5}\)?\s{0,5}=(?!=)",
        _SUB,
    ),
    interface(
        "user key of the context",
        r"\{[^{}=;]{0,80}\b(?P<hit>userKey)\b[^{}=;]{0,80}\}\s{0,20}\}?\s{0,5}=\s{0,5}[\w.]{0,40}\b(?:context(?:\.user)?)\b",
        _SUB,
    ),
    interface(
        "user key of the context",
        r"\b(?:\w{0,20}[hH]ostUser|[cC]ontextUser)(?:\(\))?\.(?P<hit>getUserKey)\s{0,3}\(",
        "call getUserAccountId",
    ),
    interface(
        "user_key of the request",
        rf"(?:\b|_)(?:query|params|args|GET|getParameter|RequestParam|QueryParam)(?:{STEP}|\([\"'])(?P<hit>user_key)\b{_READ}",
        _SUB,
    ),
    interface(
        "variable of an address",
        r"\{(?P<hit>(?:profileUser|modifiedUser)\.(?:key|name))\}",
        _SUB,
    ),
    interface(
        "variable of an address",
        r"(?:\b[rR]?[fF][rR]?|\$)(?:\"[^\"\n]{0,400}\"|'[^'\n]{0,400}')|[?&][\w.-]{1,40}=\{(?P<hit>user_key|user_id)\}",
        _SUB,
    ),
    interface(
        "asUser with a user key",
        r"\bhttpClient\b[^;\n]{0,80}\.(?P<hit>asUser)\(\s{0,5}[^)\s]",
        "call asUserByAccountId",
    ),
)

PRIVACY_MODE: Final = (
    interface("privacyMode", r"[?&\"'](?P<hit>privacyMode)(?:=|[\"']\s{0,5}[:,=])", "leave it out"),
    interface("x-atlassian-force-account-id", r"(?P<hit>[xX]-[aA]tlassian-[fF]orce-[aA]ccount-[iI]d)", "leave it out"),
)

_OS: Final = r"\bos_(?:username|password|authType)"
_HEADER: Final = "send the credentials in the Authorization header"

LOGIN: Final = (
    interface(
        "os_username and os_password",
        rf"(?:[?&@]|[\"'`]|&amp;|%26)(?P<hit>{_OS})(?:=|[\"']\s{{0,5}}(?:=>|[:,\]]))",
        _HEADER,
    ),
    interface("os_username and os_password", rf"\{{\s{{0,20}}(?P<hit>{_OS})\s{{0,3}}:", _HEADER),
    interface("os_username and os_password", rf"(?P<hit>{_OS})=(?!=)", _HEADER, "it may be a variable of the program"),
)

NULLABLE: Final = (
    interface(
        "profilePicture.path",
        r"(?<![.?]details)\.(?P<hit>profilePicture\.path)\b",
        "allow for null: the person decides who sees it",
        "a check may stand further up",
    ),
    interface(
        "displayName without a check",
        r"\.(?P<hit>displayName)\.(?:length|split|trim|to\w{1,30}|replace|substring|slice|charAt|match|localeCompare)\b",
        "allow for null: the person decides who sees it",
        "a check may stand further up",
    ),
    interface(
        "email without a check",
        r"\b(?:[uU]ser|author|person|owner|creator|createdBy|profile)(?:\.|\[[\"'])(?P<hit>email(?:Address)?)(?:[\"']\])?"
        r"\.(?:length|split|trim|to\w{1,30}|replace|substring|slice|match|lower|upper|strip|encode|endswith|startswith)\b",
        "allow for null: the person decides who sees it",
        "a check may stand further up",
    ),
    interface(
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
    interface(
        "userkey field of CQL",
        rf"\b(?P<hit>{_PEOPLE}\.userkey){_COMPARED}",
        "write the field with .accountid and the account id as value",
    ),
    interface(
        "userkey field of CQL",
        rf"(?:[\"'`(]|cql=|\b(?:and|or|not|AND|OR|NOT)\s)\s{{0,5}}(?P<hit>{_PEOPLE}\.user[kK]ey){_COMPARED}",
        "write the field with .accountid and the account id as value",
    ),
)

QUERY_ALONE: Final = (
    interface(
        QUERY_FIELDS[0].name,
        r"[\"'`](?![^\"'`\n]{0,200}\b(?i:select|from|where|join|set)\b)(?:[^\"'`\n]{0,200}[\s(])?"
        rf"(?P<hit>{_PEOPLE}\.user[kK]ey)(?=\s{{0,5}}(?:!?=(?!=)|(?:not\s{{1,5}}|NOT\s{{1,5}})?(?:in|IN)\b))",
        QUERY_FIELDS[0].instead,
    ),
)
"""The same where nothing else speaks of these products: in a text, and not of SQL."""

RELATION: Final = "user of a relation"
CONTEXT_PARAMETER: Final = "user parameter of a descriptor"
MIGRATION_FLAG: Final = "apiMigrations.gdpr"
EMAIL_SCOPE: Final = "ACCESS_EMAIL_ADDRESSES"
QUERY: Final = "user of a query"
BUILT_QUERY: Final = "user of a query that is put together"

NAMES: Final = frozenset(
    each.name
    for group in (PARAMETERS, FIELDS, ENDPOINTS, PROTOCOLS, CONNECT, PRIVACY_MODE, LOGIN, NULLABLE, QUERY_FIELDS,
                  STORED, RECEIVED)
    for each in group
) | {RELATION, CONTEXT_PARAMETER, MIGRATION_FLAG, EMAIL_SCOPE, QUERY, BUILT_QUERY, "CQL", "JQL"}  # fmt: skip
"""Every name that may be shown as it is."""
