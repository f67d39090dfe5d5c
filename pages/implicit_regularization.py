from regviz.figures import implicit_regularization as topic
from regviz.figures.implicit_regularization import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
With more weights than equations many solutions fit. No penalty is in the loss, and still training ends at one of
them. Which one depends on the optimizer, the start, and when we stop.

**Norms.** One equation, $w_1+a_2w_2=1$, and the loss $\tfrac12(a^\top w-1)^2$, from $w=0$. Every gradient is a multiple
of $a$, so gradient descent moves along $a$ and ends at $a/\lVert a\rVert^2$, the solution of **least L2**. Adam divides
each part of the gradient by its own size. Both weights then move alike and end at $(1,1)/\lVert a\rVert_1$, of
**least L∞**. Write $w=u^2-v^2$ with $u=v=\alpha$ at the start, and descend on $u$ and $v$: large weights then grow
faster, and for small $\alpha$ the end is near **least L1**. Exactly, the gradient flow ends at the solution with the
least

$$
Q_\alpha(w)=\alpha^2\sum_j q\bigl(w_j/\alpha^2\bigr),\qquad q(z)=2-\sqrt{4+z^2}+z\,\mathrm{arcsinh}(z/2),
$$

which is $\lVert w\rVert^2/(4\alpha^2)$ for large $\alpha$ and like $\lVert w\rVert_1\log(1/\alpha^2)$ for small.

**Scale** uses the same on 40 equations in 100 unknowns without noise, $\lVert\beta\rVert=1$ with $k$ equal entries of
either sign, ten draws. For every $\alpha$ the end is found by Newton's method on the dual, without descending.

**Margin.** On separable data the logistic loss $\sum_i\log(1+e^{-z_i^\top w})$, $z_i=y_ix_i$, has no minimum: $w$ grows
for ever, and its direction turns to the **largest margin**. With $\hat w$ of least norm such that $z_i^\top\hat w\ge1$,

$$
w(t)=\hat w\log t+\tilde w+o(1) .
$$

The page follows the flow in $\log t$, where a thousand steps reach $t=10^{16}$. Where two points support,
$\tilde w$ is known, and with it the dashed angle.

**Stopping.** Gradient flow from 0 keeps the share $1-e^{-te}$ of a direction with eigenvalue $e$, and ridge
$e/(e+\lambda)$. At $\lambda=1/t$ the risk of the first is never above 1.69 times that of the second. The risks here are
exact: 100 samples, 50 features of falling size, $\lVert\beta\rVert=1$, spread evenly or over the five strongest or
weakest directions. Diamonds mark the best of each.

**Low rank.** A matrix, 30 by 30 of rank 2, of which 40 % are seen, is fitted by $UV^\top$ with 30 columns each, so that
nothing limits the rank. The curves start from random $U$ and $V$ of three sizes; five draws. The effective rank is the
exponential of the entropy of the singular values.

Sources: Gunasekar et al. 2018; Woodworth et al. 2020; Soudry et al. 2018; Ali, Kolter and Tibshirani 2019; Gunasekar et
al. 2017 and Arora et al. 2019 for matrices; Roy and Vetterli 2007.
""",
    notice=(
        "One line, three ends: with slope 0.5 gradient descent ends at (0.8, 0.4), Adam at (0.667, 0.667), and u² − v² "
        "from α = 0.001 at (0.999, 0.001). Each has the least of its own norm among all solutions, or nearly.",
        "Momentum ends where gradient descent does, and RMSprop and AdaGrad where Adam does, for every slope.",
        "That Adam ends at least L∞ is a matter of one equation. With two equations in five unknowns its largest "
        "weight is 16 % above the least possible on average over 20 draws, and up to 83 %.",
        "Margin, as the view opens: the line is 2.05°, 0.881°, 0.399° and 0.192° off at t = 100, 10⁴, 10⁸ and 10¹⁶. "
        "To halve the angle, square the time.",
        "Over the first 20 seeds the weights grow at the rate 1/margin in log t, within 2 % at the end, and the margin "
        "at t = 10¹⁶ is at least 99 % of the largest.",
        "Scale, k = 5: the error is 0.61 from α = 10, 0.24 from 0.1, 0.028 from 0.0251 and 0.001 from 0.00398.",
        "A small start is no cure-all. With k = 40 the error is 0.57 from α = 10 and 0.86 from α = 10⁻⁶, worse in ten "
        "of ten draws. With k = 20 the best is between, 0.56 at α = 0.0631.",
        "Stopping: for every truth and noise on the page the ratio stays below 1.53. No problem has more than 1.686.",
        "The best stop can beat the best ridge: with the truth at the strong end and σ = 0.1 its risk is 0.0159 "
        "against 0.0351. With an even truth it costs up to 4 % more.",
        "Low rank: all three fit the seen entries within 0.002. From init 0.01 the effective rank ends at 2.2 and the "
        "error on unseen entries at 0.03; from 1 at 12.5 and 0.67. In each of five draws the smaller start is better.",
    ),
    try_this={
        "Three ends: move the step": Settings(step=24),
        "α = 10: u² − v² joins gradient descent": Settings(alpha=10.0),
        "Margin: press play": Settings(view="margin", time=0.0),
        "Scale, five weights: α decides": Settings(view="scale", alpha=0.1),
        "Scale, all kinds of weights: large α wins": Settings(view="scale", k=40, alpha=10.0),
        "Stopping beats ridge": Settings(view="stopping", truth="strong", noise=0.1, stop=10.0),
        "Low rank from a small start": Settings(view="factors", trained=41.6),
    },
    see={
        4: "Margin: press play",
        6: "Scale, five weights: α decides",
        7: "Scale, all kinds of weights: large α wins",
        9: "Stopping beats ridge",
    },
)
