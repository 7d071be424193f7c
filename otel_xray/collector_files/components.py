"""The collector's components: what their names are, and what ADOT has of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from otel_xray.collector_files.document import Part

SECTIONS = ("receivers", "processors", "exporters", "connectors", "extensions")

# Since collector 0.144 the names on the left are aliases, which are warned of at each start.
RENAMED: Mapping[str, Mapping[str, str]] = {
    "exporters": {
        "loadbalancing": "load_balancing",
        "otlp": "otlp_grpc",
        "otlphttp": "otlp_http",
        "prometheusremotewrite": "prometheus_remote_write",
    },
    "processors": {
        "k8sattributes": "k8s_attributes",
        "metricstransform": "metrics_transform",
        "resourcedetection": "resource_detection",
    },
    "receivers": {"filelog": "file_log"},
    "connectors": {"spanmetrics": "span_metrics", "servicegraph": "service_graph"},
    "extensions": {"googleclientauth": "google_client_auth"},
}

# What no collector of these years has any more, and what is there instead.
REMOVED: Mapping[str, Mapping[str, str]] = {
    "exporters": {
        "jaeger": "Jaeger takes OTLP: use otlp_http or otlp_grpc",
        "jaeger_thrift": "Jaeger takes OTLP: use otlp_http or otlp_grpc",
        "logging": "use debug",
        "opencensus": "use otlp_grpc",
        "sapm": "use otlp_http with Splunk's traces_endpoint",
    },
    "receivers": {"opencensus": "use otlp"},
    "extensions": {"memory_ballast": "leave it out: memory_limiter and GOMEMLIMIT do its work"},
    "processors": {"spanmetrics": "use the connector span_metrics"},
}

# ADOT 0.49.0, whose collector is 0.156.0; names as that has them. It has no connectors at all.
_ADOT = """
receivers: otlp awsxray jaeger zipkin prometheus kafka statsd file_log awsecscontainermetrics
           awscontainerinsightreceiver
processors: batch memory_limiter attributes resource resource_detection filter span groupbytrace
            probabilistic_sampler tail_sampling k8s_attributes metrics_transform metricsgeneration
            cumulativetodelta deltatorate
exporters: awsxray awsemf awscloudwatchlogs otlp_grpc otlp_http debug file load_balancing kafka
           prometheus prometheus_remote_write datadog logzio signalfx
connectors:
extensions: awsproxy health_check pprof sigv4auth zpages ecs_observer file_storage
"""
ADOT: Mapping[str, frozenset[str]] = {
    section: frozenset(_ADOT.partition(f"{section}:")[2].partition(":")[0].split()) - {*SECTIONS}
    for section in SECTIONS
}


class Component(NamedTuple):
    """
    A component that a file defines.

    Attributes:
        section: such as ``exporters``.
        name: as the file has it, such as ``otlp_http/next``.
        settings: what the file says of it.
    """

    section: str
    name: str
    settings: Part

    @property
    def written(self) -> str:
        """The type as the file has it: what stands before the slash."""
        return self.name.partition("/")[0].strip()

    @property
    def kind(self) -> str:
        """The type, by its present name."""
        return RENAMED.get(self.section, {}).get(self.written, self.written)

    @property
    def title(self) -> str:
        """Such as ``exporter otlp_http/next``."""
        return f"{self.section.removesuffix('s')} {self.name}"


def components(file: Part) -> Iterator[Component]:
    """Yield what *file* defines, section by section."""
    for section in SECTIONS:
        part = file.at(section)
        for name, settings in part.members.items() if part else ():
            yield Component(section, name, settings)


def missing_in_adot(file: Part) -> list[Component]:
    """Return the components of *file* that ADOT has not got."""
    return [part for part in components(file) if part.kind not in ADOT[part.section]]
