"""The mathematics of regularization, exact and small.

Notation, the same in code, figures and text:

    X (n, p), y (n,)     design and response
    w (p,), b            weights and intercept; b is never penalised
    lambda_ (λ)          strength of the penalty
    l1_ratio (ρ)         share of the L1 part in the elastic net
    learning_rate (η)    step of a descent method
    objective            (1/2n)‖y − Xw − b‖² + λ [ρ‖w‖₁ + (1−ρ)/2 ‖w‖₂²]
"""

from regviz.data.splits import Split, split
from regviz.descent.clipping import clip_by_norm, clip_by_value
from regviz.descent.implicit_bias import (
    diagonal_net_solution,
    flow_risk,
    logistic_flow,
    margin_offset,
    max_margin_2d,
    q_alpha,
    ridge_risk,
)
from regviz.descent.optimizers import (
    Optimizer,
    adagrad,
    adam,
    adamw,
    momentum,
    nesterov,
    rmsprop,
    sgd,
    sgd_with_weight_decay,
)
from regviz.descent.schedules import cosine_annealing, one_cycle, step_decay, warmup_cosine, warmup_schedule
from regviz.descent.sharpness import (
    hessian_vector_product,
    sam_edge,
    sam_perturbation,
    sam_step,
    top_eigenvalue,
    top_hessian_eigenvalue,
)
from regviz.linear.certificates import duality_gap, kkt_residual
from regviz.linear.completion import hard_impute, nuclear_gap, soft_impute_path, svt_completion, svt_risk_estimate
from regviz.linear.conventions import from_convention, from_glmnet, to_convention, to_glmnet, translations
from regviz.linear.homotopy import PathError
from regviz.linear.low_rank import effective_rank, stable_rank, truncate
from regviz.linear.models import (
    DivergenceError,
    ElasticNetRegression,
    LassoRegression,
    RidgeRegression,
    ridge_closed_form,
    stability_limit,
)
from regviz.linear.overparametrized import (
    marchenko_pastur_stieltjes,
    min_norm,
    min_norm_risk,
    optimal_ridge,
    random_features,
    ridge_limit_risk,
    weak_feature_risk,
)
from regviz.linear.paths import Path, elastic_net_path, lambda_max, lasso_path, ridge_path
from regviz.linear.recovery import adaptive_lasso_path, irrepresentable, refitted, sign_range
from regviz.linear.reduced_rank import reduced_rank_regression
from regviz.linear.selection import CVResult, best_of_chance, cross_validate, fold_labels
from regviz.networks import MLP, BatchNorm, Dropout, LayerNorm
from regviz.networks.adapters import break_even_rank, lora_parameter_count, merge
from regviz.networks.augmentation import augment, mixup, noise_ridge, warp_matrix
from regviz.networks.diagnostics import (
    calibration,
    dead_share,
    diagnose,
    expected_calibration_error,
    margins,
    noise_scale,
    run_manifest,
)
from regviz.networks.early_stopping import EarlyStopping
from regviz.networks.precision import to_bfloat16
from regviz.networks.smoothing import optimal_logit_gap, project_to_templates, smoothing_floor
from regviz.networks.spectral import (
    certified_radius,
    group_sort,
    lipschitz_bound,
    power_iteration,
    spectral_normalize,
)
from regviz.networks.training import History, run_grid, train
from regviz.penalties.concave import mcp_gradient, mcp_penalty, prox_mcp, prox_scad, scad_gradient, scad_penalty
from regviz.penalties.elastic_net import elastic_net_gradient, elastic_net_penalty, prox_elastic_net
from regviz.penalties.group import prox_group
from regviz.penalties.l0 import hard_threshold
from regviz.penalties.l1 import l1_gradient, l1_penalty, soft_threshold
from regviz.penalties.l2 import l2_gradient, l2_penalty, prox_l2
from regviz.penalties.lq import lq_gradient, lq_penalty, prox_lq
from regviz.penalties.nuclear import nuclear_gradient, nuclear_norm, project_nuclear_ball, prox_nuclear
from regviz.penalties.projections import project_box, project_l1_ball, project_l2_ball

__version__ = "1.0.0"

__all__ = [
    "MLP",
    "BatchNorm",
    "CVResult",
    "DivergenceError",
    "Dropout",
    "EarlyStopping",
    "ElasticNetRegression",
    "History",
    "LassoRegression",
    "LayerNorm",
    "Optimizer",
    "Path",
    "PathError",
    "RidgeRegression",
    "Split",
    "adagrad",
    "adam",
    "adamw",
    "adaptive_lasso_path",
    "augment",
    "best_of_chance",
    "break_even_rank",
    "calibration",
    "certified_radius",
    "clip_by_norm",
    "clip_by_value",
    "cosine_annealing",
    "cross_validate",
    "dead_share",
    "diagnose",
    "diagonal_net_solution",
    "duality_gap",
    "effective_rank",
    "elastic_net_gradient",
    "elastic_net_path",
    "elastic_net_penalty",
    "expected_calibration_error",
    "flow_risk",
    "fold_labels",
    "from_convention",
    "from_glmnet",
    "group_sort",
    "hard_impute",
    "hard_threshold",
    "hessian_vector_product",
    "irrepresentable",
    "kkt_residual",
    "l1_gradient",
    "l1_penalty",
    "l2_gradient",
    "l2_penalty",
    "lambda_max",
    "lasso_path",
    "lipschitz_bound",
    "logistic_flow",
    "lora_parameter_count",
    "lq_gradient",
    "lq_penalty",
    "marchenko_pastur_stieltjes",
    "margin_offset",
    "margins",
    "max_margin_2d",
    "mcp_gradient",
    "mcp_penalty",
    "merge",
    "min_norm",
    "min_norm_risk",
    "mixup",
    "momentum",
    "nesterov",
    "noise_ridge",
    "noise_scale",
    "nuclear_gap",
    "nuclear_gradient",
    "nuclear_norm",
    "one_cycle",
    "optimal_logit_gap",
    "optimal_ridge",
    "power_iteration",
    "project_box",
    "project_l1_ball",
    "project_l2_ball",
    "project_nuclear_ball",
    "project_to_templates",
    "prox_elastic_net",
    "prox_group",
    "prox_l2",
    "prox_lq",
    "prox_mcp",
    "prox_nuclear",
    "prox_scad",
    "q_alpha",
    "random_features",
    "reduced_rank_regression",
    "refitted",
    "ridge_closed_form",
    "ridge_limit_risk",
    "ridge_path",
    "ridge_risk",
    "rmsprop",
    "run_grid",
    "run_manifest",
    "sam_edge",
    "sam_perturbation",
    "sam_step",
    "scad_gradient",
    "scad_penalty",
    "sgd",
    "sgd_with_weight_decay",
    "sign_range",
    "smoothing_floor",
    "soft_impute_path",
    "soft_threshold",
    "spectral_normalize",
    "split",
    "stability_limit",
    "stable_rank",
    "step_decay",
    "svt_completion",
    "svt_risk_estimate",
    "to_bfloat16",
    "to_convention",
    "to_glmnet",
    "top_eigenvalue",
    "top_hessian_eigenvalue",
    "train",
    "translations",
    "truncate",
    "warmup_cosine",
    "warmup_schedule",
    "warp_matrix",
    "weak_feature_risk",
]
