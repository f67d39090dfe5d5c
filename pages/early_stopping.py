import streamlit as st

from regviz.figures import early_stopping as topic
from regviz.figures.early_stopping import Settings
from regviz.ui import page
from regviz.ui.topic import Shown
from regviz.wording import number


def patience(s: Settings, shown: Shown) -> None:
    """Write what each patience keeps, on average over the runs."""
    st.subheader("What patience buys", anchor=False)
    page.table(
        ("patience", "mean epoch kept", "test loss, mean ± standard error"),
        [
            (name, number(epoch, 3), f"{number(loss, 3)} ± {number(error, 2)}")
            for name, (epoch, loss, error) in shown.compute(s).by_patience.items()
        ],
    )


page.show(
    topic,
    maths=r"""
Training lowers the loss on the training data for as long as you let it. The loss on new data falls at first and then
rises, when the network begins to fit the noise. Early stopping watches a validation set that is not trained on.

At every check (here every fourth epoch):

- the validation loss counts as an **improvement** if it is below the best so far by more than the least improvement;
- after as many checks without one as the **patience** says, training stops;
- with **restore best**, the weights of the best check are kept, otherwise those of the last.

The network on the curve has two layers of 32 tanh units and sees 16 points; on digits it has 32 relu units and sees 300
images, 30 % of them with a wrong label. Both are trained by Adam on the whole training set, one step an epoch. Twenty
runs are trained together, each with its own initial weights: on the curve each has points of its own, on digits all see
the same images, with other labels wrong. The page then replays the stopping rule on them, so patience costs nothing to
change.

**Why it is regularization.** Weights start small and grow. Stopping early keeps them small, as a penalty would: for
gradient descent on a quadratic loss, stopping after $t$ steps of size $\eta$ shrinks each direction much like ridge
with $\lambda\approx 1/(\eta t)$. Weight decay takes the other road, and acts at every step.

Source: Goodfellow, Bengio and Courville 2016, *Deep Learning*, section 7.8 and algorithm 7.1.
""",
    notice=(
        "At learning rate 0.01 training loss falls, on the curve with bumps. In most runs validation loss falls, then "
        "rises.",
        "There, over twenty runs, stopping with patience 20 ends with less test loss than training to the end.",
        "Stopping is no law: with weight decay 2 the curve needs none, and a rule that stops at an early bump ends "
        "with more test loss than training on.",
        "Too little patience stops at the first bump: on the curve, patience 5 does worse than patience 20.",
        "On digits the right labels are learnt first. The wrong ones follow, and accuracy on new images falls with "
        "them.",
        "The weight norm grows with the epoch; weight decay holds it back.",
        "Part of every choice is luck: the best epoch of the twenty runs lies anywhere from 36 to past 390 on the "
        "curve, and from 32 to 68 on digits.",
    ),
    try_this={
        "The curve from the start: press play": Settings(epoch=0),
        "Impatient: patience 3": Settings(patience=3),
        "Digits: memorising wrong labels": Settings(data="digits", epoch=240),
        "Digits at the best epoch": Settings(data="digits", epoch=48),
        "Weight decay instead of stopping": Settings(weight_decay=2.0, epoch=400),
        "Forget to restore the best": Settings(data="digits", restore_best=False, patience=40),
    },
    between=patience,
)
