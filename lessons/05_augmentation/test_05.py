"""What must always hold of lesson 5's own variables."""

from collections import Counter

import numpy as np
import pytest

from running import answers, arrays, compared, layers, lesson, mixed, prints, said, scaled, separate

lesson_04, lesson_05 = lesson("04"), lesson("05")


def test_05_results_are_compared_with_the_reference_runs(lesson_05):
    four = ["inverted_after", "inverted_before", "originals_after", "originals_before"]
    assert compared(lesson_05) == {"augmentation": four, "transfer": ["random_1", "scratch_1", "transfer_1"]}


def test_05_no_picture_is_in_two_parts(lesson_05):
    training, validation = arrays(lesson_05["training"])[0], arrays(lesson_05["validation"])[0]
    separate(training=training, validation=validation, test=arrays(lesson_05["test"])[0])
    assert len(training) + len(validation) == len(lesson_05["training_digits"])
    assert len(validation) == len(lesson_05["training_digits"]) // 10


def a_pass(fit, pictures):
    """The batches of one pass over so many pictures, of a training that repeats them for a number of steps."""
    return fit.x.take(-(-len(pictures) // 128))


def test_05_before_learns_from_originals_and_after_from_inverted_copies_too(lesson_05):
    before, after = lesson_05.fit(lesson_05["before"]), lesson_05.fit(lesson_05["after"])
    pictures, labels = arrays(lesson_05["training"])
    known, known_inverted = answers(pictures, labels), answers(255 - pictures, labels)
    plain = arrays(a_pass(before, pictures))
    doubled = arrays(a_pass(after, [*pictures, *pictures]))
    assert sorted(prints(plain[0])) == sorted(known)
    assert sorted(prints(doubled[0])) == sorted([*known, *known_inverted])
    for images, given in (plain, doubled):
        scaled(images)
        assert [(known | known_inverted)[one] for one in prints(images)] == given.tolist()


def test_05_both_start_from_the_same_weights_and_take_as_many_steps(lesson_05):
    before, after = lesson_05.fit(lesson_05["before"]), lesson_05.fit(lesson_05["after"])
    assert lesson_05["before"] is not lesson_05["after"]
    assert all((one == other).all() for one, other in zip(before.weights, after.weights))
    assert before.settings == after.settings == {"steps_per_epoch": 500, "verbose": 0}
    assert said("05", r"Both saw ([\d,]+) pictures") == [500 * 128]


def test_05_the_network_is_lesson_4s(lesson_05, lesson_04):
    assert layers(lesson_05["before"]) == layers(lesson_05["after"]) == layers(lesson_04["model"])
    assert lesson_05.fit(lesson_05["before"]).rate == pytest.approx(0.001)


def test_05_originals_and_inverted_are_mixed_evenly_through_the_pass(lesson_05):
    pictures = arrays(lesson_05["training"])[0]
    doubled = np.concatenate([pictures, 255 - pictures])
    mixed(a_pass(lesson_05.fit(lesson_05["before"]), pictures), pictures)
    mixed(a_pass(lesson_05.fit(lesson_05["after"]), doubled), doubled)


def test_05_accuracies_are_of_the_right_network_on_the_right_digits(lesson_05):
    plain, turned = prints(lesson_05["images"]), prints(1 - lesson_05["images"])
    measured = [(model, prints(x)) for model, x, _, _ in lesson_05.evaluated[:4]]
    networks = [lesson_05["before"], lesson_05["after"]]
    assert measured == [(one, turned) for one in networks] + [(one, plain) for one in networks]
    assert all(y is lesson_05["labels"] for _, _, y, _ in lesson_05.evaluated[:4])


def test_05_validation_digits_are_whole_and_keep_their_labels(lesson_05):
    pictures, labels = arrays(lesson_05["validation"])
    assert prints(lesson_05["images"]) == prints(pictures) and lesson_05["labels"].tolist() == labels.tolist()
    scaled(lesson_05["images"])
    assert prints(lesson_05["both_ways"]) == prints(pictures) + prints(255 - pictures)
    assert lesson_05["truth"].tolist() == 2 * labels.tolist()


def test_05_confidence_and_right_are_of_the_network_with_the_switch_on(lesson_05):
    shares = np.concatenate(
        [np.asarray(lesson_05["after"](part)) for part in np.array_split(lesson_05["both_ways"], 4)]
    )
    assert np.allclose(lesson_05["confidence"], shares.max(axis=1), atol=1e-4)
    assert np.mean(lesson_05["right"] == (shares.argmax(axis=1) == lesson_05["truth"])) > 0.99
    about = lesson_05["confidence"][lesson_05["about_90"]]
    assert ((about > 0.85) & (about < 0.95)).all()


def test_05_the_other_kinds_are_what_they_are_called(lesson_05):
    kinds, labels = lesson_05["kinds"], lesson_05["labels"]
    assert prints(kinds["digits"]) == prints(lesson_05["images"])
    turned_back = set(prints(kinds["mirrored"][:, :, ::-1]))
    expected = [one for one, label in zip(prints(kinds["digits"]), labels) if label not in (0, 1, 8)]
    assert turned_back == set(expected) and len(kinds["mirrored"]) == len(expected)
    assert not turned_back & set(prints(kinds["mirrored"]))
    scaled(kinds["noise"])
    assert 0.45 < kinds["noise"].mean() < 0.55 and not kinds["blank"].any()
    assert prints(kinds["dog"]) == prints(lesson_05["probes"][-1:])


def test_05_the_cost_is_after_minus_before_in_the_runs_of_these_data(lesson_05):
    stored = lesson_05["stored_runs"]["augmentation-sample"]
    assert lesson_05["source"] == "sample"
    gaps = 100 * (np.array(stored["originals_after"]) - stored["originals_before"])
    assert np.allclose(lesson_05["changes"], gaps)
    assert lesson_05["reach"] == pytest.approx(1.96 * gaps.std(ddof=1) / len(gaps) ** 0.5)


def test_05_changes_are_those_of_the_text(lesson_05):
    changes = {name: layer.get_config() for name, layer in lesson_05["layers"].items()}
    sentence = r"`RandomRotation\(([\d.]+)\)` turns by up to (\d+) % of a full circle, (\d+) degrees"
    factor, percent, degrees = said("05", sentence)
    assert np.abs(changes["turned"]["factor"]).max() == factor == percent / 100
    assert degrees == round(360 * factor)
    assert said("05", r"for some epochs \(here (\d+), `patience`\)") == [lesson_05["stop"].patience]


def test_05_the_layers_stand_inside_the_networks_and_change_pictures_only_in_training(lesson_05):
    first = lesson_05["few_images"]
    assert prints(first) == prints(arrays(lesson_05["training"])[0][:1_000])
    fits = {name: lesson_05.fit(network) for name, network in lesson_05["networks"].items()}
    plain = fits.pop("plain")
    for name, fit in fits.items():
        assert np.array_equal(fit.x, first) and fit.x is plain.x and fit.y is plain.y and fit.settings == plain.settings
        assert all((one == other).all() for one, other in zip(plain.weights, fit.weights)), f"{name}: other weights"
        layer = lesson_05["networks"][name].layers[0]
        assert layer is lesson_05["layers"][name]
        assert np.abs(np.asarray(layer(first[:50], training=False)) - first[:50]).max() < 1e-6
        assert 0.01 < np.abs(np.asarray(layer(first[:50], training=True)) - first[:50]).mean() < 0.3
    assert sorted(fits) == ["shifted", "turned", "zoomed"]


def test_05_the_changed_validation_digits_are_changed_and_nobody_learned_from_them(lesson_05):
    tested = lesson_05["sets"]
    assert all(len(some) == len(lesson_05["some_truth"]) for some in tested.values())
    separate(training=lesson_05["few_images"], tested=tested["as they are"])
    changes = [np.abs(some - tested["as they are"]).mean() for name, some in tested.items() if name != "as they are"]
    assert min(changes) > 0.03


def test_05_transfer_starts_from_other_digits_and_the_three_differ_in_their_convolutions_alone(lesson_05):
    first = lesson_05.fit(lesson_05["first_network"])
    assert set(first.y.tolist()) == {0, 1, 2, 3, 4}
    place = lesson_05.fits.index(first)
    transfer, random_one, scratch = lesson_05.fits[place + 1 : place + 4]
    for fit in (transfer, random_one, scratch):
        counts = Counter(dict(zip(prints(fit.x), fit.y.tolist())).values())
        assert counts == Counter(range(5, 10)), "not one picture of each"
        assert len(fit.x) == 100 * 32 and fit.settings == transfer.settings
        assert layers(fit.model.layers[0]) + layers(fit.model)[1:] == layers(lesson_05["first_network"])
        separate(drawn=fit.x, validation=lesson_05["images"])
    frozen = [len(fit.model.layers[0].trainable_weights) for fit in (transfer, random_one, scratch)]
    assert frozen == [0, 0, 4]
    assert transfer.model.layers[0].layers == lesson_05["first_network"].layers[:5]
    assert all((one == other).all() for one, other in zip(random_one.weights, scratch.weights))
    tested = {id(model): y for model, _, y, _ in lesson_05.evaluated}
    assert all(set(tested[id(fit.model)].tolist()) == {5, 6, 7, 8, 9} for fit in (transfer, random_one, scratch))


def test_05_the_switch_is_thrown_once_and_the_reveal_waits(lesson_05):
    assert lesson_05["INVERT"] is True and lesson_05["REVEAL"] is False and lesson_05["seconds"] == 60
