"""The order application: an HTTP front, two functions and a payment provider."""
