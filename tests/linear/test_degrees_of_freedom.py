"""Knots and degrees of freedom of paths; and labels at line ends; and tables in common units."""

import numpy as np
import pytest

from regviz.data.scaled import unit_free, with_products
from regviz.data.tables import diabetes, linear_design
from regviz.figures.kit.labels import spread
from regviz.linear.degrees_of_freedom import Knot, effective_df, knots_of
from regviz.linear.paths import Path, elastic_net_path

LAMBDAS = np.array([0.3, 0.05, 0.01])


def test_knots_tell_who_comes_and_goes():
    coefs = np.array([[0.0, 0, 0], [1, 0, 0], [2, 1, 0], [2, 0, 1], [3, 0, 2]])
    lambdas = np.array([5.0, 4, 3, 2, 0])
    assert knots_of(Path(lambdas, coefs, np.zeros(5))) == (
        Knot(5.0, 0, True),
        Knot(4.0, 1, True),
        Knot(3.0, 2, True),
        Knot(2.0, 1, False),
    )


@pytest.mark.parametrize("l1_ratio", [0.0, 0.4, 1.0])
def test_df_is_how_far_predictions_follow_the_data(l1_ratio):
    """df = Σ ∂ŷᵢ/∂yᵢ: central differences of the fit itself, where no weight is about to enter or leave."""
    X, y = unit_free(linear_design(30, 6, seed=2))
    df = effective_df(X, elastic_net_path(X, y, l1_ratio, LAMBDAS).coefs, LAMBDAS, l1_ratio)
    h, moved = 1e-6, np.zeros(len(LAMBDAS))
    for i in range(len(y)):
        up, down = (elastic_net_path(X, y + sign * h * np.eye(len(y))[i], l1_ratio, LAMBDAS) for sign in (1, -1))
        moved += (up.predict(X)[i] - down.predict(X)[i]) / (2 * h)
    np.testing.assert_allclose(df, moved - 1, atol=1e-5)  # the intercept follows the data by 1


def test_no_weight_has_no_df():
    assert effective_df(np.ones((4, 2)), np.zeros((1, 2)), np.array([1.0]), 0.5) == 0


@pytest.mark.parametrize("at", [[0.0, 0.0, 0.0], [0.1, 0.5, 0.52], [-5.0, 5.0], [1.0, 0.9, 0.0, 0.95], [0.5]])
def test_labels_keep_order_and_distance(at):
    placed, wanted = spread(at, 0.1, (0.0, 1.0)), np.clip(at, 0.0, 1.0)
    assert np.all(np.diff(placed[np.argsort(wanted, kind="stable")]) >= 0.1 - 1e-12)
    assert placed.min() >= 0
    assert placed.max() <= 1 + 1e-12


def test_labels_with_room_stay_and_too_many_share_the_span():
    assert spread([0.2, 0.8], 0.1, (0.0, 1.0)).tolist() == [0.2, 0.8]
    np.testing.assert_allclose(spread([0.5, 0.5], 0.1, (0.0, 1.0)), [0.45, 0.55])
    np.testing.assert_allclose(spread([0.5] * 21, 0.1, (0.0, 1.0)), np.linspace(0, 1, 21))


def test_the_quadratic_model_of_efron_has_64_columns():
    table = with_products(diabetes())
    assert table.X.shape == (442, 64)
    assert len(set(table.names)) == 64
    assert "sex²" not in table.names
    standard, _ = unit_free(diabetes())
    np.testing.assert_allclose(table.X[:, table.names.index("bmi·bp")], standard[:, 2] * standard[:, 3])


@pytest.mark.parametrize("standardise", [True, False])
def test_units(standardise):
    X, y = unit_free(diabetes(), standardise)
    assert y.std() == pytest.approx(1)
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-12)
    assert X.std(axis=0).max() == pytest.approx(1)
    ratio = X.std(axis=0) / diabetes().X.std(axis=0)
    assert np.ptp(ratio) < 1e-12 or standardise
