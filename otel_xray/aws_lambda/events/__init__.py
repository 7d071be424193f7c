"""
What invoked a function: events of AWS's services, told apart and described.

Nothing here raises, whatever the event looks like.
"""

from __future__ import annotations

from otel_xray.aws_lambda.events.answers import Answer as Answer
from otel_xray.aws_lambda.events.answers import answered as answered
from otel_xray.aws_lambda.events.recognition import recognise as recognise
from otel_xray.aws_lambda.events.sources import SOURCES as SOURCES
from otel_xray.aws_lambda.events.trigger import Trigger as Trigger
