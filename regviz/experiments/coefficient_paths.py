"""Whole paths on one table, each point proved optimal, and the lasso's steps in words."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from regviz.checks import Array
from regviz.data.scaled import unit_free
from regviz.data.tables import Table, diabetes
from regviz.linear.certificates import kkt_residual
from regviz.linear.degrees_of_freedom import Knot, effective_df, knots_of
from regviz.linear.paths import Path, elastic_net_path, lasso_path, ridge_path
from regviz.memory import beside, once
from regviz.progress import telling
from regviz.wording import number

NORM = 3460.0
"""‖w‖₁ of least squares on the diabetes table, as Efron et al. 2004 print it"""


@dataclass(frozen=True, eq=False)
class Solved:
    """A path at `lambdas` (m,): weights (m, p), and what they explain, their effective df and their nonzeros (m,).

    `effects` (m, p) are the weights times the standard deviations of their features: what is drawn, for they compare.
    `now` (k,) finds the options of the strength knob among `lambdas`; `lasso` and `ridge` (k, p) are the effects
    of both at these options; `residuals` (k,) are the violations of optimality. `knots` are those of a lasso path;
    `unexplained` is the error variance σ² that all columns leave, NaN where they leave no row for it.
    """

    lambdas: Array
    coefs: Array
    effects: Array
    explained: Array
    df: Array
    counts: np.ndarray
    now: np.ndarray
    lasso: Array
    ridge: Array
    residuals: Array
    knots: tuple[Knot, ...]
    n: int
    unexplained: float

    @property
    def cp(self) -> Array:
        """Mallows' Cp (m,) as a mean square: training error + 2σ²(df + 1)/n. Source: Mallows 1973."""
        return 1 - self.explained + 2 * self.unexplained * (self.df + 1) / self.n

    @property
    def least_cp(self) -> float:
        """The λ of least Cp; NaN where it is not known."""
        return float(self.lambdas[np.argmin(self.cp)]) if np.isfinite(self.unexplained) else float("nan")


def lasso(table: Table, standardise: bool, least: float) -> Path:
    """Return the exact lasso path from λ_max down to λ = least."""
    make = partial(lasso_path, least=least)
    return beside(table).recall(("lasso", standardise, least), lambda: make(*unit_free(table, standardise)))


def steps(table: Table, standardise: bool, least: float) -> tuple[Knot, ...]:
    """Return every change of the lasso's support down to λ = least, in order of falling λ."""
    return knots_of(lasso(table, standardise, least))


def solve(table: Table, standardise: bool, rho: float, options: Array) -> Solved:
    """Return the path at `options` of λ, between them and, for the lasso, at its knots; once for each table."""
    key = ("path", rho, standardise, options.tobytes())
    return beside(table).recall(key, lambda: _solve(table, standardise, rho, options))


def _solve(table: Table, standardise: bool, rho: float, options: Array) -> Solved:
    X, y = unit_free(table, standardise)
    exact, spread_of = lasso(table, standardise, float(options[0])), X.std(axis=0)
    inside = exact.lambdas[(exact.lambdas > options[0]) & (exact.lambdas < options[-1])] if rho == 1 else []
    lambdas = np.unique(np.concatenate([options, np.sqrt(options[1:] * options[:-1]), inside]))
    coefs = (exact.at(lambdas) if rho == 1 else elastic_net_path(X, y, rho, lambdas)).coefs
    now, G, q = np.searchsorted(lambdas, options), X.T @ X / len(y), X.T @ y / len(y)
    return Solved(
        lambdas=lambdas,
        coefs=coefs,
        effects=coefs * spread_of,
        explained=np.clip(((2 * q - coefs @ G) * coefs).sum(axis=1) / (y**2).mean(), 0.0, 1.0),
        df=effective_df(X, coefs, lambdas, rho),
        counts=np.count_nonzero(coefs, axis=1),
        now=now,
        lasso=exact.at(options).coefs * spread_of,
        ridge=ridge_path(X, y, options).coefs * spread_of,
        n=len(y),
        unexplained=_unexplained(X, y),
        residuals=_residuals(X, y, coefs[now], lambdas[now], rho),
        knots=tuple(k for k in knots_of(exact) if k.lambda_ <= lambdas[-1]) if rho == 1 else (),
    )


def _unexplained(X: Array, y: Array) -> float:
    """Return the unbiased error variance of least squares on all columns; NaN where no row is left over for it."""
    w, _, rank, _ = np.linalg.lstsq(X, y)
    left = len(y) - 1 - int(rank)
    return float(np.sum((y - X @ w) ** 2) / left) if left > 0 else float("nan")


def _residuals(X: Array, y: Array, coefs: Array, lambdas: Array, rho: float) -> Array:
    """Return how far each of the weights (k, p) is from optimal at its λ (k,)."""
    tell, found = telling("Proving each fit optimal"), np.empty(len(lambdas))
    for i, (w, lam) in enumerate(zip(coefs, lambdas, strict=True)):
        found[i] = kkt_residual(X, y, w, lam, rho)
        tell(i + 1, len(lambdas))
    return found


def told(table: Table, step: Knot) -> str:
    """Return one step of the lasso in words."""
    sign = "enters" if step.enters else "back to zero"
    return f"{table.names[step.feature]} {sign} at {number(step.lambda_, 3)}"


def steps_in_words(table: Table, least: float, most: int) -> dict[str, list]:
    """Return the first steps of the lasso, column by column: on standardised features and in their own units."""
    both = [[told(table, step) for step in steps(table, flag, least)][:most] for flag in (True, False)]
    rows = max(map(len, both))
    standard, raw = ([*said, *[""] * (rows - len(said))] for said in both)
    return {"step": [*range(1, rows + 1)], "λ falls, features standardised": standard, "in their own units": raw}


def largest(path: Solved, most: int) -> np.ndarray:
    """Return the places of the weights that become largest along the path, in column order."""
    return np.sort(np.argsort(-np.abs(path.effects).max(axis=0), kind="stable")[:most])


def histogram(w: Array, reach: float, slots: int) -> Array:
    """Return counts in `slots` bins from −reach to 0, of exact zeros, and in as many from 0 to reach."""
    place = np.sign(w) * np.ceil(np.abs(w) / reach * slots)
    return np.array([np.count_nonzero(place == slot) for slot in range(-slots, slots + 1)], dtype=float)


@once(most=1)
def in_their_units() -> Path:
    """Return the exact path on the diabetes table as Efron et al. have it: columns of length 1, λ times n."""
    table = diabetes()
    X = table.X - table.X.mean(axis=0)
    path = lasso_path(X / np.linalg.norm(X, axis=0), table.y - table.y.mean())
    return Path(path.lambdas * len(X), path.coefs, path.intercepts)
