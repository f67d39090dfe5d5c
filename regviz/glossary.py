"""One sentence for each number beside the charts and each term of the field that the pages use."""

import re
from functools import cache

READOUTS = {
    # errors, wherever they stand
    "Training error": "How far the fit is from the data that it was fitted to.",
    "Validation error": "How far the fit is from new data that took no part in fitting it.",
    "Training loss": "The mean loss on the samples that the network is trained on.",
    "Validation loss": "The mean loss on samples held back to decide when to stop.",
    "RMS error": "The root of the mean squared distance between the reconstruction and the true signal.",
    "KKT residual": "The largest violation of the conditions that an exact solution fulfils.",
    "Effective df": "How many free weights the fit is worth, the intercept not counted.",
    "Strength λ": "How much the penalty counts against the loss.",
    "λ": "How much the penalty counts against the loss.",
    # home
    "Best λ": "The λ on the slider with the least validation error.",
    # penalty shapes
    "Minimiser": "The weight at which parabola and penalty together are least.",
    "Bias w − z": "How far the penalty moves the minimum away from the target z.",
    "Arrival at zero": "The time at which the weight, driven by the penalty alone, is exactly zero.",
    "L2 half-life ln 2/λ": "The time in which L2 alone halves any weight.",
    # constraint balls
    "Solution w": "Both weights of the exact solution.",
    "Budget t = P(w)": "The penalty of the solution, which is the size of the ball that it lies on.",
    "Distance to the λ solution": "How far the solution under the budget is from that of loss + λP(w) at its own λ.",
    "Nonconvex": "The problem may have several local minima, so the lowest one is found by search.",
    # soft threshold
    "Set to zero up to |z|": "The largest coefficient that the rule still turns into exactly zero.",
    "Bias at z = 5": "By how much the rule moves a coefficient of 5, which is far above the noise.",
    "Error of the raw data": "The error of the noisy data themselves, before any rule.",
    "Oracle λ": "The λ with the least error, which only someone who knows the true signal can choose.",
    "λ of SURE": "The λ at which Stein's estimate of the error is least, chosen from the data alone.",
    "Universal λ = σ√(2 log n)/step": "The λ whose threshold noise alone rarely exceeds anywhere in the signal.",
    # MAP and priors
    "Prior scale": "How wide the prior is around its centre.",
    "MAP": "The weights of highest posterior density, which are those of the penalised fit.",
    "Posterior mean": "The average of the weights over the posterior, which is hardly ever exactly zero.",
    "Prior draws at least as far out": "The share of data sets drawn from the prior that lie as far out as these.",
    "MAP to least squares": "How far the prior pulls the MAP from the data, in standard deviations of least squares.",
    "Slope at the MAP": "The slope of the log posterior that is left at the MAP, which is zero but for rounding.",
    "Error of the mean, at most": "A bound on the error of the numerical integral behind the posterior mean.",
    # coefficient paths
    "Table": "How many rows and features the data have.",
    "Nonzero": "How many weights are not exactly zero.",
    "‖w‖₁": "The sum of the absolute values of all weights.",
    "Cp": "Mallows' estimate of the error on new targets: training error plus a charge for each degree of freedom.",
    "Cp is least at λ": "The λ that Mallows' Cp would choose.",
    # elastic net grouping
    "Largest difference of twins": "The largest gap between two weights of the three noisy copies, signs turned.",
    "Bound": "The most by which these two weights can differ, given how alike their features are.",
    "Their correlation": "The correlation of the two copies whose weights differ most.",
    "Redraws with all twins, elastic net": "In how many new data sets the elastic net keeps all three copies.",
    "Redraws with all twins, lasso": "In how many new data sets the lasso keeps all three copies.",
    # choosing λ
    "Rows to train, validate, test": "How the rows are divided: to fit weights, to choose λ, and to look at once.",
    "Bias² + variance + noise": "The three parts of the expected error on new data, and their sum.",
    "Measured": "The error on fresh simulated rows with its standard error, to hold against the sum of the parts.",
    "Hidden by tuning on the test set": "By how much an error on 20 test rows is too small after tuning on them.",
    "λ in 30 reseeds": "The smallest and the largest λ that validation chooses over 30 other divisions of the rows.",
    # ridge numerics
    "Stability limit 2/L": "The learning rate above which gradient descent diverges.",
    "Rounding, 64 bits": "The relative error that rounding leaves in the closed form in double precision.",
    "‖w − truth‖": "The distance between the weights and the true ones.",
    "least along λ": "The least distance to the truth at any λ, and that λ.",
    "Risk of stopping / of ridge": "The expected error of the flow stopped at 1/λ over that of ridge.",
    "Matched step t": "The step at which gradient descent without a penalty keeps about as much as ridge does.",
    # weight decay
    "Adam + L2": "Where Adam has taken both weights with λw added to the gradient.",
    "AdamW": "Where Adam has taken both weights with decay outside of its step.",
    "Pull on w₁, w₂ / ηλw": "How strongly L2 inside Adam pulls each weight to zero, where AdamW's pull counts as 1.",
    "Loss + L2 is least at": "The weights at which the loss with the penalty is least.",
    "SGD with momentum + L2": "Where SGD with momentum has taken both weights with λw added to the gradient.",
    "SGD with momentum, decay": "Where SGD with momentum has taken both weights with decay outside of its step.",
    # optimizer race
    "Least loss": "The loss of the optimizer that is ahead at this iteration.",
    "Diverged": "How many of the optimizers have diverged by this iteration.",
    "{} step/η in x": "The size of this optimizer's step along x, in units of its learning rate.",
    "in y": "The size of the same optimizer's step along y, in units of its learning rate.",
    # schedules
    "Constant": "Test accuracy under a constant learning rate, mean over the seeds and its standard error.",
    "Step": "Test accuracy under a rate that is cut at regular intervals, mean and standard error.",
    "Cosine": "Test accuracy under a rate that falls along half a cosine, mean and standard error.",
    "Warmup": "Test accuracy under a rate that climbs and then stays, mean and standard error.",
    "Warmup + cosine": "Test accuracy under a rate that climbs and then falls along a cosine, mean and standard error.",
    "One-cycle": "Test accuracy under a rate that climbs to its peak and falls far below its start, mean and error.",
    "Epoch": "How many times training has gone through all images.",
    # gradient clipping
    "Longest gradient": "The norm of the longest gradient that the unclipped run meets.",
    "Bent by norm": "The angle by which clipping by norm turns that gradient, which is none.",
    "Bent by value": "The angle by which clipping each component turns that gradient.",
    "Late loss, by norm": "The mean loss of the last 20 steps of the run that is clipped by norm.",
    "Late loss, by value": "The mean loss of the last 20 steps of the run that is clipped by value.",
    "Late loss, not clipped": "The mean loss of the last 20 steps of the run that is not clipped.",
    # early stopping
    "Epoch kept": "The epoch whose weights the stopping rule hands back.",
    "Test loss kept": "The loss of those weights on data that decided nothing.",
    "Gain by stopping, {} runs": "By how much stopping lowers the test loss against training to the end, run by run.",
    "Loses in": "In how many runs stopping has the higher test loss.",
    # dropout
    "Training": "The share of training digits that are right, mean over the seeds and its standard error.",
    "Validation": "The share of validation digits that are right, mean over the seeds and its standard error.",
    "Test": "The share of test digits that are right, mean over the seeds and its standard error.",
    "Test at the best rate": "The share of test digits right at the drop rate that is best in validation.",
    "Spread at the data": "The standard deviation over passes with dropout, averaged where there are data.",
    "in the gap": "The same spread, averaged over the gap between the data.",
    "beyond": "The same spread, averaged outside of the data.",
    "Error, eval mode": "The distance from the truth of one pass with all units kept, a root mean square.",
    "Error, mean of passes": "The distance from the truth of the mean of many passes with dropout, a root mean square.",
    "Ridge strength (1−k)/k": "The strength of the ridge penalty that dropout is in a linear model, k the share kept.",
    "Distance, 256 masks": "How far weights averaged over 256 masks are from the closed form, and how far to expect.",
    "Logistic loss: dropout adds": "By how much the average over all masks raises the logistic loss.",
    "its ridge form": "The same increase as its quadratic approximation gives it, which is a ridge penalty.",
    # normalization
    "Loss, {}": "The training loss of this network at the epoch, mean over the seeds.",
    "Deviation in layer 3, before": "The standard deviation of what the units of layer 3 receive before normalizing.",
    "after": "The same standard deviation after normalizing.",
    "Norm ‖w‖ in layer 1": "The length of all weights of the first layer.",
    "Rate / ‖w‖²": "How fast the weights of the first layer can turn, where their length does not matter.",
    "Best batch size, {}": "The batch size with the most new digits right at this epoch.",
    # nuclear norm
    "λ/(√n σ)": "The strength in units of the noise, whose largest singular value is about 2 in these units.",
    "Stein chooses": "The strength at which Stein's estimate of the error is least, and the true error there.",
    "Seen: distance": "The root mean square distance between the solution and the entries that are seen.",
    "Error at 0.01 λmax": "The error on unseen entries with next to no penalty.",
    "Relative duality gap": "How far the objective can be above its minimum at most, as a share of it.",
    "Nuclear norm": "The sum of the singular values of the solution.",
    "Height c": "Half the sum of the two eigenvalues, drawn upwards.",
    "Radius ρ": "Half the difference of the two eigenvalues, drawn outwards.",
    # LoRA rank
    "Missed": "The part of the true update that no matrix of this rank can reach.",
    "Noise": "The rest of the error, which the noise in the samples brings in.",
    "Numbers trained": "How many numbers an adapter of this rank has, of those of the full update.",
    "Less the full update": "The accuracy of the adapter less that of the full update, seed by seed.",
    "Full update, cut": "The accuracy of the full update after all but its largest singular values are dropped.",
    "No update": "The accuracy before anything is adapted.",
    "α/r": "The factor by which the usual scale multiplies the adapter.",
    "α/√r": "The factor by which the scale of rsLoRA multiplies the adapter.",
    # double descent
    "Best {} at p = n": "The strength with the least test error where there are as many features as samples.",
    "Length ‖w‖ there": "The length of the weights where there are as many features as samples.",
    "Training error there": "The error on the samples of the fit where there are as many features as samples.",
    # implicit regularization
    "Least {}": "The least value that this norm takes on the line of solutions.",
    "Support points": "How many points the line of largest margin touches.",
    "Growth of ‖w‖": "How fast the length of the weights grows in the end: one over the margin, times log t.",
    "‖w‖₁, first draw": "The sum of the absolute weights in the first of the draws.",
    "‖w‖₂": "The length of the weights.",
    "Largest ratio": "The largest value that the risk of stopping over the risk of ridge takes along t.",
    "Best t": "The stopping time of the least risk.",
    "Error on seen entries, init 0.01": "The root mean square error where the matrix is seen, from the smallest start.",
    # diagnostics
    "Gap": "Validation loss less training loss at this epoch.",
    "First step/weights": "How long a step of the first epoch is, as a share of the length of the weights.",
    "Sharpness, end": "The largest curvature of the training loss after the last epoch.",
    "Confidence − accuracy": "By how much the network is surer than it is right on validation images.",
    "ECE": "The expected calibration error: the mean distance between confidence and accuracy over bins of confidence.",
    # sharpness-aware minimization
    "Gradients a step": "How many gradients are taken for one step of the weights.",
    "Curvature of dent and bowl": "The largest curvature of the loss at the bottom of both minima.",
    "S² = curvature, end": "The curvature across the valley where SAM is after the last step.",
    "At the flattest": "The least curvature that there is across the valley, at (1, 1).",
    "Wrong labels learnt": "The share of wrong labels in training that the network gives back.",
    "Best ρ at the end": "The ρ with the most test digits right after the last epoch.",
    "Test digits right": "The share of test digits that both networks have right, plain training first.",
    # label smoothing
    "Best probability of the label": "What the smooth label asks for as the probability of the right class.",
    "Loss of knowing nothing": "The loss of an answer that gives every class the same probability, log K.",
    "−log p of the label": "The mean of −log of the probability that the right label gets on test images.",
    "Length ‖w‖": "The root of the sum of the squared weights of the network.",
    "Hard labels": "The spread over distance without smoothing, in training and in the test.",
    "Teacher": "The share of test digits that the teacher has right.",
    "Student": "The share of test digits that the student has right.",
    # data augmentation
    "Best": "The strength with the least mean error on these test images.",
    "Sixes read as 9": "The share of test images of a six that the network takes for a nine.",
    "−log p": "The mean of −log of the probability that the right label gets on fresh points.",
    "λ = σ²": "The strength of ridge that noise of this size on the inputs stands for.",
    # spectral normalization
    "Slope over bound": "The steepest slope found as a share of the slope allowed.",
    "tan of the angle, each time": "The factor by which the tangent of the angle shrinks in one iteration.",
    "Error of σ̂, each time": "The factor by which the error of the largest singular value shrinks in one iteration.",
    "Best L": "The bound at which the best opponent leaves the fakes the largest gradient.",
    "A step, free": "What a step multiplies the distance from rest by in the long run, without a penalty or a clip.",
    "A step, R1": "What a step multiplies the distance from rest by in the long run, with the penalty γ.",
    "Certified and turned": "How many images were certified and yet turned by an attack of that length.",
    # common mistakes
    "Best of m, exactly": "The expected score of the best of m models without skill on the test set that chose it.",
    "On fresh cases": "The mean score of the same winner on cases that did not choose it.",
    "Right signs, n = 10 000": "The share of draws in which some λ gives the lasso the signs of the true weights.",
    "Loss over that of the best epoch": "How much loss on new digits stopping at the right time would have saved.",
    "Accuracy on new digits": "The share of digits told right that took no part in training.",
    "Ridge over lasso": "The mean excess risk of ridge divided by that of the lasso.",
    "Error above standardised": "How much larger the cross-validated error is than with every column standardised.",
    "Wrong verdicts": "The share of comparisons of so many seeds that put the worse network ahead.",
    "Spike as shown": "How much of the spike the average shows at the step where it happens.",
    "Mean delay": "How long after it happens the average shows what it shows, weighted by how much that is.",
    "Risk by theory": "The exact expected excess risk of the least norm with 40 samples.",
    "Lost with the statistics": "How many points of accuracy the batch statistics of another epoch cost.",
    "Adam's first step": "The first step without moments over the first step with them.",
    "Weight in bfloat16": "What is left of a weight of 1 after 1000 steps of decay, each rounded to bfloat16.",
    "Exactly": "What would be left of that weight without rounding.",
    # six experiments
    "Below 0.01, L1": "The share of weights smaller than 0.01 when the gradient of L1 is added to that of the loss.",
    "Exactly 0, proximal": "The share of weights that proximal steps of L1 set to exactly zero.",
    "Ahead of p = 0": "How many more new digits in a hundred are right than without dropout, seed by seed.",
    "Cells ahead of plain": "In how many cells of rate and initial scale batch norm tells more digits than no norm.",
    "Apart at this rate": "How far the best of the four optimizers is above the worst when all have this rate.",
    "Apart, tuned": "How far the best of the four optimizers is above the worst when each has its own rate.",
    "Ahead, {} peak": "How far warmup + cosine is ahead of a constant rate at this peak, seed by seed.",
    "Ahead of the end": "How much less test loss stopping leaves than training to the end, run by run.",
}
TERMS = {
    "effective degrees of freedom": "How many free weights a fit is worth, the intercept not counted.",
    "answer of the penalty": "The most pull that the penalty can hold a weight with, λP′(|w|), or λP′(0+) at zero.",
    "pull of the loss": "The slope of the loss along one weight, |xⱼᵀr|/n, which the penalty has to answer.",
    "pull to zero / ηλw": "How strongly a weight is pulled to zero, in units of the pull of plain decay.",
    "distance in sd": "A distance counted in standard deviations.",
    "duality gap": "The distance between the objective and a proven lower bound of its minimum.",
    "certificate": "Numbers that prove a solution right without trusting how it was found.",
    "λmax": "The smallest λ at which nothing is left of the solution.",
    "budget": "The most that the penalty of a solution may be.",
    "prox": "The minimum of a penalty and half the squared distance from a point.",
    "least squares": "The fit without any penalty.",
    "posterior": "What is believed of the weights after the data: likelihood times prior.",
    "likelihood": "How probable the data are for each choice of weights.",
    "prior": "What is believed of the weights before the data.",
    "condition number": "The largest eigenvalue over the smallest, which is how much rounding can grow.",
    "standard error": "How far a mean over runs is likely to be from the mean over all runs there could be.",
    "l1_ratio": "The share of L1 in the elastic net: 1 is the lasso, 0 is ridge.",
    "cross-validation": "Predicting each part of the rows from all others, so that every row is new once.",
    "bias²": "How far the average fit over many training sets is from the truth, squared.",
    "variance": "How much the fit changes from one training set to another.",
    "knot": "A λ at which a weight of the lasso leaves zero or comes back to it.",
    "deviance": "What a fit leaves unexplained, here the squared error of the targets.",
    "singular value": "How strongly a matrix stretches along one of its own directions.",
    "cross-entropy": "The mean of −log of the probability that the network gives the right label.",
    "learning rate": "How long a step is for a gradient of length 1.",
    "weight decay": "Shrinking every weight by the same share at every step.",
    "momentum": "A running sum of gradients that the step follows in place of the last gradient.",
    "epoch": "One pass of training through all samples.",
    "eval mode": "How the network predicts: all units kept, running averages in place of those of a batch.",
    "train mode": "How the network works while it is trained: units dropped, or averages taken over the batch.",
    "margin": "How clearly a point is on its side: its distance from the line, or the lead of its label.",
    "dead units": "Units that give zero for every training image and so learn nothing.",
    "stable rank": "The sum of the squared singular values over the largest of them, which small ones hardly raise.",
    "sharpness": "The largest curvature of the loss, the largest eigenvalue of its Hessian.",
    "effective rank": "How many singular values count, by the entropy of their shares.",
    "risk": "The expected squared distance from the true weights.",
    "nuclear norm": "The sum of the singular values, which is to rank what L1 is to the number of nonzero weights.",
    # equivalences
    "Ridge w": "Both weights of ridge at this λ.",
    "Prior spread τ": "The standard deviation of the Gaussian prior on each weight that is this λ.",
    "Matched budget ‖w‖": "The length that the weights may have for this λ to be the multiplier.",
    "Matched drop rate": "The share of inputs that dropout must drop to shrink as this λ does.",
    "Matched stopping time": "The time 1/λ at which the gradient flow is stopped.",
    "Box of AdamW |wⱼ| ≤": "The largest weight that AdamW's decay lets stand, for its steps are at most 1 long.",
    # famous figures
    "Badge": "How far the figure was checked, downgraded where a value does not agree.",
    "Values that agree": "How many values are as near to the source as the badge asks.",
    # exercises
    "Numbers of": "Whose numbers these are, of which set: row 0 is the same for everyone.",
}


def explain(name: str) -> str | None:
    """Return the sentence that explains a readout or a term, in whatever case the term is written; None for others.

    >>> explain("Least loss")
    'The loss of the optimizer that is ahead at this iteration.'
    """
    if name in READOUTS:
        return READOUTS[name]
    term = next((sentence for word, sentence in TERMS.items() if word.casefold() == name.casefold()), None)
    return term or next((sentence for form, sentence in _forms() if form.fullmatch(name)), None)


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the names that have a part to fill in, as patterns."""
    return tuple(
        (re.compile(re.escape(name).replace(r"\{\}", ".+")), READOUTS[name]) for name in READOUTS if "{}" in name
    )
