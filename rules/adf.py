"""Atlassian Document Format: nodes, mentions and the strings in which more documents or queries hide, by bytes.

A document is JSON, so every string in it has an exact place (`rules.jsontree`). Nodes are objects with a `type`,
wherever they stand: unknown ones are passed through, and what is inside them is still read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rules.identifiers import is_pseudo
from rules.jsontree import Array, Node, Object, Text

_NAMES: Final = """
    blockCard blockTaskItem blockquote bodiedExtension bodiedSyncBlock bulletList caption codeBlock date
    decisionItem decisionList doc embedCard emoji expand extension extensionFrame hardBreak heading image
    inlineCard inlineExtension layoutColumn layoutSection listItem media mediaGroup mediaInline mediaSingle
    mention multiBodiedExtension nestedExpand orderedList panel paragraph placeholder rule status syncBlock
    table tableCell tableHeader tableRow taskItem taskList text unsupportedBlock unsupportedInline link
    annotation
"""
_TYPES: Final = frozenset(_NAMES.split())
"""Types that a path may show; others may be anything and are shown as `*`."""

EXTENSIONS: Final = frozenset({"extension", "inlineExtension", "bodiedExtension", "multiBodiedExtension"})
CARDS: Final = frozenset({"inlineCard", "blockCard", "embedCard"})
TASKS: Final = frozenset({"taskItem", "blockTaskItem"})
DATASOURCE: Final = "datasource"
"""What parameters of the data source of a card belong to, in the registry of macros."""
ROLES: Final = frozenset({"all", "here"})
PATH_LIMIT: Final = 8
"""Steps of a structural path; further ones outside become `…`."""


@dataclass(frozen=True, slots=True)
class AdfNode:
    """One node of a document, or a mark."""

    type: str
    node: Object
    path: str

    @property
    def attrs(self) -> Object | None:
        """Return the attributes, None where there are none."""
        found = self.node.get("attrs")
        return found if isinstance(found, Object) else None


def nodes(tree: Node) -> Iterator[AdfNode]:
    """Yield every node in document order. Linear in the size of the tree."""
    waiting: list[tuple[Node, tuple[str, ...]]] = [(tree, ())]
    while waiting:
        node, around = waiting.pop()
        if isinstance(node, Array):
            waiting += [(item, around) for item in reversed(node.items)]
        elif isinstance(node, Object):
            kind = node.text("type")
            steps = around
            if kind is not None:
                steps = (*around[-PATH_LIMIT:], kind.value if kind.value in _TYPES else "*")
                yield AdfNode(kind.value, node, _path(steps))
            waiting += [(value, steps) for _, value in reversed(node.members)]


def _path(steps: tuple[str, ...]) -> str:
    return "/".join(steps if len(steps) <= PATH_LIMIT else ("…", *steps[-PATH_LIMIT:]))


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of somebody: a person, not a role and not an app."""

    id: Text | None = field(repr=False)
    name: Text | None = field(repr=False)
    """The display name as it stands in the document, at sign included."""
    path: str
    attrs: Object = field(repr=False)
    """All attributes: a script may have written an identifier under another name, or one name twice."""
    node: Object = field(repr=False)
    """The whole node, its marks included."""


def mentions(tree: Node) -> Iterator[Mention]:
    """Yield the mentions of people; `@all`, `@here` and apps are none."""
    for found in nodes(tree):
        attrs = found.attrs
        if found.type != "mention" or attrs is None:
            continue
        kind, id_, name = attrs.text("userType"), attrs.text("id"), attrs.text("text")
        if kind is not None and kind.value in {"SPECIAL", "APP"}:
            continue
        if id_ is not None and (id_.value in ROLES or is_pseudo(id_.value)):
            continue
        yield Mention(id_, name, found.path, attrs, found.node)


def running(tree: Node) -> Iterator[Object]:
    """Yield the nodes of running text: what the `content` of another node holds, tasks and what is in them left out."""
    waiting: list[Node] = [tree]
    while waiting:
        node = waiting.pop()
        items = node.items if isinstance(node, Array) else ()
        found = [item for item in items if isinstance(item, Object) and not _is_task(item)]
        yield from found
        members = node.members if isinstance(node, Object) else ()
        waiting += (*found, *(value for key, value in members if key.value == "content" and isinstance(value, Array)))


def _is_task(node: Object) -> bool:
    kind = node.text("type")
    return kind is not None and kind.value in TASKS


def anchors(tree: Node) -> tuple[str, ...]:
    """Return the anchors of inline comments, in order."""
    marks = (each.attrs for each in nodes(tree) if each.type == "annotation")
    ids = [None if attrs is None else attrs.text("id") for attrs in marks]
    return tuple("" if each is None else each.value for each in ids)


@dataclass(frozen=True, slots=True)
class Setting:
    """One string among the parameters of an extension or of a card's data source."""

    macro: str
    name: str
    text: Text = field(repr=False)
    path: str


def settings(tree: Node) -> Iterator[Setting]:
    """Yield every string that configures an extension, a macro or a data source, with the name it stands under."""
    for found in nodes(tree):
        attrs = found.attrs
        if attrs is None:
            continue
        if found.type in EXTENSIONS:
            key = attrs.text("extensionKey")
            macro = "" if key is None else short_key(key.value)
            yield from _strings(attrs.get("parameters"), macro, f"{found.path}/parameters")
        elif found.type in CARDS:
            source = attrs.get("datasource")
            if isinstance(source, Object):
                yield from source_settings(source, f"{found.path}/datasource")


def source_settings(source: Object, path: str) -> Iterator[Setting]:
    """Yield every string that configures a data source, which is given as the card has it."""
    return _strings(source.get("parameters"), DATASOURCE, path)


def short_key(key: str) -> str:
    """Return the name of a macro from the key of an extension: apps write their own key before it."""
    return key.rpartition("/")[2].rpartition("__")[2]


def _strings(node: Node | None, macro: str, path: str) -> Iterator[Setting]:
    waiting: list[tuple[Node | None, str | None]] = [(node, None)]
    while waiting:
        each, under = waiting.pop()
        if isinstance(each, Text):
            if each.value.strip():
                yield Setting(macro, under or "", each, path)
        elif isinstance(each, Array):
            waiting += [(item, under) for item in reversed(each.items)]
        elif isinstance(each, Object):
            waiting += [
                (value, under if key.value == "value" and under is not None else key.value)
                for key, value in reversed(each.members)
                if key.value != "macroMetadata"
            ]
