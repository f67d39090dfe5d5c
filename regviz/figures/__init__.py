"""One module a topic: Settings, compute, the panels and the caption. Figures are plain plotly; no Streamlit here."""
