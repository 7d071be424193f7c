from otel_xray.api.correlation import correlate as correlate
from otel_xray.api.remembrance import remember as remember
from otel_xray.api.remembrance import resume_by as resume_by
from otel_xray.api.resumption import resume as resume
from otel_xray.api.resumption import ticket as ticket
from otel_xray.api.ticket_store import MemoryTickets as MemoryTickets
from otel_xray.api.ticket_store import TicketStore as TicketStore
from otel_xray.api.ticket_table import DynamoTickets as DynamoTickets
from otel_xray.aws_lambda.records import record_handler as record_handler
from otel_xray.aws_lambda.records import records as records
from otel_xray.facade import Tracer as Tracer
from otel_xray.facade import xray_recorder as xray_recorder
from otel_xray.instrument.suppression import suppress as suppress
from otel_xray.startup import configure as configure

__version__: str
