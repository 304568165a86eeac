"""Charts: pure functions from histories and snapshots to a chart. No streamlit here."""
