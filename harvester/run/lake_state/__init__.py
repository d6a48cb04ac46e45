"""What the lake knows of its titles, out of the outcomes of all runs."""
