"""The mathematics of regularization, exact and small.

Notation, the same in code, figures and text:

    X (n, p), y (n,)     design and response
    w (p,), b            weights and intercept; b is never penalised
    lambda_ (λ)          strength of the penalty
    l1_ratio (ρ)         share of the L1 part in the elastic net
    learning_rate (η)    step of a descent method
    objective            (1/2n)‖y − Xw − b‖² + λ [ρ‖w‖₁ + (1−ρ)/2 ‖w‖₂²]
"""

from regviz.certificates import duality_gap, kkt_residual
from regviz.conventions import from_convention, to_convention, translations
from regviz.homotopy import PathError
from regviz.linear_models import (
    DivergenceError,
    ElasticNetRegression,
    LassoRegression,
    RidgeRegression,
    ridge_closed_form,
    stability_limit,
)
from regviz.paths import Path, elastic_net_path, lambda_max, lasso_path, ridge_path
from regviz.penalties import (
    elastic_net_gradient,
    elastic_net_penalty,
    l1_gradient,
    l1_penalty,
    l2_gradient,
    l2_penalty,
    lq_gradient,
    lq_penalty,
    mcp_gradient,
    mcp_penalty,
    scad_gradient,
    scad_penalty,
)
from regviz.projections import project_box, project_l1_ball, project_l2_ball
from regviz.proximal import (
    hard_threshold,
    prox_elastic_net,
    prox_group,
    prox_l2,
    prox_lq,
    prox_mcp,
    prox_scad,
    soft_threshold,
)
from regviz.selection import CVResult, cross_validate, fold_labels

__version__ = "1.0.0"

__all__ = [
    "CVResult",
    "DivergenceError",
    "ElasticNetRegression",
    "LassoRegression",
    "Path",
    "PathError",
    "RidgeRegression",
    "cross_validate",
    "duality_gap",
    "elastic_net_gradient",
    "elastic_net_path",
    "elastic_net_penalty",
    "fold_labels",
    "from_convention",
    "hard_threshold",
    "kkt_residual",
    "l1_gradient",
    "l1_penalty",
    "l2_gradient",
    "l2_penalty",
    "lambda_max",
    "lasso_path",
    "lq_gradient",
    "lq_penalty",
    "mcp_gradient",
    "mcp_penalty",
    "project_box",
    "project_l1_ball",
    "project_l2_ball",
    "prox_elastic_net",
    "prox_group",
    "prox_l2",
    "prox_lq",
    "prox_mcp",
    "prox_scad",
    "ridge_closed_form",
    "ridge_path",
    "scad_gradient",
    "scad_penalty",
    "soft_threshold",
    "stability_limit",
    "to_convention",
    "translations",
]
