"""Write a finished segment with its subsegment as JSON."""
