from regviz.figures import soft_threshold as topic
from regviz.figures.soft_threshold import Settings
from regviz.ui import page

page.show(topic, maths="x", notice=("a",), try_this={"q below one": Settings()})
