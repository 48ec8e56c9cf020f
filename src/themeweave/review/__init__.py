"""The review folder: settings, decision logs, checks, and the steps from corpus to outputs."""
