"""Low rank under noise and with entries missing: synthetic matrices, real digits, and what can be recovered at all."""

from dataclasses import dataclass

import numpy as np

from regviz.against import Row
from regviz.apart import apart
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.knobs import LogSlider
from regviz.linear.completion import exact_completions, hard_impute, nuclear_gap, soft_impute_path, svt_risk_estimate
from regviz.memory import once
from regviz.penalties.l1 import soft_threshold
from regviz.penalties.nuclear import nuclear_norm, project_nuclear_ball
from regviz.progress import telling

STRENGTH = LogSlider("Strength λ/λmax", 0.01, 1.0, 33, help="At λmax, the largest singular value, nothing is left.")
STRENGTHS = np.array(STRENGTH.options)
SIZE, FIRST = 60, 2.0
EDGE, HARD = 2.0, 4 / np.sqrt(3)
"""in units of √n·σ: the largest singular value of noise, and the hard threshold of Gavish and Donoho"""
IMAGES, SHOWN = 200, 5
HARD_RANKS = range(2, 7)
SMALL, DRAWS, EXACT = 24, 8, 0.01
SHARES = np.round(np.arange(1, 10) * 0.1, 1)


@dataclass(frozen=True)
class Denoised:
    """Singular values given and left (k, 60) at every strength, true ones (60,), the error and its estimate.

    Errors are root mean squares over the entries. `hard` keeps singular values above HARD whole.
    """

    given: Array
    truth: Array
    lambdas: Array
    spectra: Array
    errors: Array
    estimates: Array
    edge: float
    hard_error: float
    hard_rank: int
    edge_error: float

    @property
    def ranks(self) -> Array:
        """The number of singular values that are left (k,)."""
        return (self.spectra > 0).sum(axis=1)

    @property
    def best(self) -> int:
        """The index of the least error."""
        return int(self.errors.argmin())

    @property
    def chosen(self) -> int:
        """The index of the least estimate."""
        return int(self.estimates.argmin())

    def held(self, k: int) -> list[Row]:
        """Return squared errors against their limits, and the estimate at strength k against the error."""
        noise, truth = self.edge / EDGE / np.sqrt(SIZE), self.truth[self.truth > 1e-9 * self.truth[0]]
        hard, soft = limits(truth, noise)
        unit, source = SIZE / len(truth) / noise**2, "limit of large n, Gavish and Donoho 2014"
        return [
            Row("squared error of the hard threshold, per nrσ²", hard, unit * self.hard_error**2, source),
            Row("squared error of λ = 2√n σ, per nrσ²", soft, unit * self.edge_error**2, source),
            Row(
                "squared error per entry at this λ",
                self.errors[k] ** 2,
                self.estimates[k] ** 2,
                "Stein’s estimate, which does not know it",
            ),
        ]


@dataclass(frozen=True)
class Completed:
    """At every strength: the distance to what is seen, the error where nothing is, the spectrum and the relative gap.

    `given` (k, n) is the spectrum with the holes filled by the solution, which thresholds it; `truth` that of the whole
    matrix, `half` ½‖P(Y)‖². `hard` are errors of hard_impute at `hard_ranks`.
    """

    given: Array
    truth: Array
    lambdas: Array
    seen: Array
    unseen: Array
    spectra: Array
    gaps: Array
    objectives: Array
    hard: Array
    hard_ranks: tuple[int, ...]
    half: float

    @property
    def ranks(self) -> Array:
        """The number of singular values that are left (k,)."""
        return (self.spectra > 1e-7 * self.lambdas.max()).sum(axis=1)

    @property
    def reach(self) -> float:
        """The largest of all errors."""
        return float(max(self.seen.max(), self.unseen.max()))

    @property
    def best(self) -> int:
        """The index of the least error on unseen entries."""
        return int(self.unseen.argmin())

    def held(self, k: int) -> list[Row]:
        """Return the objective at strength k against the bound that no matrix passes."""
        bound = self.objectives[k] - self.gaps[k] * self.half
        return [Row("least objective at this λ", bound, self.objectives[k], "a lower bound, from the dual problem")]


@dataclass(frozen=True)
class Pictures:
    """Digits (5, 64): true, which pixels are seen, and completed (k, 5, 64) at every strength.

    `mean_error` is that of guessing each pixel's mean.
    """

    path: Completed
    truth: Array
    mask: Array
    filled: Array
    mean_error: float


@dataclass(frozen=True)
class Recovery:
    """Relative errors (shares, draws) of the least nuclear norm, and the shares that two counts of numbers ask for.

    `numbers` are those that a matrix of this rank has; `gaussian` is where recovery switches when the measurements are
    Gaussian and not entries.
    """

    errors: Array
    numbers: float
    gaussian: float

    @property
    def recovered(self) -> Array:
        """Whether the truth is found (shares, draws), 0 or 1."""
        return (self.errors < EXACT).astype(float)

    def held(self) -> list[Row]:
        """Return where half are found against where Gaussian measurements find half."""
        half = float(np.interp(0.5, np.maximum.accumulate(self.recovered.mean(axis=1)), SHARES))
        source = "Amelunxen et al. 2014 for Gaussian measurements: entries ask for more"
        return [Row("share seen at which half are found", self.gaussian, half, source)]


@dataclass(frozen=True)
class Ball:
    """Eigenvalues of a symmetric matrix (2,), and of the solutions (k, 2) at every λ (k,)."""

    given: Array
    lambdas: Array
    path: Array

    def held(self, k: int) -> list[Row]:
        """Return the norm and the place of solution k against a decomposition and a projection of matrices."""
        e, turn = self.path[k], np.array([[0.6, -0.8], [0.8, 0.6]])
        Z, Y = (turn @ np.diag(values) @ turn.T for values in (e, self.given))
        away = np.linalg.norm(project_nuclear_ball(Y, float(np.abs(e).sum())) - Z)
        return [
            Row(
                "nuclear norm",
                nuclear_norm(Z),
                max(abs(e.sum()), abs(e[0] - e[1])),
                "twice the larger of height and radius",
            ),
            Row("distance to the nearest point of the ball", 0.0, float(away), "Y projected onto the ball"),
        ]


def soft_ball(second: float) -> Ball:
    """Return the matrix with eigenvalues FIRST and `second`, and these soft-thresholded at every strength."""
    given, lambdas = np.array([FIRST, second]), FIRST * STRENGTHS
    return Ball(given, lambdas, soft_threshold(given, lambdas[:, None]))


def draw(rank: int, noise: float, seed: int) -> tuple[Array, Array, Array]:
    """Return L (60, 60) of this rank with entries of variance 1, Y = L + noise, and one uniform number an entry."""
    generator = np.random.default_rng(seed)
    left, right = generator.standard_normal((2, SIZE, rank))
    L = left @ right.T / np.sqrt(rank)
    return L, L + noise * generator.standard_normal(L.shape), generator.random(L.shape)


@once(most=64)
def denoised(rank: int, noise: float, seed: int) -> Denoised:
    """Return what soft-thresholding the singular values does at every strength; one decomposition serves all."""
    L, Y, _ = draw(rank, noise, seed)
    U, s, Vt = np.linalg.svd(Y)
    along, total = np.einsum("ji,jk,ik->i", U, L, Vt), float((L**2).sum())
    lambdas, unit = STRENGTHS * s[0], np.sqrt(SIZE) * noise
    hard = np.where(s > HARD * unit, s, 0.0)

    def error(kept: Array) -> Array:
        """Return the root mean square error of U diag(kept) Vᵀ."""
        return np.sqrt(np.maximum((kept**2 - 2 * kept * along).sum(axis=-1) + total, 0.0)) / SIZE

    kept = np.maximum(s - lambdas[:, None], 0.0)
    estimates = np.sqrt(np.maximum(svt_risk_estimate(s, Y.shape, noise, lambdas), 0.0)) / SIZE
    truth, edge = np.linalg.svd(L, compute_uv=False), EDGE * unit
    return Denoised(
        np.broadcast_to(s, kept.shape),
        truth,
        lambdas,
        kept,
        error(kept),
        estimates,
        edge,
        float(error(hard)),
        int((hard > 0).sum()),
        float(error(np.maximum(s - edge, 0.0))),
    )


def limits(truth: Array, noise: float) -> tuple[float, float]:
    """Return the squared errors, divided by nrσ², of the hard threshold and of the noise edge in the limit of large n.

    `truth` (r,) are the singular values of L (n, n). In units x of √n·σ they appear as y = x + 1/x in Y, and their
    vectors at angles of cosine² 1 − 1/x², where x > 1; else as noise. Source: Gavish and Donoho 2014, section II.
    """
    x = truth / (np.sqrt(SIZE) * noise)
    out = x > 1
    safe = np.where(out, x, 2.0)
    y, overlap = safe + 1 / safe, safe - 1 / safe
    hard = np.where(out & (y > HARD), 2 + 3 / safe**2, x**2)
    soft = np.where(out, (y - EDGE) ** 2 + x**2 - 2 * (y - EDGE) * overlap, x**2)
    return float(hard.mean()), float(soft.mean())


@once(most=32)
@apart
def completed(rank: int, noise: float, share: float, seed: int) -> Completed:
    """Return the completions of a matrix of which a share is seen, at every strength."""
    L, Y, uniform = draw(rank, noise, seed)
    return _along(L, Y, uniform < share, (rank,))[0]


@once(most=16)
@apart
def pictures(share: float, seed: int) -> Pictures:
    """Return 200 digits completed, each pixel's mean over the images that show it taken away and added again."""
    X, y = load_digits()
    generator = np.random.default_rng(seed)
    rows = generator.permutation(len(X))[:IMAGES]
    X, y, mask = X[rows], y[rows], generator.random((IMAGES, X.shape[1])) < share
    mean = np.where(mask, X, 0.0).sum(axis=0) / np.maximum(mask.sum(axis=0), 1)
    centred = X - mean
    path, Z = _along(centred, centred, mask, tuple(HARD_RANKS))
    shown = [int(np.argmax(y == digit)) for digit in range(SHOWN)]
    error = float(np.sqrt(np.mean(centred[~mask] ** 2)))
    return Pictures(path, X[shown], mask[shown], np.clip(Z[:, shown] + mean, 0.0, 1.0), error)


def _along(L: Array, Y: Array, mask: Array, hard_ranks: tuple[int, ...]) -> tuple[Completed, Array]:
    """Return the path of completions of Y, held against L where nothing is seen, and the completions themselves."""
    hear, steps = telling("Completing the matrix"), len(hard_ranks) + 1
    seen, half = np.where(mask, Y, 0.0), (Y[mask] ** 2).sum() / 2
    lambdas = STRENGTHS * np.linalg.norm(seen, 2)
    hear(0, steps)
    Z = soft_impute_path(Y, mask, lambdas)
    given, spectra, whole = (np.linalg.svd(M, compute_uv=False) for M in (np.where(mask, Y, Z), Z, L))
    misfit = ((Z - Y)[:, mask] ** 2).sum(axis=1)
    objectives = misfit / 2 + lambdas * spectra.sum(axis=1)
    gaps = np.array([nuclear_gap(Y, mask, one, lambda_) for one, lambda_ in zip(Z, lambdas, strict=True)]) / half
    hard = []
    for rank in hard_ranks:
        hear(1 + len(hard), steps)
        hard.append(np.sqrt(np.mean((hard_impute(Y, mask, rank, iterations=200) - L)[~mask] ** 2)))
    unseen = np.sqrt(np.mean((Z - L)[:, ~mask] ** 2, axis=1))
    at_seen = np.sqrt(misfit / mask.sum())
    return Completed(
        given, whole, lambdas, at_seen, unseen, spectra, gaps, objectives, np.array(hard), hard_ranks, half
    ), Z


@once(most=8)
@apart
def recovery(rank: int) -> Recovery:
    """Return how far the least nuclear norm is from matrices (24, 24) without noise, at every share of entries seen."""
    hear, errors = telling("Recovering without noise"), []
    problems = [np.random.default_rng(seed) for seed in range(DRAWS)]
    factors = np.array([generator.standard_normal((2, SMALL, rank)) for generator in problems])
    L = factors[:, 0] @ np.swapaxes(factors[:, 1], 1, 2)
    uniform = np.array([generator.random((SMALL, SMALL)) for generator in problems])
    size = np.linalg.norm(L, axis=(1, 2))
    for k, share in enumerate(SHARES):
        hear(k, len(SHARES))
        errors.append(np.linalg.norm(exact_completions(L, uniform < share) - L, axis=(1, 2)) / size)
    return Recovery(
        np.array(errors), rank * (2 * SMALL - rank) / SMALL**2, statistical_dimension(SMALL, rank) / SMALL**2
    )


def statistical_dimension(n: int, rank: int) -> float:
    """Return how many Gaussian measurements the least nuclear norm needs for half of all matrices (n, n) of this rank.

    min over τ of r(2n − r + τ²) + E Σ max(σᵢ(G) − τ, 0)², G Gaussian (n − r, n − r), over 100 draws.
    Source: Amelunxen, Lotz, McCoy and Tropp 2014, section 4.
    """
    G = np.random.default_rng(0).standard_normal((100, n - rank, n - rank))
    s = np.linalg.svd(G, compute_uv=False)
    tau = np.linspace(0, 2 * np.sqrt(n), 101)
    rest = (np.maximum(s - tau[:, None, None], 0.0) ** 2).sum(axis=2).mean(axis=1)
    return float((rank * (2 * n - rank + tau**2) + rest).min())
