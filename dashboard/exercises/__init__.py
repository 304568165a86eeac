"""The exercises of the courses, and where each is answered."""
