"""The certificates must reject wrong answers, or they prove nothing."""

import numpy as np
import pytest
from certify import assert_gradient, assert_joint_prox, assert_optimal, assert_prox, assert_subdifferential

from regviz import prox_group, soft_threshold

Z = np.array([-2.0, -0.3, 0.4, 1.7])


def sign_interval(w):
    return np.where(w == 0, -1.0, np.sign(w)), np.where(w == 0, 1.0, np.sign(w))


def test_gradient_rejects_a_wrong_factor():
    with pytest.raises(AssertionError):
        assert_gradient(lambda w: np.sum(w**2) / 2, lambda w: 1.001 * w, Z)


@pytest.mark.parametrize("wrong", [lambda z: 0.99 * soft_threshold(z, 1.0), lambda z: z, np.zeros_like])
def test_prox_certificates_reject(wrong):
    with pytest.raises(AssertionError):
        assert_prox(wrong, np.abs, Z, 1.0)
    with pytest.raises(AssertionError):
        assert_subdifferential(Z, wrong(Z), sign_interval, 1.0)


def test_prox_certificates_accept_the_soft_threshold():
    assert_prox(lambda z: soft_threshold(z, 1.0), np.abs, Z, 1.0)
    assert_subdifferential(Z, soft_threshold(Z, 1.0), sign_interval, 1.0)


def test_joint_prox_rejects_a_separable_answer(rng):
    groups = [0, 0, 1, 1]

    def value(w):
        return np.hypot(w[0], w[1]) + np.hypot(w[2], w[3])

    assert_joint_prox(lambda z: prox_group(z, 1.0, groups), value, Z, 1.0, rng)
    with pytest.raises(AssertionError):
        assert_joint_prox(lambda z: soft_threshold(z, 1.0), value, Z, 1.0, rng)


@pytest.mark.parametrize("shift", [1e-6, -1e-6])
def test_optimality_rejects_a_shifted_solution(rng, shift):
    X = rng.standard_normal((30, 1))
    y = X[:, 0] + 0.1 * rng.standard_normal(30)
    centred, response = X[:, 0] - X.mean(), y - y.mean()
    w = soft_threshold(centred @ response / 30, 0.2) / (centred @ centred / 30)
    assert_optimal(X, y, np.array([w]), 0.2)
    with pytest.raises(AssertionError):
        assert_optimal(X, y, np.array([w + shift]), 0.2)
