"""The unit of the synthesis: what a finding states, where it stands, which reviews it cites."""
