"""Write a finished request, and the call of DynamoDB in it, as JSON."""
