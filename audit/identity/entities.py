"""People in the `entities.xml` of a backup: a stream of bytes in, one person after the other out.

Source of the shape: exports of Confluence 5.3 to Cloud, `<object class="ConfluenceUserImpl">` with the id `key` and the
properties `name`, `lowerName`, `email` and, in exports of Cloud, `atlassianAccountId`. Older ones have no such object.
Memory does not grow with the file: nothing is kept but the person at hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from xml.parsers import expat

from audit.identity.users import Broken, Person, person

__all__ = ["Broken", "entities_rows"]

CLASS: Final = "ConfluenceUserImpl"
WANTED: Final = frozenset({"key", "name", "lowerName", "email", "atlassianAccountId"})
VALUE_LIMIT: Final = 4096
"""Characters of one value; longer ones identify nobody."""
DEPTH_LIMIT: Final = 200
LAG_LIMIT_BYTES: Final = 64 * 1024 * 1024
"""Bytes that the parser may hold back at most: a tag or a name that never ends."""
_CONTROLS: Final = bytes(range(256)).translate(
    bytes(32 if each < 32 and each not in {9, 10, 13} else each for each in range(256))  # noqa: PLR2004 - below the blank
)
"""Exports hold control characters that XML does not allow; a blank in their place keeps every offset."""
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def entities_rows(pieces: Iterator[bytes]) -> Iterator[Person]:
    """Yield the people of an export. Raises `Broken` when it is not well-formed or declares a document type."""
    reader = _Reader()
    plain = True
    fed = 0
    for number, piece in enumerate(pieces):
        if number == 0:
            plain = not piece.startswith(_UTF_16)
        reader.feed(piece.translate(_CONTROLS) if plain else piece, final=False)
        fed += len(piece)
        if fed - reader.position > LAG_LIMIT_BYTES:
            raise Broken("something in it does not end")
        yield from reader.taken()
    reader.feed(b"", final=True)
    yield from reader.taken()


class _Reader:
    """Handlers of the parser, and the person that is being read."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._depth = 0
        self._person_depth = 0
        """Depth of the object of the person at hand, 0 outside of any."""
        self._field = ""
        self._text: list[str] = []
        self._values: dict[str, str] = {}
        self._done: list[Person] = []

    @property
    def position(self) -> int:
        """Return how far the parser has come, in bytes."""
        return self._parser.CurrentByteIndex

    def feed(self, piece: bytes, *, final: bool) -> None:
        """Parse one more piece."""
        try:
            self._parser.Parse(piece, final)
        except expat.ExpatError as error:
            why = f"line {error.lineno} is not well-formed: {expat.errors.messages[error.code]}"
        else:
            return
        raise Broken(why)

    def taken(self) -> list[Person]:
        """Return the people that were read since the last call."""
        done, self._done = self._done, []
        return done

    def _doctype(self, *_: object) -> None:
        raise Broken("it declares a document type, which a backup never does")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise Broken(f"it is nested deeper than {DEPTH_LIMIT} levels")
        if name == "object" and attributes.get("class") == CLASS:
            self._person_depth, self._values = self._depth, {}
        elif self._person_depth and self._depth == self._person_depth + 1 and name in {"id", "property"}:
            field = attributes.get("name", "")
            if field in WANTED and (name == "id") == (field == "key"):
                self._field, self._text = field, []
                self._parser.CharacterDataHandler = self._characters

    def _characters(self, text: str) -> None:
        if sum(map(len, self._text)) <= VALUE_LIMIT:
            self._text.append(text[: VALUE_LIMIT + 1])

    def _end(self, name: str) -> None:
        if self._field and self._depth == self._person_depth + 1:
            text = "".join(self._text)
            self._values[self._field] = text if len(text) <= VALUE_LIMIT else ""
            self._field = ""
            self._parser.CharacterDataHandler = None
        elif name == "object" and self._depth == self._person_depth:
            value = self._values.get
            username = value("name", "") or value("lowerName", "")
            self._done.append(person(value("key", ""), username, value("email", ""), value("atlassianAccountId", "")))
            self._person_depth = 0
        self._depth -= 1
