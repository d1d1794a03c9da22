"""What must always hold of lesson 3's own variables, and what its figures say."""

import re

import numpy as np
import pytest
from scipy.ndimage import correlate

from drawn_figures import FIGURES, ROOT, cell, numbers, words
from running import lesson, prose

lesson_03 = lesson("03", until="Go further: the learned kernel")


def test_03_kernels_add_up_to_what_the_text_says(lesson_03):
    assert lesson_03["blur"].sum() == pytest.approx(1) and lesson_03["sharpen"].sum() == 1
    assert lesson_03["sobel_horizontal"].sum() == lesson_03["sobel_vertical"].sum() == 0
    assert lesson_03["blur"].shape == (5, 5) and (lesson_03["blur"] == lesson_03["blur"][0, 0]).all()


def test_03_sobel_is_positive_where_it_gets_brighter_to_the_right_or_downwards(lesson_03):
    """As the text says; against the slope of ramps, which are 1 a pixel."""
    down, right = np.mgrid[:5, :5].astype(float)
    for ramp, horizontal, vertical in [(right, 8, 0), (down, 0, 8), (-right, -8, 0), (-down, 0, -8)]:
        assert (lesson_03["slide"](ramp, lesson_03["sobel_horizontal"]) == horizontal).all()
        assert (lesson_03["slide"](ramp, lesson_03["sobel_vertical"]) == vertical).all()
    assert "positive where the picture gets brighter (to the right, or downwards)" in prose("03")


def test_03_the_loop_is_a_correlation_and_what_is_clipped_is_brightness(lesson_03):
    from scipy.signal import correlate2d

    picture = lesson_03["building"]
    for kernel, result in [
        (lesson_03["sharpen"], lesson_03["sharper"]),
        (lesson_03["blur"], lesson_03["blurred"]),
        (lesson_03["sobel_horizontal"], lesson_03["change_horizontal"]),
        (lesson_03["sobel_vertical"], lesson_03["change_vertical"]),
    ]:
        assert np.allclose(result, correlate2d(picture, kernel, mode="valid"))
        assert np.allclose(result, lesson_03["slide_by_loop"](picture, kernel))
    assert lesson_03["clipped"].min() == 0 and lesson_03["clipped"].max() == 255
    both = np.hypot(lesson_03["change_horizontal"], lesson_03["change_vertical"])
    assert np.allclose(lesson_03["magnitude"], both)


# ---------------------------------------------------------------- What the figures say is right


def grids_of_lesson_3():
    """The picture and the kernel of lesson 3's core, by their names."""
    known = {}
    for source in re.findall(r"^\w+ = np\.array\([\s\S]*?\n\]\)", cell("03_kernels", "image = np.array"), re.M):
        exec(source, {"np": np}, known)
    return known


def test_the_convolution_is_lesson_3s_and_scipys(drawn):
    known = grids_of_lesson_3()
    image, kernel = known["image"], known["sharpen"]
    result = correlate(image, kernel)[1:-1, 1:-1]  # Without the border, where the kernel leaves the picture.
    products = image[:3, :3] * kernel
    shown = [*image.ravel(), *kernel.ravel(), *kernel.ravel(), *products.ravel(), *result[0, :2]]
    assert numbers(drawn["convolution"]) == sorted(int(value) for value in shown)
    said = words(drawn["convolution"])
    written = re.search(r"first patch: ([−+\d ]+) = (\d+) next", said)
    assert eval(written[1].replace("−", "-")) == int(written[2]) == result[0, 0]
    assert f"the same kernel gives {result[0, 1]} " in said
    assert f"products, {result[0, 0]}, is" in FIGURES["convolution"].alternative
    assert f"gives {result[0, 1]}." in FIGURES["convolution"].alternative


def test_the_sliding_kernels_page_has_lesson_3s_numbers():
    page = (ROOT / "lessons" / "03_kernels" / "sliding.html").read_text(encoding="utf-8")
    tables = [re.findall(r">(-?\d+)</td>", table) for table in re.findall(r"<table.*?</table>", page, flags=re.S)]
    known = grids_of_lesson_3()
    grids = [known["image"], known["sharpen"], correlate(known["image"], known["sharpen"])[1:-1, 1:-1]]
    assert [[int(value) for value in table] for table in tables] == [grid.ravel().tolist() for grid in grids]
    assert page.count("<tr>") == sum(map(len, grids))
