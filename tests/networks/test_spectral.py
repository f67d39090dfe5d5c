"""Power iteration against the SVD, the gradient through it against differences, batched against single runs."""

import numpy as np
import pytest

from regviz import MLP, certified_radius, group_sort, lipschitz_bound, power_iteration, spectral_normalize, split, train
from regviz.data.curves import two_moons
from regviz.networks import squared_gradient
from regviz.networks.spectral import GroupSort, SpectralDense, spectral_gradient

DATA = split(*two_moons(90, 0.2, seed=3), 60, 15, seed=0)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (1, 6), (6, 1)])
def test_power_iteration_finds_the_leading_triple(rng, shape):
    W = rng.standard_normal(shape)
    sigma, u, v = power_iteration(W, 3000)
    assert sigma == pytest.approx(np.linalg.norm(W, 2), rel=1e-10)
    np.testing.assert_allclose(W @ v, sigma * u, atol=1e-6)
    assert np.linalg.norm(u) == pytest.approx(1)


def test_a_matrix_of_zeros_and_one_of_rank_one():
    sigma, u, v = power_iteration(np.zeros((3, 2)), 5)
    assert sigma == 0
    assert np.isfinite(u).all()
    assert not v.any()
    a, b = np.array([1.0, 2.0]), np.array([2.0, 0.0, 1.0])
    assert power_iteration(np.outer(a, b), 1)[0] == pytest.approx(5, rel=1e-12)
    np.testing.assert_array_equal(spectral_normalize(np.zeros((3, 2))), 0)
    assert np.linalg.norm(spectral_normalize(np.outer(a, b), 0.7), 2) == pytest.approx(0.7)


def test_the_gradient_through_the_norm_is_that_of_differences(rng):
    W, G = rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
    left, values, right = np.linalg.svd(W)
    exact = spectral_gradient(G, W, values[0], left[:, 0], right[0])
    for i, j in np.ndindex(W.shape):
        step = np.zeros_like(W)
        step[i, j] = 1e-6
        numeric = (G * (spectral_normalize(W + step) - spectral_normalize(W - step))).sum() / 2e-6
        assert exact[i, j] == pytest.approx(numeric, abs=1e-7)
    assert (exact * W).sum() == pytest.approx(0, abs=1e-12)  # the size of W makes no difference


@pytest.mark.parametrize("activation", ["group_sort", "tanh"])
def test_the_gradient_of_a_bounded_network_is_that_of_differences(rng, activation):
    network = MLP((3, 4, 4, 2), activation, spectral_bound=1.3, seeds=0)
    X, target = rng.standard_normal((6, 3)), rng.standard_normal((6, 2))
    for _ in range(500):
        network.apply(X)
    network.eval()
    w = network.weights.copy()

    def loss(at):
        network.weights[...] = at
        return 0.5 * ((network.apply(X) - target) ** 2).sum() / 6

    loss(w)
    gradient = network.weight_gradient(squared_gradient(network.apply(X), target)).copy()
    numeric = [(loss(w + 1e-6 * e) - loss(w - 1e-6 * e)) / 2e-6 for e in np.eye(len(w))]
    np.testing.assert_allclose(gradient, numeric, atol=1e-8)


def test_a_bounded_network_is_no_steeper_than_its_bound(rng):
    network = MLP((5, 8, 8, 3), "group_sort", spectral_bound=0.9, seeds=0)
    X = rng.standard_normal((400, 5))
    for _ in range(500):
        network.apply(X)
    out = network.apply(X)
    assert lipschitz_bound([dense.effective for dense in network.dense]) == pytest.approx(0.9**3, rel=1e-9)
    apart = np.linalg.norm(out[1:] - out[:-1], axis=1) / np.linalg.norm(X[1:] - X[:-1], axis=1)
    assert apart.max() <= 0.9**3 * (1 + 1e-9)


@pytest.mark.parametrize("activation", ["group_sort", "relu"])
def test_runs_together_are_the_runs_alone(activation):
    bounds, seeds, settings = [0.7, np.inf, 2.0], [1, 2, 1], {"epochs": 3, "batch_size": 16}
    together = MLP((2, 6, 6, 2), activation, spectral_bound=bounds, seeds=seeds)
    train(together, DATA, **settings)
    for run, (bound, seed) in enumerate(zip(bounds, seeds, strict=True)):
        alone = MLP((2, 6, 6, 2), activation, spectral_bound=bound, seeds=seed)
        train(alone, DATA, **settings)
        np.testing.assert_allclose(together.weights[run], alone.weights, rtol=1e-6, atol=1e-9)


def test_a_free_run_is_plain_training():
    free, plain = (MLP((2, 6, 2), spectral_bound=bound, seeds=1) for bound in (np.inf, None))
    for network in (free, plain):
        train(network, DATA, epochs=3)
    np.testing.assert_allclose(free.weights, plain.weights, rtol=1e-12)


def test_a_layer_of_zeros_or_of_rank_one_has_its_bound_and_a_gradient(rng):
    X, dout = rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
    nothing = SpectralDense(np.zeros((3, 2)), np.ones(2), np.array(0.7))
    np.testing.assert_array_equal(nothing.apply(X), 1)
    nothing.pull(dout)
    np.testing.assert_allclose(nothing.dW, X.T @ dout, rtol=1e-12)
    thin = SpectralDense(np.outer(rng.standard_normal(3), rng.standard_normal(2)), np.zeros(2), np.array(0.7))
    thin.apply(X)
    assert np.linalg.norm(thin.effective, 2) == pytest.approx(0.7, rel=1e-12)
    thin.pull(dout)
    assert (thin.dW * thin.W).sum() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("batch_size", [1, 60])
def test_one_case_at_a_time_keeps_the_bound(batch_size):
    network = MLP((2, 6, 2), "group_sort", spectral_bound=0.8, seeds=2)
    history = train(network, DATA, epochs=2, batch_size=batch_size, learning_rate=1e-3)
    network.train()
    for _ in range(500):
        network.apply(DATA.X_train[:1])
    assert np.isfinite(history.train_loss).all()
    assert lipschitz_bound([dense.effective for dense in network.dense]) == pytest.approx(0.8**2, rel=1e-9)


def test_evaluation_leaves_the_vectors_alone():
    network = MLP((2, 6, 2), spectral_bound=1.0, seeds=1)
    network.eval()
    before = network.statistics.copy()
    network.apply(DATA.X_train)
    np.testing.assert_array_equal(network.statistics, before)
    network.train()
    network.apply(DATA.X_train)
    assert np.any(network.statistics != before)


def test_group_sort_keeps_lengths_and_its_gradient_goes_back_where_it_came_from(rng):
    z = rng.standard_normal((20, 8))
    out = group_sort(z)
    np.testing.assert_allclose(np.linalg.norm(out, axis=1), np.linalg.norm(z, axis=1), rtol=1e-12)
    np.testing.assert_array_equal(out[:, ::2], np.minimum(z[:, ::2], z[:, 1::2]))
    layer, dout = GroupSort(), rng.standard_normal((20, 8))
    layer.apply(z)
    numeric = [(dout * (group_sort(z + 1e-6 * e) - group_sort(z - 1e-6 * e))).sum(axis=1) / 2e-6 for e in np.eye(8)]
    np.testing.assert_allclose(layer.pull(dout), np.transpose(numeric), atol=1e-8)


def test_a_linear_classifier_is_turned_at_its_radius_and_not_before(rng):
    """With two classes and opposite rows the certificate is exact: the distance to the boundary."""
    a = rng.standard_normal(4)
    W = np.stack([a, -a], axis=1)
    X = rng.standard_normal((50, 4))
    labels = (X @ W).argmax(axis=1)
    radius = certified_radius(X @ W, labels, np.linalg.norm(W, 2))
    distance = np.abs(X @ a) / np.linalg.norm(a)
    np.testing.assert_allclose(radius, distance, rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: power_iteration(np.eye(2), 0), "iterations must be a whole number >= 1"),
        (lambda: power_iteration(np.eye(2), 1, [0.0, 0.0]), "not all zeros"),
        (lambda: power_iteration(np.eye(2), 1, [1.0]), r"u must be \(2,\)"),
        (lambda: spectral_normalize(np.eye(2), 0.0), "bound must be > 0"),
        (lambda: group_sort([1.0, 2.0, 3.0]), "even number"),
        (lambda: certified_radius([[1.0, 2.0]], [0], 0.0), "lipschitz must be > 0"),
        (lambda: MLP((2, 3, 2), "group_sort"), "even"),
        (lambda: MLP((2, 2), spectral_bound=0.0), "spectral_bound must be > 0"),
        (lambda: MLP((2, 2), spectral_bound=np.nan), "spectral_bound must be finite"),
        (lambda: MLP((2, 2), spectral_bound=[1.0, 2.0], seeds=[0, 1, 2]), "spectral_bound must be one number"),
    ],
)
def test_nonsense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
