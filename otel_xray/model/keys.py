"""
Names of the span attributes that this package writes or reads.

The façade and the exporters agree on these names and on nothing else. Sources: OpenTelemetry
semantic conventions (current and, where the collector's X-Ray exporter reads only those, older
names); the exporter itself for ``aws.*`` (contrib v0.156.0).
"""

from __future__ import annotations

# --- X-Ray's own concepts ---------------------------------------------------------------------
ANNOTATIONS = "aws.xray.annotations"  # list of the attribute keys that are annotations
METADATA_PREFIX = "aws.xray.metadata."  # + namespace; the value is JSON text of an object
IN_PROGRESS = "aws.xray.inprogress"
SPAN_KIND = "aws.span.kind"  # LOCAL_ROOT: the span is a service's own root
LOCAL_SERVICE = "aws.local.service"  # name of a segment
REMOTE_SERVICE = "aws.remote.service"  # name of the called service
AWS_SERVICE = "aws.service"
USER = "enduser.id"
NAMESPACE = "aws.xray.namespace"  # the namespace that X-Ray code stated: aws or remote
ERROR = "aws.xray.error"  # flags that no status expresses
FAULT = "aws.xray.fault"
THROTTLE = "aws.xray.throttle"
ORIGIN = "aws.xray.origin"
SAMPLING_RULE = "aws.xray.sampling_rule_name"
RETRIES = "aws.xray.retries"
X_FORWARDED_FOR = "aws.xray.x_forwarded_for"
TRIGGER = "aws.xray.trigger"  # what invoked a function: a name in the table of event sources

# --- AWS calls --------------------------------------------------------------------------------
RPC_SYSTEM = "rpc.system"
RPC_SYSTEM_NAME = "rpc.system.name"  # from semantic conventions 1.39 on
RPC_SERVICE = "rpc.service"
RPC_METHOD = "rpc.method"
AWS_API = "aws-api"  # value of rpc.system
AWS_OPERATION = "aws.operation"
AWS_ACCOUNT = "aws.account_id"
AWS_REGION = "aws.region"
AWS_REQUEST_ID = "aws.request_id"
AWS_QUEUE_URL = "aws.queue_url"
AWS_TABLE_NAME = "aws.table_name"
AWS_TABLE_NAMES = "aws.dynamodb.table_names"

# --- HTTP -------------------------------------------------------------------------------------
HTTP_METHOD = "http.request.method"
HTTP_STATUS = "http.response.status_code"
HTTP_RESPONSE_SIZE = "http.response.body.size"
URL = "url.full"
USER_AGENT = "user_agent.original"
CLIENT_ADDRESS = "client.address"
SERVER_ADDRESS = "server.address"
SERVER_PORT = "server.port"
PEER_SERVICE = "peer.service"
SERVICE_PEER_NAME = "service.peer.name"  # from semantic conventions 1.39 on

# --- messaging --------------------------------------------------------------------------------
MESSAGING_SYSTEM = "messaging.system"
MESSAGING_DESTINATION = "messaging.destination.name"
MESSAGING_OPERATION_NAME = "messaging.operation.name"
MESSAGING_OPERATION_TYPE = "messaging.operation.type"
MESSAGING_BATCH_COUNT = "messaging.batch.message_count"
MESSAGE_ID = "messaging.message.id"
CONVERSATION_ID = "messaging.message.conversation_id"

# --- Lambda -----------------------------------------------------------------------------------
FAAS_TRIGGER = "faas.trigger"
FAAS_COLDSTART = "faas.coldstart"
FAAS_INVOCATION_ID = "faas.invocation_id"
LAMBDA_INVOKED_ARN = "aws.lambda.invoked_arn"
LAMBDA_INITIALIZATION = "aws.lambda.initialization_type"  # our own: on-demand, snap-start, …
LAMBDA_INIT_PHASE = "aws.lambda.initialization_phase"  # init, or invoke: inside an invocation
LAMBDA_EXTENSIONS = "aws.lambda.extensions"
LAMBDA_STATUS = "aws.lambda.status"  # the platform's word: success, error, timeout, failure
LAMBDA_DURATION = "aws.lambda.duration"  # milliseconds, as all of the platform's durations
LAMBDA_BILLED_DURATION = "aws.lambda.billed_duration"
LAMBDA_INIT_DURATION = "aws.lambda.init_duration"
LAMBDA_RESTORE_DURATION = "aws.lambda.restore_duration"
LAMBDA_RESPONSE_LATENCY = "aws.lambda.response_latency"
LAMBDA_RESPONSE_DURATION = "aws.lambda.response_duration"
LAMBDA_RUNTIME_OVERHEAD = "aws.lambda.runtime_overhead"
LAMBDA_EXTENSION_OVERHEAD = "aws.lambda.extension_overhead"
LAMBDA_MEMORY_SIZE = "aws.lambda.memory_size"  # bytes, as all sizes
LAMBDA_MAX_MEMORY_USED = "aws.lambda.max_memory_used"
LAMBDA_PRODUCED_BYTES = "aws.lambda.produced_bytes"
CLOUD_RESOURCE_ID = "cloud.resource_id"

# --- links ------------------------------------------------------------------------------------
LINK_KIND = "link.kind"  # why a span is linked: this package's own name
LOST_PARENT = "lost_parent"  # value of link.kind: a caller that is not the parent

# --- exceptions -------------------------------------------------------------------------------
ERROR_TYPE = "error.type"
EXCEPTION_EVENT = "exception"
EXCEPTION_TYPE = "exception.type"
EXCEPTION_MESSAGE = "exception.message"
EXCEPTION_STACKTRACE = "exception.stacktrace"
EXCEPTION_REMOTE = "aws.xray.exception.remote"
EXCEPTION_ID = "aws.xray.exception.id"

# --- resource ---------------------------------------------------------------------------------
SERVICE_NAME = "service.name"
SERVICE_VERSION = "service.version"
SERVICE_INSTANCE = "service.instance.id"
SDK_NAME = "telemetry.sdk.name"
SDK_LANGUAGE = "telemetry.sdk.language"
SDK_VERSION = "telemetry.sdk.version"
CLOUD_PROVIDER = "cloud.provider"
CLOUD_PLATFORM = "cloud.platform"
CLOUD_REGION = "cloud.region"
CLOUD_ACCOUNT = "cloud.account.id"
FAAS_NAME = "faas.name"
FAAS_VERSION = "faas.version"
FAAS_INSTANCE = "faas.instance"
FAAS_MAX_MEMORY = "faas.max_memory"
