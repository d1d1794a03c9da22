"""How long the lessons take, and how much memory: a measurement, not a test.

    python tools/benchmark.py [02 04 …]

Executes each lesson in a kernel of its own (DLCOURSE_DATA and MNIST_DIR as set) and prints the time of the whole
and of its slowest cells, and the kernel's peak memory. For lesson 4 it also trains the same network from the
lesson's batches and from a plain pipeline, in pairs in one run, and prints the ratio of their times.
"""

import sys
import time

import nbformat

import course
import pages

MEMORY = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
PAIRS = """
import time
times = {"lesson": [], "plain": []}
for _ in range(2):
    plain = training.map(to_unit_range).cache().shuffle(len(training)).batch(128).prefetch(tf.data.AUTOTUNE)
    for name, batches in {"lesson": train_batches, "plain": plain}.items():
        fresh = keras.models.clone_model(model)
        fresh.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        for images, labels in batches:  # Fills the cache, in both alike.
            pass
        start = time.perf_counter()
        fresh.fit(batches, epochs=epochs, verbose=0)
        times[name].append(time.perf_counter() - start)
print({name: [round(value, 1) for value in values] for name, values in times.items()})
print("ratio lesson / plain:", [round(a / b, 2) for a, b in zip(times["lesson"], times["plain"])])
"""


def measure(one):
    book = course.read(one)
    starts, spent = {}, {}

    def before(cell, cell_index):
        starts[cell_index] = time.perf_counter()

    def after(cell, cell_index, **_):
        spent[cell_index] = time.perf_counter() - starts[cell_index]

    extra = [nbformat.v4.new_code_cell(MEMORY)]
    if one.number == "04":
        extra.append(nbformat.v4.new_code_cell(PAIRS))
    lesson_cells = len(book.cells)
    book.cells += extra
    pages.execute(book, on_cell_execute=before, on_cell_executed=after)
    print(f"{one.name}: {sum(time for cell, time in spent.items() if cell < lesson_cells):.0f} s in all")
    for cell in sorted(spent, key=spent.get, reverse=True)[:8]:
        if cell < lesson_cells:
            print(f"  {spent[cell]:5.1f} s  {book.cells[cell].source.splitlines()[-1][:80]}")
    print(f"  peak memory {int(book.cells[lesson_cells].outputs[0].text) / 1e6:.2f} GB")
    for cell in book.cells[lesson_cells + 1 :]:
        print("  " + cell.outputs[0].text.rstrip().replace("\n", "\n  "))


if __name__ == "__main__":
    for lesson in course.lessons():
        if not sys.argv[1:] or lesson.number in sys.argv[1:]:
            measure(lesson)
