"""The owner of a personal label in CQL is found and stays; other labels and texts with a tilde name nobody."""

from __future__ import annotations

import pytest

from rules.model import HeldReason, Kind
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, RULES, Directory, part


@pytest.mark.parametrize(
    "query",
    ['label = "~ann:favourite"', "label in (~ann:fav, x)", "content.label != '~ann:fav' order by created"],
)
def test_the_owner_of_a_personal_label_is_held_and_the_rest_rewritten(query: str) -> None:
    result = rewrite(part(f"creator = ann or {query}".encode(), Kind.CQL), RULES, Directory({"ann": ANN}))
    assert result.data.decode() == f'creator = "{ANN}" or {query}'
    assert [(hold.rule, hold.reason, hold.subject.reveal()) for hold in result.holds] == [
        ("legacy-cql-user", HeldReason.NO_REWRITER, "ann")
    ]


@pytest.mark.parametrize("query", ['label = "~fav"', 'title ~ "~ann:fav"', 'label = "my:fav"', 'label = "~@self:fav"'])
def test_other_labels_and_texts_name_nobody(query: str) -> None:
    assert scan(part(query.encode(), Kind.CQL), RULES).matches == ()
