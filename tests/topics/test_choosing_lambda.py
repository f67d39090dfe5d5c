"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

from dataclasses import replace

import numpy as np
import pytest
from claims import claim, random_settings

from regviz.averages import mean_error
from regviz.data.scaled import unit_free
from regviz.data.tables import diabetes
from regviz.experiments.choosing_lambda import divided_errors, population, simulate, sizes
from regviz.figures import choosing_lambda as topic
from regviz.figures.choosing_lambda import OPTIONS, Settings
from regviz.linear.methods import share_of_l1
from regviz.linear.selection import fold_labels

PENALTIES = ("l1", "l2", "elastic net")


@claim("The training error never falls as λ grows, so it cannot choose λ.")
def test_the_training_error_never_falls():
    for s in random_settings(Settings, 20, reseeds=False):
        X, y = unit_free(topic.source(s))
        *_, (train, _, _) = divided_errors(
            X, y, sizes(s.n, len(y)), share_of_l1(s.penalty, s.l1_ratio), OPTIONS, s.seed
        )
        assert np.all(np.diff(train) >= -1e-12)


ENDS = (
    "With squares and products and a small λ the model overfits: training error is low and validation error high. "
    "With a large λ it underfits: both are high, and beyond $\\lambda_{\\max}$ the lasso predicts the mean."
)


@claim(ENDS)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_both_ends_are_named(penalty):
    r = topic.compute(Settings(penalty=penalty, reseeds=False))
    low, high = np.flatnonzero(r.study.curves.near)[[0, -1]]
    least = r.study.curves.validation.min()
    assert replace(r, k=0).verdict == "overfits"
    assert replace(r, k=int(r.study.curves.validation.argmin())).verdict == "fits well"
    assert replace(r, k=len(OPTIONS) - 1).verdict == "underfits"
    assert r.study.curves.train[0] < 0.5 * r.study.curves.validation[0]
    assert r.study.curves.train[-1] > least
    words = [t["text"][0] for t in topic.draw_errors(Settings(penalty=penalty), r)._data if t.get("text")]
    assert {"overfits", "underfits"} <= set(words)
    assert 0 < low <= high < len(OPTIONS) - 1


@claim(ENDS)
def test_beyond_lambda_max_the_lasso_predicts_the_mean():
    r = topic.compute(Settings())
    assert r.study.curves.counts[-1] == 0
    assert r.study.curves.train[-1] == r.study.curves.train[-5]


@claim(
    "On the first screen variance falls and bias² rises as λ grows, and with the noise they add up to the error "
    "measured on fresh rows, within its standard error."
)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_variance_falls_and_bias_rises_and_they_add_up(penalty):
    sim = topic.compute(Settings(penalty=penalty)).study.simulation
    assert np.all(np.diff(sim.variance) <= 1e-3)
    tenfold = sim.bias2[::10]  # a decade apart, and so apart by more than the Monte Carlo error of 50 training sets
    assert np.all(np.diff(tenfold) > -0.002)
    assert sim.bias2[-1] > 10 * max(sim.bias2[0], 0.02)
    assert np.all(np.abs(sim.total - sim.measured) <= sim.se)


@claim(
    "Variance need not fall: for ridge on 80 synthetic features with noise 0.25 and nine weights in ten zero, it "
    "rises from 0.020 at λ = 0.01 to 0.048 at λ = 0.316."
)
def test_variance_may_rise():
    s = Settings(data="synthetic", penalty="l2", p=80, noise=0.25, sparsity=0.9)
    variance = dict(zip(OPTIONS.tolist(), topic.compute(s).study.simulation.variance, strict=True))
    assert variance[0.01] == pytest.approx(0.020, abs=5e-4)
    assert variance[0.316] == pytest.approx(0.048, abs=5e-4)


def test_the_parts_are_estimated_without_bias():
    """Twelve simulations of five training sets against one of 400: the mean of few-run estimates is not shifted."""
    truth, lambdas = population(topic.source(Settings(products=False))), OPTIONS[[0, 20]]
    many = simulate(truth, 40, 1.0, lambdas, n_runs=400, n_test=20, seed=99)
    few = [simulate(truth, 40, 1.0, lambdas, n_runs=5, n_test=20, seed=k) for k in range(40)]
    for part in ("bias2", "variance"):
        found = np.array([getattr(sim, part) for sim in few])
        mean, error = mean_error(found, axis=0)
        assert np.all(np.abs(mean - getattr(many, part)) < 3 * error), part
    assert np.all(many.variance / 5 > 2 * error)  # what the plain square of the mean would add is well above the error


def verdicts(r):
    return [replace(r, k=k).verdict for k in range(len(OPTIONS))]


@pytest.mark.parametrize("seed", range(10))
def test_the_lambda_of_least_true_error_is_called_good(seed):
    r = topic.compute(Settings(seed=seed, reseeds=False))
    said = verdicts(r)
    assert said[int(r.study.simulation.total.argmin())] == "fits well"
    assert said[int(r.study.curves.validation.argmin())] == "fits well"


@pytest.mark.parametrize("s", random_settings(Settings, 6, reseeds=False), ids=str)
def test_no_verdict_without_a_difference(s):
    """A hole between two good λ is no good fit, and next to no difference is none."""
    r = topic.compute(s)
    c, said = r.study.curves, verdicts(r)
    least = int(c.validation.argmin())
    for k, word in enumerate(said):
        assert (word == "fits well") == bool(c.near[k])
        assert (word == "overfits") <= (k < least and c.validation[k] > 1.01 * c.validation[least])
        assert (word == "underfits") <= (k > least and c.validation[k] > 1.01 * c.validation[least])
    shaded = sum(len(t["x"]) // 5 + 1 for t in topic.draw_errors(s, r)._data[:2] if np.isfinite(t["x"]).any())
    assert shaded == np.count_nonzero(~c.near)


def test_a_hole_is_a_hole():
    """Forty rows: far above the least between two λ that are near it."""
    r = topic.compute(Settings(n=40, seed=2, lambda_=0.0316, reseeds=False))
    assert r.study.curves.validation[r.k] > 1.5 * r.study.curves.validation.min()
    assert r.verdict == "overfits"


@pytest.mark.parametrize("settings", [{"data": "synthetic"}, {"n": 40}, {"products": False}], ids=str)
def test_they_add_up_elsewhere_within_two_standard_errors(settings):
    sim = topic.compute(Settings(**settings)).study.simulation
    assert np.all(np.abs(sim.total - sim.measured) <= 2 * sim.se)


def test_the_parts_of_a_known_truth():
    """One run's exact error is the mean over fresh noise and all rows; the parts are its mean over runs."""
    truth = population(topic.source(Settings(data="synthetic", p=5)))
    sim = simulate(truth, 30, 1.0, OPTIONS[20:21], n_runs=300, seed=3)
    assert sim.noise == pytest.approx(truth.noise**2)
    assert sim.total[0] == pytest.approx(sim.measured[0], abs=2 * sim.se[0])
    strong = simulate(truth, 30, 1.0, np.array([5.0]), n_runs=50)
    S = np.cov(truth.X.T, bias=True)
    assert strong.bias2[0] == pytest.approx(truth.w @ S @ truth.w, rel=0.02)  # w = 0: all of f is bias


def test_the_standard_error_is_that_of_the_fold_means():
    s = Settings(products=False, reseeds=False)
    cv = topic.compute(s).study.curves.cv
    np.testing.assert_allclose(cv.se, cv.errors.std(axis=0, ddof=1) / np.sqrt(10), rtol=1e-12)
    assert len(np.unique(fold_labels(100))) == 10


@claim(
    r"$\lambda_{1SE}$ is never below $\lambda_{\min}$, and the lasso keeps fewer weights there: 3 rather than 6 "
    "on the first screen."
)
def test_one_standard_error_is_simpler():
    for seed in range(8):
        cv = topic.compute(Settings(seed=seed, reseeds=False)).study.curves.cv
        assert cv.lambda_1se >= cv.lambda_min
        inside = cv.mean[cv.lambdas == cv.lambda_1se] <= cv.mean.min() + cv.se[cv.mean.argmin()]
        assert inside.all()
    c = topic.compute(Settings()).study.curves
    kept = [int(c.counts[list(OPTIONS).index(lam)]) for lam in (c.cv.lambda_1se, c.cv.lambda_min)]
    assert kept == [3, 6]
    assert len(c.cv.errors) == 10


@claim(
    "The choice is partly luck: on the first screen validation chooses λ from 0.0133 to 0.178 over 30 reseeds of "
    "one table."
)
def test_the_choice_is_partly_luck():
    luck = topic.compute(Settings()).luck
    assert (luck.chosen.min(), luck.chosen.max(), len(luck.chosen)) == (0.0133, 0.178, 30)
    c = topic.compute(Settings()).study.curves
    assert np.all(luck.band[0] <= luck.band[1])
    assert np.mean((c.validation >= luck.band[0] - 0.1) & (c.validation <= luck.band[1])) > 0.8
    assert topic.compute(Settings(reseeds=False)).luck is None


@claim(
    "Tuned on a test set of 20 rows of the first screen's twin, the lasso reports an error of 0.54; the true error "
    "of the same models is 0.64. A fresh test set gives the true error within two standard errors."
)
def test_tuning_on_the_test_set_flatters():
    sim = topic.compute(Settings()).study.simulation
    assert round(sim.reported[0], 2) == 0.54
    assert round(sim.true[0], 2) == 0.64
    assert sim.true[0] - sim.reported[0] > 5 * (sim.true[1] + sim.reported[1])
    assert abs(sim.fresh[0] - sim.true[0]) < 2 * sim.fresh[1]


@claim(
    "More training rows reduce the variance: on the first screen's table 200 rows give a lower least total error "
    "than 40."
)
def test_more_rows_less_variance():
    few, many = (topic.compute(Settings(n=n)).study.simulation for n in (40, 200))
    assert many.total.min() < few.total.min()
    assert np.all(many.variance[:25] < few.variance[:25])


@pytest.mark.parametrize("rows", [10, 11, 57, 442, 1000])
@pytest.mark.parametrize("n", [20, 200])
def test_every_row_has_one_part(rows, n):
    train, validation, test = sizes(n, rows)
    assert train + validation + test == rows
    assert min(train, validation, test) >= 1
    assert train <= n


@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_table_of_ten_rows_still_draws(penalty):
    table = replace(diabetes(), X=diabetes().X[:10], y=diabetes().y[:10])
    s = Settings(data="own", penalty=penalty)
    r = topic.compute(s, table)
    assert r.study.sizes == (5, 2, 3)
    assert all(np.isfinite(draw(s, r)._layout["yaxis"]["range"]).all() for draw in topic.PANELS.values())


@pytest.mark.parametrize("penalty", PENALTIES)
def test_errors_recomputed_from_the_rows(penalty):
    s = Settings(penalty=penalty, products=False, lambda_=0.1)
    r = topic.compute(s)
    X, y = unit_free(diabetes())
    divided, path, three = divided_errors(X, y, r.study.sizes, share_of_l1(s.penalty, s.l1_ratio), OPTIONS, s.seed)
    residual = divided.y_test - divided.X_test @ path.coefs[r.k] - path.intercepts[r.k]
    assert three[2, r.k] == pytest.approx(np.mean(residual**2))
    assert len(divided.y_train) + len(divided.y_validation) + len(divided.y_test) == 442
    told = topic.caption(s, r)
    assert f"validation error is {three[1, r.k]:.3g}" in told
    assert f"{np.count_nonzero(path.coefs[r.k])} of 10 weights" in told
