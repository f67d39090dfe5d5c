from regviz.figures import weight_decay as topic
from regviz.figures.weight_decay import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
There are two ways to pull weights to zero. **L2** adds $\lambda w$ to the gradient: it is the gradient of the penalty
$\frac\lambda2\lVert w\rVert^2$. **Decay** leaves the gradient alone and shrinks the weights at every step.

**SGD.** Both say the same: $w-\eta(g+\lambda w)=w-\eta g-\eta\lambda w$. The two runs in the picture are computed in
these two orders and differ by rounding.

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

**The digits.** 300 images, 30 % of them with a wrong label, train a network with 32 hidden units for 30 epochs: every
combination of six learning rates, six strengths and three seeds, with L2 and with AdamW, all at once. Darker is more
test error, the star the least. The dotted line marks the best strength for every learning rate. Frameworks count the
decay as $\eta\lambda$. Loshchilov and Hutter keep it apart from the learning rate: *λ per step*.

Source: Loshchilov and Hutter 2019, *Decoupled weight decay regularization*, algorithms 1 and 2, and its figures of the
error over learning rate and decay.
""",
    notice=(
        "For SGD, L2 and decay are one: the paths differ by rounding only.",
        "For Adam they are two. L2 pulls the steep weight less than the flat one, by about the ratio of their gradient "
        "scales; AdamW pulls both alike.",
        "Adam with L2 settles around the minimum with the penalty. AdamW does not: it takes the same share of both "
        "weights.",
        "On the digits the wrong labels are learnt unless something pulls. At learning rate 0.04 the right strength "
        "takes at least eight points off the test error, for both.",
        "With decay counted as ηλ, AdamW's best strength is the same for learning rates from 0.0025 to 0.04. Counted "
        "per step, the best decay grows with the learning rate: the valley is diagonal.",
    ),
    try_this={
        "Play the descent": Settings(iteration=0),
        "Equal curvatures: L2 pulls alike": Settings(curvature=1),
        "A strong pull": Settings(lambda_=1.7, iteration=400),
        "No noise: Adam with L2 goes to the penalised minimum": Settings(noise=0.0, iteration=400),
        "Decay per step: the diagonal valley": Settings(count="step"),
    },
)
