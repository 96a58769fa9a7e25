from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.acl import (
    Access,
    Group,
    Permission,
    Placed,
    Principal,
    Restrictions,
    Tree,
    admitted,
    credited,
    decode,
    decode_permissions,
    demands,
    encode,
    encode_permissions,
    encode_user,
    entries,
    newcomer,
    widened,
    wider,
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


PEOPLE = tuple(Principal(account_id=f"712020:0000000{number}-5b1d-4f6a-9c0e-2a7d3b8f6e10") for number in range(3))
STRANGER = Principal(account_id="712020:99999999-5b1d-4f6a-9c0e-2a7d3b8f6e10")
GROUPS = ("staff", "board")
ACCESS = st.builds(
    Access,
    st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(tuple),
    st.lists(st.sampled_from(GROUPS), max_size=2, unique=True).map(lambda names: tuple(Group(one) for one in names)),
)
RESTRICTED = st.builds(Restrictions, ACCESS, ACCESS)


@st.composite
def trees(draw: st.DrawFn) -> tuple[Tree, Tree]:
    """Draw the same tree twice, with other lists on some of its pages."""
    parents = [draw(st.sampled_from(["", *map(str, range(number))])) for number in range(draw(st.integers(1, 4)))]
    lists = [draw(RESTRICTED) for _ in parents]
    changed = [draw(st.one_of(st.just(own), RESTRICTED)) for own in lists]
    space = draw(RESTRICTED)
    first, second = (
        Tree({str(number): Placed(own, up) for number, (own, up) in enumerate(zip(some, parents, strict=True))}, space)
        for some in (lists, changed)
    )
    return first, second


def who(tree: Tree, name: str, operation: str) -> set[tuple[Principal, frozenset[str]]]:
    """Return everybody who may do something with an object: each person, in each set of groups, asked one by one."""

    def on(access: Access, person: Principal, groups: frozenset[str]) -> bool:
        empty = not access.users and not access.groups
        return empty or person in access.users or any(group.id in groups for group in access.groups)

    def reads(at: str, person: Principal, groups: frozenset[str]) -> bool:
        if not at:
            return on(tree.space.read, person, groups)
        return on(tree.objects[at].own.read, person, groups) and reads(tree.objects[at].parent, person, groups)

    def edits(person: Principal, groups: frozenset[str]) -> bool:
        return on(tree.space.update, person, groups) and on(tree.objects[name].own.update, person, groups)

    # One group that no list names stands for all others.
    subsets = [frozenset(some) for size in range(4) for some in combinations((*GROUPS, "others"), size)]
    return {
        (person, groups)
        for person in (*PEOPLE, STRANGER)
        for groups in subsets
        if reads(name, person, groups) and (operation == "read" or edits(person, groups))
    }


@given(trees())
@settings(max_examples=300, deadline=None)
def test_access_is_wider_exactly_where_somebody_can_do_what_he_could_not(drawn: tuple[Tree, Tree]) -> None:
    before, after = drawn
    found = {(one.id, one.operation) for one in wider(before, after, unknown)}
    expected = {
        (name, operation)
        for name in before.objects
        for operation in ("read", "update")
        if who(after, name, operation) - who(before, name, operation)
    }
    assert found == expected


@given(trees(), st.sampled_from((*PEOPLE, STRANGER)), st.sets(st.sampled_from(GROUPS)))
def test_who_is_admitted_is_whoever_is_on_each_list(
    drawn: tuple[Tree, Tree], person: Principal, groups: set[str]
) -> None:
    for name in drawn[0].objects:
        for operation in ("read", "update"):
            lists = demands(drawn[0], name, operation)
            assert admitted(lists, person, frozenset(groups)) == (
                (person, frozenset(groups)) in who(drawn[0], name, operation)
            )


def test_a_list_that_opens_below_a_closed_page_lets_nobody_in() -> None:
    closed, opened = of(Principal(account_id=ANN)), Restrictions()
    above = Placed(closed)
    before = Tree({"1": above, "2": Placed(closed, "1")})
    assert wider(before, Tree({"1": above, "2": Placed(opened, "1")}), unknown) == ()
    alone = Tree({"2": Placed(closed, "1")})
    (found,) = wider(alone, Tree({"2": Placed(opened, "1")}), unknown)[:1]
    assert (found.id, found.operation) == ("2", "read")
    assert "could come in" in found.reason


def test_the_same_person_by_an_account_is_no_newcomer_and_an_unknown_one_is_somebody_else() -> None:
    after = Tree({"1": Placed(of(Principal(account_id=ANN)))})
    assert wider(Tree({"1": Placed(of(Principal(username="ann")))}), after, unknown) == ()
    assert [one.operation for one in wider(Tree({"1": Placed(of(Principal(username="eve")))}), after, unknown)] == [
        "read",
        "update",
    ]


def test_a_circle_of_parents_and_a_new_object_are_no_harm() -> None:
    before = Tree({"1": Placed(of(Principal(account_id=ANN)), "2"), "2": Placed(parent="1")})
    after = Tree({**before.objects, "3": Placed()})
    assert wider(before, after, unknown) == ()


def test_a_list_that_keeps_nobody_out_asks_nothing() -> None:
    assert newcomer((Access(),), (), unknown) is None
    assert admitted((Access(),), STRANGER, frozenset())


def test_people_without_an_account_are_credited_with_the_accounts_that_are_new_on_their_list() -> None:
    before = Restrictions(
        read=Access((Principal(username="ann"), Principal(username="bob"), PEOPLE[0]), (Group("g"),)),
        update=Access((Principal(account_id="ann"),)),
    )
    after = Restrictions(
        read=Access((Principal(account_id=ANN), PEOPLE[0]), (Group("g"),)), update=Access((Principal(account_id=BOB),))
    )
    assert credited(before, after) == Restrictions(
        read=Access((Principal(account_id=ANN), Principal(username="bob"), PEOPLE[0]), (Group("g"),)),
        update=Access((Principal(account_id=BOB),)),
    )


@given(trees())
@settings(max_examples=200, deadline=None)
def test_where_no_list_alone_lets_anybody_in_no_tree_of_lists_does(drawn: tuple[Tree, Tree]) -> None:
    before, after = drawn
    alone = [
        newcomer((getattr(before.objects[name].own, operation),), (getattr(one.own, operation),), unknown)
        for name, one in after.objects.items()
        for operation in ("read", "update")
    ]
    if not any(alone):
        assert wider(before, after, unknown) == ()
