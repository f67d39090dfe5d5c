"""How much rank an update needs: linear regression, a head with labels swapped, digits turned, and two scalings."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from regviz.against import Row
from regviz.apart import apart
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.data.splits import Split, split
from regviz.descent.optimizers import Optimizer, adam, sgd
from regviz.linear.low_rank import truncate
from regviz.linear.reduced_rank import reduced_rank_path
from regviz.memory import once
from regviz.networks import MLP, one_hot
from regviz.networks.adapters import adapt, lora_parameter_count
from regviz.networks.losses import accuracy, cross_entropy_loss
from regviz.networks.training import train
from regviz.progress import telling

D_IN, D_OUT, DRAWS = 40, 30, 40
LINEAR_RANKS = np.arange(D_OUT + 1)
SPECTRA = {"rank 3": np.array([3.0, 2.0, 1.5] + [0.0] * (D_OUT - 3)), "decaying": 3 * 0.75 ** np.arange(D_OUT)}
SIZES, CLASSES, POOL = (64, 64, 64, 10), 10, 960
SHAPES = tuple(pairwise(SIZES))
HEAD_RANKS = np.arange(1, CLASSES + 1)
RANKS = np.array([1, 2, 4, 8, 16, 32, 64])
SEEDS, STEPS = 4, 150
RATES = (3e-3, 1e-2, 3e-2)
"""learning rates that every rank may choose from, on validation images"""
ALPHA, SCALED_STEPS, CHECK = 4.0, 100, 10
OPTIMIZERS: dict[str, Optimizer] = {"adam": adam(3e-3), "sgd": sgd(0.03)}
COUNTS: list[Row] = [
    Row(f"million numbers: {model}, r = {r}", printed, lora_parameter_count([(width, width)] * many, r) / 1e6, source)
    for model, r, printed, width, many, source in (
        ("LLaMA-7B, query and value", 8, 4.194304, 4096, 64, "PEFT, in ymcui/Chinese-LLaMA-Alpaca issue 189"),
        ("BERT-base, query and value", 16, 0.589824, 768, 24, "PEFT, in huggingface/peft issue 801"),
        ("RoBERTa-base, query and value", 8, 0.3, 768, 24, "“0.3 M”, microsoft/LoRA issue 16"),
        ("GPT-3, query", 8, 18, 12288, 96, "“18M”, Hu et al. 2021, table 5"),
    )
]


@dataclass(frozen=True)
class Linear:
    """Squared distances to the true update (draws, ranks), its singular values, and those of full fits (draws, 30).

    `exact` and `descent` are the training losses of rank 1 to 5 in the first draw: in closed form, and by descent.
    """

    errors: Array
    truth: Array
    fitted: Array
    expected: float
    exact: Array
    descent: Array
    shapes = ((D_IN, D_OUT),)
    ranks = LINEAR_RANKS

    @property
    def missed(self) -> Array:
        """What no update of rank 0 … 30 can reach (31,)."""
        return np.append(np.cumsum(self.truth[::-1] ** 2)[::-1], 0.0)

    @property
    def best(self) -> int:
        """The rank of the least mean error."""
        return int(self.errors.mean(axis=0).argmin())

    def held(self, rank: int) -> list[Row]:
        """Return the error of the full fit against its expectation, and descent against the closed form."""
        rank = min(max(rank, 1), len(self.exact))
        ours = float(self.errors[:, -1].mean())
        full = [Row("error of the full update", self.expected, ours, "σ² d_in d_out/(n − d_in − 1), mean of 40 draws")]
        loss = (f"least loss at rank {rank}", float(self.exact[rank - 1]), float(self.descent[rank - 1]))
        return [
            *(full if np.isfinite(self.expected) else []),
            Row(*loss, "reduced-rank regression; ours by descent on AB"),
        ]


@dataclass(frozen=True)
class Tuned:
    """Test accuracies (ranks, seeds), of the full update (seeds,), of the full update cut to each rank (ranks, seeds).

    `spectra` (matrices, k) are singular values of the full updates, averaged over the seeds, NaN where a matrix has
    fewer; `exact` (k,) those of an update known to solve the task, NaN where none is. `before` is the accuracy without
    any update, `solved` with the exact one, `untouched` on the old task.
    """

    ranks: Array
    adapted: Array
    full: Array
    cut: Array
    spectra: Array
    exact: Array
    before: float
    solved: float
    untouched: float
    shapes: tuple[tuple[int, int], ...]

    def held(self, rank: int) -> list[Row]:
        """Return the accuracy of the exact update, where there is one, and counts of numbers in print."""
        row = Row(
            "accuracy of the exact update",
            self.untouched,
            self.solved,
            "the network’s, before the names were swapped",
        )
        return [*([row] if np.isfinite(self.exact[0]) else []), *COUNTS]


@dataclass(frozen=True)
class Scaled:
    """Training losses (2, ranks, seeds, checks) under the scales α/r and α/√r."""

    losses: Array

    shapes = SHAPES
    ranks = RANKS

    @property
    def checks(self) -> Array:
        """The steps at which they were taken."""
        return np.arange(self.losses.shape[-1]) * CHECK

    def held(self, rank: int) -> list[Row]:
        """Return counts of numbers in print."""
        return COUNTS


@once(most=32)
@apart
def linear(spectrum: str, n: int) -> Linear:
    """Return reduced-rank regression in 40 draws of inputs, noise and update, the noise of variance 1."""
    truth, errors, fitted = SPECTRA[spectrum], [], []
    for seed in range(DRAWS):
        W, X, Y = linear_draw(spectrum, n, seed)
        path = reduced_rank_path(X, Y, LINEAR_RANKS)
        errors.append(((path - W) ** 2).sum(axis=(1, 2)))
        fitted.append(np.linalg.svd(path[-1], compute_uv=False))
    expected = D_IN * D_OUT / (n - D_IN - 1) if n > D_IN + 1 else np.inf
    _, X, Y = linear_draw(spectrum, n, 0)
    losses = ((Y - X @ reduced_rank_path(X, Y, range(1, 6))) ** 2).sum(axis=(1, 2)) / (2 * n)
    descended = np.array([descent_loss(X, Y, rank) for rank in range(1, 6)])
    return Linear(np.array(errors), truth, np.array(fitted), expected, losses, descended)


def linear_draw(spectrum: str, n: int, seed: int) -> tuple[Array, Array, Array]:
    """Return an update W (40, 30) with these singular values, X (n, 40) and Y = XW + noise (n, 30)."""
    rng, truth = np.random.default_rng(seed), SPECTRA[spectrum]
    U = np.linalg.qr(rng.standard_normal((D_IN, D_OUT)))[0]
    V = np.linalg.qr(rng.standard_normal((D_OUT, D_OUT)))[0]
    W, X = (U * truth) @ V.T, rng.standard_normal((n, D_IN))
    return W, X, X @ W + rng.standard_normal((n, D_OUT))


def descent_loss(X: Array, Y: Array, rank: int, steps: int = 1000) -> float:
    """Return the loss (1/2n)‖Y − XAB‖² after gradient descent on both factors, from a random A and B = 0."""
    n, p = X.shape
    H, C = X.T @ X / n, X.T @ Y / n
    rate = 1 / (8 * np.linalg.norm(H, 2))
    A, B = np.random.default_rng(0).standard_normal((p, rank)) / np.sqrt(p), np.zeros((rank, Y.shape[1]))
    for _ in range(steps):
        G = H @ (A @ B) - C
        A, B = A - rate * G @ B.T, B - rate * A.T @ G
    return float(((Y - X @ A @ B) ** 2).sum() / (2 * n))


@once(most=1)
@apart
def pretrained() -> tuple[MLP, Split]:
    """Return a network 64-64-64-10 that reads digits, and the images: 960 to learn, 300 to choose by, 537 to test."""
    data = split(*load_digits(), POOL, 300, seed=0)
    network = MLP(SIZES, seeds=0, dtype="float32")
    train(network, data, learning_rate=3e-3, epochs=20, batch_size=50, record_every=20)
    return network, data


def copies(network: MLP, seeds: list[int]) -> MLP:
    """Return as many copies of one network, in one array, with these seeds."""
    many = MLP(network.sizes, seeds=seeds, dtype="float32")
    many.weights[...] = network.weights
    return many


def turned(X: Array) -> Array:
    """Return images (n, 64) turned by a quarter."""
    return np.rot90(X.reshape(-1, 8, 8), axes=(1, 2)).reshape(-1, 64).astype(np.float32)


def drawn(n: int) -> Array:
    """Return which n images of the pool each seed sees (seeds, n)."""
    return np.stack([np.random.default_rng([seed, n]).permutation(POOL)[:n] for seed in range(SEEDS)])


@dataclass(frozen=True)
class Task:
    """A network and inputs of three parts with labels; `exact` is an update of its last matrix known to solve it.

    `untouched` is its accuracy on the test part of the task that it was made for.
    """

    network: MLP
    X: tuple[Array, Array, Array]
    y: tuple[Array, Array, Array]
    exact: Array | None
    untouched: float

    def accuracy(self, network: MLP, part: int) -> Array:
        """Return the accuracies (runs,) on the validation or the test part, 1 or 2."""
        return accuracy(network.apply(self.X[part]), one_hot(self.y[part], CLASSES))


@once(most=8)
@apart
def swapped(pairs: int, n: int) -> Tuned:
    """Return a head adapted to digits of which some pairs have swapped their names; all ranks up to 10.

    The head is the last matrix with its bias as one more row, on the hidden units of the network and a constant. The
    swaps as a permutation P: the update W₀(P − I) solves the task, and has one singular value for each pair.
    """
    network, data = pretrained()
    names = np.arange(CLASSES)
    names[: 2 * pairs] = names[: 2 * pairs].reshape(-1, 2)[:, ::-1].ravel()
    head, last = MLP((SIZES[-2] + 1, CLASSES), seeds=0, dtype="float32"), network.dense[-1]
    head.dense[0].W[...] = np.concatenate([last.W, last.b[None]])

    def features(X: Array) -> Array:
        return np.pad(network.outputs(X.astype(np.float32))[-2], ((0, 0), (0, 1)), constant_values=1.0)

    X = (data.X_train, data.X_validation, data.X_test)
    y = (data.y_train, data.y_validation, data.y_test)
    exact = head.dense[0].W[:, names] - head.dense[0].W
    renamed = tuple(names[part.astype(int)] for part in y)
    task = Task(head, tuple(features(part) for part in X), renamed, exact, _reads(network, data))
    return _tuned(task, HEAD_RANKS, n, RATES)


@once(most=8)
@apart
def rotated(n: int) -> Tuned:
    """Return the network adapted to digits turned by a quarter, in all its matrices."""
    network, data = pretrained()
    X = tuple(turned(part) for part in (data.X_train, data.X_validation, data.X_test))
    y = (data.y_train, data.y_validation, data.y_test)
    return _tuned(Task(network, X, y, None, _reads(network, data)), RANKS, n, RATES)


def _reads(network: MLP, data: Split) -> float:
    """Return the accuracy on upright test digits under their own names."""
    return float(accuracy(network.apply(data.X_test.astype(np.float32)), one_hot(data.y_test, CLASSES)))


def _tuned(task: Task, ranks: Array, n: int, rates: tuple[float, ...]) -> Tuned:
    """Return what adapters of each rank and a full update reach, each at the rate that is best in validation."""
    hear, rows = telling("Adapting the network"), drawn(n)
    X = np.repeat(task.X[0][rows], len(rates), axis=0)
    target = np.repeat(one_hot(task.y[0][rows], CLASSES), len(rates), axis=0).astype(np.float32)
    seeds = np.repeat(np.arange(SEEDS), len(rates)).tolist()
    optimizer = adam(np.tile(np.float32(rates), SEEDS)[:, None])

    def learn(rank: int | None) -> tuple[Array, list[Array]]:
        """Return the test accuracies (seeds,) and the updates at the best rate."""
        network = copies(task.network, seeds)
        updates = adapt(network, X, target, rank, optimizer, STEPS)
        best = int(task.accuracy(network, 1).reshape(SEEDS, -1).mean(axis=0).argmax())
        chosen = slice(best, None, len(rates))
        return task.accuracy(network, 2)[chosen], [update[chosen].astype(float) for update in updates]

    adapted = []
    for k, rank in enumerate(ranks):
        hear(k, len(ranks) + 1)
        adapted.append(learn(int(rank))[0])
    hear(len(ranks), len(ranks) + 1)
    full, updates = learn(None)
    cut = np.array([_cut_accuracy(task, updates, int(rank)) for rank in ranks])
    values = [np.linalg.svd(update, compute_uv=False).mean(axis=0) for update in updates]
    spectra = np.full((len(values), max(map(len, values))), np.nan)
    for row, one in zip(spectra, values, strict=True):
        row[: len(one)] = one
    exact, solved = np.full(CLASSES, np.nan), np.nan
    if task.exact is not None:
        exact, network = np.linalg.svd(task.exact, compute_uv=False), copies(task.network, [0])
        network.dense[-1].W[...] += task.exact
        solved = float(task.accuracy(network, 2)[0])
    before, shapes = float(task.accuracy(task.network, 2)), tuple(pairwise(task.network.sizes))
    return Tuned(ranks, np.array(adapted), full, cut, spectra, exact, before, solved, task.untouched, shapes)


def _cut_accuracy(task: Task, updates: list[Array], rank: int) -> Array:
    """Return the test accuracies (seeds,) of updates cut to a rank."""
    network = copies(task.network, list(range(SEEDS)))
    for dense, update in zip(network.dense, updates, strict=True):
        dense.W[...] += np.stack([truncate(one, rank) for one in update])
    return task.accuracy(network, 2)


@once(most=2)
@apart
def scaled(optimizer: str) -> Scaled:
    """Return the losses of adapters on 240 turned digits under both scales, at one rate for all ranks."""
    network, data = pretrained()
    rows, hear = drawn(240), telling("Adapting under two scales")
    X = np.tile(turned(data.X_train)[rows], (2, 1, 1))
    target = np.tile(one_hot(data.y_train[rows], CLASSES), (2, 1, 1)).astype(np.float32)
    losses = np.empty((2, len(RANKS), SEEDS, SCALED_STEPS // CHECK + 1))
    for k, rank in enumerate(RANKS):
        hear(k, len(RANKS))
        many = copies(network, [*range(SEEDS), *range(SEEDS)])
        scales = np.repeat([ALPHA / rank, ALPHA / np.sqrt(rank)], SEEDS)

        def watch(step: int, many: MLP = many, k: int = k) -> None:
            if step % CHECK == 0:
                losses[:, k, :, step // CHECK] = cross_entropy_loss(many.apply(X), target).reshape(2, SEEDS)

        adapt(many, X, target, int(rank), OPTIMIZERS[optimizer], SCALED_STEPS, scale=scales, watch=watch)
    return Scaled(losses)
