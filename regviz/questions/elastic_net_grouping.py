"""How long the lasso stays with one of the twins."""

import numpy as np

from regviz.figures.elastic_net_grouping import Settings, lasso_knots
from regviz.knobs import grid
from regviz.questions.question import Question, whether
from regviz.wording import number, spelled

COVERED = ("lasso",)


def ask(s: Settings) -> Question:
    """Ask for the largest λ at which the lasso keeps two twins or more; where there is none, whether it ever does."""
    lambdas = grid(Settings, "lambda_")
    kept = np.count_nonzero(lasso_knots(s.n, s.copy_noise, s.noise, s.seed).at(lambdas).coefs[:, :3], axis=1)
    several = kept > 1
    if several.all() or not several.any():
        why = f"In “Lasso, on the same data” it keeps {spelled(int(kept.max()))} of the 3 twins at the most."
        text = "Does the lasso keep more than one of the three twins at any λ?"
        return whether(text, bool(several.any()), why, COVERED)
    k = int(np.flatnonzero(several)[-1])
    after = spelled(int(kept[k + 1])) if k + 1 < len(kept) else ""
    why = (
        f"In “Lasso, on the same data” {spelled(int(kept[k]))} twins are not zero at λ = {number(lambdas[k], 3)}"
        f"{f', and {after} at the next λ' if after else ''}."
    )
    text = "What is the largest λ at which the lasso keeps more than one of the three twins?"
    return Question(text, float(lambdas[k]), why, COVERED, field="lambda_")
