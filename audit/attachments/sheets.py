"""The cells of workbooks, of the older format too: a line a row, tabs between cells, the first row as headings."""

from __future__ import annotations

import io
from typing import Final

import python_calamine

from audit.attachments.gathered import Broken, Gathered
from audit.attachments.package import ENCRYPTED
from audit.attachments.plain import lines

_CANNOT: Final = (python_calamine.CalamineError, ValueError, OSError)


def read_cells(data: bytes, out: Gathered) -> None:
    """Take the cells of every sheet, hidden ones included, and the names of the sheets."""
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        out.add("content/names", "\n".join(workbook.sheet_names))
    except python_calamine.PasswordError:
        raise Broken(ENCRYPTED) from None
    except _CANNOT as error:
        raise Broken(f"the workbook cannot be opened: {type(error).__name__}") from None
    for number in range(len(workbook.sheet_names)):
        try:
            rows = workbook.get_sheet_by_index(number).to_python()
        except python_calamine.WorksheetNotFound:
            continue  # a chart on a sheet of its own
        except _CANNOT as error:
            out.gap(f"content/sheet[{number + 1}] cannot be read: {type(error).__name__}")
            continue
        out.add(f"content/sheet[{number + 1}]", lines(rows))
