import streamlit as st

from regviz.figures import coefficient_paths as topic
from regviz.figures.coefficient_paths import Settings
from regviz.linear.homotopy import PathError
from regviz.ui import own_csv, page
from regviz.ui.topic import Shown

MOST = 200  # steps listed


def knots(s: Settings, shown: Shown) -> None:
    """List where weights come and go, standardised and not."""
    st.header("The knots, and what standardising changes", anchor=False)
    try:
        with st.spinner("Following the path"):
            steps = topic.step_table(shown.compute(s).table, MOST)
        st.dataframe(steps, hide_index=True, width="content", height="content" if len(steps["step"]) <= 16 else 600)
        if len(steps["step"]) == MOST:
            st.caption(f"These are the first {MOST} steps.")
    except PathError:
        st.caption("In their own units some features are so nearly copies of others that no path can be followed.")


page.show(
    topic,
    maths=r"""
All three methods minimise, with an intercept $b$ that is never penalised,

$$\tfrac{1}{2n}\lVert y-Xw-b\rVert^2+\lambda\Big[\rho\lVert w\rVert_1+\tfrac{1-\rho}{2}\lVert w\rVert_2^2\Big],$$

ridge with $\rho=0$, the lasso with $\rho=1$, the elastic net between. The target is in units of its standard
deviation. Then the lasso's $\lambda_{\max}=\max_j\lvert x_j^\top y\rvert/n$, where the last weight dies, is at most 1.
The diabetes table has 442 patients: age, sex, body mass index, blood pressure and six measurements of the blood serum,
s1 to s6. The target is how far the disease has gone a year later. **Ridge** shrinks each singular direction of $X$ by
$d^2/(d^2+n\lambda)$. Their sum is its effective degrees of freedom, df; the intercept is not counted. **The lasso** is
piecewise linear in $\lambda$. While no weight enters or leaves,

$$w_A(\lambda)=(X_A^\top X_A)^{-1}(X_A^\top y-n\lambda s_A),$$

with $A$ the nonzero weights and $s_A$ their signs. A weight enters when its pull $\lvert x_j^\top r\rvert/n$ reaches
$\lambda$. It leaves when it comes back to zero. These events are the knots; the page follows them from
$\lambda_{\max}$ down to $\lambda=0.0001$, without a grid. *Least angle regression* itself never drops a weight: on the
diabetes table it takes the same first ten steps, and no more. The number of nonzero weights is an unbiased estimate of
the degrees of freedom $\sum_i\operatorname{cov}(\hat y_i,y_i)/\sigma^2-1$, less one for the intercept. Mallows' $C_p$,
as a mean square, is the training error $+\,2\sigma^2(\text{df}+1)/n$, with $\sigma^2$ from
least squares on all features.

**Finding the truth.** With true weights $A$ of signs $s$, the *irrepresentable number* is $\max_{j\notin A}\lvert
x_j^\top X_A(X_A^\top X_A)^{-1}s\rvert$. Above 1 the lasso has the right signs at most half of the time, however large
$n$ is. The *adaptive lasso* charges $\lambda\lvert w_j\rvert/\lvert b_j\rvert$ with $b$ from least squares. The
*relaxed lasso* fits the weights that are left once more, without a penalty. **Units.** The penalty adds weights of
features in different units. A feature in small numbers needs a large weight and pays more. Standardised features pay
alike. With *Standardise* off, all features are divided by one number $c$, the largest of their standard deviations.
For the lasso and ridge that only renames $\lambda$, by $c$ and $c^2$; for the elastic net it moves $\rho$ as well.
Ridge and lasso at one $\lambda$ are not equally strong. To compare them, use an axis on which both read the same, such
as $R^2$, the share of deviance explained.

Sources: Efron, Hastie, Johnstone and Tibshirani 2004, *Least angle regression*; Mallows 1973; Zhao and Yu 2006; Zou
2006; Zou, Hastie and Tibshirani 2007; Meinshausen 2007; Hastie, Tibshirani and Friedman 2009, sections 3.4 and 3.8.
""",
    notice=(
        "On the diabetes table the lasso takes in bmi, s5, bp, s3, sex, s6, s1, s4, s2 and age; then it drops s3 and "
        "takes it back. These are 12 steps, each an open circle or a cross on the zero line.",
        "Ridge makes the weights as a whole shorter as λ grows, and none stays at zero. One may pass zero at a single "
        "λ, as s3 does near λ = 0.0037.",
        "On the diabetes table a single weight may grow as λ grows, and even change its sign: s3 does both, under the "
        "lasso and under ridge.",
        "On the diabetes table the number of nonzero lasso weights does not fall at every step: s3 is zero at "
        "λ = 0.001 and back at λ = 0.01.",
        "Against ‖w‖₁ the lasso path consists of straight lines from knot to knot, on every table.",
        "In their own units s1 goes first, the feature of the diabetes table with the widest spread; s5, second "
        "before, comes in ninth or later.",
        "On the synthetic table at λ = 0.1 the lasso keeps 9 of 40 weights, 7 of them among the 8 true ones; ridge "
        "keeps all 40.",
        "Standardised, that table has the irrepresentable number 1.06, and no λ gives the lasso the true weights. Over "
        "50 such tables some λ does for 16 with the lasso, and for 45 with the adaptive lasso.",
        "The relaxed lasso takes the shrinkage back: at λ = 0.1 the error against the truth drops from 0.106 to 0.023 "
        "of the target's variance, on average over 50 such tables, and on every one.",
        "On a twin of the diabetes table at λ = 0.0383, 400 draws of y give 6.6 ± 0.2 degrees of freedom by their "
        "definition and 6.5 nonzero weights on average. Single draws have 4 to 9.",
    ),
    try_this={
        "The same data under ridge": Settings(penalty="l2"),
        "Straight lines: the lasso against ‖w‖₁": Settings(axis="norm"),
        "Where s3 is dropped": Settings(lambda_=0.001),
        "Features in their own units": Settings(standardise=False, lambda_=0.0178),
        "Forty features, eight of them true": Settings(data="synthetic", lambda_=0.1),
        "More features than samples": Settings(data="synthetic", n=40, p=100, sparsity=0.9, lambda_=0.1),
    },
    see={
        1: "Where s3 is dropped",
        2: "The same data under ridge",
        4: "Where s3 is dropped",
        5: "Straight lines: the lasso against ‖w‖₁",
        6: "Features in their own units",
    },
    between=knots,
    choose=own_csv.choose,
)
