"""A function in AWS Lambda: its handler, triggers and lifecycle phases, and the layer that brings them."""
