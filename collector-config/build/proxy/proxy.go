// Package proxy stands in for the module of this name where the module proxy does not have it.
//
// awsproxy and awsxrayreceiver v0.156.0 serve with it what X-Ray's SDKs ask of X-Ray (sampling rules
// and targets): each request is signed and passed on. Their settings are all here, so that a file
// that is valid with the original is valid with this one. .ci/collector takes the original where it
// can be downloaded.
package proxy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confignet"
	"go.opentelemetry.io/collector/config/configtls"
	"go.uber.org/zap"

	"github.com/open-telemetry/opentelemetry-collector-contrib/internal/aws/awsutil"
)

const headTimeout = 20 * time.Second

// Config is the settings of the extension, and of the receiver under "proxy_server".
type Config struct {
	confignet.TCPAddrConfig `mapstructure:",squash"`

	AWSEndpoint  string                 `mapstructure:"aws_endpoint"`
	LocalMode    bool                   `mapstructure:"local_mode"`
	ProxyAddress string                 `mapstructure:"proxy_address"`
	Region       string                 `mapstructure:"region"`
	RoleARN      string                 `mapstructure:"role_arn"`
	ServiceName  string                 `mapstructure:"service_name"`
	TLS          configtls.ClientConfig `mapstructure:"tls,omitempty"`
}

// DefaultConfig is what holds where a file says nothing.
func DefaultConfig() *Config {
	return &Config{
		TCPAddrConfig: confignet.TCPAddrConfig{Endpoint: "localhost:2000"},
		ServiceName:   "xray",
		TLS:           configtls.NewDefaultClientConfig(),
	}
}

// Server passes requests on.
type Server interface {
	ListenAndServe() error
	Shutdown(ctx context.Context) error
}

// NewServer finds region and credentials; it does not listen yet.
func NewServer(config *Config, _ component.Host, settings component.TelemetrySettings) (Server, error) {
	if _, err := net.ResolveTCPAddr("tcp", config.Endpoint); err != nil {
		return nil, err
	}
	session := &awsutil.AWSSessionSettings{Region: config.Region, RoleARN: config.RoleARN, MaxRetries: 2}
	account, err := awsutil.GetAWSConfig(context.Background(), settings.Logger, session)
	if err != nil {
		return nil, err
	}
	service := config.ServiceName
	if service == "" {
		service = "xray"
	}
	address := config.AWSEndpoint
	if address == "" {
		address = "https://" + service + "." + account.Region + ".amazonaws.com"
	}
	target, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	outgoing, err := awsutil.GetProxyFunc(config.ProxyAddress)
	if err != nil {
		return nil, err
	}
	handler := &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) {
			request.Out.URL.Scheme, request.Out.URL.Host = target.Scheme, target.Host
			request.Out.Host = target.Host
			if err := sign(request.Out, account, service); err != nil {
				settings.Logger.Error("A request cannot be signed", zap.Error(err))
			}
		},
		Transport: &http.Transport{
			DisableCompression: true, // it would add a header that is not signed
			Proxy:              outgoing,
			TLSClientConfig:    &tls.Config{InsecureSkipVerify: config.TLS.Insecure},
		},
	}
	return &http.Server{Addr: config.Endpoint, Handler: handler, ReadHeaderTimeout: headTimeout}, nil
}

func sign(request *http.Request, account aws.Config, service string) error {
	body := []byte{}
	if request.Body != nil {
		var err error
		if body, err = io.ReadAll(request.Body); err != nil {
			return err
		}
	}
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	credentials, err := account.Credentials.Retrieve(request.Context())
	if err != nil {
		return err
	}
	digest := sha256.Sum256(body)
	return v4.NewSigner().SignHTTP(
		request.Context(), credentials, request, hex.EncodeToString(digest[:]), service,
		account.Region, time.Now(),
	)
}
