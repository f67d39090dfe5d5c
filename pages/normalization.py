from regviz.figures import normalization as topic
from regviz.figures.normalization import Settings
from regviz.ui import page

page.show(
    topic,
    story=True,
    lead="Drag the epoch from 0: grey is what the units would receive, blue is what batch norm makes of it.",
    maths=r"""
Let $z_{ij}$ be the input of unit $j$ for case $i$, before the activation. Both normalizations subtract a mean, divide
by a standard deviation, and let two learnt numbers per unit put a scale and a shift back:

$$
\hat z_{ij}=\frac{z_{ij}-\mu}{\sqrt{\sigma^2+\varepsilon}},\qquad \text{output}=\gamma_j\,\hat z_{ij}+\beta_j .
$$

They differ in what $\mu$ and $\sigma^2$ are taken over.

- **Batch norm** takes them for each unit, over the cases of the batch: down a column of the matrix.
- **Layer norm** takes them for each case, over the units of the layer: along a row.

So batch norm ties the cases of a batch together. In train mode the batch's own moments are used. In eval mode, where a
case may come alone, running averages stand in for them. In small batches the two are far apart. Layer norm has one mode
and does not see the batch at all.

A batch-normalized unit does not care how large its weights are: multiply them by a number $c>0$, and $z$, its mean and
its deviation all grow by $c$ and cancel. So the initial scale is no matter of life and death any more. It still sets
the pace: the gradient with respect to weights $c$ times as large is $c$ times as small, and a step of it is only
$1/c^2$ of their size. Large weights learn slowly. Layer norm has the same freedom for a whole layer, if its biases are
multiplied by $c$ too.

**What grows.** Since a factor on $w$ changes nothing, the slope along $w$ is zero: $w^\top\nabla=0$. A step of plain
gradient descent stands at a right angle to $w$, and by Pythagoras
$\lVert w-\eta\nabla\rVert^2=\lVert w\rVert^2+\eta^2\lVert\nabla\rVert^2$. The weights only grow. What turns them is
the effective rate $\eta/\lVert w\rVert^2$, which falls as they do. Weight decay is what holds it up: see that page.

The network has three hidden layers of 24 relu units. It is trained by plain gradient descent on 256 digits, with
300 new ones to look at. On the first view batches have 64 digits; on the second the learning rate is 0.1. A run that
diverges counts as guessing, 10 % right. The layers are shown for 128 training digits in train mode, for the first of
three seeds, as long as no value is over 10 000; bands run from the worst seed to the best.

Source: Ioffe and Szegedy 2015, *Batch normalization*, algorithms 1 and 2; Ba, Kiros and Hinton 2016, *Layer
normalization*, equation 3; van Laarhoven 2017, *L2 regularization versus batch and weight normalization*, and Arora, Li
and Lyu 2019, *Theoretical analysis of auto rate-tuning by batch normalization*, on the effective rate.
""",
    notice=(
        "Before training, normalized layers have deviation 1, whatever the initial scale. In the plain network a "
        "factor on the weights is multiplied from layer to layer: 4 makes 4, 16, 64.",
        "At learning rate 0.1, with initial weights four times or a quarter of the usual, the plain network learns "
        "nothing in 20 epochs. Both normalized ones still learn.",
        "Batch norm learns more slowly from larger initial weights: at learning rate 0.1 it has 93 % right after 20 "
        "epochs with a quarter of the usual, 60 % with four times.",
        "With the usual initial weights or smaller, batch norm has over 80 % right in the end at every learning rate "
        "from 0.1 to 1. In the plain network, and with layer norm, 1 is too much.",
        "With batches of 2, batch norm fails to the end: every unit sees only which of two cases is larger. Layer "
        "norm hardly minds: it stays within ten points of its best.",
        "With batches of 4, batch norm is worse in train mode than in eval mode, on the same digits. From 32 to 128 "
        "the two agree by the end. Large batches take few steps, so that early on, and with 256 to the end, the "
        "running averages lag behind.",
        "Batch norm makes the means of the units zero, layer norm those of the cases.",
        "With batch norm the weights of every hidden layer only grow. At learning rate 1 and a quarter of the usual "
        "initial weights the first layer's norm goes from 1.7 to 4.7: its effective rate falls to less than a seventh.",
    ),
    try_this={
        "From the start: press play": Settings(epoch=0),
        "Weights too large: only normalized networks learn": Settings(scale=4.0, epoch=20),
        "Weights too small, plain network": Settings(scale=0.25, kind="none", epoch=20),
        "Learning rate 1: only batch norm learns well": Settings(learning_rate=1.0, epoch=20),
        "The axis of batch norm": Settings(view="batches", epoch=20),
        "The axis of layer norm": Settings(view="batches", kind="layer", epoch=20),
    },
    see={
        2: "Weights too large: only normalized networks learn",
        3: "Weights too large: only normalized networks learn",
        4: "Learning rate 1: only batch norm learns well",
        5: "The axis of batch norm",
    },
)
