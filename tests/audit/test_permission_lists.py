"""Lists of permissions: compared, on the way from one to another, and passed by the guards."""

from __future__ import annotations

from dataclasses import replace

from audit.between import between
from audit.canonical import canonical
from audit.guards import safe_access
from rules import acl
from rules.model import HeldReason
from rules.permissions import additions, removals
from tests.audit.spacerights import OLD


def test_permissions_are_compared_without_their_ids_and_places() -> None:
    one = b'{"permissions":[{"id":"1","operation":"a/b","principal":{"id":"x","type":"user"}},'
    one += b'{"id":"2","operation":"c/d","principal":{"id":"y","type":"group"}}]}'
    other = b'{"permissions":[{"id":"9","operation":"c/d","principal":{"id":"y","type":"group"}},'
    other += b'{"id":"8","operation":"a/b","principal":{"id":"x","type":"user"}}]}'
    assert canonical("permissions", one) == canonical("permissions", other)
    assert canonical("permissions", one) != canonical("permissions", one.replace(b'"y"', b'"z"'))
    assert canonical("permissions", b"{}") != canonical("permissions", b"[]")


BEFORE = (
    acl.Permission("1", "read/space", "group", "staff"),
    acl.Permission("2", "read/space", "user", OLD.user_key),
    acl.Permission("3", "create/page", "user", OLD.user_key),
)
AFTER = tuple(replace(one, principal_id=OLD.account_id) if one.principal_id == OLD.user_key else one for one in BEFORE)


def on_the_way(*now: acl.Permission) -> bool:
    images = map(acl.encode_permissions, (BEFORE, AFTER, now))
    return between("permissions", *images)


def test_every_step_of_a_write_lies_on_the_way_from_before_to_planned() -> None:
    steps = list(BEFORE)
    for number, one in enumerate(additions(BEFORE, AFTER)):
        steps.append(acl.Permission(f"9{number}", one.operation, one.principal_type, one.principal_id))
        assert on_the_way(*steps)
    for permission in removals(steps, AFTER):
        steps.remove(permission)
        assert on_the_way(*steps)


def test_a_list_that_somebody_changed_is_not_on_the_way() -> None:
    granted = acl.Permission("9", "read/space", "user", OLD.account_id)
    assert on_the_way(*BEFORE, granted)
    assert not on_the_way(*BEFORE, granted, acl.Permission("10", "administer/space", "user", OLD.account_id))
    assert not on_the_way(*BEFORE[1:], granted)
    assert not on_the_way(*BEFORE[:2], granted)
    assert not on_the_way(BEFORE[0])
    images = [acl.encode_permissions(some) for some in (BEFORE, AFTER, (*BEFORE, granted))]
    assert not between("permissions", None, *images[1:])
    assert not between("permissions", images[0], None, images[2])


def test_nobody_comes_under_a_retired_identifier_and_the_writer_keeps_its_own() -> None:
    old = acl.encode_permissions((acl.Permission("1", "read/space", "user", OLD.user_key),))
    new = old.replace(OLD.user_key.encode(), OLD.account_id.encode())
    back, own = safe_access("permissions", new, old, "somebody"), safe_access("permissions", old, new, OLD.account_id)
    assert back is not None
    assert own is not None
    assert (back.reason, own.reason) == (HeldReason.NO_REWRITER, HeldReason.WOULD_LOCK_OUT)
    assert safe_access("permissions", old, new, "somebody") is None
    fewer = safe_access(
        "permissions", old.replace(OLD.user_key.encode(), b"caller:1"), b'{"permissions":[]}', "caller:1"
    )
    assert fewer is not None
    assert fewer.reason is HeldReason.WOULD_LOCK_OUT
    assert safe_access("permissions", old, b'{"permissions":[]}', "somebody") is None
    grown = old.replace(b"read/space", b"administer/space")
    wider = safe_access("permissions", old, grown, "somebody")
    assert wider is not None
    assert wider.reason is HeldReason.NO_REWRITER
