"""The report page: records, one module a section, and the whole as one file."""
