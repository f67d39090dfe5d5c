"""Schedules against their formulas, at their joints, and against hostile arguments."""

from fractions import Fraction

import numpy as np
import pytest

from regviz import cosine_annealing, one_cycle, step_decay, warmup_cosine, warmup_schedule

SCHEDULES = {
    "step": step_decay,
    "cosine": lambda epoch: cosine_annealing(epoch, 100),
    "warmup": warmup_schedule,
    "warmup cosine": warmup_cosine,
    "one cycle": one_cycle,
}
every_schedule = pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)

VALUES = [
    (step_decay(0), 0.1),
    (step_decay(9.99), 0.1),
    (step_decay(10), 0.05),
    (step_decay(35, initial_lr=1.0, drop_factor=0.1, epochs_drop=10), 1e-3),
    (cosine_annealing(0, 50), 0.1),
    (cosine_annealing(25, 50), 0.05005),
    (cosine_annealing(50, 50), 0.0001),
    (cosine_annealing(80, 50), 0.0001),
    (cosine_annealing(10, 30, lr_max=1.0, lr_min=0.0), 0.75),
    (warmup_schedule(0), 0.02),
    (warmup_schedule(3), 0.08),
    (warmup_schedule(4), 0.1),
    (warmup_schedule(1000), 0.1),
    (warmup_schedule(0, warmup_epochs=0), 0.1),
    (warmup_cosine(0), 0.01),
    (warmup_cosine(9), 0.1),
    (warmup_cosine(10), 0.1),
    (warmup_cosine(55), 0.05005),
    (warmup_cosine(100), 0.0001),
    (warmup_cosine(0, warmup_epochs=0), 0.1),
    (one_cycle(0), 0.004),
    (one_cycle(15), 0.052),
    (one_cycle(30), 0.1),
    (one_cycle(65), 0.05 + 2e-7),
    (one_cycle(100), 4e-7),
    (one_cycle(130), 4e-7),
]


@pytest.mark.parametrize(("value", "expected"), VALUES)
def test_values_by_hand(value, expected):
    np.testing.assert_allclose(value, expected, rtol=1e-12)  # one cosine and a few products


@every_schedule
def test_an_array_of_epochs_gives_each_its_rate(schedule):
    epochs = np.linspace(0, 120, 241)
    np.testing.assert_array_equal(schedule(epochs), [schedule(epoch) for epoch in epochs])


@every_schedule
def test_rates_stay_between_zero_and_their_peak(schedule):
    rates = schedule(np.linspace(0, 200, 2001))
    assert rates.min() > 0
    np.testing.assert_allclose(rates.max(), 0.1, rtol=1e-12)


@pytest.mark.parametrize("schedule", [s for name, s in SCHEDULES.items() if name != "step"])
def test_smooth_schedules_have_no_jump(schedule):
    """In 1/100 of an epoch no rate moves further than the steepest climb does, 0.1 in 5 epochs."""
    assert np.abs(np.diff(schedule(np.linspace(0, 120, 12001)))).max() <= 0.1 / 5 / 100 * (1 + 1e-9)


def test_steps_jump_only_at_multiples_of_epochs_drop():
    rates = step_decay(np.arange(40))
    np.testing.assert_array_equal(np.flatnonzero(np.diff(rates)) + 1, [10, 20, 30])


def test_a_warmup_of_no_epochs_is_plain_cosine():
    epochs = np.linspace(0, 100, 51)
    np.testing.assert_allclose(warmup_cosine(epochs, warmup_epochs=0), cosine_annealing(epochs, 100), rtol=1e-14)


def test_every_run_may_have_its_own_peak():
    peaks = np.array([0.01, 0.1, 1.0])
    together = cosine_annealing(7, 20, lr_max=peaks, lr_min=0.0)
    np.testing.assert_array_equal(together, [cosine_annealing(7, 20, lr_max=peak, lr_min=0.0) for peak in peaks])


HOSTILE = [
    (lambda: step_decay(-1), "epoch.*-1.0"),
    (lambda: step_decay(1, initial_lr=-0.1), "initial_lr.*-0.1"),
    (lambda: step_decay(1, drop_factor=0.0), "drop_factor.*0.0"),
    (lambda: step_decay(1, drop_factor=1.5), "drop_factor.*1.5"),
    (lambda: step_decay(1, epochs_drop=0), "epochs_drop.*0.0"),
    (lambda: cosine_annealing(np.nan, 10), "epoch.*nan"),
    (lambda: cosine_annealing(1, 0), "total_epochs.*0.0"),
    (lambda: cosine_annealing(1, 10, lr_max=0.1, lr_min=0.2), "lr_min.*0.2 > 0.1"),
    (lambda: warmup_schedule(1, warmup_epochs=-1), "warmup_epochs.*-1.0"),
    (lambda: warmup_schedule([0, -2]), "epoch.*-2.0"),
    (lambda: warmup_cosine(1, total_epochs=10, warmup_epochs=10), "total_epochs.*> warmup_epochs = 10.0; got 10.0"),
    (lambda: one_cycle(1, warmup_fraction=1.0), "warmup_fraction.*1.0"),
    (lambda: one_cycle(1, start_divisor=0.5), "start_divisor.*0.5"),
]


@pytest.mark.parametrize(("call", "message"), HOSTILE)
def test_hostile_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("drops", range(1, 40))
@pytest.mark.parametrize("every", ["0.1", "0.3", "0.7", "1.1", "2.5", "10"])
def test_decimal_epochs_drop_where_decimals_say(drops, every):
    epoch = Fraction(every) * drops
    assert step_decay(float(epoch), 1.0, 0.5, float(every)) == 0.5**drops
    assert step_decay(float(epoch * Fraction(999999, 1000000)), 1.0, 0.5, float(every)) == 0.5 ** (drops - 1)
