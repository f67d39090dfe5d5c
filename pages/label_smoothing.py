from regviz.figures import label_smoothing as topic
from regviz.figures.label_smoothing import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
A hard label asks for probability 1, which softmax reaches only with a logit that is infinitely higher than the others.
**Label smoothing** asks for less: $1-\alpha$ for the label, and $\alpha$ spread evenly over all $K$ classes, the label
among them. The cross-entropy then has its least value at a finite gap between the label's logit and the others,

$$
\text{gap}=\log\Bigl(1+K\,\frac{1-\alpha}\alpha\Bigr),
$$

and never falls below the entropy of the target. With $\alpha=0.1$ and ten classes these are 4.5109 and 0.50029. With
$u$ the even distribution and $p$ the network's answer, the loss is

$$
(1-\alpha)\,H(y,p)+\alpha\,\bigl[\mathrm{KL}(u\,\Vert\,p)+\log K\bigr].
$$

So it pulls every answer towards $u$, the sure and the unsure alike. A penalty on confident answers, $-\beta H(p)$,
is the reverse: $\beta\,[\mathrm{KL}(p\,\Vert\,u)-\log K]$.

**Digits.** Three networks, trained by Adam at every $\alpha$ over three seeds. *Memorising*: 200 images, 30 % with
wrong labels, 64-96-10, 100 epochs with rate 0.01. *Small*: 300 images, 30 % wrong, 64-32-10, 100 epochs with rate
0.003. *Clean labels*: 300 images, 60 epochs. Batches have 50 images; the test labels are right. The *calibration error*
averages |confidence − accuracy| over 15 bins of confidence.

**Three classes.** The last hidden layer of a network 64-64-32-10, without wrong labels, seen in the plane through the
three columns of the last matrix that belong to the classes. The picture is scaled so that the middles of the classes
are 1 apart on average; *spread* is the mean distance from them.

**Teaching.** Teachers, 64-64-10, learn 600 images at every $\alpha$. Students, 64-16-10, see 100 of these and no label:
only the teacher's answers $\mathrm{softmax}(z/T)$, for 60 epochs.

Sources: Szegedy et al. 2016, section 7; Müller, Kornblith and Hinton 2019 for the plane and for teaching; Guo et al.
2017 for calibration; Pereyra et al. 2017 for the penalty; Hinton, Vinyals and Dean 2015 for temperature.
""",
    notice=(
        "For every K and every α > 0 the loss is least at the gap log(1 + K(1 − α)/α), and there it is the entropy of "
        "the target.",
        "The loss is (1 − α) times that of hard labels plus α times KL(u‖p) + log K, for all logits.",
        "Memorising: the calibration error falls from 0.171 to 0.044 at α = 0.1, in 12 of 12 seeds, and is back at "
        "0.28 at 0.5. Accuracy does not gain: −0.8 ± 0.4 points at 0.1.",
        "Its mean gap in training at α = 0.1 is 4.67, near the best one, 4.51; without smoothing it is 10.8.",
        "Small: this network was not sure enough to begin with, by 13 points. Smoothing makes calibration worse in 12 "
        "of 12, from 0.130 to 0.212 at α = 0.1.",
        "But there it helps accuracy against the wrong labels: +1.2 ± 0.2 points at 0.1 and +2.9 ± 0.3 at 0.7.",
        "Clean labels: calibration gets worse here too, from 0.033 to 0.152 at α = 0.1, in 12 of 12, and −log p with "
        "it. Accuracy gains 0.5 ± 0.2 points.",
        "So calibration is not what smoothing improves, but what it moves: always towards less sure. It is better "
        "only where the network was too sure.",
        "Three classes: at α = 0.1 the images of 4, 7 and 9 lie closer to the middle of their class, 0.115 against "
        "0.164 in training, in 12 of 12. In the test it is 0.188 against 0.199, in 11 of 12.",
        "Teaching: with α = 0.2 the teacher gains 0.7 points, and at T = 4 its student loses 15 ± 2. The smoothed "
        "teacher no longer says which wrong classes are near.",
        "Longer lessons make that less and do not mend it: after 300 epochs the loss at T = 4 is 8.6 ± 1.4 points, "
        "worse in 12 of 12.",
        "At T = 1 smoothing helps the student as well, by 1.5 ± 0.3 points at α = 0.1. There hard labels leave its "
        "teacher's answers nearly hard.",
    ),
    try_this={
        "Hard labels": Settings(alpha=0.0),
        "Two classes, α = 0.5": Settings(alpha=0.5, classes=2),
        "Memorised digits": Settings(view="digits", alpha=0.0),
        "A network not sure enough": Settings(view="digits", preset="small", alpha=0.2),
        "Three classes draw together": Settings(view="plane", alpha=0.4),
        "Smoothed teacher, T = 4": Settings(view="teach", temperature="4", alpha=0.2),
    },
    see={
        1: "Two classes, α = 0.5",
        3: "Memorised digits",
        5: "A network not sure enough",
        9: "Three classes draw together",
        10: "Smoothed teacher, T = 4",
    },
)
