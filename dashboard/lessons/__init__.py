"""The lessons of the course."""
