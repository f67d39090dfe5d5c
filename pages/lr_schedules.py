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

The climb reaches $\eta$ in epoch $W-1$ and the cosine begins at $\eta$ in epoch $W$, so warmup + cosine holds the peak
for two epochs. The cosines would be at zero in epoch $T$. The last one that trains is $T-1$, with $0.0015\,\eta$, and
$0.0020\,\eta$ after a warmup of five epochs.

**Why climb.** Adam divides by $\sqrt{\hat v}$, which at first rests on few gradients. Its very first step is $\eta$ for
every weight whose gradient is not exactly 0, whatever its size. (A fifth to two fifths of the gradients are 0 here:
those of blank pixels and of silent relus.) At a high rate the first steps move weights far, on the word of a few
batches. Relus die of it: they give 0 for every image, and then they have no gradient to bring them back.

**Why come down.** Each batch has a gradient of its own. With a constant rate the weights keep jumping from batch to
batch. Smaller steps average that noise away. But a rate that falls too early stops before it has arrived.

**How far.** A step of Adam is at most about $\eta$ for a weight that sees gradients of one size. So no weight gets much
farther than the sum of the rates of all steps, which is eight times (for eight batches an epoch):

$$
\underset{\text{constant}}{40\,\eta}\quad\underset{\text{warmup}}{38\,\eta}\quad
\underset{\text{warmup + cosine}}{21\,\eta}\quad\underset{\text{cosine}}{20.5\,\eta}\quad
\underset{\text{one-cycle}}{20.1\,\eta}\quad\underset{\text{step}}{18.75\,\eta}
$$

**The training.** 400 digits train a network with 32 relu units by Adam, in batches of 50. Every schedule trains the
same five networks, all at once. A line is their mean, the band goes from the least to the largest of the five.

Sources: Goyal et al. 2017, section 2.2, on warmup; Loshchilov and Hutter 2017, equation 5, on the cosine; Smith and
Topin 2018 on one cycle; Kingma and Ba 2015, section 2.1, on the size of Adam's steps.
""",
    notice=(
        "At the default peak, 0.1, with five epochs of warmup, the two that climb and then come down do best: from "
        "epoch 30 on, both are more than half a point above each of the three that start at the peak.",
        "There, warmup alone comes nearer to these two. Over epochs 30 to 40 it is below both, by nearly one point "
        "over 25 runs of five draws; but three runs in ten go the other way.",
        "There, without a climb, over 60 % of the relus are dead after the first epoch and stay so. With five epochs "
        "of warmup it is less than half of them, even after the last.",
        "At a peak of 0.316 every schedule that starts at the peak breaks the network: fewer than 60 % of new digits "
        "are right at the end. With five epochs of warmup all have over 85 %.",
        "At a small peak, 0.001, with five epochs of warmup, constant and warmup do best, by four points or more: "
        "the others come down before they have arrived. What counts there is the sum of the rates: step, with the "
        "least, does worst.",
        "At a good peak, 0.0316, with five epochs of warmup, the shape hardly matters: all six end within one point.",
        "With five epochs of warmup, where the rate falls to zero, so does the update: at peaks of 0.001, 0.0316 and "
        "0.1 its norm ends over a hundred times below that of a constant rate.",
        "With five epochs of warmup, at the same peaks, the updates of the first epoch are about a fifth as long.",
    ),
    try_this={
        "The training from the start: press play": Settings(epoch=0),
        "Too high a peak: who survives?": Settings(peak=0.316, epoch=40),
        "Too low a peak: who arrives?": Settings(peak=0.001, epoch=40),
        "Constant against cosine": Settings(shown=("constant", "cosine"), peak=0.01, epoch=40),
        "A long climb": Settings(shown=("warmup", "warmup_cosine", "one_cycle"), warmup=13),
    },
    see={4: "Too high a peak: who survives?", 5: "Too low a peak: who arrives?", 7: "Too low a peak: who arrives?"},
)
