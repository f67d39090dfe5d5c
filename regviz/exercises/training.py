"""Six problems on training and generalization, from early stopping to the rank of an update."""

import numpy as np

from regviz.exercises.exercise import Drawn, Pick, Problem, on_grid
from regviz.wording import number


def _stopping(rng: np.random.Generator) -> Drawn | None:
    h, eta = on_grid(rng, 0.5, 4, 0.25), float(rng.choice([0.01, 0.02, 0.05, 0.1]))
    steps = int(on_grid(rng, 8, 60, 4))
    q = (1 - eta * h) ** steps
    answer = h * q / (1 - q)
    if not 0.1 <= answer <= 2:
        return None
    return Drawn(
        {"h": h, "eta": eta, "steps": steps},
        f"Gradient descent on (h/2)(w−w*)² with h = {number(h)} and w* ≠ 0 takes {steps} steps from w = 0 "
        f"at η = {number(eta)}",
        rf"Gradient descent starts at $w=0$ on $\frac h2(w-w^*)^2$ with $h={number(h)}$, $w^*\ne0$ and "
        rf"$\eta={number(eta)}$, and stops after {steps} steps. At which $\lambda$ is ridge's "
        r"$\frac h2(w-w^*)^2+\frac\lambda2w^2$ least at the same weight?",
        answer,
        (
            rf"q&=(1-{number(eta)}\cdot{number(h)})^{{{steps}}}={number(q)}",
            r"\frac h{h+\lambda}&=1-q",
            rf"\lambda&=\frac{{hq}}{{1-q}}={number(answer)}",
        ),
        (
            (1 / (eta * steps), "1/(ηt) is a rule of thumb; its ratio to λ goes to 1 as ηht goes to 0."),
            (q / (1 - q), "That is λ/h; the curvature is missing."),
            (h * (1 - q) / q, "That is upside down: more steps belong to a smaller λ."),
        ),
        {"view": "stopping", "stop": eta * steps},
    )


def _smoothing(rng: np.random.Generator) -> Drawn | None:
    K, alpha = int(rng.integers(2, 51)), on_grid(rng, 0.05, 0.6, 0.05)
    odds = K * (1 - alpha) / alpha
    answer = float(np.log1p(odds))
    return Drawn(
        {"K": K, "alpha": alpha},
        f"Of {K} classes, the label's target is 1 − α + α/K and each other's α/K, with K = {K} and α = {number(alpha)}",
        rf"The target of {K} classes is $1-\alpha$ on the label plus $\alpha/K$ on every class, with "
        rf"$\alpha={number(alpha)}$. By how much does the label's logit exceed the others where the cross-entropy is "
        "least?",
        answer,
        (
            r"&\log\frac{1-\alpha+\alpha/K}{\alpha/K}",
            rf"&=\log\Bigl(1+\frac{{{K}\cdot{number(1 - alpha)}}}{{{number(alpha)}}}\Bigr)",
            rf"&={number(answer)}",
        ),
        (
            (answer / float(np.log(10)), "That is a decimal logarithm; softmax has the natural one."),
            (float(np.log((1 - alpha) / alpha)), "The number of classes counts: each other class gets α/K."),
            (1 + odds, "That is the ratio of the two probabilities, and the gap is its logarithm."),
        ),
        {"view": "loss", "classes": K, "alpha": alpha},
    )


def _clipping(rng: np.random.Generator) -> Drawn | None:
    share, small = float(rng.choice([0.8, 0.85, 0.9, 0.95, 0.98])), on_grid(rng, 0.5, 3, 0.1)
    large, limit = float(rng.integers(5, 41)), on_grid(rng, 0.5, 2, 0.1)
    rest = round(1 - share, 2)
    if rest * large > 5:
        return None
    mean = share * small - rest * large
    kept = min(small, limit)
    answer = share * kept - rest * limit
    told = f"The gradient of a weight is +{number(small)} in {share:.0%} of samples and −{number(large)} in {rest:.0%}"
    told += f"; each sample's gradient is clipped to at most {number(limit)} in size"
    slips = [
        (mean, "That is the mean before clipping."),
        (float(np.clip(mean, -limit, limit)), "Each gradient is clipped by itself, not their mean."),
        (share * kept + rest * limit, "Clipping keeps the sign of a gradient."),
    ]
    if small > limit:
        slips.append((share * small - rest * limit, "The common gradient is above the limit too."))
    return Drawn(
        {"share": share, "small": small, "large": large, "limit": limit},
        told.replace("%", " %"),
        f"The gradient of a weight is $+{number(small)}$ for {number(100 * share)} % of the samples and "
        f"$-{number(large)}$ for the others. Each sample's gradient is clipped to at most ${number(limit)}$ in size. "
        "What is the mean of the clipped gradients?",
        answer,
        (
            rf"&{number(share)}\cdot{number(kept)}-{number(rest)}\cdot{number(limit)}",
            rf"&={number(answer)}",
        ),
        tuple(slips),
        {"threshold": limit},
    )


def _implicit(rng: np.random.Generator) -> Drawn | None:
    x = rng.choice([-3, -2, -1, 1, 2, 3], 3).astype(float)
    y, place = float(rng.integers(2, 13)), int(rng.integers(3))
    start = np.zeros(3)
    start[place] = on_grid(rng, 0.5, 3, 0.5) * rng.choice([-1, 1])
    gap, square = y - float(x @ start), float(x @ x)
    end = start + x * gap / square
    answer, least = float(np.sqrt(end @ end)), y / square**0.5
    across = float(np.sqrt(start @ start - (x @ start) ** 2 / square))
    if abs(gap) < 1 or across < 0.5 or least > 4.6 or x @ start < -2.2 * square**0.5:
        return None
    vectors = [f"({', '.join(number(v) for v in vector)})" for vector in (x, start)]
    return Drawn(
        {"along": float(x @ start) / square**0.5, "across": across, "least": least},
        f"Gradient descent on ½(xᵀw − y)², for one sample x = {vectors[0]} with y = {number(y)}, "
        f"starts at w = {vectors[1]} and converges",
        rf"One sample $x={vectors[0]}$ has the target $y={number(y)}$. Gradient descent on $\frac12(x^\top w-y)^2$ "
        rf"starts at $w={vectors[1]}$ and converges. What is $\lVert w\rVert_2$ at its end?",
        answer,
        (
            r"w&=w_0+x\,\frac{y-x^\top w_0}{\lVert x\rVert^2}",
            rf"&=w_0+x\cdot\frac{{{number(gap)}}}{{{number(square)}}}",
            rf"\lVert w\rVert_2&=\sqrt{{{'+'.join(number(float(v) ** 2) for v in end)}}}",
            rf"&={number(answer)}",
        ),
        (
            (least, "That is the least norm, which a start at 0 would reach."),
            (float(np.sqrt(start @ start)), "That is the norm of the start."),
            (float(np.abs(end).sum()), "That is the sum of absolute weights; the question is for the Euclidean norm."),
        ),
        {"view": "norms"},
    )


def _descent(rng: np.random.Generator) -> Drawn | None:
    snr = on_grid(rng, 2, 40, 0.25)
    root = snr**0.5
    return Drawn(
        {"snr": snr},
        f"Least norm regression has the limiting excess risk ‖β‖²(1 − 1/γ) + σ²/(γ − 1) for γ = p/n > 1, "
        f"and S = ‖β‖²/σ² = {number(snr)}",
        rf"Least norm regression on isotropic Gaussian features has the limiting excess risk "
        rf"$\lVert\beta\rVert^2(1-1/\gamma)+\sigma^2/(\gamma-1)$ for $\gamma=p/n>1$. At which $\gamma>1$ is it "
        rf"least if $S=\lVert\beta\rVert^2/\sigma^2={number(snr)}$?",
        root / (root - 1),
        (
            r"\frac S{\gamma^2}&=\frac1{(\gamma-1)^2}",
            r"\gamma&=\frac{\sqrt S}{\sqrt S-1}",
            rf"&=\frac{{{number(root)}}}{{{number(root - 1)}}}={number(root / (root - 1))}",
        ),
        (
            (1.0, "At γ = 1 the risk is largest, not least."),
            (snr / (snr - 1), "The ratio stands under a root."),
            (root / (root + 1), "The other root of the equation lies below γ = 1."),
        ),
        {"view": "features", "noise": 1 / root},
    )


def _rank(rng: np.random.Generator) -> Drawn | None:
    high = [on_grid(rng, 2, 4, 0.1) for _ in range(3)]
    low = [on_grid(rng, 0.3, 2, 0.1) for _ in range(3)]
    values, r = np.array(sorted(high + low, reverse=True)), int(rng.integers(2, 5))
    squares = values**2
    share = float(squares[r:].sum() / squares.sum())
    said = ", ".join(number(v) for v in values)
    return Drawn(
        {"values": tuple(values.tolist()), "r": r},
        f"An update has the singular values {said}, and r = {r}",
        f"An update has the singular values ${said}$. How far in the Frobenius norm, as a share of its own, is it from "
        f"the nearest matrix of rank at most {r}?",
        share**0.5,
        (
            rf"&\sqrt{{\frac{{\sum_{{i>{r}}}\sigma_i^2}}{{\sum_i\sigma_i^2}}}}",
            rf"&=\sqrt{{\frac{{{number(float(squares[r:].sum()))}}}{{{number(float(squares.sum()))}}}}}",
            rf"&={number(share**0.5)}",
        ),
        (
            (share, "That is the share of the squares; the distance is its root."),
            (float(values[r:].sum() / values.sum()), "The Frobenius norm adds squares."),
            ((1 - share) ** 0.5, "That is what the nearest matrix keeps, not what it loses."),
            (float(squares[r:].sum()) ** 0.5, "That is the distance itself; divide it by the norm of the update."),
        ),
        {"view": "linear", "rank": r},
    )


PROBLEMS = (
    Problem(
        "early_stopping",
        "Early stopping",
        "the λ at which (h/2)(w−w*)² + (λ/2)w² is least at the same weight",
        (0.3, 0.8),
        "Each step multiplies the distance to w* by 1 − ηh. Ridge keeps the share h/(h + λ) of w*.",
        "Descent has covered the share 1 − q of the way, and ridge covers h/(h + λ) of it.",
        "implicit_regularization",
        Pick(
            "What is early stopping?",
            (
                "Training ends once the training error stops falling, and its best weights are kept.",
                "Training ends once the held-out error stops falling, and its best weights are kept.",
                "Training ends once the learning rate is near zero, and its last weights are kept.",
            ),
            1,
            "Held-out data decide, and the time of training takes the place of λ.",
        ),
        Pick(
            "Which number of a real run does the rule need?",
            (
                "The validation loss at every check, with the best weights so far.",
                "The training loss at every step, smoothed over the last few epochs.",
                "The norm of the gradient at every step, with the learning rate.",
            ),
            0,
            "The rule compares validation losses, and without the weights of the best one it cannot go back.",
        ),
        _stopping,
    ),
    Problem(
        "label_smoothing",
        "Label smoothing",
        "the gap between the label's logit and the others where the cross-entropy is least",
        (2.5, 4.0),
        "Where the cross-entropy is least, softmax gives the target itself. A gap is the logarithm of a ratio.",
        "The loss is least where the probabilities are the targets, and the gap is the logarithm of their ratio.",
        "label_smoothing",
        Pick(
            "What is label smoothing?",
            (
                "The target becomes the mean of the labels of the nearest images.",
                "The target becomes a mixture of the labels of two images, α and 1 − α.",
                "The target becomes 1 − α on the label plus α/K on every class.",
            ),
            2,
            "Its least point has a finite gap, so confidence has an aim below 1.",
        ),
        Pick(
            "Which number of a real run shows what it does?",
            (
                "The loss with smoothed targets, beside that of earlier epochs.",
                "The calibration error and the gap of the logits, beside the accuracy.",
                "The norm of the gradient and the size of the steps, beside the accuracy.",
            ),
            1,
            "It bounds the gap, and so the confidence; accuracy need not change.",
        ),
        _smoothing,
    ),
    Problem(
        "gradient_clipping",
        "Gradient clipping",
        "the mean of the clipped gradients",
        (0.4, 0.9),
        "Clip both gradients first, then weigh them with their shares.",
        "Each gradient is clipped before they are averaged, so that rare large ones lose their weight.",
        "gradient_clipping",
        Pick(
            "What does clipping by norm do?",
            (
                "A gradient longer than the limit is scaled down to it and keeps its direction.",
                "A gradient longer than the limit is left out, and the weights stay as they are.",
                "A gradient's entries beyond the limit are set to it, and its direction turns.",
            ),
            0,
            "A single gradient only gets shorter; in a mean of many, a long one counts for less.",
        ),
        Pick(
            "Which number shows how often the limit acts, and on what?",
            (
                "The norm of the gradient after clipping, and the learning rate of the step.",
                "The length of the weights before clipping, and the number of steps so far.",
                "The norm of the gradient before clipping, and the share of steps clipped.",
            ),
            2,
            "After clipping every long gradient looks alike, so that the norm has to be logged before.",
        ),
        _clipping,
    ),
    Problem(
        "implicit_bias",
        "Implicit bias",
        "the norm ‖w‖₂ where it ends",
        (2.0, 3.5),
        "Every gradient is a multiple of x. Go from the start along x until xᵀw = y.",
        "All steps are multiples of x, so that the end is the solution nearest to the start.",
        "implicit_regularization",
        Pick(
            "What is implicit regularization?",
            (
                "The choice among solutions that held-out data make after the training.",
                "The choice among solutions that optimizer and start make without a penalty.",
                "The choice of a penalty whose strength is learnt along with all the weights.",
            ),
            1,
            "Where many weights fit the data, the way of getting there decides.",
        ),
        Pick(
            "Which number of a real run shows it?",
            (
                "The training loss of the weights and its slope at the end.",
                "The rank of the features and the number of samples.",
                "The norm of the weights and their distance from the start.",
            ),
            2,
            "All solutions fit equally well; they differ in their norm and in their distance from the start.",
        ),
        _implicit,
    ),
    Problem(
        "double_descent",
        "Double descent",
        "the γ above 1 where the risk is least",
        (1.25, 1.45),
        "Set the derivative in γ to 0 and take the root that is larger than 1.",
        "The derivative vanishes where S/γ² = 1/(γ − 1)².",
        "double_descent",
        Pick(
            "What is double descent?",
            (
                "The test error falls, rises up to where the data are just fitted, and falls again.",
                "The training error falls, rises up to where the rate is cut, and falls again.",
                "The test error falls, stays level until the rate is cut, and falls again.",
            ),
            0,
            "The peak stands where the model just fits the training data.",
        ),
        Pick(
            "Which number of a real study shows it?",
            (
                "The test error of the largest model, with the time that its training takes.",
                "The test error at many sizes, with the size at which the training error is first 0.",
                "The training error at many sizes, with the size at which it is first below the noise.",
            ),
            1,
            "One size shows no curve, and the training error shows no peak.",
        ),
        _descent,
    ),
    Problem(
        "lora_rank",
        "Low-rank update",
        "the Frobenius distance to the nearest matrix of rank at most r, as a share of the update's norm",
        (0.25, 0.4),
        "The nearest matrix of rank r keeps the r largest singular values. What is left are the squares of the others.",
        "By Eckart and Young the r largest singular values are kept and the others lost.",
        "lora_rank",
        Pick(
            "What is a LoRA update of rank r?",
            (
                "A sparse matrix, with r entries in each row and column, is added to frozen weights.",
                "A diagonal matrix, with r numbers that are not 0, is multiplied into frozen weights.",
                "A product of two thin matrices, with r columns and r rows, is added to frozen weights.",
            ),
            2,
            "The product has rank r at most, and its factors few numbers.",
        ),
        Pick(
            "Which number of a real run shows whether r is large enough?",
            (
                "The singular values of the full update, or the error at several ranks.",
                "The number of the frozen weights, or the memory at several ranks.",
                "The time that one step takes, or the learning rate at several ranks.",
            ),
            0,
            "A rank is enough where the singular values that it leaves out are small.",
        ),
        _rank,
    ),
)
