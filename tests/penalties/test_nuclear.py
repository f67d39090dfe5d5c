"""The nuclear norm, its subgradient, prox and projection, held to subdifferentials and to points that cost more."""

import numpy as np
import pytest
from certify import assert_gradient

from regviz import nuclear_gradient, nuclear_norm, project_nuclear_ball, prox_nuclear

SHAPES = [(1, 1), (4, 4), (6, 3), (3, 6), (1, 5), (8, 8)]


def assert_subgradient(G, Z, tolerance=1e-9):
    """Certify G ∈ ∂‖Z‖_*: ‖G‖₂ ≤ 1 and ⟨G, Z⟩ = ‖Z‖_*, which together say that no matrix lies below the plane.

    Both norms are taken from the eigenvalues of a symmetric matrix, not from the decomposition under test.
    """
    eigenvalues = np.linalg.eigvalsh(Z.T @ Z)
    norm = np.sqrt(np.maximum(eigenvalues, 0)).sum()
    assert np.sqrt(np.linalg.eigvalsh(G.T @ G).max()) <= 1 + tolerance
    # the roots of eigenvalues that should be zero are off by √ε of the largest
    assert (G * Z).sum() == pytest.approx(norm, abs=1e-6 * max(norm, 1))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("lambda_", [0.3, 1.0, 2.5, 100.0])
def test_the_prox_is_where_the_subdifferential_says(shape, lambda_, rng):
    Y = 2 * rng.standard_normal(shape)
    Z = prox_nuclear(Y, lambda_, step=1.5)
    assert_subgradient((Y - Z) / (1.5 * lambda_), Z)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_prox_at_the_ends(shape, rng):
    Y = rng.standard_normal(shape)
    np.testing.assert_allclose(prox_nuclear(Y, 0.0), Y, atol=1e-13)
    assert not prox_nuclear(Y, np.linalg.norm(Y, 2) * (1 + 1e-12)).any()


def test_no_point_near_the_prox_costs_less(rng):
    Y = rng.standard_normal((4, 3))
    Z = prox_nuclear(Y, 0.8)
    clouds = Z + np.geomspace(1e-6, 1, 30)[:, None, None, None] * rng.standard_normal((30, 100, 4, 3))
    norms = np.linalg.svd(clouds, compute_uv=False).sum(axis=-1)
    cost = ((clouds - Y) ** 2).sum(axis=(2, 3)) / 2 + 0.8 * norms
    assert cost.min() >= ((Z - Y) ** 2).sum() / 2 + 0.8 * nuclear_norm(Z) - 1e-12


@pytest.mark.parametrize("shape", [(4, 4), (5, 3), (2, 6)])
def test_the_gradient_at_full_rank(shape, rng):
    Z = rng.standard_normal(shape)
    assert_gradient(
        lambda w: nuclear_norm(w.reshape(shape)), lambda w: nuclear_gradient(w.reshape(shape)).ravel(), Z.ravel()
    )


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_the_subgradient_below_full_rank(rank, rng):
    Z = rng.standard_normal((5, rank)) @ rng.standard_normal((rank, 4))
    G = nuclear_gradient(Z)
    assert_subgradient(G, Z)
    assert np.linalg.matrix_rank(G) == rank


def test_the_norm_is_what_the_eigenvalues_say(rng):
    S = rng.standard_normal((6, 6))
    S = S + S.T
    assert nuclear_norm(S) == pytest.approx(np.abs(np.linalg.eigvalsh(S)).sum(), rel=1e-12)
    assert nuclear_norm(np.zeros((2, 3))) == 0
    assert nuclear_norm(np.outer([3.0, 4.0], [1.0, 0.0, 0.0])) == pytest.approx(5, rel=1e-12)


@pytest.mark.parametrize("radius", [0.0, 0.5, 3.0, 1e3])
def test_the_projection_is_nearest(radius, rng):
    """⟨Y − Z, X − Z⟩ ≤ 0 for all X in the ball: largest at X = radius times the leading singular pair of Y − Z."""
    Y = rng.standard_normal((5, 4))
    Z = project_nuclear_ball(Y, radius)
    assert nuclear_norm(Z) <= radius + 1e-12
    most = radius * np.sqrt(np.linalg.eigvalsh((Y - Z).T @ (Y - Z)).max(initial=0))
    assert most <= ((Y - Z) * Z).sum() + 1e-9
    np.testing.assert_array_equal(project_nuclear_ball(Y, nuclear_norm(Y) * 1.001), Y)


@pytest.mark.parametrize("call", [nuclear_norm, nuclear_gradient, lambda Z: prox_nuclear(Z, 1.0)])
@pytest.mark.parametrize(
    ("wrong", "said"), [(np.zeros(3), "shape"), (np.zeros((0, 2)), "shape"), ([[np.nan]], "finite; got nan")]
)
def test_what_is_no_matrix_is_refused(call, wrong, said):
    with pytest.raises(ValueError, match=said):
        call(wrong)


def test_negative_strengths_are_refused():
    with pytest.raises(ValueError, match=r"lambda_ must be >= 0; got -1"):
        prox_nuclear(np.eye(2), -1.0)
    with pytest.raises(ValueError, match=r"radius must be >= 0; got -2"):
        project_nuclear_ball(np.eye(2), -2.0)
