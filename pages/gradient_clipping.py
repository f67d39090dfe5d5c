from regviz.figures import gradient_clipping as topic
from regviz.figures.gradient_clipping import Settings
from regviz.ui import page

page.show(
    topic,
    maths=r"""
Gradient descent steps by $-\eta\,g$. Where the loss has a wall, one $g$ is huge, and one step throws the weights far
away. Clipping bounds the gradient before the step:

- **by norm**: if $\lVert g\rVert>\theta$, take $\theta\,g/\lVert g\rVert$ instead. The step is shorter, its direction
  the same. The result lies in a ball of radius $\theta$.
- **by value**: bring every component into $[-\theta,\theta]$. The result lies in a box. A component that is cut more
  than the other bends the direction, by up to 45° in two dimensions.

Three descents start at the same point with the same learning rate and go a hundred steps. The chart *Ball and box*
shows the step at one point, the cross in the plane, where the unclipped run meets its longest gradient. The dashed line
is the step without clipping.

**Cliff.** $0.2\,\lVert w\rVert^2+2\,\sigma(-40(u-0.4))$, where $u=w_1\cos 0.35+w_2\sin 0.35$. The bowl pulls towards
the middle, and a slanted wall of height 2 stands in the way. Its foot is where the descent should end.

**Recurrent map.** One unit fed back to itself $T$ times:

$$x_{t+1}=w\,\sigma(x_t)+b,\qquad x_0=0.5,\qquad \text{loss}=(\sigma(x_T)-0.7)^2.$$

The gradient is a sum over the time steps, and each term is a product of the slopes $w\,\sigma'(x_t)$ of all steps after
it. A small change of $b$ decides which of two resting points the unit falls into, and $T$ steps amplify the change. So
the loss has a wall along the border between the two.

Source: Pascanu, Mikolov and Bengio 2013, *On the difficulty of training recurrent neural networks*, algorithm 1 for
clipping by norm, and the wall of a recurrent map with one unit; Mikolov 2012 for clipping by value.
""",
    notice=(
        "At learning rate 1, on the cliff and on the map with T = 50, the longest gradient of the unclipped run is "
        "more than ten times as long as the first, and the next point lies outside the picture.",
        "A wall need not throw. On the cliff at η = 0.354 and below, and at η = 2, which leaps over the wall, the "
        "unclipped run never meets a gradient longer than the first.",
        "Clipping by norm keeps the direction at every threshold. Clipping by value bends it as soon as one component "
        "is cut.",
        "When the threshold is below both components, clipping by value always steps along the diagonal.",
        "At θ = 0.316 and η = 1 both clipped runs stay in the picture. By norm ends with less loss than the unclipped "
        "run on the cliff and on every map but T = 20 and 80; by value on the cliff and from T = 40 to 70.",
        "On those two maps the unclipped run is lucky: its longest gradient is over fifty times the first, yet it "
        "lands well and ends with the least loss of the three.",
        "Too small a threshold makes it crawl. At θ = 0.01 a hundred steps by norm go no farther than 100 · η · 0.01. "
        "By value they go up to √2 times that, along the diagonal of the box: on the cliff 1.41 times at η = 1.",
        "With a threshold above every gradient nothing is clipped, and the three runs are one.",
        "From 10 to 40 steps of the recurrent map, its wall along w = 5 grows more than three times steeper with every "
        "ten.",
    ),
    try_this={
        "Thrown off the cliff: nothing is clipped": Settings(threshold=31.6),
        "Clip hard: a crawl": Settings(threshold=0.01),
        "A wall in a recurrent map": Settings(loss="recurrent"),
        "There, by value ends highest": Settings(loss="recurrent", threshold=0.1),
        "A short map: the wall is less steep": Settings(loss="recurrent", length=10),
        "A smaller rate instead of clipping": Settings(learning_rate=0.5),
    },
    see={
        1: "Thrown off the cliff: nothing is clipped",
        3: "A wall in a recurrent map",
        4: "Clip hard: a crawl",
        5: "A wall in a recurrent map",
        7: "Clip hard: a crawl",
        8: "Thrown off the cliff: nothing is clipped",
    },
)
