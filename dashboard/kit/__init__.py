"""What every lesson is made of; knows no lesson."""
