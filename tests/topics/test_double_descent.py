"""One test for each line of "what to notice" on the page, and for what the panels are made of."""

import numpy as np
import pytest
from claims import claim

from regviz import min_norm, random_features, ridge_closed_form
from regviz.data.digits import load_digits
from regviz.experiments.double_descent import (
    DRAWS,
    SAMPLES,
    STRENGTHS,
    TOTALS,
    WIDTHS,
    by_features,
    by_samples,
    digits,
    drawn,
    features,
    fits,
    strong,
    weights,
)
from regviz.figures import double_descent as topic
from regviz.figures.double_descent import Settings
from regviz.knobs import grid
from regviz.ui.topic import Shown


def exact(p, n, signal, noise):
    """The mean error at λ = 0 of Belkin, Hsu and Xu, written out: `noise` is σ² and what is left out."""
    few = noise * (1 + p / np.maximum(n - p - 1.0, 1))
    many = signal * (1 - n / p) + noise * (1 + n / np.maximum(p - n - 1.0, 1))
    return np.where(np.abs(p - n) <= 1, np.inf, np.where(p < n, few, many))


def strength(lambda_):
    """The index of the λ with this label."""
    return list(STRENGTHS).index(lambda_)


def at(sizes, size):
    """The index of a size."""
    return list(sizes).index(size)


def draws_by_lstsq(p):
    """Errors and lengths at λ = 0 of the draws with p of 200 equal features, σ = 0.2 and n = 40, fit by fit."""
    X, eps = drawn(40, 200, DRAWS)
    beta = np.full(200, 200**-0.5)
    w = np.array([np.linalg.lstsq(x[:, :p], x @ beta + 0.2 * e, rcond=None)[0] for x, e in zip(X, eps, strict=True)])
    return ((w - beta[:p]) ** 2).sum(axis=1) + (1 - p / 200) + 0.04, np.linalg.norm(w, axis=1)


@claim(
    "Features, as the page opens: the exact error at λ = 0 rises with every feature up to p = n and falls with every "
    "one after it. At p = 200 it is 0.848 ± 0.004 in the draws, less than 1.04, the error of guessing zero."
)
def test_up_and_down():
    p = np.arange(1, 201)
    told = exact(p, 40, p / 200, 1 - p / 200 + 0.04)
    assert np.all(np.diff(told[p <= 38]) > 0)
    assert np.all(np.diff(told[p >= 42]) < 0)
    np.testing.assert_allclose(by_features(40, "equal", 0.2).theory[0], told[1:], rtol=1e-12)
    errors, _ = draws_by_lstsq(200)
    assert errors.mean() == pytest.approx(0.848, abs=5e-4)
    assert errors.std(ddof=1) / np.sqrt(DRAWS) == pytest.approx(0.004, abs=5e-4)


@claim(
    "At p = n the mean error is infinite. The mean of the 100 draws there is 3457 and their median 51.8: such a mean "
    "says nothing."
)
def test_the_mean_at_the_peak_says_nothing():
    errors, _ = draws_by_lstsq(40)
    assert DRAWS == 100
    assert errors.mean() == pytest.approx(3457, abs=0.5)
    assert np.median(errors) == pytest.approx(51.8, abs=0.05)
    assert exact(40, 40, 0.2, 0.84) == np.inf


@claim(
    "More than 7 away from p = n the mean of the draws is within 3.2 standard errors of the exact one at every p, "
    "with n = 40, for all true weights and all noise."
)
@pytest.mark.parametrize("signal", ["equal", "falling", "inside"])
def test_draws_agree_with_the_exact_mean(signal):
    x = features(40, signal)
    far = np.abs(x.p - 40) > 7
    for noise in grid(Settings, "noise"):
        errors = fits(x, noise, np.zeros((1, 1)))[0][0, far]
        off = errors.mean(axis=1) - exact(x.p, 40, x.signal, x.left + noise**2)[far]
        assert np.all(np.abs(off) <= 3.2 * errors.std(axis=1, ddof=1) / np.sqrt(DRAWS))


@claim(
    "With equal weights the best λ for each p takes the peak away: the error falls at every step, from 1.039 to 0.848. "
    "One λ for all p does not: λ = 0.1 leaves a hump of 1.83 at p = n."
)
def test_the_best_strength_takes_the_peak_away():
    f = by_features(40, "equal", 0.2)
    assert np.all(np.diff(f.envelope) < 0)
    assert f.envelope[[0, -1]] == pytest.approx([1.039, 0.848], abs=5e-4)
    left = f.errors[strength(0.1)]
    assert left.max() == left[f.square] == pytest.approx(1.83, abs=0.005)
    assert f.p[f.square] == 40


@claim(
    "That is no licence for ever more features. With the strongest first, the least error is 0.119 at p = 13, and with "
    "the best λ for all 200 it is 0.854."
)
def test_weak_features_cost_more_than_they_bring():
    f = by_features(40, "falling", 0.2)
    assert f.p[f.envelope.argmin()] == 13
    assert f.envelope.min() == pytest.approx(0.119, abs=5e-4)
    assert f.envelope[-1] == pytest.approx(0.854, abs=5e-4)


@claim(
    "With all of the signal among the p, whatever p is, more features help up to p = n/(1 − σ) and then hurt again. In "
    "the limit of large n the error there is 2σ."
)
@pytest.mark.parametrize("sigma", grid(Settings, "noise")[:-1])
def test_the_second_descent_ends(sigma):
    """With n = 40 000; within what is left at that size. At σ = 1 it never ends."""
    n, p = 40_000, np.arange(40_100, 500_000, 10)
    told = exact(p, n, 1.0, sigma**2)
    assert p[told.argmin()] == pytest.approx(n / (1 - sigma), rel=0.01)
    assert told.min() == pytest.approx(2 * sigma, rel=1e-3)


@claim(
    "Samples, σ = 0.5: more data can hurt. At λ = 0 the error is 1.03 with 40 samples, and a median of 44.4 with 100. "
    "With nλ = 25.1 it falls at every step."
)
def test_more_data_can_hurt():
    f = by_samples(0.5)
    assert f.errors[0, at(SAMPLES, 40)] == pytest.approx(1.03, abs=0.005)
    assert np.median(f.test[0, at(SAMPLES, 100)]) == pytest.approx(44.4, abs=0.05)
    assert np.all(np.diff(f.errors[list(TOTALS).index(25.1)]) < 0)


@claim("There the best nλ does not depend on n: theory says 25, and at every n the best one on the slider is 25.1.")
def test_the_best_total_does_not_depend_on_n():
    assert set(TOTALS[by_samples(0.5).best]) == {25.1}
    assert 100 * 0.5**2 == 25


@claim(
    "Digits do the same: 24 % are told wrong at p = 40, 80 % at p = 100 and 9.5 % at p = 1000, and the peak is above "
    "both sides in 10 of 10 splits. The training error is 0 at p = 100 and at p = 1000 alike; the length of the "
    "weights is 172 and 2.2."
)
def test_digits_have_the_peak():
    f, (low, peak, wide) = digits(0.0), (at(WIDTHS, p) for p in (40, 100, 1000))
    wrong = f.test[0]
    assert wrong[[low, peak, wide]].mean(axis=1) == pytest.approx([0.24, 0.8, 0.095], abs=0.005)
    assert np.all(wrong[peak] > np.maximum(wrong[low], wrong[wide]))
    assert wrong.shape[1] == 10
    assert f.train[0, [peak, wide]].max() < 1e-12
    assert f.norms[0, peak].mean() == pytest.approx(172, abs=0.5)
    assert f.norms[0, wide].mean() == pytest.approx(2.2, abs=0.05)


@claim(
    "With 40 % of the labels wrong, λ = 0.0398 and 80 features (35 % told wrong) beat λ = 0 and 1000 features (46 %), "
    "in 10 of 10 splits."
)
def test_a_penalty_beats_width():
    f = digits(0.4)
    ridge, wide = f.test[strength(0.0398), at(WIDTHS, 80)], f.test[0, at(WIDTHS, 1000)]
    assert ridge.mean() == pytest.approx(0.35, abs=0.005)
    assert wide.mean() == pytest.approx(0.46, abs=0.005)
    assert np.all(ridge < wide)


@pytest.mark.parametrize("p", [2, 38, 40, 50, 200])
def test_one_decomposition_gives_every_fit(p):
    """Near p = n the condition of XᵀX is up to 1e10, which leaves 1e-5 of a solution by lstsq."""
    f = by_features(40, "equal", 0.2)
    k = at(f.p, p)
    errors, norms = draws_by_lstsq(p)
    np.testing.assert_allclose(f.test[0, k], errors, rtol=1e-5)
    np.testing.assert_allclose(f.norms[0, k], norms, rtol=1e-5)


@pytest.mark.parametrize(("signal", "p"), [("equal", 20), ("falling", 40), ("inside", 126)])
def test_ridge_of_one_draw(signal, p):
    f, beta, i = by_features(40, signal, 0.5), weights(signal, p), strength(0.0398)
    X, eps = (part[3] for part in drawn(40, 200, DRAWS))
    y = X[:, : len(beta)] @ beta + 0.5 * eps
    w = ridge_closed_form(X[:, :p], y, 0.0398)
    left = (beta[p:] ** 2).sum() + 0.25
    k = at(f.p, p)
    assert f.test[i, k, 3] == pytest.approx(((w - beta[:p]) ** 2).sum() + left, rel=1e-9)
    assert f.train[i, k, 3] == pytest.approx(np.mean((y - X[:, :p] @ w) ** 2), rel=1e-9)
    assert np.array(strong(signal, [p]))[:, 0] == pytest.approx([(beta[:p] ** 2).sum(), left - 0.25], abs=1e-12)


@pytest.mark.parametrize("signal", ["equal", "falling"])
def test_parts_add_up_to_the_error(signal):
    """Both are means over the same X; what differs is the noise of each draw: within 4 of its standard errors."""
    f = by_features(40, signal, 0.2)
    far, i = ~f.near, strength(0.0398)
    off = f.parts[:, i].sum(axis=0) - f.errors[i]
    assert np.all(np.abs(off) <= 4 * f.test[i].std(axis=-1, ddof=1) / np.sqrt(DRAWS), where=far)


def test_samples_of_one_draw():
    f, k, i = by_samples(0.5), at(SAMPLES, 56), list(TOTALS).index(10.0)
    X, eps = (part[0] for part in drawn(300, 100, 1))
    beta = np.full(100, 0.1)
    y = (X @ beta + 0.5 * eps)[:56]
    w = np.linalg.solve(X[:56].T @ X[:56] + 10 * np.eye(100), X[:56].T @ y)
    assert f.test[i, k, 0] == pytest.approx(((w - beta) ** 2).sum() + 0.25, rel=1e-9)


def ridge(X, y):
    return ridge_closed_form(X, y, 0.01)


@pytest.mark.parametrize(("lambda_", "p", "solve"), [(0.0, 20, min_norm), (0.0, 300, min_norm), (0.01, 100, ridge)])
def test_digits_of_one_split(lambda_, p, solve):
    """Split 0 again, column by column; the outputs are compared by their lengths and by who is told wrong."""
    X, y = load_digits()
    rng = np.random.default_rng(0)
    order = rng.permutation(len(X))
    train, test = order[:100], order[100:1100]
    W = rng.standard_normal((1000, 64))[:p] / 8
    Z, Q = (random_features(X[part] - X[train].mean(axis=0), W) for part in (train, test))
    Y = (y[train, None] == np.arange(10)) - 0.1
    w = np.stack([solve(Z, column) for column in Y.T], axis=1)
    f, i, k = digits(0.0), strength(lambda_), at(WIDTHS, p)
    assert f.norms[i, k, 0] == pytest.approx(np.linalg.norm(w), rel=1e-6)
    assert f.test[i, k, 0] == pytest.approx(np.mean((Q @ w).argmax(axis=1) != y[test]), abs=1e-9)
    assert f.train[i, k, 0] == pytest.approx(((Y - Z @ w) ** 2).sum() / 100, abs=1e-9)


@pytest.mark.parametrize("view", ["features", "samples", "digits"])
def test_what_is_held_against_something_exact_is_near_it(view):
    """Errors within a few standard errors, 6 %; the best λ within one step of the slider, a factor of 1.47."""
    for what, told, ours, _ in Shown(topic).held(Settings(view=view)):
        assert ours == pytest.approx(told, rel=0.47 if what.startswith("the best") else 0.06, abs=1e-12), what
