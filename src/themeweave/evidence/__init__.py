"""What themes rest on: findings, reviews and primary studies, and how much those overlap."""
