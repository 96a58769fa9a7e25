"""The language of a report: its words from a gettext catalogue, its numbers and dates from the Unicode CLDR.

English is written in the code and templates and is the msgid. Another language is one file, `locale/<code>.po`: the
code is one that Babel knows. Nothing else has to change, and a catalogue with gaps falls back to English.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, partial
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Final

from reports.sentences import Sentences
from reports.text import grouped, per_cent, size, when

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

DEFAULT: Final = "en"
RUN: Final = "run"
"""Context (msgctxt) of sentences with values that a run records; others with values are messages of the reports."""
_SUFFIX: Final = ".po"
_FIGURE: Final = re.compile(r"(\d{1,3}(?:,\d{3})*(?:\.\d+)?)(?: (%|bytes|kB|MB|GB))?")
"""A number as evidence writes it, with its unit."""


@dataclass(frozen=True, slots=True)
class Language:
    """How one language says what a report says. Every function is pure."""

    code: str
    """As in `lang`: `en`, `de`."""
    text: Callable[[str], str]
    """A message of ours in this language, in English where the catalogue has none."""
    plural: Callable[[str, str, int], str]
    """The same for one and for many."""
    known: Callable[[str], str | None]
    """A sentence that arrived with the evidence, in this language; None where the catalogue does not have it."""
    number: Callable[[int], str]
    share: Callable[[int, int], str]
    """A part of a whole in per cent; never rounded up to all or down to nothing."""
    size: Callable[[int], str]
    """A number of bytes."""
    when: Callable[[str], str]
    """An RFC 3339 time in UTC, which it says."""
    day: Callable[[str], str]
    """An RFC 3339 date; any other text as it is."""

    def say(self, message: str, **values: str | int) -> str:
        """Return a message of ours with its values; whole numbers are written as this language writes them."""
        return self.text(message) % self._written(values)

    def count(self, one: str, many: str, n: int, **values: str | int) -> str:
        """Return the form of a message that `n` asks for, with `n` and the other values in it."""
        return self.plural(one, many, n) % self._written({"n": n, **values})

    def told(self, sentence: str) -> str:
        """Return a sentence of the evidence in this language, or as it is."""
        found = self.known(sentence)
        return sentence if found is None else found

    def _written(self, values: dict[str, str | int]) -> dict[str, str]:
        return {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}


ENGLISH: Final = Language(
    code=DEFAULT,
    text=str,
    plural=lambda one, many, n: one if n == 1 else many,
    known=str,
    number=grouped,
    share=per_cent,
    size=size,
    when=when,
    day=str,
)


def languages() -> tuple[str, ...]:
    """Return the codes of all languages there are, sorted."""
    found = (entry.name.removesuffix(_SUFFIX) for entry in _folder().iterdir() if entry.name.endswith(_SUFFIX))
    return tuple(sorted({DEFAULT, *found}))


@cache
def language(code: str) -> Language:
    """Return a language. Raises `LookupError` for one that `languages` does not list. Reads its catalogue once."""
    if code == DEFAULT:
        return ENGLISH
    if code not in languages():
        raise LookupError(code)
    return _catalogued(code, _folder().joinpath(code + _SUFFIX).read_bytes())


def _folder() -> Traversable:
    return files("reports").joinpath("locale")


def _catalogued(code: str, catalogue: bytes) -> Language:
    from gettext import GNUTranslations

    from babel.core import Locale
    from babel.dates import format_date, format_datetime
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from babel.numbers import format_decimal, format_percent

    locale = Locale.parse(code)
    messages = read_po(BytesIO(catalogue), locale=code)
    packed = BytesIO()
    write_mo(packed, messages)
    packed.seek(0)
    translations = GNUTranslations(packed)
    percent = locale.percent_formats[None].pattern.replace("#,##0", "#,##0.#")

    def fraction(number: Decimal) -> str:
        return format_percent(number / 100, percent, locale)

    def moment(at_utc: datetime) -> str:
        return f"{format_datetime(at_utc, 'medium', UTC, locale)} UTC"

    def day(date: str) -> str:
        try:
            return format_date(datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC), "medium", locale)
        except ValueError:
            return date

    def decimal(number: Decimal) -> str:
        return format_decimal(number, "#,##0.0", locale)

    single = [entry for entry in messages if isinstance(entry.id, str) and entry.id and entry.string]
    sentences = Sentences(
        {str(entry.id): str(entry.string) for entry in single if "%(" not in entry.id},
        {str(entry.id): str(entry.string) for entry in single if entry.context == RUN},
    )

    def known(sentence: str) -> str | None:
        figure = _FIGURE.fullmatch(sentence)
        if figure is None:
            return sentences.find(sentence)
        written = format_decimal(Decimal(figure[1].replace(",", "")), locale=locale)
        return f"{written} {translations.gettext(figure[2])}" if figure[2] else written

    return Language(
        code=code,
        text=translations.gettext,
        plural=translations.ngettext,
        known=known,
        number=partial(format_decimal, locale=locale),
        share=partial(per_cent, fraction=fraction),
        size=partial(size, decimal=decimal, unit=translations.gettext("bytes")),
        when=partial(when, moment=moment),
        day=day,
    )
