"""One test for each line of "what to notice" on the page, and for what the panels are made of."""

import numpy as np
import pytest
from claims import claim

from regviz import MLP, train
from regviz.descent.optimizers import sgd
from regviz.experiments.normalization import (
    BATCH,
    BATCHES,
    EPOCHS,
    KINDS,
    RATES,
    SCALES,
    curves_of,
    digits,
    layers_of,
    look_into,
    network_of,
    normalised,
    over_batches,
    over_rates_and_scales,
)
from regviz.figures import normalization as topic
from regviz.figures.normalization import Settings
from regviz.knobs import grid
from regviz.networks.training import run_grid

NONE, BATCH_NORM, LAYER_NORM = 0, 1, 2


@claim(
    "Before training, normalized layers have deviation 1, whatever the initial scale. In the plain network a "
    "factor on the weights is multiplied from layer to layer: 4 makes 4, 16, 64."
)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_normalized_layers_start_with_deviation_one(kind, scale):
    row, _ = look_into(network_of(kind, scale, [0]), kind)
    np.testing.assert_allclose([after[2] for _, after in row], 1, atol=0.05)  # a unit never active has deviation 0


@claim(
    "Before training, normalized layers have deviation 1, whatever the initial scale. In the plain network a "
    "factor on the weights is multiplied from layer to layer: 4 makes 4, 16, 64."
)
@pytest.mark.parametrize("scale", SCALES)
def test_without_normalization_the_scale_is_multiplied_from_layer_to_layer(scale):
    """A relu network without biases is linear in each layer's weights: factor 4 makes 4, 16, 64."""
    usual, other = (look_into(network_of("none", factor, [0]), "none")[0] for factor in (1.0, scale))
    ratio = [[b[2] / a[2] for a, b in zip(*pairs, strict=True)] for pairs in zip(usual, other, strict=True)]
    np.testing.assert_allclose(ratio, np.array([scale, scale**2, scale**3])[:, None] * [1, 1], rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_the_run_shown_starts_with_the_untrained_network(kind):
    row, matrix = look_into(network_of(kind, 1.0, [0]), kind)
    layers = layers_of(kind, 0.1, 1.0)
    np.testing.assert_array_equal(layers.deviation[0], [[outline[2] for outline in pair] for pair in row])
    np.testing.assert_array_equal(layers.matrix[0], matrix)


@claim(
    "At learning rate 0.1, with initial weights four times or a quarter of the usual, the plain network learns "
    "nothing in 20 epochs. Both normalized ones still learn."
)
def test_only_normalized_networks_learn_from_bad_initial_weights():
    grid = over_rates_and_scales()[:, RATES.index(0.1)].mean(axis=-1)
    for scale in (0.25, 4.0):
        none, batch, layer = grid[:, SCALES.index(scale)]
        assert none < 0.2
        assert batch > 0.5
        assert layer > 0.5


@claim(
    "With the usual initial weights or smaller, batch norm has over 80 % right in the end at every learning rate "
    "from 0.1 to 1. In the plain network, and with layer norm, 1 is too much."
)
def test_batch_norm_bears_large_learning_rates():
    none, batch, layer = over_rates_and_scales()[:, :, : SCALES.index(1.0) + 1].mean(axis=-1)
    assert np.all(batch[RATES.index(0.1) :] > 0.8)
    assert np.all(none[-1] < 0.5)
    assert np.all(layer[-1] < 0.5)


@claim(
    "Batch norm learns more slowly from larger initial weights: at learning rate 0.1 it has 93 % right after 20 "
    "epochs with a quarter of the usual, 60 % with four times."
)
def test_batch_norm_learns_more_slowly_from_larger_weights():
    accuracy = over_rates_and_scales()[BATCH_NORM].mean(axis=-1)
    assert np.all(np.diff(accuracy[RATES.index(0.1)]) < 0)
    assert np.round(accuracy[RATES.index(0.1), [0, -1]], 2).tolist() == [0.93, 0.6]


@pytest.mark.parametrize(("norm", "with_biases"), [("batch", False), ("layer", True)])
def test_weights_c_times_as_large_have_the_same_output_and_a_gradient_c_times_as_small(norm, with_biases, rng):
    """Of a normalized layer, for layer norm with its biases; a step c² times as long then leads to the same place."""
    network = MLP((5, 8, 3), norm=norm, seeds=0, dtype="float64")
    X, dout = rng.standard_normal((40, 5)), rng.standard_normal((40, 3))
    hidden = network.dense[0]
    network.layers[1].epsilon = 0.0
    parameters = [hidden.W, hidden.b] if with_biases else [hidden.W]
    parameters[-1] += rng.standard_normal(parameters[-1].shape)  # biases begin at 0

    def both():
        out = network.forward(X)
        network.backward(dout)
        return out, [g.copy() for g in ([hidden.dW, hidden.db] if with_biases else [hidden.dW])]

    out, gradients = both()
    for parameter in parameters:
        np.multiply(parameter, 3.0, out=parameter)
    larger_out, larger_gradients = both()
    np.testing.assert_allclose(larger_out, out, atol=1e-12)
    for larger, gradient in zip(larger_gradients, gradients, strict=True):
        np.testing.assert_allclose(larger, gradient / 3, atol=1e-12)
    along = sum(float(np.vdot(p, g)) for p, g in zip(parameters, larger_gradients, strict=True))
    assert abs(along) < 1e-12  # so the gradient has no part along the weights


def test_layer_norm_without_its_biases_is_not_free(rng):
    network = MLP((5, 8, 3), norm="layer", seeds=0, dtype="float64")
    X, hidden = rng.standard_normal((40, 5)), network.dense[0]
    hidden.b += rng.standard_normal(hidden.b.shape)
    out = network.forward(X)
    hidden.W *= 3.0
    assert np.abs(network.forward(X) - out).max() > 0.1


@claim(
    "With batch norm the weights of every hidden layer only grow. At learning rate 1 and a quarter of the usual "
    "initial weights the first layer's norm goes from 1.7 to 4.7: its effective rate falls to less than a "
    "seventh."
)
def test_batch_normalized_weights_only_grow():
    """At every learning rate and initial scale of the page, in every layer and epoch."""
    rates, scales = run_grid(RATES, SCALES)
    network = network_of("batch", scales, [0] * len(rates))
    how = {"optimizer": sgd, "learning_rate": rates, "epochs": EPOCHS, "batch_size": BATCH}
    history = train(network, digits(), **how, record_every=EPOCHS, keep=range(EPOCHS + 1))
    norms = []
    for state in history.weights.values():
        network.load(state)
        norms.append([np.linalg.norm(dense.W.astype(float), axis=(1, 2)) for dense in network.dense[:-1]])
    assert np.all(np.diff(norms, axis=0) > 0)
    first = layers_of("batch", 1.0, 0.25).norms[:, 0]
    np.testing.assert_allclose(first, np.array(norms)[:, 0, len(SCALES) * RATES.index(1.0)], rtol=1e-3)
    assert first[[0, -1]].round(1).tolist() == [1.7, 4.7]
    assert (first[0] / first[-1]) ** 2 < 1 / 7
    s = Settings(learning_rate=1.0, scale=0.25, epoch=EPOCHS)
    view = topic.VIEWS["training"]
    assert view.readouts(s, view.compute(s))["Rate / ‖w‖²"] == f"{1 / first[-1] ** 2:.2g}"


@claim(
    "With batches of 2, batch norm fails to the end: every unit sees only which of two cases is larger. Layer "
    "norm hardly minds: it stays within ten points of its best."
)
def test_batches_of_two_break_batch_norm_and_not_layer_norm():
    two = over_batches().accuracy[:, BATCHES.index(2), :, -1]
    assert two[BATCH_NORM].max() < 0.5
    layer = over_batches().accuracy[LAYER_NORM, :, :, -1].mean(axis=-1)
    assert layer[BATCHES.index(2)] > layer.max() - 0.1
    assert over_batches().accuracy[BATCH_NORM, BATCHES.index(8), :, -1].min() > 0.85


@claim(
    "With batches of 4, batch norm is worse in train mode than in eval mode, on the same digits. From 32 to 128 "
    "the two agree by the end. Large batches take few steps, so that early on, and with 256 to the end, the "
    "running averages lag behind."
)
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


@claim("Batch norm makes the means of the units zero, layer norm those of the cases.")
@pytest.mark.parametrize(("kind", "axis"), [("batch", 0), ("layer", 1)])
def test_each_makes_its_own_means_zero(kind, axis, rng):
    for Z in [layers_of(kind, 0.1, 1.0).matrix[10], *(rng.standard_normal((50, 4, 6)) * 3 + 1)]:
        after = normalised(Z, kind)
        by_hand = (Z - Z.mean(axis=axis, keepdims=True)) / np.sqrt(Z.var(axis=axis, keepdims=True) + 1e-5)
        np.testing.assert_allclose(after, by_hand, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(after.mean(axis=axis), 0, atol=1e-9)
        assert np.abs(after.mean(axis=1 - axis)).max() > 0.01


def test_the_options_are_those_trained_at():
    assert tuple(grid(Settings, "learning_rate")) == RATES
    assert tuple(grid(Settings, "scale")) == SCALES


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
    view = topic.VIEWS["training"]
    r = view.compute(s)
    assert np.isnan(r.layers.deviation[-1]).all()
    assert "exploded" in view.readouts(s, r).values()
    assert r.accuracy[NONE, :, -1] == pytest.approx([0.1] * 3)
