from regviz.figures import double_descent as topic
from regviz.figures.double_descent import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
Fit $n$ samples with $p$ features by least squares. While $p<n$ there is one best $w$. From $p=n$ on, infinitely many
$w$ fit every sample exactly, and we take the **least norm**, which is where ridge ends as $\lambda\to0$, and where
gradient descent from 0 ends:

$$\min_w\;\tfrac1{2n}\lVert y-Xw\rVert^2+\tfrac\lambda2\lVert w\rVert^2 .$$

At $p=n$ exactly one $w$ fits, noise included, and it must be long. With more features there is a choice, and the
shortest is shorter.

**Features.** There are 200 independent standard normal features, $y=x^\top\beta+\varepsilon$, $\lVert\beta\rVert=1$,
and the fit sees the first $p$. What is left out acts as further noise: $\sigma_p^2=\sigma^2+$ the share of
$\lVert\beta\rVert^2$ that the fit cannot see. Let $r_p^2$ be the share it sees. At $\lambda=0$ the mean of the test
error is known exactly, for every $n$ and $p$:

$$
\begin{aligned}
p\le n-2:&\quad\sigma_p^2\Bigl(1+\frac{p}{n-p-1}\Bigr),\\
p\ge n+2:&\quad r_p^2\Bigl(1-\frac np\Bigr)+\sigma_p^2\Bigl(1+\frac{n}{p-n-1}\Bigr),
\end{aligned}
$$

and **infinite** for $\lvert p-n\rvert\le1$. In general the mean of the $k$-th power exists from $\lvert p-n\rvert=2k$
on. So close to $p=n$ an average over draws is luck. Up to a distance of 7, where the standard error has no finite
variance, the page shows medians with their quartiles. It averages 100 draws, and 40 in the view *Samples*.

**With a penalty** *theory* is the limit of large $n$ with $p/n\to\gamma$. Let $m$ be the positive root of
$\gamma\lambda m^2+(1-\gamma+\lambda)m=1$. Then

$$\lambda^*=\gamma\,\sigma_p^2/r_p^2,\qquad\text{error }\sigma_p^2\,\bigl(1+\gamma\,m(\lambda^*)\bigr).$$

In the sum form $n\lambda^*=p\,\sigma^2/\lVert\beta\rVert^2$, the same for every $n$.

**Parts.** Noise and what is left out cost $\sigma_p^2$. *Bias²* is what shrinking, and features that the samples do not
span, take from the signal. *Variance* is the noise that the fit follows. Given $X$ both are exact; they are averaged
over $X$.

**Samples**: 100 features, $\lVert\beta\rVert=1$, and $n$ grows. **Digits**: 100 images, pixels less their means,
through a layer of $p$ random ReLU units that is left untrained; ridge on its outputs, ten outputs for ten digits;
1000 other images, ten splits. The dotted grey curves are those at $\lambda=0$.

Sources: Belkin, Hsu, Ma and Mandal 2019; Belkin, Hsu and Xu 2020; Hastie, Montanari, Rosset and Tibshirani 2022;
Nakkiran, Venkat, Kakade and Ma 2021; Marchenko and Pastur 1967.
""",
    notice=(
        "Features, as the page opens: the exact error at λ = 0 rises with every feature up to p = n and falls with "
        "every one after it. At p = 200 it is 0.848 ± 0.004 in the draws, less than 1.04, the error of guessing zero.",
        "At p = n the mean error is infinite. The mean of the 100 draws there is 3457 and their median 51.8: such a "
        "mean says nothing.",
        "More than 7 away from p = n the mean of the draws is within 3.2 standard errors of the exact one at every p, "
        "with n = 40, for all true weights and all noise.",
        "With equal weights the best λ for each p takes the peak away: the error falls at every step, from 1.039 to "
        "0.848. One λ for all p does not: λ = 0.1 leaves a hump of 1.83 at p = n.",
        "That is no licence for ever more features. With the strongest first, the least error is 0.119 at p = 13, and "
        "with the best λ for all 200 it is 0.854.",
        "With all of the signal among the p, whatever p is, more features help up to p = n/(1 − σ) and then hurt "
        "again. In the limit of large n the error there is 2σ.",
        "Samples, σ = 0.5: more data can hurt. At λ = 0 the error is 1.03 with 40 samples, and a median of 44.4 with "
        "100. With nλ = 25.1 it falls at every step.",
        "There the best nλ does not depend on n: theory says 25, and at every n the best one on the slider is 25.1.",
        "Digits do the same: 24 % are told wrong at p = 40, 80 % at p = 100 and 9.5 % at p = 1000, and the peak is "
        "above both sides in 10 of 10 splits. The training error is 0 at p = 100 and at p = 1000 alike; the length of "
        "the weights is 172 and 2.2.",
        "With 40 % of the labels wrong, λ = 0.0398 and 80 features (35 % told wrong) beat λ = 0 and 1000 features "
        "(46 %), in 10 of 10 splits.",
    ),
    try_this={
        "Press play: λ flattens the peak": Settings(),
        "A little λ: the hump that is left": Settings(lambda_=0.1),
        "Strongest first: the first descent wins": Settings(signal="falling", noise=0.5),
        "All among the p: down to 2σ, then up": Settings(signal="inside", noise=0.3),
        "Samples: more data hurts": Settings(view="samples", noise=0.5),
        "Samples: one nλ for every n": Settings(view="samples", noise=0.5, total=25.1),
        "Digits": Settings(view="digits"),
        "Digits with 40 % wrong labels": Settings(view="digits", wrong=0.4, lambda_=0.0398),
    },
    see={
        4: "A little λ: the hump that is left",
        6: "All among the p: down to 2σ, then up",
        7: "Samples: more data hurts",
        8: "Samples: one nλ for every n",
        9: "Digits",
        10: "Digits with 40 % wrong labels",
    },
)
