"""The estimators lesson."""
