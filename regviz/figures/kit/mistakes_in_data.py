"""Mistakes with data, each beside its repair: what was run and the option on show in, a figure out."""

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.experiments import common_mistakes as runs
from regviz.figures.kit import theme
from regviz.figures.kit.edges import followed
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import averaged, axis, bars, figure, line, points, rule, upright
from regviz.wording import number, pair

SHARE = (-0.03, 1.12)
ROWS = axis("rows n", (24, 13_000), log=True, showgrid=False)
NUMBERS = axis("irrepresentable number", (-0.05, 1.45), showgrid=False)
NONZEROS = axis("nonzero weights k", (2, 72), showgrid=False)
UNITS = axis("bmi times", (7e-4, 1.4e3), log=True, showgrid=False, dtick=2)
COUNTS = axis("seeds each", (0, 31), showgrid=False)
TRIES = axis("models tried m", (-4, 204), showgrid=False)
RATIOS = axis("features per sample γ", (0, 6.2), showgrid=False)
HIGHEST = 8.0  # excess risk on show


def more_rows(r: runs.Signs, k: int) -> go.Figure:
    """Draw the share of right signs against the rows."""
    share = r.shares[k]
    traces = [
        rule([24, 13_000], [0.5, 0.5], theme.NEUTRAL, "a coin", dash="dash"),
        words([28], [0.4], ["a coin"], theme.NEUTRAL, "middle right", 12),
        line(runs.ROWS, share, theme.PENALTY, said="right signs"),
        points(runs.ROWS, share, theme.PENALTY, said="right signs", size=7),
    ]
    alt = f"Share of right signs from 30 to 10 000 rows: {', '.join(number(v, 2) for v in share)}."
    return figure(traces, title="Mistake: take more rows", alt=alt, x=ROWS, y=axis("", SHARE))


def number_first(r: runs.Signs, k: int) -> go.Figure:
    """Draw the share of right signs against the irrepresentable number."""
    curves = [
        upright(1, SHARE, said="limit"),
        line(runs.NUMBERS, r.shares[:, 1], theme.faded(theme.TRUTH, 0.5), said="n = 100"),
        line(runs.NUMBERS, r.shares[:, -1], theme.TRUTH, said="n = 10 000"),
        words([0.74, 0.98], [0.85, 1.06], ["n = 100", "n = 10 000"], theme.TRUTH, "middle left", 12),
    ]
    return followed(NUMBERS, runs.NUMBERS, k, curves, [r.shares[k, -1]], "Fix: the number first", span=SHARE)


def _risks(curves: dict[str, tuple[Array, str]], k: int, title: str) -> go.Figure:
    traces = [t for name, (values, c) in curves.items() for t in averaged(runs.NONZEROS, values, c, said=name)]
    ends = [float(values[-1].mean()) for values, _ in curves.values()]
    traces.append(words([62] * len(ends), ends, list(curves), [c for _, c in curves.values()], "middle right", 12))
    now = [float(values[k].mean()) for values, _ in curves.values()]
    return followed(NONZEROS, runs.NONZEROS, k, traces, now, title, span=(0, 5.3))


def one_norm(r: runs.Norms, k: int) -> go.Figure:
    """Draw the excess risk of ridge and of the lasso."""
    both = {"ridge": (r.ridge, theme.L2), "lasso": (r.lasso, theme.L1)}
    return _risks(both, k, "Mistake: one norm")


def either_norm(r: runs.Norms, k: int) -> go.Figure:
    """Draw the excess risk of the norm that new rows prefer."""
    return _risks({"either": (r.chosen, theme.TRUTH)}, k, "Fix: new rows choose")


def _effects(r: runs.Scaled, effects: Array, title: str) -> go.Figure:
    at = np.arange(len(r.names))
    other = at != r.bmi
    traces = [
        bars(at[other], effects[other], theme.LOSS, said="effect w·s"),
        bars(at[[r.bmi]], effects[[r.bmi]], theme.SOLUTION, said="effect of bmi"),
    ]
    alt = f"{title}: effects {', '.join(f'{n} {number(e, 3)}' for n, e in zip(r.names, effects, strict=True))}."
    names = axis("", (-0.7, len(at) - 0.3), tickvals=at.tolist(), ticktext=list(r.names), showgrid=False)
    return figure(traces, title=title, alt=alt, x=names, y=axis("effect w·s", (-50, 68)))


def raw_units(r: runs.Scaled, k: int) -> go.Figure:
    """Draw the effects where bmi keeps its unit."""
    return _effects(r, r.effects[k], "Mistake: units as they come")


def standard_units(r: runs.Scaled, k: int) -> go.Figure:
    """Draw the effects where every column is standardised."""
    return _effects(r, r.fixed_effects, "Fix: standardise")


def error_by_unit(r: runs.Scaled, k: int) -> go.Figure:
    """Draw the cross-validated error against the unit."""
    curves = [
        rule([7e-4, 1.4e3], [r.fixed_error] * 2, theme.TRUTH, "standardised", dash="dash"),
        words([1], [2880], ["standardised"], theme.TRUTH, "middle center", 12),
        line(runs.UNITS, r.errors, theme.PENALTY, said="in its unit"),
    ]
    return followed(UNITS, runs.UNITS, k, curves, [r.errors[k]], "Cross-validated error", span=(2800, 4050))


def one_seed(r: runs.Luck, k: int) -> go.Figure:
    """Draw every comparison of one seed with one seed, and the mean of the first few."""
    narrow, wide = (side.ravel() for side in np.meshgrid(*r.accuracy))
    wrong, n = wide < narrow, int(runs.COUNTS[k])
    low, high = float(r.accuracy.min()) - 0.004, float(r.accuracy.max()) + 0.004
    mean = r.accuracy[:, :n].mean(axis=1)
    traces = [
        points(narrow[~wrong], wide[~wrong], theme.faded(theme.LOSS, 0.3), said="24 units not ahead", size=4),
        points(narrow[wrong], wide[wrong], theme.faded(theme.PENALTY, 0.5), said="24 units ahead", size=4),
        line([low, high], [low, high], theme.NEUTRAL, said="equal", dash="dash", width=1),
        points(*mean[:, None], theme.SOLUTION, said="mean of seeds", size=13, symbol="cross"),
    ]
    alt = f"Accuracy of 24 and 32 units, every seed with every seed; the first {n} of each have means {pair(mean, 4)}."
    axes = {name: axis(f"accuracy, {w} units", (low, high)) for name, w in zip("xy", runs.WIDTHS, strict=True)}
    return figure(traces, title="Mistake: one seed each", alt=alt, **axes)


def more_seeds(r: runs.Luck, k: int) -> go.Figure:
    """Draw the share of wrong verdicts against the seeds."""
    curves = [line(runs.COUNTS, r.wrong, theme.TRUTH, said="wrong verdicts")]
    return followed(COUNTS, runs.COUNTS, k, curves, [r.wrong[k]], "Fix: wrong verdicts by seeds", span=(0, 0.52))


def _score(values: Array, curve: Array, k: int, color: str, title: str) -> go.Figure:
    curves = [
        *averaged(runs.TRIES, values, color, said="mean of 400 repeats"),
        line(runs.TRIES, curve, theme.NEUTRAL, said="exact", dash="dash", width=1.5),
    ]
    return followed(TRIES, runs.TRIES, k, curves, [float(values[k].mean())], title, span=(0.45, 0.7))


def on_test(r: runs.Chance, k: int) -> go.Figure:
    """Draw the winner's score where it won."""
    return _score(r.best, r.exact, k, theme.SOLUTION, "Mistake: the best on the test set")


def on_fresh(r: runs.Chance, k: int) -> go.Figure:
    """Draw the winner's score on fresh cases."""
    half = np.full(len(runs.TRIES), 0.5)
    return _score(r.fresh, half, k, theme.TRUTH, "Fix: the same on fresh cases")


def _risk(r: runs.Theory, k: int, curve: Array, name: str, color: str, title: str) -> go.Figure:
    traces = [
        upright(1, (0, 6.6), said="p = n"),
        words([1.08], [0.35], ["p = n"], theme.NEUTRAL, "middle right", 12),
        line(runs.RATIOS, np.where(curve < HIGHEST, curve, np.nan), color, said=name),
        points(runs.RATIOS, np.where(r.run < HIGHEST, r.run, np.nan), theme.faded(theme.LOSS, 0.6), said="run", size=6),
    ]
    return followed(RATIOS, runs.RATIOS, k, traces, [float(r.run[k])], title, span=(0, HIGHEST))


def textbook(r: runs.Theory, k: int) -> go.Figure:
    """Draw the risk of least squares with fewer features than samples, and the runs."""
    few = np.where(runs.RATIOS < 1, r.exact, np.nan)
    return _risk(r, k, few, "σ²p/(n − p − 1)", theme.SOLUTION, "Mistake: theory ends at p = n")


def least_norm(r: runs.Theory, k: int) -> go.Figure:
    """Draw the exact risk of the least norm, and the runs."""
    return _risk(r, k, r.exact, "exact", theme.TRUTH, "Fix: theory of the least norm")
