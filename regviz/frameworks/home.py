"""The fit of the first page in scikit-learn."""

import numpy as np

from regviz.figures.home import Result, Settings
from regviz.frameworks.twin import SKLEARN, Twin

CODE = """import numpy as np
from sklearn.linear_model import Ridge

rng = np.random.default_rng({seed})
x, x_new = np.sort(rng.uniform(-1, 1, {n})), rng.uniform(-1, 1, 200)
y = np.sin(3 * x) + 0.4 * np.cos(6 * x) + {noise:g} * rng.standard_normal({n})
design = lambda x: np.polynomial.legendre.legvander(x, {size})[:, 1:]
model = Ridge(alpha={n} * {strength!r}, solver="svd").fit(design(x), y)
print(np.sqrt(np.mean((model.predict(design(x)) - y) ** 2)))
print(*model.predict(design(np.array([-1, 0, 1]))))
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return the training error of polynomials, and the curve at −1, 0 and 1."""
    if s.features != "polynomial":
        return []
    code = CODE.format(seed=s.seed, n=s.n, noise=s.noise, size=s.size, strength=s.lambda_)
    curve = r.fits.curves[r.now]
    return [Twin(SKLEARN, code, np.append(r.fits.train[r.now], curve[[0, curve.size // 2, -1]]))]
