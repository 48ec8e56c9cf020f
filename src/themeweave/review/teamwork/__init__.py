"""Working as a team: who codes what, handing it in, comparing, settling where coders differ."""
