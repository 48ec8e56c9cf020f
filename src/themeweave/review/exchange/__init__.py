"""The steps of exchange: files of other programs into the review folder, and out of it."""
