"""Truncation against Eckart and Young, and the smooth ranks against what they are known to be."""

import numpy as np
import pytest

from regviz import effective_rank, stable_rank, truncate


@pytest.mark.parametrize("rank", [0, 1, 3, 4, 9])
def test_no_matrix_of_that_rank_is_nearer(rank, rng):
    """The squared distance is the sum of the smallest eigenvalues of WᵀW; alternating least squares finds none less."""
    W = rng.standard_normal((6, 4))
    cut = truncate(W, rank)
    left = np.linalg.eigvalsh(W.T @ W)[: max(4 - rank, 0)].sum()
    assert ((W - cut) ** 2).sum() == pytest.approx(left, abs=1e-12)
    assert np.linalg.matrix_rank(cut) == min(rank, 4)
    right = rng.standard_normal((4, min(rank, 4)))
    for _ in range(200):
        one = np.linalg.lstsq(right, W.T, rcond=None)[0].T if rank else np.zeros((6, 0))
        right = np.linalg.lstsq(one, W, rcond=None)[0].T if rank else right
    assert ((W - one @ right.T) ** 2).sum() >= left - 1e-12


def test_the_smooth_ranks_of_known_matrices(rng):
    for rank in (stable_rank, effective_rank):
        assert rank(np.eye(5)) == pytest.approx(5)
        assert rank(np.outer(np.arange(1, 5), np.ones(3))) == pytest.approx(1)
        assert rank(np.zeros((2, 3))) == 0
        W = rng.standard_normal((7, 4))
        assert 1 < rank(W) < 4
        assert rank(1e-200 * W) == pytest.approx(rank(1e200 * W), rel=1e-9)
        assert rank(W.T) == pytest.approx(rank(W), rel=1e-9)
    assert stable_rank(np.diag([2.0, 1.0, 1.0])) == pytest.approx(1.5)
    assert effective_rank(np.diag([2.0, 1.0, 1.0])) == pytest.approx(2**1.5)  # exp(½ log 2 + ½ log 4)


def test_negative_and_broken_ranks_are_refused():
    for rank in (-1, 1.5, np.nan):
        with pytest.raises(ValueError, match="rank must be a whole number >= 0"):
            truncate(np.eye(2), rank)
