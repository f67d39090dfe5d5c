"""The topics, in reading order. One row registers a topic; its slug names its page, figures, tests and URL."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One page: `slug`, `title`, `section` and the `question` it answers."""

    slug: str
    title: str
    section: str
    question: str


TOPICS = (
    Topic("penalty_shapes", "Penalty shapes", "Penalties", "What does each penalty do to a weight?"),
    Topic("constraint_balls", "Constraint balls", "Penalties", "Why does the diamond make zeros and the circle not?"),
    Topic("soft_threshold", "Soft threshold", "Penalties", "What exactly happens to a coefficient?"),
    Topic("map_priors", "MAP and priors", "Penalties", "Which prior did you just assume?"),
    Topic("coefficient_paths", "Coefficient paths", "Linear models", "How do weights shrink and vanish?"),
    Topic("elastic_net_grouping", "Elastic net grouping", "Linear models", "What happens to twins?"),
    Topic("choosing_lambda", "Choosing λ", "Linear models", "Which λ?"),
    Topic("ridge_numerics", "Ridge numerics", "Linear models", "What does λ do to the arithmetic?"),
    Topic("weight_decay", "Weight decay", "Optimizers", "Is weight decay L2?"),
    Topic("optimizer_race", "Optimizer race", "Optimizers", "Who gets there first, and why?"),
    Topic("lr_schedules", "Learning rate schedules", "Optimizers", "What does the learning rate's shape buy?"),
    Topic("gradient_clipping", "Gradient clipping", "Optimizers", "What if one gradient explodes?"),
    Topic("sharpness_aware", "Sharpness-aware", "Optimizers", "Why prefer a flat minimum, and is it flat at all?"),
    Topic("early_stopping", "Early stopping", "Networks", "When should training stop?"),
    Topic("dropout", "Dropout", "Networks", "Why does dropping units help?"),
    Topic("normalization", "Normalization", "Networks", "What do batch norm and layer norm change?"),
    Topic("data_augmentation", "Data augmentation", "Networks", "What is an invariance worth?"),
    Topic("label_smoothing", "Label smoothing", "Networks", "Why not be certain?"),
    Topic("spectral_normalization", "Spectral normalization", "Networks", "How steep may a network be?"),
    Topic("nuclear_norm", "Nuclear norm", "Low rank", "What is the L1 of matrices?"),
    Topic("lora_rank", "LoRA rank", "Low rank", "How few numbers does an update need?"),
    Topic("double_descent", "Double descent", "Generalization", "Why does more help after it hurt?"),
    Topic(
        "implicit_regularization",
        "Implicit regularization",
        "Generalization",
        "What does the optimizer choose for you?",
    ),
    Topic("generalization_diagnostics", "Generalization diagnostics", "Generalization", "What would have told you?"),
    Topic("equivalences", "Equivalences", "Generalization", "Are these all the same thing?"),
    Topic("common_mistakes", "Ten ways to fool yourself", "Practice", "Which mistake would you not have seen?"),
    Topic("famous_figures", "Famous figures", "Practice", "Do we get what they printed?"),
    Topic("exercises", "Exercises", "Practice", "Could you compute it?"),
    Topic("experiment_sheets", "Six experiments", "Practice", "What do you expect, and what happens?"),
)

HOME = Topic("home", "regviz", "", "What is regularization?")


def neighbours(slug: str) -> tuple[Topic | None, Topic | None]:
    """Return the topics before and after `slug`; for home, None and the first."""
    slugs = [t.slug for t in TOPICS]
    i = slugs.index(slug) if slug in slugs else -1
    return (TOPICS[i - 1] if i > 0 else None), (TOPICS[i + 1] if i + 1 < len(TOPICS) else None)
