"""Retired parameters and bodies of requests, as programs write them: addresses, mappings, builders, command lines.

Source: Atlassian, user privacy API migration guide: user, user watch, content restriction, space; the REST
descriptions of 2019 and 2026.
"""

from __future__ import annotations

from typing import Final

from rules.interface import ACCOUNT, QUOTE, REST, USER_KEY, USERNAME, interface

_PATH: Final = r"[^\s\"'`?\#]{0,120}"
_LATER: Final = r"[^\s\"'`\#]{0,200}?"
_FOREIGN: Final = (
    r"\bhttps?://(?![^\s\"'`/]{0,200}(?i:atlassian|confluence|jira|wiki))(?:[\w-]{1,63}\.){1,9}[a-zA-Z]{2,20}(?::\d{1,5})?"
    r"(?:/(?!(?:wiki|rest)/)[^\s\"'`/?]{0,80}){1,12}\?[^\s\"'`]{0,300}"
)
"""An address of another host, as it is written, with nothing of these products in its path."""
_ANY: Final = rf"(?:{USERNAME}|{USER_KEY}|key)"
_USER: Final = (
    r"(?:user(?:/(?!bulk\b|anonymous\b|current\b|[^\s\"'`]{0,60}propert)[^\s\"'`?,;()]{1,80})?"
    r"|group/user(?:ByGroupId)?|content/[^\s\"'`?]{1,120}/byOperation/[^\s\"'`?/]{1,60}/user)\??[\"'`]"
)
"""Resources that took a username or user key, with nothing behind them."""
_ASKED: Final = rf"(?:{_USER}|user(?:/memberof)?\?[^\s\"'`]{{1,200}}[\"'`])"
"""The same, with or without a query of its own."""
_WALK: Final = r"(?s:(?:(?!/api/|https?:|\bdef\s|\bfunction\b|\bfunc?\s).){0,300}?)"
"""From an address to the parameters that are sent there: not past another address or into another function."""
_NAMED: Final = r"\b(?:params|parameters|qs|query|query_?[pP]ar(?:ams|ameters)|search_?[pP]arams)[\"']?\s{0,5}"
_NEXT: Final = rf"(?:\)?\s{{0,20}},\s{{0,20}}|(?!\)\s{{0,3}}[;\n]){_WALK}{_NAMED}(?:=>|:=|[:=(,])\s{{0,5}})"
"""From an address to a mapping: its next argument, or the parameters of the same request."""
_DATA: Final = (
    r"(?s:(?:(?!/api/|https?:|\)\s{0,3}[;\n]|\bdef\s|\bfunction\b|\bfunc?\s).){0,300}?)\bdata[\"']?\s{0,5}[:=]\s{0,5}"
)
"""From an address to the data of the same call."""
_PAIRS: Final = r"\[(?:\s{0,20}\((?:[^{}()]{1,80}\),\s{0,20}\(){0,3})?"
_MAP: Final = (
    rf"(?:new\s{{1,3}}\w{{1,30}}\()?\s{{0,5}}"
    rf"(?:\{{|dict\(|{_PAIRS}|\w{{0,20}}[mM]ap(?:\.of|Of)?\(|map\[string\]string\{{)"
)
_MEMBER: Final = rf"(?:[^{{}}()]{{0,200}}?,)??\s{{0,40}}{QUOTE}(?P<hit>{_ANY}){QUOTE}\s{{0,5}}(?:=>|[:=,]|\bto\b)"
_BARE: Final = (
    rf"(?:\{{|dict\()(?:[^{{}}()]{{0,200}}?,)??\s{{0,40}}(?P<hit>{_ANY})\s{{0,5}}(?::(?!:)|=(?![=>])|(?=[,}}]))"
)
_ENCODED: Final = (
    rf"{REST}(?:user(?:/memberof|/watch/{_PATH})?|group/user(?:ByGroupId)?)\?(?:[\"'`]\s{{0,20}}[+.&]\s{{0,20}}|\$?\{{)"
    r"(?:new\s{1,3})?[\w.]{0,40}(?:urlencode|URLSearchParams|stringify|param|http_build_query|encode_www_form)\(\s{0,5}"
)
"""An address and the function that writes a mapping behind it."""
_NULL: Final = rf"(?!{QUOTE}?\s{{0,3}}[:=,]\s{{0,3}}(?:null|None|nil|undefined)\b)"
_MAPPING: Final = "user parameter in a mapping"
_LISTED: Final = "user parameter of a described request"
_DESCRIBED: Final = (
    rf"{REST}(?:user(?:/memberof|/watch/[^\s\"']{{1,60}})?|content/[^\s\"'`?]{{1,120}}/byOperation/[^\s\"'`?/]{{1,60}}/user)"
    rf"{QUOTE}?\s{{0,3}}:[\s{{](?s:(?:(?!/api/).){{0,2000}}?)\bname{QUOTE}?\s{{0,3}}:\s{{0,3}}{QUOTE}?"
)
"""A path of an OpenAPI document up to the name of one of its parameters."""
_BODY: Final = "user of a restriction body"
_BY_TYPE: Final = "name the user by type and accountId"
_CALL: Final = (
    r"(?:\b(?:\w{0,30}(?:[pP]arams?|[pP]arameters|[qQ]uery|[aA]rgs|[uU]ri|[uU]rl|[bB]uilder)(?:\(\))?|q|qs|values)"
    r"\.(?:[pP]ut|[sS]et|[aA]dd|[aA]ppend)"
    r"|\.(?:[aA]dd|append|set|with)?(?:[qQ]uery_?)?(?:[pP]aram|[pP]arameter)s?|\.queryString|\bparameter)\(\s{0,5}"
)
"""Methods that add one parameter to a request."""

_SEGMENT: Final = "username in the path"
_NOTHING: Final = "there is no successor on Cloud"
_FILLED: Final = (
    r"(?:[\"'`]\s{0,5}(?:\+|\.\.?)\s{0,5})?"
    r"(?P<hit>[$\#]?\{{1,2}(?![^{}]{0,60}[aA]ccount)[^{}\s]{1,80}\}{1,2}|%s|:\w{1,40}|(?![\w.]{0,60}[aA]ccount)[\w.@~%$][\w.@+~%$-]{0,254})"
)
"""A segment of a path: as it is, or filled in by a program, or put behind the path."""

PARAMETERS: Final = (
    interface(
        "username parameter",
        rf"{REST}(?!(?:[23]/|latest/)?user/bulk/migration)[^\s\"'`?]{{1,200}}`?\?(?:{_LATER}&(?:amp;)?)?(?P<hit>user[Nn]ame)=",
        ACCOUNT,
    ),
    interface(
        "user key parameter",
        rf"{REST}(?:user(?:/memberof|/watch/{_PATH})?|group/user(?:ByGroupId)?"
        rf"|content/{_PATH}/byOperation/[^\s\"'`?/\#]{{1,60}}/user)`?\?(?:{_LATER}&(?:amp;)?)?(?P<hit>key|{USER_KEY})=",
        ACCOUNT,
    ),
    interface(
        "parameter behind a variable of the path",
        rf"{REST}(?:user/watch/|content/)[^\s\"'`?]{{1,80}}[\"'`]\s{{0,20}}(?:\+|\.(?=\s*\$)|\.\.|&)[^\n;?]{{1,120}}"
        rf"[\"'`](?:/restriction/byOperation/[^\s\"'`?/]{{1,40}}/user)?\?(?:{_LATER}&)?(?P<hit>{_ANY})=",
        ACCOUNT,
    ),
    interface(
        "username parameter",
        rf"{_FOREIGN}|/user(?:/memberof|/watch/{_PATH})?`?\?(?:{_LATER}&)?(?P<hit>user[Nn]ame)=",
        ACCOUNT,
        "the path is short: it may belong to another product",
    ),
    interface(
        "user key parameter",
        rf"{_FOREIGN}|/(?:user(?:/memberof|/watch/{_PATH})?|group/user(?:ByGroupId)?|byOperation/[^\s\"'`?/\#]{{1,60}}/user)"
        rf"`?\?(?:{_LATER}&)?(?P<hit>key|{USER_KEY})=",
        ACCOUNT,
        "the path is short: it may belong to another product",
    ),
    interface("userKey parameter", rf"{_FOREIGN}|[?&](?P<hit>userKey)=", ACCOUNT, "the address is not told apart"),
    interface(_MAPPING, rf"{REST}{_USER}{_NEXT}{_MAP}{_MEMBER}", ACCOUNT),
    interface(_MAPPING, rf"{REST}{_USER}{_NEXT}{_BARE}", ACCOUNT),
    interface(
        _MAPPING,
        rf"\brest/api/{_USER}{_DATA}{_MAP}{_MEMBER}",
        ACCOUNT,
    ),
    interface(
        _MAPPING,
        rf"\brest/api/{_USER}{_DATA}{_BARE}",
        ACCOUNT,
    ),
    interface(_MAPPING, rf"{_ENCODED}{_MAP}{_MEMBER}", ACCOUNT),
    interface(_MAPPING, rf"{_ENCODED}{_BARE}", ACCOUNT),
    interface(
        _MAPPING,
        rf"{REST}{_USER}\s{{0,5}},\s{{0,20}}(?![^()\n]{{0,120}}\bpassword\b)(?:\w{{1,30}}:\s[^(),\n]{{1,60}},\s{{0,20}}){{0,3}}"
        rf":?(?P<hit>{_ANY})(?::\s|\s{{0,3}}=>)",
        ACCOUNT,
    ),
    interface(_MAPPING, rf"{REST}{_ASKED}{_WALK}{_CALL}[\"'](?P<hit>{_ANY})[\"']\s{{0,5}}[,)]", ACCOUNT),
    interface(_MAPPING, rf"{REST}{_USER}{_WALK}{_NAMED}\[[\"'](?P<hit>{_ANY})[\"']\]\s{{0,5}}=(?!=)", ACCOUNT),
    interface(
        _MAPPING,
        rf"{REST}{_USER}[^\n]{{0,120}}\s-Body\s{{1,3}}@\{{[^{{}}]{{0,120}}?\b(?P<hit>{_ANY})\s{{0,3}}=",
        ACCOUNT,
    ),
    interface(
        _MAPPING,
        rf"\s-Body\s{{1,3}}@\{{[^{{}}]{{0,120}}?\b(?P<hit>{_ANY})\s{{0,3}}=[^{{}}\n]{{0,120}}\}}[^\n]{{0,120}}?{REST}{_USER}",
        ACCOUNT,
    ),
    interface(
        _LISTED,
        r"\"rest\"\s{0,20},\s{0,20}\"api\"\s{0,20},\s{0,20}\"user\"[^\[\]]{0,120}\][^\[\]]{0,40}\"query\"\s{0,5}:\s{0,5}\["
        rf"[^\[\]]{{0,300}}?\"key\"\s{{0,5}}:\s{{0,5}}\"(?P<hit>{_ANY})\"",
        ACCOUNT,
    ),
    interface(_LISTED, rf"{_DESCRIBED}(?P<hit>{USERNAME})(?![\w.-])", ACCOUNT),
    interface(_LISTED, rf"{_DESCRIBED}(?P<hit>{USER_KEY}|key)(?![\w.-])", ACCOUNT),
    interface(
        _MAPPING,
        rf"\b(?P<name>\w{{1,40}})\s{{0,3}}:?=\s{{0,3}}{_MAP}{_MEMBER}[^{{}}]{{0,200}}[}})\]](?s:.){{0,400}}?{REST}{_USER}"
        rf"[^\n;]{{0,80}}?\b(?P=name)\b",
        ACCOUNT,
    ),
    interface(
        _MAPPING,
        rf"\b(?P<name>\w{{1,40}})(?:\.(?:[pP]ut|[sS]et|[aA]dd|append)\(|\[)[\"'](?P<hit>{_ANY})[\"'][,\]](?s:.){{0,400}}?"
        rf"{REST}{_USER}[^\n;]{{0,80}}?\b(?P=name)\b",
        ACCOUNT,
    ),
    interface(
        _MAPPING,
        rf"[\"'`]/?api/user(?:/(?:memberof|watch/[^\s\"'`?]{{1,60}}))?[\"'`]{_WALK}{_NAMED}[:=]\s{{0,5}}{_BARE}",
        ACCOUNT,
        "the path is short: it may belong to another product",
    ),
    interface(
        "user parameter of a shell command",
        rf"{REST}user\b(?:\\\r?\n|[^\n]){{0,200}}?\s(?:--data(?:-urlencode|-raw)?|-d|--url-query)[ =][\"']?"
        rf"(?P<hit>{_ANY})=",
        ACCOUNT,
    ),
    interface(
        "user parameter of a shell command",
        rf"\s(?:--data(?:-urlencode|-raw)?|-d|--url-query)[ =][\"']?(?P<hit>{_ANY})="
        rf"(?:\\\r?\n|[^\n]){{0,200}}?{REST}user\b",
        ACCOUNT,
    ),
    interface(
        _BODY,
        rf"\btype{QUOTE}?\s{{0,5}}(?:=>|[:=,])\s{{0,5}}{QUOTE}known{QUOTE}[\s,;)]{{0,40}}"
        rf"(?:\w{{0,20}}\.(?:put|set|add|addProperty)\(\s{{0,5}})?{QUOTE}?(?P<hit>{USERNAME}|{USER_KEY})\b{_NULL}",
        _BY_TYPE,
    ),
    interface(
        _BODY,
        rf"{QUOTE}?\b(?P<hit>{USERNAME}|{USER_KEY})\b{_NULL}{QUOTE}?\s{{0,5}}(?:=>|[:=])\s{{0,5}}[^,{{}}\n]{{1,100}},\s{{0,20}}"
        rf"{QUOTE}?type{QUOTE}?\s{{0,5}}(?:=>|[:=])\s{{0,5}}{QUOTE}known{QUOTE}",
        _BY_TYPE,
    ),
    interface(
        "user of a permission body",
        rf"\b(?:subjects?|restrictions){QUOTE}?\s{{0,5}}(?:=>|[:=])[^;]{{0,80}}?\buser{QUOTE}?\s{{0,5}}(?:=>|[:=])\s{{0,5}}"
        rf"(?:\{{\s{{0,20}}{QUOTE}?results{QUOTE}?\s{{0,5}}(?:=>|[:=])\s{{0,5}})?(?:\[\s{{0,20}})?\{{[^{{}}]{{0,120}}?"
        rf"{QUOTE}?\b(?P<hit>{USERNAME}|{USER_KEY}){QUOTE}?\s{{0,5}}(?:=>|[:=](?!=)){_NULL}",
        _BY_TYPE,
    ),
    interface(
        "user of a permission body",
        rf"\bsubject{QUOTE}?\s{{0,5}}(?:=>|[:=])\s{{0,5}}\{{[^{{}}]{{0,120}}?\bidentifier{QUOTE}?\s{{0,5}}(?:=>|[:=])\s{{0,5}}"
        rf"(?:\w{{1,30}}(?:\.|->|\[{QUOTE}))?(?P<hit>{USERNAME}|{USER_KEY})\b",
        "give the account id as identifier",
    ),
    interface(
        "user key in the path",
        rf"{REST}space/[^\s\"'`?]{{1,80}}/permissions?/user/(?P<hit>[$\#]?\{{{{?{USER_KEY}\}}?\}}|%s)",
        "name the subject of a permission by accountId",
        "an address of Data Center",
    ),
    interface(
        _SEGMENT,
        rf"{REST}(?:admin/(?:user|space/personal)|permissions/user|space/[^\s\"'`?]{{1,80}}/permissions/user)/{_FILLED}",
        _NOTHING,
        "an address of Data Center",
    ),
    interface(
        _SEGMENT,
        rf"{REST}user/{_FILLED}(?:\([^()\n]{{0,60}}\))?(?:\s{{0,5}}(?:\+|\.\.?)\s{{0,5}}[\"'`])?/group\b",
        _NOTHING,
        "an address of Data Center",
    ),
    interface(
        "user of a body in storage format",
        rf"<ri:user\s(?:[^<>]{{0,100}}?\s)?(?P<hit>ri:(?:username|userkey))\s{{0,3}}=\s{{0,3}}{QUOTE}[\w.@+~-]{{2,255}}{QUOTE}",
        "write ri:account-id",
        "it may be a sample, or what the program looks for",
    ),
    interface(
        "lookup by username or user key",
        r"(?<!def\ )\b(?P<hit>get_user_details_by_user(?:name|key))\s{0,5}\(",
        "look the user up by accountId",
    ),
)  # fmt: skip
"""Retired parameters and bodies; of two patterns that see the same place the more certain one comes first."""
