"""What the page reads, made of the store's rows by pure functions."""
