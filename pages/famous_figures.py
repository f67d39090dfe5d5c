import streamlit as st

from regviz.figures import famous_figures as topic
from regviz.figures.famous_figures import CARDS, Settings
from regviz.ui import page
from regviz.ui.topic import Shown


def gallery(s: Settings, shown: Shown) -> None:
    """List all figures with their badges."""
    with st.expander(f"All {len(CARDS)} figures with their badges"):
        page.table(
            ("figure", "source", "badge", "what is held"),
            ((about.title, about.source, f"**{about.badge}**", about.what) for about in CARDS.values()),
        )


page.show(
    topic,
    between=gallery,
    lead="Drag the slider where there is one: each figure is computed here, and held against what its authors print.",
    maths=r"""
A badge says what was checked, and no more.

- **Exact**: every value held agrees to all digits that are printed, or to nine digits with a formula; where a limit is
  reached only slowly, or two roots meet, to four. The ten points of the polynomials are printed with six decimals, and
  a weight may be off by what half the last of these does to it.
- **Within error**: simulated here; every value held is within three standard errors of the formula. A draw in which
  one is not reads **not reproduced**.
- **Shape only**: other data or other draws than theirs. One feature of the picture is counted, and no number of theirs.

**Lasso path**: columns of length 1, numbered as in the table. **Polynomials**: least squares on ten points. The column
of $M=3$ in the book's table is headed $M=6$. **Batting averages**: 18 players, $z = \bar y + c\,(y-\bar y)$ with
$c = 1 - (k-3)\,\sigma^2/\sum(y-\bar y)^2$ and $\sigma^2=\bar y(1-\bar y)/45$. **Orthonormal**: with $X^\top X/n=I$ the
lasso is $\mathrm{sign}(b)(|b|-\gamma)_+$ and ridge $b/(1+\gamma)$, for $b$ of least squares. **Momentum**: curvatures 1
and κ; the rate is read off four iterates of a run. Each β has its best step $2(1+\beta)/(1+\kappa)$; the best β is
$\bigl(\frac{\sqrt\kappa-1}{\sqrt\kappa+1}\bigr)^2$. **Stopping**: one direction of curvature 1, the flow at
$t=1/\lambda$. **Margin**: the logistic flow in two dimensions, followed to $t=10^{16}$.

**Ridgeless**: least norm with $\lVert\beta\rVert^2=5$ and noise 1; the limit is $\gamma/(1-\gamma)$ below
$\gamma=1$ and $5(1-1/\gamma)+1/(\gamma-1)$ above. **Eigenvalues**: the density is
$\sqrt{(x-a)(b-x)}/(2\pi\gamma x)$ between $a,b=(1\mp\sqrt\gamma)^2$. **Recovery**: of 120 unknowns $k$ are ±1;
recovered means to six decimals. **Stein's estimate**: 190 means are 0 and ten are 4, noise 1; the exact risk is that
of Donoho and Johnstone 1994. **Grouping**: their recipe, our draws, $\rho=0.5$. **Double descent**: ReLU features of
100 digits; theirs are Fourier features of 10 000.

Sources: Efron, Hastie, Johnstone and Tibshirani 2004; Bishop 2006; Efron and Morris 1977; Tibshirani 1996; Goh 2017;
Ali, Kolter and Tibshirani 2019; Soudry et al. 2018; Hastie, Montanari, Rosset and Tibshirani 2022; Marchenko and Pastur
1967; Donoho and Tanner 2009; Donoho, Maleki and Montanari 2009; Stein 1981; Zou and Hastie 2005; Belkin, Hsu, Ma and
Mandal 2019.
""",
    notice=(
        "Seven figures are exact, and stay so at every setting of their sliders.",
        "At ‖w‖₁ = 1000 columns 3, 9, 4 and 7 of the diabetes table are in, as in the paper.",
        "The weights for M = 9 reach a million. Four agree with the book to its last digit and six to 0.2 in a "
        "million; the points, printed with six decimals, allow no more.",
        "Shrinking takes the squared error of the 18 averages from 0.0753 to 0.0213. The 0.077 and 0.022 that are "
        "quoted beside c = 0.212 do not follow from these averages.",
        "With κ = 100 momentum keeps 0.818 of its error a step at best, and gradient descent 0.980.",
        "The largest ratio of risks is 1.686, without any signal; 1.69 is that, rounded.",
        "In the draws 0 to 19 the ridgeless risk, the eigenvalues and Stein's estimate are within error every time.",
        "On digits the error at p = n = 100 is 0.80, and with 1000 features 0.095.",
    ),
    try_this={
        "M = 9": Settings(view="polynomials", degree=9),
        "Batting averages": Settings(view="averages"),
        "Momentum": Settings(view="rates"),
        "Ridgeless": Settings(view="ridgeless"),
        "Eigenvalues": Settings(view="spectrum"),
        "Recovery": Settings(view="transition"),
        "Double descent": Settings(view="digits"),
    },
    see={3: "M = 9", 4: "Batting averages", 5: "Momentum", 8: "Double descent"},
)
