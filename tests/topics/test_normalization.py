"""One test for each line of "what to notice" on the page, and for what the panels are made of."""

import numpy as np
import pytest

from regviz import MLP, train
from regviz.descent.optimizers import sgd
from regviz.experiments.normalization import (
    BATCH,
    BATCHES,
    EPOCHS,
    RATES,
    SCALES,
    curves_of,
    digits,
    layers_of,
    network_of,
    normalised,
    over_batches,
    over_rates_and_scales,
)
from regviz.figures import normalization as topic
from regviz.figures.normalization import Settings

NONE, BATCH_NORM, LAYER_NORM = 0, 1, 2


@pytest.mark.parametrize("scale", [0.25, 1.0, 4.0])
def test_normalized_layers_start_with_deviation_one(scale):
    for kind in ("batch", "layer"):
        after = topic.compute(Settings(kind=kind, scale=scale)).layers.deviation[0, :, 1]
        np.testing.assert_allclose(after, 1, atol=0.05)  # a unit that is never active has deviation 0


def test_without_normalization_the_scale_is_multiplied_from_layer_to_layer():
    """A relu network without biases is linear in each layer's weights: factor 4 makes 4, 16, 64."""
    small, large = (layers_of("none", 0.1, scale).deviation[0] for scale in (1.0, 4.0))
    np.testing.assert_allclose(large / small, np.array([4.0, 16.0, 64.0])[:, None] * [1, 1], rtol=1e-4)


def test_only_normalized_networks_learn_from_bad_initial_weights():
    grid = over_rates_and_scales()[:, RATES.index(0.1)].mean(axis=-1)
    for scale in (0.25, 4.0):
        none, batch, layer = grid[:, SCALES.index(scale)]
        assert none < 0.2
        assert batch > 0.5
        assert layer > 0.5


def test_batch_norm_bears_large_learning_rates():
    none, batch, layer = over_rates_and_scales()[:, :, : SCALES.index(1.0) + 1].mean(axis=-1)
    assert np.all(batch[RATES.index(0.1) :] > 0.8)
    assert np.all(none[-1] < 0.5)
    assert np.all(layer[-1] < 0.5)


def test_batch_norm_learns_more_slowly_from_larger_weights():
    accuracy = over_rates_and_scales()[BATCH_NORM].mean(axis=-1)
    assert np.all(np.diff(accuracy[RATES.index(0.1)]) < 0)
    assert np.round(accuracy[RATES.index(0.1), [0, -1]], 2).tolist() == [0.93, 0.6]


@pytest.mark.parametrize("norm", ["batch", "layer"])
def test_weights_c_times_as_large_have_the_same_output_and_a_gradient_c_times_as_small(norm, rng):
    """For all weights of a normalized layer together; epsilon is small beside moments of order one."""
    network = MLP((5, 8, 3), norm=norm, seeds=0, dtype="float64")
    X, dout = rng.standard_normal((40, 5)), rng.standard_normal((40, 3))
    hidden = network.dense[0]

    def both():
        out = network.forward(X)
        network.backward(dout)
        return out, hidden.dW.copy()

    out, gradient = both()
    hidden.W *= 3.0
    larger_out, larger_gradient = both()
    np.testing.assert_allclose(larger_out, out, atol=1e-3)
    np.testing.assert_allclose(larger_gradient, gradient / 3, atol=1e-3 * np.abs(gradient).max())


def test_batches_of_two_break_batch_norm_and_not_layer_norm():
    two = over_batches().accuracy[:, BATCHES.index(2), :, -1]
    assert two[BATCH_NORM].max() < 0.5
    layer = over_batches().accuracy[LAYER_NORM, :, :, -1].mean(axis=-1)
    assert layer[BATCHES.index(2)] > layer.max() - 0.1
    assert over_batches().accuracy[BATCH_NORM, BATCHES.index(8), :, -1].min() > 0.85


def test_the_modes_of_batch_norm_part_in_small_batches():
    b = over_batches()
    gap = (b.eval_mode - b.train_mode).mean(axis=1)
    early, late = gap[:, 2], gap[:, -5:].mean(axis=1)
    assert late[BATCHES.index(4)] > 0.1
    assert np.all(np.abs(gap[BATCHES.index(32) : BATCHES.index(256), -1]) < 0.02)
    assert late[BATCHES.index(256)] < -0.03
    assert np.all(early[BATCHES.index(64) :] < -0.03)


def test_two_cases_leave_only_which_is_larger():
    rows = normalised(np.array([[3.0, -1.0], [5.0, -9.0]]), "batch")
    np.testing.assert_allclose(rows, [[-1, 1], [1, -1]], atol=1e-4)


@pytest.mark.parametrize(("kind", "axis"), [("batch", 0), ("layer", 1)])
def test_each_makes_its_own_means_zero(kind, axis):
    Z = layers_of(kind, 0.1, 1.0).matrix[10]
    after = normalised(Z, kind)
    by_hand = (Z - Z.mean(axis=axis, keepdims=True)) / np.sqrt(Z.var(axis=axis, keepdims=True) + 1e-5)
    np.testing.assert_allclose(after, by_hand, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(after.mean(axis=axis), 0, atol=1e-9)
    assert np.abs(after.mean(axis=1 - axis)).max() > 0.1


def test_the_curves_end_where_the_grid_says():
    """A run in a batch of 75 is the same run in a batch of 3."""
    for rate, scale in ((0.1, 1.0), (0.316, 0.5)):
        accuracy, _ = curves_of(rate, scale)
        np.testing.assert_allclose(
            accuracy[..., -1], over_rates_and_scales()[:, RATES.index(rate), SCALES.index(scale)], atol=1e-6
        )


def test_the_layers_are_those_of_the_trained_network():
    network = network_of("layer", 1.0, [0])
    train(network, digits(), optimizer=sgd, learning_rate=0.1, epochs=EPOCHS, batch_size=BATCH, record_every=EPOCHS)
    X = digits().X_train[:128]
    before = X @ network.dense[0].W[0] + network.dense[0].b[0]
    layers = layers_of("layer", 0.1, 1.0)
    np.testing.assert_allclose(layers.matrix[-1], before[:4, :6], atol=1e-4)
    assert layers.deviation[-1, 0, 0] == pytest.approx(before.std(), rel=1e-4)
    assert layers.values[-1, 0, 0, 0] == pytest.approx(before.min(), rel=1e-4)
    assert layers.values[-1, 0, 0, -1] == pytest.approx(before.max(), rel=1e-4)


def test_a_run_that_explodes_is_said_to():
    s = Settings(kind="none", learning_rate=1.0, scale=4.0, epoch=EPOCHS)
    r = topic.compute(s)
    assert np.isnan(r.layers.deviation[-1]).all()
    assert "exploded" in topic.readouts(s, r).values()
    assert r.accuracy[NONE, :, -1] == pytest.approx([0.1] * 3)
