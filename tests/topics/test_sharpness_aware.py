"""One test for each line of "what to notice" on the page, and for what the panels are made of."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest
from claims import claim

from regviz import MLP, top_hessian_eigenvalue
from regviz.averages import mean_error
from regviz.experiments.sharpness_aware import (
    ALPHAS,
    BOWL,
    CURVATURES,
    DENT,
    DIGITS_RHOS,
    RHOS,
    SIZES,
    VALLEY_RHOS,
    basins,
    curvature,
    cycle,
    digits,
    edge,
    held,
    landscape,
    problems,
    rescale,
    rescaled,
    sharpness,
    slope,
    valley,
    worst,
)
from regviz.networks import cross_entropy_gradient, one_hot

SEEDS = range(100, 112)
WRONG = 0.3


def at(rho):
    return int(np.argmin(np.abs(RHOS - rho)))


@pytest.fixture(scope="module")
def twelve():
    with np.errstate(all="raise"):
        return digits(WRONG, 50, SEEDS, (0.0, 0.2, 0.4, 0.6))


@claim(
    "Minima, no noise: the worst loss within ρ is lowest in the dent up to ρ = 0.25, in the bowl from 0.3 on. SAM "
    "itself ends in the dent from 34 % of the starts at 0.25 and from 8 % at 0.75; from 0.8 on from none."
)
def test_what_sam_makes_small_and_where_it_ends():
    cut = np.stack([np.linspace(-2.6, 2.6, 209), np.zeros(209)], axis=1)
    lowest = np.array([cut[worst(cut, rho).argmin(), 0] for rho in RHOS])
    assert np.all((lowest > 0) == (RHOS < 0.27))
    dent = basins(0.0, 0.1).shares[0]
    np.testing.assert_allclose(dent[[at(0.25), at(0.75)]], [0.34, 0.08], atol=0.01)
    assert not dent[at(0.8) :].any()


@claim(
    "In between it need not end in either: with ρ = 0.5, 24 % circle on the ridge and beyond. Descent from all ends "
    "would lead 42 % into the dent, as many as without SAM."
)
def test_sam_may_end_in_neither():
    b = basins(0.0, 0.1)
    assert b.shares[2, at(0.5)] == pytest.approx(0.24, abs=0.01)
    leads = b.leads.mean(axis=1)
    assert leads[at(0.5)] == pytest.approx(0.42, abs=0.01)
    assert leads[0] == pytest.approx(leads[at(0.5)], abs=0.03)


@claim(
    "Noise helps to leave, and to stay away: with noise 0.6 and ρ = 0.5 1 % are left in the dent, but with ρ = 1.2 4 % "
    "in the bowl."
)
def test_noise_helps_to_leave():
    dent, bowl, _ = basins(0.6, 0.1).shares
    assert dent[at(0.5)] == pytest.approx(0.01, abs=0.01)
    assert bowl[at(1.2)] == pytest.approx(0.04, abs=0.01)


@claim("Valley: after 1000 steps with η = 0.1 D is what theory says within 1 % up to ρ = 0.0504. There it is 2.87.")
def test_the_drift_along_the_valley():
    v = valley(0.1)
    assert v.steps[50] == 1000
    for k in range(5):
        assert v.D[0, k, 50] == pytest.approx(v.theory(VALLEY_RHOS[k])[50], rel=0.01)
    assert VALLEY_RHOS[4] == 0.0504
    assert v.D[0, 4, 50] == pytest.approx(2.87, abs=0.005)


@claim(
    "Adaptive SAM drifts less: there D is 6.36, from 7.16. Half the rate makes its drift 6.3 times slower a step, and "
    "that of SAM 2.5 times: with small steps (u, v) and (αu, v/α) are alike to it."
)
def test_adaptive_sam_drifts_less():
    D = np.stack([valley(rate).D[:, 4] for rate in (0.1, 0.05)])
    assert D[0, 1, 0] == pytest.approx(7.16, abs=0.005)
    assert D[0, 1, 50] == pytest.approx(6.36, abs=0.005)
    drift = np.log(D[:, :, 0] / D[:, :, 50])
    np.testing.assert_allclose(drift[0] / drift[1], [2.5, 6.3], atol=0.1)


@claim(
    "Digits with 30 % wrong labels: ρ = 0.4 has 84.5 % right at the end, against 74.1 %. Over 12 seeds that is +10.4 ± "
    "1.0 points, better in 12 of 12. Of the wrong labels 13 % are learnt, against 47 %."
)
def test_sam_learns_fewer_wrong_labels(twelve):
    np.testing.assert_allclose(twelve.accuracy.mean(axis=1)[[2, 0]], [0.845, 0.741], atol=0.002)
    gain, error = mean_error(twelve.accuracy[2] - twelve.accuracy[0])
    assert (gain, error) == (pytest.approx(0.104, abs=0.003), pytest.approx(0.010, abs=0.002))
    assert np.all(twelve.accuracy[2] > twelve.accuracy[0])
    np.testing.assert_allclose(twelve.learnt.mean(axis=1)[[2, 0]], [0.13, 0.47], atol=0.01)


@claim("The largest eigenvalue falls as ρ rises, from 6.3 to 2.5 at 0.2 and 1.4 at 0.4, in 12 of 12.")
def test_the_largest_eigenvalue_falls(twelve):
    np.testing.assert_allclose(twelve.sharpness.mean(axis=1)[:3], [6.3, 2.5, 1.4], atol=0.1)
    assert np.all(np.diff(twelve.sharpness[:3], axis=0) < 0)


@claim("Most of the gain is that of stopping early. Stopped early, ρ = 0.4 gains 2.7 ± 0.8 points on plain training.")
def test_little_is_left_under_early_stopping(twelve):
    gain, error = mean_error(twelve.stopped[2] - twelve.stopped[0])
    assert (gain, error) == (pytest.approx(0.027, abs=0.003), pytest.approx(0.008, abs=0.002))
    assert gain < 0.5 * (twelve.accuracy[2] - twelve.accuracy[0]).mean()


@claim("Without wrong labels no ρ from 0.1 to 0.4 gains more than 0.2 points at the end, within its error.")
def test_nothing_is_gained_on_clean_labels():
    clean = digits(0.0, 50, SEEDS, (0.0, 0.1, 0.2, 0.4)).accuracy
    gain, error = mean_error(clean[1:] - clean[0])
    assert np.all(gain < 0.0025)
    assert np.all(np.abs(gain) < 2 * error)


@claim("Too far is worse: ρ = 0.6 has 63 % right, below plain training, though its largest eigenvalue is the least.")
def test_too_far_is_worse(twelve):
    assert twelve.accuracy[3].mean() == pytest.approx(0.63, abs=0.01)
    assert twelve.accuracy[3].mean() < twelve.accuracy[0].mean()
    assert twelve.sharpness.mean(axis=1).argmin() == 3


@claim(
    "Small m at the same ρ: with ρ = 0.2, m = 10 has 83.2 % and m = 50 has 79.8 %, better in 12 of 12. At its own best "
    "ρ m = 50 has more: 84.5 %."
)
def test_small_m_wins_at_equal_radius_only(twelve):
    small = digits(WRONG, 10, SEEDS, (0.1, 0.2, 0.3)).accuracy
    assert small[1].mean() == pytest.approx(0.832, abs=0.002)
    assert twelve.accuracy[1].mean() == pytest.approx(0.798, abs=0.002)
    assert np.all(small[1] > twelve.accuracy[1])
    assert small.mean(axis=1).max() < twelve.accuracy[2].mean() == pytest.approx(0.845, abs=0.002)


@claim("The price is two gradients a step. Plain training with as many, 120 epochs, is worse: 66.7 %.")
def test_more_epochs_are_no_substitute(twelve):
    longer = digits(WRONG, 50, SEEDS, (0.0,), 120).accuracy[0]
    assert longer.mean() == pytest.approx(0.667, abs=0.003)
    assert np.all(longer < twelve.accuracy[2])


@claim(
    "Scales: from α = 1/8 to 8 the outputs agree to 10⁻¹⁴, and the largest eigenvalue runs from 323 down to 4.2 "
    "and up to 72. At α = 8 the network of SAM is sharper than the plain one at 1."
)
def test_sharpness_is_not_of_the_function():
    r = rescaled(WRONG)
    assert r.changed.max() < 1e-14
    np.testing.assert_allclose([r.plain[0, 0], r.plain[0].min(), r.plain[0, -1]], [323, 4.2, 72], rtol=0.02)
    assert (ALPHAS[0], ALPHAS[6], ALPHAS[-1]) == (0.125, 1, 8)
    assert r.plain[1, -1] > r.plain[0, 6]


@claim(
    "The largest eigenvalue of |w|H|w| is the same at every α, to ten digits: 1.18 for plain training, 0.37 for SAM."
)
def test_sharpness_in_units_of_the_weights_is():
    r = rescaled(WRONG)
    np.testing.assert_allclose(r.adaptive, r.adaptive[:, :1].repeat(len(ALPHAS), axis=1), rtol=1e-10)
    np.testing.assert_allclose(r.adaptive[:, 0], [1.18, 0.37], atol=0.005)


def test_the_script_in_the_text_stands_alone():
    text = (Path(__file__).parents[2] / "pages/sharpness_aware.py").read_text(encoding="utf-8")
    script = re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1)
    assert len(script.splitlines()) <= 15
    printed = io.StringIO()
    with redirect_stdout(printed), np.errstate(under="ignore"):
        exec(script, {})
    along, steepest = np.array(printed.getvalue().strip(" []\n").split(), dtype=float)
    assert along == pytest.approx(0, abs=1e-9)
    assert steepest == pytest.approx(0.1 * 4 * 0.5 / (2 - 0.1 * 4), rel=1e-6)


def test_the_landscape_has_the_slope_and_the_curvatures_it_says(rng):
    for w in rng.uniform([-2, -1], [2, 1], (20, 2)):
        step = 1e-6 * np.eye(2)
        np.testing.assert_allclose(slope(w), (landscape(w + step) - landscape(w - step)) / 2e-6, atol=1e-7)
    for start, told in zip((DENT, BOWL), CURVATURES, strict=True):
        w = start
        for _ in range(500):
            w = w - 0.05 * slope(w)
        assert np.linalg.norm(w - start) < 0.1
        assert top_hessian_eigenvalue(slope, w) == pytest.approx(told, abs=0.005)


def test_the_worst_within_a_radius_is_at_least_the_loss_and_grows(rng):
    w = rng.uniform(-2, 2, (50, 2))
    several = np.stack([worst(w, rho) for rho in (0.0, 0.2, 0.8)])
    np.testing.assert_allclose(several[0], landscape(w), rtol=1e-12)
    assert np.all(np.diff(several, axis=0) >= 0)


@pytest.mark.parametrize(("a", "rate", "rho"), [(1.0, 0.1, 0.5), (4.0, 0.1, 0.3), (3.0, 0.5, 0.2)])
def test_sam_ends_in_a_cycle_of_two(a, rate, rho):
    assert cycle(a, rate, rho) == pytest.approx(rate * a * rho / (2 - rate * a), rel=1e-12)


def test_products_with_the_hessian_are_exact(rng):
    """Against differences of gradients, on fewer images than where a kink would be met; and symmetric."""
    data, _ = problems(range(1), WRONG)
    X, y = data.X_train[0, :20], data.y_train[0, :20]
    network, target = MLP(SIZES, seeds=1), one_hot(y, 10)
    w = network.weights.copy()
    product = curvature(w, X, y)

    def gradient(at):
        network.weights[...] = at
        return network.weight_gradient(cross_entropy_gradient(network.apply(X), target)).copy()

    for v in rng.standard_normal((5, len(w))):
        numeric = (gradient(w + 1e-7 * v) - gradient(w - 1e-7 * v)) / 2e-7
        np.testing.assert_allclose(product(v), numeric, atol=1e-5 * np.abs(numeric).max())
    u, v = rng.standard_normal((2, len(w)))
    assert u @ product(v) == pytest.approx(v @ product(u), rel=1e-10)
    dense = np.linalg.eigvalsh(np.array([product(e) for e in np.eye(len(w))]))[-1]
    assert sharpness(w, X, y) == pytest.approx(dense, rel=1e-6)


def test_rescaling_back_is_the_same_network():
    w = MLP(SIZES, seeds=2).weights.copy()
    np.testing.assert_allclose(rescale(rescale(w, 4.0), 0.25), w, rtol=1e-15)


def test_no_radius_is_plain_training():
    few = digits(WRONG, 50, range(2), (0.0, 0.1), 2)
    alone = digits(WRONG, 50, range(2), (0.0,), 2)
    np.testing.assert_array_equal(few.weights[0], alone.weights[0])
    assert DIGITS_RHOS[0] == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_training_settles_at_the_edge_of_sam(seed):
    assert edge(seed, 0.05) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("view", ["basins", "valley", "digits", "rescale"])
def test_what_is_held_against_something_exact_is_near_it(view):
    for what, exact, ours, _ in held(view, 0.1, WRONG):
        assert ours == pytest.approx(exact, rel=0.05), what
