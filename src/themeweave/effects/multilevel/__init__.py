"""Several effects a study: three-level models, robust variances, composite effects."""
