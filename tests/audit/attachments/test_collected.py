"""Files that nobody here made, hostile ones among them: each ends with texts, as skipped or as failed."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audit.attachments.contents import LIMITS, Failed, Skipped, Texts
from audit.attachments.readers import Readers
from audit.attachments.reading import contents

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "attachments"
EVERY = 6
"""One in so many files is read here; `python -m bench.attachments` reads them all."""
OURS = ("crashed", "ended before it answered", "exit code", "failed with")
"""What a reason says where a reader, and not the file, is to blame."""


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs ../shared/corpus/attachments")
def test_every_collected_file_ends_somehow_and_no_reader_gives_up() -> None:
    files = sorted(path for path in CORPUS.rglob("*") if path.is_file())[::EVERY]
    with Readers(2) as readers, ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda path: readers.read(path.name, "", path.read_bytes()), files))
    outcomes = Counter(type(each) for each in done)
    assert set(outcomes) <= {Texts, Skipped, Failed}
    assert outcomes[Texts] > len(files) * 0.7
    reasons = [
        reason for each in done for reason in (each.gaps if isinstance(each, Texts) else (each.reason,)) if reason
    ]
    assert [reason for reason in reasons if any(word in reason for word in OURS)] == []
    assert readers.peak_bytes < 400 << 20


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs ../shared/corpus/attachments")
@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("apache+poi/WithComments.ppt", {"content", "comments[1]", "comments[1]/author", "metadata/author"}),
        ("apache+poi/HeaderFooterProblematic.doc", {"content", "metadata/path", "metadata/last-modified-by"}),
        ("apache+tika/embedded.docx", {"content", "member[2]/member[2]/content/page[1]"}),
        ("microsoft+markitdown/packages/markitdown/tests/test_files/test_outlook_msg.msg", {"headers", "content"}),
    ],
)
def test_files_of_the_old_formats_give_their_texts(name: str, paths: set[str]) -> None:
    file = CORPUS / name
    found = contents(file.name, "", file.read_bytes(), LIMITS)
    assert isinstance(found, Texts)
    assert paths <= {each.path for each in found.pieces}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs ../shared/corpus/attachments")
@pytest.mark.parametrize(
    "name", ["password.xls", "protect.xlsx", "testWORD_protected_passtika.docx", "testUnicodePassword.pdf"]
)
def test_files_with_a_password_say_so(name: str) -> None:
    found = contents(name, "", (CORPUS / "apache+tika" / name).read_bytes(), LIMITS)
    reasons = found.gaps if isinstance(found, Texts) else (found.reason,)
    assert reasons == ("encrypted: it needs a password",)
