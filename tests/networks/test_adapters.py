"""Adapters: counts, merging, and training held to a first step in closed form and to finite differences."""

import numpy as np
import pytest

from regviz import MLP, break_even_rank, lora_parameter_count, merge
from regviz.descent.optimizers import sgd
from regviz.networks import cross_entropy_loss, one_hot
from regviz.networks.adapters import adapt

SIZES, RUNS, CASES = (5, 4, 3), 2, 6


def data():
    rng = np.random.default_rng(0)
    return rng.standard_normal((RUNS, CASES, 5)), one_hot(rng.integers(0, 3, (RUNS, CASES)), 3)


def network():
    return MLP(SIZES, seeds=list(range(RUNS)))


def matrices(trained):
    return [dense.W.copy() for dense in trained.dense]


def test_counts_are_those_in_print():
    """LLaMA-7B with r = 8, in an issue of Chinese-LLaMA-Alpaca, and BERT-base with r = 16, in one of PEFT."""
    assert lora_parameter_count([(4096, 4096)] * 32 * 2, 8) == 4_194_304
    assert lora_parameter_count([(768, 768)] * 12 * 2, 16) == 589_824
    assert {lora_parameter_count([(12288, 12288)] * 96 * k, r) for k, r in ((1, 8), (2, 4), (4, 2))} == {18_874_368}
    assert lora_parameter_count([(3, 4), (5, 6)], 0) == 0


@pytest.mark.parametrize(("d_in", "d_out"), [(64, 64), (40, 30), (65, 10), (1, 1)])
def test_at_the_break_even_rank_both_have_as_many(d_in, d_out):
    assert break_even_rank(d_in, d_out) * (d_in + d_out) == pytest.approx(d_in * d_out, rel=1e-12)


def test_merging(rng):
    W, A, B = rng.standard_normal((4, 3)), rng.standard_normal((4, 2)), rng.standard_normal((2, 3))
    x = rng.standard_normal(4)
    np.testing.assert_allclose(x @ merge(W, A, B, 0.5), x @ W + 0.5 * (x @ A) @ B, atol=1e-12)
    np.testing.assert_array_equal(merge(W, A[:, :0], B[:0]), W)
    for wrong in ((A.T, B), (A, B[:, :2]), (A[:, :1], B), (A[0], B)):
        with pytest.raises(ValueError, match="A and B must have shapes"):
            merge(W, *wrong)


def first_matrix_gradient(X, target, h=1e-6):
    """By central differences; errors of 1e-9."""
    shape = network().dense[0].W.shape
    gradient = np.zeros(shape)
    for place in np.ndindex(shape[1:]):
        for sign in (1, -1):
            probe = network()
            probe.dense[0].W[(slice(None), *place)] += sign * h
            gradient[(slice(None), *place)] += sign * cross_entropy_loss(probe.apply(X), target) / (2 * h)
    return gradient


@pytest.mark.parametrize("rank", [1, 2, 5])
@pytest.mark.parametrize("scale", [1.0, np.array([0.5, 2.0])])
def test_the_first_step_is_known(rank, scale):
    """B = 0, so A rests and B moves by −ηs AᵀG: the update is −ηs² AAᵀG, of no more than this rank."""
    X, target = data()
    trained = network()
    before, rate = matrices(trained)[0], 0.1
    A = np.stack([generator.standard_normal((5, rank)) for generator in trained.generators(3)]) / np.sqrt(5)
    update = adapt(trained, X, target, rank, sgd(rate), 1, scale=scale, batch_size=CASES)[0]
    rows = np.random.default_rng(0).integers(0, CASES, CASES)
    gradient = first_matrix_gradient(X[:, rows], target[:, rows])
    s = np.broadcast_to(scale, RUNS)[:, None, None]
    np.testing.assert_allclose(update, -rate * s**2 * (A @ A.swapaxes(1, 2) @ gradient), atol=1e-8)
    np.testing.assert_allclose(trained.dense[0].W, before + update, atol=1e-12)


@pytest.mark.parametrize("rank", [1, 2, None])
def test_training_lowers_the_loss_within_the_rank_and_leaves_biases(rank):
    X, target = data()
    trained, losses = network(), []
    biases = [dense.b.copy() for dense in trained.dense]
    updates = adapt(
        trained,
        X,
        target,
        rank,
        sgd(0.2),
        60,
        watch=lambda step: losses.append(cross_entropy_loss(trained.apply(X), target)),
    )
    assert len(losses) == 61
    assert np.all(losses[-1] < losses[0] - 0.1)
    for update in updates:
        assert max(np.linalg.matrix_rank(one, tol=1e-9) for one in update) <= (rank or 99)
    for dense, b in zip(trained.dense, biases, strict=True):
        np.testing.assert_array_equal(dense.b, b)


def test_a_full_update_is_plain_descent():
    X, target = data()
    trained, plain = network(), network()
    rows = np.random.default_rng(3)
    adapt(trained, X, target, None, sgd(0.1), 5, batch_size=4, seed=3)
    for _ in range(5):
        batch = rows.integers(0, CASES, 4)
        out = plain.apply(X[:, batch])
        share = np.exp(out) / np.exp(out).sum(axis=-1, keepdims=True)
        plain.weight_gradient((share - target[:, batch]) / 4)
        for dense in plain.dense:
            dense.W -= 0.1 * dense.dW
    for ours, theirs in zip(matrices(trained), matrices(plain), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_rank_zero_changes_nothing():
    X, target = data()
    trained = network()
    before = matrices(trained)
    assert not any(update.any() for update in adapt(trained, X, target, 0, sgd(0.1), 3))
    for now, then in zip(matrices(trained), before, strict=True):
        np.testing.assert_array_equal(now, then)
