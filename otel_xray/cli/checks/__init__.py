"""What may be set up wrongly: each check looks at one thing, and says what to change."""
