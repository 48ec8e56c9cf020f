"""What people publish: tables, figures and one page that opens anywhere."""
