"""The AWS side of the demo: EventBridge, SQS and DynamoDB, answered by moto."""
