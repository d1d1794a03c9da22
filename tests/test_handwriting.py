"""Photographs of the learner's own digits: files of every kind, and what a phone and a hand make of a digit."""

import gzip
import os
import shutil
import struct
import tempfile
import zlib
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

import photographs
from dlcourse import CourseError, read_digit, read_digits, show_reading

INK, PAPER = (30, 60, 120), (250, 240, 200)


def stencil(height=300, width=200):
    """A 7, off the centre: 100 pixels high, 60 wide, strokes of 15."""
    drawing = np.zeros((height, width), dtype=bool)
    drawing[20:35, 90:150] = True
    drawing[20:120, 135:150] = True
    return drawing


def expected_digit():
    """What the stencil should become: each of its 5×5 squares is a pixel, the centre of mass in the middle of 28×28."""
    small = stencil()[20:120, 90:150].reshape(20, 5, 12, 5).mean(axis=(1, 3))
    down, right = np.round(14 - np.array(ndimage.center_of_mass(small))).astype(int)
    picture = np.zeros((28, 28, 1))
    picture[down : down + 20, right : right + 12, 0] = small
    return picture


def painted(ink=INK, paper=PAPER):
    return Image.fromarray(np.where(stencil()[..., None], np.uint8(ink), np.uint8(paper)))


def assert_digit(result):
    assert result.shape == (28, 28, 1) and result.dtype == np.float32
    assert 0 <= result.min() and result.max() <= 1
    # Half a pixel of play: the centre of mass isn't rounded, and edges are smooth.
    assert np.abs(result - expected_digit()).mean() < 0.05
    assert np.allclose(ndimage.center_of_mass(result[..., 0]), 14, atol=0.1)
    drawn = np.argwhere(result[..., 0] > 0.5)
    assert np.abs(np.ptp(drawn, axis=0) + 1 - (20, 12)).max() <= 1


@pytest.mark.parametrize("kind, mode", [
    *(("png", mode) for mode in ("L", "RGB", "RGBA", "LA", "P", "1")), ("jpg", "L"), ("jpg", "RGB"), ("jpg", "CMYK"),
    ("gif", "P"), ("webp", "RGB"), ("bmp", "RGB"), ("tiff", "CMYK"), ("tiff", "LA"),
])  # fmt: skip
@pytest.mark.parametrize("ink, paper", [(INK, PAPER), (PAPER, INK)])
def test_read_digit(kind, mode, ink, paper, tmp_path):
    path = tmp_path / f"seven.{kind}"
    picture = painted(ink, paper)
    (picture.quantize(4) if mode == "P" else picture.convert(mode, dither=Image.Dither.NONE)).save(path)
    for given in (path, str(path)):
        assert_digit(read_digit(given))


@pytest.mark.parametrize("kind, dtype", [("png", "uint16"), ("tiff", "uint16"), ("tiff", "int32"), ("tiff", "float32")])
@pytest.mark.parametrize("ink, paper", [(3000, 61000), (61000, 3000)])
def test_read_digit_of_many_bits(kind, dtype, ink, paper, tmp_path):
    path = tmp_path / f"seven.{kind}"
    Image.fromarray(np.where(stencil(), ink, paper).astype(dtype)).save(path)
    assert_digit(read_digit(path))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "gif"])
@pytest.mark.parametrize("ink, paper", [((20, 0, 60), 1.0), ((255, 240, 230), 0.0)])
def test_read_digit_transparent(mode, ink, paper, tmp_path):
    """Only the ink is opaque; what shines through has the ink's own colour, so nothing but opacity tells."""
    path = tmp_path / f"seven.{'gif' if mode == 'gif' else 'png'}"
    if mode in ("P", "gif"):
        picture = Image.fromarray(stencil().astype("uint8")).convert("P")
        picture.putpalette([*ink, *ink] + [0] * 762)
        picture.save(path, transparency=0)
    else:
        picture = painted(ink, ink)
        picture.putalpha(Image.fromarray(stencil().astype("uint8") * 255))
        picture.convert(mode).save(path)
    assert_digit(read_digit(path))


def test_read_digit_of_a_phone_that_stores_two_pictures(tmp_path):
    """Many phones put a second picture into their JPEG files, which Pillow then calls by another name."""
    painted().save(tmp_path / "seven.jpg", "MPO", save_all=True, append_images=[painted(PAPER, INK)], quality=95)
    with Image.open(tmp_path / "seven.jpg") as picture:
        assert picture.format == "MPO"
    assert_digit(read_digit(tmp_path / "seven.jpg"))


def test_read_digit_runs_no_program(tmp_path, sentence):
    """PostScript is a program. Pillow gives it to Ghostscript, whatever the file's name; this one writes a file."""
    # Ghostscript keeps programs from writing, but not into the folder for temporary files.
    written = Path(tempfile.gettempdir()) / f"written_by_postscript_{os.getpid()}"
    program = f"({written}) (w) file closefile\n10 10 moveto 50 50 lineto 9 setlinewidth stroke showpage\n"
    path = tmp_path / "digit.png"
    path.write_text(f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 60 60\n%%EndComments\n{program}")
    try:
        if shutil.which("gs"):  # Is this program one that would write its file?
            with Image.open(path) as picture:
                picture.load()
            written.unlink()
        with pytest.raises(CourseError) as caught:
            read_digit(path)
        assert not written.exists(), "Ghostscript was started"
    finally:
        written.unlink(missing_ok=True)
    sentence(caught.value, "digit.png is not a picture")


@pytest.mark.parametrize("orientation, turn", [(3, "ROTATE_180"), (6, "ROTATE_90"), (8, "ROTATE_270")])
def test_read_digit_turned_camera(orientation, turn, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = orientation
    painted().transpose(Image.Transpose[turn]).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    assert_digit(read_digit(tmp_path / "turned.jpg"))


def test_read_digit_large_and_wide(tmp_path):
    """A stroke wider than high, in 24 megapixels: its longer side becomes 20."""
    picture = np.full((4000, 6000), 255, dtype="uint8")
    picture[3000:3200, 400:1400] = 0
    Image.fromarray(picture).save(tmp_path / "dash.png")
    result = read_digit(tmp_path / "dash.png")[..., 0]
    wanted = np.zeros((28, 28))
    wanted[12:17, 4:25] = 1
    wanted[[12, 16]] /= 2  # Its middle lies on pixel 14, so half of each outer row is covered.
    wanted[:, [4, 24]] /= 2
    assert np.abs(result - wanted).mean() < 0.01


def png_header(width, height):
    """The beginning of a 1-bit PNG: enough for its size, and nothing to decode."""
    header = b"IHDR" + struct.pack(">2I5B", width, height, 1, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return start + struct.pack(">I", 100) + b"IDAT"


def unreadable(folder, kind):
    path = folder / "mine.png"
    if kind in ("truncated png", "truncated jpeg"):
        noise = np.random.default_rng(0).integers(0, 255, (90, 90, 3), dtype="uint8")
        Image.fromarray(noise).save(path, kind.split()[1])
        path.write_bytes(path.read_bytes()[:2000])
    elif kind == "100 megapixels":
        Image.new("1", (10_000, 10_000), 1).save(path)
    elif kind == "3600 megapixels":
        path.write_bytes(png_header(60_000, 60_000))
    elif kind == "header only":
        path.write_bytes(png_header(60, 60))
    elif kind in ("text", "empty file"):
        path.write_text("Dear all, please find attached my digit." if kind == "text" else "")
    elif kind == "directory":
        path.mkdir()
    elif kind != "missing":
        size, mode, colour = {
            "one pixel": ((1, 1), "L", 0), "one row": ((200, 1), "L", 0), "one colour": ((50, 50), "RGB", (9, 30, 30)),
            "transparent": ((50, 50), "RGBA", (9, 9, 9, 0)), "16 bits, one value": ((50, 50), "I;16", 700),
        }[kind]  # fmt: skip
        Image.new(mode, size, colour).save(path)
    return path


@pytest.mark.parametrize("kind, words", [
    ("text", "not a picture"), ("empty file", "not a picture"), ("directory", "cannot be read"),
    ("missing", "there is no file mine.png"), ("one colour", "shows nothing"), ("transparent", "shows nothing"),
    ("16 bits, one value", "shows nothing"), ("one pixel", "only 1×1 pixels"), ("one row", "only 200×1 pixels"),
    ("100 megapixels", "huge"), ("3600 megapixels", "huge"), ("truncated png", "cannot be read"),
    ("truncated jpeg", "cannot be read"), ("header only", "cannot be read"),
])  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_read_digit_refuses(kind, words, tmp_path, sentence):
    with pytest.raises(CourseError) as caught:
        read_digit(unreadable(tmp_path, kind))
    text = sentence(caught.value, "mine.png", words)
    assert str(tmp_path) not in text and caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("given", [
    None, 7, b"mine.png", np.zeros((28, 28)), ["mine.png"], "", ".", "https://example.org/7.png", "mine\0.png",
    "x" * 5000,
])  # fmt: skip
def test_read_digit_needs_a_file_name(given, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError) as caught:
        read_digit(given)
    sentence(str(caught.value).replace("x" * 5000, "x").replace("\0", ""))


@pytest.mark.parametrize("error", [RuntimeError("broken planes"), struct.error(), MemoryError(), EOFError("end")])
def test_read_digit_whatever_pillow_raises(error, tmp_path, monkeypatch, sentence):
    def broken(_):
        raise error

    painted().save(tmp_path / "mine.png")
    monkeypatch.setattr("PIL.ImageOps.exif_transpose", broken)
    with pytest.raises(CourseError) as caught:
        read_digit(tmp_path / "mine.png")
    sentence(caught.value, "mine.png cannot be read")


# ---------------------------------------------------------------- What hands and cameras make


def paper():
    """A page of 800×600 without anything on it, in PIL's grey."""
    generator = np.random.default_rng(5)
    return Image.fromarray((230 + 3 * generator.standard_normal((600, 800))).astype("uint8"))


def with_lines(picture, kind):
    pen = ImageDraw.Draw(picture)
    for place in range(40, 800, 60):
        pen.line((0, place, 800, place), fill=140, width=2)
        if kind == "grid":
            pen.line((place, 0, place, 600), fill=140, width=2)
    return picture


def odd(kind):
    picture = paper()
    pen, generator = ImageDraw.Draw(picture), np.random.default_rng(3)
    if kind in ("ruled", "grid"):
        with_lines(picture, kind)
    elif kind == "all ink":
        pen.rectangle((30, 30, 770, 570), fill=20)
    elif kind == "dot":
        pen.ellipse((390, 290, 410, 310), fill=20)
    elif kind == "blot":
        pen.ellipse((300, 200, 500, 400), fill=20)
    elif kind == "scribble":
        pen.line([tuple(place) for place in generator.uniform((200, 100), (600, 500), (40, 2))], fill=20, width=8)
    elif kind == "text":
        for line in range(12):
            pen.text((60, 40 + 40 * line), "Dear all, please find attached my digit", fill=20, font_size=24)
    elif kind == "cut off":
        pen.line((400, 0, 400, 300), fill=20, width=20)
    elif kind == "noise":
        picture = Image.fromarray(generator.integers(0, 256, (400, 400)).astype("uint8"))
    return picture


@pytest.mark.parametrize("size", [(5, 5), (2000, 5), (5, 2000), (800, 30), (90, 5), (9, 9)])
@pytest.mark.filterwarnings("error")
def test_strips_and_stamps_get_a_sentence(size, tmp_path, sentence):
    picture = Image.new("L", size, 230)
    picture.putpixel((size[0] // 2, size[1] // 2), 20)
    picture.save(tmp_path / "mine.png")
    with pytest.raises(CourseError) as caught:
        read_digit(tmp_path / "mine.png")
    sentence(caught.value, "mine.png")


@pytest.mark.parametrize("kind, words", [
    ("no ink", "shows nothing that looks like"), ("ruled", "shows nothing that looks like"), ("grid", "shows nothing"),
    ("all ink", "paper all around"), ("dot", "a blot"), ("blot", "a blot"), ("scribble", "more strokes than a digit"),
    ("text", "84 marks"), ("cut off", "paper all around"), ("noise", "marks on it"),
])  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_what_is_no_digit_gets_a_sentence(kind, words, tmp_path, sentence):
    odd(kind).save(tmp_path / "mine.png")
    for read in (read_digit, read_digits):
        with pytest.raises(CourseError) as caught:
            read(tmp_path / "mine.png")
        sentence(caught.value, "mine.png", words)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 3e38, -3e38])
@pytest.mark.filterwarnings("error")
def test_numbers_that_are_no_brightness(bad, tmp_path):
    """A camera's raw picture with broken rows is read as far as it can be, or refused with a sentence."""
    values = np.where(stencil(), 0.1, 0.9).astype("float32")
    values[0, ::9] = bad
    Image.fromarray(values).save(tmp_path / "raw.tif")
    assert_digit(read_digit(tmp_path / "raw.tif"))
    Image.fromarray(np.full((90, 90), bad, "float32")).save(tmp_path / "raw.tif")
    with pytest.raises(CourseError):
        read_digit(tmp_path / "raw.tif")


def test_a_pipe_is_not_waited_for(tmp_path, sentence):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(CourseError) as caught:
        read_digit(tmp_path / "pipe.png")
    sentence(caught.value, "pipe.png cannot be read (it is no file)")


def test_several_digits_are_read_line_by_line(tmp_path, sentence):
    picture = paper()
    pen = ImageDraw.Draw(picture)
    for line, top in enumerate((60, 340)):
        for column, left in enumerate((40, 260, 540)):
            for stroke in range(3 * line + column + 1):  # The first mark has one bar, the second two, …
                pen.line((left + 30 * stroke, top, left + 30 * stroke, top + 150), fill=30, width=10)
            pen.line((left, top + 150, left + 30 * (3 * line + column), top + 150), fill=30, width=6)
    picture.save(tmp_path / "page.png")
    found = read_digits(tmp_path / "page.png")
    assert found.shape == (6, 28, 28, 1) and found.dtype == np.float32
    bars = [ndimage.label(mark[12, :, 0] > 0.4)[1] for mark in found]
    assert bars == [1, 2, 3, 4, 5, 6]
    with pytest.raises(CourseError) as caught:
        read_digit(tmp_path / "page.png")
    sentence(caught.value, "page.png has 6 digits on it: read_digits")


def test_a_thin_pen_is_made_as_wide_as_mnist_s(tmp_path):
    for width in (6, 20, 36):  # Of 300 pixels: 2, 7 and 12 %.
        picture = paper()
        ImageDraw.Draw(picture).line((400, 150, 400, 450), fill=30, width=width)
        picture.save(tmp_path / "one.png")
        middle = read_digit(tmp_path / "one.png")[14, :, 0]
        assert 2 <= middle.sum() <= 3.2, width


def test_a_pale_pen_shows_in_one_colour_alone(tmp_path):
    """Yellow on white: red and green are as bright as the paper, blue is a sixth darker."""
    picture = Image.new("RGB", (800, 600), (235, 235, 235))
    ImageDraw.Draw(picture).line((400, 150, 400, 450), fill=(235, 235, 195), width=24)
    picture.save(tmp_path / "one.png")
    assert read_digit(tmp_path / "one.png")[5:23, 13:15].min() > 0.3


def test_a_shadow_is_no_ink_and_what_lies_in_it_is_read(tmp_path):
    """A sharp shadow that leaves 40 % of the light on half of the page; a digit on either side, with the same pen."""
    light = np.where(np.arange(800) < 400, 1.0, 0.4)
    page = np.full((600, 800), 235.0)
    for left in (200, 600):
        page[150:450, left : left + 20] = 60
    Image.fromarray((page * light).astype("uint8")).save(tmp_path / "two.png")
    found = read_digits(tmp_path / "two.png")
    assert len(found) == 2 and np.abs(found[0] - found[1]).max() < 0.2


def test_a_fat_digit_is_no_page_and_its_background_no_table(tmp_path):
    picture = Image.new("L", (300, 300), 10)
    ImageDraw.Draw(picture).ellipse((60, 60, 240, 240), fill=240)
    ImageDraw.Draw(picture).ellipse((128, 128, 172, 172), fill=10)
    picture.save(tmp_path / "zero.png")
    zero = read_digit(tmp_path / "zero.png")[..., 0]
    assert zero[14, 14] < 0.4 < 0.8 < min(zero[14, 8], zero[14, 20], zero[8, 14], zero[20, 14]) and zero[5, 5] < 0.1


def test_a_roof_that_stands_apart_belongs_to_its_digit(tmp_path):
    picture = paper()
    pen = ImageDraw.Draw(picture)
    pen.line((360, 150, 480, 150), fill=30, width=16)
    pen.line((360, 188, 360, 300, 460, 300, 460, 420, 360, 420), fill=30, width=16)  # A gap of a tenth of its height.
    picture.save(tmp_path / "five.png")
    assert len(read_digits(tmp_path / "five.png")) == 1


@pytest.fixture(scope="session")
def test_writers():
    """MNIST's test digits and labels, from the original files."""
    folder = Path(os.environ["MNIST_DIR"])
    images = np.frombuffer(gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes()), "uint8", offset=16)
    labels = np.frombuffer(gzip.decompress((folder / "t10k-labels-idx1-ubyte.gz").read_bytes()), "uint8", offset=8)
    return images.reshape(-1, 28, 28), labels


def overlap(one, other):
    """How alike two pictures are: their correlation, the best of shifts by up to two pixels."""
    values = [
        np.corrcoef(np.roll(one, (down, right), (0, 1)).ravel(), other.ravel())[0, 1]
        for down in range(-2, 3)
        for right in range(-2, 3)
    ]
    return max(values)


@pytest.mark.slow
@pytest.mark.needs_mnist
@pytest.mark.parametrize("condition", photographs.CONDITIONS)
def test_photographs_become_mnist_s_digits(condition, test_writers, tmp_path):
    """What is read looks like the digit that was photographed. Test seeds; nothing was tuned on them."""
    images, _ = test_writers
    alike = []
    for number in range(8):
        seed = photographs.FIRST_TEST_SEED + number
        file = tmp_path / "photograph.jpg"
        file.write_bytes(photographs.photograph(images[seed], condition, seed))
        try:
            found = read_digits(file)
        except CourseError:
            found = []
        # Tilted by up to 15° and with another pen it is still nearer to its digit than to most.
        alike.append(len(found) == 1 and overlap(found[0, :, :, 0], images[seed] / 255) > 0.5)
    assert sum(alike) >= 6, alike


@pytest.mark.slow
@pytest.mark.needs_mnist
def test_mnist_s_own_pictures_stay_as_they_are(test_writers, tmp_path):
    images, _ = test_writers
    alike = []
    for image in images[2000:2100]:
        Image.fromarray(image).save(tmp_path / "digit.png")
        alike.append(overlap(read_digits(tmp_path / "digit.png")[0, :, :, 0], image / 255))
    assert np.mean(alike) > 0.9 and np.quantile(alike, 0.05) > 0.8


# ---------------------------------------------------------------- The steps, shown


def test_show_reading(tmp_path, monkeypatch):
    displayed = []
    monkeypatch.setattr("dlcourse.handwriting.show", lambda figure, words: displayed.append((figure, words)))
    painted().save(tmp_path / "seven.png")
    shares = np.full((1, 10), 0.02)
    shares[0, 7] = 0.82
    show_reading(tmp_path / "seven.png", lambda pictures: shares)
    [(figure, words)] = displayed
    assert words == "seven.png, the ink found in it, and the digits made of it: read as 7 with 82 per cent."
    assert [place.get_title() for place in figure.axes] == [
        "photograph", "ink found", "28×28 pixels", "the network's percentages",
    ]  # fmt: skip
    assert [bar.get_height() for bar in figure.axes[-1].patches][7] == pytest.approx(82)
    plt.close(figure)


@pytest.mark.parametrize("model", [None, "model", lambda pictures: np.zeros((1, 9)), lambda pictures: 1 / 0])
def test_show_reading_needs_a_network(model, tmp_path, sentence):
    painted().save(tmp_path / "seven.png")
    with pytest.raises(CourseError) as caught:
        show_reading(tmp_path / "seven.png", model)
    sentence(caught.value, "show_reading needs a network")
