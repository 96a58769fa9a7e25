"""XML of documents, event by event: nothing is kept, no document type is accepted, nothing outside is looked up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NoReturn, Protocol
from xml.parsers import expat

from audit.attachments.gathered import Broken

_DEPTH: Final = 2_000


class Handler(Protocol):
    """What looks at the events. Names come without their namespace, as do those of attributes."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""

    def end(self, name: str) -> None:
        """Meet the end of an element."""

    def text(self, data: str) -> None:
        """Meet characters; a text may come in several pieces."""


def parse(pieces: Iterable[bytes], handler: Handler) -> None:
    """Tell `handler` what is in a document. Raises `Broken` when it is not well-formed or declares a document type."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise Broken(f"its XML is more than {_DEPTH:,} levels deep")
        handler.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(_local(name))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    try:
        for piece in pieces:
            parser.Parse(piece, False)  # noqa: FBT003 - the signature of expat
        parser.Parse(b"", True)  # noqa: FBT003 - the same
    except expat.ExpatError as error:
        raise Broken(f"its XML is not well-formed: {expat.ErrorString(error.code)}") from None


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse(*_: object) -> NoReturn:
    raise Broken("its XML declares a document type, which may lead outside or unfold: it was not read")
