"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

from dataclasses import replace

import numpy as np
import pytest
from certify import assert_optimal
from claims import claim, random_settings
from sklearn.linear_model import ElasticNet

from regviz import elastic_net_path, soft_threshold
from regviz.data.grouped_copies import SIGNS, twins
from regviz.figures import elastic_net_grouping as topic
from regviz.figures.elastic_net_grouping import PAIRS, TWINS, Settings
from regviz.knobs import corners, grid
from regviz.linear.certificates import duality_gap

LAMBDAS = grid(Settings, "lambda_")
RATIOS = grid(Settings, "l1_ratio")
SEEDS = range(6)


def spread(weights):
    """Largest difference of the twins' weights, signs turned, along the last axis."""
    turned = (weights * SIGNS)[..., :3]
    return turned.max(axis=-1) - turned.min(axis=-1)


@pytest.mark.parametrize("s", list(corners(Settings)), ids=str)
def test_both_solutions_are_certified_on_the_raw_data(s):
    r = topic.compute(s)
    assert_optimal(r.data.X, r.data.y, r.w_net, s.lambda_, s.l1_ratio, tolerance=1e-10)
    assert_optimal(r.data.X, r.data.y, r.w_lasso, s.lambda_, 1.0, tolerance=1e-10)
    assert r.residual < 1e-10
    assert duality_gap(r.data.X, r.data.y, r.w_net, s.lambda_, s.l1_ratio) < 1e-9 * (r.data.y @ r.data.y)


@pytest.mark.parametrize("l1_ratio", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("lambda_", LAMBDAS[10:30:6])
def test_a_peer_agrees(lambda_, l1_ratio):
    """scikit-learn descends to a duality gap of 1e-12 relative; twins bend the loss by 1e-4, so 1e-4 in the weights."""
    r = topic.compute(Settings(lambda_=lambda_, l1_ratio=l1_ratio))
    peer = ElasticNet(alpha=lambda_, l1_ratio=l1_ratio, tol=1e-12, max_iter=1_000_000).fit(r.data.X, r.data.y)
    np.testing.assert_allclose(r.w_net, peer.coef_, atol=1e-4)


FEW = (
    "At λ = 1 and with nearly perfect copies (noise 0.05) the elastic net gives the three twins nearly the same "
    "weight, with the sign of each copy. The lasso picks one or two of them in all but a few draws in a hundred."
)


@claim(FEW)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_elastic_net_shares_and_the_lasso_picks(seed):
    r = topic.compute(Settings(seed=seed))
    assert np.all((r.w_net * SIGNS)[:3] > 1.0)
    assert spread(r.w_net) < 0.01
    assert spread(r.w_lasso) > 1.0


@claim(FEW)
@claim(
    "Noise decides what a twin is. At λ = 1 and with Zou and Hastie's copy noise 1/4 the lasso keeps all three in "
    "about one draw in three; with noise 2 the copies are hardly twins any more, and it kept them in all of 500."
)
@pytest.mark.parametrize(("copy_noise", "low", "high"), [(0.05, 0.0, 0.05), (0.25, 0.29, 0.38), (2.0, 1.0, 1.0)])
def test_how_often_the_lasso_keeps_all_twins_depends_on_their_noise(copy_noise, low, high):
    kept = [topic.lasso_knots(100, copy_noise, 1.0, seed).at(1.0).coefs[0, :3] for seed in range(500)]
    share = np.mean(np.all(np.array(kept) != 0, axis=1))
    assert low <= share <= high


@claim(
    "On data redrawn at the default settings the lasso jumps: another twin leads. The elastic net keeps all three "
    "in every draw."
)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_lasso_jumps_and_the_elastic_net_does_not(seed):
    r = topic.compute(Settings(seed=seed))
    leaders = (r.redrawn_lasso * SIGNS)[:, :3].argmax(axis=1)
    assert np.unique(leaders).size > 1
    assert np.all(r.redrawn_net[:, :3] != 0)
    assert np.median(r.redrawn_lasso[:, :3].std(axis=0)) > 10 * r.redrawn_net[:, :3].std(axis=0).max()


@claim("Every pair of weights lies below the bound, twins and strangers alike, at every λ and ρ < 1.")
@pytest.mark.parametrize("s", random_settings(Settings), ids=str)
def test_every_pair_lies_below_the_bound(s):
    """From the columns themselves, not from their correlation, at all λ of the slider."""
    rho, kind = min(s.l1_ratio, 0.95), (s.n, s.copy_noise, s.noise, s.seed)
    data, w = topic.draw_data(*kind), topic.net_path(*kind, rho)
    turned, heights = data.X * SIGNS, w * SIGNS
    apart = np.linalg.norm(turned[:, PAIRS[:, 0]] - turned[:, PAIRS[:, 1]], axis=0)
    room = np.linalg.norm(data.y) * apart / (s.n * LAMBDAS[:, None] * (1 - rho))
    assert np.all(np.abs(heights[:, PAIRS[:, 0]] - heights[:, PAIRS[:, 1]]) <= room)
    r = topic.compute(replace(s, l1_ratio=rho))
    np.testing.assert_allclose(topic.bound(r, r.correlation), room[topic.place(s, "lambda_")], rtol=1e-6)


@claim("Lower ρ or raise λ: the bound falls. At ρ = 1 there is none.")
def test_a_lower_ratio_or_a_larger_lambda_lowers_the_bound():
    s = Settings()
    here, low, large, lasso = (
        topic.bound(r := topic.compute(state), r.correlation)
        for state in (s, replace(s, l1_ratio=0.2), replace(s, lambda_=3.16), replace(s, l1_ratio=1.0))
    )
    assert np.all(low < here)
    assert np.all(large < here)
    assert np.isnan(lasso).all()
    assert topic.readouts(replace(s, l1_ratio=1.0), topic.compute(replace(s, l1_ratio=1.0)))["Bound"] == "none"


@claim("At λ = 0.1 both agree on the sum of the twins within 2 %; they differ in how it is shared.")
@pytest.mark.parametrize("seed", SEEDS)
def test_at_a_small_lambda_both_agree_on_the_sum(seed):
    r = topic.compute(Settings(lambda_=0.1, seed=seed))
    net, lasso = ((w * SIGNS)[:3].sum() for w in (r.w_net, r.w_lasso))
    assert net == pytest.approx(lasso, rel=0.02)
    assert spread(r.w_lasso) > 5 * spread(r.w_net)


@claim(
    "Copies of noise 2 are weaker twins than copies of noise 0.05: their correlation is lower, and at λ = 1 the "
    "elastic net lets them differ more."
)
@pytest.mark.parametrize("seed", SEEDS)
def test_noisier_copies_are_weaker_twins(seed):
    strong, weak = (topic.compute(Settings(copy_noise=d, seed=seed)) for d in (0.05, 2.0))
    assert strong.correlation[TWINS].min() > 0.999
    assert weak.correlation[TWINS].max() < 0.95
    assert spread(weak.w_net) > 3 * spread(strong.w_net)


@pytest.mark.parametrize("w", [np.zeros(6), np.array([2.0, -1.0, 1.5, 0.2, 0.0, -0.3])])
def test_the_error_beyond_the_noise_is_that_on_new_rows(w):
    """A million new rows put the mean square within about 0.3 % of its expectation: two standard errors."""
    data = twins(50, 0.5, 1.0, 3)
    rng = np.random.default_rng(1)
    Z = rng.uniform(0, 20, (1_000_000, 2))
    X = Z[:, [0, 0, 0, 1, 1, 1]] * SIGNS + 0.5 * rng.standard_normal((1_000_000, 6))
    miss = data.level + (X - data.mean) / data.scale @ w - Z @ [1.0, 0.1]
    assert data.excess_error(w) == pytest.approx(np.sqrt(np.mean(miss**2)), rel=0.003)


def test_the_example_is_zou_and_hasties():
    data = twins(200, 0.25, 1.0, 0)
    correlation = np.corrcoef(data.X.T)
    assert np.abs(correlation[:3, :3]).min() > 0.99
    assert np.abs(correlation[:3, 3:]).max() < 0.25
    np.testing.assert_array_equal(np.sign(correlation[0, :3]), SIGNS[:3])
    np.testing.assert_allclose((data.X**2).mean(axis=0), 1.0, rtol=1e-12)


@pytest.mark.parametrize("l1_ratio", RATIOS[::5])
def test_the_caption_counts_weights_and_names_the_error(l1_ratio):
    s = Settings(l1_ratio=l1_ratio)
    r = topic.compute(s)
    told = topic.caption(s, r)
    for w in (r.w_net, r.w_lasso):
        assert f"{np.count_nonzero(w)} of 6 weights" in told
        assert f"with error {topic.number(r.data.excess_error(w), 3)}" in told


def test_the_factor_of_zou_and_hastie_undoes_the_l2_part_on_orthonormal_columns(rng):
    """XᵀX/n = I: the elastic net times 1 + λ(1−ρ) is the lasso at λρ."""
    X = rng.standard_normal((36, 5))
    X = 6.0 * np.linalg.qr(X - X.mean(axis=0))[0]
    y = X @ [3.0, -1.0, 0.5, 0.0, 0.2] + rng.standard_normal(36)
    lam, rho = 0.4, 0.3
    net = elastic_net_path(X, y, rho, [lam]).coefs[0]
    np.testing.assert_allclose((1 + lam * (1 - rho)) * net, soft_threshold(X.T @ y / 36, lam * rho), atol=1e-12)
