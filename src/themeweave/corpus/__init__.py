"""What the review team holds: reviews, primary studies, and the sheets they are kept in."""
