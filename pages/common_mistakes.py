import streamlit as st

from regviz.catalog import TOPICS
from regviz.figures import common_mistakes as topic
from regviz.figures.common_mistakes import Settings
from regviz.ui import page
from regviz.ui.topic import Shown

TREATED = {
    "test_set": "choosing_lambda",
    "assumptions": "coefficient_paths",
    "objective": "early_stopping",
    "norms": "constraint_balls",
    "units": "coefficient_paths",
    "seeds": "lr_schedules",
    "smoothing": "generalization_diagnostics",
    "theory": "double_descent",
    "state": "normalization",
    "precision": "weight_decay",
}


def onward(s: Settings, shown: Shown) -> None:
    """Link the page that treats what the view is about."""
    (title,) = (row.title for row in TOPICS if row.slug == TREATED[s.view])
    st.page_link(page.page_path(TREATED[s.view]), label=f"More on this: {title}")


page.show(
    topic,
    between=onward,
    lead="Drag the slider of each mistake: the first chart shows what is believed, the second what is so.",
    maths=r"""
**Test set.** The best of $m$ scores is not the score of the best. For $m$ coins on $n$ cases its mean is
$\frac1n\sum_{k<n}\bigl(1-F(k)^m\bigr)$, with the binomial $F$. *In a run:* checkpoints, seeds or prompts picked by the
score that is reported.

**Assumptions.** The lasso finds the true signs $s$ of the true set $A$ reliably only if for all $j$ outside of it
$\lvert x_j^\top X_A(X_A^\top X_A)^{-1}s\rvert<1$. Here $w=(2,3,0)$, and the third feature leans on the other two. *In a
run:* features that "matter", read off a sparse fit of correlated inputs.

**Training loss.** The objective is what is pushed down, so it goes down. Here 30 % of the training labels are wrong.
*In a run:* a checkpoint chosen by its training loss.

**One norm.** Risk here is $\lVert\hat w-w\rVert^2$, from 40 rows in 60 features. L1 pays where few weights count, L2
where all do. *In a run:* a penalty taken over from another problem.

**Units.** $\lambda\lvert w_j\rvert$ has the unit of $w_j$. Measure a feature in thousands, and its weight costs a
thousand times as much. *In a run:* a feature that was not normalised like the others.

**One seed.** With difference $d$ and spread $\sigma$ a comparison of $n$ seeds each errs with a probability near
$\Phi(-d\sqrt n/(\sigma\sqrt2))$; here all are drawn from the same forty. *In a run:* an ablation of one run each.

**Smoothing.** $a\leftarrow\beta a+(1-\beta)x$ shows $(1-\beta)H$ of a spike $H$, and a trend
$\beta/(1-\beta)$ steps late. *In a run:* a dashboard that smooths by default.

**No theory.** For $p<n$ least squares risks $\sigma^2p/(n-p-1)$; at $p=n$ that ends. The least norm goes on, with
$\lVert\beta\rVert^2(1-n/p)+\sigma^2n/(p-n-1)$. *In a run:* a larger model that is called beyond analysis.

**Lost state.** Batch norm keeps means and variances, Adam two moments. They belong to the weights of their epoch. *In a
run:* the best weights restored without their buffers, or a run resumed without its optimizer.

**Precision.** bfloat16 has 8 significant bits. Just below 1 its numbers lie $2^{-8}$ apart, so a decay of less than
$2^{-9}$ is rounded away. *In a run:* weights, averages or counts kept in half precision.

Sources: Zhao and Yu 2006; Belkin, Hsu and Xu 2020; Ioffe and Szegedy 2015; Kingma and Ba 2015; Kalamkar et al. 2019.
""",
    notice=(
        "Test set: the best of 100 models that toss a coin scores 62.5 of 100 cases on average, exactly 62.48; on "
        "fresh cases the same winner scores 50 within three standard errors.",
        "Assumptions: with an irrepresentable number of 1.3 some λ has the right signs in 48.5 % of 200 draws of 100 "
        "rows and in 53.5 % of 200 of 10 000. With 0 it is 100 % of both.",
        "Training loss: from epoch 19 to epoch 60 it falls from 0.98 to 0.44, while the loss on new digits rises from "
        "0.74 to 0.90, in twelve of twelve networks.",
        "One norm: with 5 of 60 weights the lasso risks 0.70 and ridge 2.66, worse in 20 of 20 draws. With all 60 it "
        "is 4.61 against 2.84, and the lasso is worse in 20 of 20.",
        "Units: bmi is the first column that the lasso takes if all are standardised, and the fifth in the units of "
        "the table. Times 0.001 among standardised columns it is dropped, and the error rises from 2984 to 3412.",
        "One seed: 32 units are 0.5 points ahead of 24, 2.5 standard errors. One seed each errs in 37 % of "
        "comparisons; 11 seeds each bring it below 10 %.",
        "Smoothing: at β = 0.82 a spike of 0.426 shows as 0.077.",
        "No theory: at five features per sample theory says 4.252, and 20 runs say 4.23 ± 0.05. With many samples it "
        "is 4.25.",
        "Lost state: weights of epoch 10 tell 91 % of new digits, and 56 % under the batch statistics of epoch 30, "
        "worse in twelve of twelve networks.",
        "Lost state: without its moments Adam's first step is 19 to 40 times as long, and the training loss first "
        "rises in nine of twelve networks. Twenty steps on it is lower in all twelve.",
        "Precision: 1000 steps of decay 0.001 leave a bfloat16 weight at 1, where exactly 0.368 is left. Ones add up "
        "to 256 in bfloat16 and to 2048 in float16.",
    ),
    try_this={
        "199 coins: one looks like skill": Settings(tried=199),
        "Dense truth: the lasso loses": Settings(view="norms", nonzero=60),
        "11 seeds each": Settings(view="seeds", count=11),
        "Smoothing 0.98: no spike": Settings(view="smoothing", beta=0.98),
        "At the peak, γ = 1": Settings(view="theory", gamma=1.0),
        "Decay 0.00251: it moves, wrongly": Settings(view="precision", decay=0.00251),
    },
    see={1: "199 coins: one looks like skill", 4: "Dense truth: the lasso loses", 6: "11 seeds each"},
)
