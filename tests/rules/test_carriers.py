from __future__ import annotations

from rules.carriers import CARRIERS
from rules.model import Kind, ObjectType
from rules.registry import load

RULES = {rule.id: rule for rule in load()}


def test_every_kind_of_part_has_classes_that_carry_it() -> None:
    assert {*CARRIERS} == {*Kind}
    assert all(CARRIERS.values())


def test_a_rule_is_looked_for_where_its_kinds_stand_unless_it_says_where() -> None:
    assert RULES["code-user-field"].looked_for_in() == {ObjectType.FILE}
    assert {ObjectType.PAGE, ObjectType.TEMPLATE} <= RULES["legacy-mention"].looked_for_in()
    assert RULES["audit-log-address"].looked_for_in() == {ObjectType.AUDIT_RECORD, ObjectType.FILE}
