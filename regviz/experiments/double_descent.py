"""Least squares and ridge with ever more features or samples: Gaussian ones, and digits under random features."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from regviz.against import Row
from regviz.apart import apart
from regviz.averages import mean_error
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.data.splits import flip_labels
from regviz.knobs import LogSlider
from regviz.linear.overparametrized import min_norm_risk, optimal_ridge, random_features, ridge_limit_risk
from regviz.memory import once
from regviz.progress import telling
from regviz.wording import plus_minus

STRENGTH = LogSlider("Strength λ", 1e-5, 10, 31, zero=True, help="At 0: least squares, of least norm if p > n.")
TOTAL = LogSlider("Strength nλ", 1e-3, 1e3, 31, zero=True, help="The λ of the sum form, ‖y − Xw‖² + λ‖w‖².")
STRENGTHS, TOTALS = np.array(STRENGTH.options), np.array(TOTAL.options)
ALL, DIMENSION, DRAWS, DRAWS_SAMPLES = 200, 100, 100, 40
NEAR = 7
"""up to this distance of p from n medians are shown: errors at λ = 0 have no moment of order k where |p − n| < 2k"""
SAMPLES = np.array([10, 14, 20, 28, 40, 56, 70, 80, 88, 94, 98, 100, 102, 106, 112, 125, 145, 175, 225, 300])
IMAGES, TESTED, SPLITS, UNITS = 100, 1000, 10, 1000
WIDTHS = np.array([10, 14, 20, 28, 40, 56, 70, 80, 88, 94, 98, 100, 102, 106, 112, 125, 150, 200, 300, 450, 700, 1000])
BELKIN, LIMIT = "exact, Belkin, Hsu and Xu 2020", "limit of large n, Hastie et al. 2022"


@dataclass(frozen=True)
class Spectra:
    """What every fit is made of, XV = US, at sizes (k,) and for many draws, padded with zeros to M singular values.

    `s`, `along` Vᵀβ, `seen` Uᵀf and `error` Uᵀε are (k, draws, M), where f = Xβ with all features and ε has variance 1.
    `lengths` (3, k, draws) are ‖f‖², f·ε and ‖ε‖². `signal` (k,) is ‖β‖² of the features in the model, `left` the rest.
    """

    n: Array
    p: Array
    signal: Array
    left: Array
    s: Array
    along: Array
    seen: Array
    error: Array
    lengths: Array


@dataclass(frozen=True)
class Fits:
    """Test error, ‖w‖ and training error (l, k, draws) at every strength and at every size `at` (k,)."""

    at: Array
    test: Array
    norms: Array
    train: Array

    @property
    def near(self) -> Array:
        """Whether p is so near to n that medians are shown (k,)."""
        return np.zeros(len(self.at), dtype=bool)

    @cached_property
    def errors(self) -> Array:
        """The test error (l, k), a mean or a median."""
        return self.middle(self.test)

    @property
    def best(self) -> Array:
        """The index of the best strength at every size (k,)."""
        return self.errors.argmin(axis=0)

    @property
    def envelope(self) -> Array:
        """The test error under the best strength at every size (k,)."""
        return self.errors.min(axis=0)

    def middle(self, values: Array) -> Array:
        """Return means of values (..., k, draws) over the draws, medians near p = n."""
        return np.where(self.near, np.median(values, axis=-1), values.mean(axis=-1))

    def spread(self, i: int) -> tuple[Array, Array]:
        """Return low and high (k,) at strength i: a standard error from the mean, or the quartiles beside a median."""
        mean, error = mean_error(self.test[i])
        low, high = np.quantile(self.test[i], [0.25, 0.75], axis=-1)
        return np.where(self.near, low, mean - error), np.where(self.near, high, mean + error)

    def held(self) -> list[Row]:
        """Return where the error is largest at λ = 0, and what training errors are left from there on."""
        k = int(self.errors[0].argmax())
        left = float(self.train[0][self.at >= IMAGES].max())
        return [
            Row("features p where the error is largest, λ = 0", IMAGES, float(self.at[k]), "the number of images n"),
            Row(
                "largest training error from p = n on, λ = 0", 0.0, left, "n equations in p ≥ n unknowns can be solved"
            ),
        ]


@dataclass(frozen=True)
class Curves(Fits):
    """The same for Gaussian features, with the three parts of the error and what theory says.

    `parts` (3, l, k) are means of what is exact for each X. `n`, `p`, `signal` and `noise` (k,) are those of the model:
    what is left out counts as noise. `theory` (l, grid) is the exact mean of the error at λ = 0 and the limit of large
    n elsewhere, over `grid`.
    """

    n: Array
    p: Array
    signal: Array
    noise: Array
    parts: Array
    grid: Array
    theory: Array

    @property
    def near(self) -> Array:
        """Whether p is so near to n that medians are shown (k,)."""
        return near(self.n, self.p)

    @property
    def square(self) -> int:
        """The index of the size with p = n."""
        return int(np.flatnonzero(self.n == self.p)[0])

    def least(self, k: int) -> float:
        """Return the limit of the error at size k under the best strength."""
        gamma = self.p[k] / self.n[k]
        lambda_ = optimal_ridge(gamma, self.signal[k], self.noise[k])
        return float(self.noise[k] + np.add(*ridge_limit_risk(lambda_, gamma, self.signal[k], self.noise[k])))

    def exact(self, k: int) -> Row:
        """Return the row of the error at λ = 0 and size k."""
        what = f"error at λ = 0, n = {self.n[k]}, p = {self.p[k]}: {plus_minus(self.test[0, k])}"
        return Row(what, float(self.theory[0, self.at[k] - self.grid[0]]), float(self.errors[0, k]), BELKIN)


@dataclass(frozen=True)
class ByFeatures(Curves):
    """Over the number of features."""

    def held(self) -> list[Row]:
        """Return errors beyond n at λ = 0, and the error and the λ that are best at p = n."""
        k, beyond = self.square, int(np.flatnonzero(self.p >= 1.5 * self.n)[0])
        best = optimal_ridge(1.0, self.signal[k], self.noise[k])
        return [
            self.exact(beyond),
            self.exact(len(self.p) - 1),
            Row("error at p = n under the best λ", self.least(k), float(self.envelope[k]), LIMIT),
            Row("the best λ at p = n", float(best), float(STRENGTHS[self.best[k]]), LIMIT),
        ]


@dataclass(frozen=True)
class BySamples(Curves):
    """Over the number of samples."""

    def held(self) -> list[Row]:
        """Return errors on both sides of p at λ = 0, and the error and the nλ that are best at n = p."""
        k, few, many = (int(np.flatnonzero(self.n >= n)[0]) for n in (DIMENSION, DIMENSION // 2, 2 * DIMENSION))
        best = DIMENSION * self.noise[k] / self.signal[k]
        return [
            self.exact(few),
            self.exact(many),
            Row("error at n = p under the best λ", self.least(k), float(self.envelope[k]), LIMIT),
            Row("the best nλ at n = p", float(best), float(TOTALS[self.best[k]]), "pσ²/‖β‖², Nakkiran et al. 2021"),
        ]


def near(n: Array, p: Array) -> Array:
    """Return where p is so near to n that at λ = 0 a mean or its standard error says nothing."""
    return np.abs(n - p) <= NEAR


def weights(signal: str, p: int) -> Array:
    """Return β (200,) of length 1, with equal entries or falling like 1/j; or equal ones (p,), all of it inside."""
    beta = {"equal": np.ones(ALL), "falling": 1 / np.arange(1.0, ALL + 1), "inside": np.ones(p)}[signal]
    return beta / np.linalg.norm(beta)


def strong(signal: str, p: Array) -> tuple[Array, Array]:
    """Return ‖β‖² of the first p (k,) features and of the others."""
    share = np.array([(weights(signal, one)[:one] ** 2).sum() for one in p])
    return share, np.maximum(1 - share, 0.0)


def sizes(n: int) -> Array:
    """Return numbers of features from 2 to 200, evenly in log, and more around n."""
    even = np.geomspace(2, ALL, 21).round().astype(int)
    return np.unique(np.concatenate([even[np.abs(even - n) > NEAR], n + np.array([-5, -2, 0, 2, 5])]))


def drawn(n: int, p: int, draws: int) -> tuple[Array, Array]:
    """Return X (draws, n, p) and ε (draws, n), all standard normal, one seed a draw."""
    both = np.array([np.random.default_rng(seed).standard_normal((n, p + 1)) for seed in range(draws)])
    return both[:, :, :p], both[:, :, p]


def decomposed(X: Array, beta: Array, f: Array, eps: Array, most: int) -> tuple[Array, ...]:
    """Return s, Vᵀβ, Uᵀf, Uᵀε (draws, most), padded, and the lengths, of X (draws, n, p) = USVᵀ, f and ε (draws, n)."""
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    pad = ((0, 0), (0, most - s.shape[1]))
    parts = s, Vt @ beta, (f[:, None] @ U)[:, 0], (eps[:, None] @ U)[:, 0]
    lengths = [(a * b).sum(axis=1) for a, b in ((f, f), (f, eps), (eps, eps))]
    return (*(np.pad(values, pad) for values in parts), np.array(lengths))


def _spectra(n: Array, p: Array, shares: tuple[Array, Array], rows: list[tuple[Array, ...]]) -> Spectra:
    """Return the decompositions of all sizes as one."""
    *parts, lengths = (np.array(column) for column in zip(*rows, strict=True))
    return Spectra(n, p, *shares, *parts, np.moveaxis(lengths, 1, 0))


@once(most=4)
@apart
def features(n: int, signal: str) -> Spectra:
    """Return the spectra of the first p of 200 features, for p around n."""
    (X, eps), at, hear, rows = drawn(n, ALL, DRAWS), sizes(n), telling("Decomposing"), []
    for k, p in enumerate(at):
        hear(k, len(at))
        beta = weights(signal, p)
        rows.append(decomposed(X[:, :, :p], beta[:p], X[:, :, : len(beta)] @ beta, eps, n))
    return _spectra(np.full(len(at), n), at, strong(signal, at), rows)


@once(most=1)
@apart
def samples() -> Spectra:
    """Return the spectra of 100 features with ever more samples."""
    (X, eps), hear, rows = drawn(SAMPLES[-1], DIMENSION, DRAWS_SAMPLES), telling("Decomposing"), []
    beta = np.full(DIMENSION, DIMENSION**-0.5)
    for k, n in enumerate(SAMPLES):
        hear(k, len(SAMPLES))
        rows.append(decomposed(X[:, :n], beta, X[:, :n] @ beta, eps[:, :n], DIMENSION))
    one = np.ones(len(SAMPLES))
    return _spectra(SAMPLES, np.full(len(SAMPLES), DIMENSION), (one, 0 * one), rows)


@once(most=12)
def by_features(n: int, signal: str, noise: float) -> ByFeatures:
    """Return the curves over the number of features, under noise of this standard deviation."""
    grid = np.arange(2, ALL + 1)
    inside, left = strong(signal, grid)
    theory = expected(STRENGTHS[:, None], n, grid, inside, left + noise**2)
    return ByFeatures(sizes(n), *fits(features(n, signal), noise, STRENGTHS[:, None]), grid, theory)


@once(most=12)
def by_samples(noise: float) -> BySamples:
    """Return the curves over the number of samples, under noise of this standard deviation."""
    grid = np.arange(SAMPLES[0], SAMPLES[-1] + 1)
    theory = expected(TOTALS[:, None] / grid, grid, DIMENSION, 1.0, noise**2)
    return BySamples(SAMPLES, *fits(samples(), noise, TOTALS[:, None] / SAMPLES), grid, theory)


def expected(lambdas: Array, n: Array | int, p: Array | int, signal: Array | float, noise: Array | float) -> Array:
    """Return the test error (l, k): in the limit of large n, and exactly in the first row, where λ = 0."""
    error = noise + np.add(*ridge_limit_risk(lambdas, np.asarray(p) / n, signal, noise))
    error[0] = noise + np.add(*min_norm_risk(p, n, signal, noise))
    return error


def fits(x: Spectra, noise: float, lambdas: Array) -> tuple[Array, ...]:
    """Return what ridge does under each of `lambdas` (l, k or 1): the fields of Curves from `test` to `parts`."""
    lambdas = np.broadcast_to(lambdas, (len(lambdas), len(x.n)))
    u, rest = x.seen + noise * x.error, x.signal[:, None] - (x.along**2).sum(axis=-1)
    outside = np.maximum(np.tensordot([1, 2 * noise, noise**2], x.lengths, 1) - (u**2).sum(axis=-1), 0.0)
    sigma2, rows = x.left + noise**2, []
    for total in (lambdas * x.n)[:, :, None, None]:
        gain, lost = filters(x.s, total)
        w = gain * u
        test = ((w - x.along) ** 2).sum(axis=-1) + rest + sigma2[:, None]
        bias, variance = ((x.along * lost) ** 2).sum(axis=-1) + rest, (gain**2).sum(axis=-1) * sigma2[:, None]
        train = (((u * lost) ** 2).sum(axis=-1) + outside) / x.n[:, None]
        rows.append((test, bias, variance, np.sqrt((w**2).sum(axis=-1)), train))
    test, bias, variance, norms, train = (np.array(column) for column in zip(*rows, strict=True))
    close = near(x.n, x.p)
    shown = [np.where(close, np.median(part, axis=-1), part.mean(axis=-1)) for part in (bias, variance)]
    parts = np.array([np.broadcast_to(sigma2, shown[0].shape), *shown])
    return test, norms, train, x.n, x.p, x.signal, sigma2, parts


def filters(s: Array, total: Array) -> tuple[Array, Array]:
    """Return s/(s² + nλ) and nλ/(s² + nλ) for singular values s and nλ, 0 where both are."""
    below = s**2 + total
    return tuple(np.divide(part, below, where=below > 0, out=np.zeros(below.shape)) for part in (s, total))


@once(most=5)
@apart
def digits(wrong: float) -> Fits:
    """Return ridge on ReLU random features of 100 digits, a share of them with wrong labels, at every width.

    The test error is the share of 1000 other digits that are told wrong; the training error the squared distance to
    the labels as vectors of ten, per image.
    """
    X, y = load_digits()
    hear, rows = telling("Fitting digits"), []
    for split in range(SPLITS):
        hear(split, SPLITS)
        draws = np.random.default_rng(split)
        order = draws.permutation(len(X))
        train, test = order[:IMAGES], order[IMAGES : IMAGES + TESTED]
        W = draws.standard_normal((UNITS, X.shape[1])) / np.sqrt(X.shape[1])
        Z, Q = (random_features(X[part] - X[train].mean(axis=0), W) for part in (train, test))
        labels = flip_labels(y[train], wrong, 10, split).astype(int)
        rows.append([one_width(Z[:, :p], Q[:, :p], labels, y[test]) for p in WIDTHS])
    return Fits(WIDTHS, *np.array(rows).transpose(2, 3, 1, 0))


def one_width(Z: Array, Q: Array, labels: Array, truth: Array) -> Array:
    """Return share of test digits wrong, ‖w‖ and training error (3, l), from features Z of training and Q of test."""
    Y = np.eye(10)[labels] - 0.1
    U, s, Vt = np.linalg.svd(Z, full_matrices=False)
    s = np.where(s > np.finfo(float).eps * max(Z.shape) * s[0], s, 0.0)
    gain, lost = filters(s, len(Z) * STRENGTHS[:, None])
    u, lost = U.T @ Y, np.where(s > 0, lost, 1.0)
    w = gain[:, :, None] * u
    scores = Q @ Vt.T @ w.transpose(1, 0, 2).reshape(len(s), -1)
    wrong = scores.reshape(len(Q), -1, 10).argmax(axis=-1) != truth[:, None]
    left = max((Y**2).sum() - (u**2).sum(), 0.0) + (lost**2 @ u**2).sum(axis=1)
    return np.array([wrong.mean(axis=0), np.sqrt((w**2).sum(axis=(1, 2))), left / len(Z)])
