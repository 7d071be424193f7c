package awsxray

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/xray"
	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"
)

// XRayClient sends documents.
type XRayClient interface {
	PutTraceSegments(
		ctx context.Context, input *xray.PutTraceSegmentsInput,
	) (*xray.PutTraceSegmentsOutput, error)
}

type client struct{ api *xray.Client }

func (c client) PutTraceSegments(
	ctx context.Context, input *xray.PutTraceSegmentsInput,
) (*xray.PutTraceSegmentsOutput, error) {
	return c.api.PutTraceSegments(ctx, input)
}

// NewXRayClient is the AWS SDK's client; what it tells about itself is left as the SDK has it.
func NewXRayClient(_ *zap.Logger, config aws.Config, _ component.BuildInfo) XRayClient {
	return client{api: xray.NewFromConfig(config)}
}
