from regviz.figures import constraint_balls as topic
from regviz.figures.constraint_balls import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
Two weights, $n$ samples, both features centred. The page solves, exactly,

$$\min_w \; \underbrace{\tfrac{1}{2n}\lVert y - Xw\rVert^2}_{\text{loss}} + \lambda P(w)$$

for the penalty you choose:

| penalty | value $P(w)$ | its ball $P(w)\le t$ |
|---|---|---|
| L1 | $\lvert w_1\rvert+\lvert w_2\rvert$ | diamond |
| L2 | $\tfrac12(w_1^2+w_2^2)$ | circle |
| elastic net | $\rho\,$L1$\,+(1-\rho)\,$L2 | diamond with bulging sides |
| L$q$ | $\tfrac1q(\lvert w_1\rvert^q+\lvert w_2\rvert^q)$ | star for $q<1$, box for large $q$ |

**Two sides of one picture.** If $w$ solves the penalised problem, it also solves
$\min_w \text{loss}(w)$ subject to $P(w)\le t$ with the budget $t=P(w)$. For a convex penalty the reverse holds too:
$\lambda$ is the multiplier of the budget. Switch on *Move the budget t* and the page solves the constrained problem by
walking along the ball's edge, without using $\lambda$; the distance between the two answers is printed.

**The certificate.** Let $r=y-Xw$. At a solution the loss pulls each weight with $\lvert x_j^\top r\rvert/n$, and the
penalty answers. A nonzero weight needs pull $=\lambda P'(\lvert w_j\rvert)$. A zero weight may stay at zero as long as
its pull is at most $\lambda P'(0^+)$. For L1 that is $\lambda$: a zero is *held*. For L2 it is 0, so only a pull of
exactly 0 leaves a weight at zero, at the one $\lambda$ where it passes. The KKT residual is the largest violation of
these conditions.

For $q<1$ the problem is not convex. The page finds the global minimum of this two-weight problem by search; some
budgets then have no $\lambda$ at all.

Sources: Hastie, Tibshirani and Wainwright 2015, *Statistical Learning with Sparsity*, section 2.2; Frank and Friedman
1993 for L$q$.
""",
    notice=(
        "With L1 one weight becomes exactly zero at a finite λ, before the other, and the solution then sits on a "
        "corner of the diamond. With the default data it is the second weight.",
        "With L2 the vector of weights gets shorter, and no weight stays at zero: it may cross zero at a single λ, "
        "as the second does near λ = 0.686 where its true value is −0.5.",
        "With L2 a single weight may grow before it shrinks: with seed 5 the second does.",
        "The solution is not the point of the ball nearest to least squares. At correlation 0.9 with L2 and λ = 0.501 "
        "the two are 0.28 apart: the tilted contour, not the distance, decides where it touches.",
        "With L1, L2 and the elastic net each zero weight has a blue bar no higher than its orange line; each nonzero "
        "weight has its bar exactly at the line.",
        "The constrained problem with budget t = P(w) gives back the same w, for every penalty.",
        "With q = 0.5 the path jumps: a weight leaves zero with a gap instead of growing from it.",
    ),
    try_this={
        "L1 at the moment a weight dies": Settings(penalty="l1", lambda_=1.12),
        "The same data with L2": Settings(penalty="l2", lambda_=1.12),
        "Strong correlation: the ellipse decides": Settings(correlation=0.9, lambda_=0.501),
        "Move the budget instead of λ": Settings(constrained=True, budget=1.5),
        "Nonconvex: q = 0.5 jumps": Settings(penalty="lq", q=0.5, lambda_=0.178),
        "A box: q = 4 keeps both weights alike": Settings(penalty="lq", q=4.0, lambda_=1.0),
    },
    see={
        1: "L1 at the moment a weight dies",
        2: "The same data with L2",
        5: "L1 at the moment a weight dies",
        6: "Move the budget instead of λ",
        7: "Nonconvex: q = 0.5 jumps",
    },
)
