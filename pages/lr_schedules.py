from regviz.figures import lr_schedules as topic
from regviz.figures.lr_schedules import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
A learning rate need not stay the same. All schedules here have the same **peak** $\eta$ and the same $T=40$ epochs,
counted by $e$ from 0.

- **Constant**: $\eta$.
- **Step**: $\eta\cdot 2^{-\lfloor e/10\rfloor}$, half of it after every ten epochs.
- **Cosine**: $\frac\eta2\left(1+\cos\frac{\pi e}{T}\right)$, down to zero along half a cosine.
- **Warmup**: $\eta\cdot\min\left(\frac{e+1}{W},1\right)$, up in a straight line for $W$ epochs, then constant.
- **Warmup + cosine**: the climb, then the cosine.
- **One-cycle**: from $\eta/25$ up along a cosine for $W$ epochs, then down to nearly zero.

**Why climb.** Adam divides by $\sqrt{\hat v}$, which at first rests on few gradients. Its very first step is $\eta$ for
every weight, whatever the size of the gradient. At a high rate the first steps move all weights far, on the word of a
few batches. Relus die of it: they give 0 for every image, and then they have no gradient to bring them back. At the
peak 0.1, without a climb, over 60 % are dead after the first epoch and stay so. With five epochs of warmup it is less
than half of them, even after the last.

**Why come down.** Each batch has a gradient of its own. With a constant rate the weights keep jumping from batch to
batch. Smaller steps average that noise away. But a rate that falls too early stops before it has arrived.

**The training.** 400 digits train a network with 32 relu units by Adam, in batches of 50. Every schedule trains the
same five networks, all at once. A line is their mean, the band goes from the least to the largest of the five.

Sources: Goyal et al. 2017, section 2.2, on warmup; Loshchilov and Hutter 2017, equation 5, on the cosine; Smith and
Topin 2018 on one cycle.
""",
    notice=(
        "At the default peak, 0.1, the two that climb and then come down do best: from epoch 30 on, both are more "
        "than half a point above each of the three that start at the peak.",
        "At a peak of 0.316 every schedule that starts at the peak breaks the network: fewer than 60 % of new digits "
        "are right at the end. With five epochs of warmup all have over 85 %.",
        "At a small peak, 0.001, constant and warmup do best, by four points or more: the others come down before they "
        "have arrived.",
        "At a good peak, 0.0316, the shape hardly matters: all six end within one point.",
        "Where the rate falls to zero, so does the update: its norm ends over a hundred times below that of a constant "
        "rate.",
        "With five epochs of warmup the updates of the first epoch are about a fifth as long.",
    ),
    try_this={
        "The training from the start: press play": Settings(epoch=0),
        "Too high a peak: who survives?": Settings(peak=0.316, epoch=40),
        "Too low a peak: who arrives?": Settings(peak=0.001, epoch=40),
        "Constant against cosine": Settings(shown=("constant", "cosine"), peak=0.01, epoch=40),
        "A long climb": Settings(shown=("warmup", "warmup_cosine", "one_cycle"), warmup=13),
    },
)
