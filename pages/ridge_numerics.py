from regviz.figures import ridge_numerics as topic
from regviz.figures.ridge_numerics import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
Ridge regression solves a linear system,

$$\Bigl(\tfrac1n X^\top X+\lambda I\Bigr)w=\tfrac1n X^\top y .$$

**Direction by direction.** Write $X=UDV^\top$. Along the right singular vector $v_j$ the loss bends by
$e_j=d_j^2/n$, an eigenvalue of $X^\top X/n$. Ridge multiplies the least-squares coefficient along $v_j$ by

$$\frac{d_j^2}{d_j^2+n\lambda}=\frac{e_j}{e_j+\lambda}.$$

Their sum over $j$ is the *effective degrees of freedom*. These problems have no intercept; elsewhere it is not counted.

**Closed form.** The condition number of the system is $\kappa=(e_{\max}+\lambda)/(e_{\min}+\lambda)$. A solver that
rounds every number to a relative precision $u$ returns $w$ with a relative error of the order of $\kappa u$, the dashed
lines: on this page's problems mostly less, now and then several times as much. Here $u=6\cdot10^{-8}$ in 32 bits and
$10^{-16}$ in 64 bits. The page forms $X^\top X$ and solves in each precision; the reference is the singular value
decomposition, whose error grows with $\sqrt\kappa$ only.

**Gradient descent.** From $w=0$ each step multiplies the error along $v_j$ by $1-\eta(e_j+\lambda)$. It shrinks in
every direction exactly when

$$\eta<\frac2L,\qquad L=e_{\max}+\lambda .$$

Past that limit the strongest direction grows at every step. A run is stopped when its excess over the minimum is
1000 times that of the start; the cross marks the step.

**Early stopping.** Gradient descent *without* a penalty, stopped after $t$ steps, filters with
$1-(1-\eta e_j)^t$. With $t\approx1/(\eta\lambda)$ that is close to ridge, for
$1-e^{-x}\approx x/(1+x)$ at $x=e_j/\lambda$ and small steps. Those two differ by at most 0.204. Along a direction with
true coefficient $\beta$ the expected squared errors, with $\nu=\sigma^2/n$, are

$$
\text{stopped at }t:\;\beta^2e^{-2et}+\nu\,\frac{(1-e^{-et})^2}{e},\qquad
\text{ridge:}\;\frac{\lambda^2\beta^2+\nu e}{(e+\lambda)^2}.
$$

At $t=1/\lambda$ the first is never above $\max_x\bigl[(1-e^{-x})\tfrac{1+x}{x}\bigr]^2=1.686$ times the second.

Every problem has 60 samples, $e_{\max}=1$, eigenvalues evenly spaced in log, and a truth of $\pm1$ along each
direction.

Sources: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, section 3.4.1; Golub and Van Loan,
*Matrix Computations*, section 5.3; Nesterov 2018, section 2.1.5; Ali, Kolter and Tibshirani 2019.
""",
    notice=(
        "The direction whose eigenvalue equals λ is kept by one half; stronger ones by more, weaker ones by less.",
        "The measured condition numbers lie on the predicted curve; where λ is well above the smallest eigenvalue and "
        "well below the largest, ten times the λ is a tenth of the condition number.",
        "In 32 bits the page's problem keeps one digit at most at condition number 10⁸ and λ = 10⁻⁸: in nine draws of "
        "ten the error is over a tenth. With λ = 0.01 it is under 10⁻⁴.",
        "Gradient descent converges below η = 2/L and blows up above it. The run lies on the line that the eigenvalues "
        "predict.",
        "A λ that is small beside the largest eigenvalue hardly lowers the limit, and speeds up the weakest direction "
        "a lot.",
        "Descent without a penalty, stopped at t = 1/(ηλ) with η ≤ 1 and λ ≤ 0.01, keeps at least as much of every "
        "direction as ridge, and at most 0.21 more.",
        "Stopping a gradient flow at t = 1/λ never costs more than 1.69 times the risk of ridge, on any problem and at "
        "any λ. On the page's first problem it costs 0.98 times as much at λ = 0.01 and 1.48 times at λ = 10⁻⁴.",
    ),
    try_this={
        "Just below the limit": Settings(learning_rate=1.9),
        "Just above it": Settings(learning_rate=2.1),
        "Nearly no penalty: hardly a digit left in 32 bits": Settings(condition=1e8, lambda_=1e-8),
        "The same with a little ridge": Settings(condition=1e8, lambda_=0.01),
        "λ itself sets the limit": Settings(lambda_=1.0, learning_rate=1.1),
        "A well-conditioned problem": Settings(condition=10.0, lambda_=0.01),
    },
    see={2: "The same with a little ridge", 3: "Nearly no penalty: hardly a digit left in 32 bits", 4: "Just above it"},
)
