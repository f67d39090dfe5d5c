from regviz.figures import nuclear_norm as topic
from regviz.figures.nuclear_norm import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
The **nuclear norm** $\lVert Z\rVert_*$ of a matrix is the sum of its singular values. It is to singular values what
L1 is to weights: as a penalty it makes some of them exactly zero, which lowers the rank.

**Noise.** The page solves, with no $1/n$ as usual for a prox,

$$
\min_Z\;\tfrac12\lVert Y-Z\rVert_F^2+\lambda\lVert Z\rVert_* .
$$

The answer keeps the singular vectors of $Y$ and soft-thresholds its singular values:

$$
Y=\sum_i\sigma_i\,u_iv_i^\top,\qquad Z=\sum_i(\sigma_i-\lambda)_+\,u_iv_i^\top .
$$

At $\lambda_{\max}=\sigma_1$ nothing is left. The truth here is a matrix $L$, 60 by 60, of rank $r$, with entries of
variance 1.

**Stein's estimate** of the error needs $Y$ and $\sigma$ alone. For square matrices with $n$ rows

$$
-n^2\sigma^2+\sum_i\min(\lambda,\sigma_i)^2+2\sigma^2\Bigl[\sum_i 1(\sigma_i>\lambda)+
2\sum_{i\ne j}\frac{\sigma_i(\sigma_i-\lambda)_+}{\sigma_i^2-\sigma_j^2}\Bigr]
$$

has the mean of $\lVert Z-L\rVert_F^2$. The **hard threshold** keeps what is above $\tfrac{4}{\sqrt3}\sqrt n\,\sigma$
and does not shrink it. Noise alone has singular values up to $2\sqrt n\,\sigma$, where *noise ends*.

**Holes.** Only entries in $\Omega$ are seen, and $P_\Omega$ keeps those:

$$
\min_Z\;\tfrac12\lVert P_\Omega(Y-Z)\rVert_F^2+\lambda\lVert Z\rVert_* .
$$

Fill the holes with the present $Z$, threshold, repeat; with momentum this is *soft-impute*, accelerated. The
**duality gap** proves the answer: the residual $R=P_\Omega(Y-Z)$, scaled until $\lVert R\rVert_2\le\lambda$, gives a
lower bound. *Not shrunk* is the matrix of a given rank nearest to what is seen, found by the same loop with a hard
threshold; that problem is not convex, and the loop may stop at a local answer. Digits: 200 images, one a row, each
pixel's mean over the images that show it taken away before and added after.

**Found without noise**: 24 by 24, eight draws, $\min\lVert Z\rVert_*$ with the seen entries kept exactly; found means
within 1 %. A matrix of rank $r$ has $r(2n-r)$ free numbers. The *Gaussian* line is where half would be found if each
measurement were a random mixture of all entries.

**The ball.** A symmetric matrix, 2 by 2, with eigenvalues $c\pm\rho$ has nuclear norm $2\max(\lvert c\rvert,\rho)$, so
the ball is a cylinder. Rank 1 is the cone $\lvert c\rvert=\rho$, and it touches the ball at the two rims.

Sources: Cai, Candès and Shen 2010; Mazumder, Hastie and Tibshirani 2010; Candès, Sing-Long and Trzasko 2013; Gavish and
Donoho 2014; Amelunxen, Lotz, McCoy and Tropp 2014.
""",
    notice=(
        "The nuclear norm does not find the rank: with rank 3, noise 0.3 and nothing missing the λ of least error "
        "leaves 14 to 19 singular values over 20 seeds.",
        "The λ that does leave three of them shrinks these too: there the error is 16 % above the least on average, "
        "and the hard threshold, which shrinks nothing, is 28 % below it.",
        "Stein's estimate does not know the truth, and the λ where it is least costs at most 5 % more error than the "
        "best one.",
        "Holes, with p = 0.4 seen: over six seeds the best λ has rank 15 to 17. A λ near 0 is worse there, and "
        "the last λ with rank at most 3 is worse still.",
        "A matrix of rank 3 that is not shrunk beats every λ there, by 37 % on average. With noise 1 it is the "
        "other way round, in 6 of 6 seeds.",
        "Digits with half the pixels: the pixel's mean is off by 0.27, the best λ by 0.21, and no rank from 2 to 6 "
        "without shrinking comes near it. That λ has rank 35 or more.",
        "Without noise a matrix of rank 3 is found from p = 0.7 on in eight of eight draws, and at p = 0.5, where "
        "twice its free numbers are seen, in two of eight. Gaussian measurements would need only 0.42.",
        "In the ball a solution has rank 1 once λ reaches the size of the second eigenvalue: it then sits on a rim of "
        "the cylinder, which is a corner of the diamond.",
    ),
    try_this={
        "Noise: the λ of least error": Settings(strength=0.075),
        "Much noise, rank 8": Settings(rank=8, noise=1.0, strength=0.365),
        "Holes: 40 % seen": Settings(view="complete", observed=0.4, strength=0.0487),
        "Holes and much noise": Settings(view="complete", observed=0.4, noise=1.0, strength=0.205),
        "Digits: half the pixels": Settings(view="digits", strength=0.1),
        "The ball: on a rim": Settings(view="ball", strength=0.487),
    },
    see={1: "Noise: the λ of least error", 3: "Noise: the λ of least error", 4: "Holes: 40 % seen"},
)
