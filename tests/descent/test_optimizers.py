"""Optimizers against rules worked by hand, against each other, and against hostile arguments."""

from functools import partial

import numpy as np
import pytest

from regviz import (
    adagrad,
    adam,
    adamw,
    clip_by_norm,
    clip_by_value,
    momentum,
    nesterov,
    rmsprop,
    sgd,
    sgd_with_weight_decay,
)
from regviz.descent import optimizers
from regviz.descent.races import RULES, all_at_once

MAKERS = {name: getattr(optimizers, name) for name in RULES}
OPTIMIZERS = {
    **MAKERS,
    "adam with l2": partial(adam, l2=0.3),
    "momentum with decay": partial(momentum, weight_decay=0.3),
}
every_optimizer = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)

CURVATURES = np.array([1.0, 10.0])


def descend(optimizer, w, steps, gradient=lambda w: CURVATURES * w):
    """Return the trajectory (steps + 1, ...) on ½ Σ cⱼwⱼ², or for another gradient."""
    state, path = optimizer.init(w), [np.asarray(w, dtype=float)]
    for _ in range(steps):
        step, state = optimizer.update(gradient(path[-1]), state, path[-1])
        path.append(path[-1] + step)
    return np.array(path)


# Two steps with gradients 1 and then 3 from w = 1, rate 0.1, worked by hand from the papers' own formulas: momentum's
# v' = μv − ηg and w' = w + v'; Adam's m̂₂ = (0.9·0.1·1 + 0.1·3)/(1 − 0.81), v̂₂ = (0.999·0.001 + 0.001·9)/(1 − 0.999²).
BY_HAND = {
    "sgd": (sgd(0.1), [0.9, 0.6]),
    "sgd with decay": (sgd(0.1, weight_decay=0.5), [0.85, 0.85 - 0.3 - 0.0425]),
    "sgd with l2": (sgd(0.1, l2=0.5), [0.85, 0.85 - 0.3 - 0.0425]),
    "momentum": (momentum(0.1, 0.9), [0.9, 0.9 - 0.09 - 0.3]),
    "nesterov": (nesterov(0.1, 0.9), [1 - 0.19, 0.81 - 0.1 * (3 + 0.9 * (0.9 + 3))]),
    "adagrad": (adagrad(0.1, epsilon=1e-30), [0.9, 0.9 - 0.3 / np.sqrt(10)]),
    "rmsprop": (
        rmsprop(0.1, 0.9, epsilon=1e-30),
        [1 - 0.1 / np.sqrt(0.1), 1 - 0.1 / np.sqrt(0.1) - 0.3 / np.sqrt(0.99)],
    ),
    "adam": (adam(0.1, epsilon=1e-30), [0.9, 0.9 - 0.1 * (0.39 / 0.19) / np.sqrt(0.009999 / 0.001999)]),
    "adam, large epsilon": (
        adam(0.1, epsilon=1.0),
        [0.95, 0.95 - 0.1 * (0.39 / 0.19) / (np.sqrt(0.009999 / 0.001999) + 1)],
    ),
    "adamw": (
        adamw(0.1, epsilon=1e-30, weight_decay=0.5),
        [0.85, 0.85 - 0.0425 - 0.1 * (0.39 / 0.19) / np.sqrt(0.009999 / 0.001999)],
    ),
    "adam with l2": (
        adam(0.1, epsilon=1e-30, l2=0.5),
        [0.9, 0.9 - 0.1 * (0.48 / 0.19) / np.sqrt(0.01415025 / 0.001999)],
    ),
}


@pytest.mark.parametrize(("optimizer", "expected"), BY_HAND.values(), ids=BY_HAND)
def test_two_steps_by_hand(optimizer, expected):
    gradients = iter([np.array([1.0]), np.array([3.0])])
    path = descend(optimizer, [1.0], 2, lambda w: next(gradients))
    np.testing.assert_allclose(path[1:, 0], expected, rtol=1e-12)  # a dozen roundings


def test_sgd_on_a_quadratic_follows_its_closed_form():
    path = descend(sgd(0.05), [1.0, -2.0], 30)
    expected = np.array([1.0, -2.0]) * (1 - 0.05 * CURVATURES) ** np.arange(31)[:, None]
    np.testing.assert_allclose(path, expected, rtol=1e-12)  # 30 products, an ulp each


def test_momentum_on_a_quadratic_follows_its_two_by_two_recurrence():
    """w_{k+1} = (1 + μ − ηc) w_k − μ w_{k−1}. Source: Goh 2017, Why Momentum Really Works."""
    path = descend(momentum(0.05, 0.8), [1.0, -2.0], 30)
    predicted = (1.8 - 0.05 * CURVATURES) * path[1:-1] - 0.8 * path[:-2]
    np.testing.assert_allclose(path[2:], predicted, rtol=1e-10, atol=1e-14)  # cancellation near zero crossings


def test_nesterov_is_the_look_ahead_form_of_sutskever():
    """v ← μv − η∇f(θ + μv), θ ← θ + v, and the optimizer's w is θ + μv."""
    path = descend(nesterov(0.05, 0.8), [1.0, -2.0], 20)
    theta, v = np.array([1.0, -2.0]), np.zeros(2)
    for w in path:
        np.testing.assert_allclose(theta + 0.8 * v, w, rtol=1e-10, atol=1e-14)
        v = 0.8 * v - 0.05 * CURVATURES * (theta + 0.8 * v)
        theta = theta + v


@every_optimizer
def test_descends_on_a_quadratic(make):
    path = descend(make(0.05), [1.0, -2.0], 200)
    assert np.abs(path[-1]).max() < 0.5 * np.abs(path[0]).max()


@every_optimizer
def test_many_runs_are_the_runs_alone(make, rng):
    start, rates = rng.standard_normal((3, 2)), np.array([0.01, 0.05, 0.1])
    together = descend(make(rates[:, None]), start, 15)
    alone = np.stack([descend(make(rate), w, 15) for rate, w in zip(rates, start, strict=True)], axis=1)
    np.testing.assert_array_equal(together, alone)  # elementwise arithmetic knows no neighbours


@pytest.mark.parametrize("shape", [(2,), (3, 4, 2)])
def test_all_at_once_each_row_moves_by_its_own_rule(shape, rng):
    rates = dict(zip(MAKERS, rng.uniform(0.01, 0.1, len(MAKERS)), strict=True))
    start = rng.standard_normal((len(MAKERS), *shape))
    together = descend(all_at_once(rates, len(shape)), start, 60)
    for i, (name, rate) in enumerate(rates.items()):
        np.testing.assert_array_equal(together[:, i], descend(MAKERS[name](rate), start[i], 60))


@every_optimizer
def test_shape_of_the_weights_is_free(make, rng):
    start = rng.standard_normal((2, 3, 4))
    deep = descend(make(0.05), start, 5, lambda w: 2 * w)
    flat = descend(make(0.05), start.ravel(), 5, lambda w: 2 * w)
    np.testing.assert_array_equal(deep.reshape(6, -1), flat)


@every_optimizer
def test_single_precision_stays_single(make):
    w = np.ones((2, 3), dtype="float32")
    optimizer = make(np.full((2, 1), 0.1, dtype="float32"))
    step, state = optimizer.update(w, optimizer.init(w), w)
    assert step.dtype == state.m.dtype == state.v.dtype == "float32"


@every_optimizer
def test_update_is_pure(make):
    optimizer, w, g = make(0.1), np.array([1.0, 2.0]), np.array([0.5, -0.5])
    state = optimizer.update(g, optimizer.init(w), w)[1]
    before = [np.copy(part) for part in state]
    first, second = optimizer.update(g, state, w)[0], optimizer.update(g, state, w)[0]
    np.testing.assert_array_equal(first, second)
    for part, kept in zip(state, before, strict=True):
        np.testing.assert_array_equal(part, kept)
    np.testing.assert_array_equal(np.stack([w, g]), [[1.0, 2.0], [0.5, -0.5]])


@every_optimizer
def test_zero_rate_stands_still(make):
    np.testing.assert_array_equal(descend(make(0.0), [1.0, -2.0], 3), [[1.0, -2.0]] * 4)


@pytest.mark.parametrize("make", [adagrad, rmsprop, adam])
def test_adaptive_steps_ignore_the_scale_of_the_gradient(make):
    steps = [descend(make(0.1, epsilon=1e-30), [1.0, -2.0], 10, lambda w, s=s: s * CURVATURES * w) for s in (1.0, 1e4)]
    np.testing.assert_allclose(steps[0], steps[1], rtol=1e-10)  # rounding of s² under the root


def test_the_first_step_of_adam_has_the_size_of_the_rate():
    """Kingma and Ba 2015, section 2.1; without bias correction it would be 0.1/√0.001 times as long."""
    path = descend(adam(0.01), [1.0, -2.0], 1)
    np.testing.assert_allclose(path[1] - path[0], [-0.01, 0.01], rtol=1e-7)  # ε = 1e-8 against gradients of 1 and 20


def test_sgd_with_l2_is_sgd_with_weight_decay():
    coupled, decoupled = (
        descend(sgd(0.05, l2=0.4), [1.0, -2.0], 100),
        descend(sgd(0.05, weight_decay=0.4), [1.0, -2.0], 100),
    )
    np.testing.assert_allclose(coupled, decoupled, rtol=1e-13)  # the same sum, ordered otherwise: an ulp a step
    w = np.array([1.0, -2.0])
    for expected in coupled[1:]:
        w = sgd_with_weight_decay(w, CURVATURES * w, 0.05, 0.4)
        np.testing.assert_allclose(w, expected, rtol=1e-13)


@pytest.mark.parametrize("make", [momentum, nesterov, adagrad, rmsprop, adam])
def test_elsewhere_l2_is_not_weight_decay(make):
    coupled, decoupled = (descend(make(0.05, **{name: 0.4}), [1.0, -2.0], 20) for name in ("l2", "weight_decay"))
    assert np.abs(coupled - decoupled).max() > 1e-2


def test_adam_with_l2_decays_weights_of_large_gradients_less():
    """The pull λw is divided by √v, AdamW's is not. Source: Loshchilov and Hutter 2019, section 2."""
    noise = np.array([1.0, 100.0])
    signs = iter(np.tile([1.0, -1.0], 200))
    coupled = descend(adam(0.001, l2=1.0), [1.0, 1.0], 400, lambda w: next(signs) * noise)[-1]
    signs = iter(np.tile([1.0, -1.0], 200))
    decoupled = descend(adamw(0.001, weight_decay=1.0), [1.0, 1.0], 400, lambda w: next(signs) * noise)[-1]
    assert 1 - coupled[0] > 10 * (1 - coupled[1])
    np.testing.assert_allclose(decoupled[0], decoupled[1], rtol=1e-6)  # ε = 1e-8 against √v = 1


def test_decoupled_decay_alone_shrinks_by_a_constant_factor():
    path = descend(adamw(0.1, weight_decay=0.5), [1.0, -2.0], 20, np.zeros_like)
    np.testing.assert_allclose(path, np.array([1.0, -2.0]) * 0.95 ** np.arange(21)[:, None], rtol=1e-13)


def test_huge_finite_gradients_are_no_error():
    step, _ = sgd(1e-3).update([1e200, 1.0], sgd(1e-3).init([0.0, 0.0]), [0.0, 0.0])
    np.testing.assert_allclose(step, [-1e197, -1e-3], rtol=1e-15)


ADAPTIVE = pytest.mark.parametrize("make", [adagrad, rmsprop, adam, adamw])


@ADAPTIVE
@pytest.mark.parametrize(("dtype", "size"), [("float64", 1e155), ("float64", 1e300), ("float32", 1e25)])
def test_one_huge_gradient_is_followed_by_finite_steps(make, dtype, size):
    optimizer, w = make(0.1), np.zeros(3, dtype)
    state = optimizer.init(w)
    for g in ([size, -size, 1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]):
        step, state = optimizer.update(np.array(g, dtype), state, w)
        assert step.dtype == dtype
        assert np.isfinite(step).all()
        assert np.abs(step).max() <= 1.0  # a rate of 0.1, and √10 times as much where rmsprop has no bias correction
    small, _ = make(0.1).update(np.array([1.0, -1.0, 1.0]), make(0.1).init(w), np.zeros(3))
    large, _ = make(0.1).update(np.array([size, -size, size], dtype), make(0.1).init(w), w)
    np.testing.assert_allclose(large, small, rtol=1e-5)  # ε against 1, and single precision


@ADAPTIVE
@pytest.mark.parametrize("epsilon", [1e-8, 1e-60, 1e-307])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_without_a_gradient_nothing_moves(make, dtype, epsilon):
    optimizer, w = make(0.1, epsilon=epsilon, weight_decay=0.0), np.ones(2, dtype)
    step, state = optimizer.update(np.zeros(2, dtype), optimizer.init(w), w)
    np.testing.assert_array_equal(step, np.zeros(2))
    np.testing.assert_array_equal(optimizer.update(np.zeros(2, dtype), state, w)[0], np.zeros(2))


@every_optimizer
def test_one_number_is_a_weight(make):
    optimizer, many = make(0.1), make(0.1)
    one, two = optimizer.init(3.0), many.init([3.0, 3.0])
    for g in (1.0, -0.5):
        (step, one), (steps, two) = optimizer.update(g, one, 3.0), many.update([g, g], two, [3.0, 3.0])
        np.testing.assert_array_equal(np.broadcast_to(step, 2), steps)
        assert np.shape(step) == ()


@pytest.mark.underflows
@pytest.mark.parametrize("scale", [1e-300, 1e-3, 0.19, 0.21, 1.0, 1e200])
def test_clip_by_norm_keeps_the_direction_and_bounds_the_norm(scale):
    g = scale * np.array([3.0, 4.0])
    clipped = clip_by_norm(g, 1.0)
    np.testing.assert_allclose(clipped, min(1.0, 1 / (5 * scale)) * g, rtol=1e-14)


def test_clip_by_norm_takes_each_run_by_itself(rng):
    g = rng.standard_normal((5, 7)) * np.array([[0.0], [0.1], [1.0], [10.0], [1e3]])
    np.testing.assert_allclose(clip_by_norm(g, 1.0, axis=-1), [clip_by_norm(row, 1.0) for row in g], rtol=1e-15)


def test_clip_by_norm_leaves_small_gradients_bit_for_bit(rng):
    g = 0.01 * rng.standard_normal(9)
    np.testing.assert_array_equal(clip_by_norm(g, 1.0), g)


def test_clip_by_value_bends_the_direction():
    np.testing.assert_array_equal(clip_by_value([3.0, -0.5, -4.0], 1.0), [1.0, -0.5, -1.0])


HOSTILE = [
    (lambda: adam(0.1).init(np.zeros(2, np.float16)), "w must be float32 or float64; got float16"),
    (
        lambda: sgd(0.1).update(np.zeros(2, np.float16), sgd(0.1).init([0.0, 0.0]), [0.0, 0.0]),
        "gradient must be float32",
    ),
    (lambda: sgd(0.1).update([1j, 0.0], sgd(0.1).init([0.0, 0.0]), [0.0, 0.0]), "gradient must be real; got complex"),
    (lambda: sgd(0.1).init(np.ma.masked_equal([1.0, 2.0], 2.0)), "w must have no masked entries"),
    (lambda: clip_by_norm([1.0], np.inf), "max_norm must be finite; got inf"),
    (lambda: sgd(-0.1), "learning_rate.*-0.1"),
    (lambda: sgd(np.nan), "learning_rate.*nan"),
    (lambda: momentum(0.1, 1.0), r"momentum.*\[0, 1\).*1.0"),
    (lambda: nesterov(0.1, -0.5), "momentum.*-0.5"),
    (lambda: adagrad(0.1, 0.0), "epsilon.*0.0"),
    (lambda: rmsprop(0.1, 1.5), "decay.*1.5"),
    (lambda: adam(0.1, beta1=1.0), "beta1.*1.0"),
    (lambda: adam(0.1, beta2=np.inf), "beta2.*inf"),
    (lambda: adam(0.1, l2=-1.0), "l2.*-1.0"),
    (lambda: adamw(0.1, weight_decay=-0.01), "weight_decay.*-0.01"),
    (lambda: adam(0.1).init([1.0, np.nan]), r"w.*nan at index \(1,\)"),
    (lambda: sgd(0.1).update([np.nan], sgd(0.1).init([1.0]), [1.0]), "gradient.*nan"),
    (lambda: sgd(0.1).update([1.0], sgd(0.1).init([1.0]), [np.inf]), "w must be finite; got inf"),
    (lambda: sgd(0.1).update([1.0, 2.0], sgd(0.1).init([1.0]), [1.0]), r"\(1,\).*\(2,\)"),
    (lambda: adam(0.1).update([1.0, 2.0], adam(0.1).init([1.0]), [1.0, 2.0]), r"\(1,\).*\(2,\)"),
    (lambda: sgd(np.ones((3, 1))).update([1.0], sgd(0.1).init([1.0]), [1.0]), r"\(1,\).*\(3, 1\)"),
    (lambda: adam(np.ones((3, 1))).update([1.0], adam(0.1).init([1.0]), [1.0]), r"\(1,\).*\(3, 1\)"),
    (lambda: adam(0.1, beta1=[0.9, 0.8]).update([1.0], adam(0.1).init([1.0]), [1.0]), r"\(1,\).*\(2,\)"),
    (lambda: sgd_with_weight_decay([1.0], [1.0], -0.1, 0.0), "lr.*-0.1"),
    (lambda: sgd_with_weight_decay([1.0], [1.0], 0.1, -2.0), "lambda_.*-2.0"),
    (lambda: sgd_with_weight_decay([1.0], [np.nan], 0.1, 0.0), "gradient.*nan"),
    (lambda: clip_by_norm([1.0], 0.0), "max_norm.*0.0"),
    (lambda: clip_by_norm([np.nan], 1.0), "gradient.*nan"),
    (lambda: clip_by_value([1.0], -1.0), "limit.*-1.0"),
]


@pytest.mark.parametrize(("call", "message"), HOSTILE)
def test_hostile_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
