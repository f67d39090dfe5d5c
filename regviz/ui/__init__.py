"""The Streamlit side: shell, page layout, controls, live charts and export."""
