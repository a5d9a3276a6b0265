package trace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/tracestack/tracestack/lab/internal/draw"
)

// Getter fetches a path (with its query) from one service and returns the body
// of a 200 answer; any other answer is an error. How the service is reached,
// through the API server's proxy or directly, is the caller's.
type Getter func(ctx context.Context, path string) ([]byte, error)

// ErrNotFound is what a Getter wraps for a 404. Jaeger gives one while nothing
// is stored yet, so it is an answer, not a failure.
var ErrNotFound = errors.New("not found")

// Over is a Getter for what a client reaches below a URL.
func Over(client *http.Client, baseURL string) Getter {
	return func(ctx context.Context, path string) ([]byte, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(baseURL, "/")+path, nil)
		if err != nil {
			return nil, err
		}
		resp, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, fmt.Errorf("GET %s: %w", req.URL, err)
		}
		switch resp.StatusCode {
		case http.StatusOK:
			return body, nil
		case http.StatusNotFound:
			return nil, fmt.Errorf("GET %s: %w: %s", req.URL, ErrNotFound, excerpt(body))
		default:
			return nil, fmt.Errorf("GET %s: %s: %s", req.URL, resp.Status, excerpt(body))
		}
	}
}

// excerpt keeps an error on one line: some proxies answer with a whole page.
func excerpt(body []byte) string {
	return draw.Ellipsis(strings.Join(strings.Fields(string(body)), " "), 200)
}
