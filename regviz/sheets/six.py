"""The six sheets: what each varies and keeps, what is expected, and what may be concluded."""

from regviz.sheets.sheet import Asked, Log, Sheet, Statement
from regviz.wording import number

NONE, L2, L1, PROXIMAL = "no penalty", "L2", "L1 in the gradient", "L1 by proximal steps"
SMALL, ZERO, RIGHT, TRAINING = "share below 0.01", "share exactly 0", "new digits right", "training labels learnt"
CELLS, BETTER = "mean over 25 cells", "cells ahead of plain"
LOSS, EPOCHS, RATE = "test loss", "epochs trained", "learning rate"
PLAIN, BATCH, LAYER = "plain", "batch norm", "layer norm"
RATES = (0.0, 0.2, 0.5, 0.8)
PEAKS = (0.0316, 0.316)
OPTIMIZERS = ("SGD", "momentum", "RMSprop", "Adam")
SCHEDULES = ("constant", "step", "cosine", "warmup", "warmup + cosine", "one-cycle")
PATIENCES = (5, 10, 20)
BEST_OF_ALL, TO_THE_END = "all 400 epochs, best weights", "all 400 epochs, last weights"
ONE_RATE = 0.01
SAME = 0.1  # a difference of this share of another counts as gone


def at_rate(rate: float) -> str:
    """Return the row of a drop rate."""
    return f"p = {number(rate)}"


def one_rate(name: str) -> str:
    """Return the row of an optimizer at the rate that all share."""
    return f"{name} at {number(ONE_RATE)}"


def tuned(name: str) -> str:
    """Return the row of an optimizer at the rate of its own."""
    return f"{name} tuned"


def at_peak(name: str, peak: float) -> str:
    """Return the row of a schedule with a peak."""
    return f"{name}, peak {number(peak)}"


def patience(checks: int) -> str:
    """Return the row of a patience."""
    return f"patience {checks}"


def spread(log: Log, tune: bool) -> float:
    """Return how far the best of the four optimizers is above the worst."""
    means = [log.mean(tuned(name) if tune else one_rate(name), RIGHT) for name in OPTIMIZERS]
    return max(means) - min(means)


def _most(row: str) -> dict[str, str]:
    return {row: "most"}


def _best_rate(rate: float, text: str) -> Statement:
    return Statement(text, lambda log: log.most(RIGHT) == at_rate(rate), _most(at_rate(rate)))


def _best_patience(row: str) -> Statement:
    def least(log: Log) -> bool:
        return min(log.rows, key=lambda other: log.mean(other, LOSS)) == row

    return Statement(row[0].upper() + row[1:], least, {row: "least"})


def _ahead_at(log: Log, peak: float) -> bool:
    return log.ahead(at_peak("warmup + cosine", peak), at_peak("constant", peak), RIGHT)


def _gain(log: Log, name: str) -> bool:
    """Return whether a schedule alone is ahead of a constant rate at the high peak, and of its rival."""
    other = "cosine" if name == "warmup" else "warmup"
    return all(log.ahead(at_peak(name, PEAKS[1]), at_peak(rival, PEAKS[1]), RIGHT) for rival in ("constant", other))


NORMS = Sheet(
    "L1 against L2 networks",
    vary="the penalty on the weights: none, L2, L1 in the gradient, L1 by proximal steps; the slider moves λ",
    keep="the network 64-32-10, 400 digits to train on and 500 new ones, Adam at rate 0.01, 30 epochs, batches of 50",
    seeds="five, of weights and batches, not of digits: the share differs far less between them than between penalties",
    about=SMALL,
    hypothesis=Asked(
        "You count the weights below 0.01 in size, at the λ of the slider. How do L2 and L1 in the gradient compare?",
        (
            Statement(
                "L2 has most of them, then L1, then no penalty",
                lambda log: log.ahead(L2, L1, SMALL) and log.ahead(L1, NONE, SMALL),
                {L2: "most", L1: "fewer", NONE: "fewest"},
            ),
            Statement(
                "L1 has most of them, then L2, then no penalty",
                lambda log: log.ahead(L1, L2, SMALL) and log.ahead(L2, NONE, SMALL),
                {L1: "most", L2: "fewer", NONE: "fewest"},
            ),
            Statement(
                "L1 alone has them; L2 is like no penalty",
                lambda log: log.ahead(L1, L2, SMALL) and not log.ahead(L2, NONE, SMALL),
                {L1: "most", L2: "as without", NONE: "few"},
            ),
        ),
    ),
    conclusion=Asked(
        "What does the run say of weights that are exactly 0?",
        (
            Statement("L1 makes them, however it is trained", lambda log: log.least(L1, ZERO) > 0),
            Statement(
                "L1 makes them by proximal steps, not in the gradient",
                lambda log: log.largest(L1, ZERO) == 0 < log.least(PROXIMAL, ZERO),
            ),
            Statement("No penalty makes them", lambda log: log.largest(PROXIMAL, ZERO) == 0),
        ),
    ),
    evidence=lambda log: (
        f"Of the weights {log.told(L1, SMALL)} are below 0.01 with L1 in the gradient, {log.told(L2, SMALL)} with L2 "
        f"and {log.told(NONE, SMALL)} without; exactly 0 are {log.told(PROXIMAL, ZERO)} by proximal steps and "
        f"{number(log.mean(L1, ZERO)) if log.mean(L1, ZERO) else 'none'} with L1 in the gradient."
    ),
    slug="soft_threshold",
    preset={},
)

DROPOUT = Sheet(
    "Dropout rates",
    vary="the drop rate p, from 0 to 0.9",
    keep="the network 64-48-10, 200 digits, 30 % of the labels wrong, 40 epochs of Adam at rate 0.02, batches of 100",
    seeds="three at each of 46 rates: neighbours on the curve check each other",
    about=RIGHT,
    hypothesis=Asked(
        "Three labels in ten are wrong. At which of these rates are most new digits right?",
        (
            _best_rate(0.0, "At p = 0"),
            _best_rate(0.2, "At p = 0.2"),
            _best_rate(0.5, "At p = 0.5"),
            _best_rate(0.8, "At p = 0.8"),
        ),
    ),
    conclusion=Asked(
        "What do p = 0 and p = 0.5 say together?",
        (
            Statement(
                "Dropout learns fewer training labels and tells more new digits",
                lambda log: (
                    log.ahead(at_rate(0), at_rate(0.5), TRAINING) and log.ahead(at_rate(0.5), at_rate(0), RIGHT)
                ),
            ),
            Statement(
                "Dropout learns more training labels and tells more new digits",
                lambda log: (
                    log.ahead(at_rate(0.5), at_rate(0), TRAINING) and log.ahead(at_rate(0.5), at_rate(0), RIGHT)
                ),
            ),
            Statement(
                "Dropout does not tell more new digits", lambda log: not log.ahead(at_rate(0.5), at_rate(0), RIGHT)
            ),
        ),
    ),
    evidence=lambda log: (
        f"From p = 0 to p = 0.5 the share of training labels learnt goes from {log.told(at_rate(0), TRAINING)} to "
        f"{log.told(at_rate(0.5), TRAINING)}, that of new digits right from {log.told(at_rate(0), RIGHT)} to "
        f"{log.told(at_rate(0.5), RIGHT)}; at p = 0.8 it is {log.told(at_rate(0.8), RIGHT)}."
    ),
    slug="dropout",
    preset={"rate": "0.5"},
)

NORMALIZATION = Sheet(
    "Batch-norm ablation",
    vary="the normalization, over five learning rates and five factors on the initial weights",
    keep="the network 64-24-24-24-10, 256 digits, 20 epochs of SGD without momentum, batches of 64",
    seeds="three in each of 25 cells; a mean over all cells stands on 75 runs",
    about=CELLS,
    hypothesis=Asked(
        "Averaged over all 25 cells, which network tells most new digits?",
        (
            Statement(
                "The plain one",
                lambda log: log.most(CELLS) == PLAIN,
                _most(PLAIN),
            ),
            Statement("The one with batch norm", lambda log: log.most(CELLS) == BATCH, _most(BATCH)),
            Statement("The one with layer norm", lambda log: log.most(CELLS) == LAYER, _most(LAYER)),
        ),
    ),
    conclusion=Asked(
        "Is batch norm ahead of the plain network?",
        (
            Statement("In all 25 cells", lambda log: log.least(BATCH, BETTER) == 25),
            Statement(
                "On average, and not in every cell",
                lambda log: log.ahead(BATCH, PLAIN, CELLS) and log.least(BATCH, BETTER) < 25,
            ),
            Statement("Not even on average", lambda log: not log.ahead(BATCH, PLAIN, CELLS)),
        ),
    ),
    evidence=lambda log: (
        f"Over all cells {log.told(BATCH, CELLS)} of new digits are right with batch norm, {log.told(LAYER, CELLS)} "
        f"with layer norm and {log.told(PLAIN, CELLS)} without; batch norm is ahead of plain in "
        f"{log.told(BATCH, BETTER)} of 25 cells."
    ),
    slug="normalization",
    preset={},
)

OPTIMIZER = Sheet(
    "Four optimizers",
    vary="the optimizer, first all at rate 0.01, then each at the rate that its validation digits prefer",
    keep="the network 64-32-10, 400 digits, 20 epochs, batches of 50; eight rates tried for each",
    seeds="five at every rate, of weights and batches, the same for all optimizers",
    about=RIGHT,
    hypothesis=Asked(
        "At rate 0.01 the best of four is ahead of the worst. What is left of that once each has its own rate?",
        (
            Statement(
                "More than half",
                lambda log: spread(log, True) > spread(log, False) / 2,
                {tuned(name): "apart" for name in OPTIMIZERS},
            ),
            Statement(
                "Less than a tenth",
                lambda log: spread(log, True) < SAME * spread(log, False),
                {tuned(name): "alike" for name in OPTIMIZERS},
            ),
            Statement(
                "Something between a tenth and a half",
                lambda log: SAME * spread(log, False) <= spread(log, True) <= spread(log, False) / 2,
                {tuned(name): "nearer" for name in OPTIMIZERS},
            ),
        ),
    ),
    conclusion=Asked(
        "What does the run say of Adam and SGD?",
        (
            Statement(
                "Adam is ahead at one rate and tuned",
                lambda log: (
                    log.ahead(one_rate("Adam"), one_rate("SGD"), RIGHT)
                    and log.ahead(tuned("Adam"), tuned("SGD"), RIGHT)
                ),
            ),
            Statement(
                "Adam is ahead at rate 0.01; tuned, these seeds show no lead",
                lambda log: (
                    log.ahead(one_rate("Adam"), one_rate("SGD"), RIGHT)
                    and not log.ahead(tuned("Adam"), tuned("SGD"), RIGHT)
                ),
            ),
            Statement(
                "SGD is not behind at rate 0.01", lambda log: not log.ahead(one_rate("Adam"), one_rate("SGD"), RIGHT)
            ),
        ),
    ),
    evidence=lambda log: (
        f"At rate 0.01 the four lie {number(100 * spread(log, False), 3)} points apart, tuned "
        f"{number(100 * spread(log, True), 3)}; SGD has {log.told(one_rate('SGD'), RIGHT)} and "
        f"{log.told(tuned('SGD'), RIGHT)}, Adam {log.told(one_rate('Adam'), RIGHT)} and "
        f"{log.told(tuned('Adam'), RIGHT)}."
    ),
    slug="optimizer_race",
    preset={},
)

SCHEDULE = Sheet(
    "Schedule design",
    vary="the schedule, at a peak rate of 0.0316 and at ten times that",
    keep="the network 64-32-10, 400 digits, 40 epochs of Adam, batches of 50, a warmup of 5 epochs",
    seeds="five, of weights and batches, the same for every schedule, so that differences are paired",
    about=RIGHT,
    hypothesis=Asked(
        "Where is warmup + cosine ahead of a constant rate, beyond twice the standard error of the difference?",
        (
            Statement(
                "At both peaks",
                lambda log: _ahead_at(log, PEAKS[0]) and _ahead_at(log, PEAKS[1]),
                {at_peak("warmup + cosine", peak): "ahead" for peak in PEAKS},
            ),
            Statement(
                "At the low peak alone",
                lambda log: _ahead_at(log, PEAKS[0]) and not _ahead_at(log, PEAKS[1]),
                {at_peak("warmup + cosine", PEAKS[0]): "ahead", at_peak("warmup + cosine", PEAKS[1]): "no lead"},
            ),
            Statement(
                "At the high peak alone",
                lambda log: _ahead_at(log, PEAKS[1]) and not _ahead_at(log, PEAKS[0]),
                {at_peak("warmup + cosine", PEAKS[0]): "no lead", at_peak("warmup + cosine", PEAKS[1]): "ahead"},
            ),
            Statement(
                "At neither",
                lambda log: not _ahead_at(log, PEAKS[0]) and not _ahead_at(log, PEAKS[1]),
                {at_peak("warmup + cosine", peak): "no lead" for peak in PEAKS},
            ),
        ),
    ),
    conclusion=Asked(
        "At the high peak, which part of the schedule does the work?",
        (
            Statement("The warmup", lambda log: _gain(log, "warmup")),
            Statement("The falling cosine", lambda log: _gain(log, "cosine")),
            Statement("Neither alone", lambda log: not _gain(log, "warmup") and not _gain(log, "cosine")),
        ),
    ),
    evidence=lambda log: (
        f"At peak 0.0316 warmup + cosine has {log.told(at_peak('warmup + cosine', PEAKS[0]), RIGHT)}, constant "
        f"{log.told(at_peak('constant', PEAKS[0]), RIGHT)}; at 0.316 they have "
        f"{log.told(at_peak('warmup + cosine', PEAKS[1]), RIGHT)} and {log.told(at_peak('constant', PEAKS[1]), RIGHT)}"
        f", warmup alone {log.told(at_peak('warmup', PEAKS[1]), RIGHT)}, cosine alone "
        f"{log.told(at_peak('cosine', PEAKS[1]), RIGHT)}."
    ),
    slug="lr_schedules",
    preset={"peak": "0.316"},
)

PATIENCE = Sheet(
    "Patience",
    vary="the patience of early stopping: 5, 10 and 20 checks, or all 400 epochs",
    keep="the network 1-32-32-1, 16 points with noise 0.4, 100 to validate, Adam at rate 0.01, a check each 4 epochs",
    seeds="twenty draws of data and weights: where to stop is luck to a large part",
    about=LOSS,
    hypothesis=Asked(
        "Which has the least test loss, on average over twenty draws?",
        tuple(_best_patience(row) for row in (patience(5), patience(20), BEST_OF_ALL, TO_THE_END)),
    ),
    conclusion=Asked(
        "By the rule of two standard errors of the difference, what do twenty draws decide?",
        (
            Statement(
                "Patience 20 is ahead of 5, and all epochs with the best weights are ahead of 20",
                lambda log: log.ahead(patience(5), patience(20), LOSS) and log.ahead(patience(20), BEST_OF_ALL, LOSS),
            ),
            Statement(
                "Patience 20 is ahead of 5, and all epochs with the best weights are not ahead of 20",
                lambda log: (
                    log.ahead(patience(5), patience(20), LOSS) and not log.ahead(patience(20), BEST_OF_ALL, LOSS)
                ),
            ),
            Statement(
                "Patience 20 is not ahead of 5",
                lambda log: not log.ahead(patience(5), patience(20), LOSS),
            ),
        ),
    ),
    evidence=lambda log: (
        f"The test loss is {log.told(patience(5), LOSS)} with patience 5, {log.told(patience(20), LOSS)} with 20, and "
        f"after all 400 epochs {log.told(BEST_OF_ALL, LOSS)} with the best weights and {log.told(TO_THE_END, LOSS)} "
        f"with the last; patience 20 trains for {log.told(patience(20), EPOCHS)} epochs, 5 for "
        f"{log.told(patience(5), EPOCHS)}."
    ),
    slug="early_stopping",
    preset={},
)

SHEETS = {
    "norms": NORMS,
    "dropout": DROPOUT,
    "normalization": NORMALIZATION,
    "optimizers": OPTIMIZER,
    "schedules": SCHEDULE,
    "patience": PATIENCE,
}
