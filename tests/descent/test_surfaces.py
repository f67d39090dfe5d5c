"""The surfaces of the race: gradients by finite differences, minima where they are said to be, runs by closed forms."""

import numpy as np
import pytest
from certify import assert_gradient

from regviz import adam, momentum, sgd
from regviz.descent.surfaces import EXPLODED, SURFACES, descend


@pytest.mark.parametrize("name", SURFACES)
def test_gradients_agree_with_finite_differences(name, rng):
    surface = SURFACES[name]
    for _ in range(20):
        w = np.array([rng.uniform(*surface.x), rng.uniform(*surface.y)])
        # central differences of a quartic with coefficients of 100 err by about h²·1e4 = 1e-6, and by rounding
        assert_gradient(surface.value, surface.gradient, w, tolerance=1e-5)


@pytest.mark.parametrize("name", SURFACES)
def test_the_minima_are_minima(name, rng):
    surface = SURFACES[name]
    for minimum in surface.minima:
        assert surface.value(np.array(minimum)) == pytest.approx(0, abs=1e-20)
        assert np.abs(surface.gradient(np.array(minimum))).max() < 1e-12
    corner = np.array([surface.x[0], surface.y[0]])
    size = np.array([surface.x[1], surface.y[1]]) - corner
    assert np.all(surface.value(corner + size * rng.random((1000, 2))) > 0)


def test_known_values():
    assert SURFACES["rosenbrock"].value(np.array([-1.2, 1.0])) == pytest.approx(24.2)
    assert SURFACES["beale"].value(np.array([1.0, 1.0])) == pytest.approx(1.5**2 + 2.25**2 + 2.625**2)
    assert SURFACES["quadratic"].value(np.array([2.0, 1.0])) == pytest.approx(52.0)
    assert SURFACES["saddle"].value(np.zeros(2)) == pytest.approx(1 / 40)


def test_gradient_descent_on_the_quadratic_is_geometric():
    d = descend(SURFACES["quadratic"], sgd(0.015), [1.0, 1.0], 50)
    powers = np.arange(51)[:, None]
    np.testing.assert_allclose(d.w, [0.985, -0.5] ** powers, rtol=1e-12)
    np.testing.assert_allclose(d.gradient, d.w * [1.0, 100.0])
    assert d.last == 50


@pytest.mark.underflows
def test_momentum_on_the_quadratic_is_a_matrix_power():
    eta, h = 0.015, 100.0
    d = descend(SURFACES["quadratic"], momentum(eta), [0.0, 1.0], 40)
    step = np.array([[1 - eta * h, -eta * 0.9], [h, 0.9]])  # of (w, m)
    expected = [(np.linalg.matrix_power(step, k) @ [1.0, 0.0])[0] for k in range(41)]
    np.testing.assert_allclose(d.w[:, 1], expected, atol=1e-12)


def test_runs_of_a_batch_are_the_runs_alone():
    rates, start = np.array([0.01, 0.1, 0.5]), [-1.0, 1.5]
    batch = descend(SURFACES["beale"], adam(rates[:, None]), np.tile(start, (3, 1)), 60)
    for i, rate in enumerate(rates):
        alone = descend(SURFACES["beale"], adam(rate), start, 60)
        for name in ("w", "loss", "gradient", "m", "v"):
            np.testing.assert_allclose(getattr(batch, name)[i], getattr(alone, name), rtol=1e-9)


@pytest.mark.parametrize("name", ["rosenbrock", "beale", "quadratic"])
def test_a_run_ends_where_its_gradient_explodes(name):
    surface = SURFACES[name]
    d = descend(surface, sgd(0.5), [1.5, -0.5], 100)
    assert d.last < 100
    assert np.isfinite(d.w[: d.last + 1]).all()
    assert np.isnan(d.w[d.last + 1 :]).all()
    assert np.linalg.norm(d.gradient[d.last]) <= EXPLODED
    beyond = d.w[d.last] - 0.5 * d.gradient[d.last]
    assert np.linalg.norm(surface.gradient(beyond)) > EXPLODED


@pytest.mark.parametrize("start", [[1.0], [np.nan, 0.0], [[1.0, 2.0, 3.0]]])
def test_a_wrong_start_is_refused(start):
    with pytest.raises(ValueError, match="start must be"):
        descend(SURFACES["saddle"], sgd(0.1), start, 10)
