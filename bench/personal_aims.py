"""Where the aims of precision and recall are met, kind by kind and set by set, and where they are missed.

The aims: precision of 0.98 where a number has check digits and of 0.95 for telephones and e-mail; recall above
Presidio's, or 1.0 where Presidio has that. All of Presidio's findings count, whatever their score, so that the fair
comparison with them is that of all of ours, those of low confidence included; what we are surer of stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.personal_score import STATE, Tally

CHECKED: Final = 0.98
CONTACT: Final = 0.95
PRECISION: Final = {
    **dict.fromkeys(("bank_account", "payment_card", "vat_id", STATE), CHECKED),
    **dict.fromkeys(("email", "phone"), CONTACT),
}
"""Kind -> the share of right findings that is aimed at; there is no such aim for the others."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of one set: the counts of ours from medium confidence on, of all of ours, of Presidio's."""

    of: str
    """The set."""
    kind: str
    ours: Tally
    low_too: Tally
    theirs: Tally

    @property
    def met(self) -> bool:
        """Return whether the recall of what we are surer of is above Presidio's."""
        return _above(self.ours.recall, self.theirs.recall)

    @property
    def met_low_too(self) -> bool:
        """Return whether the recall of all our findings is above that of all of Presidio's."""
        return _above(self.low_too.recall, self.theirs.recall)

    @property
    def precise(self) -> bool:
        """Return whether the precision is what is aimed at, or nothing is aimed at or found."""
        aim = PRECISION.get(self.kind, 0)
        return math.isnan(self.ours.precision) or self.ours.precision >= aim


def _above(ours: float, theirs: float) -> bool:
    return ours > theirs or ours == theirs == 1


def summed(of: str, kind: str, lines: Sequence[Mapping[str, Sequence[Tally]]]) -> Compared:
    """Return one kind of one set; `lines` are the counts by kind and text of ours, of all of ours, of Presidio's."""
    ours, low_too, theirs = (sum(line.get(kind, ()), Tally()) for line in lines)
    return Compared(of, kind, ours, low_too, theirs)


def report(compared: Iterable[Compared]) -> Iterator[str]:
    """Yield the table of all kinds that are labelled, and one line an aim that tells where it is missed."""
    rows = [each for each in compared if each.ours.right + each.ours.missed]
    yield "\n### Aims, kind by kind\n"
    head = ("set", "kind", "labelled", "recall: ours", "low too", "Presidio", "precision: ours", "low too", "Presidio")
    yield f"| {' | '.join(head)} | recall above |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for each in rows:
        shares = (
            *(_share(tally.recall) for tally in (each.ours, each.low_too, each.theirs)),
            *(_share(tally.precision) for tally in (each.ours, each.low_too, each.theirs)),
        )
        word = "yes" if each.met else "low too" if each.met_low_too else "no"
        yield f"| {each.of} | {each.kind} | {each.ours.right + each.ours.missed} | {' | '.join(shares)} | {word} |"
    aimed = [each for each in rows if each.kind in PRECISION]
    yield ""
    yield f"Recall above Presidio's, or 1.0 where it has that: {_missed(rows, [not each.met for each in rows])}."
    yield f"The same with findings of low confidence: {_missed(rows, [not each.met_low_too for each in rows])}."
    yield f"Precision as aimed: {_missed(aimed, [not each.precise for each in aimed])}."


def _missed(rows: Sequence[Compared], missed: Sequence[bool]) -> str:
    """Return on how many kinds of sets an aim is met, and on which it is missed."""
    names = [f"{each.kind} ({each.of})" for each, is_missed in zip(rows, missed, strict=True) if is_missed]
    of = f"{len(rows) - len(names)} of {len(rows)} kinds of sets"
    return f"{of}; missed on {', '.join(names)}" if names else of


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"
