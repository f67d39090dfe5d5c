"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

from dataclasses import replace

import numpy as np
import pytest
from certify import assert_optimal

from regviz.data.scaled import unit_free
from regviz.data.tables import Table, diabetes
from regviz.figures import coefficient_paths as topic
from regviz.figures.coefficient_paths import Settings
from regviz.knobs import grid

LAMBDAS = grid(Settings, "lambda_")
PENALTIES = ("l1", "l2", "elastic net")
ENTRY = ["bmi", "s5", "bp", "s3", "sex", "s6", "s1", "s4", "s2", "age", "s3", "s3"]


def weights(**settings):
    """The weights at every option of λ (61, p)."""
    path = topic.compute(Settings(**settings)).path
    return path.coefs[path.now]


def column(name):
    return diabetes().names.index(name)


def test_the_lasso_takes_the_diabetes_features_in_twelve_steps():
    steps = topic.steps(diabetes(), True)
    assert [diabetes().names[k.feature] for k in steps] == ENTRY
    assert [k.enters for k in steps] == [True] * 10 + [False, True]
    assert np.all(np.diff([k.lambda_ for k in steps]) < 0)
    shown = topic.step_table(diabetes(), 14)
    standard, raw = list(shown.values())[1:]
    assert standard[10:14] == ["s3 back to zero at 0.00135", "s3 enters at 8.09e−4", "", ""]
    assert raw[0] == "s1 enters at 0.212"
    assert {len(said) for said in shown.values()} == {14}
    drawn = topic.draw_paths(Settings(), topic.compute(Settings()))._data
    marks = {t["name"]: len(t["x"]) for t in drawn if t["name"] in {"enters", "back to zero"}}
    assert marks == {"enters": 11, "back to zero": 1}


@pytest.mark.parametrize("standardise", [True, False])
def test_ridge_gets_shorter_and_never_zero(standardise):
    w = weights(penalty="l2", standardise=standardise)
    assert np.all(w != 0)
    assert np.all(np.diff(np.linalg.norm(w, axis=1)) < 0)


@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_s3_grows_and_changes_sign(penalty):
    s3 = weights(penalty=penalty)[:, column("s3")]
    assert s3.max() > 0.01
    assert s3.min() < -0.1
    assert np.any(np.diff(np.abs(s3)) > 0)


def test_the_count_of_nonzeros_can_rise_with_lambda():
    s3 = column("s3")
    assert topic.compute(Settings(lambda_=0.001)).effects[s3] == 0
    assert topic.compute(Settings(lambda_=0.01)).effects[s3] != 0
    path = topic.compute(Settings()).path
    assert np.any(np.diff(path.counts) > 0)


def test_straight_lines_against_the_norm():
    path = topic.compute(Settings()).path
    norm = np.abs(path.coefs).sum(axis=1)
    knots = [k.lambda_ for k in path.knots]
    for low, high in zip(sorted(knots)[:-1], sorted(knots)[1:], strict=True):
        inside = (path.lambdas >= low) & (path.lambdas <= high)
        x, w = norm[inside], path.coefs[inside]
        straight = w[0] + ((x - x[0]) / (x[-1] - x[0]))[:, None] * (w[-1] - w[0])
        np.testing.assert_allclose(w, straight, atol=1e-12)
    ridge = topic.compute(Settings(penalty="l2")).path
    x, w = np.abs(ridge.coefs).sum(axis=1), ridge.coefs
    straight = w[0] + ((x - x[0]) / (x[-1] - x[0]))[:, None] * (w[-1] - w[0])
    assert np.abs(w - straight).max() > 0.05


def test_in_their_own_units_wide_features_go_first():
    table = diabetes()
    order = [table.names[k.feature] for k in topic.steps(table, False)]
    assert order[0] == "s1"
    assert table.X.std(axis=0).argmax() == column("s1")
    assert ENTRY.index("s5") == 1
    assert order.index("s5") >= 8


def test_synthetic_table_at_a_tenth():
    r = topic.compute(Settings(data="synthetic", lambda_=0.1))
    true = r.table.w != 0
    assert (np.count_nonzero(r.effects), np.count_nonzero(r.effects[true]), true.sum(), len(true)) == (9, 7, 8, 40)
    assert np.all(topic.compute(Settings(data="synthetic", lambda_=0.1, penalty="l2")).effects != 0)


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("standardise", [True, False])
@pytest.mark.parametrize("data", ["diabetes", "synthetic"])
def test_every_weight_is_optimal_for_the_stated_objective(penalty, standardise, data):
    s = Settings(penalty=penalty, standardise=standardise, data=data)
    r = topic.compute(s)
    X, y = unit_free(r.table, standardise)
    for lam, w in list(zip(r.path.lambdas, r.path.coefs, strict=True))[::15]:
        assert_optimal(X, y, w, lam, topic.ratio(s), tolerance=1e-10)
    assert r.path.residuals.max() < 1e-10


@pytest.mark.parametrize("penalty", PENALTIES)
def test_df_is_the_trace_of_the_active_fit(penalty):
    s = Settings(penalty=penalty, lambda_=0.0383)
    r = topic.compute(s)
    X, _ = unit_free(r.table)
    A, n, rho = X[:, r.effects != 0], len(X), topic.ratio(s)
    hat = A @ np.linalg.solve(A.T @ A + n * s.lambda_ * (1 - rho) * np.eye(A.shape[1]), A.T)
    assert r.path.df[r.i] == pytest.approx(np.trace(hat), rel=1e-9)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_training_error_and_counts_in_the_caption(penalty):
    s = Settings(penalty=penalty)
    r = topic.compute(s)
    X, y = unit_free(r.table)
    error = np.mean((y - X @ r.path.coefs[r.i]) ** 2) / y.var()
    told = topic.caption(s, r)
    assert f"training error is {error:.3g} of the target" in told
    assert f"{np.count_nonzero(r.effects)} of 10" in told or np.count_nonzero(r.effects) == 10
    assert np.all(np.diff(r.path.explained) <= 1e-12)


def test_switching_off_standardising_changes_the_way_and_hardly_the_end():
    on, off = (topic.compute(Settings(standardise=flag)).path for flag in (True, False))
    np.testing.assert_allclose(on.effects, on.coefs, rtol=1e-12)
    assert np.abs(on.effects[0] - off.effects[0])[column("bmi")] < 0.01
    assert np.abs(on.effects - off.effects[np.searchsorted(off.lambdas, on.lambdas)]).max() > 0.2


def test_lambda_max_is_at_most_one_on_any_scale():
    table = diabetes()
    odd = replace(table, X=table.X * 10.0 ** np.arange(-5, 5), y=1e6 * table.y)
    for standardise in (True, False):
        assert 0.1 < topic.steps(odd, standardise)[0].lambda_ <= 1 + 1e-12


@pytest.mark.parametrize(
    ("w", "counts"), [([0.0, 0.0, 1.0], [0, 2, 1]), ([-1.0, -0.01, 0.5], [1, 0, 0]), ([0.01] * 3, [0, 0, 0])]
)
def test_the_middle_slot_holds_exact_zeros_alone(w, counts):
    bins = topic.histogram(np.array(w), 1.0)
    assert [bins[0], bins[topic.SLOTS], bins[-1]] == counts
    assert bins.sum() == len(w)


def test_histogram_has_zeros_of_the_lasso_and_none_of_ridge():
    r = topic.compute(Settings(data="synthetic", lambda_=0.1))
    reach = np.abs(r.path.ridge).max() * 2
    assert topic.histogram(r.path.lasso[r.k], reach)[topic.SLOTS] == 31
    assert topic.histogram(r.path.ridge[r.k], reach)[topic.SLOTS] == 0


def test_a_table_of_the_readers_takes_the_place_of_the_data():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((30, 3))
    table = Table(X, X @ [2.0, 0.0, 0.0] + 0.1 * rng.standard_normal(30), ("a", "b", "c"), "t", "test")
    r = topic.compute(Settings(data="own", lambda_=0.383), table)
    assert r.table is table
    assert np.flatnonzero(r.effects).tolist() == [0]
    assert topic.compute(Settings(data="own"), None).table is diabetes()


def test_names_with_markup_stay_words():
    assert topic.short("<b>x</b>") == "&lt;b>x&lt;/b>"
    assert topic.short("a very long name of a column") == "a very long…"


def test_names_at_line_ends_do_not_overlap():
    for s in (Settings(), Settings(penalty="l2", axis="df"), Settings(data="synthetic", axis="norm")):
        fig = topic.draw_paths(s, topic.compute(s))
        low, high = fig._layout["yaxis"]["range"]
        names = next(t for t in fig._data if t.get("mode") == "text")
        heights = np.sort(names["y"])
        assert np.diff(heights).min() > 0.03 * (high - low)
