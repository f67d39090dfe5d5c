"""Every answer another way, at fifty draws; numbers that differ by seed and row; choices that can be told apart."""

import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.special import logsumexp
from sklearn.linear_model import Lasso, Ridge

from regviz import adamw, clip_by_value, prox_nuclear, ridge_limit_risk, truncate
from regviz.exercises.sheet import PROBLEMS, generate
from regviz.wording import number

SEEDS = range(50)
EXACT = 1e-9


def ridge(g):
    """scikit-learn's objective is the sum of squares, so that its alpha is nλ."""
    X = g["a"] * np.array([[1.0, 1], [-1, -1], [1, -1], [-1, 1]])
    return (
        Ridge(alpha=4 * g["lambda_"], fit_intercept=False, solver="svd").fit(X, np.array(g["y"], dtype=float)).coef_[0]
    )


def decay(g):
    w, optimizer = np.array([g["w"]]), adamw(g["eta"], weight_decay=g["lambda_"])
    state = optimizer.init(w)
    for _ in range(g["steps"]):
        step, state = optimizer.update(np.zeros(1), state, w)
        w = w + step
    return w[0]


def soft(g):
    """The lasso on the identity; its loss is divided by the five rows."""
    z = np.array(g["z"])
    return np.abs(Lasso(alpha=g["t"] / 5, fit_intercept=False, tol=1e-12).fit(np.eye(5), z).coef_).sum()


def nuclear(g):
    top, low = g["values"]
    a, b = (top + low) / 2, (top - low) / 2
    return prox_nuclear([[a, b], [b, a]], g["tau"])[0, 0]


def stopping(g):
    """The loop, and ridge's equation solved by bisection."""
    w = 0.0
    for _ in range(g["steps"]):
        w -= g["eta"] * g["h"] * (w - 1)
    return brentq(lambda lam: g["h"] / (g["h"] + lam) - w, 1e-6, 100, xtol=1e-14)


def smoothing(g):
    """The cross-entropy of all K logits, minimised numerically: half of the digits are lost in a flat minimum."""
    K, alpha = g["K"], g["alpha"]
    target = np.full(K, alpha / K)
    target[0] += 1 - alpha

    def loss(gap):
        logits = np.zeros(K)
        logits[0] = gap
        return -target @ (logits - logsumexp(logits))

    return minimize_scalar(loss, bracket=(0, 3), options={"xtol": 1e-10}).x


def clipping(g):
    gradients = np.where(np.arange(200) < round(200 * g["share"]), g["small"], -g["large"])
    return clip_by_value(gradients, g["limit"]).mean()


def descent(g):
    """The limiting risk that double_descent draws, minimised numerically."""
    risk = minimize_scalar(
        lambda gamma: sum(ridge_limit_risk(0.0, gamma, 1.0, 1 / g["snr"])),
        bounds=(1.001, 10),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return risk.x


def rank(g):
    rng, values = np.random.default_rng(0), np.array(g["values"])
    U, V = (np.linalg.qr(rng.standard_normal((n, 6)))[0] for n in (9, 7))
    W = (U * values) @ V.T
    return np.linalg.norm(W - truncate(W, g["r"])) / np.linalg.norm(W)


WAYS = {
    "l2_penalty": (ridge, EXACT),
    "weight_decay": (decay, EXACT),
    "soft_threshold": (soft, EXACT),
    "nuclear_norm": (nuclear, EXACT),
    "early_stopping": (stopping, EXACT),
    "label_smoothing": (smoothing, 1e-6),
    "gradient_clipping": (clipping, EXACT),
    "double_descent": (descent, 1e-6),
    "lora_rank": (rank, EXACT),
}


@pytest.mark.parametrize("slug", WAYS)
def test_the_answer_another_way(slug):
    way, within = WAYS[slug]
    for seed in SEEDS:
        drawn = generate(slug, seed, seed % 7).drawn
        assert drawn.answer == pytest.approx(way(drawn.given), rel=within)


def test_descent_ends_where_the_answer_says():
    """From the words of the problem: the sample, its target and the start are read from them, and the loop is run."""
    for seed in SEEDS:
        drawn = generate("implicit_bias", seed, seed % 7).drawn
        told = [float(v.replace("−", "-")) for v in re.findall(r"−?[\d.]+", drawn.told)]
        x, y, w = np.array(told[:3]), told[3], np.array(told[4:])
        for _ in range(60):
            w = w - 0.5 / (x @ x) * (x @ w - y) * x
        assert drawn.answer == pytest.approx(np.linalg.norm(w), rel=EXACT)


def test_the_examples_of_the_field():
    """Numbers of the specification, by the same ways."""
    assert decay({"w": 2.0, "eta": 0.01, "lambda_": 0.1, "steps": 16}) == pytest.approx(1.9682, abs=5e-5)
    assert stopping({"h": 2.0, "eta": 0.05, "steps": 24}) == pytest.approx(0.1734, abs=5e-5)
    assert smoothing({"K": 100, "alpha": 0.1}) == pytest.approx(6.8035, abs=5e-5)
    assert clipping({"share": 0.95, "small": 1.0, "large": 27.0, "limit": 1.0}) == pytest.approx(0.9)
    assert descent({"snr": 16.0}) == pytest.approx(4 / 3, rel=1e-6)
    assert rank({"values": (3.8, 3.7, 2.8, 0.8, 0.6, 0.4), "r": 4}) == pytest.approx(0.1183, abs=5e-5)


@pytest.mark.parametrize("slug", PROBLEMS)
def test_seeds_and_rows_have_numbers_of_their_own(slug):
    seeds = [generate(slug, seed).drawn.answer for seed in range(60)]
    rows = [generate(slug, 7, row).drawn.answer for row in range(60)]
    assert min(len(set(np.round(some, 9))) for some in (seeds, rows)) >= 40
    assert generate.__wrapped__(slug, 7, 4) == generate(slug, 7, 4)


@pytest.mark.parametrize("slug", PROBLEMS)
def test_a_guess_is_worth_making(slug):
    """Each range holds the answer of some seed, and none that of four in five."""
    found = Counter(generate(slug, seed).range for seed in range(60))
    assert set(found) == set(range(len(PROBLEMS[slug].cuts) + 1))
    assert max(found.values()) < 48


@pytest.mark.parametrize("slug", PROBLEMS)
def test_words_agree_with_each_other(slug):
    for seed in range(8):
        drawn = generate(slug, seed).drawn
        assert numbers(drawn.told) <= numbers(drawn.ask) | rest(drawn)
        assert drawn.steps[-1].endswith(f"={number(drawn.answer)}")
        assert drawn.lines.count("{") == drawn.lines.count("}")
        assert all(step.count("&") == 1 for step in drawn.steps)
        assert "|" not in drawn.told + drawn.lines  # they stand in a table


def numbers(text):
    return set(re.findall(r"\d+(?:\.\d+)?", text))


def rest(drawn):
    """Return the share that is told where the question says "the others"."""
    return {f"{100 - 100 * drawn.given['share']:.0f}"} if "share" in drawn.given else set()


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_choices_can_be_told_apart(problem):
    for pick in (problem.definition, problem.diagnostic):
        assert len(set(pick.options)) == len(pick.options) == 3
        assert pick.text.endswith("?")
        assert all(text.endswith(".") for text in (*pick.options, pick.why))


def test_the_right_choice_is_now_here_now_there():
    places = Counter(p.right for problem in PROBLEMS.values() for p in (problem.definition, problem.diagnostic))
    assert set(places) == {0, 1, 2}
    assert max(places.values()) <= 10


def test_the_length_of_an_option_tells_nothing():
    """Lengths are alike, and the right one is the longest or the shortest about as often as by chance: 7 of 20."""
    picks = [p for problem in PROBLEMS.values() for p in (problem.definition, problem.diagnostic)]
    lengths = [[len(option) for option in pick.options] for pick in picks]
    assert all(max(some) <= 1.25 * min(some) for some in lengths)
    for end in (max, min):
        assert sum(some[pick.right] == end(some) for some, pick in zip(lengths, picks, strict=True)) <= 8


@pytest.mark.parametrize("slug", PROBLEMS)
def test_neighbours_see_the_options_in_orders_of_their_own(slug):
    """Six orders are possible; of one choice each comes up among sixty rows, and the two choices have their own."""
    exercises = [generate(slug, 7, row) for row in range(1, 61)]
    for orders in ([e.definition for e in exercises], [e.diagnostic for e in exercises]):
        assert len(set(orders)) == 6
        assert all(sorted(order) == [0, 1, 2] for order in orders)
        assert sum(a == b for a, b in pairwise(orders)) < 25
    assert any(e.definition != e.diagnostic for e in exercises)
