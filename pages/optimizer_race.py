import streamlit as st

from regviz.figures import optimizer_race as topic
from regviz.figures.optimizer_race import RACERS, Settings
from regviz.ui import page
from regviz.ui.topic import Shown
from regviz.wording import number

RULES = {
    "sgd": "−η g",
    "momentum": "−η m, m ← 0.9 m + g",
    "nesterov": "−η (g + 0.9 m), m as above",
    "adagrad": "−η g/√v, v ← v + g²",
    "rmsprop": "−η g/√v, v ← 0.9 v + 0.1 g²",
    "adam": "−η m̂/√v̂, β = 0.9 and 0.999",
    "adamw": "as Adam, and −η 0.01 w",
}


def racers(s: Settings, shown: Shown) -> None:
    """Write each runner's step, rate and loss."""
    st.header("Who races, and how fast", anchor=False)
    result = shown.compute(s)
    page.table(
        ("optimizer", "step", "learning rate η", f"loss at iteration {s.iteration}"),
        [
            (
                RACERS[name].title,
                RULES[name],
                number(result.runs[name].rate, 3),
                "diverged" if topic.gone(result, name) else topic.size(float(result.runs[name].loss[result.k])),
            )
            for name in s.racers
        ],
    )


page.show(
    topic,
    maths=r"""
Every optimizer sees the same gradient $g$ of the same loss and starts at the same point. The losses, each with least
value 0:

- **Rosenbrock**: $(1-x)^2+100\,(y-x^2)^2$, a bent valley with steep walls;
- **quadratic**: $\tfrac12(x^2+100\,y^2)$, a hundred times steeper in $y$ than in $x$;
- **Beale**: $(1.5-x+xy)^2+(2.25-x+xy^2)^2+(2.625-x+xy^3)^2$, a plateau with a valley;
- **saddle**: $\tfrac12x^2+\tfrac1{40}(y^2-1)^2$, flat along $y$ at 0, with a minimum on either side.

**The rates.** A race at one common rate would compare nothing. On the quadratic, SGD explodes at 0.1, and AdaGrad at
0.1 ends far behind AdaGrad at 2. So each optimizer has its own rate on each loss, by one rule. Take the rates 1, 2, 5
times a power of ten. Keep those with which the loss from the default start never rises above where it began. Of these,
take the one whose log loss is lowest on average over the 400 iterations. *All rates times* multiplies every rate, until
runs diverge: a run ends where its gradient is longer than $10^6$.

**How fast is too fast.** On a quadratic every direction moves by itself. With curvature $h$, SGD makes $w$ into
$(1-\eta h)w$, and settles if $\eta h<2$. With momentum the two last points decide, and the limit is
$\eta h<2(1+\mu)$; with Nesterov, who takes the gradient ahead, $\eta h<2(1+\mu)/(1+2\mu)$.

**The moments.** Adam steps by $-\eta\,\hat m/(\sqrt{\hat v}+\varepsilon)$ with

$$m\leftarrow\beta_1m+(1-\beta_1)g,\quad v\leftarrow\beta_2v+(1-\beta_2)g^2,$$

$\hat m=m/(1-\beta_1^t)$ and $\hat v=v/(1-\beta_2^t)$. The two small charts show both moments in each coordinate, on log
axes. Where $|\hat m|$ lies on $\sqrt{\hat v}$, the step is the whole of $\eta$. The farther it lies below, the smaller
the step. RMSProp and AdaGrad keep no $m$: the gradient itself takes its place.

Sources: Rosenbrock 1960; Beale 1958; Polyak 1964; Nesterov 1983; Lessard, Recht and Packard 2016 on the limits; Duchi,
Hazan and Singer 2011; Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2.
""",
    notice=(
        "On the quadratic, from the default start and at the stated rates, SGD creeps along the flat direction. "
        "Momentum ends far below it.",
        "There no rate past 2/h lets SGD settle, where h = 100 is the steepest curvature. Momentum 0.9 bears "
        "2 · 1.9/h, and Nesterov, for all its speed, only 2 · 1.9/(2.8 h).",
        "On Rosenbrock, from the default start and at the stated rates, all are down in the valley by iteration 40. "
        "Then Adam outruns SGD along its floor.",
        "RMSProp at a fixed rate does not settle: from the default start and at the stated rates its steps stay of the "
        "order of η, and on the quadratic its loss stops falling.",
        "AdaGrad adds up every squared gradient, so its √v never falls.",
        "On Rosenbrock, from the default start and at the stated rates, AdaGrad ends behind Adam.",
        "On Rosenbrock, from the default start, SGD, momentum and Nesterov diverge at ten times the rates. The four "
        "that divide by √v do not.",
        "AdamW also pulls the weights to 0. On Beale, from the default start and at the stated rates, it hangs back "
        "from the minimum that Adam reaches.",
        "From exactly y = 0 the gradient of the saddle has no part in y, and no optimizer ever leaves the line.",
    ),
    try_this={
        "The race from the start: press play": Settings(iteration=0),
        "A hundred times steeper": Settings(surface="quadratic", iteration=60, racers=("sgd", "momentum", "adam")),
        "Three times too fast": Settings(speed=3.16, iteration=100),
        "Ten times too fast": Settings(speed=10.0, surface="beale", iteration=100),
        "Leaving a saddle, in slow motion": Settings(surface="saddle", speed=0.1, iteration=150),
        "Never leaving it": Settings(surface="saddle", saddle_y=0.0, iteration=400),
        "AdamW hangs back": Settings(surface="beale", racers=("adam", "adamw"), moments="adamw", iteration=400),
    },
    see={8: "AdamW hangs back", 9: "Never leaving it"},
    between=racers,
)
