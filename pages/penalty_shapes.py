from regviz.figures import penalty_shapes as topic
from regviz.figures.penalty_shapes import Settings
from regviz.ui import page

page.show(topic, maths="x", notice=("a",), try_this={"q below one": Settings()})
