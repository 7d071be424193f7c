"""How the number of subsegments that a segment holds is kept small."""
