from regviz.figures import data_augmentation as topic
from regviz.figures.data_augmentation import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
**Data augmentation** says: whoever shifts this image a little does not change what it shows. Every image is learnt in
many changed versions, under its own label. If that is true of the images to come, it is worth many images. If it is
not, it is a bias.

**Shift, turn, mirror.** A network 64-64-10 learns $n$ digits of 8 by 8 pixels; Adam with rate 0.003 takes 400 steps in
batches of 50, on 2000 versions of the images, drawn once. A shift is uniform within ± the strength in both directions,
a turn within ± the strength; between pixels images are linear, outside they are 0. *Mirror* draws left-right mirror
images with a given chance. The 300 test images are moved in the same way, by up to $\tau$. *Worth* asks how many images
bring the same error without augmentation. *Changed* is the share of answers that a shift of up to 1 pixel, a turn of up
to 45° or a mirror changes. Three seeds.

**Mixup** learns from pairs. With $\lambda$ drawn from $\mathrm{Beta}(\alpha,\alpha)$ for every pair,

$$
\tilde x=\lambda x_i+(1-\lambda)x_j,\qquad \tilde t=\lambda t_i+(1-\lambda)t_j .
$$

It says that answers are linear between points, also between classes. Where a third thing lies between two points, that
is false. A network 2-32-32-2 learns 100 moons or circles or 200 points of spirals, 200 epochs, eight seeds; 2000 fresh
points judge it. The picture is as orange or blue as the network is sure.

**Noise.** Least squares on inputs with noise $E$, entries from $N(0,\sigma^2)$, has in expectation

$$
\tfrac1{2n}\,\mathbb E\lVert y-(X+E)w\rVert^2=\tfrac1{2n}\lVert y-Xw\rVert^2+\tfrac{\sigma^2}2\lVert w\rVert^2 :
$$

it is ridge with $\lambda=\sigma^2$, exactly. With $m$ noisy copies of the data the distance to ridge falls like
$m^{-1/2}$. 30 cases, four inputs, 64 draws; the rings are the first of them.

Sources: Bishop 1995, *Training with noise is equivalent to Tikhonov regularization*; Simard, Steinkraus and Platt 2003
for digits; Zhang et al. 2018 for mixup; Guo, Mao and Zhang 2019 for where it intrudes.
""",
    notice=(
        "If the test images are not shifted, shifts hurt: with n = 400 shifts of up to 1 pixel bring the error from "
        "4.7 to 7.9 %, worse in 8 of 8 seeds.",
        "The best strength follows the shift τ of the test images, and is a little larger: with n = 100 it is 0.75, "
        "1.25 and 1.75 pixels for τ = 0.5, 1 and 1.5.",
        "There the gains are 7.5 ± 0.8, 24.7 ± 1.2 and 35.3 ± 1.7 points, in 8 of 8.",
        "At τ = 0.5, 100 images with shifts are worth about 330 without. From τ = 0.75 on no number up to 1200 is "
        "enough: more of the same images do not teach what a shift is.",
        "What is learnt is the invariance: a shift of up to 1 pixel changes 42 % of the answers without shifts in "
        "training, and 17 % with shifts of up to 1.25.",
        "Turn: with n = 100 and test images turned by up to 30°, turns of up to 30° halve the error, 30.2 to 14.7 %.",
        "A turn by 180° is no invariance: with n = 400, upright test images and turns of up to 180° in training 28 % "
        "are wrong, and 14 % of sixes are read as 9. Up to 150° no six is.",
        "Nor is a mirror: with n = 400 and a chance of 0.5 the error rises by 3.3 ± 0.4 points. The answers hardly "
        "change any more under a mirror, 5 % instead of 61 %: a false invariance is learnt as well as a true one.",
        "Mixup on moons: α = 0.1 lowers the error from 7.9 to 7.5 %, in 16 of 24 seeds, and −log p in 24 of 24. α = 2 "
        "raises the error by 2.1 ± 0.3 points.",
        "On circles no α lowers the error, and α = 2 doubles it, though small α still improves −log p in 24 of 24: "
        "less sure is not better.",
        "On spirals every α harms both: between two points of one arm lies the other. With α = 2 the error is 23 % "
        "instead of 1 %.",
        "Noise: at every σ > 0, 64 draws of 256 copies have ridge as their mean within four standard errors, and the "
        "distance to it falls with a slope of −0.50 to −0.53 in log-log.",
    ),
    try_this={
        "Shifts that nobody asked for": Settings(tau=0.0, pixels=1.0),
        "Test images shifted by 1.5": Settings(tau=1.5, pixels=1.75),
        "Six or nine?": Settings(view="rotate", degrees=180, turn=0, n=400.0),
        "A false invariance": Settings(view="flip"),
        "Mixup on moons": Settings(view="mixup", alpha=0.1),
        "Mixup on spirals": Settings(view="mixup", points="spirals", alpha=1.6),
        "Noise is ridge": Settings(view="noise", copies=64.0),
    },
    see={
        2: "Test images shifted by 1.5",
        7: "Six or nine?",
        9: "Mixup on moons",
        11: "Mixup on spirals",
        12: "Noise is ridge",
    },
)
