"""Effect sizes and their variances from whatever was reported."""
