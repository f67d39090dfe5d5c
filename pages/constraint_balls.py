from regviz.figures import constraint_balls as topic
from regviz.figures.constraint_balls import Settings
from regviz.ui import page

page.show(
    topic,
    maths="x",
    notice=("a",),
    try_this={"q below one": Settings(penalty="lq", q=0.5)},
)
