"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from certify import assert_optimal
from claims import claim, random_settings
from sklearn.linear_model import lars_path

from regviz.averages import mean_error
from regviz.data.scaled import unit_free
from regviz.data.tables import Table, diabetes, kept_design
from regviz.experiments.coefficient_paths import histogram, steps
from regviz.figures import coefficient_paths as topic
from regviz.figures.coefficient_paths import LEAST, SLOTS, Settings
from regviz.figures.kit.labels import short
from regviz.knobs import grid
from regviz.linear.methods import share_of_l1
from regviz.linear.paths import lasso_path, ridge_path
from regviz.linear.recovery import adaptive_lasso_path, irrepresentable, refitted

LAMBDAS = grid(Settings, "lambda_")
PENALTIES = ("l1", "l2", "elastic net")
ENTRY = ["bmi", "s5", "bp", "s3", "sex", "s6", "s1", "s4", "s2", "age", "s3", "s3"]


def weights(**settings):
    """The weights at every option of λ (61, p)."""
    path = topic.compute(Settings(**settings)).path
    return path.coefs[path.now]


def column(name):
    return diabetes().names.index(name)


@claim(
    "On the diabetes table the lasso takes in bmi, s5, bp, s3, sex, s6, s1, s4, s2 and age; then it drops s3 and "
    "takes it back. These are 12 steps, each an open circle or a cross on the zero line."
)
def test_the_lasso_takes_the_diabetes_features_in_twelve_steps():
    taken = steps(diabetes(), True, LEAST)
    assert [diabetes().names[k.feature] for k in taken] == ENTRY
    assert [k.enters for k in taken] == [True] * 10 + [False, True]
    assert np.all(np.diff([k.lambda_ for k in taken]) < 0)
    shown = topic.step_table(diabetes(), 14)
    standard, raw = list(shown.values())[1:]
    assert standard[10:14] == ["s3 back to zero at 0.00135", "s3 enters at 8.09·10⁻⁴", "", ""]
    assert raw[0] == "s1 enters at 0.212"
    assert {len(said) for said in shown.values()} == {14}
    drawn = topic.draw_paths(Settings(), topic.compute(Settings()))._data
    marks = {t["name"]: len(t["x"]) for t in drawn if t["name"] in {"enters", "back to zero"}}
    assert marks == {"enters": 11, "back to zero": 1}


def test_least_angle_regression_takes_the_same_ten_steps_and_no_more():
    X, y = unit_free(diabetes())
    order = lars_path(X, y, method="lar")[1]
    assert [diabetes().names[j] for j in order] == ENTRY[:10]


RIDGE = (
    "Ridge makes the weights as a whole shorter as λ grows, and none stays at zero. One may pass zero at a single "
    "λ, as s3 does near λ = 0.0037."
)


@claim(RIDGE)
def test_ridge_gets_shorter_and_stays_nowhere_at_zero():
    """From the SVD a weight is Σ_k c_k/(d_k² + nλ), analytic in λ and not 0: its zeros are single points."""
    for s in random_settings(Settings, 25, penalty="l2"):
        X, y = unit_free(topic.source(s), s.standardise)
        w = ridge_path(X, y, LAMBDAS).coefs
        assert np.all(np.diff(np.linalg.norm(w, axis=1)) < 0)
        assert np.all(w != 0)
        assert np.all(ridge_path(X, y, LAMBDAS * 1.001).coefs != w)


@claim(RIDGE)
def test_s3_passes_zero():
    X, y = unit_free(diabetes())
    s3 = ridge_path(X, y, [0.00365, 0.00368, 0.00369, 0.00375]).coefs[:, column("s3")]
    assert np.sign(s3).tolist() == [1, 1, -1, -1]


@claim(
    "On the diabetes table a single weight may grow as λ grows, and even change its sign: s3 does both, under the "
    "lasso and under ridge."
)
@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_s3_grows_and_changes_sign(penalty):
    s3 = weights(penalty=penalty)[:, column("s3")]
    assert s3.max() > 0.01
    assert s3.min() < -0.1
    assert np.any(np.diff(np.abs(s3)) > 0)


@claim(
    "On the diabetes table the number of nonzero lasso weights does not fall at every step: s3 is zero at "
    "λ = 0.001 and back at λ = 0.01."
)
def test_the_count_of_nonzeros_can_rise_with_lambda():
    s3 = column("s3")
    assert topic.compute(Settings(lambda_=0.001)).effects[s3] == 0
    assert topic.compute(Settings(lambda_=0.01)).effects[s3] != 0
    path = topic.compute(Settings()).path
    assert np.any(np.diff(path.counts) > 0)


STRAIGHT = "Against ‖w‖₁ the lasso path consists of straight lines from knot to knot, on every table."


@claim(STRAIGHT)
@pytest.mark.parametrize("s", [Settings(), *random_settings(Settings, 6, penalty="l1")], ids=str)
def test_straight_lines_against_the_norm(s):
    path = topic.compute(s).path
    norm = np.abs(path.coefs).sum(axis=1)
    knots = sorted({k.lambda_ for k in path.knots})
    for low, high in pairwise(knots):
        inside = (path.lambdas >= low) & (path.lambdas <= high)
        x, w = norm[inside], path.coefs[inside]
        share = (x - x[0]) / np.where(x[-1] != x[0], x[-1] - x[0], 1.0)
        np.testing.assert_allclose(w, w[0] + share[:, None] * (w[-1] - w[0]), atol=1e-9 * max(norm.max(), 1))


@claim(STRAIGHT)
def test_ridge_is_not_straight():
    ridge = topic.compute(Settings(penalty="l2")).path
    x, w = np.abs(ridge.coefs).sum(axis=1), ridge.coefs
    straight = w[0] + ((x - x[0]) / (x[-1] - x[0]))[:, None] * (w[-1] - w[0])
    assert np.abs(w - straight).max() > 0.05


@claim(
    "In their own units s1 goes first, the feature of the diabetes table with the widest spread; s5, second "
    "before, comes in ninth or later."
)
def test_in_their_own_units_wide_features_go_first():
    table = diabetes()
    order = [table.names[k.feature] for k in steps(table, False, LEAST)]
    assert order[0] == "s1"
    assert table.X.std(axis=0).argmax() == column("s1")
    assert ENTRY.index("s5") == 1
    assert order.index("s5") >= 8


FIFTY = [kept_design(100, 40, 0.5, 0.8, 1.0, seed) for seed in range(50)]


def supports(path):
    """What is not zero along the path: between two knots, whatever is not zero at either."""
    on = path.coefs != 0
    return on[1:] | on[:-1]


@claim(
    "Standardised, that table has the irrepresentable number 1.06, and no λ gives the lasso the true weights. Over "
    "50 such tables some λ does for 16 with the lasso, and for 45 with the adaptive lasso."
)
def test_the_adaptive_lasso_finds_the_truth_more_often():
    found = []
    for table in FIFTY:
        X, y = unit_free(table)
        pilot = np.linalg.lstsq(X, y)[0]
        paths = lasso_path(X, y), adaptive_lasso_path(X, y, pilot)
        found.append([bool(np.any(np.all(supports(p) == (table.w != 0), axis=1))) for p in paths])
    assert np.sum(found, axis=0).tolist() == [16, 45]
    assert found[0] == [False, True]
    table = topic.source(Settings(data="synthetic"))
    assert irrepresentable(unit_free(table)[0], table.w != 0, np.sign(table.w)) == pytest.approx(1.06, abs=0.005)


@claim(
    "The relaxed lasso takes the shrinkage back: at λ = 0.1 the error against the truth drops from 0.106 to 0.023 "
    "of the target's variance, on average over 50 such tables, and on every one."
)
def test_the_relaxed_lasso_takes_the_shrinkage_back():
    errors = []
    for table in FIFTY:
        X, y = unit_free(table)
        kept = lasso_path(X, y, 0.1).at([0.1])
        gaps = [p.coefs[0] - table.w * table.X.std(axis=0) / table.y.std() for p in (kept, refitted(X, y, kept))]
        errors.append([np.mean((X @ gap) ** 2) for gap in gaps])
    np.testing.assert_allclose(np.mean(errors, axis=0), [0.106, 0.023], atol=5e-4)
    assert np.all(np.diff(errors, axis=1) < 0)


@claim(
    "On a twin of the diabetes table at λ = 0.0383, 400 draws of y give 6.6 ± 0.2 degrees of freedom by their "
    "definition and 6.5 nonzero weights on average. Single draws have 4 to 9."
)
def test_degrees_of_freedom_are_a_covariance():
    """Σ cov(ŷ_i, y_i)/σ² less one for the intercept, from y = a weak ridge fit plus fresh noise."""
    X, y = unit_free(diabetes())
    truth, rng = X @ ridge_path(X, y, [0.01]).coefs[0], np.random.default_rng(0)
    sigma = np.sqrt(np.sum((y - truth) ** 2) / (len(y) - 11))
    noise = sigma * rng.standard_normal((400, len(y)))
    fits = [lasso_path(X, truth + e, 0.0383).at([0.0383]) for e in noise]
    predicted, counts = np.array([f.predict(X)[:, 0] for f in fits]), [np.count_nonzero(f.coefs) for f in fits]
    each = np.sum((predicted - predicted.mean(axis=0)) * noise, axis=1) / sigma**2 - 1
    mean, error = mean_error(each)
    assert (round(float(mean), 1), round(float(error), 1)) == (6.6, 0.2)
    assert round(float(np.mean(counts)), 1) == 6.5
    assert (min(counts), max(counts)) == (4, 9)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_cp_is_mallows(penalty):
    """RSS/n + 2σ²(trace of the smoother)/n, with σ² from least squares on all ten columns and the intercept."""
    s = Settings(penalty=penalty)
    r = topic.compute(s)
    X, y = unit_free(diabetes())
    full = np.column_stack([np.ones(442), X])
    sigma2 = np.sum((y - full @ np.linalg.lstsq(full, y)[0]) ** 2) / (442 - 11)
    w = r.path.coefs[r.i]
    expected = np.mean((y - X @ w) ** 2) + 2 * sigma2 * (r.path.df[r.i] + 1) / 442
    assert r.path.cp[r.i] == pytest.approx(expected, rel=1e-10)
    assert 0.001 < r.path.least_cp < 0.1


def test_cp_needs_rows_to_spare():
    r = topic.compute(Settings(data="synthetic", n=20, p=40))
    assert topic.readouts(Settings(data="synthetic", n=20, p=40), r)["Cp is least at λ"] == "undefined"


@claim(
    "On the synthetic table at λ = 0.1 the lasso keeps 9 of 40 weights, 7 of them among the 8 true ones; ridge "
    "keeps all 40."
)
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
        assert_optimal(X, y, w, lam, share_of_l1(s.penalty, s.l1_ratio), tolerance=1e-10)
    assert r.path.residuals.max() < 1e-10


@pytest.mark.parametrize("penalty", PENALTIES)
def test_df_is_the_trace_of_the_active_fit(penalty):
    s = Settings(penalty=penalty, lambda_=0.0383)
    r = topic.compute(s)
    X, _ = unit_free(r.table)
    A, n, rho = X[:, r.effects != 0], len(X), share_of_l1(s.penalty, s.l1_ratio)
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


@pytest.mark.parametrize("penalty", PENALTIES)
def test_without_standardising_lambda_is_renamed_and_for_the_elastic_net_rho_too(penalty):
    """Columns divided by c: weights times c solve the raw problem with L1 strength λρ/c·c… at c λρ and c² λ(1−ρ)."""
    s = Settings(penalty=penalty, standardise=False, lambda_=0.0383)
    r, rho = topic.compute(s), share_of_l1(s.penalty, s.l1_ratio)
    c = diabetes().X.std(axis=0).max()
    y = (diabetes().y - diabetes().y.mean()) / diabetes().y.std()
    l1, l2 = c * s.lambda_ * rho, c**2 * s.lambda_ * (1 - rho)
    assert_optimal(diabetes().X, y, r.path.coefs[r.i] / c, l1 + l2, l1 / (l1 + l2), tolerance=1e-9)


def test_lambda_max_is_at_most_one_on_any_scale():
    table = diabetes()
    odd = replace(table, X=table.X * 10.0 ** np.arange(-5, 5), y=1e6 * table.y)
    for standardise in (True, False):
        assert 0.1 < steps(odd, standardise, LEAST)[0].lambda_ <= 1 + 1e-12


@pytest.mark.parametrize(
    ("w", "counts"), [([0.0, 0.0, 1.0], [0, 2, 1]), ([-1.0, -0.01, 0.5], [1, 0, 0]), ([0.01] * 3, [0, 0, 0])]
)
def test_the_middle_slot_holds_exact_zeros_alone(w, counts):
    bins = histogram(np.array(w), 1.0, SLOTS)
    assert [bins[0], bins[SLOTS], bins[-1]] == counts
    assert bins.sum() == len(w)


def test_histogram_has_zeros_of_the_lasso_and_none_of_ridge():
    r = topic.compute(Settings(data="synthetic", lambda_=0.1))
    reach = np.abs(r.path.ridge).max() * 2
    assert histogram(r.path.lasso[r.k], reach, SLOTS)[SLOTS] == 31
    assert histogram(r.path.ridge[r.k], reach, SLOTS)[SLOTS] == 0


def test_a_table_of_the_readers_takes_the_place_of_the_data():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((30, 3))
    table = Table(X, X @ [2.0, 0.0, 0.0] + 0.1 * rng.standard_normal(30), ("a", "b", "c"), "t", "test")
    r = topic.compute(Settings(data="own", lambda_=0.383), table)
    assert r.table is table
    assert np.flatnonzero(r.effects).tolist() == [0]
    assert topic.compute(Settings(data="own"), None).table is diabetes()


def test_names_with_markup_stay_words():
    assert short("<b>x</b>") == "&lt;b>x&lt;/b>"
    assert short("a very long name of a column") == "a very long…"


def test_names_at_line_ends_do_not_overlap():
    for s in (Settings(), Settings(penalty="l2", axis="df"), Settings(data="synthetic", axis="norm")):
        fig = topic.draw_paths(s, topic.compute(s))
        low, high = fig._layout["yaxis"]["range"]
        names = next(t for t in fig._data if t.get("mode") == "text")
        heights = np.sort(names["y"])
        assert np.diff(heights).min() > 0.03 * (high - low)
