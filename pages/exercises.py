from regviz.figures import exercises as topic
from regviz.figures.exercises import Settings
from regviz.ui import exercising, page

page.show(
    topic,
    between=exercising.below,
    lead="Guess from the chart, then compute. Each exercise has a number, a definition and a diagnostic.",
    maths=r"""
**Numbers** are drawn from the class seed and the row; row 0 is the same for everyone. Draws whose answer is 0, or near
a well-known wrong one, are drawn again.

**Grading.** A number is right within 0.5 %, or 0.005 where that is more. Three right answers make an exercise right.
Where a number is a well-known slip, the page says which.

**Handing in.** The address of this page holds the seed, the row and every answer to all ten exercises, and so does its
link below the chart. It holds the last answers, and tries are not counted. Nothing is stored on the server. A number
that cannot be read is not in it.

**For the lecturer.** The address that ends in `?key` shows all answers; with a seed it ends in
`?exercises.seed=3&key`. It prints on one sheet of A4, has the links of rows 1 to 60 to hand out, and
grades the links that come back. It is no secret: who knows the word can look.

**What is assumed.** Losses and λ as on the pages that are linked. Ridge, soft threshold and nuclear norm have the
closed forms $c/(d+\lambda)$, $\max(\lvert z\rvert-t,0)$ and the same on singular values; decay keeps
$(1-\eta\lambda)^t$; stopping is ridge with $\lambda=hq/(1-q)$ for one curvature $h$; smoothed labels are met at
$\log(1+K(1-\alpha)/\alpha)$; the nearest solution is $w_0+x(y-x^\top w_0)/\lVert x\rVert^2$; the risk beyond the peak
is least at $\sqrt S/(\sqrt S-1)$; the best rank $r$ loses the smallest squares.

Sources: Loshchilov and Hutter 2019; Müller, Kornblith and Hinton 2019; Pascanu, Mikolov and Bengio 2013; Hastie,
Montanari, Rosset and Tibshirani 2022; Eckart and Young 1936.
""",
    notice=(
        "The first weight is less than without the penalty for every seed and row.",
        "Stopping at step t is not ridge at 1/(ηt): the λ that matches is smaller in every draw.",
        "Clipping can turn the sign of a mean: a mean that was negative is positive after it in every such draw.",
        "The larger S is, the nearer the best γ is to 1.",
    ),
    try_this={
        "Weight decay": Settings(view="weight_decay"),
        "Early stopping": Settings(view="early_stopping"),
        "Gradient clipping": Settings(view="gradient_clipping"),
        "Double descent": Settings(view="double_descent"),
        "Row 12 of seed 3": Settings(view="label_smoothing", row=12, seed=3),
    },
    see={2: "Early stopping", 3: "Gradient clipping", 4: "Double descent"},
)
