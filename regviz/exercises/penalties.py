"""Four problems on penalties: a ridge weight, a decayed weight, a thresholded vector, a thresholded matrix."""

import numpy as np

from regviz.exercises.exercise import Drawn, Pick, Problem, on_grid
from regviz.wording import listed, number


def _ridge(rng: np.random.Generator) -> Drawn | None:
    a, lam = on_grid(rng, 1, 3, 0.5), on_grid(rng, 0.1, 3, 0.1)
    y = rng.integers(0, 10, 4).tolist()
    d, c = a**2, a * (y[0] - y[1] + y[2] - y[3]) / 4
    answer = c / (d + lam)
    if not 0.2 <= answer <= 3 or c / d > 3.4:
        return None
    rows = ", ".join(f"({number(s * a)}, {number(z * a)})" for s, z in ((1, 1), (-1, -1), (1, -1), (-1, 1)))
    u, v, targets = number(a), number(lam), listed(list(map(str, y)))
    return Drawn(
        {"d": d, "c": c, "lambda_": lam, "a": a, "y": tuple(y)},
        f"Four samples ±({u}, {u}) and ±({u}, −{u}) have the targets {targets}; λ = {v}, and there is no intercept",
        f"Four samples have the features {rows} and the targets {targets}. Without an intercept, find the first weight "
        rf"of the minimiser of $\frac1{{2n}}\lVert y-Xw\rVert^2+\frac\lambda2\lVert w\rVert^2$ "
        rf"at $\lambda={v}$.",
        answer,
        (
            rf"\tfrac1nx_1^\top y&=\tfrac14({u}\cdot{y[0]}-{u}\cdot{y[1]}+{u}\cdot{y[2]}-{u}\cdot{y[3]})={number(c)}",
            r"w_1&=\frac{x_1^\top y/n}{\lVert x_1\rVert^2/n+\lambda}",
            rf"&=\frac{{{number(c)}}}{{{number(d)}+{v}}}={number(answer)}",
        ),
        (
            (c / d, "That is the weight without the penalty."),
            (4 * c / (4 * d + lam), "The loss is divided by the number of samples, the penalty is not."),
            (c / (d + 2 * lam), "The slope of λ/2·‖w‖² is λw, not 2λw."),
        ),
        {"penalty": "l2", "lambda_": lam},
    )


def _decay(rng: np.random.Generator) -> Drawn | None:
    w, eta = on_grid(rng, 1, 3, 0.1), float(rng.choice([0.01, 0.02, 0.05, 0.1]))
    lam, steps = on_grid(rng, 0.1, 1, 0.1), int(on_grid(rng, 8, 64, 4))
    kept = (1 - eta * lam) ** steps
    if not 0.15 <= kept <= 0.95:
        return None
    slips = [
        (w * (1 - steps * eta * lam), "Each step takes a share of what is left, not of the start."),
        (w * (1 - eta * lam / 2) ** steps, "The decay of a step is ηλw, without a half."),
    ]
    if w > steps * eta:
        slips.append((w - steps * eta, "That takes η off at every step."))
    told = f"A weight of {number(w)} takes {steps} steps of AdamW with gradient 0, η = {number(eta)} and "
    told += f"weight decay λ = {number(lam)}; each takes ηλw off"
    return Drawn(
        {"w": w, "eta": eta, "lambda_": lam, "steps": steps},
        told,
        f"A weight is {number(w)}, and its gradient is 0 at every step. What is left of it after {steps} steps of "
        rf"AdamW with $\eta={number(eta)}$ and weight decay $\lambda={number(lam)}$? Each step takes $\eta\lambda w$ "
        "off, as in PyTorch.",
        w * kept,
        (
            r"w_t&=w_0(1-\eta\lambda)^t",
            rf"&={number(w)}\cdot(1-{number(eta)}\cdot{number(lam)})^{{{steps}}}",
            rf"&={number(w * kept)}",
        ),
        tuple(slips),
        {"learning_rate": eta, "lambda_": lam},
    )


def _soft(rng: np.random.Generator) -> Drawn | None:
    z = np.array([on_grid(rng, 0.2, 3, 0.1) for _ in range(5)]) * rng.choice([-1, 1], 5)
    t = on_grid(rng, 0.3, 1.5, 0.05)
    left = np.abs(z) - t
    kept = left > 0
    if np.abs(left).min() < 0.04 or not 2 <= kept.sum() <= 4:
        return None
    answer = float(left[kept].sum())
    vector = f"({', '.join(number(v) for v in z)})"
    parts = "+".join(number(float(v)) for v in left[kept])
    return Drawn(
        {"z": tuple(z.tolist()), "t": t},
        f"The vector {vector} is soft-thresholded at {number(t)}",
        rf"The vector ${vector}$ is soft-thresholded at ${number(t)}$. What is the $\ell_1$ norm of the result?",
        answer,
        (
            rf"&\sum_j\max(\lvert z_j\rvert-{number(t)},\,0)",
            rf"&={parts}",
            rf"&={number(answer)}",
        ),
        (
            (float(np.abs(z)[kept].sum()), "That keeps what survives whole, which is hard thresholding."),
            (float(left.sum()), "An entry below the threshold gives 0, not less."),
            (float(np.abs(z).sum()), "That is the norm before."),
        ),
        {"rule": "soft", "lambda_": t, "step": 1.0},
    )


def _nuclear(rng: np.random.Generator) -> Drawn | None:
    a, b, tau = on_grid(rng, 2, 7, 0.1), on_grid(rng, 1, 6, 0.1), on_grid(rng, 0.5, 5, 0.05)
    if not (b < a <= b + tau - 0.2 and tau < a):  # the second singular value vanishes
        return None
    answer, matrix = (
        (a + b - tau) / 2,
        rf"\begin{{pmatrix}}{number(a)}&{number(b)}\\{number(b)}&{number(a)}\end{{pmatrix}}",
    )
    return Drawn(
        {"values": (a + b, a - b), "tau": tau},
        f"Y has the rows ({number(a)}, {number(b)}) and ({number(b)}, {number(a)}), and τ = {number(tau)}",
        rf"Let $Y={matrix}$. Find the upper left entry of the $Z$ that minimises "
        rf"$\frac12\lVert Z-Y\rVert_F^2+\tau\lVert Z\rVert_*$ at $\tau={number(tau)}$.",
        answer,
        (
            rf"\sigma&=({number(a + b)},{number(a - b)})\to({number(a + b - tau)},0)",
            rf"Z_{{11}}&=\tfrac12\cdot{number(a + b - tau)}={number(answer)}",
        ),
        (
            (a - tau, "That thresholds the entry; the singular values are what is thresholded."),
            (a + b - tau, "That is the singular value that is left, and the entry has half of it."),
            ((a + b) / 2, "What survives is shrunk as well."),
        ),
        {"view": "ball", "second": 2 * (a - b) / (a + b), "strength": tau / (a + b)},
    )


PROBLEMS = (
    Problem(
        "l2_penalty",
        "L2 penalty",
        "the first weight that minimises ‖y−Xw‖²/(2n) + (λ/2)‖w‖²",
        (0.5, 1.0),
        "The two columns are orthogonal, so each weight has a problem of its own. Divide its product with the targets "
        "by its own square plus λ, all per sample.",
        "The columns are orthogonal, so that loss and penalty split into two parabolas.",
        "constraint_balls",
        Pick(
            "What is an L2 penalty?",
            (
                "A multiple of the sum of absolute weights, added to the loss.",
                "A multiple of the largest absolute weight, added to the loss.",
                "A multiple of the sum of squared weights, added to the loss.",
            ),
            2,
            "The squares make its pull on a weight proportional to the weight.",
        ),
        Pick(
            "Which number of a real run shows that the penalty works as meant?",
            (
                "The norm of the weights, beside training and validation loss.",
                "The norm of the gradient, beside the learning rate of a step.",
                "The sum of loss and penalty, once at the end of every epoch.",
            ),
            0,
            "The penalty acts on the norm, and only the two losses tell whether a smaller norm helps.",
        ),
        _ridge,
    ),
    Problem(
        "weight_decay",
        "Weight decay",
        "the weight after the last step",
        (0.6, 1.2),
        "Without a gradient one step multiplies the weight by 1 − ηλ.",
        "Decay stands outside of Adam's step, so that each step keeps the same share.",
        "weight_decay",
        Pick(
            "What is decoupled weight decay?",
            (
                "λw is added to the gradient before its moments are taken.",
                "ηλw is taken off the weight, beside the step of the optimizer.",
                "The moments of the optimizer are multiplied by 1 − ηλ at every step.",
            ),
            1,
            "Inside the gradient Adam would divide λw by the gradient's size; outside, every weight decays alike.",
        ),
        Pick(
            "Which number of a real run shows how hard decay pulls?",
            (
                "The gap of training and validation accuracy, epoch by epoch.",
                "The norm of each layer's gradient and its moments, step by step.",
                "The norm of each layer's weights and the product ηλ, step by step.",
            ),
            2,
            "What decays is the norm, at the rate ηλ, which a schedule of η changes unseen.",
        ),
        _decay,
    ),
    Problem(
        "soft_threshold",
        "Soft threshold",
        "the ℓ1 norm after soft thresholding",
        (2.0, 4.0),
        "Take the threshold off every absolute value, and put 0 where less than nothing would be left.",
        "The threshold comes off each absolute value, down to 0.",
        "soft_threshold",
        Pick(
            "What is soft thresholding?",
            (
                "Each entry moves towards 0 by the threshold, and stops there.",
                "Entries below the threshold in size become 0, the others stay.",
                "Each entry is divided by one plus the threshold, whatever its size.",
            ),
            0,
            "It minimises ½(z − w)² + t|w|. Hard thresholding keeps large entries whole, ridge divides all of them.",
        ),
        Pick(
            "Which number of a real run shows what the threshold does?",
            (
                "How large the gradient is, along λ or over the epochs.",
                "How many weights are exactly 0, along λ or over the epochs.",
                "How fast the training loss falls, along λ or over the epochs.",
            ),
            1,
            "Exact zeros are what a threshold makes, and subgradient steps alone make none.",
        ),
        _soft,
    ),
    Problem(
        "nuclear_norm",
        "Nuclear norm",
        "the upper left entry of the Z that minimises ½‖Z−Y‖² + τ‖Z‖∗",
        (2.0, 3.5),
        "The singular values are the sum and the difference of the two numbers in a row. Threshold them; the first "
        "direction is (1, 1)/√2.",
        "The solution keeps Y's singular vectors and soft-thresholds its singular values.",
        "nuclear_norm",
        Pick(
            "What is the nuclear norm of a matrix?",
            (
                "The largest of its singular values.",
                "The product of its singular values.",
                "The sum of its singular values.",
            ),
            2,
            "It is to rank what L1 is to the number of nonzero weights.",
        ),
        Pick(
            "Which number of a real run shows that it lowers the rank?",
            (
                "The singular values that are left, or the effective rank, along τ.",
                "The largest and the smallest entry, or the mean of them all, along τ.",
                "The squared error of the fit, or the norm of its gradient, along τ.",
            ),
            0,
            "Rank is the number of singular values that are not 0, and single entries do not show it.",
        ),
        _nuclear,
    ),
)
