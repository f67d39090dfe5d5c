"""Training against closed forms, scikit-learn, its own runs alone, and what early stopping promises."""

import copy
import pickle
from dataclasses import fields, replace
from functools import partial

import numpy as np
import pytest
from certify import assert_gradient
from sklearn.neural_network import MLPClassifier

from regviz import (
    MLP,
    EarlyStopping,
    Split,
    adam,
    adamw,
    clip_by_norm,
    clip_by_value,
    momentum,
    rmsprop,
    run_grid,
    sgd,
    split,
    train,
    warmup_cosine,
)
from regviz.data.curves import two_moons, wave
from regviz.data.digits import load_digits
from regviz.networks import LOSSES, one_hot, softmax, training

MOONS = split(*two_moons(120, noise=0.2, seed=0), n_train=60, n_validation=30, seed=1)
RNG = np.random.default_rng(0)
X_WAVE = np.sort(RNG.uniform(-1, 1, 60))
WAVE = split(X_WAVE[:, None], wave(X_WAVE) + 0.2 * RNG.standard_normal(60), n_train=30, n_validation=15, seed=1)
DIGITS = split(*load_digits(), n_train=150, n_validation=100, n_test=100, seed=0)
CURVES = [field.name for field in fields(train(MLP((2, 2)), MOONS, epochs=1)) if field.name.endswith(("loss", "norm"))]
CURVES += ["train_accuracy", "validation_accuracy", "test_accuracy", "penalty", "learning_rate"]

# what a training is made of, run by run where it may be: settings of MLP, of train, and how many runs
RUNS = 3
SETUPS = {
    "plain": ({}, {}),
    "rates and decays": ({}, {"learning_rate": [1e-3, 1e-2, 1e-1], "weight_decay": [0.0, 0.1, 1.0]}),
    "penalties": ({"activation": "tanh", "init": "xavier"}, {"l1": [0.0, 0.01, 0.1], "l2": [0.1, 0.0, 0.1]}),
    "dropout": ({"drop_rate": [0.0, 0.3, 0.7]}, {}),
    "batch norm": ({"norm": "batch", "init_scale": [0.1, 1.0, 3.0]}, {"learning_rate": [1e-3, 1e-2, 1e-1]}),
    "layer norm": ({"norm": "layer", "drop_rate": 0.2}, {"optimizer": partial(momentum, momentum=0.8)}),
    "sgd, clipped": ({}, {"optimizer": sgd, "clip": partial(clip_by_norm, max_norm=0.1, axis=-1)}),
    "schedule": (
        {},
        {"learning_rate": lambda epoch: warmup_cosine(epoch, 6, 2, lr_max=[0.01, 0.02, 0.03], lr_min=0.0)},
    ),
    "stopping": ({}, {"early_stopping": EarlyStopping(patience=1, min_delta=0.05), "learning_rate": [0.1, 0.01, 1e-4]}),
    "single precision": ({"dtype": "float32", "norm": "batch", "drop_rate": 0.2}, {"weight_decay": 0.1, "l2": 0.01}),
    "smoothing": ({}, {"label_smoothing": 0.1, "optimizer": rmsprop}),
}


def alone(settings, run):
    """Return the settings of one run of a batch."""
    return {name: value[run] if isinstance(value, list) else value for name, value in settings.items()}


def of_run(rate, run):
    return lambda epoch: rate(epoch)[run]


@pytest.mark.parametrize(("network", "settings"), SETUPS.values(), ids=SETUPS)
def test_a_run_in_a_batch_is_the_run_alone(network, settings):
    settings = {"epochs": 6, "learning_rate": 0.01, "batch_size": 16, **settings}
    many = MLP((2, 8, 6, 2), seeds=[4, 1, 7], **network)
    together = train(many, MOONS, **settings)
    for run, seed in enumerate((4, 1, 7)):
        schedules = {
            name: of_run(rate, run) for name, rate in settings.items() if name == "learning_rate" and callable(rate)
        }
        single = MLP((2, 8, 6, 2), seeds=seed, **alone(network, run))
        by_itself = train(single, MOONS, **{**alone(settings, run), **schedules})
        # 1e-6 is the promise; in practice the arithmetic is the same, number by number
        np.testing.assert_allclose(many.state[run], single.state, rtol=1e-6, atol=1e-9)
        for name in CURVES:
            curve = getattr(by_itself, name)
            np.testing.assert_allclose(
                getattr(together, name)[run][: len(curve)], curve, rtol=1e-6, atol=1e-9, err_msg=name
            )
        assert together.stopped_epoch[run] == by_itself.stopped_epoch
        assert together.best_epoch[run] == by_itself.best_epoch


@pytest.mark.parametrize(("network", "settings"), SETUPS.values(), ids=SETUPS)
def test_a_training_repeats_bit_for_bit(network, settings):
    settings = {"epochs": 3, "learning_rate": 0.01, **settings}
    first, second = (MLP((2, 8, 6, 2), seeds=[4, 1, 7], **network) for _ in range(2))
    histories = [train(one, MOONS, **settings) for one in (first, second)]
    np.testing.assert_array_equal(first.state, second.state)
    for name in CURVES:
        np.testing.assert_array_equal(getattr(histories[0], name), getattr(histories[1], name))


def test_single_precision_is_kept_and_follows_double():
    single, double = (MLP((2, 8, 2), seeds=[0, 1], norm="layer", dtype=dtype) for dtype in ("float32", "float64"))
    settings = {"epochs": 3, "l1": 0.01, "clip": partial(clip_by_norm, max_norm=1.0, axis=-1)}
    histories = [train(network, MOONS, **settings) for network in (single, double)]
    assert (
        single.state.dtype == single.gradient.dtype == single.apply(MOONS.X_test.astype("float32")).dtype == "float32"
    )
    # 6 Adam steps of 1e-3, whose relative rounding 6e-8 the divisions by small √v raise
    np.testing.assert_allclose(histories[0].train_loss, histories[1].train_loss, rtol=1e-4)
    np.testing.assert_allclose(single.state, double.state, atol=1e-4)


def test_another_seed_is_another_run():
    network = MLP((2, 8, 2), seeds=[0, 1, 0])
    history = train(network, MOONS, epochs=2)
    np.testing.assert_array_equal(history.train_loss[0], history.train_loss[2])
    assert np.abs(history.train_loss[0] - history.train_loss[1]).min() > 1e-3


def test_runs_with_their_own_data_are_those_runs_alone():
    parts = [split(*two_moons(120, noise=0.2, seed=seed), n_train=60, n_validation=30) for seed in (0, 1)]
    stacked = Split(*(np.stack([getattr(part, field.name) for part in parts]) for field in fields(Split)))
    together = train(MLP((2, 8, 2), seeds=[3, 3]), stacked, epochs=3)
    for run, part in enumerate(parts):
        by_itself = train(MLP((2, 8, 2), seeds=3), part, epochs=3)
        np.testing.assert_allclose(together.validation_loss[run], by_itself.validation_loss, rtol=1e-9)


def test_runs_may_differ_in_their_labels_alone():
    labels = np.stack([MOONS.y_train, 1 - MOONS.y_train])
    together = train(MLP((2, 8, 2), seeds=[3, 3]), replace(MOONS, y_train=labels), epochs=3)
    flipped = train(MLP((2, 8, 2), seeds=3), replace(MOONS, y_train=labels[1]), epochs=3)
    np.testing.assert_allclose(together.train_loss[1], flipped.train_loss, rtol=1e-9)


class Peer(MLPClassifier):
    """scikit-learn's classifier, started from given weights."""

    start = ()

    def _init_coef(self, fan_in, fan_out, dtype):
        return next((W.copy(), b.copy()) for W, b in self.start if W.shape == (fan_in, fan_out))


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")  # 8 epochs do not converge, and need not
@pytest.mark.parametrize(
    ("optimizer", "solver", "rate", "activation"),
    [
        (partial(adam, epsilon=1e-30), {"solver": "adam", "epsilon": 1e-30}, 1e-3, "relu"),
        (partial(momentum, momentum=0.0), {"solver": "sgd", "momentum": 0.0}, 0.1, "tanh"),
        (
            partial(momentum, momentum=0.9),
            {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False},
            0.05,
            "logistic",
        ),
    ],
    ids=["adam", "sgd", "momentum"],
)
def test_weights_after_training_are_scikit_learn_s(optimizer, solver, rate, activation):
    """ε all but 0, since scikit-learn adds it before the bias correction; its penalty of batch size b is alpha/b."""
    network = MLP((64, 32, 10), activation, seeds=0)
    peer = Peer(
        (32,), activation, alpha=1.5, batch_size=50, learning_rate_init=rate, shuffle=False, max_iter=8, **solver
    )
    peer.start = [(layer.W.copy(), layer.b.copy()) for layer in network.dense]
    peer.set_params(tol=0.0, n_iter_no_change=100).fit(DIGITS.X_train, DIGITS.y_train)
    train(network, DIGITS, optimizer=optimizer, learning_rate=rate, batch_size=50, shuffle=False, epochs=8, l2=1.5 / 50)
    for layer, W, b in zip(network.dense, peer.coefs_, peer.intercepts_, strict=True):
        # 24 steps: rounding grows with Adam's division by small √v; 1e-8 is far below any step
        np.testing.assert_allclose(layer.W, W, rtol=1e-8, atol=1e-8)
        np.testing.assert_allclose(layer.b, b, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(softmax(network.forward(DIGITS.X_test)), peer.predict_proba(DIGITS.X_test), rtol=1e-6)


@pytest.mark.parametrize("lambda_", [0.0, 0.1, 10.0])
def test_a_linear_network_with_l2_ends_at_ridge(lambda_, rng):
    X = rng.standard_normal((40, 3))
    y = X @ [1.0, -2.0, 0.5] + 3 + 0.1 * rng.standard_normal(40)
    network = MLP((3, 1), seeds=0)
    settings = {"loss": "squared", "optimizer": sgd, "learning_rate": 0.1, "batch_size": 40, "record_every": 100}
    history = train(network, Split(X, y, X, y, X, y), epochs=600, l2=lambda_, **settings)
    centred = X - X.mean(axis=0)
    w = np.linalg.solve(centred.T @ centred / 40 + lambda_ * np.eye(3), centred.T @ y / 40)
    # the slowest mode shrinks by about 1 − 0.1·0.5 a step, to 1e-13
    np.testing.assert_allclose(network.dense[0].W[:, 0], w, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(network.dense[0].b, y.mean() - X.mean(axis=0) @ w, rtol=1e-9)
    residual = y - X @ w - network.dense[0].b
    np.testing.assert_allclose(history.train_loss[-1], residual @ residual / 80, rtol=1e-9)
    np.testing.assert_allclose(history.penalty[-1], lambda_ / 2 * w @ w, rtol=1e-9)
    np.testing.assert_allclose(history.weight_norm[-1], np.linalg.norm(w), rtol=1e-9)
    assert history.gradient_norm[-1] < 1e-9


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_biases_alone_learn_the_smoothed_class_frequencies(smoothing):
    X, y = np.zeros((10, 2)), np.repeat([0.0, 1.0], [7, 3])
    network = MLP((2, 2), seeds=0)
    settings = {"optimizer": sgd, "learning_rate": 1.0, "batch_size": 10, "epochs": 200, "record_every": 200}
    history = train(network, Split(X, y, X, y, X, y), label_smoothing=smoothing, **settings)
    share = (1 - smoothing) * np.array([0.7, 0.3]) + smoothing / 2
    np.testing.assert_allclose(softmax(network.forward(X))[0], share, rtol=1e-9)
    np.testing.assert_allclose(history.train_loss[-1], -np.log(share) @ [0.7, 0.3], rtol=1e-9)  # without smoothing


def weights_after(epochs=5, **settings):
    network = MLP((64, 16, 10), seeds=[0, 1])
    train(network, DIGITS, epochs=epochs, record_every=epochs, **settings)
    return network.weights


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.03, 0.0), (0.0, 0.05), (0.03, 0.05)])
def test_a_step_goes_down_the_slope_of_loss_and_penalties(l1, l2):
    """One step of size 1 on the whole data is minus the gradient; the penalties are written out here, biases spared."""
    network = MLP((2, 4, 2), "tanh", "xavier", seeds=0)
    start, target = network.weights.copy(), one_hot(MOONS.y_train, 2)

    def objective(w):
        network.weights[...] = w
        W = np.concatenate([dense.W.ravel() for dense in network.dense])
        loss = LOSSES["cross_entropy"].value(network.apply(MOONS.X_train), target)
        return loss + l1 * np.abs(W).sum() + l2 / 2 * (W**2).sum()

    train(network, MOONS, optimizer=sgd, learning_rate=1.0, epochs=1, batch_size=60, l1=l1, l2=l2)
    end = network.weights.copy()
    assert_gradient(objective, lambda _: start - end, start)


def test_sgd_with_l2_is_sgd_with_weight_decay():
    settings = {"optimizer": sgd, "learning_rate": 0.1}
    coupled, decoupled = weights_after(l2=0.05, **settings), weights_after(weight_decay=0.05, **settings)
    np.testing.assert_allclose(coupled, decoupled, rtol=1e-11, atol=1e-13)  # rounding over 25 steps
    assert np.abs(coupled - weights_after(**settings)).max() > 1e-3


def test_adam_with_l2_is_not_adamw():
    coupled, decoupled = weights_after(l2=0.05), weights_after(weight_decay=0.05)
    assert np.abs(coupled - decoupled).max() > 1e-3
    np.testing.assert_array_equal(decoupled, weights_after(weight_decay=0.05, optimizer=adamw))


def test_decay_and_penalties_leave_biases_alone():
    network = MLP((2, 4, 2), seeds=0)
    network.weights[...] = 1.0
    silent = replace(MOONS, X_train=0 * MOONS.X_train)
    train(network, silent, optimizer=lambda rate, weight_decay: sgd(rate, weight_decay=weight_decay), learning_rate=0.1,
          epochs=1, batch_size=60, weight_decay=1.0, clip=np.zeros_like)  # fmt: skip
    np.testing.assert_allclose(network.weights, np.where(network.penalised == 1, 0.9, 1.0), rtol=1e-15)


def test_l1_drives_weights_to_zero_more_than_l2():
    small = [np.mean(np.abs(weights_after(20, **{name: 0.02}, learning_rate=0.01)) < 1e-2) for name in ("l1", "l2")]
    assert small[0] > 0.5 > small[1]


def test_history_of_plain_sgd_on_whole_batches():
    rates = np.array([0.1, 0.05, 0.025, 0.0125])
    network = MLP((2, 6, 2), seeds=[0, 1])
    settings = {"optimizer": sgd, "learning_rate": lambda epoch: rates[epoch], "batch_size": 60, "l1": 0.01, "l2": 0.02}
    history = train(network, MOONS, epochs=4, keep=(0, 2, 4), **settings)
    np.testing.assert_array_equal(history.epochs, [0, 1, 2, 3, 4])
    np.testing.assert_array_equal(history.learning_rate, [[np.nan, *rates]] * 2)
    np.testing.assert_allclose(history.update_norm, history.learning_rate * history.gradient_norm, rtol=1e-12)
    assert sorted(history.weights) == [0, 2, 4]
    np.testing.assert_array_equal(history.weights[4], network.state)
    for epoch, state in history.weights.items():
        network.load(state)
        network.eval()
        matrices = np.split(state, np.flatnonzero(np.diff(network.penalised)) + 1, axis=-1)[::2]
        flat = np.concatenate(matrices, axis=-1)
        penalty = 0.01 * np.abs(flat).sum(axis=-1) + 0.01 * (flat**2).sum(axis=-1)
        np.testing.assert_allclose(history.penalty[:, epoch], penalty, rtol=1e-12)
        np.testing.assert_allclose(history.weight_norm[:, epoch], np.linalg.norm(flat, axis=-1), rtol=1e-12)
        chance = softmax(network.forward(MOONS.X_test))
        own = np.take_along_axis(chance, MOONS.y_test.astype(int)[None, :, None].repeat(2, 0), axis=-1)
        np.testing.assert_allclose(history.test_loss[:, epoch], -np.log(own).mean(axis=(1, 2)), rtol=1e-12)
        right = np.mean(chance.argmax(axis=-1) == MOONS.y_test, axis=-1)
        np.testing.assert_allclose(history.test_accuracy[:, epoch], right, rtol=1e-12)


def test_recording_less_often_changes_nothing_else():
    often, seldom = (MLP((2, 6, 2), norm="batch", drop_rate=0.3, seeds=[0, 1]) for _ in range(2))
    full = train(often, MOONS, epochs=7, keep=(3,))
    sparse = train(seldom, MOONS, epochs=7, record_every=3, keep=(3,))
    np.testing.assert_array_equal(sparse.epochs, [0, 3, 6, 7])
    np.testing.assert_array_equal(sparse.train_loss, full.train_loss[:, [0, 3, 6, 7]])
    np.testing.assert_allclose(sparse.gradient_norm[:, 1], full.gradient_norm[:, 1:4].mean(axis=1), rtol=1e-12)
    np.testing.assert_array_equal(sparse.weights[3], full.weights[3])
    np.testing.assert_array_equal(often.state, seldom.state)


def test_losses_do_not_depend_on_how_many_cases_are_evaluated_at_a_time(monkeypatch):
    whole = train(MLP((2, 6, 2), norm="batch", seeds=[0, 1]), MOONS, epochs=2)
    monkeypatch.setattr(training, "EVALUATED_ROWS", 14)  # 7 cases of 2 runs: 60 = 8·7 + 4
    sliced = train(MLP((2, 6, 2), norm="batch", seeds=[0, 1]), MOONS, epochs=2)
    for name in ("train_loss", "validation_loss", "test_accuracy"):
        np.testing.assert_allclose(getattr(sliced, name), getattr(whole, name), rtol=1e-12)


def test_shuffling_changes_the_order_and_nothing_else():
    def trained(**settings):
        network = MLP((2, 6, 2), seeds=[0, 1])
        train(network, MOONS, optimizer=sgd, learning_rate=0.1, epochs=2, **settings)
        return network.weights

    assert np.abs(trained(batch_size=1) - trained(batch_size=1, shuffle=False)).max() > 1e-4
    # on the whole of the data order is only the order of a sum
    np.testing.assert_allclose(trained(batch_size=60), trained(batch_size=60, shuffle=False), rtol=1e-10, atol=1e-13)


def test_accuracy_has_no_meaning_in_regression():
    history = train(MLP((1, 8, 1), "tanh", seeds=0), WAVE, loss="squared", epochs=2)
    assert np.isnan(history.test_accuracy).all()
    assert np.isfinite(history.test_loss).all()


@pytest.mark.parametrize("clip", [partial(clip_by_norm, max_norm=1e-3, axis=-1), partial(clip_by_value, limit=1e-5)])
def test_clipping_bounds_the_update_but_not_the_recorded_gradient(clip):
    network = MLP((2, 6, 2), seeds=[0, 1])
    history = train(network, MOONS, optimizer=sgd, learning_rate=1.0, epochs=2, clip=clip)
    assert (history.update_norm[:, 1:] <= 1e-3 * (1 + 1e-12)).all()
    assert (history.gradient_norm[:, 1:] > 1e-2).all()


@pytest.mark.parametrize("rate", [1e3, 1e160, 1e300, 1e308])
def test_a_diverging_run_ends_alone(rate):
    settings = {"loss": "squared", "optimizer": sgd, "epochs": 30, "batch_size": 8}
    network = MLP((1, 8, 1), "identity", seeds=[0, 1, 2])
    history = train(network, WAVE, learning_rate=[0.01, rate, 0.01], **settings)
    np.testing.assert_array_equal(history.diverged, [False, True, False])
    assert np.isnan(history.train_loss[1, -1])
    assert np.isfinite(network.state).all()
    peace = train(MLP((1, 8, 1), "identity", seeds=[0, 2]), WAVE, learning_rate=0.01, **settings)
    np.testing.assert_array_equal(history.train_loss[[0, 2]], peace.train_loss)


def test_training_ends_where_every_run_has_diverged():
    history = train(MLP((1, 8, 1), "identity"), WAVE, loss="squared", optimizer=sgd, learning_rate=1e6, epochs=200)
    assert history.diverged
    assert history.epochs[-1] < 200


def test_progress_is_told_every_epoch_and_may_end_the_training():
    told = []
    train(MLP((2, 2), seeds=0), MOONS, epochs=3, progress=lambda done, epochs: told.append((done, epochs)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(ZeroDivisionError):
        train(MLP((2, 2), seeds=0), MOONS, epochs=3, progress=lambda done, epochs: 1 // (2 - done))


# losses, patience, min_delta, the call that stops (or None), the best call
STOPPINGS = [
    ([5, 4, 3, 2, 1], 1, 0.0, None, 4),
    ([5, 4, 4, 4], 2, 0.0, 3, 1),
    ([5, 4, 4.5, 3, 3.5, 3.5], 2, 0.0, 5, 3),
    ([1, 1], 1, 0.0, 1, 0),
    ([1.0, 0.9999, 0.99995, 0.9999], 3, 0.0001, 3, 0),  # a fall by min_delta itself is none,
    ([1.0, 0.5, 0.45, 0.41], 2, 0.1, 3, 1),  # nor do small ones move the best loss to fall from
    ([1.0, 0.95, 0.85], 2, 0.1, None, 2),
    ([float("inf"), 3.0, 2.0], 2, 0.0, None, 2),
]


@pytest.mark.parametrize(("losses", "patience", "min_delta", "stop", "best"), STOPPINGS)
def test_early_stopping_stops_at(losses, patience, min_delta, stop, best):
    stopping = EarlyStopping(patience, min_delta)
    answers = [stopping(loss, np.array([k])) for k, loss in enumerate(losses)]
    assert answers == [k == stop for k in range(len(losses))]
    assert stopping.best_epoch == best
    assert stopping.best_loss == losses[best]
    np.testing.assert_array_equal(stopping.best_weights, [best])


def test_the_defaults_of_early_stopping():
    stopping = EarlyStopping()
    answers = [stopping(loss) for loss in [1.0] + [0.9999] * 10]
    assert answers == [False] * 10 + [True]
    assert stopping.best_weights is None


def test_best_weights_are_a_copy():
    stopping, array, listed, named = EarlyStopping(), np.ones(3), [np.ones(3)], {"W": np.ones(3)}
    stopping(1.0, (array, listed, named))
    array[:] = listed[0][:] = named["W"][:] = 0
    array, listed, named = stopping.best_weights
    np.testing.assert_array_equal([array, listed[0], named["W"]], np.ones((3, 3)))


def test_restore_best_off_keeps_nothing():
    stopping = EarlyStopping(restore_best=False)
    stopping(1.0, np.ones(3))
    assert stopping.best_weights is None


def test_replay_asks_a_fresh_copy():
    stopping = EarlyStopping(patience=2, min_delta=0.0)
    stopping(0.0)
    assert stopping.replay([3.0, 2.0, 2.5, 2.5, 1.0]) == (3, 1)
    assert stopping.replay([3.0, 2.0, 1.0]) == (2, 2)
    assert stopping.counter == 0


@pytest.mark.parametrize("restore_best", [True, False])
def test_each_run_stops_by_itself_and_goes_back_to_its_best(restore_best):
    settings = {"loss": "squared", "learning_rate": 0.03, "epochs": 60}
    rule = EarlyStopping(patience=5, min_delta=0.001, restore_best=restore_best)
    free, held = (MLP((1, 30, 1), "tanh", seeds=range(6)) for _ in range(2))
    whole = train(free, WAVE, keep=range(61), **settings)
    history = train(held, WAVE, early_stopping=rule, **settings)
    stops, bests = np.array([rule.replay(curve) for curve in whole.validation_loss]).T
    ended = np.array([stop < 60 for stop in stops])
    assert ended.any()
    assert len(set(stops)) > 2
    np.testing.assert_array_equal(history.stopped_epoch[ended], stops[ended])
    np.testing.assert_array_equal(history.best_epoch, bests)
    for run in range(6):
        expected = whole.weights[[stops, bests][restore_best][run]][run]
        np.testing.assert_allclose(held.state[run], expected, rtol=1e-12)
        np.testing.assert_array_equal(
            history.validation_loss[run, : stops[run] + 1], whole.validation_loss[run, : stops[run] + 1]
        )
        assert np.isnan(history.validation_loss[run, stops[run] + 1 :]).all()


def test_restored_networks_have_their_best_validation_loss_again():
    network = MLP((1, 30, 1), norm="batch", seeds=[0, 1])
    settings = {"loss": "squared", "learning_rate": 0.03, "epochs": 40}
    history = train(network, WAVE, early_stopping=EarlyStopping(patience=4, min_delta=0.0), **settings)
    residual = network.forward(WAVE.X_validation)[..., 0] - WAVE.y_validation
    np.testing.assert_allclose(
        np.mean(residual**2, axis=-1) / 2, np.nanmin(history.validation_loss, axis=-1), rtol=1e-12
    )


@pytest.mark.parametrize("norm", [None, "batch"])
def test_a_stopped_run_stands_still_while_others_train_on(norm):
    network = MLP((2, 6, 2), norm=norm, seeds=[0, 1])
    rule = EarlyStopping(patience=2, min_delta=0.01, restore_best=False)
    history = train(network, MOONS, learning_rate=[0.0, 0.01], epochs=12, early_stopping=rule, keep=range(13))
    np.testing.assert_array_equal(history.stopped_epoch, [np.argmax(np.isnan(history.test_loss[0])) - 1, -1])
    np.testing.assert_array_equal(history.weights[history.stopped_epoch[0]][0], network.state[0])
    assert np.abs(history.weights[2][1] - network.state[1]).max() > 1e-3


def test_run_grid_names_every_combination_once():
    seeds, rates, decays = run_grid(range(2), [0.1, 0.2, 0.3], [0.0, 1.0])
    assert len({*zip(seeds, rates, decays, strict=True)}) == len(seeds) == 12
    assert decays[:2].tolist() == [0.0, 1.0]
    assert MLP((2, 2), seeds=seeds).runs == (12,)


BAD = replace(MOONS, X_train=np.where(np.arange(60)[:, None] == 7, np.nan, MOONS.X_train))
NETWORK = MLP((2, 3, 2), seeds=[0, 1])


@pytest.mark.parametrize(("n", "batch_size"), [(33, 32), (17, 8), (1, 32), (12, 1)])
def test_a_batch_of_one_is_refused_before_the_first_step(n, batch_size):
    X = np.random.default_rng(0).standard_normal((n, 2))
    network = MLP((2, 4, 1), norm="batch")
    before = network.state.copy()
    with pytest.raises(ValueError, match=rf"n = {n} training cases and batch_size = {batch_size}$"):
        train(network, Split(X, X[:, 0], X, X[:, 0], X, X[:, 0]), loss="squared", batch_size=batch_size)
    np.testing.assert_array_equal(network.state, before)
    layered = MLP((2, 4, 1), norm="layer")  # the others train through
    train(layered, Split(X, X[:, 0], X, X[:, 0], X, X[:, 0]), loss="squared", batch_size=batch_size, epochs=1)


def test_an_error_on_the_way_leaves_the_network_in_eval_mode():
    def fails(gradient):
        raise ZeroDivisionError

    network = MLP((2, 4, 2), norm="batch", drop_rate=0.5)
    with pytest.raises(ZeroDivisionError):
        train(network, MOONS, clip=fails)
    assert not any(layer.training for layer in (network, *network.layers))


COPIES = {"deep": copy.deepcopy, "shallow": copy.copy, "pickle": lambda network: pickle.loads(pickle.dumps(network))}


@pytest.mark.parametrize("make", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("seeds", [0, [3, 4]])
def test_a_copy_trains_as_its_original_would_and_apart_from_it(make, seeds):
    network = MLP((2, 5, 2), "tanh", norm="batch", drop_rate=0.3, seeds=seeds)
    train(network, MOONS, epochs=2)
    before, twin = network.state.copy(), make(network)
    np.testing.assert_array_equal(twin.gradient, network.gradient)
    after = train(twin, MOONS, epochs=3).train_loss
    np.testing.assert_array_equal(network.state, before)
    np.testing.assert_array_equal(train(network, MOONS, epochs=3).train_loss, after)
    assert (after[..., -1] != after[..., 0]).all()


HOSTILE = [
    (lambda: train(NETWORK, BAD), r"X_train.*nan at index \(7, 0\)"),
    (lambda: train(NETWORK, WAVE), r"X_train.*\(n, 2\).*\(30, 1\)"),
    (lambda: train(NETWORK, replace(MOONS, y_test=MOONS.y_test[:-1])), r"y_test.*\(29,\)"),
    (lambda: train(NETWORK, replace(MOONS, y_train=MOONS.y_train + 1)), r"labels.*\[0, 2\).*2.0"),
    (lambda: train(NETWORK, replace(MOONS, X_train=np.ones((3, 60, 2)))), r"X_train.*\(3, 60, 2\)"),
    (lambda: train(NETWORK, replace(MOONS, X_test=np.ones((0, 2)), y_test=np.ones(0))), r"X_test.*\(0, 2\)"),
    (lambda: train(NETWORK, MOONS, loss="hinge"), "loss.*cross_entropy.*hinge"),
    (lambda: train(NETWORK, MOONS, epochs=0), "epochs.*0"),
    (lambda: train(NETWORK, MOONS, batch_size=2.5), "batch_size.*2.5"),
    (lambda: train(NETWORK, MOONS, learning_rate=-0.1), "learning_rate.*-0.1"),
    (lambda: train(NETWORK, MOONS, learning_rate=[0.1, 0.1, 0.1]), r"learning_rate.*\(2,\).*\(3,\)"),
    (lambda: train(NETWORK, MOONS, learning_rate=lambda epoch: np.nan), "learning_rate.*nan"),
    (lambda: train(NETWORK, MOONS, l1=-1.0), "l1.*-1.0"),
    (lambda: train(NETWORK, MOONS, l2=[0.0, np.inf]), "l2.*inf"),
    (lambda: train(NETWORK, MOONS, weight_decay=-0.5), "weight_decay.*-0.5"),
    (lambda: train(NETWORK, MOONS, label_smoothing=1.0), "label_smoothing.*1.0"),
    (lambda: train(NETWORK, MOONS, record_every=0), "record_every.*0"),
    (lambda: train(NETWORK, MOONS, keep=[-1]), "keep.*-1"),
    (
        lambda: train(MLP((2, 3, 2), norm="batch", seeds=[0]), MOONS, batch_size=59),
        "at least 2 cases .*batch_size = 59",
    ),
    (lambda: EarlyStopping(patience=0), "patience.*0"),
    (lambda: EarlyStopping(patience=1.5), "patience.*1.5"),
    (lambda: EarlyStopping(min_delta=-1e-3), "min_delta.*-0.001"),
    (lambda: EarlyStopping(min_delta=np.nan), "min_delta.*nan"),
    (lambda: EarlyStopping()(np.nan), "val_loss.*nan"),
]


@pytest.mark.parametrize(("call", "message"), HOSTILE)
def test_hostile_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
