// Package telemetrytest is empty: the exporter's own tests import it, and "go mod tidy" looks there.
package telemetrytest
