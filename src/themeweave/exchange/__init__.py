"""Exchange: projects of other programs in and out, each with a list of what was lost and why."""
