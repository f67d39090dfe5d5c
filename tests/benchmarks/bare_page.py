"""The peer: one slider, one st.plotly_chart of the same figure, nothing else."""

from dataclasses import replace

import streamlit as st

from regviz.figures import constraint_balls as topic
from regviz.knobs import knobs

knob = knobs(topic.Settings)["lambda_"]
lambda_ = st.select_slider(knob.label, knob.options, topic.Settings().lambda_, key="lambda_")
settings = replace(topic.Settings(), lambda_=lambda_)
st.plotly_chart(topic.draw_plane(settings, topic.compute(settings)))
