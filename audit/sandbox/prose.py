"""Paragraphs for pages of an invented optics company, in the storage format's XHTML with its named entities."""

from __future__ import annotations

from typing import Final

_TEXT: Final = """
The coating line in hall&nbsp;2 runs three shifts from Monday to Friday. Every batch is booked in before the
chamber is pumped down, and the log stays open until the witness samples have been measured&nbsp;&ndash; a batch
without samples does not leave the building.

We agreed to keep the checklist short. What matters is that the second pair of eyes belongs to somebody who did
not assemble the unit; the name goes into the table below and not into a chat message that nobody finds again.

Since the move of the metrology lab the interferometer shares its table with the autocollimator. Please leave
the air cushions on overnight, write the temperature into the sheet and tell the next shift about anything odd.

Die Anlage wird jeden Dienstag gewartet. F&uuml;r R&uuml;ckfragen steht das Team gern bereit; au&szlig;erhalb
der Zeiten hilft die Bereitschaft. &Auml;nderungen am Plan tragen wir immer hier ein, nie nur in der
E&#8209;Mail.

Travel is booked by the person who travels. The caf&eacute; on the ground floor is not a meeting room,
r&eacute;sum&eacute;s are not to be left at the printer, and receipts older than ninety days are not refunded.

A supplier is approved when quality, purchasing and the user of the part have each signed once. An approval
lasts two years. Exceptions are rare, dated, and end with the lot they were made for &mdash; they never renew
themselves.

The release train leaves on the second Wednesday of a month. Whoever misses it waits for the next one; there is
no extra train, because the last extra train cost us a week of re-testing and a very polite letter.

Firmware for the focus drive is built twice, on two machines, and both hashes must agree. Keep the build notes
with the artefact. If a hash differs, stop, do not &ldquo;just rebuild&rdquo;, and call the owner of the
toolchain.

Our lenses are cleaned with the solvent on the blue shelf &amp; nothing else. The gloves are changed after each
tray. Trays that fell count as used even when they look clean: dust below 5&nbsp;&micro;m is invisible and
patient.

New colleagues get a desk, a badge, a buddy and a list. The list is this page. Work through it at your own pace,
tick what is done, and ask about what makes no sense: the page is mended by those who stumbled over it last.

The visitor register is kept for four weeks and then shredded. Names of visitors are never copied into pages,
and a photograph of the register is a copy, too. Deliveries sign on the terminal at gate&nbsp;3.

Claims are answered within five working days. The first answer thanks the customer, names the case number and a
date; it does not guess at causes. Guesses belong into the analysis, where somebody can prove them wrong.

Between 22:00 and 05:00 only the person on call may restart a controller. Everything else can wait until the
morning, and experience says that it does. Write down what you saw <em>before</em> you touch it.

The budget for prototypes is small on purpose. Two variants at most reach the bench; the others are argued away
on paper, with figures, by somebody who would rather have built them.

Meetings start on the hour and end ten minutes before the next. Minutes list decisions, owners and dates&hellip;
not who said what. Whoever needs the discussion was there, and whoever was not there needs the decision.

Access to the archive is granted by the record keeper for one purpose and one month. The archive is not a search
engine: describe what you need, and it will be brought, read under supervision and put back.

Ersatzteile liegen im Lager&nbsp;B, sortiert nach Baugruppe. Wer das letzte St&uuml;ck nimmt, bestellt nach; wer
es nicht tut, erkl&auml;rt es am Montag in der Runde. Das kommt erfahrungsgem&auml;&szlig; nur einmal vor.

Drawings carry one revision letter and one owner. A drawing without an owner is void, however good it is,
because nobody will answer when the workshop calls with the part already in the chuck.

The survey runs every autumn and is anonymous down to groups of eight. Smaller groups are merged with their
neighbours before anybody sees a figure. Free-text answers are read by two people and then deleted.

Optical design keeps its merit functions under version control like any other source. A lens that was optimised
with &ldquo;roughly these weights&rdquo; cannot be reproduced, and what cannot be reproduced was not designed.
"""
PARAGRAPHS: Final = tuple(" ".join(paragraph.split()) for paragraph in _TEXT.strip().split("\n\n"))
"""Invented sentences; the entities are part of the material, since clients must keep their spelling."""

HEADINGS: Final = (
    "Purpose",
    "How we work",
    "Owners and dates",
    "Background",
    "What changed",
    "Open points",
    "Zust&auml;ndigkeiten",
    "Next steps",
    "Exceptions",
    "R&eacute;sum&eacute;",
)


def section(index: int, sentences: int = 2) -> str:
    """Return a heading with paragraphs, chosen by an index; equal indexes give equal text."""
    heading = HEADINGS[index % len(HEADINGS)]
    text = "".join(f"<p>{PARAGRAPHS[(index * 7 + step * 3) % len(PARAGRAPHS)]}</p>" for step in range(sentences))
    return f"<h2>{heading}</h2>{text}"
