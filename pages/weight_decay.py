import streamlit as st

from regviz.figures import weight_decay as topic
from regviz.figures.weight_decay import Settings
from regviz.ui import page
from regviz.ui.topic import Shown


def turning(s: Settings, shown: Shown) -> None:
    """Write how far a step turns weights whose size does not matter, held against the formula."""
    st.header("How far a step turns", anchor=False)
    with page.working(st.container()):
        table = topic.turned()
    page.table(*table)
    st.caption("Hidden weights on the digits under SGD with decay: root mean square over the last 180 of 720 steps.")


page.show(
    topic,
    story=True,
    lead="Drag the iteration from 0: Adam with L2 and AdamW start together and part on their way.",
    maths=r"""
There are two ways to pull weights to zero. **L2** adds $\lambda w$ to the gradient: it is the gradient of the penalty
$\frac\lambda2\lVert w\rVert^2$. **Decay** leaves the gradient alone and shrinks the weights at every step.

**SGD.** Both say the same: $w-\eta(g+\lambda w)=w-\eta g-\eta\lambda w$. Both are computed, in these two orders. They
differ by rounding, so the picture shows one line. In the chart of the distance, exactly 0 is drawn at $10^{-17}$.
**Momentum** is enough to part them. With $m\leftarrow\mu m+g$ and the step $-\eta m$, L2 enters $m$ and is collected
over $1/(1-\mu)$ steps like the gradient; decay stays outside and acts once. Where the weights rest, $g+\lambda w=0$
with L2, and $g+(1-\mu)\lambda w=0$ with decay: at $\mu=0.9$ a tenth of the strength.

**Adam** divides its step by $\sqrt{\hat v}$, the scale of each weight's own gradients. L2 enters both moments and goes
through that division; **AdamW** pulls outside of it, by $\eta\lambda w$ for every weight:

$$
w\leftarrow w-\eta\,\frac{\hat m(g+\lambda w)}{\sqrt{\hat v(g+\lambda w)}},\qquad
w\leftarrow w-\eta\,\frac{\hat m(g)}{\sqrt{\hat v(g)}}-\eta\lambda w .
$$

The pull of L2 is then about $\eta\lambda w/\sqrt{\hat v}$: a weight with large gradients is pulled less.

**The quadratic** is $\frac12(w_1-2)^2+\frac h2(w_2-2)^2$, with $h$ the curvature along $w_2$. Every batch has its
centre off by $\sigma$, so gradients along $w_2$ are $h$ times as large. The penalised minimum is $2h_j/(h_j+\lambda)$.
**The digits.** 900 images, 30 % of them with a wrong label, train a network with 12 batch-normalized hidden units for
40 epochs: every combination of five learning rates, six strengths and three seeds, with L2 and with AdamW, all at
once. The numbers are test errors in per cent, the mean of those after epochs 30 and 40. The square marks the cell with
the least error on 400 validation images, the dotted line that of every learning rate.

**How to count.** Loshchilov and Hutter keep the decay apart from the learning rate: each step takes the share
$\lambda$ of the weights, as in the chart of AdamW: *decay per step*. Frameworks take $\eta\lambda$.

**Why the valley is diagonal or not.** Batch normalization divides by the size of what a hidden unit receives. So its
weights give the same output at any size. What counts is how long a step is, compared with the weights. Adam's step is
in proportion to $\eta$. With AdamW and a decay of 0.01 per step, the weights settle at a size that grows with $\eta$
too: over the five rates the ratio of step and weights changes less than twofold. With L2 and $\lambda=0.025$ the size
hardly changes, and the ratio grows about tenfold. A larger rate then needs a smaller $\lambda$.

**The balance.** Where size does not matter, the gradient stands at a right angle to the weights, and small weights have
large gradients. A step of SGD with decay makes $\lVert w\rVert^2$ into
$(1-\eta\lambda)^2\lVert w\rVert^2+\eta^2\lVert g\rVert^2$. So the size settles where both even out, at
$\eta\lVert g\rVert/\lVert w\rVert=\sqrt{\eta\lambda(2-\eta\lambda)}\approx\sqrt{2\eta\lambda}$: the angle by which
every step turns the weights. Decay sets the pace here.

**What the paper found.** On CIFAR-10 the good settings of SGD with L2 lie on a diagonal; with decoupled decay rate and
decay can be chosen more apart, and AdamW reaches less error than Adam with L2. The small network here shows the two
valleys and not the gain.

Sources: Loshchilov and Hutter 2019, *Decoupled weight decay regularization*, ICLR, arXiv 1711.05101, algorithm 2 and
the error maps of figures 1 and 2, and proposition 1 on L2 and decay; van Laarhoven 2017, arXiv 1706.05350, and Kosson,
Messmer and Jaggi 2024, arXiv 2305.17212, on decay, weights whose size does not matter, and the angle of a step.
""",
    notice=(
        "For SGD, L2 and decay are one: the paths differ by rounding only.",
        "With momentum 0.9 they are two. Without noise L2 comes to rest where the loss with λ is least, decay where "
        "that with λ/10 is.",
        "For Adam they are two as well. At the default rate, strength and noise L2 pulls the steep weight less than "
        "the flat one, by about the ratio of their gradient scales; AdamW pulls both alike.",
        "At the default strength, curvature and noise, from learning rate 0.0224 up, Adam with L2 settles around the "
        "minimum with the penalty. AdamW does not: it takes about the same share of both weights.",
        "On the digits, from the smallest to the largest rate, sixteen times as large, the best λ of L2 falls at least "
        "fifteenfold. Fitted by a line, it goes down about as fast as the rate goes up: the valley is diagonal.",
        "For AdamW the best decay per step moves by no more than two rows. One decay for all rates costs less than "
        "half a point of test error over the best for each rate; one λ of L2 costs about a point or more.",
        "Frameworks count the decay as ηλ. In that count the best λ of AdamW falls too: at the largest rate it is less "
        "than half of what it is at the smallest.",
        "At learning rate 0.006 the weakest strength lets the wrong labels in: the best takes at least two points off "
        "the test error, for both.",
        "Chosen by validation, the test errors of Adam with L2 and of AdamW are less than two standard errors apart.",
        "Under SGD with decay every step turns the batch-normalized weights by √(ηλ(2 − ηλ)), within 3 %: for ηλ from "
        "0.005 to 0.04 and η from 0.05 to 0.8 only the product counts.",
    ),
    try_this={
        "The descent from the start: press play": Settings(iteration=0),
        "Equal curvatures: L2 pulls alike": Settings(curvature=1),
        "A strong pull": Settings(lambda_=1.7, iteration=400),
        "No noise: Adam with L2 goes to the penalised minimum": Settings(noise=0.0, iteration=400),
    },
    see={1: "A strong pull"},
    between=turning,
)
