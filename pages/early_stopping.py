import numpy as np
import streamlit as st

from regviz.figures import early_stopping as topic
from regviz.figures.early_stopping import Settings
from regviz.ui import page
from regviz.ui.topic import Shown
from regviz.wording import number, plus_minus


def tables(s: Settings, shown: Shown) -> None:
    """Write what each patience keeps, and what else the validation points of the curve are good for."""
    st.header("What patience buys", anchor=False)
    kept = topic.by_patience(s).items()
    page.table(
        ("patience", "mean epoch kept", "test loss", "gain over all epochs, run by run", "loses in"),
        [(name, number(topic.CHECKS[r.kept].mean(), 3), plus_minus(r.test), *topic.compared(r)) for name, r in kept],
    )
    if s.data == "curve":
        st.header("Then put the validation points to use", anchor=False)
        with page.working(st.container()):
            losses = topic.with_all_points(s)
        page.table(
            ("after the best epoch of all", "test loss"),
            [(name, plus_minus(values) if np.ptp(values) else number(values[0], 2)) for name, values in losses.items()],
        )
    st.caption(f"Mean ± standard error over {topic.RUNS} runs.")


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

**Why it is regularization.** Gradient descent takes time to get away from the weights $w_0$ it began with. On a
quadratic loss with minimum $w^*$ and curvature $h$ along a direction, $t$ steps of size $\eta$ leave the share
$w_t-w^*=(1-\eta h)^t(w_0-w^*)$. So stopping shrinks towards $w_0$. From $w_0=0$ that is much like ridge with
$\lambda\approx1/(\eta t)$; a network does not begin at 0. Weight decay takes the other road: it pulls to 0, at every
step.

**The price.** The validation points choose an epoch and train nothing. On the curve 100 points do so, and 16 train. Two
ways to use all 116 afterwards: train anew for as many epochs as were best (algorithm 7.2), or train on from the weights
kept until the loss on the validation points is down to what the training loss was (algorithm 7.3), which it may never
be: after 400 epochs more the page gives up. With so many points the network overfits little, and needs no stopping.

Source: Goodfellow, Bengio and Courville 2016, *Deep Learning*, section 7.8, algorithms 7.1 to 7.3 and equation 7.40.
""",
    notice=(
        "At learning rate 0.01 and without weight decay training loss falls, on the curve with bumps. In most runs "
        "validation loss falls, then rises.",
        "There, with patience 20, stopping gains about 0.05 in test loss on the curve, with a standard error of about "
        "0.03: it loses in about half of the runs. On digits it gains in every run.",
        "Stopping is no law: with weight decay 2, at learning rate 0.01, the curve needs none. A rule of patience 20 "
        "stops at an early bump, and ends with more test loss than training on.",
        "Too little patience stops at the first bump: on the curve, at learning rate 0.01 and without weight decay, "
        "patience 5 does worse than patience 20.",
        "On digits, at learning rate 0.01 and without weight decay, the right labels are learnt first. The wrong ones "
        "follow, and accuracy on new images falls with them.",
        "Stopping leaves the weights near where they began, which is not at zero: on the curve, at the defaults, their "
        "norm is 6.0 at the start and 8.2 on average where the runs are kept.",
        "At learning rate 0.01 and without weight decay the weight norm grows with the epoch; with weight decay 2 it "
        "ends smaller in every run.",
        "Part of every choice is luck: at learning rate 0.01 and without weight decay the best epoch of the twenty "
        "runs lies anywhere from 36 to past 390 on the curve, and from 32 to 68 on digits.",
        "There, on the curve, all 116 points trained to the end have a test loss of 0.090 ± 0.001. The truth itself "
        "has 0.077, the weights of the best epoch about 0.17; both ways of retraining after it come out near 0.12.",
    ),
    try_this={
        "The curve from the start: press play": Settings(epoch=0),
        "Impatient: patience 3": Settings(patience=3),
        "Digits: memorising wrong labels": Settings(data="digits", epoch=240),
        "Digits at the best epoch": Settings(data="digits", epoch=48),
        "Weight decay instead of stopping": Settings(weight_decay=2.0, epoch=400),
        "Forget to restore the best": Settings(data="digits", restore_best=False, patience=40),
    },
    see={
        1: "The curve from the start: press play",
        3: "Weight decay instead of stopping",
        5: "Digits: memorising wrong labels",
    },
    between=tables,
)
