from regviz.figures import elastic_net_grouping as topic
from regviz.figures.elastic_net_grouping import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
Two hidden factors $Z_1, Z_2$ are uniform on $[0, 20]$, and $y=Z_1+0.1\,Z_2+\varepsilon$. Nobody measures the factors.
The data hold three noisy copies of each,

$$x_1=Z_1+\delta_1,\quad x_2=-Z_1+\delta_2,\quad x_3=Z_1+\delta_3,\qquad x_4=Z_2+\delta_4,\;\dots$$

The first three are *twins*: up to the sign they say the same. The charts turn the sign of $w_2$ and $w_5$ around. All
columns are centred and scaled to variance 1. The page solves, exactly,

$$\min_w\;\tfrac1{2n}\lVert y-Xw\rVert^2+\lambda\Bigl[\rho\lVert w\rVert_1+\tfrac{1-\rho}2\lVert w\rVert_2^2\Bigr].$$

**Why the lasso cannot choose.** With perfect twins only the sum of their weights matters to the loss, and
$\lVert w\rVert_1$ is the same however the sum is shared among weights of one sign. The data's noise decides, and other
noise decides otherwise.

**Why the elastic net shares.** $\lVert w\rVert_2^2$ is least when equal columns have equal weights. Turn the signs so
that two columns have correlation $c\ge0$. Then

$$\lvert w_i-w_j\rvert\;\le\;\frac{\lVert y\rVert/\sqrt n}{\lambda(1-\rho)}\,\sqrt{2(1-c)} .$$

*Proof.* At the solution $x_j^\top r/n=\lambda\rho s_j+\lambda(1-\rho)w_j$ with $s_j$ in the subdifferential of
$\lvert w_j\rvert$. Subtract the lines of $i$ and $j$. Since $s$ rises with $w$,
$\lambda(1-\rho)\lvert w_i-w_j\rvert\le\lvert(x_i-x_j)^\top r\rvert/n$. Cauchy's inequality, $\lVert r\rVert\le\lVert
y\rVert$ and $\lVert x_i-x_j\rVert=\sqrt{2n(1-c)}$ give the bound. With $\rho=1$ it says nothing.

**The price.** At the same $\lambda$ the L2 part shrinks the sum of the twins as well. Zou and Hastie multiply the
weights by $1+\lambda_2$ with $\lambda_2=\lambda(1-\rho)$; for orthonormal columns that takes the L2 shrinkage back and
leaves the lasso. This page, like today's libraries, does not. The caption gives both prediction
errors: root mean square on new rows, beyond the noise of $y$.

Sources: Zou and Hastie 2005, its example of grouped selection and theorem 1, the bound; Tibshirani 2013 on when the
lasso is unique.
""",
    notice=(
        "At λ = 1 and with nearly perfect copies (noise 0.05) the elastic net gives the three twins nearly the same "
        "weight, with the sign of each copy. The lasso picks one or two of them in all but a few draws in a hundred.",
        "On data redrawn at the default settings the lasso jumps: another twin leads. The elastic net keeps all three "
        "in every draw.",
        "Noise decides what a twin is. At λ = 1 and with Zou and Hastie's copy noise 1/4 the lasso keeps all three in "
        "about one draw in three; with noise 2 the copies are hardly twins any more, and it kept them in all of 500.",
        "Every pair of weights lies below the bound, twins and strangers alike, at every λ and ρ < 1.",
        "Lower ρ or raise λ: the bound falls. At ρ = 1 there is none.",
        "At λ = 0.1 both agree on the sum of the twins within 2 %; they differ in how it is shared.",
        "Copies of noise 2 are weaker twins than copies of noise 0.05: their correlation is lower, and at λ = 1 the "
        "elastic net lets them differ more.",
    ),
    try_this={
        "Zou and Hastie's copies, noise 1/4": Settings(copy_noise=0.25),
        "A pinch of L2 is enough": Settings(l1_ratio=0.9),
        "The lasso itself: no bound": Settings(l1_ratio=1.0),
        "Strong penalty: only the twins are left": Settings(lambda_=3.16),
        "Few, noisy data": Settings(n=30, noise=3.0, copy_noise=0.25),
        "Twins that are hardly twins": Settings(copy_noise=2.0),
    },
    see={1: "A pinch of L2 is enough", 4: "Strong penalty: only the twins are left", 5: "The lasso itself: no bound"},
)
