"""One test for each line of "what to notice" on the page, and for the rule that is replayed."""

from dataclasses import replace

import numpy as np
import pytest

from regviz import MLP, EarlyStopping, train
from regviz.figures import early_stopping as topic
from regviz.figures.early_stopping import CHECK, CHECKS, EPOCHS, RUNS, Settings

DATA = ["curve", "digits"]


@pytest.mark.parametrize("data", DATA)
def test_training_falls_and_validation_turns(data):
    t = topic.compute(Settings(data=data)).training
    assert np.all(t.train[:, -1] < 0.5 * t.train[:, 0])
    bumps = np.diff(t.train, axis=1) > 0
    assert bumps.any() == (data == "curve")
    assert bumps.mean() < 0.1
    least = t.validation.min(axis=1)
    turned = (t.validation[:, -1] > 1.1 * least) & (t.validation[:, 0] > 1.1 * least)
    assert turned.sum() >= 0.7 * RUNS


@pytest.mark.parametrize("data", DATA)
def test_stopping_beats_training_to_the_end(data):
    rows = topic.compute(Settings(data=data, patience=20)).by_patience
    _, stopped, error = rows["20"]
    _, ended, ended_error = rows["none"]
    assert stopped + np.hypot(error, ended_error) < ended


def test_with_decay_the_curve_needs_no_stopping():
    """Run by run, for the same data: the mean difference is over two standard errors of itself."""
    s = Settings(weight_decay=2.0)
    r = topic.compute(s)
    lost = r.ended - r.training.test[:, -1]
    assert lost.mean() > 2 * lost.std(ddof=1) / np.sqrt(RUNS)
    assert np.median(CHECKS[r.stop]) < EPOCHS / 2
    assert topic.compute(replace(s, weight_decay=0.0)).by_patience["none"][1] > r.by_patience["none"][1]


def test_too_little_patience_does_worse_on_the_curve():
    rows = topic.compute(Settings()).by_patience
    assert rows["5"][1] > rows["20"][1] + np.hypot(rows["5"][2], rows["20"][2])
    assert rows["5"][0] < rows["20"][0]


def test_right_labels_first_wrong_ones_later():
    right, wrong, new = np.moveaxis(topic.compute(Settings(data="digits")).training.shown.mean(axis=0), -1, 0)
    learnt = int(np.argmax(right > 0.8))
    assert wrong[learnt] < 0.1
    assert wrong[-1] > 0.8
    assert new[-1] < new.max() - 0.1


@pytest.mark.parametrize("data", DATA)
def test_the_norm_grows_and_decay_holds_it_back(data):
    free = topic.compute(Settings(data=data)).training.norm
    held = topic.compute(Settings(data=data, weight_decay=2.0)).training.norm
    assert np.all(np.diff(free[:, ::10].mean(axis=0)) > 0)
    assert np.all(held[:, -1] < free[:, -1])


@pytest.mark.parametrize(("data", "first", "last"), [("curve", 36, (392, 396, 400)), ("digits", 32, (68,))])
def test_the_best_epoch_is_partly_luck(data, first, last):
    """On the curve the last run is at 392 or 400 with the arithmetic of one processor or another."""
    best = CHECKS[topic.compute(Settings(data=data)).training.validation.argmin(axis=1)]
    assert best.min() == first
    assert best.max() in last


@pytest.mark.parametrize("patience", [1, 7, 20])
def test_replaying_the_rule_is_stopping_in_training(patience):
    """Runs trained again, this time really stopped, stop and keep what the replay says."""
    s = Settings(patience=patience, min_delta=0.005)
    r = topic.compute(s)
    network = MLP((1, 32, 32, 1), "tanh", "xavier", seeds=range(RUNS), dtype="float32")
    history = train(
        network,
        topic.curve_data(),
        loss="squared",
        learning_rate=s.learning_rate,
        epochs=EPOCHS,
        batch_size=topic.N_DIGITS,
        record_every=CHECK,
        early_stopping=EarlyStopping(patience, 0.005),
    )
    ended = np.where(history.stopped_epoch < 0, EPOCHS, history.stopped_epoch)
    np.testing.assert_array_equal(CHECKS[r.stop], ended)
    np.testing.assert_array_equal(CHECKS[r.best], history.best_epoch)


@pytest.mark.parametrize("restore", [True, False])
def test_the_kept_weights_are_the_best_or_the_last(restore):
    r = topic.compute(Settings(restore_best=restore, patience=5))
    at = r.best if restore else r.stop
    np.testing.assert_array_equal(r.ended, r.training.test[np.arange(RUNS), at])
    assert np.all(r.training.validation[np.arange(RUNS), r.best] <= r.training.validation[np.arange(RUNS), r.stop])


def test_the_drawn_fit_is_that_epochs_network():
    """The fit's training loss, recomputed from the curve at the training points, is the recorded one."""
    s = Settings(epoch=160)
    r = topic.compute(s)
    i, k = s.run - 1, r.k
    guess = np.interp(r.training.x[i], topic.GRID, r.training.shown[i, k])
    loss = np.mean((guess - r.training.y[i]) ** 2) / 2
    assert loss == pytest.approx(r.training.train[i, s.epoch // CHECK], abs=2e-3)  # linear between grid points
