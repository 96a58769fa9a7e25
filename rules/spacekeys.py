"""Keys of personal spaces that stand as values in stored JSON: in a field for a key, or in an object that is a space.

Public facts: Confluence's REST API (a space has `key`, `type` and `currentActiveAlias`; content has `space`, others
`spaceKey`), and the settings that apps store under the same names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.jsontree import Array, Node, Object, Text, passage, shown
from rules.linkplaces import Found, space_key
from rules.userfields import folded

_FIELDS: Final = frozenset(
    {"currentactivealias", "fromspacekey", "newspacekey", "space", "spacekey", "spacekeys", "spaces", "tospacekey"}
)
"""Fields that hold a key or a list of keys, as names are compared."""
_OWN: Final = frozenset({"alias", "key"})
"""Fields that hold the key of the space that their object is."""
_SPACES: Final = frozenset({"fromspace", "homespace", "parentspace", "personalspace", "space", "spaces", "tospace"})
"""Fields whose objects are spaces."""
_TELLING: Final = frozenset({"currentactivealias", "homepage", "homepageid", "permissions"})
"""Fields of a space, beside its key, that little else has; another key than one with a tilde names nobody anyway."""
_PERSONAL: Final = "personal"
_KEY: Final = re.compile(r"~[^\s,;:/\\]+")


def space_keys(data: bytes, tree: Node) -> Iterator[Found]:
    """Yield the owner of every personal space whose key is a value."""
    for path, text in _keys(tree, "", "", held=False):
        if _KEY.fullmatch(text.value) is not None:
            held = passage(data, text)
            yield from (Found(held, 0, term, path, "json") for term in space_key(text.value))


def _keys(node: Node, path: str, name: str, *, held: bool) -> Iterator[tuple[str, Text]]:
    """Yield the texts in fields for keys of spaces with their paths; `held`: `node` is the value of such a field."""
    if isinstance(node, Text):
        if held:
            yield path, node
    elif isinstance(node, Array):
        for index, item in enumerate(node.items):
            yield from _keys(item, f"{path}[{index}]", name, held=held)
    elif isinstance(node, Object):
        own = name in _SPACES or _is_space(node)
        for key, value in node.members:
            below, step = folded(key.value), shown(key.value)
            keyed = below in _FIELDS or (own and below in _OWN)
            yield from _keys(value, f"{path}.{step}" if path else step, below, held=keyed)


def _is_space(node: Object) -> bool:
    """Return whether an object says of itself that it is a personal space, or has what only spaces have."""
    kind = node.text("type")
    personal = kind is not None and kind.value.casefold() == _PERSONAL
    return personal or any(folded(key.value) in _TELLING for key, _ in node.members)
