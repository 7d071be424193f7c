"""Where messages and events of AWS services carry the context of whoever sent them."""
