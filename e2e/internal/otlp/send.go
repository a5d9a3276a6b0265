// Package otlp sends spans as applications do: in every encoding of OTLP, also what no SDK would send.
package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Request is what is sent at once.
type Request = collector.ExportTraceServiceRequest

// Receiver is the host that takes spans on OTLP's ports.
type Receiver string

// Sender shows who it is to a receiver that asks.
type Sender struct {
	Receiver
	TLS           *tls.Config // nil: it speaks none
	Authorization string      // the header; empty: none is sent
}

// Answer is what a receiver says to a request.
type Answer struct {
	Code string // of HTTP, or the name of gRPC's
	Says string
}

// Taken says whether the sender need not send again.
func (a Answer) Taken() bool { return a.Code == "200" || a.Code == "OK" }

// Encoding is a way to send a request.
type Encoding string

// The encodings.
const (
	GRPC     Encoding = "gRPC"
	Protobuf Encoding = "HTTP in protobuf"
	JSON     Encoding = "HTTP in JSON"
	Gzip     Encoding = "HTTP in protobuf and gzip"
	GzipJSON Encoding = "HTTP in JSON and gzip"
)

// Encodings are all of them.
var Encodings = []Encoding{GRPC, Protobuf, JSON, Gzip, GzipJSON}

// Send gives the receiver's answer, also where it is a refusal.
func (r Receiver) Send(ctx context.Context, by Encoding, request *Request) (Answer, error) {
	return Sender{Receiver: r}.Send(ctx, by, request)
}

// Post sends a body to the path of traces, whatever it is.
func (r Receiver) Post(ctx context.Context, kind string, pack bool, body []byte) (Answer, error) {
	return Sender{Receiver: r}.Post(ctx, "/v1/traces", kind, pack, body)
}

// Send gives the receiver's answer, also where it is a refusal.
func (s Sender) Send(ctx context.Context, by Encoding, request *Request) (Answer, error) {
	if by == GRPC {
		return s.call(ctx, request)
	}
	body, kind, err := encode(by, request)
	if err != nil {
		return Answer{}, err
	}
	return s.Post(ctx, "/v1/traces", kind, by == Gzip || by == GzipJSON, body)
}

func encode(by Encoding, request *Request) (body []byte, kind string, err error) {
	if by == JSON || by == GzipJSON {
		body, err = inJSON(request)
		return body, "application/json", err
	}
	body, err = proto.Marshal(request)
	return body, "application/x-protobuf", err
}

func (s Sender) call(ctx context.Context, request *Request) (Answer, error) {
	transport := insecure.NewCredentials()
	if s.TLS != nil {
		transport = credentials.NewTLS(s.TLS)
	}
	if s.Authorization != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", s.Authorization)
	}
	connection, err := grpc.NewClient(string(s.Receiver)+":4317", grpc.WithTransportCredentials(transport))
	if err != nil {
		return Answer{}, err
	}
	defer connection.Close()
	_, err = collector.NewTraceServiceClient(connection).Export(ctx, request)
	return Answer{status.Code(err).String(), status.Convert(err).Message()}, nil
}

// Post sends a body to a path, whatever it is.
func (s Sender) Post(ctx context.Context, path, kind string, pack bool, body []byte) (Answer, error) {
	if pack {
		var packed bytes.Buffer
		writer := gzip.NewWriter(&packed)
		if _, err := writer.Write(body); err != nil {
			return Answer{}, err
		}
		if err := writer.Close(); err != nil {
			return Answer{}, err
		}
		body = packed.Bytes()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address(path), bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	request.Header.Set("Content-Type", kind)
	if pack {
		request.Header.Set("Content-Encoding", "gzip")
	}
	response, err := s.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	says, err := io.ReadAll(response.Body)
	return Answer{fmt.Sprint(response.StatusCode), string(says)}, err
}

func (s Sender) address(path string) string {
	scheme := "http"
	if s.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + string(s.Receiver) + ":4318" + path
}

// Do sends a request of HTTP, on a connection of its own where it is by TLS.
func (s Sender) Do(request *http.Request) (*http.Response, error) {
	if s.Authorization != "" {
		request.Header.Set("Authorization", s.Authorization)
	}
	if s.TLS == nil {
		return http.DefaultClient.Do(request)
	}
	return (&http.Client{Transport: &http.Transport{TLSClientConfig: s.TLS, DisableKeepAlives: true}}).Do(request)
}

// Preflight asks, as a browser does, whether a page may send. It gives the origin that may, if any does.
func (s Sender) Preflight(ctx context.Context, origin string) (allowed string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodOptions, s.address("/v1/traces"), nil)
	if err != nil {
		return "", err
	}
	for name, value := range map[string]string{
		"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type",
	} {
		request.Header.Set(name, value)
	}
	response, err := s.Do(request)
	if err != nil {
		return "", err
	}
	return response.Header.Get("Access-Control-Allow-Origin"), response.Body.Close()
}

// inJSON is a request in OTLP's JSON, which has IDs in hexadecimal where protobuf's has base64.
func inJSON(request *Request) ([]byte, error) {
	body, err := protojson.MarshalOptions{UseEnumNumbers: true}.Marshal(request)
	if err != nil {
		return nil, err
	}
	var object any
	if err := json.Unmarshal(body, &object); err != nil {
		return nil, err
	}
	if err := hexIDs(object); err != nil {
		return nil, err
	}
	return json.Marshal(object)
}

func hexIDs(value any) (err error) {
	switch value := value.(type) {
	case []any:
		for _, inner := range value {
			err = errors.Join(err, hexIDs(inner))
		}
	case map[string]any:
		for key, inner := range value {
			if text, is := inner.(string); is && (key == "traceId" || key == "spanId" || key == "parentSpanId") {
				raw, wrong := base64.StdEncoding.DecodeString(text)
				value[key], err = hex.EncodeToString(raw), errors.Join(err, wrong)
			} else {
				err = errors.Join(err, hexIDs(inner))
			}
		}
	}
	return err
}
