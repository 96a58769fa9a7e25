"""How programs of apps keep copies of profiles, and how they take files on their own servers before the site has them.

Bounded patterns like those of `rules.interfaces`. Sources: Atlassian's user privacy guide for app developers (store
account ids only, or track the age of each copy, report it and erase it) and, for files, GDPR Art. 28: whoever a file
passes through is a processor.
"""

from __future__ import annotations

import re
from typing import Final

from rules.interface import interface

_ACCOUNT: Final = r"(?i:\baccount_?id|\batlassian_?(?:account_?)?id|\buser_?account_?id|\buser_?key)\b"
_COLUMN: Final = (
    r"(?i:display_?name|full_?name|public_?name|user_?name|e_?mail(?:_?address)?|avatar(?:_?url)?|profile_?picture)"
)
_OF_TABLE: Final = r"(?:(?!(?i:create\s))[^;])"
_OF_MODEL: Final = r"(?:(?!\.define\(|\.init\(|Schema\()[^;])"
_OF_CLASS: Final = r"(?:(?!class\s{1,9}\w{1,80}\()[^;])"
_OF_ENTITY: Final = r"(?:(?!@Entity\b).)"
"""A sign of one table, model, class or entity: none reaches into the next, which also keeps the time linear."""
_KEPT: Final = "personal data of accounts is kept"
_INSTEAD: Final = "keep the account id only, or report the account and erase or refresh the copy"

STORED: Final = (
    interface(
        "profile field in a table",
        r"(?i:\bcreate\s{1,9}table\b)"
        rf"(?={_OF_TABLE}{{0,1500}}{_ACCOUNT}){_OF_TABLE}{{0,1500}}?(?<![\w.])[\"`\[]?(?P<hit>{_COLUMN})[\"`\]]?\s{{1,20}}"
        r"(?i:n?varchar|character|char|text|citext|string|bytea|blob)\b",
        _INSTEAD,
        verdict=_KEPT,
    ),
    interface(
        "profile field in a model",
        r"\b(?:[sS]equelize\.define\(|\w{1,40}\.init\(\s{0,9}\{|new\s{1,9}(?:\w{1,40}\.)?Schema\()"
        rf"(?={_OF_MODEL}{{0,1500}}{_ACCOUNT}){_OF_MODEL}{{0,1500}}?\b(?P<hit>{_COLUMN})[\"']?\s{{0,9}}:\s{{0,9}}"
        r"(?:\{|String\b|STRING\b|TEXT\b|\w{0,40}DataTypes\b|Sequelize\.)",
        _INSTEAD,
        verdict=_KEPT,
    ),
    interface(
        "profile field in a model",
        r"\bclass\s{1,9}\w{1,80}\((?:[\w.]{0,40}\.)?(?:Model|Base|SQLModel|Document)\b[^)\n]{0,80}\):"
        rf"(?={_OF_CLASS}{{0,1500}}{_ACCOUNT}){_OF_CLASS}{{0,1500}}?"
        rf"\b(?P<hit>{_COLUMN})\s{{0,9}}(?::[^=\n]{{0,80}})?=\s{{0,9}}"
        r"(?:[\w.]{0,40}\.)?(?:\w{0,20}Field|Column|mapped_column)\(",
        _INSTEAD,
        verdict=_KEPT,
    ),
    interface(
        "profile field in a model",
        rf"@Entity\b(?s:(?={_OF_ENTITY}{{0,1500}}{_ACCOUNT}){_OF_ENTITY}{{0,1500}}?)"
        rf"(?P<java>\bString\s{{1,9}})?\b(?P<hit>{_COLUMN})[?!]?\s{{0,9}}(?(java)[;=]|:\s{{0,9}}string\b)",
        _INSTEAD,
        verdict=_KEPT,
    ),
    interface(
        "profile field in a model",
        rf"\bmodel\s{{1,9}}\w{{1,80}}\s{{0,9}}\{{(?=[^}}]{{0,1500}}{_ACCOUNT})"
        rf"[^}}]{{0,1500}}?\s(?P<hit>{_COLUMN})\s{{1,20}}String\b",
        _INSTEAD,
        verdict=_KEPT,
    ),
    interface(
        "profile field in a store",
        r"\b(?:storage|kvs|redis|redisClient|localStorage|sessionStorage|cache)\.(?:set|setItem|setex|hset|hSet|put)\("
        r"[^;]{0,300}?\b(?:user|author|profile|person|creator|member)\w{0,20}(?:\?)?\."
        r"(?P<hit>displayName|publicName|emailAddress|email|profilePicture)\b",
        _INSTEAD,
        verdict=_KEPT,
    ),
)

_THROUGH: Final = "files pass through the server of the app"
_STRAIGHT: Final = "let the browser or a Forge app send it to the site, or name the vendor as a processor"
_FOLLOWED: Final = "that it is the same file was not followed"

SENT: Final = re.compile(
    rb"/child/attachment\b|/attachments?[\"'`]|\bX-Atlassian-Token\b|\battach_(?:file|content)\s{0,5}\(|\bmediaBaseUrl\b"
)
"""What sends a file to a site."""

RECEIVED: Final = (
    interface(
        "upload to the server of the app",
        r"\b(?P<hit>multer|formidable|[bB]usboy|express-fileupload|multiparty|koa-body)[\"']?\)",
        _STRAIGHT,
        _FOLLOWED,
        _THROUGH,
    ),
    interface(
        "upload to the server of the app",
        r"\b(?P<hit>request\.(?:files|FILES)|MultipartFile|IFormFile|UploadFile|UploadedFile)\b",
        _STRAIGHT,
        _FOLLOWED,
        _THROUGH,
    ),
)
"""What takes a file from a browser."""
