"""Figures and numbers that the field knows by heart, made again, each beside what is printed or proved."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from regviz import against
from regviz.apart import apart
from regviz.averages import mean_error
from regviz.checks import Array
from regviz.data.grouped_copies import SIGNS, twins
from regviz.data.published import AT_BATS, CURVE_POINTS, HITS, SEASON
from regviz.data.tables import diabetes
from regviz.descent.optimizers import momentum
from regviz.experiments import double_descent
from regviz.experiments.coefficient_paths import NORM, in_their_units
from regviz.experiments.implicit_regularization import BOUND, TIMES, least_l1, margin
from regviz.knobs import LogSlider, Slider
from regviz.linear.overparametrized import marchenko_pastur_density, min_norm, ridge_limit_risk
from regviz.linear.paths import elastic_net_path
from regviz.linear.recovery import recoverable
from regviz.linear.spectrum import flow_risk, ridge_risk
from regviz.memory import once
from regviz.penalties.l1 import soft_threshold, soft_threshold_risk
from regviz.progress import telling
from regviz.wording import number

EXACT, WITHIN, SHAPE, MISSED = "exact", "within error", "shape only", "not reproduced"
BUDGET = Slider("Sum of weights ‖w‖₁", 0, 3460, 20)
DEGREE = Slider("Degree M", 0, 9, 1)
GAMMA = Slider("Threshold γ", 0.0, 2.0, 0.1)
KAPPA = LogSlider("Condition number κ", 10, 1000, 21)
ERRORS = 3  # standard errors that "within error" allows
TABLE = {  # Bishop 2006, table 1.1; its column of M = 3 is headed M = 6
    0: (0.19,),
    1: (0.82, -1.27),
    3: (0.31, 7.99, -25.43, 17.37),
    9: (
        *(0.35, 232.37, -5321.83, 48568.31, -231639.30),
        *(640042.26, -1061800.52, 1042400.18, -557682.99, 125201.43),
    ),
}
DIGIT = 5e-7  # half the last digit of the ten points
SHRINKAGE = 0.212
ORDER = (3, 9, 4, 7, 2, 10, 5, 8, 6, 1)
BETAS = np.linspace(0, 0.98, 50)
STOPS = np.geomspace(0.01, 100, 161)
SNR, ROWS, DRAWS = 5.0, 100, 40
RATIOS = np.array([0.2, 0.4, 0.5, 0.6, 0.8, 1.25, 1.5, 2.0, 3.0, 5.0])
MATRICES, TALL, WIDE = 20, 400, 100
BINS = np.linspace(0.2, 2.3, 22)
UNKNOWNS, EQUATIONS, TRIES = 120, 60, 12
COUNTS = np.arange(15, 34, 3)
THRESHOLDS = np.linspace(0, 4, 21)
MEANS = np.repeat([0.0, 4.0], [190, 10])
SAMPLES = 100
STRENGTHS = np.geomspace(0.02, 8, 61)
NETS = {"lasso": 1.0, "elastic net": 0.5}


@dataclass(frozen=True)
class Row:
    """What is printed or proved beside what we get, the source, and the difference that the badge allows."""

    what: str
    printed: float
    ours: float
    source: str
    allowed: float

    @property
    def holds(self) -> bool:
        """Whether ours is as near as the badge asks."""
        return self.share <= 1

    @property
    def share(self) -> float:
        """The difference in units of what is allowed."""
        return abs(self.ours - self.printed) / self.allowed


@dataclass(frozen=True)
class Card:
    """A figure made again: `theirs` are lines as printed or proved, `ours` what we get, {name: (x, y)}.

    `errors` are the standard errors of the last of ours, where it is simulated. `claim` is the badge that the card has
    where every row holds.
    """

    claim: str
    rows: tuple[Row, ...]
    theirs: dict[str, tuple[Array, Array]]
    ours: dict[str, tuple[Array, Array]]
    errors: Array = field(default_factory=lambda: np.zeros(0))

    @property
    def badge(self) -> str:
        """The badge: what is claimed, or that it is not reproduced."""
        return self.claim if self.agreeing == len(self.rows) else MISSED

    @property
    def agreeing(self) -> int:
        """How many of the rows hold."""
        return sum(row.holds for row in self.rows)

    def held(self) -> list[against.Row]:
        """Return the rows as a page shows them."""
        return [against.Row(row.what, row.printed, row.ours, row.source) for row in self.rows]


def rounded(what: str, printed: float, ours: float, source: str, places: int = 0) -> Row:
    """Return a row that holds where ours rounds to what is printed with so many decimals."""
    return Row(what, float(printed), float(ours), source, 0.5 * 10.0**-places * (1 + 1e-6))


def exactly(what: str, printed: float, ours: float, source: str, share: float = 1e-9) -> Row:
    """Return a row that holds where both agree but for rounding, or for a stated share."""
    return Row(what, float(printed), float(ours), source, share * max(abs(printed), 1.0))


def measured(what: str, printed: float, values: Array, source: str) -> Row:
    """Return a row that holds where the mean of values (runs,) is within three standard errors."""
    mean, error = mean_error(values)
    told = f"{what}, standard error {number(float(error), 2)}"
    return Row(told, float(printed), float(mean), source, ERRORS * float(error))


@once(most=1)
def paths() -> Card:
    """Return the lasso on the diabetes table over ‖w‖₁, with the order in which its columns enter."""
    path, source = in_their_units(), "Efron et al. 2004"
    sums, order = np.abs(path.coefs).sum(axis=1), np.argsort((path.coefs != 0).argmax(axis=0), kind="stable") + 1
    both = enumerate(zip(ORDER, order, strict=True), 1)
    rows = [rounded("‖w‖₁ of least squares", NORM, sums[-1], source)]
    rows += [rounded("steps of the lasso", 12, len(sums) - 1, source)]
    rows += [rounded(f"column number {k} to enter", theirs, ours, source) for k, (theirs, ours) in both]
    curves = {name: (sums, w) for name, w in zip(diabetes().names, path.coefs.T, strict=True)}
    return Card(EXACT, tuple(rows), {}, curves)


@once(most=10)
def polynomials(degree: int) -> Card:
    """Return the polynomial of this degree near the ten points, and its weights beside those that are printed.

    Of degrees that are not printed, M = 9 is held. A weight may be off by what half the last digit of the points does.
    """
    x = np.linspace(0, 1, len(CURVE_POINTS))
    m = degree if degree in TABLE else 9
    powers, fine = np.vander(x, m + 1, increasing=True), np.linspace(0, 1, 201)
    loose = np.maximum(np.abs(np.linalg.pinv(powers)).sum(axis=1) * DIGIT, 0.005) * (1 + 1e-6)
    rows = (
        Row(f"w{chr(0x2080 + j)}, M = {m}", w, float(w_), "Bishop 2006, table 1.1", float(allowed))
        for j, (w, w_, allowed) in enumerate(zip(TABLE[m], min_norm(powers, CURVE_POINTS), loose, strict=True))
    )
    fit = np.polynomial.Polynomial(min_norm(np.vander(x, degree + 1, increasing=True), CURVE_POINTS))(fine)
    theirs = {"sin 2πx": (fine, np.sin(2 * np.pi * fine)), "ten points": (x, CURVE_POINTS)}
    return Card(EXACT, tuple(rows), theirs, {"fit": (fine, fit)})


@once(most=1)
def averages() -> Card:
    """Return the averages of 18 players early, shrunk, and at the end of the season."""
    early = HITS / AT_BATS
    mean = early.mean()
    kept = 1 - (len(early) - 3) * mean * (1 - mean) / AT_BATS / ((early - mean) ** 2).sum()
    shrunk = mean + kept * (early - mean)
    rows = (rounded("share kept, c", SHRINKAGE, kept, "Efron and Morris 1977", 3),)
    at = np.ones(len(early))
    theirs = {"45 at bats": (0 * at, early), "season": (2 * at, SEASON)}
    return Card(EXACT, rows, theirs, {"James–Stein": (at, shrunk)})


@once(most=32)
def thresholds(gamma: float) -> Card:
    """Return lasso and ridge on an orthonormal design beside the two rules that they follow there."""
    b = np.linspace(-3, 3, 13)
    draws = np.random.default_rng(0).standard_normal((40, 1 + len(b)))
    X = np.linalg.qr(draws - draws.mean(axis=0))[0][:, 1:] * np.sqrt(len(draws))
    lasso, ridge = (elastic_net_path(X, X @ b, rho, [gamma]).coefs[0] for rho in (1.0, 0.0))
    fine, source, rule = (
        np.linspace(-3, 3, 121),
        "Tibshirani 1996, section 2.2",
        partial(soft_threshold, threshold=gamma),
    )
    rows = (
        exactly("lasso at b = 2.5", rule(2.5), lasso[-2], source),
        exactly("ridge at b = 2.5", 2.5 / (1 + gamma), ridge[-2], source),
        Row("largest lasso error", 0.0, float(np.abs(lasso - rule(b)).max()), source, 1e-12),
    )
    theirs = {"b/(1 + γ)": (fine, fine / (1 + gamma)), "sign(b)(|b| − γ)₊": (fine, rule(fine))}
    return Card(EXACT, rows, theirs, {"ridge": (b, ridge), "lasso": (b, lasso)})


def rate(step: float, beta: float, curvatures: Array) -> float:
    """Return by how much momentum shrinks the error a step, on parabolas of these curvatures, as seen in its run.

    Four iterates give the two numbers of w₊ = p w − q w₋; the rate is the larger root of z² = pz − q.
    """
    worst = 0.0
    for curvature in curvatures:
        optimizer, w = momentum(step, beta), np.ones(1)
        state, run = optimizer.init(w), [1.0]
        for _ in range(3):
            change, state = optimizer.update(curvature * w, state, w)
            w = w + change
            run.append(float(w[0]))
        a, b, c, d = run
        if abs(b * b - a * c) < 1e-12:  # no momentum: one number tells all
            worst = max(worst, abs(b / a))
            continue
        p, q = np.linalg.solve([[b, -a], [c, -b]], [c, d])
        worst = max(worst, float(np.abs(np.roots([1.0, -p, q])).max()))
    return worst


@once(most=32)
def rates(kappa: float) -> Card:
    """Return the rate of momentum over β, for curvatures 1 and κ, each β at its best step 2(1 + β)/(1 + κ)."""
    curvatures, root = np.array([1.0, kappa]), np.sqrt(kappa)
    step, best = 4 / (1 + root) ** 2, (root - 1) / (root + 1)
    ours = np.array([rate(2 * (1 + beta) / (1 + kappa), beta, curvatures) for beta in BETAS])
    source = "Goh 2017, the optimal parameters"
    rows = (
        exactly("rate of momentum", best, rate(step, best**2, curvatures), source, 1e-5),
        exactly("rate without it", (kappa - 1) / (kappa + 1), rate(2 / (1 + kappa), 0.0, curvatures), source),
    )
    beyond = np.linspace(best**2, 0.98, 60)
    theirs = {"√β": (beyond, np.sqrt(beyond)), "(√κ − 1)/(√κ + 1)": (np.array([0, 0.98]), np.full(2, best))}
    return Card(EXACT, rows, theirs, {"momentum": (BETAS, ours)})


@once(most=1)
def stopping() -> Card:
    """Return the risk of the stopped flow over that of ridge in one direction, for three true weights."""
    ours = {}
    for signal in (0.0, 1.0, 3.0):
        problem = np.ones(1), np.full(1, signal), 1.0
        ratio = np.array([flow_risk(*problem, t) / ridge_risk(*problem, 1 / t) for t in STOPS])
        ours[f"β/σ = {number(signal)}"] = STOPS, ratio
    worst = max(y.max() for _, y in ours.values())
    rows = (rounded("largest ratio", BOUND, worst, "Ali, Kolter and Tibshirani 2019, abstract", 2),)
    return Card(EXACT, rows, {"no more than 1.69": (STOPS[[0, -1]], np.full(2, BOUND))}, ours)


@once(most=1)
def directions() -> Card:
    """Return the angle of the logistic flow to the largest margin over log t, and its expansion."""
    found, source = margin(1), "Soudry et al. 2018"
    slope = np.diff(found.norms[[-5, -1]])[0] / np.log(10)
    rows = (
        exactly("degrees at t = 10¹⁶", found.predicted[-1], found.angles[-1], source, 1e-4),
        exactly("‖w‖ per unit of log t", 1 / found.largest, slope, source, 1e-4),
    )
    late = TIMES >= 1
    theirs = {"ŵ log t + w̃": (TIMES[late], found.predicted[late])}
    return Card(EXACT, rows, theirs, {"flow": (TIMES[late], found.angles[late])})


@once(most=16)
def ridgeless(seed: int) -> Card:
    """Return the risk of the least norm over γ = p/n, forty draws at each, noise 1 and ‖β‖² = 5."""
    risks = np.empty((len(RATIOS), DRAWS))
    for i, p in enumerate(np.rint(RATIOS * ROWS).astype(int)):
        for j in range(DRAWS):
            draws = np.random.default_rng([seed, p, j])
            X, beta = draws.standard_normal((ROWS, p)), draws.standard_normal(p)
            beta *= np.sqrt(SNR) / np.linalg.norm(beta)
            y = X @ beta + draws.standard_normal(ROWS)
            w = X.T @ np.linalg.solve(X @ X.T, y) if p > ROWS else np.linalg.solve(X.T @ X, X.T @ y)
            risks[i, j] = ((w - beta) ** 2).sum()
    source = "limit of large n, Hastie et al. 2022, figure 2"
    limit = {g: float(np.add(*ridge_limit_risk(0.0, g, SNR, 1.0))) for g in (0.5, 2.0)}
    rows = tuple(measured(f"risk at γ = {g:g}", v, risks[list(RATIOS).index(g)], source) for g, v in limit.items())
    below, above = np.linspace(0.1, 0.95, 80), np.linspace(1.05, 5.2, 160)
    fine = np.concatenate([below, [np.nan], above])
    risk = np.concatenate([np.add(*ridge_limit_risk(0.0, g, SNR, 1.0)) for g in (below, above)])
    mean, error = mean_error(risks)
    theirs = {"limit": (fine, np.insert(risk, len(below), np.nan)), "‖β‖²": (np.array([0, 5.4]), np.full(2, SNR))}
    return Card(WITHIN, rows, theirs, {"simulated": (RATIOS, mean)}, error)


@once(most=16)
def spectrum(seed: int) -> Card:
    """Return the eigenvalues of twenty matrices XᵀX/n, 400 by 100, as a histogram."""
    gamma = WIDE / TALL
    draws = (np.random.default_rng([seed, j]).standard_normal((TALL, WIDE)) for j in range(MATRICES))
    e = np.array([np.linalg.eigvalsh(X.T @ X / TALL) for X in draws])
    x = np.linspace(0.25, 2.25, 4001)
    below = float(np.trapezoid(marchenko_pastur_density(x[x <= 1], gamma), x[x <= 1]))
    source = "the limiting law, Marchenko and Pastur 1967"
    rows = (
        measured("share up to 1", below, (e <= 1).mean(axis=1), source),
        measured("mean square", 1 + gamma, (e**2).mean(axis=1), source),
    )
    counts = np.array([np.histogram(one, BINS)[0] for one in e]) / WIDE / np.diff(BINS)
    middle = (BINS[1:] + BINS[:-1]) / 2
    mean, error = mean_error(counts, axis=0)
    return Card(WITHIN, rows, {"limit": (x, marchenko_pastur_density(x, gamma))}, {"simulated": (middle, mean)}, error)


@once(most=16)
@apart
def transition(seed: int) -> Card:
    """Return how often least L1 recovers k weights from 60 equations in 120 unknowns, twelve problems at each k."""
    hear, found = telling("Recovering"), np.empty((len(COUNTS), TRIES))
    for i, k in enumerate(COUNTS):
        hear(i, len(COUNTS))
        for j in range(TRIES):
            draws = np.random.default_rng([seed, int(k), j])
            X, w = draws.standard_normal((EQUATIONS, UNKNOWNS)), np.zeros(UNKNOWNS)
            w[:k] = draws.choice([-1.0, 1.0], k)
            found[i, j] = np.abs(least_l1(X, X @ w) - w).max() < 1e-6
    delta = EQUATIONS / UNKNOWNS
    half = (COUNTS[0] + 3 * (found.sum(axis=0) - 0.5)) / EQUATIONS
    source = "the curve of Donoho and Tanner 2009"
    rows = (measured("k/n of half recovered", recoverable(delta), half, source),)
    share, error = mean_error(found)
    theirs = {"limit": (np.full(2, recoverable(delta)), np.array([0.0, 1.0]))}
    return Card(WITHIN, rows, theirs, {"recovered": (COUNTS / EQUATIONS, share)}, error)


@once(most=16)
def unbiased(seed: int) -> Card:
    """Return Stein's estimate of the error of soft thresholding over 100 draws, beside the exact error."""
    y = MEANS + np.random.default_rng(seed).standard_normal((SAMPLES, len(MEANS)))
    size = np.abs(y)
    sure = np.array([1 + np.mean(np.minimum(size, t) ** 2 - 2 * (size <= t), axis=1) for t in THRESHOLDS])
    kinds, counts = np.unique(MEANS, return_counts=True)
    risk = (
        np.array([[soft_threshold_risk(float(t), float(m)) for m in kinds] for t in THRESHOLDS]) @ counts / len(MEANS)
    )
    source = "the exact risk; Stein 1981, Donoho and Johnstone 1995"
    rows = tuple(measured(f"error at t = {THRESHOLDS[k]:g}", risk[k], sure[k], source) for k in (5, 10, 15))
    mean, error = mean_error(sure)
    ours = {"one draw": (THRESHOLDS, sure[:, 0]), "mean of SURE": (THRESHOLDS, mean)}
    return Card(WITHIN, rows, {"exact risk": (THRESHOLDS, risk)}, ours, error)


@once(most=16)
def grouping(seed: int) -> Card:
    """Return the weights of three noisy copies along λ, under the lasso and the elastic net."""
    data = twins(seed=seed)
    both = {rho: elastic_net_path(data.X, data.y, rho, STRENGTHS).coefs[:, :3] * SIGNS[:3] for rho in NETS.values()}
    middle = len(STRENGTHS) // 2
    kept = float((both[0.5][middle] != 0).sum())
    what = f"copies kept at λ = {number(STRENGTHS[middle], 2)}"
    rows = (Row(what, 3.0, kept, "Zou and Hastie 2005: one group", 0.5),)
    ours = {f"{name}, copy {j + 1}": (STRENGTHS, both[rho][:, j]) for name, rho in NETS.items() for j in range(3)}
    return Card(SHAPE, rows, {}, ours)


@once(most=1)
def digits() -> Card:
    """Return the share of test digits told wrong over the number of random features, without a penalty."""
    fits = double_descent.digits(0.0)
    n = double_descent.IMAGES
    peak = float(fits.at[fits.errors[0].argmax()])
    rows = (Row("features p at the peak", n, peak, "p = n, Belkin et al. 2019, figure 2", 0.5),)
    theirs = {"p = n": (np.full(2, float(n)), np.array([0.0, 1.0]))}
    return Card(SHAPE, rows, theirs, {"digits": (fits.at, fits.errors[0])}, mean_error(fits.test[0])[1])


@dataclass(frozen=True)
class About:
    """A card of the gallery: its name, its source, the badge that it claims, what is held, and the setting it has."""

    title: str
    source: str
    badge: str
    what: str
    make: Callable[..., Card]
    knob: str = ""


ROWS_OF_CARDS = (
    ("Lasso path", "Efron et al. 2004", EXACT, "the order of entry, the steps, the last ‖w‖₁", paths),
    ("Polynomials", "Bishop 2006", EXACT, "the weights for M = 0, 1, 3 and 9", polynomials, "degree"),
    ("Batting averages", "Efron and Morris 1977", EXACT, "the share that is kept", averages),
    ("Orthonormal", "Tibshirani 1996", EXACT, "the rules of lasso and ridge", thresholds, "gamma"),
    ("Momentum", "Goh 2017", EXACT, "the best rate, and that of gradient descent", rates, "kappa"),
    ("Stopping", "Ali, Kolter and Tibshirani 2019", EXACT, "the largest ratio of risks", stopping),
    ("Margin", "Soudry et al. 2018", EXACT, "the angle at t = 10¹⁶, the growth of ‖w‖", directions),
    ("Ridgeless", "Hastie et al. 2022", WITHIN, "the risk at γ = 0.5 and 2", ridgeless, "seed"),
    ("Eigenvalues", "Marchenko and Pastur 1967", WITHIN, "the share up to 1, the mean square", spectrum, "seed"),
    ("Recovery", "Donoho and Tanner 2009", WITHIN, "k/n at which half is recovered", transition, "seed"),
    ("Stein's estimate", "Stein 1981", WITHIN, "the error at three thresholds", unbiased, "seed"),
    ("Grouping", "Zou and Hastie 2005", SHAPE, "three copies stay together; other draws", grouping, "seed"),
    ("Double descent", "Belkin et al. 2019", SHAPE, "the peak at p = n; other digits", digits),
)
CARDS = {row[4].__name__: About(*row) for row in ROWS_OF_CARDS}
