"""Completion: the duality gap recomputed, fixed points, edges; Stein's estimate against losses and differences."""

import numpy as np
import pytest

from regviz import (
    hard_impute,
    nuclear_gap,
    prox_nuclear,
    soft_impute_path,
    svt_completion,
    svt_risk_estimate,
    truncate,
)
from regviz.linear.completion import exact_completions, shrink


def problem(seed=0, shape=(20, 14), rank=2, share=0.6, noise=0.2):
    rng = np.random.default_rng(seed)
    L = rng.standard_normal((shape[0], rank)) @ rng.standard_normal((rank, shape[1]))
    return L + noise * rng.standard_normal(shape), rng.random(shape) < share


def gap_again(Y, observed, Z, lambda_):
    """Primal less dual, written out: D = ½‖P(Y)‖² − ½‖P(Y) − Θ‖² at Θ = R·min(1, λ/‖R‖₂)."""
    seen = np.where(observed, Y, 0.0)
    residual = np.where(observed, seen - Z, 0.0)
    largest = np.linalg.svd(residual, compute_uv=False)[0]
    dual = residual * min(1.0, lambda_ / max(largest, 1e-300))
    primal = (residual**2).sum() / 2 + lambda_ * np.linalg.svd(Z, compute_uv=False).sum()
    return primal - ((seen**2).sum() / 2 - ((seen - dual) ** 2).sum() / 2)


@pytest.mark.parametrize("shape", [(20, 14), (14, 20), (1, 6), (6, 1)])
def test_the_path_is_optimal_at_every_strength(shape):
    Y, observed = problem(shape=shape, rank=1)
    half = (Y[observed] ** 2).sum() / 2
    lambdas = np.linalg.norm(np.where(observed, Y, 0), 2) * np.array([0.01, 2.0, 0.1, 1.0, 0.4])  # in no order
    for Z, lambda_ in zip(soft_impute_path(Y, observed, lambdas, 1e-8), lambdas, strict=True):
        gap = gap_again(Y, observed, Z, lambda_)
        assert -1e-12 * half <= gap <= 1.001e-8 * half
        assert nuclear_gap(Y, observed, Z, lambda_) == pytest.approx(gap, abs=1e-12 * half)


def test_the_gap_bounds_what_is_left():
    Y, observed = problem()
    lambda_ = 1.0

    def objective(Z):
        return ((Z - Y)[observed] ** 2).sum() / 2 + lambda_ * np.linalg.svd(Z, compute_uv=False).sum()

    least = objective(soft_impute_path(Y, observed, [lambda_], 1e-12)[0])
    for tolerance in (1e-1, 1e-2, 1e-4):
        Z = soft_impute_path(Y, observed, [lambda_], tolerance)[0]
        assert 0 <= objective(Z) - least <= nuclear_gap(Y, observed, Z, lambda_) + 1e-9


def test_the_solution_thresholds_its_own_filling():
    Y, observed = problem()
    Z = soft_impute_path(Y, observed, [1.0], 1e-13)[0]
    np.testing.assert_allclose(prox_nuclear(np.where(observed, Y, Z), 1.0), Z, atol=1e-5)


def test_with_everything_seen_it_is_the_prox():
    Y, _ = problem()
    every = np.ones_like(Y, dtype=bool)
    for Z, lambda_ in zip(soft_impute_path(Y, every, [0.0, 1.0, 5.0]), [0.0, 1.0, 5.0], strict=True):
        np.testing.assert_allclose(Z, prox_nuclear(Y, lambda_), atol=1e-9)
    np.testing.assert_allclose(hard_impute(Y, every, 2), truncate(Y, 2), atol=1e-9)


def test_with_nothing_seen_it_is_zero():
    Y, nothing = np.full((4, 3), np.nan), np.zeros((4, 3), dtype=bool)
    assert not soft_impute_path(Y, nothing, [0.0, 1.0]).any()
    assert not hard_impute(Y, nothing, 2).any()
    assert not svt_completion(Y, nothing, 1.0, 1.0).any()
    assert nuclear_gap(Y, nothing, np.zeros((4, 3)), 1.0) == 0


def test_an_empty_row_and_column_stay_zero():
    Y, observed = problem()
    observed[3], observed[:, 5] = False, False
    Y = np.where(observed, Y, np.nan)  # what is not seen is not looked at
    for Z in (*soft_impute_path(Y, observed, [0.0, 0.5]), hard_impute(Y, observed, 2)):
        np.testing.assert_allclose(Z[3], 0, atol=1e-12)
        np.testing.assert_allclose(Z[:, 5], 0, atol=1e-12)


def test_past_the_largest_singular_value_nothing_is_left():
    Y, observed = problem()
    largest = np.linalg.norm(np.where(observed, Y, 0), 2)
    path = soft_impute_path(Y, observed, [largest * (1 + 1e-9), largest * 0.99])
    assert not path[0].any()
    assert path[1].any()


def test_ranks_at_the_ends():
    Y, observed = problem()
    assert not hard_impute(Y, observed, 0).any()
    np.testing.assert_allclose(hard_impute(Y, observed, 99)[observed], Y[observed], atol=1e-9)


def test_hard_impute_is_stationary_and_beats_plain_steps():
    """At the answer the residual is orthogonal to both singular spaces; plain steps end at the same misfit."""
    Y, observed = problem(shape=(30, 25), noise=0.1)
    Z = hard_impute(Y, observed, 2, tolerance=1e-12)
    residual = np.where(observed, Y - Z, 0)
    U, _, Vt = np.linalg.svd(Z)
    assert np.abs(residual @ Vt[:2].T).max() < 1e-6
    assert np.abs(U[:, :2].T @ residual).max() < 1e-6
    plain = np.zeros_like(Y)
    for _ in range(500):
        plain = truncate(np.where(observed, Y, plain), 2)
    assert (residual**2).sum() <= (np.where(observed, Y - plain, 0) ** 2).sum() + 1e-9


def test_hard_impute_finds_a_matrix_without_noise():
    Y, observed = problem(noise=0.0)
    np.testing.assert_allclose(hard_impute(Y, observed, 2, tolerance=1e-10), Y, atol=1e-6)


def test_svt_ends_at_its_own_optimum(rng):
    """Among matrices that agree with the seen entries, up to the 1e-7 to which it does, none nearby costs less."""
    Y, observed = problem(shape=(40, 40), noise=0.0)
    tau = 200.0
    Z = svt_completion(Y, observed, tau, 1.2 / observed.mean(), tolerance=1e-7)
    assert np.linalg.norm((Z - Y)[observed]) <= 1e-7 * np.linalg.norm(Y[observed])
    assert np.linalg.norm(Z - Y) <= 1e-3 * np.linalg.norm(Y)
    steps = np.where(observed, 0, rng.standard_normal((20, 40, 40)))
    others = Z + np.geomspace(1e-3, 1, 8)[:, None, None, None] * steps
    costs = tau * np.linalg.svd(others, compute_uv=False).sum(axis=-1) + (others**2).sum(axis=(2, 3)) / 2
    assert costs.min() > tau * np.linalg.svd(Z, compute_uv=False).sum() + (Z**2).sum() / 2


def test_svt_says_when_its_steps_are_too_long():
    Y, observed = problem()
    with pytest.raises(ValueError, match="delta must suit"):
        svt_completion(Y, observed, 50.0, 20.0, iterations=50)


def test_the_least_nuclear_norm_is_certified():
    """A multiplier on the seen entries with norm 1 that supports ‖·‖_* at Z proves that no completion has less."""
    Y, observed = problem(shape=(12, 12), noise=0.3, share=0.5)
    Z = exact_completions(Y[None], observed[None], tolerance=1e-9, iterations=5000)[0]
    np.testing.assert_allclose(Z[observed], Y[observed])
    near = soft_impute_path(Y, observed, [1e-3], 1e-12)[0]  # its residual, over λ, is near such a multiplier
    multiplier = np.where(observed, Y - near, 0) / 1e-3
    multiplier /= max(np.linalg.norm(multiplier, 2), 1.0)
    bound = (multiplier * Y)[observed].sum()
    assert bound <= np.linalg.svd(Z, compute_uv=False).sum() + 1e-9
    assert np.linalg.svd(Z, compute_uv=False).sum() <= bound * (1 + 3e-4)  # the multiplier is off by a share of λ


@pytest.mark.parametrize("shape", [(5, 9), (9, 5), (6, 6)])
def test_shrinking_by_eigenvectors_is_the_prox(shape, rng):
    W = rng.standard_normal((3, *shape))
    Z, s = shrink(W, 0.7)
    for one, values, whole in zip(Z, s, W, strict=True):
        expected = prox_nuclear(whole, 0.7)
        np.testing.assert_allclose(one, expected, atol=1e-12)
        np.testing.assert_allclose(np.sort(values)[::-1], np.linalg.svd(expected, compute_uv=False), atol=1e-12)


@pytest.mark.parametrize("shape", [(6, 6), (7, 5), (4, 8)])
def test_the_divergence_in_steins_estimate(shape, rng):
    """By central differences over every entry; h = 1e-6 leaves errors of 1e-9 away from the kinks."""
    Y, lambdas, h = rng.standard_normal(shape), np.array([0.0, 0.4, 1.1, 9.0]), 1e-6
    s = np.linalg.svd(Y, compute_uv=False)
    assert np.abs(s[:, None] - lambdas).min() > 1e-3
    estimate = svt_risk_estimate(s, shape, 1.0, lambdas)
    for lambda_, told in zip(lambdas, estimate, strict=True):
        divergence = 0.0
        for place in np.ndindex(shape):
            E = np.zeros(shape)
            E[place] = h
            divergence += (prox_nuclear(Y + E, lambda_) - prox_nuclear(Y - E, lambda_))[place] / (2 * h)
        loss = ((prox_nuclear(Y, lambda_) - Y) ** 2).sum()
        assert told == pytest.approx(-Y.size + loss + 2 * divergence, abs=1e-5)


def test_steins_estimate_is_unbiased():
    """Over 400 draws, within four standard errors of the mean loss at each of six strengths."""
    rng = np.random.default_rng(0)
    L = 2 * rng.standard_normal((8, 2)) @ rng.standard_normal((2, 6))
    Y = L + 0.7 * rng.standard_normal((400, 8, 6))
    lambdas = np.array([0.0, 0.5, 1.0, 2.0, 4.0, 20.0])
    U, s, Vt = np.linalg.svd(Y, full_matrices=False)
    told = np.array([svt_risk_estimate(one, (8, 6), 0.7, lambdas) for one in s])
    kept = np.maximum(s[:, None] - lambdas[:, None], 0)
    Z = (U[:, None] * kept[:, :, None, :]) @ Vt[:, None]
    off = told - ((Z - L) ** 2).sum(axis=(2, 3))
    assert np.all(np.abs(off.mean(axis=0)) < 4 * off.std(axis=0, ddof=1) / np.sqrt(400))


def test_ties_do_no_harm():
    s = np.array([3.0, 3.0, 1.0, 0.0, 0.0])
    near = s + 1e-7 * np.arange(5)[::-1]
    np.testing.assert_allclose(
        svt_risk_estimate(s, (5, 5), 1.0, [0.5, 2.0]), svt_risk_estimate(near, (5, 5), 1.0, [0.5, 2.0]), rtol=1e-5
    )


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda Y, seen: soft_impute_path(Y, seen.astype(float), [1.0]), "True and False; got float64"),
        (lambda Y, seen: soft_impute_path(Y, seen[:2], [1.0]), r"observed must have shape \(20, 14\)"),
        (lambda Y, seen: soft_impute_path(Y[0], seen[0], [1.0]), r"Y must have shape \(m, n\)"),
        (lambda Y, seen: soft_impute_path(Y, seen, [-1.0]), "lambdas must be >= 0; got -1"),
        (lambda Y, seen: soft_impute_path(Y, seen, 1.0), r"lambdas must have shape \(k,\)"),
        (lambda Y, seen: soft_impute_path(np.full_like(Y, np.nan), seen, [1.0]), "Y must be finite; got nan"),
        (lambda Y, seen: nuclear_gap(Y, seen, Y[:3], 1.0), r"Z must have shape \(20, 14\)"),
        (lambda Y, seen: hard_impute(Y, seen, -1), "rank must be a whole number >= 0; got -1"),
        (lambda Y, seen: svt_completion(Y, seen, 0.0, 1.0), "tau must be > 0; got 0"),
        (lambda Y, seen: svt_risk_estimate(Y[0], (3, 3), 1.0, [1.0]), "s must be >= 0"),
        (lambda Y, seen: svt_risk_estimate([1.0], (3, 3), 1.0, [1.0]), r"s must have shape \(3,\) to match 3 x 3"),
    ],
)
def test_what_does_not_fit_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call(*problem())
