"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

from dataclasses import replace

import numpy as np
import pytest

from regviz.data.tables import diabetes
from regviz.experiments.choosing_lambda import simulate
from regviz.figures import choosing_lambda as topic
from regviz.figures.choosing_lambda import OPTIONS, Settings

PENALTIES = ("l1", "l2", "elastic net")


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("seed", [0, 7, 49])
def test_the_training_error_never_falls(penalty, seed):
    c = topic.compute(Settings(penalty=penalty, seed=seed)).curves
    assert np.all(np.diff(c.train) >= -1e-12)
    assert c.train.argmin() == 0
    assert c.validation.argmin() > 5


@pytest.mark.parametrize("penalty", PENALTIES)
def test_both_ends_are_named(penalty):
    r = topic.compute(Settings(penalty=penalty))
    low, high = r.good
    least = r.curves.validation.min()
    assert replace(r, k=0).verdict == "overfits"
    assert replace(r, k=int(r.curves.validation.argmin())).verdict == "fits well"
    assert replace(r, k=len(OPTIONS) - 1).verdict == "underfits"
    assert r.curves.train[0] < 0.5 * r.curves.validation[0]
    assert r.curves.train[-1] > least
    words = [t["text"][0] for t in topic.draw_errors(Settings(penalty=penalty), r)._data if t.get("text")]
    assert {"overfits", "underfits"} <= set(words)
    assert 0 < low <= high < len(OPTIONS) - 1


def test_beyond_lambda_max_the_lasso_predicts_the_mean():
    r = topic.compute(Settings())
    assert r.curves.counts[-1] == 0
    assert r.curves.train[-1] == r.curves.train[-5]


@pytest.mark.parametrize("penalty", PENALTIES)
def test_variance_falls_and_bias_rises_and_they_add_up(penalty):
    sim = topic.compute(Settings(penalty=penalty)).simulation
    assert np.all(np.diff(sim.variance) <= 1e-3)
    tenfold = sim.bias2[::10]  # a decade apart, and so apart by more than the Monte Carlo error of 50 training sets
    assert np.all(np.diff(tenfold) > -0.002)
    assert sim.bias2[-1] > 10 * max(sim.bias2[0], 0.02)
    assert np.all(np.abs(sim.total - sim.measured) <= sim.se)


def test_the_parts_are_estimated_without_bias():
    """Twelve simulations of five training sets against one of 400: the mean of few-run estimates is not shifted."""
    population, lambdas = topic.population(topic.source(Settings(products=False))), OPTIONS[[0, 20]]
    many = simulate(population, 40, 1.0, lambdas, n_runs=400, n_test=20, seed=99)
    few = [simulate(population, 40, 1.0, lambdas, n_runs=5, n_test=20, seed=k) for k in range(40)]
    for part in ("bias2", "variance"):
        found = np.array([getattr(sim, part) for sim in few])
        error = found.std(axis=0, ddof=1) / np.sqrt(len(few))
        assert np.all(np.abs(found.mean(axis=0) - getattr(many, part)) < 3 * error), part
    assert np.all(many.variance / 5 > 2 * error)  # what the plain square of the mean would add is well above the error


@pytest.mark.parametrize("seed", range(10))
def test_the_verdict_allows_for_the_luck_of_the_rows(seed):
    """The λ of least true error is called good, or just misses it, and so is the validation error's own least."""
    r = topic.compute(Settings(seed=seed, reseeds=False))
    low, high = r.good
    best = int(r.simulation.total.argmin())
    assert low - 2 <= best <= high + 2
    assert low <= int(r.curves.validation.argmin()) <= high
    assert replace(r, k=low).verdict == replace(r, k=high).verdict == "fits well"


@pytest.mark.parametrize("settings", [{"data": "synthetic"}, {"n": 40}, {"products": False}], ids=str)
def test_they_add_up_elsewhere_within_two_standard_errors(settings):
    sim = topic.compute(Settings(**settings)).simulation
    assert np.all(np.abs(sim.total - sim.measured) <= 2 * sim.se)


def test_the_parts_of_a_known_truth():
    """One run's exact error is the mean over fresh noise and all rows; the parts are its mean over runs."""
    population = topic.population(topic.source(Settings(data="synthetic", p=5)))
    sim = simulate(population, 30, 1.0, OPTIONS[20:21], n_runs=300, seed=3)
    assert sim.noise == pytest.approx(population.noise**2)
    assert sim.total[0] == pytest.approx(sim.measured[0], abs=2 * sim.se[0])
    strong = simulate(population, 30, 1.0, np.array([5.0]), n_runs=50)
    S = np.cov(population.X.T, bias=True)
    assert strong.bias2[0] == pytest.approx(population.w @ S @ population.w, rel=0.02)  # w = 0: all of f is bias


def test_one_standard_error_is_simpler():
    for seed in range(8):
        cv = topic.compute(Settings(seed=seed, reseeds=False)).curves.cv
        assert cv.lambda_1se >= cv.lambda_min
        inside = cv.mean[cv.lambdas == cv.lambda_1se] <= cv.mean.min() + cv.se[cv.mean.argmin()]
        assert inside.all()
    c = topic.compute(Settings()).curves
    kept = [int(c.counts[list(OPTIONS).index(lam)]) for lam in (c.cv.lambda_1se, c.cv.lambda_min)]
    assert kept == [3, 6]
    assert len(c.cv.errors) == 10


def test_the_choice_is_partly_luck():
    luck = topic.compute(Settings()).luck
    assert (luck.chosen.min(), luck.chosen.max(), len(luck.chosen)) == (0.0133, 0.178, 30)
    c = topic.compute(Settings()).curves
    assert np.all(luck.band[0] <= luck.band[1])
    assert np.mean((c.validation >= luck.band[0] - 0.1) & (c.validation <= luck.band[1])) > 0.8
    assert topic.compute(Settings(reseeds=False)).luck is None


def test_tuning_on_the_test_set_flatters():
    sim = topic.compute(Settings()).simulation
    assert round(sim.reported[0], 2) == 0.54
    assert round(sim.true[0], 2) == 0.64
    assert sim.true[0] - sim.reported[0] > 5 * (sim.true[1] + sim.reported[1])
    assert abs(sim.fresh[0] - sim.true[0]) < 2 * sim.fresh[1]


def test_more_rows_less_variance():
    few, many = (topic.compute(Settings(n=n)).simulation for n in (40, 200))
    assert many.total.min() < few.total.min()
    assert np.all(many.variance[:25] < few.variance[:25])


@pytest.mark.parametrize("rows", [10, 11, 57, 442, 1000])
@pytest.mark.parametrize("n", [20, 200])
def test_every_row_has_one_part(rows, n):
    train, validation, test = topic.sizes(n, rows)
    assert train + validation + test == rows
    assert min(train, validation, test) >= 1
    assert train <= n


@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_table_of_ten_rows_still_draws(penalty):
    table = replace(diabetes(), X=diabetes().X[:10], y=diabetes().y[:10])
    s = Settings(data="own", penalty=penalty)
    r = topic.compute(s, table)
    assert r.sizes == (5, 2, 3)
    assert all(np.isfinite(draw(s, r)._layout["yaxis"]["range"]).all() for draw in topic.PANELS.values())


@pytest.mark.parametrize("penalty", PENALTIES)
def test_errors_recomputed_from_the_rows(penalty):
    s = Settings(penalty=penalty, products=False, lambda_=0.1)
    r = topic.compute(s)
    X, y = topic.unit_free(diabetes())
    divided, path, three = topic.errors(X, y, r.sizes, topic.ratio(s), s.seed)
    residual = divided.y_test - divided.X_test @ path.coefs[r.k] - path.intercepts[r.k]
    assert three[2, r.k] == pytest.approx(np.mean(residual**2))
    assert len(divided.y_train) + len(divided.y_validation) + len(divided.y_test) == 442
    told = topic.caption(s, r)
    assert f"validation error is {three[1, r.k]:.3g}" in told
    assert f"{np.count_nonzero(path.coefs[r.k])} of 10 weights" in told
