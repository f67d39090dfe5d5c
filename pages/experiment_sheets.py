from regviz.figures import experiment_sheets as topic
from regviz.figures.experiment_sheets import Settings
from regviz.ui import page, sheets

page.show(
    topic,
    findings="What the six sheets find",
    choose=sheets.expect,
    between=sheets.guide,
    lead="Say what you expect, and the charts open. Below them each sheet leads from the hypothesis to a conclusion.",
    maths=r"""
**Why in this order.** A number that is seen first is easily explained. Written down before, an expectation can be
wrong, and only then is something learnt. So it stays as it was written. A conclusion is judged by the run itself.

**Error and difference.** A log gives the mean over seeds $\pm$ its standard error $s/\sqrt k$. Where two rows share
their seeds, what counts is the error of the *difference*, seed by seed: here one is *ahead* if its mean difference is
over two of its standard errors. That is a rule of thumb. With twenty seeds 3 in a hundred comparisons without any
difference pass it, with five 6, with three 9.

**L1 in the gradient.** Adding $\lambda\,\mathrm{sign}(w)$ to a gradient makes steps that jump over zero and back, and
hardly ever land on it. A **proximal step** ends each step with the soft threshold. For Adam, whose metric is
$\sqrt{\hat v}+\varepsilon$, weight by weight it is
$$
w\leftarrow S\Bigl(w+\text{step},\ \frac{\eta\lambda}{\sqrt{\hat v}+\varepsilon}\Bigr),\qquad
S(z,t)=\mathrm{sign}(z)\max(\lvert z\rvert-t,0).
$$

**Tuning.** Each optimizer gets the one of eight rates at which it tells most of 300 validation digits. The 500 new
digits of the chart took no part in that.

**What a sheet does not show.** One data set, one small network, few seeds. The log says what was kept, so that you can
see what else would have to vary.

Sources: Duchi, Hazan and Singer 2011 for the proximal step in a diagonal metric; Wilson et al. 2017, *The marginal
value of adaptive gradient methods in machine learning*, for tuning before comparing; Prechelt 1998, *Early stopping,
but when?*, for patience.
""",
    notice=(
        "L1, L2: at λ = 0.00316 77 % of the weights are below 0.01 with L1 in the gradient, 34 % with L2 and 2.7 % "
        "without. Exactly 0 is none of them; by proximal steps 76 % are.",
        "L1, L2: up to λ = 0.00316 L1 in the gradient stays within a point of no penalty on new digits. At λ = 0.01 it "
        "is 3 points behind.",
        "Dropout: with three labels in ten wrong, networks with half of their units dropped get 80 % of new "
        "digits right, and with none dropped 68 %. They learn 77 % of the training labels, and 95 %.",
        "Batch norm: averaged over 25 cells batch norm tells 73 % of new digits, layer norm about 52 % and neither "
        "28 %. In three cells it is behind plain: initial weights × 2 at rates 0.01 and 0.0316, and × 4 at 0.01.",
        "Optimizers: at rate 0.01 four optimizers lie 54 points apart, each at a rate of its own less than 1 point. "
        "The rate of SGD is then 100 times that of RMSprop.",
        "Schedules: at a peak of 0.0316 five seeds do not tell warmup + cosine from a constant rate. At 0.316 it is 54 "
        "± 8 points ahead, and warmup alone 49 ± 8.",
        "Patience: 20 checks end with a test loss of 0.19 and 5 with 0.26. All 400 epochs end with 0.17 if the best "
        "weights are kept, and with 0.24 ± 0.03 by the last ones, which twenty draws do not tell from 0.19.",
    ),
    try_this={
        "The weakest λ": Settings(strength=1e-4),
        "Dropout at p = 0.8": Settings(view="dropout", drop_rate=0.8),
        "Batch norm, weights × 4": Settings(view="normalization", scale=4.0),
        "Optimizers at rate 1": Settings(view="optimizers", rate=1.0),
        "Schedules after five epochs": Settings(view="schedules", epoch=5),
        "Patience 5": Settings(view="patience", patience=5),
    },
    see={4: "Batch norm, weights × 4", 5: "Optimizers at rate 1", 7: "Patience 5"},
)
