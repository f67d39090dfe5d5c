"""How many free parameters a penalised fit spends."""

import numpy as np

from regviz.checks import Array


def effective_df(X: Array, coefs: Array, lambdas: Array, l1_ratio: float) -> Array:
    """Return the effective degrees of freedom (m,) of weights (m, p) at `lambdas` (m,), the intercept aside.

    X (n, p) is centred. They are the trace of X_A(X_AᵀX_A + nλ(1−ρ)I)⁻¹X_Aᵀ over the nonzero weights A: their number
    for the lasso, Σ d²/(d² + nλ) for ridge.
    Source: Zou, Hastie and Tibshirani 2007; Tibshirani and Taylor 2012, eq. 11.
    """
    if l1_ratio == 1:
        return np.count_nonzero(coefs, axis=1).astype(float)
    n, spectra = len(X), {}
    G = X.T @ X / n
    df = np.zeros(len(lambdas))
    for i, (w, lam) in enumerate(zip(coefs, lambdas, strict=True)):
        active = w != 0
        if (key := active.tobytes()) not in spectra:
            spectra = {key: np.maximum(np.linalg.eigvalsh(G[np.ix_(active, active)]), 0.0)}  # neighbours share it
        df[i] = np.sum(spectra[key] / (spectra[key] + lam * (1 - l1_ratio)))
    return df
