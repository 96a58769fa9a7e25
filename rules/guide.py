"""Atlassian's user-privacy guide for Confluence Cloud, row by row, and the rules that answer for each.

Source: Atlassian, deprecation notice and user privacy API migration guide for Confluence Cloud.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SOURCE: Final = "https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what was retired, and what this tool does where it finds it."""

    id: str
    section: str
    subject: str
    """The resource, field or interface."""
    change: str
    """What became of it."""
    outcome: str
    """What happens to it here."""
    rules: tuple[str, ...]
    """Ids of the rules that find it, the most telling first."""


_STORED: Final = "found in stored JSON, recorded answers and programs; reported"
_OBJECTS: Final = "rewritten in recorded answers and other files; reported where an app stores it, and in programs"
_ADDRESSES: Final = "rewritten in addresses on pages; reported in programs"
_CQL: Final = ("legacy-cql-user", "search-link-query", "code-user-query")
_PROFILE: Final = ("stored-profile-field", "code-nullable-field")
_RETIRED: Final = ("retired-profile-field", "code-user-field")

ROWS: Final = (
    Row("content-restriction", "Resources", "content restriction", "users by accountId only",
        "rewritten on the site, access never wider; reported in programs",
        ("legacy-restriction-user", "legacy-restriction-body", "code-user-parameter")),
    Row("relation", "Resources", "relation", "a user as source or target by accountId",
        _ADDRESSES, ("code-relation-user", "legacy-rest-link")),
    Row("space", "Resources", "space", "subjects of permissions by accountId",
        "rewritten on the site, access never wider; rewritten in bodies of requests",
        ("legacy-space-permission", "legacy-space-body")),
    Row("user", "Resources", "user, user/current, user/memberof", "parameters username and key become accountId",
        _ADDRESSES, ("code-user-parameter", "legacy-rest-link")),
    Row("user-watch", "Resources", "user/watch", "parameters username and key become accountId",
        _ADDRESSES, ("code-user-parameter", "legacy-rest-link")),
    Row("other-resources", "Resources", "every other resource", "user objects change",
        _OBJECTS, ("legacy-user-object", "retired-profile-field")),
    Row("user-name", "User object", "name (username)", "removed", _OBJECTS, ("legacy-user-object", "code-user-field")),
    Row("user-key", "User object", "key (userKey)", "removed", _OBJECTS, ("legacy-user-object", "code-user-field")),
    Row("details-personal-email", "User object", "details.personal.email", "moved to email", _STORED, _RETIRED),
    Row("details-personal", "User object", "details.personal.im, website, phone", "removed", _STORED, _RETIRED),
    Row("details-business", "User object", "details.business.position, department, location", "removed", _STORED,
        _RETIRED),
    Row("user-account-id", "User object", "accountId", "added",
        _OBJECTS, ("legacy-user-object",)),
    Row("user-email", "User object", "email", "added, nullable", _STORED, _PROFILE),
    Row("user-picture", "User object", "profilePicture", "nullable", _STORED, _PROFILE),
    Row("user-display-name", "User object", "displayName", "nullable", _STORED, _PROFILE),
    Row("user-account-type", "User object", "accountType", "added",
        "events without it are reported", ("webhook-account-type",)),
    Row("webhooks", "Webhooks", "user objects of events", "accountType added, userKey removed",
        "reported in recorded events", ("webhook-legacy-user", "webhook-account-type")),
    Row("cql-user", "CQL", "user", "value by accountId", "rewritten in macros and links; reported in programs",
        _CQL),
    Row("cql-creator", "CQL", "creator", "value by accountId", "the same", _CQL),
    Row("cql-mention", "CQL", "mention", "value by accountId", "the same", _CQL),
    Row("cql-watcher", "CQL", "watcher", "value by accountId", "the same", _CQL),
    Row("cql-contributor", "CQL", "contributor", "value by accountId", "the same",
        _CQL),
    Row("cql-userkey", "CQL", "user.userkey, creator.userkey, contributor.userkey, mention.userkey, watcher.userkey",
        "removed; .accountid instead", "rewritten together with the value; reported in programs",
        ("legacy-cql-userkey-field", "search-link-query", "code-user-query")),
    Row("cql-current-user", "CQL", "currentUser()", "returns the accountId",
        "left as it is: it names whoever looks", ("legacy-cql-user",)),
    Row("privacy-mode", "Testing", "privacyMode=true", "without effect since 2019", "reported in programs",
        ("code-privacy-mode",)),
    Row("xml-rpc", "Removed protocols", "XML-RPC", "removed", "reported in programs", ("code-removed-protocol",)),
    Row("json-rpc", "Removed protocols", "JSON-RPC", "removed", "reported in programs", ("code-removed-protocol",)),
    Row("soap", "Removed protocols", "SOAP", "removed", "reported in programs", ("code-removed-protocol",)),
    Row("connect-token", "Connect", "context.user of the token", "removed; sub is the accountId",
        "reported in programs", ("code-connect-user",)),
    Row("connect-parameters", "Connect", "user_key, user_id and variables of addresses", "removed",
        "reported in descriptors and programs", ("descriptor-user-parameter", "code-connect-user")),
    Row("connect-javascript", "Connect", "AP.user.getUser, AP.user.getTimeZone", "removed", "reported in programs",
        ("code-connect-user",)),
    Row("connect-migration", "Connect", "apiMigrations.gdpr", "declared by the app", "reported in descriptors",
        ("descriptor-migration",)),
)  # fmt: skip
"""In the order of the guide."""


def rows_of(rule: str) -> tuple[Row, ...]:
    """Return the rows that a rule answers for."""
    return tuple(row for row in ROWS if rule in row.rules)
