"""The most probable weights in scikit-learn: minus the log of the prior is the penalty."""

from regviz.figures.map_priors import W1, Result, Settings, prior_of
from regviz.frameworks.twin import Twin
from regviz.frameworks.two_features import drawn, fitted


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return the MAP; Student's prior has no estimator there."""
    _, rho = prior_of(s)
    if rho is None:
        return []
    data = drawn(s.seed, s.n, s.correlation, (W1, s.w2), s.noise)
    return [fitted(data, s.n, s.lambda_, rho, r.posterior.mode, s.centre)]
