"""The flow lesson."""
