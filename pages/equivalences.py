from regviz.figures import equivalences as topic
from regviz.figures.equivalences import Settings
from regviz.ui import page

page.show(
    topic,
    lead="Drag λ: seven ways to shrink two weights stay together, and six others part from them.",
    maths=r"""
The problem is $\frac1{2n}\lVert y - Xw\rVert^2$ with two features of mean 0 and mean square 1, and 40 rows. **Ridge**
adds $\frac\lambda2\lVert w\rVert^2$ and ends at $w = (X^\top X/n + \lambda I)^{-1}X^\top y/n$. Each road is run as it
is; none of them uses this formula.

| road | set to | why |
|---|---|---|
| added rows | $\sqrt{n\lambda}\,I$ with targets 0 | its squares are the penalty |
| Gaussian prior | $\tau^2 = \sigma^2/(n\lambda)$ | the mean of $w$ given $y$ |
| budget | $\lVert w\rVert \le t$, with ridge's own $t$ | λ is its multiplier |
| noise on inputs | variance $\lambda$, averaged | $\mathbb E\,(e^\top w)^2 = \lambda\lVert w\rVert^2$ |
| dropout | rate $\lambda/(1+\lambda)$, averaged | noise that grows with its feature |
| weight decay | $w \leftarrow w - \eta(\nabla + \lambda w)$, to the end | it stands where $\nabla = -\lambda w$ |
| Adam + L2 | $\nabla + \lambda w$ in its moments, to the end | it stands at the same place |

The noise is $\pm\sqrt\lambda$ in all combinations of signs, and dropout sees every mask, weighted with its probability,
so that both averages are exact. With features of unequal spread dropout is ridge with a λ for each.

**Near.** $m$ copies of the data with normal noise are the average over noise up to $1/\sqrt m$. SGD in batches of 8
rows wanders about ridge; its average comes closer. A gradient flow without penalty, stopped at $t = 1/\lambda$, or
after $1/(\eta\lambda)$ small steps, keeps $1 - e^{-e/\lambda}$ of a direction of curvature $e$ where ridge keeps
$e/(e+\lambda)$. Its risk $\mathbb E\lVert\hat w - w\rVert^2$ is at most 1.69 times that of ridge.

**Elsewhere.** The lasso pulls by a constant. AdamW shrinks outside its moments: it stands only where $\lambda\lvert
w_j\rvert$ equals the size of a normalised step, at most 1. SAM looks for flat places, and a parabola is as steep
everywhere: it ends at least squares. Its ρ here is λ.

Sources: Hoerl and Kennard 1970; Bishop 1995 and 2006; Hastie, Tibshirani and Friedman 2009; Srivastava et al. 2014;
Hanson and Pratt 1988; Loshchilov and Hutter 2019; Ali, Kolter and Tibshirani 2019; Xie and Li 2024; Foret et al. 2021.
""",
    notice=(
        "Added rows, the Gaussian prior, the budget, noise on inputs, dropout and weight decay end where ridge ends, "
        "to ten digits at every setting of the page.",
        "Adam with L2 in its gradient, run with all rows until it stands, ends there too, to six digits. What differs "
        "from ridge is its way, not its end; that it is no ridge is true of AdamW.",
        "Noisy copies come nearer by the root of their number: 16 times as many are on average four times as near.",
        "Early stopping is not ridge: at λ = 1 it is 28.5 % away on the first problem. Yet it never risks more than "
        "1.69 times as much.",
        "AdamW never leaves the box |wⱼ| ≤ 1/λ by more than a hundredth. At λ = 10 it ends in a corner of it on the "
        "first problem, (0.1, 0.1), and ridge at (0.175, 0.12).",
        "SAM does not shrink at all: it ends at least squares, to three digits.",
        "The lasso is at 0 from λ = λ_max on, where ridge never is. On the first problem it is 0.5 % away at λ = 0.01 "
        "and 46 % at λ = 1.",
    ),
    try_this={
        "Hardly any shrinkage: all are close": Settings(lambda_=0.01),
        "Strong: who is still there?": Settings(lambda_=10.0),
        "One noisy copy": Settings(copies=0),
        "4096 noisy copies": Settings(copies=12),
        "Near twins": Settings(correlation=0.9, lambda_=0.251),
        "Opposite features": Settings(correlation=-0.9, lambda_=0.251),
    },
    see={3: "4096 noisy copies", 5: "Strong: who is still there?", 7: "Hardly any shrinkage: all are close"},
)
