"""The right answers, each against a closed form or against what the page's own charts plot."""

import importlib
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from regviz import questions
from regviz.catalog import HOME, TOPICS
from regviz.data.scaled import unit_free
from regviz.data.tables import diabetes
from regviz.figures.kit import theme
from regviz.figures.optimizer_race import RACERS
from regviz.knobs import LogSlider, knobs, settled, without
from regviz.ui.topic import Shown
from regviz.wording import number


def drawn(slug, s, panel):
    """Return the traces of a chart, with the sliders above it at their defaults."""
    shown = Shown(importlib.import_module(f"regviz.figures.{slug}"))
    s = without(settled(s), *shown.module.SCRUB)
    return shown.view(s).panels[panel](s, shown.compute(s))._data


def curves(slug, s, panel, color):
    """Return x and y of the lines of one colour that are neither marks nor areas."""
    lines = [t for t in drawn(slug, s, panel) if t["mode"].startswith("lines") and "fill" not in t and len(t["x"]) > 2]
    return [(t["x"], t["y"]) for t in lines if t["line"]["color"] == color]


def at_least(s, field, limit):
    """Return the smallest value of a slider that is no smaller than a limit."""
    return min(v for v in knobs(type(s))[field].options if v >= limit * (1 - 1e-12))


def lowest(panel, color, slug, s):
    x, y = curves(slug, s, panel, color)[0]
    return float(x[np.nanargmin(y)])


def highest(panel, color, slug, s):
    x, y = curves(slug, s, panel, color)[0]
    return float(x[np.nanargmax(y)])


def ends(panel, colors, best, slug, s):
    """Return whose curve is best at its end."""
    values = {name: curves(slug, s, panel, color)[0][1][-1] for name, color in colors.items()}
    return best(values, key=values.__getitem__)


def first_zero(panel, *places):
    """Return a function that finds the first x where one of the curves, by colour and number, is exactly zero."""

    def found(slug, s):
        both = [curves(slug, s, panel, color)[k] for color, k in places]
        return float(both[0][0][np.any([y == 0 for _, y in both], axis=0)][0])

    return found


def shrunk_to_zero(slug, s):
    """Against λ|w| the minimum of a parabola at z is zero from λ = |z| on; where a share ρ is L1, from |z|/ρ on."""
    return at_least(s, "lambda_", abs(s.z) / {"l1": 1.0, "elastic net": s.l1_ratio}[s.penalty])


def lambda_max(slug, s):
    """The weights are all zero from λρ = max |xᵀy|/n on, the columns and y in units of their standard deviations."""
    X, y = unit_free(diabetes())
    share = s.l1_ratio if s.penalty == "elastic net" else 1.0
    return at_least(s, "lambda_", np.abs(X.T @ y).max() / len(y) / share)


def second_twin(slug, s):
    twins = curves(slug, s, "lasso", theme.L1)
    several = np.sum([y != 0 for _, y in twins], axis=0) > 1
    return float(twins[0][0][several][-1])


def turns(slug, s):
    """Return whether a line of the paths is both above and below zero."""
    lines = [t for t in drawn(slug, s, "paths") if t["mode"] == "lines" and t["name"]]
    apart = [np.split(t["y"], np.flatnonzero(np.isnan(t["y"]))) for t in lines]
    return "yes" if any(np.nanmin(y) < 0 < np.nanmax(y) for pieces in apart for y in pieces) else "no"


def largest_component(slug, s):
    """Return the largest component of the longest gradient, drawn in units of θ."""
    (arrow,) = [t for t in drawn(slug, s, "ball_and_box") if t["mode"] == "lines" and t["line"]["dash"] == "dash"]
    return at_least(s, "threshold", max(abs(arrow["x"][1]), abs(arrow["y"][1])) * type(s)().threshold)


def marked(panel, symbol, slug, s):
    """Return where a mark stands."""
    (mark,) = [t for t in drawn(slug, s, panel) if t["mode"] == "markers" and t["marker"]["symbol"] == symbol]
    return float(mark["x"][0])


def ahead(slug, s):
    runs = {name: curves(slug, s, "loss", racer.color)[0] for name, racer in RACERS.items() if name in s.racers}
    last = {RACERS[name].title: y[-1] for name, (x, y) in runs.items() if x[-1] == 400}
    return min(last, key=last.__getitem__)


def shrinks(slug, s):
    weights = curves(slug, s, "weights", theme.LOSS) + curves(slug, s, "weights", theme.HIGHLIGHT)
    assert len(weights) == 6
    return "yes" if any((y == 0).any() for _, y in weights) else "no"


def worst_rate(slug, s):
    worst = {name: curves(slug, s, "by_rate", color)[0][1].min() for name, color in KINDS.items()}
    return max(worst, key=worst.__getitem__)


def smallest_batch(slug, s):
    from_the_end = replace(s, epoch=20)
    shown = Shown(importlib.import_module(f"regviz.figures.{slug}"))
    traces = shown.view(s).panels["batch_sizes"](from_the_end, shown.compute(from_the_end))._data
    first = {t["name"]: t["y"][0] for t in traces if "fill" not in t}
    return max(first, key=first.__getitem__)


def rank_one(slug, s):
    """Soft thresholding takes the second eigenvalue to zero at λ = |second|, and λmax is 2."""
    return at_least(s, "strength", abs(s.second) / 2)


def of_ten_ranks(slug, s):
    x, y = curves(slug, s, "error", theme.LOSS)[0]
    return float(x[1:11][np.argmin(y[1:11])])


def enough(slug, s):
    traces = drawn(slug, s, "accuracy")
    full = next(t["y"][0] for t in traces if t["mode"] == "lines" and t["line"]["color"] == theme.TRUTH)
    x, y = curves(slug, s, "accuracy", theme.LOSS)[0]
    return float(x[y >= 0.95 * full][0])


def side(color, slug, s):
    """Return on which side of the upright line at p = n a curve without a penalty is lowest."""
    x, y = curves(slug, s, "error", color)[0]
    square = drawn(slug, s, "error")[0]["x"][0]
    at = x[np.argmin(y)]
    return "p < n" if at < square else ("p = n" if at == square else "p > n")


def rises(slug, s):
    _, y = curves(slug, s, "error", theme.faded(theme.NEUTRAL, 0.5))[0]
    return "yes" if y.max() > y[0] else "no"


def within_a_degree(slug, s):
    x, y = curves(slug, s, "angle", theme.LOSS)[0]
    return float(x[y < 1][0])


def least_norm(slug, s):
    """Gradient descent from zero stays in the span of the rows, and ends where ‖w‖₂ is least."""
    return "gradient descent"


def start(slug, s):
    colors = {"0.01": theme.TRUTH, "0.3": theme.LOSS, "1": theme.PENALTY}
    return ends("unseen", colors, min, slug, s)


def training_of_schedules(slug, s):
    figures = importlib.import_module(f"regviz.figures.{slug}")
    return ends("loss", {figures.NAMES[name]: figures.COLORS[name] for name in s.shown}, min, slug, s)


def first(panel, color, level, slug, s):
    """Return where a curve is first at or below a level."""
    x, y = curves(slug, s, panel, color)[0]
    return float(x[y <= level][0])


def flat(slug, s):
    """Return the smallest ρ whose last point in the valley, drawn for each ρ, has u² − v² below 1."""
    shown = Shown(importlib.import_module(f"regviz.figures.{slug}"))
    for radius in knobs(type(s))["radius"].options:
        at = replace(s, radius=radius)
        end = shown.view(at).panels["valley"](at, shown.compute(at))._data[2]
        if end["x"][0] ** 2 - end["y"][0] ** 2 < 1:
            return float(radius)
    return None


def gap_below_three(slug, s):
    """log(1 + K(1 − α)/α) < 3 where α > K/(K + e³ − 1)."""
    return at_least(s, "alpha", s.classes / (s.classes + np.e**3 - 1))


def crosses(slug, s):
    x, y = curves(slug, s, "weights", theme.PENALTY)[0]
    return float(x[y > 0][0])


def steep(slug, s):
    x, y = curves(slug, s, "slope", theme.PENALTY)[0]
    return "yes" if y[-1] >= 0.9 * x[-1] else "no"


def near_enough(slug, s):
    x, y = curves(slug, s, "rates", theme.PENALTY)[0]
    return float(x[y < np.radians(1)][0])


def best_of_coins(slug, s):
    """Return the first number of models of which the best is right in 60 of 100 cases, by the tails of F^m."""
    below = binom.cdf(np.arange(100), 100, 0.5)
    return at_least(s, "tried", next(m for m in range(1, 200) if (1 - below**m).mean() >= 0.6))


def fewer_signs(slug, s):
    x, y = curves(slug, s, "fix", theme.TRUTH)[0]
    return float(x[y < 0.9][0])


def better_norm(slug, s):
    means = {name: curves(slug, s, "mistake", color)[0][1] for name, color in NORMS.items()}
    return min(means, key=lambda name: means[name].mean())


def half_right(slug, s):
    x, y = curves(slug, s, "mistake", theme.SOLUTION)[0]
    return float(x[y >= 0.5][0])


def past_the_peak(slug, s):
    """Return the γ > 1 of least ‖β‖²(1 − n/p) + σ²n/(p − n − 1) with n = 40, ‖β‖² = 5 and σ = 1."""
    risks = {g: 5 * (1 - 1 / g) + 40 / (40 * g - 41) for g in knobs(type(s))["gamma"].options if g > 1}
    return min(risks, key=risks.get)


def farthest(slug, s):
    """Return the road that is farthest from ridge at the λ of the defaults, in the chart of all λ."""
    found = {name: curves(slug, s, "distance", color)[0] for name, color in ROADS.items()}
    return max(found, key=lambda name: np.interp(type(s)().lambda_, *found[name]))


ROADS = {"noisy copies": theme.HIGHLIGHT, "SGD + decay": theme.SCAD, "early stopping": theme.TRUTH}
ROADS |= {"lasso": theme.L1, "AdamW": theme.SOLUTION, "SAM": theme.NEUTRAL}
NORMS = {"ridge": theme.L2, "the lasso": theme.L1}


def first_to_leave(slug, s):
    """Return the name of the line that leaves zero at the smallest x."""
    lines = [t for t in drawn(slug, s, "figure") if t["mode"] == "lines" and len(t["x"]) > 2]
    return min(lines, key=lambda t: t["x"][t["y"] != 0][0])["name"]


def nearer_to_the_season(slug, s):
    early, shrunk, season = (t["y"] for t in drawn(slug, s, "figure") if t["mode"] == "markers")
    return "James–Stein" if np.sum((shrunk - season) ** 2) < np.sum((early - season) ** 2) else "first 45 at bats"


def highest_mark(form, slug, s):
    """Return the place of the highest mark, in the words of the choices."""
    (marks,) = [t for t in drawn(slug, s, "figure") if t["mode"] == "markers"]
    return form.format(marks["x"][np.argmax(marks["y"])])


def ranked_by_small_weights(slug, s):
    """Return the order of the curves at the default λ, in the words of the choices."""
    found = {name: curves(slug, s, "small", color)[0] for name, color in PENALTIES.items()}
    at = type(s)().strength
    order = sorted(found, key=lambda name: np.interp(at, *found[name]), reverse=True)
    return f"{order[0]} has most of them, then {order[1]}, then {order[2]}"


def best_of_four_rates(slug, s):
    x, y = curves(slug, s, "right", theme.TRUTH)[0]
    best = max((0, 0.2, 0.5, 0.8), key=lambda rate: np.interp(rate, x, y))
    return f"At p = {best:g}"


def best_over_scales(slug, s):
    means = {name: curves(slug, s, "scales", color)[0][1].mean() for name, color in KINDS.items()}
    return f"The one with {max(means, key=means.get)}"


def left_once_tuned(slug, s):
    """Return what is left of the difference at rate 0.01, from the marks of both."""
    one, own = (np.ptp(t["y"]) for t in drawn(slug, s, "tuned") if t["mode"] == "markers" and len(t["y"]) == 4)
    return "Less than a tenth" if own < one / 10 else "else"


def peaks_where_ahead(slug, s):
    """Return at which peaks the last mean of warmup + cosine is beyond both bands from that of a constant rate."""
    ahead = []
    for panel in ("low", "high"):
        shades = [t for t in drawn(slug, s, panel) if "fill" in t]
        (_, y), (_, best) = (curves(slug, s, panel, color)[0] for color in (theme.NEUTRAL, theme.SOLUTION))
        ahead.append(best[-1] - y[-1] > sum(np.ptp(shade["y"][40:42]) for shade in (shades[0], shades[4])))
    return {(False, True): "At the high peak alone", (True, True): "At both peaks"}.get(tuple(ahead), "else")


def least_of_patiences(slug, s):
    """Return the lowest of the marks and of the dashed lines of training to the end."""
    x, y = curves(slug, s, "loss", theme.TRUTH)[0]
    ends = [t for t in drawn(slug, s, "loss") if t["mode"] == "lines" and t["line"]["dash"] == "dash"]
    losses = {f"Patience {p}": np.interp(p, x, y) for p in (5, 10, 20)}
    losses |= {t["name"][0].upper() + t["name"][1:]: t["y"][0] for t in ends}
    return min(losses, key=losses.get)


PENALTIES = {"no penalty": theme.NEUTRAL, "L2": theme.L2, "L1": theme.L1}


def between(value, low, high):
    """Return the range of two cuts that a value lies in."""
    cuts = [number(cut) for cut in (low, high)]
    return (
        f"below {cuts[0]}" if value < low else f"above {cuts[1]}" if value > high else f"between {' and '.join(cuts)}"
    )


def slopes_cancel(slug, s):
    """Where loss and penalty together are least, from a parabola through what is drawn of each."""
    loss, penalty = (curves(slug, s, "problem", color)[0] for color in (theme.LOSS, theme.PENALTY))
    both = sum(np.polyfit(x[np.isfinite(y)], y[np.isfinite(y)], 2) for x, y in (loss, penalty))
    return between(-both[1] / (2 * both[0]), 0.5, 1)


def tops(slug, s, name):
    """Return the heights of bars."""
    return next(t["y"] for t in drawn(slug, s, "problem") if t["name"] == name and t["mode"] == "markers")


def above_the_threshold(slug, s):
    level = max(t["y"][0] for t in drawn(slug, s, "problem") if t["name"] == "threshold")
    return between(np.maximum(np.abs(tops(slug, s, "entry")) - level, 0).sum(), 2, 4)


def lost_in_squares(slug, s):
    kept, lost = ((tops(slug, s, name) ** 2).sum() for name in ("kept", "lost"))
    return between(np.sqrt(lost / (kept + lost)), 0.25, 0.4)


KINDS = {"plain": theme.NEUTRAL, "batch norm": theme.LOSS, "layer norm": theme.PENALTY}
GAPS = {"SGD": theme.NEUTRAL, "SGD with momentum": theme.TRUTH, "Adam": theme.HIGHLIGHT}
SCALES = {"α/r": theme.PENALTY, "α/√r": theme.LOSS}
CASES = [
    ("home", {}, partial(lowest, "errors", theme.TRUTH)),
    ("home", {"features": "rbf", "seed": 8}, partial(lowest, "errors", theme.TRUTH)),
    ("penalty_shapes", {}, shrunk_to_zero),
    ("penalty_shapes", {"penalty": "elastic net", "z": -1.0}, shrunk_to_zero),
    ("penalty_shapes", {"penalty": "l2"}, lambda slug, s: "no"),
    ("penalty_shapes", {"z": 0.0}, lambda slug, s: "yes"),
    ("constraint_balls", {}, first_zero("path", (theme.LOSS, 0), (theme.SCAD, 0))),
    ("constraint_balls", {"penalty": "l2"}, lambda slug, s: "no"),
    ("soft_threshold", {}, partial(lowest, "error", theme.TRUTH)),
    ("soft_threshold", {"rule": "hard", "signal": "tones", "basis": "cosine"}, partial(lowest, "error", theme.TRUTH)),
    ("map_priors", {}, first_zero("path", (theme.SOLUTION, 1))),
    ("map_priors", {"prior": "gaussian"}, lambda slug, s: "no"),
    ("coefficient_paths", {}, lambda_max),
    ("coefficient_paths", {"penalty": "elastic net", "l1_ratio": 0.25}, lambda_max),
    ("coefficient_paths", {"penalty": "l2"}, turns),
    ("elastic_net_grouping", {}, second_twin),
    ("elastic_net_grouping", {"copy_noise": 1.0, "seed": 3}, second_twin),
    ("choosing_lambda", {}, partial(lowest, "errors", theme.TRUTH)),
    ("ridge_numerics", {}, lambda slug, s: s.condition**-0.5),
    ("ridge_numerics", {"condition": 1e6, "p": 5}, lambda slug, s: s.condition**-0.5),
    ("ridge_numerics", {"condition": 1.0}, lambda slug, s: "no"),
    ("weight_decay", {}, partial(ends, "distance", GAPS, max)),
    ("weight_decay", {"lambda_": 3.0, "noise": 0.0, "curvature": 1}, partial(ends, "distance", GAPS, max)),
    ("optimizer_race", {}, ahead),
    ("optimizer_race", {"surface": "beale", "racers": ("sgd", "momentum", "adagrad")}, ahead),
    ("lr_schedules", {}, training_of_schedules),
    ("lr_schedules", {"shown": ("cosine",)}, partial(highest, "accuracy", theme.LOSS)),
    ("gradient_clipping", {}, largest_component),
    ("gradient_clipping", {"loss": "recurrent"}, largest_component),
    ("early_stopping", {}, partial(marked, "loss", "diamond")),
    ("early_stopping", {"run": 7}, partial(marked, "loss", "diamond")),
    ("dropout", {}, partial(highest, "accuracy", theme.TRUTH)),
    ("dropout", {"view": "curve"}, partial(lowest, "error", theme.SOLUTION)),
    ("dropout", {"view": "linear"}, shrinks),
    ("normalization", {}, worst_rate),
    ("normalization", {"view": "batches"}, smallest_batch),
    ("nuclear_norm", {}, partial(lowest, "error", theme.TRUTH)),
    ("nuclear_norm", {"view": "complete"}, partial(lowest, "error", theme.TRUTH)),
    ("nuclear_norm", {"view": "digits"}, partial(lowest, "error", theme.TRUTH)),
    ("nuclear_norm", {"view": "ball"}, rank_one),
    ("nuclear_norm", {"view": "ball", "second": 0.0}, lambda slug, s: "no"),
    ("lora_rank", {}, of_ten_ranks),
    ("lora_rank", {"view": "relabel"}, enough),
    ("lora_rank", {"view": "rotate"}, enough),
    ("lora_rank", {"view": "scale"}, partial(ends, "loss", SCALES, min)),
    ("double_descent", {}, partial(side, theme.faded(theme.NEUTRAL, 0.5))),
    ("double_descent", {"view": "samples"}, rises),
    ("double_descent", {"view": "digits"}, partial(side, theme.faded(theme.NEUTRAL, 0.5))),
    ("implicit_regularization", {}, least_norm),
    ("implicit_regularization", {"view": "margin"}, within_a_degree),
    ("implicit_regularization", {"view": "scale"}, partial(lowest, "error", theme.SOLUTION)),
    ("implicit_regularization", {"view": "stopping"}, partial(lowest, "risk", theme.PENALTY)),
    ("implicit_regularization", {"view": "factors"}, start),
    ("generalization_diagnostics", {}, partial(lowest, "loss", theme.TRUTH)),
    ("generalization_diagnostics", {"run": "D"}, partial(lowest, "loss", theme.TRUTH)),
    ("sharpness_aware", {}, partial(first, "shares", theme.PENALTY, 0)),
    ("sharpness_aware", {"view": "valley"}, flat),
    ("sharpness_aware", {"view": "digits"}, partial(highest, "accuracy", theme.SOLUTION)),
    ("sharpness_aware", {"view": "rescale"}, partial(lowest, "plain", theme.LOSS)),
    ("label_smoothing", {}, gap_below_three),
    ("label_smoothing", {"classes": 2}, gap_below_three),
    ("label_smoothing", {"view": "digits"}, partial(lowest, "calibration", theme.SOLUTION)),
    ("label_smoothing", {"view": "plane"}, partial(lowest, "spread", theme.TRUTH)),
    ("label_smoothing", {"view": "teach"}, partial(highest, "accuracy", theme.SOLUTION)),
    ("data_augmentation", {}, partial(lowest, "error", theme.TRUTH)),
    ("data_augmentation", {"view": "rotate"}, partial(lowest, "error", theme.TRUTH)),
    ("data_augmentation", {"view": "flip"}, partial(lowest, "error", theme.TRUTH)),
    ("data_augmentation", {"view": "mixup"}, partial(lowest, "error", theme.TRUTH)),
    ("data_augmentation", {"view": "noise"}, crosses),
    ("spectral_normalization", {}, steep),
    ("spectral_normalization", {"layers": "one", "activation": "relu"}, steep),
    ("spectral_normalization", {"view": "power"}, near_enough),
    ("spectral_normalization", {"view": "power", "ratio": 0.99}, lambda slug, s: "no"),
    ("spectral_normalization", {"view": "opponent"}, lambda slug, s: f"L = {s.limit}"),
    ("spectral_normalization", {"view": "digits"}, partial(highest, "shares", theme.SOLUTION)),
    ("spectral_normalization", {"view": "digits", "radius": 1.0}, lambda slug, s: "no"),
    ("equivalences", {}, farthest),
    ("equivalences", {"noise": 2.0, "seed": 3}, farthest),
    ("common_mistakes", {}, best_of_coins),
    ("common_mistakes", {"view": "assumptions"}, fewer_signs),
    ("common_mistakes", {"view": "objective"}, partial(lowest, "fix", theme.TRUTH)),
    ("common_mistakes", {"view": "norms"}, better_norm),
    ("common_mistakes", {"view": "units"}, partial(highest, "by_unit", theme.PENALTY)),
    ("common_mistakes", {"view": "seeds"}, partial(first, "fix", theme.TRUTH, 0.1)),
    ("common_mistakes", {"view": "smoothing"}, lambda slug, s: at_least(s, "beta", 0.75 + 1e-6)),
    ("common_mistakes", {"view": "theory"}, past_the_peak),
    ("common_mistakes", {"view": "state"}, half_right),
    ("common_mistakes", {"view": "precision"}, lambda slug, s: at_least(s, "decay", 2**-9 + 1e-9)),
    ("famous_figures", {}, first_to_leave),
    ("famous_figures", {"view": "averages"}, nearer_to_the_season),
    ("famous_figures", {"view": "digits"}, partial(highest_mark, "p = {:g}")),
    ("experiment_sheets", {}, ranked_by_small_weights),
    ("experiment_sheets", {"view": "dropout"}, best_of_four_rates),
    ("experiment_sheets", {"view": "normalization"}, best_over_scales),
    ("experiment_sheets", {"view": "optimizers"}, left_once_tuned),
    ("experiment_sheets", {"view": "schedules"}, peaks_where_ahead),
    ("experiment_sheets", {"view": "patience"}, least_of_patiences),
    ("exercises", {}, slopes_cancel),
    ("exercises", {"view": "soft_threshold", "seed": 4, "row": 9}, above_the_threshold),
    ("exercises", {"view": "lora_rank", "seed": 2}, lost_in_squares),
]


@pytest.mark.parametrize(
    ("slug", "changes", "right"), [pytest.param(*case, id=f"{case[0]}-{i}") for i, case in enumerate(CASES)]
)
@pytest.mark.underflows
def test_the_answer_is_what_the_charts_show(slug, changes, right):
    shown = Shown(importlib.import_module(f"regviz.figures.{slug}"))
    s = replace(shown.module.Settings(), **changes)
    question = importlib.import_module(f"regviz.questions.{slug}").ask(without(settled(s), *shown.module.SCRUB))
    expected = right(slug, s)
    assert question.answer == (expected if isinstance(expected, str) else pytest.approx(expected, rel=1e-5))
    asked = shown.question(s)
    assert asked["choices"][asked["right"]] == nearest(shown, s, question.field, expected)


def nearest(shown, s, field, expected):
    """Return the word of an answer, or of the place on the slider that is nearest to it."""
    if isinstance(expected, str):
        return expected
    knob = knobs(type(s))[field]
    scale = np.log if isinstance(knob, LogSlider) and expected > 0 else np.asarray
    with np.errstate(divide="ignore"):  # a slider may begin with 0, whose logarithm is as far off as can be
        steps = np.abs(scale(np.array(knob.options, dtype=float)) - scale(expected))
    return number(knob.options[int(np.argmin(steps))])


def test_every_topic_has_a_right_answer_tested():
    asking = {p.stem for p in Path(questions.__file__).parent.glob("*.py")} - {"__init__", "question"}
    assert {case[0] for case in CASES} == asking & {row.slug for row in (HOME, *TOPICS)}


def test_who_is_not_alone_in_front_is_counted():
    """At rounding several are level, and the question is how many."""
    shown = Shown(importlib.import_module("regviz.figures.optimizer_race"))
    s = shown.module.Settings(surface="saddle", speed=1.78)
    asked = shown.question(s)
    level = sum(curves("optimizer_race", s, "loss", racer.color)[0][1][-1] <= 1e-16 for racer in RACERS.values())
    assert asked["text"].startswith("How many")
    assert asked["choices"][asked["right"]] == str(level)
