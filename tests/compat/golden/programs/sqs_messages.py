"""Messages of SQS: which of them are sampled."""

from aws_xray_sdk.core.utils.sqs_message_helper import SqsMessageHelper

for header in (
    "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
    "Root=1-1;Sampled=0",
    "Sampled=1",
    "",
    None,
):
    message = {"attributes": {"AWSTraceHeader": header} if header is not None else {}}
    print(repr(header), SqsMessageHelper.isSampled(message))
try:
    print(SqsMessageHelper.isSampled({}))
except Exception as error:
    print(type(error).__name__)
