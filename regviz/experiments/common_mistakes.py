"""Ten mistakes and their repair, each measured: what is claimed, what is true, and how the difference is seen."""

from dataclasses import dataclass

import numpy as np

from regviz.apart import apart
from regviz.averages import exponential_average
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.data.splits import Split, flip_labels, split
from regviz.data.tables import diabetes, standardised
from regviz.descent.optimizers import Optimizer, State, adam
from regviz.knobs import LogSlider, Slider
from regviz.linear.overparametrized import min_norm, min_norm_risk
from regviz.linear.paths import lambda_max, lasso_path, ridge_path
from regviz.linear.recovery import sign_range
from regviz.linear.selection import best_of_chance, cross_validate
from regviz.memory import once
from regviz.networks import LOSSES, MLP, one_hot
from regviz.networks.losses import accuracy
from regviz.networks.precision import to_bfloat16
from regviz.networks.training import train
from regviz.progress import telling

NUMBER = Slider("Irrepresentable number", 0.0, 1.4, 0.1)
EPOCH = Slider("Epoch", 0, 60, 1)
NONZERO = Slider("Nonzero weights k", 5, 60, 11)
UNIT = LogSlider("bmi times", 1e-3, 1e3, 13)
SEEDS = Slider("Seeds each", 1, 30, 1)
BETA = Slider("Smoothing β", 0.0, 0.98, 0.02)
TRIED = Slider("Models tried m", 1, 199, 3)
RATIO = Slider("Features per sample γ", 0.25, 6.0, 0.25)
SAVED = Slider("Epoch of the weights", 0, 30, 1)
DECAY = LogSlider("Decay per step ηλ", 1e-4, 1e-2, 21)
NUMBERS, EPOCHS, NONZEROS, UNITS, COUNTS, BETAS, TRIES, RATIOS, SAVES, DECAYS = (
    np.array(knob.options) for knob in (NUMBER, EPOCH, NONZERO, UNIT, SEEDS, BETA, TRIED, RATIO, SAVED, DECAY)
)
ROWS, DRAWS, WEIGHTS = (30, 100, 300, 1000, 3000, 10_000), 200, (2.0, 3.0, 0.0)
PROBLEMS, SAMPLES, FEATURES, STRENGTH = 20, 40, 60, 5.0
LAMBDAS = np.geomspace(1e-3, 10, 31)
RUNS, WRONG = 12, 0.3
WIDTHS, PAIRS, RESAMPLES = (24, 32), 40, 4000
STEPS, SPIKE, HEIGHT = 200, 120, 0.426
CASES, REPEATS = 100, 400
SIGNAL, NOISE, TRIALS = 5.0, 1.0, 20
BEFORE, AFTER, RATE = 300, 20, 0.01
TICKS, SUMMED = 1000, 3000


@dataclass(frozen=True)
class Signs:
    """The share (numbers, rows) of draws in which some λ gives the lasso the right signs."""

    shares: Array


@once(most=1)
def signs() -> Signs:
    """Return how often the lasso can find w = (2, 3, 0) where the third feature leans on the first two."""
    weights, shares = np.array(WEIGHTS), []
    for n in ROWS:
        draws = np.random.default_rng(n)  # two features, what is the third's own, and the noise
        M = np.array([np.cov(draws.standard_normal((4, n)), bias=True) for _ in range(DRAWS)])
        row = []
        for lean in NUMBERS / 2:
            T = np.eye(4)[:, :3]
            T[:, 2] = [lean, lean, np.sqrt(1 - 2 * lean**2), 0]
            low, high = sign_range(T.T @ M @ T, T.T @ M @ np.append(T[:3] @ weights, 1.0), np.sign(weights))
            row.append((low < high).mean())
        shares.append(row)
    return Signs(np.array(shares).T)


@dataclass(frozen=True)
class Overfit:
    """Losses on noisy training labels and clean validation labels, and validation accuracy, (runs, epochs)."""

    train: Array
    validation: Array
    accuracy: Array


@once(most=1)
@apart
def overfit() -> Overfit:
    """Return twelve networks trained on 300 digits of which 30 % have a wrong label."""
    d = split(*load_digits(), 300, 300, 300, seed=0)
    y = np.stack([flip_labels(d.y_train, WRONG, 10, seed=run) for run in range(RUNS)])
    X = np.broadcast_to(d.X_train, (RUNS, *d.X_train.shape))
    h = train(
        MLP((64, 32, 10), seeds=range(RUNS), dtype="float32"),
        Split(X, y, d.X_validation, d.y_validation, d.X_test, d.y_test),
        learning_rate=RATE,
        epochs=int(EPOCHS[-1]),
        batch_size=50,
        progress=telling(f"Training {RUNS} networks"),
    )
    return Overfit(h.train_loss, h.validation_loss, h.validation_accuracy)


@dataclass(frozen=True)
class Norms:
    """Excess risk (k, draws) of ridge, of the lasso, and of whichever the validation rows prefer."""

    ridge: Array
    lasso: Array
    chosen: Array


@once(most=1)
@apart
def norms() -> Norms:
    """Return 40 rows, 60 features and ‖w‖² = 5 spread over k weights; each λ by 40 further rows."""
    hear, rows = telling("Fitting both norms"), []
    for i, k in enumerate(NONZEROS):
        for seed in range(PROBLEMS):
            hear(i * PROBLEMS + seed, len(NONZEROS) * PROBLEMS)
            rows.append(_both_norms(int(k), seed))
    return Norms(*np.array(rows).reshape(len(NONZEROS), PROBLEMS, 3).transpose(2, 0, 1))


def _both_norms(k: int, seed: int) -> tuple[float, float, float]:
    draws = np.random.default_rng([seed, k])
    w = np.zeros(FEATURES)
    w[:k] = draws.choice([-1.0, 1.0], k) * np.sqrt(STRENGTH / k)
    X, V = draws.standard_normal((2, SAMPLES, FEATURES))
    y, v = X @ w + draws.standard_normal(SAMPLES), V @ w + draws.standard_normal(SAMPLES)
    lasso = lasso_path(X, y, float(LAMBDAS[0]))
    found = []
    for path in (ridge_path(X, y, LAMBDAS), lasso.at(LAMBDAS[lasso.lambdas[0] > LAMBDAS])):
        errors = ((path.predict(V) - v[:, None]) ** 2).mean(axis=0)
        best = int(errors.argmin())
        found.append((errors[best], float(((path.coefs[best] - w) ** 2).sum() + path.intercepts[best] ** 2)))
    return found[0][1], found[1][1], min(found)[1]


@dataclass(frozen=True)
class Scaled:
    """At every unit of bmi: cross-validated error (units,) and effects w·s (units, 10) at the λ that it prefers.

    Here only the other columns are standardised; `fixed` are those where all are.
    """

    names: tuple[str, ...]
    bmi: int
    errors: Array
    effects: Array
    fixed_error: float
    fixed_effects: Array


@once(most=1)
@apart
def scaled() -> Scaled:
    """Return the lasso on diabetes, standardised but for the unit of bmi, for every unit."""
    table = diabetes()
    X, _, _ = standardised(table.X)
    bmi, hear, rows = table.names.index("bmi"), telling("Cross-validating every unit"), []
    for i, unit in enumerate([1.0, *UNITS]):
        hear(i, len(UNITS) + 1)
        A = X.copy()
        A[:, bmi] *= unit
        cv = cross_validate(A, table.y, 1.0, lambda_max(A, table.y) * np.geomspace(1, 1e-3, 40))
        path = lasso_path(A, table.y, float(cv.lambda_min))
        rows.append((float(cv.mean.min()), path.coefs[-1] * A.std(axis=0)))
    (error, effects), *others = rows
    errors, each = (np.array(column) for column in zip(*others, strict=True))
    return Scaled(table.names, bmi, errors, each, error, effects)


@dataclass(frozen=True)
class Luck:
    """Test accuracy (2, seeds) of narrow and wide networks, and the share of wrong verdicts by seeds each (counts,)."""

    accuracy: Array
    wrong: Array

    @property
    def gain(self) -> Array:
        """What the wide network has over the narrow one, seed by seed."""
        return self.accuracy[1] - self.accuracy[0]


@once(most=1)
@apart
def luck() -> Luck:
    """Return forty seeds of two widths on 200 digits, and how often n seeds of each tell the wrong one."""
    d = split(*load_digits(), 200, 2, seed=0)
    found = []
    for width in WIDTHS:
        network = MLP((64, width, 10), seeds=range(PAIRS), dtype="float32")
        told = telling(f"Training {PAIRS} networks of {width} units")
        h = train(network, d, learning_rate=RATE, epochs=15, batch_size=50, record_every=15, progress=told)
        found.append(h.test_accuracy[:, -1])
    scores, draws = np.array(found), np.random.default_rng(0)
    picked = draws.integers(PAIRS, size=(2, RESAMPLES, int(COUNTS[-1])))
    sums = np.stack([scores[i][picked[i]].cumsum(axis=1) for i in range(2)])
    lead = np.round(sums[1] - sums[0], 9)
    return Luck(scores, (lead < 0).mean(axis=0) + 0.5 * (lead == 0).mean(axis=0))


@dataclass(frozen=True)
class Smoothed:
    """A loss (steps,) with a spike, its averages at every β (betas, steps), and those without the spike."""

    loss: Array
    averages: Array
    calm_averages: Array

    def seen(self, k: int) -> float:
        """Return how much of the spike the average shows where it is."""
        return float(self.averages[k, SPIKE] - self.calm_averages[k, SPIKE])

    def delay(self, k: int) -> float:
        """Return the mean delay, in steps, of what the average shows of the spike, as far as it is seen."""
        shown = (self.averages - self.calm_averages)[k, SPIKE:]
        return float(shown @ np.arange(len(shown)) / shown.sum())


@once(most=50)
def smoothed(seed: int) -> Smoothed:
    """Return a falling loss with noise and one step at which it jumps by 0.426."""
    step = np.arange(STEPS)
    calm = 0.3 + 1.2 * np.exp(-step / 40) + 0.03 * np.random.default_rng(seed).standard_normal(STEPS)
    loss = calm + HEIGHT * (step == SPIKE)
    return Smoothed(loss, exponential_average(loss, BETAS), exponential_average(calm, BETAS))


@dataclass(frozen=True)
class Chance:
    """The best of m coin-tossers: exact (tries,), simulated on the test set and on fresh cases (tries, repeats)."""

    exact: Array
    best: Array
    fresh: Array


@once(most=1)
def chance() -> Chance:
    """Return what the best of m models without skill scores on 100 test cases, and on 100 others."""
    draws = np.random.default_rng(0)
    scores, again = draws.binomial(CASES, 0.5, (2, REPEATS, int(TRIES[-1]))) / CASES
    winner = np.array([scores[:, :m].argmax(axis=1) for m in TRIES])
    each = np.arange(REPEATS)
    return Chance(best_of_chance(CASES, TRIES), scores[each, winner], again[each, winner])


@dataclass(frozen=True)
class Theory:
    """Excess risk at every γ: of simulated least norms (ratios, trials), and exactly (ratios,)."""

    risks: Array
    exact: Array

    @property
    def run(self) -> Array:
        """What the trials show: their mean, or their median where theory has no mean."""
        return np.where(np.isfinite(self.exact), self.risks.mean(axis=1), np.median(self.risks, axis=1))


@once(most=1)
@apart
def theory() -> Theory:
    """Return the least norm on 40 rows with ‖β‖² = 5 and σ = 1, twenty times at every γ."""
    hear, rows, p = telling("Fitting the least norm"), [], np.rint(RATIOS * SAMPLES).astype(int)
    for i, width in enumerate(p):
        hear(i, len(p))
        draws = np.random.default_rng(width)
        beta = np.full(width, np.sqrt(SIGNAL / width))
        X, noise = draws.standard_normal((TRIALS, SAMPLES, width)), draws.standard_normal((TRIALS, SAMPLES))
        rows.append([((min_norm(A, A @ beta + e) - beta) ** 2).sum() for A, e in zip(X, noise, strict=True)])
    return Theory(np.array(rows), np.add(*min_norm_risk(p, SAMPLES, SIGNAL, NOISE)))


@dataclass(frozen=True)
class Resumed:
    """Accuracy (saves, runs) of saved weights with their own batch statistics and with the last; and Adam resumed.

    `losses` (2, runs, steps) and `first` (2, runs), the length of the first step, are with its moments and without.
    """

    own: Array
    last: Array
    losses: Array
    first: Array


@once(most=1)
@apart
def resumed() -> Resumed:
    """Return networks with batch normalization, weights of every epoch loaded anew; and Adam with its state lost."""
    d = split(*load_digits(), 256, 300, 300, seed=0)
    network = MLP((64, 24, 24, 24, 10), norm="batch", seeds=range(RUNS), dtype="float32")
    how = {"learning_rate": 0.03, "epochs": int(SAVES[-1]), "batch_size": 32, "record_every": int(SAVES[-1])}
    h = train(network, d, keep=SAVES.tolist(), progress=telling("Training with batch normalization"), **how)
    X, target, p = d.X_validation.astype(np.float32), one_hot(d.y_validation, 10), network.weights.shape[-1]
    own, last = [], []
    for epoch in SAVES:
        network.load(h.weights[int(epoch)])
        own.append(accuracy(network.apply(X), target))
        network.statistics[...] = h.weights[int(SAVES[-1])][..., p:]
        last.append(accuracy(network.apply(X), target))
    return Resumed(np.array(own), np.array(last), *_adam_resumed(d))


def _adam_resumed(d: Split) -> tuple[Array, Array]:
    """Return losses (2, runs, steps) and first steps (2, runs) of Adam that goes on with its moments, and without."""
    network = MLP((64, 32, 10), seeds=range(RUNS))
    optimizer = adam(RATE)
    X, target = d.X_train, one_hot(d.y_train, 10)
    state = _descend(network, optimizer, optimizer.init(network.weights), X, target, BEFORE)[0]
    saved, found = network.state.copy(), []
    for begin in (state, optimizer.init(network.weights)):
        network.load(saved)
        found.append(_descend(network, optimizer, begin, X, target, AFTER)[1:])
    losses, first = (np.array(column) for column in zip(*found, strict=True))
    return losses, first


def _descend(
    network: MLP, optimizer: Optimizer, state: State, X: Array, target: Array, steps: int
) -> tuple[State, Array, Array]:
    """Return the state after so many steps on all cases, the losses (runs, steps + 1), and the first steps' length."""
    loss, curve, lengths = LOSSES["cross_entropy"], [], []
    for _ in range(steps):
        out = network.apply(X)
        curve.append(loss.value(out, target))
        step, state = optimizer.update(network.weight_gradient(loss.gradient(out, target)), state, network.weights)
        network.weights += step
        lengths.append(np.linalg.norm(step, axis=-1))
    return state, np.array([*curve, loss.value(network.apply(X), target)]).T, lengths[0]


@dataclass(frozen=True)
class Rounded:
    """A weight that only decays, from 1, at every rate (decays, ticks + 1), and ones added up (summed + 1,).

    `rounded` is kept in bfloat16, `master` in float64 and rounded for use; `sums` are kept in bfloat16 and float16.
    """

    rounded: Array
    master: Array
    sums: tuple[Array, Array]


@once(most=1)
def rounded() -> Rounded:
    """Return decay and a sum, step by step, in few bits."""
    weights, sums = [np.ones(len(DECAYS))], [0.0]
    for _ in range(TICKS):
        weights.append(to_bfloat16(weights[-1] * (1 - DECAYS)))
    for _ in range(SUMMED):
        sums.append(float(to_bfloat16(sums[-1] + 1)))
    master = to_bfloat16(np.exp(np.arange(TICKS + 1) * np.log1p(-DECAYS)[:, None]))
    half = np.append(0, np.cumsum(np.ones(SUMMED, np.float16), dtype=np.float16).astype(float))
    return Rounded(np.array(weights).T, master, (np.array(sums), half))
