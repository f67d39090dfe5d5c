import json

import streamlit as st

from regviz.figures import generalization_diagnostics as topic
from regviz.figures.generalization_diagnostics import Settings
from regviz.ui import page
from regviz.ui.topic import Shown
from regviz.wording import number


def below(s: Settings, shown: Shown) -> None:
    """Write the signs in their order, what the run has to log, and what was held against something exact."""
    signals = shown.compute(s).log.signals if s.reveal else {}
    st.header("The signs, in the order in which to ask", anchor=False)
    page.table(
        ("sign", "tells", "when", f"run {s.run}"),
        [
            (
                topic.SIGNS[rule.signal],
                topic.NAMES[rule.fault].lower(),
                f"{'above' if rule.above else 'below'} {rule.bound:g}",
                f"{number(signals[rule.signal], 3)}{' ←' if rule.holds(signals) else ''}" if signals else "?",
            )
            for rule in topic.RULES
        ],
    )
    st.header("What the run has to log", anchor=False)
    text = json.dumps(topic.logged(s), indent=2, ensure_ascii=False)
    with st.expander("Manifest: seeds, hashes, versions, precision, schedule, λ, uses of the test set"):
        st.code(text, language="json")
    st.download_button("Download the manifest", text, f"manifest-{shown.file(s)}.json", "application/json")


page.show(
    topic,
    maths=r"""
Behind the letters A to J are ten runs of one network, 64-32-32-10 with relu, on 300 images of digits; validation has
300 more and fresh data 600. Nine runs have one fault each, and one has none. Another seed deals the letters anew. Say
what is wrong, and the caption answers. *Reveal* names the fault and what told it.

**What was done.** All runs take 40 epochs of SGD with batches of 25 and $\eta=0.2$. *Rate too high* has $\eta=1.5$,
*too low* 0.0002. *Dead units* start with biases of −6. *Raw pixels* count from 0 to 16, not from 0 to 1. *Labels leak*:
ten pixels spell the label in training and validation, and not in fresh data. *Wrong labels*: 40 % of those in training.
*Penalty too strong*: $\lambda=0.08$ in $\text{loss}+\tfrac\lambda2\lVert w\rVert^2$. *Too few*: 30 images. *In order*:
all zeros first, then all ones, never shuffled.

**What is logged.**
- The **loss**; dashed $\ln 10=2.303$, what ten equal chances cost. The red line is the gap.
- **Steps**: the norm of the gradient and $\lVert\text{step}\rVert/\lVert w\rVert$, means over each epoch.
- **Sharpness**: the largest eigenvalue of the Hessian of the training loss, every fourth epoch, by Lanczos from 24
  products $Hv\approx[g(w+\varepsilon v)-g(w-\varepsilon v)]/2\varepsilon$; $\varepsilon$ is tiny, for relu has kinks.
- **Margins**: the logit of the label less the largest other. The band holds 8 in 10 training images.
- **Units**: the share that is 0 on every training image; $\lVert w\rVert$, and the stable rank
  $\lVert W\rVert_F^2/\lVert W\rVert_2^2$ of the first matrix, over what they were at the start.
- **Calibration**: mean confidence less accuracy, with its sign; ECE averages its size over 15 bins.

**The signs** are asked in order, and the first past its bound is the diagnosis. Their bounds were set on 400 runs of 40
seeds, of which they miss one, for this network and these images. They are no laws of nature.

**Gradient noise.** $B=\mathrm{tr}\,\Sigma/\lVert G\rVert^2$ says from which batch size on the noise is smaller than the
gradient. From $E\lVert G_b\rVert^2=\lVert G\rVert^2+\mathrm{tr}\,\Sigma/b$ at two sizes both follow. Divide means: the
mean of ratios is worthless.

Sources: Guo et al. 2017, *On calibration of modern neural networks*; McCandlish et al. 2018, *An empirical model of
large-batch training*; Cohen et al. 2021 for sharpness as the largest eigenvalue.
""",
    notice=(
        "The signs, asked in their order, name 60 of 60 fresh runs: ten cases, six seeds that had no part in setting "
        "the bounds.",
        "Three faults end alike: dead units, raw pixels and a rate too high all end with a training loss of 2.28 to "
        "2.30 and less than 14 % right. The start tells them apart: dead units, a loss above 7, or a step above 0.13 "
        "of the weights.",
        "Raw pixels make steps too large as well, above 0.7 of the weights. So ask for the loss before training first.",
        "A leak looks better than no fault: all is right in training and in validation, where a run without fault "
        "has 92 to 96 %. Only fresh data tell, with more than 40 points less.",
        "Two look alike: images in order, and shuffled ones at twice the rate. The signs call 6 of 6 runs at rate "
        "0.4 “in order”, though nothing is wrong with them: 93 to 96 % right.",
        "With wrong labels validation is ahead of training at epoch 5 by more than 4 points, in 6 of 6 runs; without "
        "a fault it is behind in all 6. The network learns what is right first.",
        "A small ECE proves nothing: with seed 0 the run of dead units ends at 0.02 in validation with 10 % right, "
        "the one without fault at 0.04 with 92 %.",
        "The sign of calibration tells: with seed 0 too strong a penalty ends 24 points underconfident in "
        "validation, too few images 9 points overconfident.",
        "Flat proves nothing: with seed 0 the leak ends with sharpness 0.08 and the run without fault with 2.1. On "
        "fresh data they have 45 and 95 % right.",
        "The noise scale is easy early and hard late: with seed 0, 200 batches of 10 and of 100 estimate 34 for 35 "
        "before training. After 40 epochs it is 446, and the estimate breaks down.",
    ),
    try_this={
        "A run that never learns: which of three?": Settings(run="F"),
        "Too good to be true? Look at fresh data": Settings(run="E", fresh=True),
        "Losses fall and yet": Settings(run="G", epoch=5),
        "A guess that is nearly right": Settings(run="I", diagnosis="high"),
        "The run without fault, revealed": Settings(run="H", reveal=True),
    },
    see={4: "Too good to be true? Look at fresh data"},
    between=below,
)
