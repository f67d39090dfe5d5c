"""The estimators of scikit-learn, by our λ and its share ρ of L1."""

CLOSE = "tol=1e-12, max_iter=1_000_000"


def estimator(strength: float, l1_ratio: float, n: int) -> tuple[str, str]:
    """Return the name and the arguments of the estimator: alpha is λ, and for Ridge, whose loss is a sum, nλ."""
    if l1_ratio == 0:
        return "Ridge", f"alpha={n} * {strength:g}"
    if l1_ratio == 1:
        return "Lasso", f"alpha={strength:g}, {CLOSE}"
    return "ElasticNet", f"alpha={strength:g}, l1_ratio={l1_ratio:g}, {CLOSE}"
