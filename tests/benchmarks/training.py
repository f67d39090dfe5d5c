"""How much faster many runs train together: `python tests/benchmarks/training.py`.

40 runs of an MLP 64-32-10 (relu, Adam) on 500 digits for 50 epochs: batched, the same one after another in this engine,
and 40 fits of scikit-learn's MLPClassifier with the same architecture, batch size, rate and precision, no penalty. All
in one process, on one thread, in turns; the best of several rounds counts. Only the ratios mean anything elsewhere.

The aim, 3 times one by one and 2 times scikit-learn, is for the first row: single precision, as on the pages, and the
engine's usual batches of 32; 3 times one by one also for the last rows, other ways to train. In larger batches a single
run fills the processor as well, and there is less to gain; the other rows are printed as they are.
"""

import os
import sys
import warnings
from itertools import product
from pathlib import Path
from time import perf_counter

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # before numpy is loaded
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from regviz import MLP, split, train
from regviz.data.digits import load_digits

RUNS, EPOCHS, ROUNDS = 40, 50, 3
DATA = split(*load_digits(), n_train=500, n_validation=500, seed=0)


WAYS = {
    "plain": ({}, {}),
    "sharpness-aware": ({}, {"rho": 0.2}),
    "label smoothing": ({}, {"label_smoothing": 0.1}),
    "spectral normalization": ({"spectral_bound": 2.0}, {}),
}
"""what networks and their training are given beside the rest"""


def batched(batch_size, dtype, way="plain"):
    given, more = WAYS[way]
    network = MLP((64, 32, 10), seeds=range(RUNS), dtype=dtype, **given)
    return train(network, DATA, epochs=EPOCHS, batch_size=batch_size, record_every=EPOCHS, **more).test_accuracy[:, -1]


def one_by_one(batch_size, dtype, way="plain"):
    given, more = WAYS[way]
    settings = {"epochs": EPOCHS, "batch_size": batch_size, "record_every": EPOCHS, **more}
    networks = [MLP((64, 32, 10), seeds=seed, dtype=dtype, **given) for seed in range(RUNS)]
    return [train(network, DATA, **settings).test_accuracy[-1] for network in networks]


def scikit_learn(batch_size, dtype):
    settings = {"alpha": 0.0, "max_iter": EPOCHS, "n_iter_no_change": EPOCHS, "tol": 0.0}  # no early end, no penalty
    X, networks = (
        DATA.X_train.astype(dtype),
        [MLPClassifier((32,), batch_size=batch_size, random_state=seed, **settings) for seed in range(RUNS)],
    )
    fits = [network.fit(X, DATA.y_train) for network in networks]  # which keeps the precision of X
    assert all(fit.n_iter_ == EPOCHS for fit in fits)
    return [fit.score(DATA.X_test, DATA.y_test) for fit in fits]


def main():
    warnings.simplefilter("ignore", ConvergenceWarning)
    for dtype, batch_size in product(("float32", "float64"), (32, 64, 200)):
        seconds, accuracy = {}, {}
        for way in (batched, one_by_one, scikit_learn) * ROUNDS:
            start = perf_counter()
            accuracy[way] = np.mean(way(batch_size, dtype))
            seconds[way] = min(perf_counter() - start, seconds.get(way, np.inf))
        print(f"{dtype}, batches of {batch_size}: {RUNS} runs batched are", end=" ")
        print(f"{seconds[one_by_one] / seconds[batched]:.1f} times as fast as one by one", end=", ")
        print(f"{seconds[scikit_learn] / seconds[batched]:.1f} times as fast as scikit-learn")
        print("   ", ", ".join(f"{way.__name__} {seconds[way]:.2f} s, accuracy {accuracy[way]:.3f}" for way in seconds))
    for way in list(WAYS)[1:]:
        seconds = {}
        for kind in (batched, one_by_one) * ROUNDS:
            start = perf_counter()
            kind(32, "float32", way)
            seconds[kind] = min(perf_counter() - start, seconds.get(kind, np.inf))
        print(f"{way}, batches of 32: {seconds[one_by_one] / seconds[batched]:.1f} times as fast as one by one")


if __name__ == "__main__":
    main()
