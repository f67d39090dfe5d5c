from regviz.figures import dropout as topic
from regviz.figures.dropout import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
In every training step, dropout sets each unit of a layer to zero with probability $p$, the **drop rate**. A unit is
kept with probability $k = 1-p$. No unit can rely on another one being there.

**Inverted scaling.** In train mode the units that are kept are divided by $k$, so that the expected activation stays
what it was:

$$
\tilde h_i=\frac{m_i}{k}\,h_i,\qquad m_i\sim\mathrm{Bernoulli}(k),\qquad \mathbb E\,\tilde h_i=h_i .
$$

In eval mode every unit is kept and nothing is divided. The page measures both on the hidden units of a network trained
without dropout: 64 training digits, ten masks for each rate.

**Monte Carlo dropout** keeps dropping units when it predicts. It draws $T$ masks. The mean of these passes is the
prediction, and their standard deviation says how much the thinned networks disagree.

**Linear regression** shows what dropout is. Drop entries of $X$ and do not rescale. With masks $M$,

$$
\mathbb E\,\lVert y-(X\circ M)w\rVert^2=\lVert y-kXw\rVert^2+k(1-k)\,w^\top\mathrm{diag}(X^\top X)\,w .
$$

The second term is a ridge penalty, in the units of each column. Setting the slope to zero gives

$$
\bigl[k^2X^\top X+k(1-k)\,\mathrm{diag}(X^\top X)\bigr]\,w=k\,X^\top y .
$$

Predictions use $kw$. This is ridge regression of strength $(1-k)/k$. Averaging over $m$ drawn masks
instead, we solve the equations with means of $(X\circ M)^\top(X\circ M)$ and $(X\circ M)^\top y$. The standard error
of the solution (se) shrinks like $1/\sqrt m$.

**Logistic regression** makes the penalty adaptive. With inverted scaling on the inputs, the loss
$A(x^\top w)-y\,x^\top w$, $A(z)=\log(1+e^z)$, grows on average, whatever the labels are, by

$$
R(w)=\sum_i\mathbb E\,A(\tilde x_i^\top w)-A(x_i^\top w)\approx\frac{1-k}{2k}\,w^\top\mathrm{diag}(X^\top VX)\,w,
\qquad V_{ii}=\pi_i(1-\pi_i) .
$$

Cases of which the model is sure, $\pi_i$ near 0 or 1, hardly count: a weight may grow where it makes sure. Of the six
inputs here all 64 masks are added up, for the weights of least squares.

The networks on digits have one hidden layer of 48 relu units and see 200 images. They are trained by Adam for 40
epochs, at 46 rates and with three seeds, as one batch. Those on the curve have two layers of 48 units and
take 300 steps on all of 24 points; a pass draws one mask and keeps it for all $x$.

Sources: Srivastava et al. 2014, *Dropout*, sections 4, 9.1 and 10; Gal and Ghahramani 2016, *Dropout as a Bayesian
approximation*; Wager, Wang and Liang 2013, *Dropout training as adaptive regularization*.
""",
    notice=(
        "Digits: with 30 % of the labels wrong, accuracy on new digits rises with the rate up to a best one, and "
        "collapses at high rates.",
        "There, training accuracy falls as the rate grows: the wrong labels are no longer learnt by heart.",
        "With right labels there is hardly anything to gain: no rate gets more than one digit in a hundred "
        "more right than p = 0.",
        "The mean activation is the same in train and eval mode at every rate, up to the chance of the masks. Without "
        "the division it falls like 1 − p.",
        "Curve: at rates up to 0.2 the passes disagree more beyond the data than at the data. At rate 0 they agree.",
        "Agreement is no proof of knowledge: at rate 0.5 the passes of the three networks here agree better in the "
        "gap, where there are no data, than at the data. With other points it is luck: of 36 networks on twelve other "
        "draws about half do.",
        "Dropout is no cure-all: 24 points of a curve are fitted worse at rate 0.5 than without dropout.",
        "Linear: at rates up to 0.68 averaged masks come within a few standard errors of the closed form, and four "
        "times the masks halve the distance.",
        "With a logistic loss dropout is a ridge that adapts. At correlation 0.6 and rate 0.3, with a tenth of the "
        "weights of least squares, it adds what the ridge form says, within 2 %. Ten times the weights of least "
        "squares pay about ten times as much as these themselves, where a ridge would ask a hundred times.",
    ),
    try_this={
        "The masks from rate 0: press play": Settings(rate=0.0),
        "Too much: rate 0.9": Settings(rate=0.9),
        "Right labels only": Settings(wrong=0.0),
        "Curve: the passes part beyond the data": Settings(view="curve", rate=0.1),
        "Curve: agreed in the gap": Settings(view="curve", rate=0.5),
        "Curve: underfit at rate 0.7": Settings(view="curve", rate=0.7),
        "Linear: dropout is ridge": Settings(view="linear", rate=0.3, masks=256.0),
        "Linear: near twins share": Settings(view="linear", correlation=0.9, rate=0.5),
    },
    see={
        1: "Too much: rate 0.9",
        3: "Right labels only",
        5: "Curve: the passes part beyond the data",
        6: "Curve: agreed in the gap",
        8: "Linear: dropout is ridge",
    },
)
