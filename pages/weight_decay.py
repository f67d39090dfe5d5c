from regviz.figures import weight_decay as topic
from regviz.figures.weight_decay import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
There are two ways to pull weights to zero. **L2** adds $\lambda w$ to the gradient: it is the gradient of the penalty
$\frac\lambda2\lVert w\rVert^2$. **Decay** leaves the gradient alone and shrinks the weights at every step.

**SGD.** Both say the same: $w-\eta(g+\lambda w)=w-\eta g-\eta\lambda w$. Both are computed, in these two orders. They
differ by rounding, so the picture shows one line. In the chart of the distance, exactly 0 is drawn at $10^{-17}$.

**Adam** divides its step by $\sqrt v$, the scale of each weight's own gradients. L2 goes through that division:

$$
w\leftarrow w-\eta\,\frac{\hat m(g+\lambda w)}{\sqrt{\hat v}} .
$$

The pull is then about $\eta\lambda w/\sqrt{\hat v}$: a weight with large gradients is pulled less. **AdamW** pulls
outside of the division, by $\eta\lambda w$ for every weight:

$$
w\leftarrow w-\eta\,\frac{\hat m(g)}{\sqrt{\hat v}}-\eta\lambda w .
$$

**The quadratic** is $\frac12(w_1-2)^2+\frac h2(w_2-2)^2$, with $h$ the curvature along $w_2$. Every batch has its
centre a little off, by $\sigma$, so gradients along $w_2$ are $h$ times as large.
The minimum with the penalty is $2h_j/(h_j+\lambda)$.

**The digits.** 900 images, 30 % of them with a wrong label, train a network with 12 batch-normalized hidden units for
40 epochs: every combination of five learning rates, six strengths and three seeds, with L2 and with AdamW, all at
once. The numbers are test errors in per cent, the mean of those after epochs 30 and 40. The square marks the cell with
the least error on 400 validation images, the dotted line that of every learning rate.

**How to count.** Loshchilov and Hutter keep the decay apart from the learning rate: each step takes the share
$\lambda$ of the weights. So does the chart of AdamW: *decay per step*. Frameworks take the share $\eta\lambda$. Their
$\lambda$ is the decay per step, divided by $\eta$.

**Why the valley is diagonal or not.** Batch normalization divides by the size of what a hidden unit receives. So its
weights give the same output at any size. What counts is how long a step is, compared with the weights. Adam's step is
in proportion to $\eta$. With AdamW and a decay of 0.01 per step, the weights settle at a size that grows with $\eta$
too: over the five rates the ratio of step and weights changes less than twofold. With L2 and $\lambda=0.025$ the size
hardly changes, and the ratio grows about tenfold. A larger rate then needs a smaller $\lambda$.

**What the paper found.** On CIFAR-10, with large networks trained for 100 epochs, the good settings of SGD with L2
lie on a diagonal. With decoupled decay, for SGD and for Adam, rate and decay can be chosen more apart. And AdamW
reaches less error than Adam with L2. The small network here shows the two valleys. It does not show the gain: chosen by
validation, both reach the same test error within the noise of three seeds.

Sources: Loshchilov and Hutter 2019, *Decoupled weight decay regularization*, ICLR, arXiv 1711.05101, algorithm 2 and
the error maps of figures 1 and 2; van Laarhoven 2017, arXiv 1706.05350, and Kosson, Messmer and Jaggi 2024, arXiv
2305.17212, on decay and weights whose size does not matter.
""",
    notice=(
        "For SGD, L2 and decay are one: the paths differ by rounding only.",
        "For Adam they are two. At the default rate, strength and noise L2 pulls the steep weight less than the flat "
        "one, by about the ratio of their gradient scales; AdamW pulls both alike.",
        "From learning rate 0.0224 up, Adam with L2 settles around the minimum with the penalty. AdamW does not: it "
        "takes about the same share of both weights.",
        "On the digits, from the smallest to the largest rate, sixteen times as large, the best λ of L2 falls at least "
        "fifteenfold. Fitted by a line, it goes down about as fast as the rate goes up: the valley is diagonal.",
        "For AdamW the best decay per step moves by no more than two rows. One decay for all rates costs less than "
        "half a point of test error over the best for each rate; one λ of L2 costs about a point or more.",
        "Frameworks count the decay as ηλ. In that count the best λ of AdamW falls too: at the largest rate it is less "
        "than half of what it is at the smallest.",
        "At learning rate 0.006 the weakest strength lets the wrong labels in: the best takes at least two points off "
        "the test error, for both.",
        "Chosen by validation, the test errors of Adam with L2 and of AdamW are less than two standard errors apart.",
    ),
    try_this={
        "The descent from the start: press play": Settings(iteration=0),
        "Equal curvatures: L2 pulls alike": Settings(curvature=1),
        "A strong pull": Settings(lambda_=1.7, iteration=400),
        "No noise: Adam with L2 goes to the penalised minimum": Settings(noise=0.0, iteration=400),
    },
)
