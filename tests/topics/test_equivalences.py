"""One test for each line of "what to notice" on the page, and each road against something it does not know."""

import numpy as np
import pytest
from claims import claim, random_settings
from scipy import optimize
from sklearn.linear_model import Lasso, Ridge

from regviz import lambda_max
from regviz.experiments import equivalences as runs
from regviz.experiments.equivalences import COPIED, LAMBDAS, NAMES, SAME, roads
from regviz.figures import equivalences as topic
from regviz.figures.equivalences import Settings, compute
from regviz.knobs import place
from regviz.networks.dropout_ridge import dropout_ridge
from regviz.ui.topic import Shown

SOME = random_settings(Settings)
FEW = SOME[:12]  # each is another problem, of about a second
EXACT = [name for name in SAME if name != "Adam + L2"]


def found(s):
    return roads(s.correlation, s.noise, s.seed)


@claim(
    "Added rows, the Gaussian prior, the budget, noise on inputs, dropout and weight decay end where ridge ends, "
    "to ten digits at every setting of the page."
)
@pytest.mark.parametrize("s", FEW, ids=str)
def test_six_roads_are_ridge(s):
    r, p = found(s), found(s).problem
    peer = np.array([Ridge(alpha=runs.ROWS * lam, fit_intercept=False).fit(p.X, p.y).coef_ for lam in LAMBDAS])
    for name in EXACT:
        np.testing.assert_allclose(r.ends[name], peer, rtol=0, atol=1e-10 * np.abs(peer).min(), err_msg=name)


@claim(
    "Adam with L2 in its gradient, run with all rows until it stands, ends there too, to six digits. What differs "
    "from ridge is its way, not its end; that it is no ridge is true of AdamW."
)
@pytest.mark.parametrize("s", FEW, ids=str)
def test_adam_with_l2_ends_at_ridge_and_adamw_does_not(s):
    r = found(s)
    distances = r.distances(0)
    assert distances["Adam + L2"].max() < 1e-6
    assert distances["AdamW"][LAMBDAS >= 1].min() > 0.02


@claim("Noisy copies come nearer by the root of their number: 16 times as many are on average four times as near.")
def test_noisy_copies_come_nearer_by_the_root():
    """64 seeds: the ratio of the root mean squares is known within about a tenth."""
    near, far = ([], [])
    for seed in range(64):
        p = runs.problem(0.5, 1.0, seed % 50)
        copied = runs.copies(runs.Problem(p.X, p.y, p.truth, p.noise, seed))
        for k, kept in ((5, far), (9, near)):
            kept.append(np.sum((copied[k] - p.ridge) ** 2, axis=1))
    ratio = np.sqrt(np.mean(far, axis=0) / np.mean(near, axis=0))
    assert np.abs(ratio - 4).max() < 0.8


STOPPING = (
    "Early stopping is not ridge: at λ = 1 it is 28.5 % away on the first problem. Yet it never risks more than 1.69 "
    "times as much."
)


@claim(STOPPING)
@pytest.mark.parametrize("s", FEW, ids=str)
def test_stopping_never_risks_more_than_the_bound(s):
    r = found(s)
    assert (r.flow_risk / r.ridge_risk).max() < 1.6860


@claim(STOPPING)
def test_stopping_on_the_first_problem():
    r = compute(Settings(lambda_=1.0))
    assert r.now["Early stopping"] == pytest.approx(0.285, abs=0.0005)


BOX = (
    "AdamW never leaves the box |wⱼ| ≤ 1/λ by more than a hundredth. At λ = 10 it ends in a corner of it on the "
    "first problem, (0.1, 0.1), and ridge at (0.175, 0.12)."
)


@claim(BOX)
@pytest.mark.parametrize("s", FEW, ids=str)
def test_adamw_stays_in_its_box(s):
    assert (np.abs(found(s).ends["AdamW"]) * LAMBDAS[:, None]).max() < 1.01


@claim(BOX)
def test_adamw_in_the_corner_of_its_box():
    r = found(Settings())
    np.testing.assert_allclose(r.ends["AdamW"][-1], [0.1, 0.1], atol=0.0005)
    np.testing.assert_allclose(r.problem.ridge[-1], [0.175, 0.12], atol=0.0005)


@claim("SAM does not shrink at all: it ends at least squares, to three digits.")
@pytest.mark.parametrize("s", FEW, ids=str)
def test_sam_ends_at_least_squares(s):
    r = found(s)
    free = r.problem.free
    assert np.abs(r.ends["SAM"] - free).max() < 1e-3 * np.linalg.norm(free)


LASSO = (
    "The lasso is at 0 from λ = λ_max on, where ridge never is. On the first problem it is 0.5 % away at λ = 0.01 "
    "and 46 % at λ = 1."
)


@claim(LASSO)
def test_the_lasso_on_the_first_problem():
    distances = found(Settings()).distances(0)["Lasso"]
    assert distances[0] == pytest.approx(0.005, abs=0.0005)
    assert distances[20] == pytest.approx(0.465, abs=0.005)


@claim(LASSO)
@pytest.mark.parametrize("s", FEW, ids=str)
def test_the_lasso_is_zero_from_lambda_max_on(s):
    r, p = found(s), found(s).problem
    largest = lambda_max(p.X, p.y)
    np.testing.assert_array_equal(np.all(r.ends["Lasso"] == 0, axis=1), largest <= LAMBDAS)
    assert np.linalg.norm(p.ridge, axis=1).min() > 0
    for k in (0, 12, 20):
        peer = Lasso(alpha=LAMBDAS[k], fit_intercept=False, tol=1e-12).fit(p.X, p.y).coef_
        np.testing.assert_allclose(r.ends["Lasso"][k], peer, atol=1e-8)


def test_features_have_mean_zero_and_mean_square_one():
    p = runs.problem(0.7, 1.0, 3)
    np.testing.assert_allclose(p.X.mean(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(np.mean(p.X**2, axis=0), 1, rtol=1e-14)


@pytest.mark.parametrize("k", [0, 15, 30])
def test_dropout_over_all_masks_is_its_closed_form(k):
    p, lam = runs.problem(0.5, 1.0, 4), LAMBDAS[k]
    keep = 1 / (1 + lam)
    np.testing.assert_allclose(runs.dropout(p)[k], keep * dropout_ridge(p.X, p.y, keep), rtol=1e-11)


@pytest.mark.parametrize("k", [3, 20, 27])
def test_the_budget_is_the_least_loss_in_its_circle(k):
    p = runs.problem(-0.4, 1.0, 6)
    radius = np.linalg.norm(p.ridge[k])
    best = optimize.minimize_scalar(
        lambda a: np.sum((p.y - radius * p.X @ [np.cos(a), np.sin(a)]) ** 2), bounds=(-np.pi, np.pi), method="bounded"
    )
    w = runs.budget(p)[k]
    assert np.linalg.norm(w) == pytest.approx(radius, rel=1e-9)
    assert np.sum((p.y - p.X @ w) ** 2) <= best.fun * (1 + 1e-12)


def test_the_stopped_flow_is_many_small_steps():
    p, k, rate = runs.problem(0.5, 1.0, 2), 10, 1e-4
    w = np.zeros(2)
    for _ in range(round(1 / (rate * LAMBDAS[k]))):
        w = w - rate * (p.H @ w - p.c)
    np.testing.assert_allclose(runs.early_stopping(p)[k], w, rtol=3e-4)  # an Euler step of 1e-4


def test_copies_are_least_squares_on_the_copied_rows():
    p, k, lam = runs.problem(0.5, 1.0, 5), 20, LAMBDAS[20]
    Z = np.random.default_rng((5, 2)).standard_normal((runs.MOST, runs.ROWS, 2))[:8]
    X = (p.X + np.sqrt(lam) * Z).reshape(-1, 2)
    w = np.linalg.lstsq(X, np.tile(p.y, 8))[0]
    np.testing.assert_allclose(runs.copies(p)[3, k], w, rtol=1e-10)


def test_averaged_sgd_is_near_ridge():
    distances = [found(s).distances(0)["SGD + decay"].max() for s in FEW]
    assert max(distances) < 0.2
    assert np.median(distances) < 0.05


def test_the_caption_and_the_list_say_the_distances():
    s = Settings(lambda_=1.0, copies=4)
    r = compute(s)
    assert list(r.now) == list(NAMES)
    told = topic.caption(s, r)
    assert f"16 noisy copies are {topic.told(r.now[COPIED])} away" in told
    fig = topic.draw_list(s, r)
    texts = [t["text"] for t in fig._data if t["mode"] == "text"][-1]
    assert texts == [f"{topic.SPACE}{topic.told(d)}" for d in r.now.values()]
    k = place(s, "lambda_")
    assert r.now["Lasso"] == pytest.approx(
        np.linalg.norm(r.roads.ends["Lasso"][k] - r.roads.problem.ridge[k]) / np.linalg.norm(r.roads.problem.ridge[k])
    )


def test_what_is_held_against_ridge_agrees():
    for _, exact, ours, _ in Shown(topic).held(Settings()):
        assert ours == pytest.approx(exact, rel=1e-6)
