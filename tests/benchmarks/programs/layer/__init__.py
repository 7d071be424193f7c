"""Write a layer."""
