"""An account id in the place of a retired identifier is taken for itself, unless the policy holds it."""

from __future__ import annotations

import pytest

from rules.accounts import AS_WRITTEN, misplaced
from rules.model import Account, HeldReason, Unresolved
from tests.rules.parts import ANN


@pytest.mark.parametrize("settled", [True, False])
def test_an_account_that_the_policy_holds_is_not_taken_as_written(*, settled: bool) -> None:
    held = Unresolved(HeldReason.UNRESOLVED, "held", settled=settled)
    assert misplaced(ANN, lambda _: held) == (held if settled else Account(ANN, AS_WRITTEN))
