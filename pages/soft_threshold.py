from regviz.figures import soft_threshold as topic
from regviz.figures.soft_threshold import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
When the design is orthonormal, penalised least squares falls apart into one problem per coefficient:

$$\operatorname{prox}_{s\lambda P}(z)=\arg\min_w\;\tfrac12(w-z)^2+s\,\lambda P(w),$$

with $z$ the coefficient of the data and $s$ the step. Each rule is the solution for one penalty.

| rule | output for $z>0$ | for large $z$ |
|---|---|---|
| soft (L1) | $\max(z-s\lambda,0)$ | $s\lambda$ too small |
| ridge (L2) | $z/(1+s\lambda)$ | too small by a share |
| elastic net | $\max(z-s\lambda\rho,0)/(1+s\lambda(1-\rho))$ | both |
| hard | $z$ if $z>s\lambda$, else $0$ | unbiased, but jumps |
| MCP (firm), $s<\gamma$ | $\frac{z-s\lambda}{1-s/\gamma}$ between $s\lambda$ and $\gamma\lambda$ | unbiased |
| SCAD | soft, then a steeper line, then $z$ ($a=3.7$) | unbiased |

Hard thresholding is the solution for a price of $(s\lambda)^2/2$ on every nonzero weight. With $s\ge\gamma$ MCP jumps
like it, at $\lambda\sqrt{\gamma s}$.

The same rules are the inner step of proximal gradient descent, where $s$ is the learning rate. Ridge never makes a
zero; the others do, because their penalties have a kink or a jump at zero.

MCP (the minimax concave penalty) and SCAD (smoothly clipped absolute deviation) are penalties that flatten out, so that
large weights are left alone.

**At work.** A signal of 256 points plus noise of size $\sigma$ is written in an orthonormal basis: the Haar basis of
steps, each at its own place and scale, or the cosine basis of waves. *Blocks* is a curve of flat pieces, *HeaviSine* a
wave with two jumps, *Tones* a sum of waves. In the right basis a few coefficients carry the signal while the noise
spreads evenly, $\sigma$ on each. Shrinking the coefficients and transforming back removes noise. The first coefficient,
the mean level, is left alone like an intercept.

With threshold $\sigma\sqrt{2\log n}$, the *universal threshold*, pure noise of 256 points is set to zero entirely four
times in five; as $n$ grows that probability tends to 1, slowly. It is a safe choice; the threshold with the least
error, the *oracle*, is usually smaller, and only the truth knows it. *SURE*, Stein's unbiased risk estimate, guesses
the error from the data alone. For a rule $\eta$ without jumps and known $\sigma$,

$$
\mathbb E\,\lVert\eta(z)-\theta\rVert^2
=\mathbb E\Bigl[\lVert\eta(z)-z\rVert^2-n\sigma^2+2\sigma^2\sum_i\eta'(z_i)\Bigr].
$$

For the soft rule the sum counts the coefficients that are not zero.

Sources: Stein 1981; Donoho and Johnstone 1994, *Ideal spatial adaptation by wavelet shrinkage*, and 1995, *Adapting to
unknown smoothness via wavelet shrinkage*.
""",
    notice=(
        "Soft thresholding moves every large coefficient by the same step · λ: its bias does not fade with z.",
        "Hard, MCP and SCAD thresholding return a large coefficient unchanged; hard thresholding jumps at step · λ.",
        "Ridge shrinks every coefficient by the same factor and sets none to zero.",
        "Blocks is sparse in the Haar basis and Tones in the cosine basis. At σ = 0.5 the least error of every rule "
        "that makes zeros is larger in the other basis. For ridge the basis makes no difference.",
        "For the soft rule on Blocks the λ of least error is below the universal threshold.",
        "SURE finds a good λ without the truth: on Blocks in the Haar basis, with the soft rule and σ = 0.5, its error "
        "is 2 % above the least on average over 50 seeds, that of the universal threshold 94 %.",
        "Where few coefficients matter SURE is less sure: on Tones in the cosine basis its error is 11 % above the "
        "least on average and 61 % at worst, that of the universal threshold 45 % on average.",
    ),
    try_this={
        "The universal threshold": Settings(lambda_=1.71),
        "Hard thresholding at the same strength": Settings(rule="hard", lambda_=1.71),
        "Ridge hardly denoises": Settings(rule="l2", lambda_=0.5),
        "Tones in the cosine basis": Settings(signal="tones", basis="cosine", lambda_=0.998),
        "The wrong basis": Settings(signal="tones", basis="haar", lambda_=0.5),
        "A larger step thresholds more": Settings(step=2.0),
    },
    see={
        1: "The universal threshold",
        2: "Hard thresholding at the same strength",
        3: "Ridge hardly denoises",
        5: "The universal threshold",
    },
)
