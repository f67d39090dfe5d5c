"""What a float array would silently drop, a mask or an imaginary part, is refused by every public function."""

import inspect

import numpy as np
import pytest

import regviz
from regviz.checks import whole
from regviz.networks.diagnostics import RULES

DATA = {
    "X": np.arange(1.0, 25).reshape(12, 2) ** 1.5,
    "y": np.arange(12.0),
    "w": np.array([1.0, -2.0]),
    "z": np.array([1.0, -2.0]),
    "gradient": np.array([1.0, 2.0]),
    "groups": np.array([0, 1]),
    "lambdas": np.array([0.1, 0.2]),
    "epoch": np.array([1.0, 2.0]),
    "lambda_": 0.1,
    "l1_ratio": 0.5,
    "threshold": 0.1,
    "n": 20,
    "name": "sum of squares",
    "value": 1.0,
    "alpha": 0.5,
    "max_norm": 1.0,
    "limit": 1.0,
    "radius": 1.0,
    "lr": 0.1,
    "learning_rate": 0.1,
    "total_epochs": 20,
    "n_train": 2,
    "n_validation": 2,
    "q": 0.5,
    "drop_rate": 0.1,
    "n_features": 2,
    "sizes": (2, 2),
    "pilot": np.array([1.0, 2.0]),
    "support": np.array([True, False]),
    "signs": np.array([1.0, -1.0]),
    "Y": np.arange(24.0).reshape(12, 2) ** 0.5,
    "Z": np.arange(24.0).reshape(12, 2),
    "W": np.arange(24.0).reshape(12, 2),
    "observed": np.arange(24).reshape(12, 2) % 5 > 0,
    "rank": 1,
    "shapes": ((4, 3), (3, 2)),
    "d_in": 4,
    "d_out": 3,
    "W0": np.array([[1.0, 2.0], [3.0, 5.0], [0.5, 1.0]]),
    "A": np.array([[1.0], [2.0], [3.0]]),
    "B": np.array([[1.0, -1.0]]),
    "s": np.array([2.0, 1.0]),
    "shape": (3, 2),
    "sigma": 1.0,
    "tau": 5.0,
    "delta": 1.0,
    "p": np.array([1, 30]),
    "D": 40,
    "gamma": 0.5,
    "signal": 1.0,
    "noise": 0.5,
    "log_times": np.array([0.0, 1.0]),
    "alphas": np.array([1.0, 2.0]),
    "e": np.array([0.5, 1.0]),
    "t": np.array([1.0, 2.0]),
    "gradient_of": lambda w: 2 * w,
    "v": np.array([0.5, 1.0]),
    "hvp": lambda v: 2 * v,
    "size": 2,
    "logits": np.array([[1.0, 2.0], [3.0, 1.0]]),
    "labels": np.array([0, 1]),
    "probabilities": np.array([[0.25, 0.75], [0.5, 0.5]]),
    "outputs": np.array([[0.0, 1.0], [0.0, 0.5]]),
    "small_squares": np.array([3.0, 4.0]),
    "large_squares": np.array([1.0, 2.0]),
    "small": 2,
    "large": 8,
    "signals": dict.fromkeys((rule.signal for rule in RULES), 0.0),
    "seeds": (0, 1),
    "indices": {"train": [0, 1], "validation": [2]},
    "batch_size": 5,
    "epochs": 3,
    "rho": 0.1,
    "gradient_norm": np.array([0.5, 1.0]),
    "n_classes": 3,
    "features": np.arange(24.0).reshape(2, 12) ** 0.5,
    "templates": np.arange(36.0).reshape(12, 3) ** 1.5,
    "classes": (2, 0, 1),
    "dx": 0.5,
    "dy": 0.5,
    "angle": 30.0,
    "iterations": 3,
    "lipschitz": 2.0,
    "weights": (np.eye(2), np.eye(2)),
    "images": np.arange(192.0).reshape(3, 64) ** 0.5,
    "kind": "shift",
    "strength": 0.5,
    "rng": np.random.default_rng(0),
    "T": np.arange(24.0).reshape(12, 2),
    "gram": np.array([[2.0, 1.0], [1.0, 2.0]]),
    "correlation": np.array([1.0, -0.5]),
    "m": np.array([1.0, 20.0]),
    "x": np.array([0.5, 3.0]),
    "path": regviz.Path(np.array([1.0]), np.array([[1.0, 0.0]]), np.array([0.0])),
}
RESULTS = {"CVResult", "History", "Optimizer", "Path", "Split", "DivergenceError", "PathError", "train", "run_grid"}


def calls():
    """Yield every public function with arguments that it takes, and each argument that is a number or an array."""
    for name in sorted(set(regviz.__all__) - RESULTS):
        parameters = inspect.signature(getattr(regviz, name)).parameters
        given = {key: DATA[key] for key, p in parameters.items() if p.default is inspect.Parameter.empty}
        values = {key: given.get(key, p.default) for key, p in parameters.items()}
        numbers = [k for k, v in values.items() if k != "seed" and isinstance(v, int | float | np.ndarray | tuple)]
        yield from (
            (name, given, key, values[key])
            for key in numbers
            if np.size(values[key]) and not isinstance(values[key], bool)
        )


CALLS = {f"{name}, {key}": (name, given, key, value) for name, given, key, value in calls()}


@pytest.mark.parametrize(("name", "given", "key", "value"), CALLS.values(), ids=CALLS)
def test_masks_and_imaginary_parts_are_refused(name, given, key, value):
    call, value = getattr(regviz, name), np.asarray(value)
    call(**given)  # as it is, it is taken
    masked = np.ma.array(value, mask=np.arange(value.size).reshape(value.shape) == 0)
    for wrong, said in ((masked, "masked|whole"), (value + 0j, "complex|whole"), (value + 1j, "complex|whole")):
        with pytest.raises(ValueError, match=said):
            call(**given | {key: wrong})


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 2.5, 0, "3", None, [3], 1j, np.ma.masked])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(ValueError, match="n must "):
        whole("n", value, 1)


@pytest.mark.parametrize("value", [3, 3.0, np.float32(3), np.int8(3), np.array(3)])
def test_whole_numbers_may_be_floats(value):
    assert whole("n", value, 1) == 3
    assert isinstance(whole("n", value, 1), int)
