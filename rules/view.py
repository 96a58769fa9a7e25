"""One part as rules see it: parsed at most once, however many rules look."""

from __future__ import annotations

from typing import Final

from rules.acl import entries, principals
from rules.jsontree import Node, parse
from rules.model import Kind, Part, Unreadable
from rules.storage import Storage

SIZE_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a part at most; larger ones are reported as not assessed."""

JSON_KINDS: Final = frozenset({Kind.ADF, Kind.ACCESS, Kind.PERMISSIONS, Kind.JSON})


class View:
    """A part and what was parsed of it so far. Parsing happens when a rule asks for it."""

    __slots__ = ("_storage", "_tree", "part")

    def __init__(self, part: Part) -> None:
        self.part: Final = part
        self._storage: Storage | None = None
        self._tree: Node | Unreadable | None = None

    @property
    def data(self) -> bytes:
        """Return the bytes of the part."""
        return self.part.data

    @property
    def storage(self) -> Storage:
        """Return the part read as storage format."""
        if self._storage is None:
            self._storage = Storage(self.part.data)
        return self._storage

    @property
    def tree(self) -> Node | Unreadable:
        """Return the part read as JSON, or why it is none."""
        if self._tree is None:
            self._tree = parse(self.part.data)
        return self._tree

    @property
    def unreadable(self) -> Unreadable | None:
        """Return why the part cannot be judged, None when it can. Parses the part if nothing has yet."""
        if len(self.part.data) > SIZE_LIMIT:
            return Unreadable(f"larger than {SIZE_LIMIT} bytes", SIZE_LIMIT)
        if self.part.kind is Kind.STORAGE:
            return self.storage.unreadable
        if self.part.kind not in JSON_KINDS:
            return None
        return self.tree if isinstance(self.tree, Unreadable) else self._misshapen(self.tree)

    def _misshapen(self, tree: Node) -> Unreadable | None:
        """Return why an access list is none: JSON of another shape must not pass for an empty list."""
        try:
            if self.part.kind is Kind.ACCESS:
                entries(tree)
            elif self.part.kind is Kind.PERMISSIONS:
                tuple(principals(tree))
        except ValueError as error:
            return Unreadable(str(error), 0)
        return None
