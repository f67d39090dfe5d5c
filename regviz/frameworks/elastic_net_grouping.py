"""Elastic net and lasso on the noisy copies, in scikit-learn."""

import numpy as np

from regviz.figures.elastic_net_grouping import Result, Settings
from regviz.frameworks.estimators import estimator
from regviz.frameworks.twin import SKLEARN, Twin

CODE = """import numpy as np
from sklearn.linear_model import ElasticNet, Lasso, Ridge

rng = np.random.default_rng({seed})
Z = rng.uniform(0, 20, ({n}, 2))  # the two factors
X = np.repeat(Z, 3, axis=1) * [1, -1, 1, 1, -1, 1] + {copy_noise:g} * rng.standard_normal(({n}, 6))
y = Z @ [1, 0.1] + {noise:g} * rng.standard_normal({n})
X = (X - X.mean(axis=0)) / X.std(axis=0)
for model in ({net},
              {lasso}):
    print(*model.fit(X, y).coef_)
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return both solutions at the present λ."""
    net, lasso = ("{}({})".format(*estimator(s.lambda_, rho, s.n)) for rho in (s.l1_ratio, 1.0))
    code = CODE.format(seed=s.seed, n=s.n, copy_noise=s.copy_noise, noise=s.noise, net=net, lasso=lasso)
    return [Twin(SKLEARN, code, np.concatenate([r.w_net, r.w_lasso]), 1e-5)]
