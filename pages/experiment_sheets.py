from regviz.figures import experiment_sheets as topic
from regviz.figures.experiment_sheets import Settings
from regviz.ui import page, sheets

page.show(
    topic,
    between=sheets.guide,
    lead="Say what you expect before you look. Below the charts each sheet leads from hypothesis to conclusion.",
    maths=r"""
MATHS
""",
    notice=(),
    try_this={
        "The weakest λ": Settings(strength=1e-4),
        "Dropout: too much": Settings(view="dropout", drop_rate=0.8),
        "Batch norm from large weights": Settings(view="normalization", scale=4.0),
        "All optimizers at their worst": Settings(view="optimizers", rate=1.0),
        "Schedules after five epochs": Settings(view="schedules", epoch=5),
        "Patience 5": Settings(view="patience", patience=5),
    },
)
