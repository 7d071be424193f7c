"""The version of the X-Ray SDK whose surface this is; segment documents state it."""

VERSION = "2.15.0"
