"""Read the documents of a finished request, and of the call of DynamoDB in it."""
