"""How long a clipped step is, and by how much clipping by value turns a gradient."""

import numpy as np

from regviz.against import Row
from regviz.figures.gradient_clipping import Result, Settings

PASCANU = "ηθ, Pascanu, Mikolov and Bengio 2013, algorithm 1"


def rows(s: Settings, r: Result) -> list[Row]:
    """Return both, where the threshold is felt."""
    d, g, found = r.runs.descent, np.abs(r.runs.steepest), []
    run = r.rows["by norm"]
    if np.linalg.norm(d.gradient[run], axis=-1).max() > s.threshold:
        longest = float(np.linalg.norm(np.diff(d.w[run], axis=0), axis=-1).max())
        found.append(Row("longest step, clipped by norm", s.learning_rate * s.threshold, longest, PASCANU))
    if g.max() > s.threshold:
        cut = np.minimum(g, s.threshold)
        exact = abs(float(np.degrees(np.arctan2(cut[1], cut[0]) - np.arctan2(g[1], g[0]))))
        found.append(Row("bent by value, degrees", exact, float(r.runs.bent[r.k]), "each part is cut to θ"))
    return found
