"""REFI-QDA: projects (.qdpx) and codebooks (.qdc), as NVivo, ATLAS.ti, MAXQDA and others write."""
