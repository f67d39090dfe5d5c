from regviz.figures import map_priors as topic
from regviz.figures.map_priors import Settings
from regviz.ui import page

page.show(
    topic,
    story=True,
    lead="Drag λ: the orange prior tightens around its centre, and the MAP follows it.",
    maths=r"""
Say that the data are $y = Xw + \varepsilon$ with Gaussian noise of known $\sigma$, and that the weights were drawn from
a prior $p(w)$. Bayes' rule multiplies the two. Take minus the logarithm and multiply by $\sigma^2/n$:

$$
-\tfrac{\sigma^2}{n}\log p(w\mid y)=\underbrace{\tfrac1{2n}\lVert y-Xw\rVert^2}_{\text{likelihood}}
+\underbrace{\bigl(-\tfrac{\sigma^2}{n}\log p(w)\bigr)}_{\text{penalty}}+\text{const}
$$

The weights of highest posterior density, the *MAP*, are a penalised solution. Choosing a penalty is choosing a prior:

| prior of each weight | penalty | strength |
|---|---|---|
| Gaussian, standard deviation $\tau$ | $\lambda\tfrac12 w^2$: ridge | $\lambda=\sigma^2/(n\tau^2)$ |
| Laplace, scale $b$ | $\lambda\lvert w\rvert$: lasso | $\lambda=\sigma^2/(nb)$ |
| $\exp(-\theta[\rho\lvert w\rvert+\tfrac{1-\rho}2w^2])$ | elastic net | $\lambda=\theta\sigma^2/n$ |
| Student-$t$, $\tau$, $\nu=3$ | $2\tfrac{\sigma^2}{n}\log(1+\tfrac{w^2}{3\tau^2})$ | $\lambda=\sigma^2/(n\tau^2)$ |

With another centre $m$, read $w-m$ for $w$ in the table. Contours stand where a log density is 0.5 and 2 below its
peak: one and two standard deviations of a Gaussian.

**Mode and mean.** The MAP is the peak. The *posterior mean* is the average over the whole posterior, and it is the
estimate with the least expected squared error if the prior is right. The page integrates it numerically,
panel by panel between the prior's kinks, as far as the posterior is above $e^{-25}$ of its peak. What that leaves out,
and the change against a coarser rule, add up to the error that is printed.

**Is the prior wrong?** Before the data are seen, prior and noise together predict least squares to lie around $m$ with
covariance $\tfrac{\sigma^2}n H^{-1}+\operatorname{Var}(w_j)\,I$, where $H=X^\top X/n$. The distance of the actual least
squares in these units, *data − prior*, is the prior-data conflict. The distance from least squares to the MAP
in units of the likelihood, *MAP − data*, tells how much fit the prior has cost. Beyond $\sqrt{2\ln20}=2.45$ lies one
Gaussian draw in twenty; the share of prior draws at least as far out is simulated with 2000 draws. Where it is under
5 %, a convention and no more, the caption says that the data contradict the prior.

Sources: Tibshirani 1996, section 5; Gelman et al., *Bayesian Data Analysis*, chapters 14 and 17; Box 1980;
Evans and Moshonov 2006.
""",
    notice=(
        "With a Gaussian prior the MAP is the ridge solution, with a Laplace prior the lasso solution: the same "
        "weights as on the page Constraint balls.",
        "The Laplace MAP sets w₂ exactly to zero from a finite λ on; the posterior mean of w₂ never stays at zero: it "
        "may pass it at a single λ, and comes nearer to it as λ grows.",
        "With a Gaussian prior the posterior is Gaussian too, so MAP and posterior mean are the same point.",
        "λ is not the prior: with twice the noise σ the same λ means a Gaussian prior twice as wide, and a Laplace "
        "prior four times as wide.",
        "A Gaussian prior centred at −2 and tightened pulls the MAP away from the default data; the curve data − prior "
        "crosses the 95 % line and gives the alarm.",
        "In the same conflict a Student-t prior lets go: its MAP stays near least squares.",
    ),
    try_this={
        "A sparse peak, a mean that is not": Settings(prior="laplace", w2=0.25, lambda_=0.464),
        "Gaussian: peak and mean are one point": Settings(prior="gaussian", lambda_=0.147),
        "A prior far too tight": Settings(prior="gaussian", lambda_=4.64),
        "A prior centred wrong": Settings(prior="gaussian", centre=-2.0, lambda_=1.0),
        "Centred wrong, with heavy tails": Settings(prior="student", centre=-2.0, lambda_=1.0),
        "Many samples drown the prior": Settings(prior="laplace", n=200, lambda_=0.0147),
    },
    see={
        2: "A sparse peak, a mean that is not",
        3: "Gaussian: peak and mean are one point",
        5: "A prior centred wrong",
        6: "Centred wrong, with heavy tails",
    },
)
