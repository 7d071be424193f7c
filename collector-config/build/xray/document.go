// Package awsxray stands in for the module of this name where the module proxy does not have it.
//
// It declares what awsxrayexporter and awsxrayreceiver v0.156.0 use and no more: the members of a
// segment document, and the client that sends documents. All translation is the exporter's and the
// receiver's own. .ci/collector takes the original where it can be downloaded.
package awsxray

import (
	"encoding/json"
	"errors"
)

// Attributes that the exporter reads, and the receiver writes.
const (
	AWSAccountAttribute                   = "aws.account_id"
	AWSOperationAttribute                 = "aws.operation"
	AWSQueueURLAttribute                  = "aws.queue_url"
	AWSQueueURLAttribute2                 = "aws.queue.url"
	AWSRegionAttribute                    = "aws.region"
	AWSRequestIDAttribute                 = "aws.request_id"
	AWSRequestIDAttribute2                = "aws.requestId"
	AWSServiceAttribute                   = "aws.service"
	AWSTableNameAttribute                 = "aws.table_name"
	AWSTableNameAttribute2                = "aws.table.name"
	AWSXRayInProgressAttribute            = "aws.xray.inprogress"
	AWSXRayResourceARNAttribute           = "aws.xray.resource_arn"
	AWSXRayTracedAttribute                = "aws.xray.traced"
	AWSXRayXForwardedForAttribute         = "aws.xray.x_forwarded_for"
	AWSXrayExceptionCauseAttribute        = "aws.xray.exception.cause"
	AWSXrayExceptionIDAttribute           = "aws.xray.exception.id"
	AWSXrayExceptionRemoteAttribute       = "aws.xray.exception.remote"
	AWSXrayExceptionSkippedAttribute      = "aws.xray.exception.skipped"
	AWSXrayExceptionTruncatedAttribute    = "aws.xray.exception.truncated"
	AWSXrayRetriesAttribute               = "aws.xray.retries"
	AWSXraySegmentAnnotationsAttribute    = "aws.xray.annotations"
	AWSXraySegmentMetadataAttributePrefix = "aws.xray.metadata."
)

// String makes a member of an optional text: an empty one is left out.
func String(text string) *string {
	if len(text) > 0 {
		return &text
	}
	return nil
}

// StringOrEmpty reads a member of an optional text.
func StringOrEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// Segment is a document. Members without omitempty are written as null when there is no value.
type Segment struct {
	Name      *string  `json:"name"`
	ID        *string  `json:"id"`
	StartTime *float64 `json:"start_time"`

	AWS         *AWSData                  `json:"aws,omitempty"`
	Annotations map[string]any            `json:"annotations,omitempty"`
	Cause       *CauseData                `json:"cause,omitempty"`
	EndTime     *float64                  `json:"end_time,omitempty"`
	Error       *bool                     `json:"error,omitempty"`
	Fault       *bool                     `json:"fault,omitempty"`
	HTTP        *HTTPData                 `json:"http,omitempty"`
	InProgress  *bool                     `json:"in_progress,omitempty"`
	Links       []SpanLinkData            `json:"links,omitempty"`
	Metadata    map[string]map[string]any `json:"metadata,omitempty"`
	Namespace   *string                   `json:"namespace,omitempty"`
	Origin      *string                   `json:"origin,omitempty"`
	ParentID    *string                   `json:"parent_id,omitempty"`
	ResourceARN *string                   `json:"resource_arn,omitempty"`
	SQL         *SQLData                  `json:"sql,omitempty"`
	Service     *ServiceData              `json:"service,omitempty"`
	Subsegments []Segment                 `json:"subsegments,omitempty"`
	Throttle    *bool                     `json:"throttle,omitempty"`
	TraceID     *string                   `json:"trace_id,omitempty"`
	Traced      *bool                     `json:"traced,omitempty"`
	Type        *string                   `json:"type,omitempty"`
	User        *string                   `json:"user,omitempty"`
}

// Validate says what a document that was received lacks.
func (s *Segment) Validate() error {
	switch {
	case s.Name == nil:
		return errors.New("a segment without a name")
	case s.ID == nil:
		return errors.New("a segment without an id")
	case s.StartTime == nil:
		return errors.New("a segment without a start_time")
	case s.TraceID == nil:
		return errors.New("a segment without a trace_id")
	}
	return nil
}

// SpanLinkData is an element of links.
type SpanLinkData struct {
	SpanID     *string        `json:"id"`
	TraceID    *string        `json:"trace_id"`
	Attributes map[string]any `json:"attributes,omitempty"`
}

// HTTPData is the http section.
type HTTPData struct {
	Request  *RequestData  `json:"request,omitempty"`
	Response *ResponseData `json:"response,omitempty"`
}

// RequestData is http.request.
type RequestData struct {
	ClientIP      *string `json:"client_ip,omitempty"`
	Method        *string `json:"method,omitempty"`
	URL           *string `json:"url,omitempty"`
	UserAgent     *string `json:"user_agent,omitempty"`
	XForwardedFor *bool   `json:"x_forwarded_for,omitempty"`
}

// ResponseData is http.response.
type ResponseData struct {
	ContentLength any    `json:"content_length,omitempty"`
	Status        *int64 `json:"status,omitempty"`
}

// CauseType says which form of cause it is; the exporter writes only one of them.
type CauseType int

// The forms: the id of an exception that is elsewhere, and an object with exceptions.
const (
	CauseTypeExceptionID CauseType = 1
	CauseTypeObject      CauseType = 2
)

// CauseData is the cause section.
type CauseData struct {
	Type        CauseType `json:"-"`
	ExceptionID *string   `json:"-"`
	CauseObject
}

// UnmarshalJSON reads both forms.
func (c *CauseData) UnmarshalJSON(data []byte) error {
	var id string
	if json.Unmarshal(data, &id) == nil {
		c.Type, c.ExceptionID = CauseTypeExceptionID, &id
		return nil
	}
	c.Type = CauseTypeObject
	return json.Unmarshal(data, &c.CauseObject)
}

// CauseObject holds the members of CauseData.
type CauseObject struct {
	Exceptions []Exception `json:"exceptions,omitempty"`
}

// Exception is an element of cause.exceptions.
type Exception struct {
	ID        *string      `json:"id,omitempty"`
	Type      *string      `json:"type,omitempty"`
	Message   *string      `json:"message,omitempty"`
	Remote    *bool        `json:"remote,omitempty"`
	Cause     *string      `json:"cause,omitempty"`
	Skipped   *int64       `json:"skipped,omitempty"`
	Truncated *int64       `json:"truncated,omitempty"`
	Stack     []StackFrame `json:"stack,omitempty"`
}

// StackFrame is an element of an exception's stack.
type StackFrame struct {
	Label *string `json:"label,omitempty"`
	Line  *int    `json:"line,omitempty"`
	Path  *string `json:"path,omitempty"`
}

// SQLData is the sql section.
type SQLData struct {
	ConnectionString *string `json:"connection_string,omitempty"`
	DatabaseType     *string `json:"database_type,omitempty"`
	SanitizedQuery   *string `json:"sanitized_query,omitempty"`
	URL              *string `json:"url,omitempty"`
	User             *string `json:"user,omitempty"`
}

// ServiceData is the service section.
type ServiceData struct {
	Version *string `json:"version,omitempty"`
}
