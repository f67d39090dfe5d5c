"""SAM's perturbation, step and edge against closed forms; SAM in training against a loop written out by hand."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from regviz import (
    MLP,
    momentum,
    sam_edge,
    sam_perturbation,
    sam_step,
    sgd,
    split,
    top_eigenvalue,
    top_hessian_eigenvalue,
    train,
)
from regviz.data.curves import two_moons
from regviz.networks import cross_entropy_gradient, one_hot

DATA = split(*two_moons(90, 0.2, seed=3), 60, 15, seed=0)


def test_the_perturbation_is_the_steepest_of_its_length(rng):
    g, rho = rng.standard_normal((7, 5)), rng.uniform(0.1, 2, 7)
    epsilon = sam_perturbation(g, rho)
    np.testing.assert_allclose(np.linalg.norm(epsilon, axis=1), rho, rtol=1e-12)
    others = rng.standard_normal((1000, 7, 5))
    others *= (rho / np.linalg.norm(others, axis=-1))[..., None]
    assert np.all((g * epsilon).sum(axis=1) >= (g * others).sum(axis=-1) - 1e-12)


def test_the_adaptive_perturbation_is_the_steepest_of_its_length_in_units_of_w(rng):
    g, w, rho = rng.standard_normal(5), rng.standard_normal(5), 0.3
    epsilon = sam_perturbation(g, rho, w)
    assert np.linalg.norm(epsilon / w) == pytest.approx(rho, rel=1e-12)
    others = rng.standard_normal((1000, 5))
    others *= np.abs(w) * rho / np.linalg.norm(others, axis=1)[:, None]
    assert np.all(g @ epsilon >= others @ g - 1e-12)


def test_other_units_do_not_change_the_adaptive_perturbation(rng):
    g, w, units = rng.standard_normal((3, 6))
    other = sam_perturbation(g / units, 0.5, w * units)
    np.testing.assert_allclose(other, units * sam_perturbation(g, 0.5, w), rtol=1e-12)


@pytest.mark.parametrize("w", [None, np.array([0.0, 2.0])])
def test_no_gradient_no_perturbation(w):
    np.testing.assert_array_equal(sam_perturbation([0.0, 0.0], 0.5, w), [0, 0])


def test_where_there_is_no_gradient_nothing_moves():
    np.testing.assert_array_equal(sam_step([1.0, -2.0], lambda w: 0 * w, 0.1, 0.5), [1, -2])
    certain = replace(DATA, **{f"y_{p}": 0 * getattr(DATA, f"y_{p}") for p in ("train", "validation", "test")})
    network = MLP((2, 4, 1), seeds=0)  # of one class alone the loss is 0 everywhere
    before = network.weights.copy()
    train(network, certain, rho=0.2, optimizer=sgd, learning_rate=0.1, epochs=2)
    np.testing.assert_array_equal(network.weights, before)


@pytest.mark.parametrize("seed", range(3))
def test_the_largest_eigenvalue_is_that_of_the_full_hessian(seed):
    network = MLP((2, 6, 2), "tanh", seeds=seed)
    X, target = DATA.X_train, one_hot(DATA.y_train, 2)

    def gradient(at):
        network.weights[...] = at
        return network.weight_gradient(cross_entropy_gradient(network.apply(X), target)).copy()

    w = network.weights.copy()
    full = np.array([(gradient(w + 1e-5 * e) - gradient(w - 1e-5 * e)) / 2e-5 for e in np.eye(len(w))])
    largest = np.linalg.eigvalsh((full + full.T) / 2)[-1]
    assert top_hessian_eigenvalue(gradient, w, 30) == pytest.approx(largest, rel=1e-5)


def test_a_weight_of_zero_stays_in_the_adaptive_form():
    np.testing.assert_allclose(sam_perturbation([3.0, 4.0], 0.5, [0.0, 2.0]), [0, 1.0], rtol=1e-12)


def test_radius_zero_is_gradient_descent(rng):
    a, w = rng.uniform(1, 3, 4), rng.standard_normal(4)
    np.testing.assert_array_equal(sam_step(w, lambda v: a * v, 0.1, 0.0), w - 0.1 * (a * w))


def test_a_step_on_a_quadratic_by_hand():
    w = sam_step([3.0, 4.0], lambda v: np.array([1.0, 1.0]) * v, 0.1, 1.0)
    np.testing.assert_allclose(w, [3 - 0.1 * 3.6, 4 - 0.1 * 4.8], rtol=1e-12)


@pytest.mark.parametrize(("norm", "rate", "rho"), [(1.0, 0.1, 0.5), (0.01, 0.4, 0.1), (3.0, 0.05, 1e-6)])
def test_the_edge_is_the_printed_one_and_where_the_step_turns_back(norm, rate, rho):
    printed = norm / (2 * rho) * (np.sqrt(1 + 8 * rho / (rate * norm)) - 1)
    edge = float(sam_edge(norm, rate, rho))
    assert edge == pytest.approx(printed, rel=1e-6)
    w = norm / edge  # on ½ edge w² the gradient there has this norm, and a step leads to −w
    assert float(sam_step([w], lambda v: edge * v, rate, rho)[0]) == pytest.approx(-w, rel=1e-9)


def test_the_largest_eigenvalue_is_no_negative_one_of_larger_size(rng):
    Q = np.linalg.qr(rng.standard_normal((30, 30)))[0]
    H = (Q * np.concatenate([[-50.0], np.linspace(-1, 4, 29)])) @ Q.T
    assert top_hessian_eigenvalue(lambda w: H @ w, np.zeros(30), 30) == pytest.approx(4, rel=1e-5)
    assert top_eigenvalue(lambda v: H @ v, 30, steps=30) == pytest.approx(4, rel=1e-9)


def by_hand(seed, rho, m, adaptive):
    """Two epochs of SAM with SGD, in the network's own order of batches."""
    network, target = MLP((2, 6, 2), seeds=seed), one_hot(DATA.y_train, 2)
    orders = network.generators(2)[0]

    def gradient(w, rows):
        network.weights[...] = w
        return network.weight_gradient(cross_entropy_gradient(network.apply(DATA.X_train[rows]), target[rows])).copy()

    w = network.weights.copy()
    for _ in range(2):
        order = orders.permutation(60)
        for start in range(0, 60, 20):
            total = 0
            for part in np.split(order[start : start + 20], 20 // m):
                g = gradient(w, part)
                total = total + gradient(w + sam_perturbation(g, rho, w if adaptive else None), part) * m / 20
            w = w - 0.3 * total
    return w


@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("m", [20, 5])
def test_training_is_the_loop_written_out(m, adaptive):
    network = MLP((2, 6, 2), seeds=4)
    train(
        network,
        DATA,
        optimizer=sgd,
        learning_rate=0.3,
        epochs=2,
        batch_size=20,
        rho=0.4,
        sam_batch=m,
        adaptive=adaptive,
    )
    np.testing.assert_allclose(network.weights, by_hand(4, 0.4, m, adaptive), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("norm", [None, "batch", "layer"])
def test_runs_together_are_the_runs_alone_and_radius_zero_is_plain_training(norm):
    settings = {"optimizer": partial(momentum, momentum=0.9), "learning_rate": 0.1, "epochs": 4, "batch_size": 16}
    together = MLP((2, 6, 2), norm=norm, seeds=[1, 2, 1])
    train(together, DATA, rho=[0.0, 0.2, 0.5], **settings)
    for run, (seed, rho) in enumerate([(1, 0.0), (2, 0.2), (1, 0.5)]):
        alone = MLP((2, 6, 2), norm=norm, seeds=seed)
        train(alone, DATA, rho=rho, **settings)
        np.testing.assert_allclose(together.state[run], alone.state, rtol=1e-6, atol=1e-9)
    plain, none = MLP((2, 6, 2), norm=norm, seeds=1), MLP((2, 6, 2), norm=norm, seeds=1)
    train(plain, DATA, **settings)
    train(none, DATA, rho=0.0, **settings)
    np.testing.assert_array_equal(none.state, plain.state)


def test_a_batch_of_one_has_its_own_perturbation():
    network, other = MLP((2, 6, 2), seeds=0), MLP((2, 6, 2), seeds=0)
    settings = {"optimizer": sgd, "learning_rate": 0.1, "epochs": 1, "batch_size": 1, "rho": 0.2}
    train(network, DATA, **settings)
    train(other, DATA, sam_batch=1, **settings)
    np.testing.assert_array_equal(network.weights, other.weights)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sam_perturbation([1.0], -0.1), r"rho must be >= 0; got -0\.1"),
        (lambda: sam_perturbation([1.0], [0.1, 0.2]), "rho one number"),
        (lambda: sam_perturbation([1.0], 0.1, [1.0, 2.0]), "shape of the gradient"),
        (lambda: sam_step([1.0], lambda w: w, 0.0, 0.1), "learning_rate must be > 0"),
        (lambda: sam_edge(0.0, 0.1, 0.1), "gradient_norm must be > 0"),
        (lambda: train(MLP((2, 2)), DATA, rho=-1.0), "rho must be >= 0"),
        (lambda: train(MLP((2, 2)), DATA, sam_batch=0), "sam_batch must be a whole number >= 1; got 0"),
    ],
)
def test_nonsense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
