from regviz.figures import home as topic
from regviz.ui import page

page.show(
    topic,
    lead="A flexible model can bend itself around every noisy point, and then it predicts new points badly. "
    "Regularization charges the model a price, λ, for large weights, so that it bends only where the data insist. "
    "Drag λ, or press play: with the settings of the start the fit goes from overfit through good to underfit, and the "
    "validation error says where to stop.",
    between=lambda s, shown: page.cards(),
)
