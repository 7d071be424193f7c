"""
Lambda's control plane on the loopback: what the real emulator cannot do.

One execution environment with the real runtime client, ``awslambdaric``, behind a Runtime API, an
Extensions API and a Telemetry API of our own. It freezes (SIGSTOP) when the runtime and every
extension have asked for the next event, thaws for the next invocation, delivers the platform's
telemetry about an invocation after it, restores snapshots and shuts down as Lambda does::

    with environment(tmp_path, "app.handler", {"OTEL_XRAY_TELEMETRY_API": "true"}) as function:
        outcome = function.invoke({"a": 1}, trace="Root=1-…;Parent=…;Sampled=1", deadline=3)
        assert outcome.value == {"a": 1}        # what the handler returned
        assert outcome.status == "success"      # error, timeout, failure: as Lambda calls them
        outcome.latency, outcome.overhead       # measured seconds, see `Outcome`
        function.shutdown()                     # SIGTERM, grace, SIGKILL: says what happened
        print(function.log)                     # stdout and stderr of all processes

*tmp_path* is the task root; `write` puts code there. The process is started when the block is
entered, and `invoke` waits until it is ready. After a crash, a time-out or a failed initialization
the next `invoke` starts another process, whose initialization is then a suppressed one.

* ``freezes=False`` lets background threads run between invocations, as no Lambda does.
* ``freeze()`` and ``thaw()`` do it by hand; ``wait_until_ready()`` waits for the end of init.
* ``initialization_type="snap-start"``: the first `invoke`, or `restore`, resumes the snapshot.
  ``"provisioned-concurrency"`` and ``"lambda-managed-instances"`` set what Lambda sets (the latter
  for one worker, with the schema and the rules for extensions that hold there).
* Telemetry is delivered before the next invocation is handed out and before a shutdown, to whoever
  subscribed: with ``telemetry="late"`` only when `deliver` is called. `emit` adds an event.
  ``telemetry`` may also be a `Reply` that refuses the subscription; ``extensions`` one that refuses
  the registration.
* ``extension_grace``: seconds that an external extension of somebody else's would add (2.0).
* ``command``: what is started in place of ``python -m awslambdaric``; gets the handler's name as
  an argument and in ``_HANDLER``.
"""

from tests.aws_lambda.control_plane.environment import Environment, environment, write
from tests.aws_lambda.control_plane.outcome import Outcome, Shutdown

__all__ = ["Environment", "Outcome", "Shutdown", "environment", "write"]
