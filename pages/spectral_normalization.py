from regviz.figures import spectral_normalization as topic
from regviz.figures.spectral_normalization import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
No matrix makes a vector longer than by its largest singular value $\sigma$. With activations of slope at most 1 a
network is therefore at most as steep as the product over its matrices. **Spectral normalization** lets every matrix act
as $\bar W=cW/\sigma(W)$, and so bounds the whole by $L=c^{\text{layers}}$. With $G$ the gradient for $\bar W$ and $u$,
$v$ the singular vectors, that for $W$ goes through $\sigma$ as well: $c$ times

$$
\frac1\sigma\Bigl(G-\bigl\langle G,\tfrac W\sigma\bigr\rangle\,uv^\top\Bigr).
$$

**Power.** Power iteration finds them: $v\leftarrow W^\top u/\lVert\cdot\rVert$, $u\leftarrow Wv/\lVert\cdot\rVert$,
$\hat\sigma=\lVert Wv\rVert$. The tangent of the angle shrinks by $(\sigma_2/\sigma_1)^2$ an iteration, the error of
$\hat\sigma$ by its square, and $\hat\sigma$ is never too large. In training one iteration a step has to do: $u$ is
kept.

**Fit.** A network from one number to one, with 32 units a layer, 600 steps of Adam. No function with slopes up to $K$
is nearer to sign$(x)$ on $[-1,1]$ than clip$(Kx,\pm1)$, with squared error $1/(3K)$ for $K\ge1$. *GroupSort* sorts
pairs of units; like relu it has slopes of at most 1, but it loses nothing.

**Opponent.** 100 real points about $-d/2$ and 100 fakes about $d/2$, which stay. An opponent learns to tell them apart.
A generator would follow $\lvert\nabla\log(1-p)\rvert=p\,\lvert\nabla z\rvert$ at the fakes, $z$ the logit. With slope
$L$ the best the opponent can do leaves $L\,\sigma(-Ld/2)$, $\sigma$ here the logistic function; this is largest at
$Ld=2.557$.

**Digits.** 600 images, a network 64-64-64-10 with GroupSort, 30 epochs, two seeds. If the label's logit leads by $m$,
no change of the image shorter than $m/(\sqrt2L)$ turns the answer: *certified*. $L$ is the product of the true largest
singular values. *Attacked*: six steps up the loss within $\varepsilon$; pixels run from 0 to 1.

**Dirac-GAN**, the smallest game: the real data lie at 0, the fakes at $\theta$, and $\psi x$ is the logit of being
fake. From $(1,0)$ both move at once with rate $h$, $\psi$ up and $\theta$ down the slope of $-\log(1+e^{-\psi\theta})$.
The penalty R1 takes $\tfrac\gamma2\psi^2$ off for the opponent. Near $(0,0)$ a step multiplies by $1+h\lambda$,
$\lambda=-\tfrac\gamma2\pm\sqrt{\tfrac{\gamma^2}4-\tfrac14}$.

**Ring.** A generator 2-32-32-2 learns eight Gaussians on a circle of radius 2 against an opponent 2-32-32-1, both relu,
by Adam with $\beta_1=0.5$. One is *covered* if 2 % of the points are near it. No view shows it.

Sources: Miyato et al. 2018; Anil, Lucas and Grosse 2019 for GroupSort; Arjovsky and Bottou 2017 for the vanishing
gradient; Tsuzuku, Sato and Sugiyama 2018 for the certificate; Mescheder, Geiger and Nowozin 2018 for the Dirac-GAN.
""",
    notice=(
        "Fit, sign(x): two layers of GroupSort are within 1 % of the best possible error up to K = 11.3, and at 16 "
        "within 5 %. One layer of relu is within 3 % up to K = 1.41, and at 16 it is at 2.22 ± 0.05 times the best: it "
        "uses 0.46 ± 0.01 of the slope allowed.",
        "Fit, |x|: with K = 1 one layer of relu reaches slope 0.5 and no more, and 1/48 of error. Two reach 0.576 ± "
        "0.002, and GroupSort 0.963 ± 0.003 with one and 0.993 with two.",
        "Power: angle and σ̂ follow their formulas to rounding, for every ratio. σ̂ is below σ₁ at every k.",
        "σ̂ is good long before the vector is: at σ₂/σ₁ = 0.99 it is 0.7 % off after 3 iterations, and the vector 59°.",
        "One iteration from a random start is 26 % too small on 64 × 32 random matrices. Kept from step to step while "
        "the matrix drifts by 0.001 a step, the error stays below 2·10⁻⁶.",
        "But in training on digits it lags, as the singular values draw near to each other: asked for L between 0.5 "
        "and 16, the true product is 9 to 25 % larger. A certificate needs the true one.",
        "Opponent, d = 2: after 1000 steps the free one leaves the fakes a gradient of (1.7 ± 0.5)·10⁻⁵ and is "
        "17.5 ± 0.7 steep. With L = 1 the gradient is 0.2698 ± 0.0004, by formula 0.2689.",
        "A bound must fit the distance. At d = 4 the opponent with L = 4 leaves 0.0016 ± 0.0001, that with L = 0.5 "
        "0.1346 ± 0.0001.",
        "Dirac-GAN: for every h and γ the eigenvalues fitted to the game are those of the formula within 0.001. Free, "
        "a step multiplies the distance by √(1 + h²/4); with R1 the game shrinks if h < 4γ, and fastest at γ = 1.",
        "Clipped, it goes round at about the clip for ever: with h = 0.05 and any clip of the slider it stays between "
        "0.99 and 1.05 times the clip.",
        "Ring, 2000 steps, 12 seeds: no sure profit. In batches of 32 with rate 0.001 6.4 Gaussians are covered "
        "against a free opponent, and 1.6 ± 0.3 more with L = 3. In batches of 64 with rate 0.002 it is 0.5 ± 0.8 "
        "more. With L = 1 it is 1.0 ± 0.7 more and 0.9 ± 1.0 fewer.",
        "Digits: free, 98 % are right and at ε = 0.4 none is certified. With L = 4 it is 94 and 32 %.",
        "Attacks of length 0.4 leave 56 % of the free network and 73 % with L = 4. Much of that is not certified: "
        "the bound is no tight one.",
        "No certificate was broken in 54 000 checks.",
        "Free, the product of norms says 30, and the steepest slope found on test images is 21.",
    ),
    try_this={
        "One layer of relu": Settings(layers="one", activation="relu", bound=8.0),
        "|x| with relu": Settings(target="abs", activation="relu", bound=1.0),
        "|x| with GroupSort": Settings(target="abs", bound=1.0),
        "Power, σ₂ near σ₁": Settings(view="power", ratio=0.99),
        "An opponent held": Settings(view="opponent"),
        "Two players, R1": Settings(view="dirac", gamma=0.3),
        "Digits under attack": Settings(view="digits"),
    },
    see={
        1: "One layer of relu",
        2: "|x| with GroupSort",
        4: "Power, σ₂ near σ₁",
        7: "An opponent held",
        9: "Two players, R1",
        12: "Digits under attack",
    },
)
