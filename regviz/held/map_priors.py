"""The mode as a penalised solution, and the mean of a Gaussian posterior in closed form."""

import numpy as np

from regviz.against import Row
from regviz.figures.map_priors import Result, Settings, prior_of
from regviz.linear.plane import solve_elastic_net


def rows(s: Settings, r: Result) -> list[Row]:
    """Return w₁ of the mode and, under a Gaussian prior, of the mean."""
    q, k = r.posterior, r.now
    _, rho = prior_of(s)
    found = []
    if rho is not None:  # around the centre m the problem in w − m is a penalised one
        moved = solve_elastic_net(q.H, q.c - q.H @ q.centre, np.array([s.lambda_]), rho)[0] + q.centre
        found.append(Row("w₁ of the MAP", float(moved[0]), float(r.path.modes[k, 0]), "the penalised problem in w − m"))
    if rho == 0:
        mean = np.linalg.solve(q.H + s.lambda_ * np.eye(2), q.c + s.lambda_ * q.centre)
        found.append(Row("w₁ of the mean", float(mean[0]), float(r.path.means[k, 0]), "Bishop 2006, eq. 3.53"))
    return found
