"""One test for each line of "what to notice" on the page; the rates made anew; the moments explain the step."""

from dataclasses import replace

import numpy as np
import pytest
from claims import claim, random_settings

from regviz.descent import optimizers
from regviz.descent.races import ADAPTIVE, RULES, STEPS, race
from regviz.descent.surfaces import SURFACES, descend
from regviz.figures import optimizer_race as topic
from regviz.figures.optimizer_race import FLOOR, NAMES, RACERS, Settings, rate_of, start_of

pytestmark = pytest.mark.underflows  # runs that have arrived
MAKERS = {name: getattr(optimizers, name) for name in RULES}
PLAIN = ("sgd", "momentum", "nesterov")
TRIED = np.array([m * 10.0**k for k in range(-4, 1) for m in (1, 2, 5)])
LIMITS = {"sgd": 2.0, "momentum": 2 * 1.9, "nesterov": 2 * 1.9 / 2.8}


def together(name, states):
    """Return the runs of one optimizer from all these settings of one surface, as one batch."""
    rates = np.array([[rate_of(s, name)] for s in states])
    return descend(SURFACES[states[0].surface], MAKERS[name](rates), [start_of(s) for s in states], STEPS)


def runs(**settings):
    return topic.compute(Settings(**settings)).runs


@claim(
    "On the quadratic, from the default start and at the stated rates, SGD creeps along the flat direction. "
    "Momentum ends far below it."
)
def test_momentum_ends_far_below_sgd_on_the_quadratic():
    r = runs(surface="quadratic")
    assert r["momentum"].loss[-1] < 1e-9 * r["sgd"].loss[-1]
    assert abs(r["sgd"].w[60, 0]) > 100 * abs(r["sgd"].w[60, 1])  # what is left to do lies along the flat direction


@claim(
    "There no rate past 2/h lets SGD settle, where h = 100 is the steepest curvature. Momentum 0.9 bears "
    "2 · 1.9/h, and Nesterov, for all its speed, only 2 · 1.9/(2.8 h)."
)
@pytest.mark.parametrize("name", PLAIN)
def test_each_has_its_own_limit_on_the_quadratic(name):
    """By the spectral radius of the recursion of the last two points, and by running it."""
    just = np.array([[0.95], [1.05]]) * LIMITS[name]

    def radius(a):
        """The largest root of w' = (1 + μ − a)w − μw₋₁, and of Nesterov's, whose gradient is taken ahead."""
        rows = {
            "sgd": [1 - a, 0.0],
            "momentum": [1.9 - a, -0.9],
            "nesterov": [1.9 * (1 - a), -0.9 * (1 - a)],
        }
        return np.abs(np.linalg.eigvals([rows[name], [1.0, 0.0]])).max()

    assert radius(just[0, 0]) < 1 < radius(just[1, 0])
    assert radius(LIMITS[name]) == pytest.approx(1)
    d = descend(SURFACES["quadratic"], MAKERS[name](just / 100), [(0.0, 1.0)] * 2, STEPS)
    assert d.loss[0, -1] < 1e-3 * d.loss[0, 0]
    assert np.nanmax(d.loss[1]) > 1e3 * d.loss[1, 0]


@claim(
    "On Rosenbrock, from the default start and at the stated rates, all are down in the valley by iteration 40. "
    "Then Adam outruns SGD along its floor."
)
def test_adam_outruns_sgd_along_the_valley():
    r = runs()
    for one in r.values():
        later = one.w[40:]
        assert np.all(np.abs(later[:, 1] - later[:, 0] ** 2) < 0.15)  # on the floor y = x²
    assert r["adam"].loss[-1] < 0.05 * r["sgd"].loss[-1]


@claim(
    "RMSProp at a fixed rate does not settle: from the default start and at the stated rates its steps stay of the "
    "order of η, and on the quadratic its loss stops falling."
)
@pytest.mark.parametrize("surface", NAMES)
def test_rmsprop_does_not_settle(surface):
    one = runs(surface=surface)["rmsprop"]
    late = np.abs(np.diff(one.w[-40:], axis=0)).max()
    assert late > 0.1 * one.rate


@claim(
    "RMSProp at a fixed rate does not settle: from the default start and at the stated rates its steps stay of the "
    "order of η, and on the quadratic its loss stops falling."
)
def test_rmsprop_stops_falling_on_the_quadratic():
    loss = runs(surface="quadratic")["rmsprop"].loss
    assert loss[300:].min() > 0.1 * loss[100:200].min()


@claim("AdaGrad adds up every squared gradient, so its √v never falls.")
@pytest.mark.parametrize("surface", NAMES)
def test_adagrad_never_forgets(surface):
    d = together("adagrad", random_settings(Settings, surface=surface))
    steps = np.diff(d.v, axis=1)
    assert np.all(steps[np.isfinite(steps)] >= 0)
    np.testing.assert_allclose(d.v, np.cumsum(d.gradient**2, axis=1), rtol=1e-10)


@claim("On Rosenbrock, from the default start and at the stated rates, AdaGrad ends behind Adam.")
def test_adagrad_ends_behind_adam_on_rosenbrock():
    r = runs()
    assert r["adagrad"].loss[-1] > 10 * r["adam"].loss[-1]


@claim(
    "On Rosenbrock, from the default start, SGD, momentum and Nesterov diverge at ten times the rates. The four "
    "that divide by √v do not."
)
def test_ten_times_the_rates():
    r = runs(speed=10.0)
    assert all(r[name].diverged for name in PLAIN)
    assert not any(r[name].diverged for name in ADAPTIVE)


@claim(
    "AdamW also pulls the weights to 0. On Beale, from the default start and at the stated rates, it hangs back "
    "from the minimum that Adam reaches."
)
def test_adamw_hangs_back():
    r = runs(surface="beale")
    assert r["adamw"].loss[-1] > 1e6 * r["adam"].loss[-1]
    assert np.linalg.norm(r["adamw"].w[-1]) < np.linalg.norm(r["adam"].w[-1])


@claim("From exactly y = 0 the gradient of the saddle has no part in y, and no optimizer ever leaves the line.")
@pytest.mark.parametrize("name", RACERS)
def test_the_line_of_the_saddle_is_never_left(name):
    d = together(name, random_settings(Settings, surface="saddle", saddle_y=0.0))
    y = d.w[..., 1]
    assert np.all(y[np.isfinite(y)] == 0)
    assert np.isfinite(y[:, :2]).all()


@pytest.mark.parametrize("name", RACERS)
@pytest.mark.parametrize("surface", NAMES)
def test_the_rates_follow_the_rule(surface, name):
    grid, start = TRIED[:, None], start_of(Settings(surface=surface))
    d = descend(SURFACES[surface], MAKERS[name](grid), np.tile(start, (len(TRIED), 1)), STEPS)
    scores = [
        np.log10(np.maximum(loss, FLOOR)).mean() if last == STEPS and loss.max() <= loss[0] else np.inf
        for loss, last in zip(d.loss, d.last, strict=True)
    ]
    assert RACERS[name].rates[list(NAMES).index(surface)] == pytest.approx(TRIED[int(np.argmin(scores))])


@pytest.mark.parametrize("surface", NAMES)
@pytest.mark.parametrize("name", ADAPTIVE)
def test_the_moments_explain_the_step(name, surface):
    one = race(surface, start_of(Settings(surface=surface)), {name: 0.1}, ((), ()))[name]
    step = -one.rate * one.first / one.second
    decay = 0.01 * one.rate * one.w if name == "adamw" else 0.0
    # in the later run of a steep coordinate steps are differences of points a million times larger
    np.testing.assert_allclose(np.diff(one.w, axis=0), (step - decay)[:-1], rtol=1e-7, atol=1e-13)


@pytest.mark.parametrize("chosen", [(), ("adagrad",), ("sgd", "adamw")])
def test_any_subset_races(chosen):
    s = Settings(racers=chosen)
    r = topic.compute(s)
    assert list(r.runs) == [name for name in RACERS if name in chosen or name == s.moments]
    labels = [trace["name"] for trace in topic.draw_plane(s, r)._data if trace["showlegend"]]
    assert [label.split(",")[0] for label in labels] == [RACERS[name].title for name in chosen]


def test_divergence_is_drawn_up_to_where_it_ends_and_told():
    s = Settings(speed=10.0, iteration=100)
    r = topic.compute(s)
    last = len(r.runs["sgd"].loss) - 1
    assert f"SGD at iteration {last + 1}" in topic.caption(s, r)
    marks = [t for t in topic.draw_loss(s, r)._data if t.get("marker", {}).get("symbol") == "x"]
    assert last in marks[0]["x"]
    before = topic.compute(replace(s, iteration=0))
    assert "diverged" not in topic.caption(replace(s, iteration=0), before)


def test_one_rate_would_compare_nothing():
    start = start_of(Settings(surface="quadratic"))
    assert race("quadratic", start, {"sgd": 0.1}, ((), ()))["sgd"].diverged
    assert RACERS["adagrad"].rates[1] == 2
    assert race("quadratic", start, {"adagrad": 0.1}, ((), ()))["adagrad"].loss[-1] > 1e10 * max(
        runs(surface="quadratic")["adagrad"].loss[-1], FLOOR
    )


@pytest.mark.parametrize("surface", NAMES)
def test_at_the_start_all_are_level(surface):
    s = Settings(surface=surface, iteration=0)
    told = topic.caption(s, topic.compute(s))
    assert "SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam and AdamW are level with loss" in told
    assert "last" not in told
    assert "leads" not in told


def test_below_the_floor_all_have_arrived():
    s = Settings(surface="quadratic", iteration=400)
    r = topic.compute(s)
    assert max(r.runs[name].loss[400] for name in ("momentum", "nesterov", "adagrad", "adam", "adamw")) < FLOOR
    told = topic.caption(s, r)
    assert "Momentum, Nesterov, AdaGrad, Adam and AdamW have arrived, with loss below 10⁻¹⁶" in told
    assert "RMSProp is last" in told
    order = [name for name, _ in topic.standing(s, r)]
    assert order == ["momentum", "nesterov", "adagrad", "adam", "adamw", "sgd", "rmsprop"]


def test_one_alone_is_not_last():
    s = Settings(racers=("sgd",))
    assert "last" not in topic.caption(s, topic.compute(s))


def test_the_leader_has_the_least_loss():
    s = Settings(surface="saddle", iteration=40)
    r = topic.compute(s)
    best = min(RACERS, key=lambda name: r.runs[name].loss[40])
    assert f"{RACERS[best].title} leads" in topic.caption(s, r)
