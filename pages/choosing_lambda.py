import streamlit as st

from regviz.figures import choosing_lambda as topic
from regviz.figures.choosing_lambda import Settings
from regviz.ui import own_csv, page
from regviz.ui.topic import Shown
from regviz.wording import number


def elsewhere(s: Settings, shown: Shown) -> None:
    """Write the same λ under the conventions of other books and libraries."""
    r = shown.compute(s)
    n, unit = r.study.sizes[0], number(float(r.study.table.y.std()), 3)
    st.header("The same λ elsewhere", anchor=False)
    st.markdown(
        f"What to write instead of λ = {number(s.lambda_, 3)} for the same solution, with {n} training rows, "
        f"standardised features, and the target divided by its standard deviation, {unit}, as here. With the target in "
        f"its own units an L1 penalty needs {unit} times as much, an L2 penalty no change. glmnet divides the target "
        f"itself: with the target in its own units it needs {unit} times λ for both, and ρ as it is."
    )
    rows = [(t.name, t.objective, f"{t.symbol} = {number(t.value)}") for t in topic.elsewhere(s, r)]
    page.table(("where", "what is minimised, or done", "value"), rows)


page.show(
    topic,
    story=True,
    lead="Drag λ to where the validation error is least, then compare with the λ that cross-validation picks.",
    maths=r"""
Rows are divided in three. **Training** rows fit $w$ for every $\lambda$. **Validation** rows choose $\lambda$. **Test**
rows choose nothing. The chart shows their error along $\lambda$ to make the point; in your own work look at it once, at
the end. All errors are mean squared errors in units of the target's variance: predicting
the mean gives about 1. Features are standardised once, on all rows; that uses no target value. The
effective df of a fit do not count its intercept.

**Cross-validation** needs no validation rows. It splits the training rows into 10 folds and predicts each from the
other nine. $\lambda_{\min}$ has the least mean error. Its standard error is the standard deviation of the ten fold
errors divided by $\sqrt{10}$. $\lambda_{1SE}$ is the largest $\lambda$ whose mean error is within one standard error of
the least: a simpler model that is not clearly worse.

**Where the error comes from.** For a truth $y=f(x)+\varepsilon$ and a fit $\hat f$ from a random training set,

$$
\mathrm{E}\,(y-\hat f)^2=\underbrace{\mathrm{E}_x(f-\mathrm{E}\hat f)^2}_{\text{bias}^2}
\;+\;\underbrace{\mathrm{E}(\hat f-\mathrm{E}\hat f)^2}_{\text{variance}}\;+\;\underbrace{\sigma^2}_{\text{noise}}.
$$

This needs a known truth. The synthetic table has one. For a real table the page simulates a twin: the same rows,
weights from a weak ridge fit ($\lambda=0.01$), and noise of the size of its residuals. It draws 50 training sets,
estimates the parts without bias from their weights (an estimate below zero is drawn at zero), and measures the error on
600 fresh rows for each.

**The names of the ends.** A fit is good where the validation error is within one standard error of its least, the
difference taken row by row, or less than one percent above it. Elsewhere it overfits on the left of the least and
underfits on the right, as far as these few rows can tell.

**Tuning on the test set.** In the same simulation the $\lambda$ with the least error on 20 test rows is chosen, again
and again. The error on those 20 rows is then too small: it was picked for being small. The same model on 20 fresh rows,
and on the whole population, tells the truth.

Source: Hastie, Tibshirani and Friedman 2009, sections 7.2, 7.3 and 7.10.
""",
    notice=(
        "The training error never falls as λ grows, so it cannot choose λ.",
        "With squares and products and a small λ the model overfits: training error is low and validation error high. "
        "With a large λ it underfits: both are high, and beyond $\\lambda_{\\max}$ the lasso predicts the mean.",
        "On the first screen variance falls and bias² rises as λ grows, and with the noise they add up to the error "
        "measured on fresh rows, within its standard error.",
        "Variance need not fall: for ridge on 80 synthetic features with noise 0.25 and nine weights in ten zero, it "
        "rises from 0.020 at λ = 0.01 to 0.048 at λ = 0.316.",
        r"$\lambda_{1SE}$ is never below $\lambda_{\min}$, and the lasso keeps fewer weights there: 3 rather than 6 "
        "on the first screen.",
        "The choice is partly luck: on the first screen validation chooses λ from 0.0133 to 0.178 over 30 reseeds of "
        "one table.",
        "Tuned on a test set of 20 rows of the first screen's twin, the lasso reports an error of 0.54; the true error "
        "of the same models is 0.64. A fresh test set gives the true error within two standard errors.",
        "More training rows reduce the variance: on the first screen's table 200 rows give a lower least total error "
        "than 40.",
    ),
    try_this={
        "Where cross-validation is least": Settings(lambda_=0.1),
        "One standard error further": Settings(lambda_=0.178),
        "Overfitting: almost no penalty": Settings(lambda_=0.000178),
        "Few rows: the luck of the draw": Settings(n=40, lambda_=0.1),
        "Ten features are hard to overfit": Settings(products=False, lambda_=0.01),
        "Ridge on a sparse truth": Settings(data="synthetic", penalty="l2", lambda_=0.1),
    },
    see={1: "Overfitting: almost no penalty", 2: "Overfitting: almost no penalty", 5: "One standard error further"},
    between=elsewhere,
    choose=own_csv.choose,
)
