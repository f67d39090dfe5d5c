"""Networks against finite differences, published formulas and scikit-learn."""

from itertools import product

import numpy as np
import pytest
from certify import assert_gradient
from sklearn.neural_network import MLPClassifier

from regviz import MLP, BatchNorm, Dropout, LayerNorm
from regviz.networks import (
    LOSSES,
    Activation,
    Dense,
    cross_entropy_gradient,
    cross_entropy_loss,
    one_hot,
    softmax,
    squared_gradient,
    squared_loss,
)


def fresh_masks(network):
    """Set every dropout layer back to the start of its stream, so that repeated passes drop the same units."""
    for layer in [layer for layer in network.layers if isinstance(layer, Dropout)]:
        layer.generators = [np.random.default_rng([5, k]) for k in range(len(layer.generators))]


def loss_at(network, weights, X, target, loss):
    network.weights[...] = weights
    fresh_masks(network)
    return loss.value(network.apply(X), target).sum()


def gradient_at(network, weights, X, target, loss):
    network.weights[...] = weights
    fresh_masks(network)
    return network.weight_gradient(loss.gradient(network.apply(X), target)).copy()


COMBINATIONS = list(
    product(
        ("tanh", "logistic", "relu"),
        (None, "batch", "layer"),
        (0.0, 0.4),
        ("cross_entropy", "squared"),
        (True, False),
        (3, [3, 8]),
    )
)


@pytest.mark.parametrize(("activation", "norm", "rate", "loss", "training", "seeds"), COMBINATIONS)
def test_gradient_is_that_of_the_loss(activation, norm, rate, loss, training, seeds, rng):
    network = MLP((3, 5, 4, 2), activation, norm=norm, drop_rate=rate, seeds=seeds)
    network.weights += 0.1 * rng.standard_normal(network.weights.shape)  # biases, gains and shifts off their start
    network.state[..., network.weights.shape[-1] :] += 0.3  # running statistics too
    network._switch(training)
    X = rng.standard_normal((*network.runs, 6, 3))
    target = rng.dirichlet([1.0, 1.0], (*network.runs, 6))  # soft labels, as label smoothing has them
    assert_gradient(
        lambda w: loss_at(network, w, X, target, LOSSES[loss]),
        lambda w: gradient_at(network, w, X, target, LOSSES[loss]),
        network.weights.copy(),
    )


LAYERS = {
    "dense": lambda rng: Dense(rng.standard_normal((4, 3)), rng.standard_normal(3)),
    "dense of two runs": lambda rng: Dense(rng.standard_normal((2, 4, 3)), rng.standard_normal((2, 3))),
    "relu": lambda rng: Activation("relu"),
    "tanh": lambda rng: Activation("tanh"),
    "logistic": lambda rng: Activation("logistic"),
    "identity": lambda rng: Activation("identity"),
    "batch norm": lambda rng: BatchNorm(4),
    "batch norm of two runs": lambda rng: BatchNorm(4, runs=(2,)),
    "layer norm": lambda rng: LayerNorm(4),
    "layer norm of two runs": lambda rng: LayerNorm(4, runs=(2,)),
    "network": lambda rng: MLP((4, 5, 3), "tanh", norm="batch", seeds=1),
}


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_backward_is_the_gradient_with_respect_to_x(make, mode, rng):
    layer = make(rng)
    getattr(layer, mode)()
    X = rng.standard_normal((*layer.runs, 5, 4))
    weight = rng.standard_normal(layer.forward(X).shape)

    def gradient(X):
        layer.forward(X)
        return layer.backward(weight)

    assert_gradient(lambda X: np.sum(weight * layer.forward(X)), gradient, X)


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("make", [make for name, make in LAYERS.items() if "dense" in name or "norm" in name])
def test_backward_leaves_the_gradient_of_every_parameter(make, mode, rng):
    layer = make(rng)
    getattr(layer, mode)()
    X = rng.standard_normal((*layer.runs, 5, 4))
    weight = rng.standard_normal(layer.forward(X).shape)
    layer.backward(weight)
    for name in layer.parameters:
        place = getattr(layer, name)
        assert_gradient(
            lambda value, p=place: put(layer, p, value, X, weight),
            lambda _, n=name: getattr(layer, "d" + n),
            place.copy(),
        )


def put(layer, place, value, X, weight):
    kept = place.copy()
    place[...] = value
    result = np.sum(weight * layer.forward(X))
    place[...] = kept
    return result


def test_batch_norm_by_hand():
    X = np.array([[1.0, 10.0], [3.0, 30.0]])
    norm = BatchNorm(2, momentum=0.9, epsilon=1e-12)
    np.testing.assert_allclose(norm.forward(X), [[-1, -1], [1, 1]], rtol=1e-11)  # ε against a variance of 1
    np.testing.assert_allclose(norm.running_mean, [0.2, 2.0])
    np.testing.assert_allclose(norm.running_var, [0.9 + 0.1 * 2, 0.9 + 0.1 * 200])  # unbiased: 2·1 and 2·100
    norm.eval()
    np.testing.assert_allclose(norm.forward(X), (X - [0.2, 2.0]) / np.sqrt([1.1, 20.9]), rtol=1e-11)


def test_batch_norm_ignores_scale_and_shift_of_a_feature(rng):
    X = rng.standard_normal((50, 3))
    moved = X * [2.0, 0.5, 100.0] + [1.0, -3.0, 7.0]
    np.testing.assert_allclose(BatchNorm(3).forward(moved), BatchNorm(3).forward(X), atol=1e-4)  # ε = 1e-5 over ¼ var


def test_batch_norm_running_moments_approach_the_data_s(rng):
    norm = BatchNorm(2)
    for _ in range(2000):
        norm.forward(3 + 2 * rng.standard_normal((64, 2)))
    # an average over about 1/(1 − 0.9) = 10 batches, 20 with correlation: standard error 2/√1280 = 0.06, taken 5 times
    np.testing.assert_allclose(norm.running_mean, 3, atol=0.3)
    np.testing.assert_allclose(norm.running_var, 4, atol=0.8)


def test_eval_leaves_the_running_statistics_alone(rng):
    norm = BatchNorm(2)
    norm.eval()
    norm.forward(rng.standard_normal((5, 2)))
    np.testing.assert_array_equal([norm.running_mean, norm.running_var], [[0, 0], [1, 1]])


def test_layer_norm_by_hand():
    np.testing.assert_allclose(
        LayerNorm(3, epsilon=1e-12).forward([[1.0, 2.0, 3.0], [0.0, 0.0, 30.0]]),
        [[-np.sqrt(1.5), 0, np.sqrt(1.5)], [-np.sqrt(0.5), -np.sqrt(0.5), np.sqrt(2)]],
        rtol=1e-11,
    )


def test_layer_norm_is_the_same_for_a_case_alone_and_in_either_mode(rng):
    X, norm = rng.standard_normal((6, 4)), LayerNorm(4)
    whole = norm.forward(X)
    norm.eval()
    np.testing.assert_array_equal(np.concatenate([norm.forward(row[None]) for row in X]), whole)


@pytest.mark.parametrize("forward", ["train", "eval"])
@pytest.mark.parametrize(
    "make", [*LAYERS.values(), lambda rng: Dropout(0.5), lambda rng: MLP((4, 9, 3), drop_rate=0.5)]
)
def test_backward_follows_the_mode_of_its_forward(make, forward, rng):
    layer = make(rng)
    getattr(layer, forward)()
    out = layer.forward(rng.standard_normal((*layer.runs, 6, 4)))
    weight = rng.standard_normal(out.shape)
    expected = layer.backward(weight)
    for switch in (layer.eval, layer.train):
        switch()
        np.testing.assert_array_equal(layer.backward(weight), expected)


@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_backward_finds_what_forward_saw(make, rng):
    layer = make(rng)
    X = rng.standard_normal((*layer.runs, 6, 4))
    out = layer.forward(X)
    weight = rng.standard_normal(out.shape)
    expected = layer.backward(weight)
    X[...], out[...] = 7.0, 7.0
    np.testing.assert_array_equal(layer.backward(weight), expected)


@pytest.mark.parametrize("layer", [BatchNorm(3), LayerNorm(3)])
@pytest.mark.parametrize("constant", [0.1, 1e14, 1e100])
def test_a_constant_is_normalised_to_nothing(layer, constant):
    np.testing.assert_array_equal(layer.forward(np.full((7, 3), constant / 3)), np.zeros((7, 3)))


def test_a_large_mean_leaves_what_varies(rng):
    X = rng.integers(0, 9, (50, 3)).astype(float)
    np.testing.assert_allclose(BatchNorm(3).forward(X + 1e12), BatchNorm(3).forward(X), atol=1e-3)  # 1e12 · 2⁻⁵³ = 1e-4


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_expected_activation(rate):
    out = Dropout(rate, seed=1).forward(np.ones((1000, 100)))
    # 5 standard errors of the mean of 10⁵ units of variance p/(1−p)
    np.testing.assert_allclose(out.mean(), 1, atol=5 * np.sqrt(rate / (1 - rate) / 1e5))
    np.testing.assert_allclose(np.unique(out), [0.0, 1 / (1 - rate)], rtol=1e-15)


def test_dropout_at_rate_zero_changes_nothing(rng):
    X = rng.standard_normal((4, 3))
    np.testing.assert_array_equal(Dropout(0.0).forward(X), X)


def test_dropout_does_nothing_in_eval(rng):
    X, layer = rng.standard_normal((4, 3)), Dropout(0.5)
    layer.eval()
    np.testing.assert_array_equal(layer.forward(X), X)
    np.testing.assert_array_equal(layer.backward(X), X)


def test_dropout_passes_gradients_through_the_same_mask():
    layer, ones = Dropout(0.5, seed=2), np.ones((30, 4))
    np.testing.assert_array_equal(layer.forward(ones), layer.backward(ones))
    assert not np.array_equal(layer.forward(ones), layer.forward(ones))


def test_dropout_drops_units_at_each_run_s_own_rate():
    generators = [np.random.default_rng([7, k]) for k in range(2)]
    out = Dropout([0.0, 0.5], generators).forward(np.ones((2, 100, 100)))
    assert (out[0] == 1).all()
    np.testing.assert_array_equal(out[1], Dropout(0.5, np.random.default_rng([7, 1])).forward(np.ones((100, 100))))


def test_softmax_and_cross_entropy_by_hand():
    logits, target = np.log([[1.0, 3.0], [1.0, 1.0]]), np.array([[0.0, 1.0], [0.5, 0.5]])
    np.testing.assert_allclose(softmax(logits), [[0.25, 0.75], [0.5, 0.5]], rtol=1e-15)
    np.testing.assert_allclose(cross_entropy_loss(logits, target), (np.log(4 / 3) + np.log(2)) / 2, rtol=1e-15)
    np.testing.assert_allclose(cross_entropy_gradient(logits, target), [[0.125, -0.125], [0, 0]], atol=1e-16)


@pytest.mark.underflows
def test_cross_entropy_stands_huge_logits():
    np.testing.assert_allclose(cross_entropy_loss(np.array([[1e4, -1e4]]), np.array([[0.0, 1.0]])), 2e4)


def test_squared_loss_by_hand():
    out, target = np.array([[1.0], [4.0]]), np.array([[0.0], [2.0]])
    np.testing.assert_allclose(squared_loss(out, target), 5 / 4)
    np.testing.assert_allclose(squared_gradient(out, target), [[0.5], [1.0]])


@pytest.mark.parametrize(("init", "variance"), [("he", 2 / 400), ("xavier", 2 / 1000)])
def test_initial_weights_have_the_published_variance(init, variance):
    W = MLP((400, 600), init=init, seeds=0).dense[0].W
    # 2.4e5 weights: standard error of the variance √(2/2.4e5) = 0.3 %, taken 5 times
    np.testing.assert_allclose([W.var(), W.mean()], [variance, 0], rtol=0.015, atol=5 * np.sqrt(variance / 2.4e5))


def test_xavier_is_uniform():
    W = MLP((40, 60), init="xavier", seeds=0).dense[0].W
    reach = np.sqrt(6 / 100)
    assert 0.99 * reach < np.abs(W).max() < reach


def test_he_keeps_the_size_of_the_signal_through_relu_layers(rng):
    """He et al. 2015, section 2.2: E[x²] of the next layer's input is that of this one's."""
    outputs = MLP((256,) * 6, "relu", init="he", seeds=0).outputs(rng.standard_normal((500, 256)))
    sizes = [np.mean(out**2) for out in outputs[::2]]
    np.testing.assert_allclose(sizes, 2.0, rtol=0.25)  # variance 2 of the pre-activations; each layer adds √(5/256)·…


def test_a_run_is_the_same_in_any_company():
    many = MLP((4, 6, 3), drop_rate=0.5, norm="batch", seeds=[5, 0, 9])
    X = np.random.default_rng(1).standard_normal((7, 4))
    out = many.forward(X)
    alone = [MLP((4, 6, 3), drop_rate=0.5, norm="batch", seeds=seed).forward(X) for seed in (5, 0, 9)]
    np.testing.assert_allclose(
        out, alone, rtol=1e-12, atol=1e-14
    )  # one matrix product, summed in another order at worst


def test_a_seed_s_three_streams_have_nothing_in_common():
    draws = [MLP((2, 2), seeds=[0, 1]).generators(stream)[run].random() for stream in range(3) for run in range(2)]
    assert len({*draws}) == 6


def test_init_scale_acts_run_by_run():
    scaled = MLP((4, 6, 3), seeds=[2, 2], init_scale=[1.0, 0.1])
    np.testing.assert_allclose(scaled.weights[1], 0.1 * scaled.weights[0], rtol=1e-15)


def test_penalised_are_the_matrices_alone():
    plain, normed = MLP((3, 5, 2), seeds=[0, 1]), MLP((3, 5, 2), norm="batch", seeds=0)
    np.testing.assert_array_equal(plain.penalised, np.repeat([1, 0, 1, 0], [15, 5, 10, 2]))
    np.testing.assert_array_equal(normed.penalised, np.repeat([1, 0, 0, 1, 0], [15, 5, 5, 10, 2]))


def test_weights_are_what_the_layers_see():
    network = MLP((2, 3, 1), norm="batch", seeds=[0, 1])
    network.state[...] = np.arange(network.state.size, dtype=float).reshape(network.state.shape)
    np.testing.assert_array_equal(network.dense[0].W[1].ravel(), network.weights[1, :6])
    np.testing.assert_array_equal(network.layers[1].running_var, network.state[:, -3:])
    network.load(np.ones_like(network.state))
    assert (network.layers[1].gamma == 1).all()


@pytest.mark.parametrize(("ours", "theirs"), [("relu", "relu"), ("tanh", "tanh"), ("logistic", "logistic")])
def test_output_and_loss_are_scikit_learn_s(ours, theirs, rng):
    X, y = rng.standard_normal((40, 4)), rng.integers(0, 3, 40)
    peer = MLPClassifier((6, 5), activation=theirs, max_iter=1, alpha=0.0, random_state=0)
    peer.partial_fit(X, y, classes=[0, 1, 2])
    network = MLP((4, 6, 5, 3), ours, seeds=0)
    for layer, W, b in zip(network.dense, peer.coefs_, peer.intercepts_, strict=True):
        layer.W[...], layer.b[...] = W, b
    np.testing.assert_allclose(softmax(network.forward(X)), peer.predict_proba(X), rtol=1e-12)


def test_label_smoothing_by_hand():
    np.testing.assert_allclose(
        one_hot([2, 0], 4, 0.2), [[0.05, 0.05, 0.85, 0.05], [0.85, 0.05, 0.05, 0.05]], rtol=1e-15
    )


HOSTILE = [
    (lambda: Dropout(1.0), r"drop_rate.*\[0, 1\).*1.0"),
    (lambda: Dropout(-0.1), "drop_rate.*-0.1"),
    (lambda: Dropout(np.nan), "drop_rate.*nan"),
    (lambda: Dropout([0.1, 0.2]), r"drop_rate.*\(2,\)"),
    (lambda: Dropout(0.5).forward([[np.nan]]), "X.*nan"),
    (lambda: Dropout(0.5).backward(np.ones((2, 2))), r"dout.*None.*\(2, 2\)"),
    (lambda: BatchNorm(0), "n_features.*0"),
    (lambda: BatchNorm(2.5), "n_features.*2.5"),
    (lambda: BatchNorm(3, momentum=1.0), "momentum.*1.0"),
    (lambda: BatchNorm(3, epsilon=0.0), "epsilon.*0.0"),
    (lambda: BatchNorm(3).forward(np.ones((4, 2))), r"n, 3.*\(4, 2\)"),
    (lambda: BatchNorm(3).forward(np.ones((1, 3))), "at least 2 cases; got 1"),
    (lambda: BatchNorm(3).forward(np.ones(3)), r"\(n, 3\).*\(3,\)"),
    (lambda: Dropout(0.5, [np.random.default_rng(k) for k in (0, 1)]).forward(2.0), r"\(2, n, features\).*\(\)"),
    (lambda: BatchNorm(3).forward(np.ones((2, 4, 3))), r"\(2, 4, 3\)"),
    (lambda: LayerNorm(3, epsilon=-1.0), "epsilon.*-1.0"),
    (lambda: LayerNorm(3).forward(np.ones((4, 2))), r"\(4, 2\)"),
    (lambda: Activation("swish"), "activation.*relu.*swish"),
    (lambda: MLP((3,)), r"sizes.*\(3,\)"),
    (lambda: MLP((3, 0)), "sizes.*0"),
    (lambda: MLP((3, 2), init="zeros"), "init.*he.*zeros"),
    (lambda: MLP((3, 2), norm="group"), "norm.*batch.*group"),
    (lambda: MLP((3, 2), dtype="int"), "dtype.*float32.*int"),
    (lambda: MLP((3, 2), seeds=[]), "seeds"),
    (lambda: MLP((3, 2), seeds=-1), "seeds.*-1"),
    (lambda: MLP((3, 2), drop_rate=1.0), "drop_rate.*1.0"),
    (lambda: MLP((3, 2), drop_rate=[0.1, 0.2], seeds=[0, 1, 2]), r"drop_rate.*\(3,\).*\(2,\)"),
    (lambda: MLP((3, 2), init_scale=0.0), "init_scale.*0.0"),
    (lambda: MLP((3, 2)).forward(np.ones((4, 2))), r"n, 3.*\(4, 2\)"),
    (lambda: MLP((3, 2), seeds=[0, 1]).forward(np.ones((3, 4, 3))), r"\(3, 4, 3\)"),
    (lambda: MLP((3, 2)).load(np.ones(3)), r"state.*\(8,\).*\(3,\)"),
    (lambda: one_hot([0, 3], 3), "labels.*3"),
    (lambda: one_hot([0.5], 3), "labels.*0.5"),
    (lambda: one_hot([0], 3, label_smoothing=1.0), "label_smoothing.*1.0"),
    (lambda: LOSSES["squared"].encode([0.0], 1, 0.1), "label_smoothing.*0.1"),
]


@pytest.mark.parametrize(("call", "message"), HOSTILE)
def test_hostile_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
