"""The workbench: a review folder in the browser; pages that call the same steps as the commands."""
