"""Diagnostics against full Hessians, closed forms, loops, and the population that batches are drawn from."""

import hashlib
import json
from itertools import product

import numpy as np
import pytest

from regviz import (
    MLP,
    calibration,
    dead_share,
    diagnose,
    hessian_vector_product,
    margins,
    noise_scale,
    run_manifest,
    top_eigenvalue,
)
from regviz.networks import cross_entropy_gradient, cross_entropy_loss, one_hot, softmax
from regviz.networks.diagnostics import RULES

FINE = {"dead_at_start": 0, "first_loss": 2.4, "first_update": 0.02, "fresh_drop": 0, "gap": 0.05, "ahead": -0.03}
FINE["weights"] = 1.3


@pytest.fixture
def small(rng):
    """A network of 4-5-3 units with its loss and gradient on 20 cases."""
    network, X = MLP((4, 5, 3), "tanh", "xavier", seeds=3), rng.standard_normal((20, 4))
    target, w = one_hot(rng.integers(0, 3, 20), 3), network.weights.copy()

    def loss(at):
        network.weights[...] = at
        return float(cross_entropy_loss(network.apply(X), target))

    def gradient(at):
        network.weights[...] = at
        return network.weight_gradient(cross_entropy_gradient(network.apply(X), target)).copy()

    return loss, gradient, w


def hessian_of(loss, w, h=1e-3):
    """Return the Hessian from values of the loss alone, to h²."""
    steps, p = h * np.eye(len(w)), len(w)
    full = np.empty((p, p))
    for i, j in product(range(p), range(p)):
        ends = [a * b * loss(w + a * steps[i] + b * steps[j]) for a, b in product((1, -1), repeat=2)]
        full[i, j] = sum(ends) / (4 * h**2)
    return full


def test_products_and_top_eigenvalue_of_a_small_network(small):
    """Against all 43² second differences of the loss: their error is of the order h² = 1e-6."""
    loss, gradient, w = small
    full = hessian_of(loss, w)
    for v in np.random.default_rng(1).standard_normal((3, w.size)):
        np.testing.assert_allclose(hessian_vector_product(gradient, w, v), full @ v, atol=2e-5)
    top = top_eigenvalue(lambda v: hessian_vector_product(gradient, w, v), w.size, steps=w.size)
    assert top == pytest.approx(np.linalg.eigvalsh(full)[-1], abs=1e-5)


def test_gradient_by_finite_differences(small):
    loss, gradient, w = small
    h = 1e-6
    numeric = [(loss(w + h * e) - loss(w - h * e)) / (2 * h) for e in np.eye(w.size)]
    np.testing.assert_allclose(gradient(w), numeric, atol=1e-8)


def test_softmax_regression_at_zero_has_a_known_sharpness(rng):
    """At w = 0 the Hessian is (XᵀX/n) ⊗ (I/K − 11ᵀ/K²), whose largest eigenvalue is that of XᵀX/n over K."""
    X, labels = rng.standard_normal((30, 6)), rng.integers(0, 4, 30)
    target = one_hot(labels, 4)

    def gradient(w):
        return (X.T @ (softmax(X @ w.reshape(6, 4)) - target) / 30).ravel()

    exact = np.linalg.eigvalsh(X.T @ X / 30)[-1] / 4
    found = top_eigenvalue(lambda v: hessian_vector_product(gradient, np.zeros(24), v), 24, steps=24)
    assert found == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize("size", [1, 2, 12])
@pytest.mark.parametrize("seed", range(4))
def test_lanczos_finds_the_largest_not_the_longest(size, seed):
    A = np.random.default_rng(seed).standard_normal((size, size))
    A = A + A.T - 5 * np.eye(size)
    assert top_eigenvalue(A.__matmul__, size, seed) == pytest.approx(np.linalg.eigvalsh(A)[-1], abs=1e-9)


def test_lanczos_stops_at_what_is_never_above(rng):
    A = rng.standard_normal((80, 80))
    A, exact = A @ A.T, np.linalg.eigvalsh(A @ A.T)[-1]
    found = [top_eigenvalue(A.__matmul__, 80, steps=steps) for steps in (1, 3, 10, 30)]
    assert np.all(np.diff(found) > 0)
    assert found[-1] == pytest.approx(exact, rel=1e-6)
    assert found[-1] <= exact * (1 + 1e-12)
    assert top_eigenvalue(np.zeros((3, 3)).__matmul__, 3) == 0
    assert top_eigenvalue(lambda v: 2 * v, 5) == pytest.approx(2, rel=1e-14)


def test_a_product_along_nothing_is_nothing():
    assert hessian_vector_product(lambda w: w, [1.0, 2.0], [0.0, 0.0]).tolist() == [0, 0]


def test_margins_are_those_of_a_loop(rng):
    logits, labels = rng.standard_normal((2, 7, 4)), rng.integers(0, 4, (2, 7))
    found = margins(logits, labels)
    for run, case in product(range(2), range(7)):
        z, label = logits[run, case], labels[run, case]
        assert found[run, case] == z[label] - max(z[k] for k in range(4) if k != label)
        assert (found[run, case] > 0) == (z.argmax() == label)


def test_calibration_by_hand():
    """Four cases in two of ten bins: confidence .65 with half right, .95 with half right."""
    p = np.array([[0.65, 0.35], [0.65, 0.35], [0.95, 0.05], [0.05, 0.95]])
    told = calibration(p, [0, 1, 0, 0], bins=10)
    assert told.signed == pytest.approx((0.15 + 0.45) / 2)
    assert told.ece == pytest.approx((0.15 + 0.45) / 2)
    assert told.nll == pytest.approx(-np.log(0.65 * 0.35 * 0.95 * 0.05) / 4)
    opposite = calibration([[0.65, 0.35], [0.65, 0.35], [0.95, 0.05], [0.95, 0.05]], [0, 0, 0, 1], bins=10)
    assert opposite.signed == pytest.approx((-0.35 + 0.45) / 2)
    assert opposite.ece == pytest.approx((0.35 + 0.45) / 2)


def test_one_bin_leaves_the_size_of_the_sign(rng):
    p, labels = softmax(rng.standard_normal((200, 5))), rng.integers(0, 5, 200)
    one, many = calibration(p, labels, bins=1), calibration(p, labels)
    assert one.ece == pytest.approx(abs(one.signed)) == pytest.approx(abs(many.signed))
    assert many.ece >= abs(many.signed) - 1e-12


def test_what_was_ruled_out_and_true_costs_without_bound():
    told = calibration([[1.0, 0.0], [1.0, 0.0]], [0, 1])
    assert (told.signed, told.ece, told.nll) == (0.5, 0.5, np.inf)


def test_dead_units():
    outputs = np.array([[[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]])
    assert dead_share(outputs).tolist() == [1 / 3, 1.0]


@pytest.mark.parametrize(("b", "B"), [(1, 2), (10, 100)])
def test_noise_scale_of_exact_expectations(rng, b, B):
    """Drawn with replacement from a finite population, E‖G_b‖² = ‖G‖² + tr Σ/b exactly."""
    each = rng.standard_normal((40, 6)) + 0.5
    mean = each.mean(axis=0)
    spread = ((each - mean) ** 2).sum() / 40
    squares = [[mean @ mean + spread / size] for size in (b, B)]
    assert noise_scale(*squares, b, B) == pytest.approx(spread / (mean @ mean))


def test_noise_scale_from_batches_that_are_all_there_are(rng):
    each = rng.standard_normal((5, 3)) + 1
    mean = each.mean(axis=0)
    singles = (each**2).sum(axis=1)
    pairs = [((each[i] + each[j]) ** 2).sum() / 4 for i, j in product(range(5), repeat=2)]
    exact = ((each - mean) ** 2).sum() / 5 / (mean @ mean)
    assert noise_scale(singles, pairs, 1, 2) == pytest.approx(exact)


def test_noise_that_hides_the_gradient_has_no_scale():
    assert noise_scale([10.0], [0.5], 1, 10) == np.inf


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.fault)
def test_each_sign_past_its_bound_is_its_fault(rule):
    side = 1 if rule.above else -1
    assert diagnose(FINE) == "healthy"
    assert diagnose(FINE | {rule.signal: rule.bound + side * 1e-9}) == rule.fault


def test_the_first_sign_wins():
    assert diagnose(FINE | {"first_update": 2.0, "first_loss": 20}) == "raw"
    assert diagnose(FINE | {"first_update": 2.0}) == "high"


def test_a_manifest_can_be_checked_by_anyone():
    made = run_manifest([3], {"train": [2, 0], "test": [1]}, [1, 0, 1], learning_rate=0.1, batch_size=2, epochs=4)
    assert json.loads(json.dumps(made)) == made
    digest = hashlib.sha256(b"".join(k.to_bytes(8, "little") for k in (2, 0))).hexdigest()
    assert made["split"]["train"] == {"cases": 2, "sha256": digest}
    assert made["labels_sha256"] == hashlib.sha256(b"".join(k.to_bytes(8, "little") for k in (1, 0, 1))).hexdigest()
    assert made["versions"]["numpy"] == np.__version__
    assert {"seeds", "dtype", "blas", "schedule", "lambda_convention", "stopping_rule"} <= set(made)
    assert made["uses_of_the_test_set"] == 0


HOW = {"learning_rate": 0.1, "batch_size": 2, "epochs": 4}
WRONG = {
    "shapes": (lambda: hessian_vector_product(lambda w: w, [1.0], [1.0, 2.0]), r"\(1,\) and \(2,\)"),
    "NaN": (lambda: hessian_vector_product(lambda w: w, [np.nan], [1.0]), "w must be finite; got nan"),
    "product": (lambda: top_eigenvalue(lambda v: v[:1], 2), r"shape \(2,\); got \(1,\)"),
    "size": (lambda: top_eigenvalue(lambda v: v, 0), "size must be a whole number >= 1; got 0"),
    "one class": (lambda: margins([[1.0]], [0]), "classes >= 2"),
    "label": (lambda: margins([[1.0, 2.0]], [2]), "labels must be below 2; got 2"),
    "half a label": (lambda: margins([[1.0, 2.0]], [0.5]), "whole numbers; got 0.5"),
    "labels": (lambda: margins([[1.0, 2.0]], [0, 1]), r"labels must have shape \(1,\)"),
    "no probabilities": (lambda: calibration([[0.5, 0.6]], [0]), "sum to 1 in every row; got 1.1"),
    "negative": (lambda: calibration([[1.5, -0.5]], [0]), "probabilities must be >= 0"),
    "no cases": (lambda: calibration(np.zeros((0, 2)), []), "n >= 1"),
    "no units": (lambda: dead_share(np.zeros((2, 0))), "n, units >= 1"),
    "batches": (lambda: noise_scale([1.0], [1.0], 4, 4), "small must be < large"),
    "missing": (lambda: diagnose({"first_loss": 1.0}), "must have 'dead_at_start'"),
    "unknown": (lambda: diagnose(FINE | {"gap": np.nan}), "gap must be finite"),
    "twice": (lambda: run_manifest([0], {"a": [1, 2], "b": [2]}, [0], **HOW), "got case 2 more than once"),
    "rate": (lambda: run_manifest([0], {}, [0], **HOW | {"learning_rate": 0}), "learning_rate must be > 0"),
}


@pytest.mark.parametrize(("call", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
