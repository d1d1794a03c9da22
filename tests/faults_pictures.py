"""`make test-faults`: thousands of damaged pictures, the same ones each time, and some of 64 megapixels.

A picture is a real one with bytes flipped, cut, doubled or moved. Whatever it is, a digit or a sentence comes back, in
time, and not a byte is written.
"""

import io
import os
import random
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

import dlcourse
from shared import environment

COUNT = 5_000
SEEDS = range(10)
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "ICO", "PPM")


def originals():
    """{format: the bytes of a small picture of a 7}."""
    pixels = np.full((90, 70), 225, "uint8")
    pixels[20:28, 15:55] = 30
    for row in range(20, 72):
        pixels[row, 52 - row // 3 : 60 - row // 3] = 30
    made = {}
    for kind in FORMATS:
        file = io.BytesIO()
        Image.fromarray(pixels).convert("RGB").save(file, kind)
        made[kind] = file.getvalue()
    return made


def mutated(content, draw):
    """A copy of some bytes, damaged in one to eight places."""
    content = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        at, how = draw.randrange(max(1, len(content))), draw.randint(0, 6)
        if draw.random() < 0.5:
            at %= 120  # Most of a header lies there.
        if not content or how == 0:
            content[at:] = b""
        elif how == 1:
            content[at : at + 4] = draw.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\0\0\xff\xff"])
        elif how == 2:
            content[at:at] = content[at : at + draw.randint(1, 500)]
        elif how == 3:
            content[at : at + draw.randint(1, 50)] = b""
        else:
            content[at] ^= 1 << draw.randint(0, 7)
    return bytes(content)


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_pictures(seed, tmp_path, sentence, capfd):
    draw, known = random.Random(seed), originals()
    read = 0
    for number in range(COUNT // len(SEEDS)):
        kind = draw.choice(FORMATS)
        path = tmp_path / draw.choice(["digit.png", "digit.jpg", "digit.bin", f"digit.{kind.lower()}"])
        path.write_bytes(mutated(known[kind], draw))
        before, started = path.read_bytes(), time.monotonic()
        try:
            digit = dlcourse.read_digit(path)
            assert digit.shape == (28, 28, 1) and digit.dtype == "float32", (seed, number)
            assert np.isfinite(digit).all() and 0 <= digit.min() <= digit.max() <= 1, (seed, number)
            read += 1
        except dlcourse.CourseError as problem:
            sentence(problem)
        assert time.monotonic() - started < 5, (seed, number, kind)
        assert path.read_bytes() == before and os.listdir(tmp_path) == [path.name], (seed, number)
        path.unlink()
    assert 20 < read < COUNT // len(SEEDS)  # Some are damaged where it does no harm.
    assert "Traceback" not in capfd.readouterr().err


LARGE = """
import sys
import numpy as np, scipy.ndimage, skimage.morphology, PIL.Image
import dlcourse
picture = np.full((8000, 8000), 220, "uint8"); picture[2000:6000, 3800:4200] = 20
image = PIL.Image.fromarray(picture)
mode, name = sys.argv[1:3]
if mode == "I;16":
    image = PIL.Image.fromarray(picture.astype("uint16") * 200)
elif mode != "P+":
    image = image.convert(mode)
image.convert("P").save(name, transparency=0) if mode == "P+" else image.save(name)
del picture, image
def most():
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024
open("/proc/self/clear_refs", "w").write("5")
before = most()
print(dlcourse.read_digit(name).shape, most() - before)
"""


@pytest.mark.parametrize("mode, name", [
    ("RGB", "a.png"), ("RGBA", "a.png"), ("LA", "a.png"), ("P+", "a.png"), ("1", "a.png"), ("I;16", "a.png"),
    ("F", "a.tiff"), ("CMYK", "a.jpg"),
])  # fmt: skip
def test_64_megapixels_take_at_most_500_megabytes(mode, name, tmp_path):
    command = [sys.executable, "-c", LARGE, mode, str(tmp_path / name)]
    ran = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True)
    shape, megabytes = ran.stdout.rsplit(" ", 1)
    assert shape == "(28, 28, 1)" and float(megabytes) <= 500, ran.stdout + ran.stderr


def test_a_large_webp_is_refused(tmp_path, sentence):
    """Pillow decodes it into several copies at once."""
    Image.new("L", (8000, 4000), 220).save(tmp_path / "a.webp")
    with pytest.raises(dlcourse.CourseError) as caught:
        dlcourse.read_digit(tmp_path / "a.webp")
    sentence(caught.value, "over 30 megapixels", "save a smaller copy")


@pytest.mark.parametrize("name", ["a.ico", "a.png"])
def test_an_icon_is_refused_whatever_it_claims(name, tmp_path, sentence):
    """An icon's header says 16 pixels; the picture in it may have millions."""
    Image.new("L", (256, 256), 255).save(tmp_path / "a.ico")
    os.replace(tmp_path / "a.ico", tmp_path / name)
    with pytest.raises(dlcourse.CourseError) as caught:
        dlcourse.read_digit(tmp_path / name)
    sentence(caught.value, "not a picture that can be read", "save it as PNG or JPEG")
