"""Which reader reads which kind of file. Runs in the process that reads; whoever wants a file read asks `Readers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from audit.attachments import archive, cards, html, image, mail, ole, pdf, plain, rtf
from audit.attachments.contents import Contents, Limits
from audit.attachments.gathered import Broken, Full, Gathered, NotRead
from audit.attachments.kinds import Format, claimed, fits, kind_of

Reader = Callable[[bytes, Gathered], None]
_READERS: Final[Mapping[Format, Reader]] = {
    Format.CARDS: cards.read,
    Format.CSV: plain.read_table,
    Format.HEIC: image.read_heic,
    Format.HTML: html.read,
    Format.IMAGE: image.read,
    Format.JSON: plain.read_json,
    Format.MAIL: mail.read,
    Format.MAILBOX: mail.read_mailbox,
    Format.OLE: ole.read,
    Format.PDF: pdf.read,
    Format.RTF: rtf.read,
    Format.TEXT: plain.read_text,
    Format.ZIP: archive.read,
}


def contents(name: str, media_type: str, data: bytes, limits: Limits) -> Contents:
    """Return what is in a file. Errors of libraries that nobody expects pass: they end the process."""
    out = Gathered(limits, into)
    try:
        into(name, media_type, data, out)
    except NotRead as error:
        out.gap(str(error), skipped=True)
    except Broken as error:
        out.gap(str(error))
    except Full as error:
        out.gap(f"{error}; what follows was not read")
    return out.contents()


def into(name: str, media_type: str, data: bytes, out: Gathered) -> None:
    """Gather what is in a file, which may lie in another one."""
    if not data:
        return
    kind = kind_of(name, media_type, data)
    said = claimed(name)
    if said is not None and not fits(said, kind):
        out.note(f"its name says {said.value}, its bytes say {kind.value}")
    reader = _READERS.get(kind)
    if reader is None:
        raise NotRead(f"{kind.value}: this kind of file is not read")
    reader(data, out)
