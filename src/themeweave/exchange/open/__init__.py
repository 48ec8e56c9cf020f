"""Open formats: what any program reads, from spreadsheets to archives.

Each is a function from a review's content to files by name; the first is the one that was asked
for. Everything is made from `rows`, so that all formats say the same.
"""
