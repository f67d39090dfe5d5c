import streamlit as st

from regviz.figures import penalty_shapes as topic
from regviz.figures.penalty_shapes import Settings
from regviz.ui import controls, page
from regviz.ui.topic import Shown
from regviz.wording import number


def weigh(s: Settings, shown: Shown) -> None:
    """Let the reader enter weights, and write what the penalty makes of them."""
    st.header("Your weights", anchor=False)
    left, right = st.columns([1, 2], gap="large")
    with left:
        controls.edit_numbers(shown.slug, s, "weights")
    with right:
        table = topic.weigh(s)
        title = topic.TITLES[topic.NAMES.index(s.penalty)]
        page.table(("w", "λP(w)", "λP′(w)"), [[number(v) for v in row] for row in zip(*table.values(), strict=True)])
        st.markdown(f"**{title} penalty: {number(sum(table['penalty']))}** for λ = {number(s.lambda_)}")


page.show(
    topic,
    maths=r"""
A penalty is a price $\lambda P(w)$ on the size of a weight. Its slope is the force that pulls the weight to zero.

| penalty | value $P(w)$ | slope $P'(w)$ for $w>0$ |
|---|---|---|
| L1 | $\lvert w\rvert$ | $1$ |
| L2 | $\tfrac12 w^2$ | $w$ |
| elastic net | $\rho\lvert w\rvert+\tfrac{1-\rho}{2}w^2$ | $\rho+(1-\rho)w$ |
| MCP | $w-\frac{w^2}{2\gamma\lambda}$ up to $\gamma\lambda$, then flat | $\max(1-\frac{w}{\gamma\lambda},0)$ |
| SCAD | linear to $\lambda$, bends, flat from $a\lambda$ | $1$, falling to $0$ at $a\lambda$ |

**Alone.** With no data, descent on the penalty follows $\dot w=-\lambda P'(w)$. L2 gives $w(t)=w_0e^{-\lambda t}$: the
force fades with the weight, so zero is never reached. L1 gives $w(t)=\max(w_0-\lambda t,0)$: the force is constant, so
the weight stops at exactly zero at $t=\lvert w_0\rvert/\lambda$.

**Against data.** The smallest data problem is a parabola around a target $z$:

$$\min_w \; \tfrac12(w-z)^2+\lambda P(w).$$

Its minimiser is the proximal operator of the penalty. A kink at zero makes an interval of targets
$\lvert z\rvert\le\lambda$ that all give $w=0$ under L1. The price is bias: large targets come out $\lambda$ too small.
MCP and SCAD keep the kink and flatten out, so large targets come out untouched; for that they give up convexity.

At $w=0$ the table shows the subgradient of smallest size, 0. Sources: Zhang 2010 (MCP); Fan and Li 2001 (SCAD).
""",
    notice=(
        "Under L1 alone the weight stops at exactly zero at t = |w₀|/λ; under L2 it halves every ln 2/λ and never "
        "arrives.",
        "The slope of L1 jumps at zero from −λ to λ and has this size everywhere else; the slope of L2 vanishes at "
        "zero.",
        "With |z| ≤ λ the L1 minimiser is exactly zero; beyond that it is z moved towards zero by λ.",
        "MCP and SCAD leave a weight alone once |z| passes γλ or aλ: no bias.",
        "The elastic net with ρ = 1 is L1 and with ρ = 0 is L2.",
    ),
    try_this={
        "L1: straight to zero": Settings(penalty="l1", lambda_=1.0),
        "L2: halves and halves": Settings(penalty="l2", lambda_=1.0),
        "A target inside the dead zone": Settings(penalty="l1", lambda_=1.0, z=0.8),
        "MCP leaves a large weight alone": Settings(penalty="mcp", lambda_=1.0, z=3.5, w0=3.5),
        "SCAD at its bend": Settings(penalty="scad", lambda_=1.0, z=2.6, w0=2.6),
    },
    see={1: "L1: straight to zero", 3: "A target inside the dead zone", 4: "MCP leaves a large weight alone"},
    between=weigh,
)
