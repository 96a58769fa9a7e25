"""Text in pictures: read by a program that somebody else wrote, and only where somebody asks for it."""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner, Result
from PIL import Image, ImageDraw

from audit.attachments.contents import LIMITS, Failed, Limits, Picture, Piece, Texts
from audit.attachments.ocr import Bounds, Ocr
from audit.attachments.readers import Readers
from audit.attachments.reading import contents
from audit.attachments.standing import Standing
from audit.cli.audit import audit
from audit.cli.scan import scan
from audit.errors import UsageError
from rules.model import Kind
from tests.audit.attachments import made

PROGRAM = """import sys, time, os
if sys.argv[1:] == ["--version"]:
    print("tesseract 5.9.9")
elif sys.argv[1:] == ["--list-langs"]:
    print("List of available languages (2):\\neng\\ndeu")
else:
    data = sys.stdin.buffer.read()
    DEED
"""
SAY = 'print("mail jo@acme-optics.se", *sys.argv[1:], data[1:4].decode(), "\\f")'
SHORT = Bounds(wall_s=20, file_wall_s=1.5)
DRAWN = replace(LIMITS, pictures=3)


def program(deed: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-c", PROGRAM.replace("DEED", deed))


def sketch(*, size: tuple[int, int] = (200, 80), mode: str = "RGB") -> Image.Image:
    """Return a picture with a line in it."""
    picture = Image.new(mode, size, "white")
    ImageDraw.Draw(picture).line((0, 0, *size), fill="black", width=3)
    return picture


def saved(picture: Image.Image, form: str = "PNG", *more: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **({"save_all": True, "append_images": more} if more else {}))
    return file.getvalue()


def drawn(name: str, data: bytes, limits: Limits = DRAWN) -> Texts:
    found = contents(name, "", data, limits)
    assert isinstance(found, Texts), found
    return found


@pytest.fixture(scope="module")
def echo() -> Ocr:
    return Ocr.opened("eng+deu", program(SAY))


def test_a_picture_and_each_page_without_text_are_read_where_ocr_is_on(echo: Ocr) -> None:
    with Readers(1, ocr=echo) as readers:
        found = readers.read("a.pdf", "", saved(sketch(), "PDF", sketch(), Image.new("RGB", (99, 99), "white")))
    assert isinstance(found, Texts)
    said = b"mail jo@acme-optics.se stdin stdout -l eng+deu PNG \n\n"
    assert [piece for piece in found.pieces if "picture" in piece.path] == [
        Piece("content/page[1]/picture", said, Kind.TEXT),
        Piece("content/page[2]/picture", said, Kind.TEXT),
    ]
    assert (found.gaps, found.notes, echo.shown) == ((), (), "eng+deu (tesseract 5.9.9)")


def test_where_ocr_is_off_nothing_is_drawn_and_it_is_said() -> None:
    found = drawn("a.pdf", saved(sketch(), "PDF", sketch()), LIMITS)
    assert (found.pictures, found.passed) == ((), 2)


@pytest.mark.parametrize(
    ("name", "data", "paths"),
    [
        ("a.png", saved(sketch()), ["content/picture"]),
        ("a.png", saved(sketch(mode="RGBA")), ["content/picture"]),
        ("a.gif", saved(sketch(), "GIF", sketch(size=(99, 99))), ["content/picture"]),
        ("a.tif", saved(sketch(), "TIFF", sketch()), ["content/page[1]/picture", "content/page[2]/picture"]),
        ("a.zip", made.zipped({"x.txt": "x", "b.png": saved(sketch())}), ["member[2]/content/picture"]),
        ("icon.png", saved(sketch(size=(5, 200))), []),
        ("blank.png", saved(Image.new("RGB", (200, 200), "red")), []),
    ],
)
def test_pictures_of_each_kind_are_drawn_with_their_place(name: str, data: bytes, paths: list[str]) -> None:
    found = drawn(name, data)
    assert [picture.path for picture in found.pictures] == paths
    assert found.gaps == ()
    for picture in found.pictures:
        with Image.open(io.BytesIO(picture.png)) as image:
            assert (image.mode, image.format) == ("L", "PNG")


def test_what_is_transparent_is_white() -> None:
    picture = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((40, 40, 60, 60), fill=(0, 0, 0, 255))
    with Image.open(io.BytesIO(drawn("a.png", saved(picture)).pictures[0].png)) as image:
        assert (image.getpixel((2, 2)), image.getpixel((100, 100))) == (255, 0)


def test_large_pictures_and_pages_are_made_smaller() -> None:
    limits = replace(DRAWN, picture_pixels=10_000)
    page = pypdf.PdfWriter()
    page.append(io.BytesIO(saved(sketch(size=(3000, 3000)), "PDF")))
    file = io.BytesIO()
    page.write(file)
    large = saved(sketch(size=(1500, 1500)))
    for name, data in (("a.pdf", file.getvalue()), ("a.png", large)):
        with Image.open(io.BytesIO(drawn(name, data, limits).pictures[0].png)) as image:
            assert image.size in {(100, 100), (3000, 3000)} if name == "a.png" else image.size == (100, 100)


def test_what_is_not_drawn_is_a_gap() -> None:
    too_many = drawn("a.tif", saved(sketch(), "TIFF", *[sketch()] * 4))
    assert len(too_many.pictures) == 3
    assert too_many.gaps == ("2 pictures or pages not read by OCR: there are too many for one file",)
    too_much = contents("a.png", "", saved(sketch()), replace(DRAWN, pictures_bytes=50))
    assert too_much == Failed("1 picture or page not read by OCR: there are too many for one file")
    too_large = contents("a.png", "", saved(sketch()), replace(DRAWN, decoded_pixels=15_999))
    assert too_large == Failed("content/picture is not read by OCR: it has more than 15,999 pixels")
    cut = contents("a.jpg", "", saved(sketch(size=(900, 900)), "JPEG")[:-300], DRAWN)
    assert cut == Failed("content/picture is not read by OCR: it cannot be decoded: OSError")


@pytest.mark.parametrize(
    ("deed", "bounds", "reason"),
    [
        ("time.sleep(99)", Bounds(wall_s=1.5), "it took more than 1.5 s"),
        ("sys.stdout.close(); os.close(1); os.close(0); time.sleep(99)", Bounds(wall_s=1.5), "it took more than 1.5 s"),
        ("exec('while True: pass')", Bounds(cpu_s=1), "it took more than 1 s of computing time"),
        ("sys.exit(3)", Bounds(), "tesseract ended with exit code 3"),
        ("os.abort()", Bounds(), "its process was ended by signal 6, which mostly means that memory ran out"),
        ("print('x' * 5000)", Bounds(text_bytes=4000), "it has more than 4,000 bytes of text"),
    ],
)
def test_a_program_that_fails_costs_the_picture_only(deed: str, bounds: Bounds, reason: str) -> None:
    ocr = Ocr.opened("eng", program(deed), bounds)
    kept = Piece("content", b"text", Kind.TEXT)
    found = ocr.read(Texts((kept,), pictures=(Picture("content/page[2]/picture", b"png"),)))
    assert found == Texts((kept,), gaps=(f"content/page[2]/picture is not read by OCR: {reason}",))
    assert not ocr._running


def test_all_pictures_of_a_file_have_a_limit_together() -> None:
    ocr = Ocr.opened("eng", program("time.sleep(99)"), SHORT)
    found = ocr.read(Texts((), pictures=tuple(Picture(f"content/page[{number}]/picture", b"") for number in (1, 2, 3))))
    assert isinstance(found, Texts)
    assert [gap.partition(": ")[2] for gap in found.gaps[1:]] == ["the pictures of this file took more than 1.5 s"] * 2


def test_the_program_cannot_write_and_gets_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFLUENCE_GDPR_TOKEN", "canary")
    path = tmp_path / "x"
    writes = f"os.write(os.open({str(path)!r}, os.O_CREAT | os.O_WRONLY), b'x')"
    ocr = Ocr.opened("eng", program(f"print(*os.environ) if data else exec({writes!r})"))
    found = ocr.read(Texts((), pictures=(Picture("a", b""), Picture("b", b"x"))))
    assert isinstance(found, Texts)
    assert found.gaps == ("a is not read by OCR: tesseract ended with exit code 1",)
    assert not path.exists() or path.stat().st_size == 0
    assert b"CONFLUENCE_GDPR_TOKEN" not in found.pieces[0].text


def test_the_program_gets_no_socket_where_system_calls_are_filtered() -> None:
    with Readers(1) as readers:
        readers.read("a.txt", "", b"x")
        if readers.standing is None or Standing.CALLS not in readers.standing:
            pytest.skip("this system does not filter system calls")
    found = Ocr.opened("eng", program("__import__('socket').socket()")).read(Texts((), pictures=(Picture("a", b""),)))
    assert found == Texts((), gaps=("a is not read by OCR: tesseract ended with exit code 1",))


def test_what_is_closed_reads_nothing_more(echo: Ocr) -> None:
    ocr = Ocr.opened("eng", program(SAY))
    ocr.close()
    assert ocr.read(Texts((), pictures=(Picture("a", b""),))) == Texts(
        (), gaps=("a is not read by OCR: it was stopped",)
    )


@pytest.mark.parametrize(
    ("languages", "command", "message"),
    [
        ("eng", ("no-such-program",), "needs the program tesseract, which is not there"),
        ("eng+fra", program(SAY), "does not know the language fra (--ocr)"),
        ("", program(SAY), "These are no languages"),
        ("-c x", program(SAY), "These are no languages"),
        ("eng", (sys.executable, "-c", "print('hello')"), "it does not say its version"),
        ("eng", (sys.executable, "-c", "raise SystemExit(9)"), "tesseract ended with exit code 9"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_read(
    languages: str, command: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        Ocr.opened(languages, command)
    assert message in str(caught.value)
    assert caught.value.fix


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "tesseract").write_text(f"#!{sys.executable}\n{PROGRAM.replace('DEED', SAY)}", encoding="utf-8")
    (folder / "tesseract").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    (tmp_path / "a.png").write_bytes(saved(sketch()))
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(scan, ["--rule", "email-address", *arguments])


def test_scan_finds_what_a_picture_shows(installed: Path) -> None:
    found = run("--ocr", "eng", str(installed / "a.png"))
    assert found.exit_code == 1
    assert (
        "a.png:content/picture: medium severity, medium confidence: E-mail address: j***@a***.se"
        " (it is written as an e-mail address; read by OCR, " in found.stdout
    )
    assert found.stderr == ""
    assert run(str(installed / "a.png")).exit_code == 0


def test_ocr_is_refused_where_no_file_is_read(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = run("--ocr", "eng", "--no-documents", str(installed / "a.png")).exception
    assert isinstance(refused, UsageError)
    for name in ("TOKEN", "EMAIL"):
        monkeypatch.setenv(f"CONFLUENCE_GDPR_{name}", "ada@acme-optics.se")
    folder = installed / "runs"
    refused = (
        CliRunner().invoke(audit, ["https://acme.atlassian.net", "--ocr", "eng", "--workspace", str(folder)]).exception
    )
    assert isinstance(refused, UsageError)
    assert "--include attachment-contents" in refused.why
    assert not list(folder.rglob("run.db"))


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_the_real_program_reads_what_is_written() -> None:
    picture = Image.new("L", (900, 120), 255)
    ImageDraw.Draw(picture).text((20, 20), "mail tilda", fill=0, font_size=60)
    with Readers(1, ocr=Ocr.opened("eng")) as readers:
        found = readers.read("a.png", "", saved(picture))
    assert isinstance(found, Texts)
    assert [(piece.path, piece.text.split()) for piece in found.pieces] == [("content/picture", [b"mail", b"tilda"])]
