"""Who may see and change what: space permissions, restrictions, and their inheritance.

Read restrictions bind the page and everything below it and on it; update restrictions bind the page alone. The
administrator sees and edits everything, as with an active admin key; drafts are their author's alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from audit.sandbox.call import Call, not_found
from audit.sandbox.people import group_id
from audit.sandbox.state import PAGE_LIKE, Content, Kind, Restriction, Space

PUBLIC_SPACES: Final = frozenset({"OPS"})
"""What anonymous callers see, where the site lets them in at all."""


def may_see_space(call: Call, space: Space) -> bool:
    """Return whether the caller may read the space at all."""
    return call.is_admin or _granted(call, space, {"read", "administer"})


def may_write_space(call: Call, space: Space) -> bool:
    """Return whether the caller may add and change pages in the space."""
    return call.is_admin or (space.status == "current" and _granted(call, space, {"create", "administer"}))


def _granted(call: Call, space: Space, operations: set[str]) -> bool:
    if call.caller is None:
        return space.key in PUBLIC_SPACES and "read" in operations
    principals = {call.account, *map(group_id, call.caller.groups)}
    return any(grant.operation in operations and grant.principal in principals for grant in space.permissions)


def lets(call: Call, restriction: Restriction) -> bool:
    """Return whether a restriction names the caller or one of the caller's groups, or names nobody."""
    if not restriction:
        return True
    if call.caller is None:
        return False
    return call.account in {user.account_id for user in restriction.users} or bool(
        set(restriction.groups) & set(call.caller.groups)
    )


def lineage(call: Call, content: Content) -> Iterator[Content]:
    """Yield the content itself, then what it hangs on and every page above."""
    seen: set[str] = set()
    at: Content | None = content
    while at is not None and at.id not in seen:
        seen.add(at.id)
        yield at
        up = at.container or (at.parent if at.kind is Kind.PAGE else "")
        at = call.state.contents.get(up)


def may_read(call: Call, content: Content) -> bool:
    """Return whether the caller sees the content. Drafts belong to their author."""
    if not may_see_space(call, call.state.spaces[content.space]):
        return False
    if content.status == "draft" and call.account != content.author:
        return False
    return call.is_admin or all(
        lets(call, call.state.restriction(above.id, "read")) for above in lineage(call, content)
    )


def may_edit(call: Call, content: Content) -> bool:
    """Return whether the caller may change the content."""
    if call.is_admin:
        return True
    on = next((above for above in lineage(call, content) if above.kind in PAGE_LIKE), content)
    return (
        may_read(call, content)
        and may_write_space(call, call.state.spaces[content.space])
        and lets(call, call.state.restriction(on.id, "update"))
    )


def readable(call: Call, content_id: str, *kinds: Kind) -> Content:
    """Return visible content of one of the kinds, or refuse with v2's 404."""
    content = call.state.contents.get(content_id)
    if content is None or content.kind not in kinds or not may_read(call, content):
        raise not_found()
    return content


def visible_space(call: Call, space_id: str) -> Space:
    """Return a visible space, or refuse with v2's 404."""
    space = call.state.spaces.get(space_id)
    if space is None or not may_see_space(call, space):
        raise not_found()
    return space
