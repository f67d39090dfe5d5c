from regviz.figures import lora_rank as topic
from regviz.figures.lora_rank import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
A trained matrix $W_0$ is to learn something new. Instead of all its numbers, **LoRA** trains an update of rank $r$
beside it and leaves $W_0$ as it is:

$$
W=W_0+s\,AB,\qquad A\in\mathbb R^{d_{in}\times r},\quad B\in\mathbb R^{r\times d_{out}} .
$$

Data are rows here; the paper writes the transposes. $A$ starts at random and $B$ at zero. The update has
$r(d_{in}+d_{out})$ numbers, fewer than the matrix as long as $r<d_{in}d_{out}/(d_{in}+d_{out})$. Afterwards $W$ is
merged, so a layer costs what it did before. In GPT-3, with 96 layers of width 12,288, rank 8 beside one matrix a layer,
rank 4 beside two and rank 2 beside four all take 18,874,368 numbers, which the paper calls 18M.

**Linear.** For $Y=XW+$ noise the best update of rank $r$ is known. Take the least-squares update $D$, and the $r$
leading right singular vectors $V_r$ of its fit $XD$:

$$
\hat W_r=D\,V_rV_r^\top .
$$

This is reduced-rank regression, and gradient descent on $A$ and $B$ finds it. Here $d_{in}=40$, $d_{out}=30$, the
inputs are standard normal and the noise has variance 1. The error is $\lVert\hat W_r-W\rVert_F^2$, averaged over 40
draws. What rank $r$ *misses* is $\sum_{i>r}\sigma_i^2$ of the true update. The full update is off by
$\sigma^2d_{in}d_{out}/(n-d_{in}-1)$ in the mean. With $n\le d_{in}+1$ that mean is not finite; the page then takes the
least-squares update of least norm.

**Names swapped.** A network 64-64-64-10 reads digits. Then $k$ pairs of digits swap their names: a permutation $P$ of
the outputs. The update $W_0(P-I)$ of the last matrix, bias included, solves this exactly, and its rank is $k$. Adapters
of that matrix see $n$ renamed images.

**Turned.** All images are turned by a quarter, and adapters of one rank are learned beside all three matrices. *Cut* is
the full update with only its $r$ largest singular values kept in each matrix.

In both, Adam takes 150 steps with batches of 50, over 4 seeds. Each rank and the full update choose the best of three
learning rates on 300 validation images, which is generous where only 30 are learned from. Biases stay.

**Scaling.** All ranks share one learning rate. The first step of gradient descent on $B$ changes $W$ by
$-\eta s^2AA^\top G$, where $AA^\top$ grows like $r$. With $s=\alpha/r$ the step shrinks like $1/r$; with
$s=\alpha/\sqrt r$ it does not.

Sources: Hu et al. 2021, *LoRA*, sections 4 and 7; Kalajdzievski 2023, *A rank stabilization scaling factor*; Izenman
1975 for reduced-rank regression.
""",
    notice=(
        "Linear, true rank 3: from 120 samples rank 3 is best in 40 of 40 draws. It is off by 2.5, the full update by "
        "15. Here low rank does regularize.",
        "Few samples carry few ranks: with 60 rank 2 is best, with 30 rank 1. For the decaying update the best rank "
        "grows with the samples: 1, 2, 4, 6, 7 and 9 for n from 30 to 960.",
        "Three pairs of names swapped need rank 3. From 120 images adapters of rank 1, 2 and 3 have 56, 90 and 93 % "
        "right, and the full update 96 %.",
        "Turned digits have no such rank: from 120 images accuracy is 75 % at rank 1, 82 % at rank 4, 86 % at rank 16 "
        "and 88 % at rank 64, like the full update.",
        "An adapter is more than a cut: there the full update cut to rank 4 has 50 % right, an adapter of rank 4 has "
        "82 %. From rank 16 on the cut is as good as the adapter.",
        "Low rank does not regularize on few samples here: turned, from 30 or 120 images, no rank beats the full "
        "update by more than two standard errors, and rank 1 loses 12 points.",
        "One pair swapped, 30 images: rank 1 gains 2 points on the full update. Rank 10, which rules nothing out, "
        "gains as much: it is the training of two factors, not the rank.",
        "Scaling: with Adam and α/r the loss after 100 steps is 1.7 at rank 1 and 1.6 at rank 64; with α/√r it falls "
        "to 0.2. With SGD and α/r it rises from 1.0 to 5.2, and with α/√r it stays at 1.0 or below.",
    ),
    try_this={
        "Linear: the true rank": Settings(rank=3),
        "30 samples carry one rank": Settings(rank=1, n=30.0),
        "A decaying update, 960 samples": Settings(rank=9, n=960.0, spectrum="decaying"),
        "Five pairs of names swapped": Settings(view="relabel", pairs=5, rank=5),
        "Turned digits, rank 16": Settings(view="rotate", adapter=16.0),
        "Scaling with SGD, rank 64": Settings(view="scale", optimizer="sgd", adapter=64.0),
    },
    see={1: "Linear: the true rank", 2: "30 samples carry one rank", 4: "Turned digits, rank 16"},
)
