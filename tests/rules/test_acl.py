from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.acl import (
    Access,
    Group,
    Permission,
    Principal,
    Restrictions,
    decode,
    decode_permissions,
    encode,
    encode_permissions,
    encode_user,
    entries,
    widened,
)
from rules.jsontree import parse
from rules.model import Unreadable
from tests.rules.parts import ANN, BOB

IDS = st.one_of(st.none(), st.text(max_size=6))
LISTS = st.builds(
    Access,
    st.lists(st.builds(Principal, IDS, IDS, IDS), max_size=3).map(tuple),
    st.lists(st.builds(Group, st.text(max_size=4), st.text(max_size=4)), max_size=2).map(tuple),
)


def unknown(principal: Principal) -> str | None:
    return {"ann": ANN, "bob": BOB}.get(principal.username or "")


def of(*users: Principal, groups: tuple[Group, ...] = ()) -> Restrictions:
    return Restrictions(read=Access(users, groups))


@given(st.builds(Restrictions, LISTS, LISTS))
def test_restrictions_survive_the_way_there_and_back_and_are_canonical(restrictions: Restrictions) -> None:
    data = encode(restrictions)
    assert decode(data) == restrictions
    assert encode(decode(data)) == data


def test_the_canonical_form_is_sorted_compact_and_leaves_out_what_is_missing() -> None:
    restrictions = Restrictions(
        read=Access((Principal(username="ann", user_key="k"), Principal(account_id=ANN)), (Group("g", "G"),))
    )
    assert encode(restrictions) == (
        b'{"read":{"group":[{"id":"g","name":"G"}],"user":[{"userKey":"k","username":"ann"},{"accountId":"'
        + ANN.encode()
        + b'"}]},"update":{"group":[],"user":[]}}'
    )


def test_every_user_object_knows_its_bytes() -> None:
    data = encode(of(Principal(username="ann"), Principal(account_id=ANN)))
    tree = parse(data)
    assert not isinstance(tree, Unreadable)
    found = entries(tree)
    assert [each.node.span.of(data) for each in found] == [
        b'{"username":"ann"}',
        encode_user(Principal(account_id=ANN)),
    ]
    assert [(each.operation, each.index) for each in found] == [("read", 0), ("read", 1)]


@pytest.mark.parametrize(
    "data",
    [
        b"[]", b"{}", b'{"read":{},"update":{}}', b'{"read":{"user":{},"group":[]},"update":{"user":[],"group":[]}}',
        b'{"read":{"user":["x"],"group":[]},"update":{"user":[],"group":[]}}', b"nonsense",
        b'{"read":{"user":[{"username":1}],"group":[]},"update":{"user":[],"group":[]}}',
        b'{"read":{"user":[],"group":[{"id":"x"}]},"update":{"user":[],"group":[]}}',
    ],
)  # fmt: skip
def test_another_shape_is_no_access_list(data: bytes) -> None:
    with pytest.raises(ValueError, match="not "):
        decode(data)


@given(
    st.lists(
        st.builds(Permission, st.text(max_size=4), st.text(max_size=4), st.text(max_size=4), st.text(max_size=4)),
        max_size=3,
    )
)
def test_permissions_survive_the_way_there_and_back(permissions: list[Permission]) -> None:
    assert decode_permissions(encode_permissions(tuple(permissions))) == tuple(permissions)


def test_permissions_of_another_shape_are_refused() -> None:
    for data in (b"[]", b"{}", b'{"permissions":[{"id":"1","operation":"x","principal":"y"}]}', b'{"permissions":[1]}'):
        with pytest.raises(ValueError, match="not an access list"):
            decode_permissions(data)


def test_people_and_groups_do_not_show_in_representations() -> None:
    assert "ann" not in repr(of(Principal(username="ann"), groups=(Group("g", "ann-fans"),)))
    assert "ann" not in repr(Permission("1", "read/space", "user", "ann"))


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (of(Principal(username="ann")), of(), "lets everyone in"),
        (of(groups=(Group("g"),)), of(), "lets everyone in"),
        (of(Principal(username="ann"), groups=(Group("g"),)), of(Principal(account_id=ANN)), "the groups changed"),
        (of(Principal(username="ann")), of(Principal(account_id=BOB)), "somebody was let in"),
        (of(Principal(username="eve")), of(Principal(account_id=ANN)), "somebody was let in"),
        (of(Principal(username="ann"), Principal(username="bob")), of(Principal(account_id=ANN)), "dropped"),
        (
            of(Principal(username="ann"), Principal(username="bob")),
            of(Principal(account_id=BOB), Principal(account_id=ANN)),
            "moved",
        ),
        (Restrictions(update=Access((Principal(username="ann"),))), Restrictions(), "update: "),
    ],
)
def test_what_would_change_who_may_come_in_is_named(before: Restrictions, after: Restrictions, reason: str) -> None:
    found = widened(before, after, unknown)
    assert found is not None
    assert reason in found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (of(), of()),
        (of(Principal(username="ann")), of(Principal(account_id=ANN))),
        (of(Principal(username="ann"), Principal(account_id=ANN)), of(Principal(account_id=ANN))),
        (of(Principal(account_id="ann", username="ann")), of(Principal(account_id=ANN))),
        (
            of(Principal(username="eve"), Principal(username="bob")),
            of(Principal(username="eve"), Principal(account_id=BOB)),
        ),
    ],
)
def test_the_same_people_by_other_identifiers_widen_nothing(before: Restrictions, after: Restrictions) -> None:
    assert widened(before, after, unknown) is None
