"""Which classes of objects hold parts of which kind: where nothing of them was read, a rule had nothing to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rules.model import Kind, ObjectType

_BODIED: Final = frozenset(
    {
        ObjectType.PAGE,
        ObjectType.BLOGPOST,
        ObjectType.FOOTER_COMMENT,
        ObjectType.INLINE_COMMENT,
        ObjectType.CUSTOM_CONTENT,
        ObjectType.TEMPLATE,
        ObjectType.VERSION,
        ObjectType.FILE,
    }
)
_STORED: Final = frozenset(
    {
        ObjectType.CUSTOM_CONTENT,
        ObjectType.INLINE_COMMENT,
        ObjectType.CONTENT_PROPERTY,
        ObjectType.SPACE_PROPERTY,
        ObjectType.USER_PROPERTY,
        ObjectType.LOOK_AND_FEEL,
        ObjectType.AUDIT_RECORD,
        ObjectType.SMART_LINK,
        ObjectType.FILE,
    }
)
CARRIERS: Final[Mapping[Kind, frozenset[ObjectType]]] = {
    Kind.STORAGE: _BODIED,
    Kind.ADF: _BODIED,
    Kind.CQL: _BODIED | _STORED,
    Kind.JQL: _BODIED | _STORED,
    Kind.ACCESS: frozenset({ObjectType.RESTRICTION, ObjectType.FILE}),
    Kind.PERMISSIONS: frozenset({ObjectType.SPACE_PERMISSION, ObjectType.SPACE_ROLE, ObjectType.FILE}),
    Kind.JSON: _STORED,
    Kind.TEXT: frozenset(ObjectType),
    Kind.DESCRIPTOR: frozenset({ObjectType.FILE}),
    Kind.CODE: frozenset({ObjectType.FILE}),
}
"""JSON that only names accounts (likes, watches, tasks) is left out: it is no stored JSON of anybody."""
