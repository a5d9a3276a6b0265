package project

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// An S3Call is a call that MinIO has answered.
type S3Call struct {
	Name   string // such as PutObject
	Access string // the access key that signed it
	Status int
}

// Watch records every call that a MinIO answers.
type Watch struct {
	minio MinIO
	stop  context.CancelFunc

	lock  sync.Mutex
	calls []S3Call
	ended error
}

// Watch begins to watch. When it returns no call is missed any more.
func (m MinIO) Watch(ctx context.Context) (*Watch, error) {
	ctx, stop := context.WithCancel(ctx)
	response, err := m.admin(ctx, m.Root(), http.MethodGet, "trace?s3=true", nil)
	if err != nil {
		stop()
		return nil, fmt.Errorf("watch MinIO: %w", err)
	}
	w := &Watch{minio: m, stop: stop}
	go w.read(response.Body)
	if err := w.settle(ctx); err != nil {
		stop()
		return nil, err
	}
	return w, nil
}

// Calls are those so far.
func (w *Watch) Calls() []S3Call {
	w.lock.Lock()
	defer w.lock.Unlock()
	return slices.Clone(w.calls)
}

// End gives all that were answered until now, and stops.
func (w *Watch) End(ctx context.Context) ([]S3Call, error) {
	defer w.stop()
	err := w.settle(ctx)
	return w.Calls(), err
}

func (w *Watch) read(body io.ReadCloser) {
	defer body.Close()
	for decoder := json.NewDecoder(body); ; {
		var told struct {
			FuncName string
			HTTP     struct {
				Request  struct{ Headers http.Header }
				Response struct{ StatusCode int }
			}
		}
		err := decoder.Decode(&told)
		w.lock.Lock()
		if w.ended = err; err == nil {
			w.calls = append(w.calls, S3Call{
				Name:   strings.TrimPrefix(told.FuncName, "s3."),
				Access: signedBy(told.HTTP.Request.Headers.Get("Authorization")),
				Status: told.HTTP.Response.StatusCode,
			})
		}
		w.lock.Unlock()
		if err != nil {
			return
		}
	}
}

// signedBy finds the access key in "AWS4-HMAC-SHA256 Credential=KEY/DATE/…".
func signedBy(authorization string) string {
	_, credential, _ := strings.Cut(authorization, "Credential=")
	access, _, _ := strings.Cut(credential, "/")
	return access
}

// settle makes calls with a key that nobody has until one of them is recorded. Then every call that was
// answered before it is recorded too.
func (w *Watch) settle(ctx context.Context) error {
	marker := RandomName()
	client, err := w.minio.Client(marker, "none")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for !w.has(marker) {
		_, refused := client.BucketExists(ctx, marker)
		select {
		case <-ctx.Done():
			return fmt.Errorf("watch MinIO: it does not tell of a call that ended with %v; the watch has ended with %v", refused, w.end())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

func (w *Watch) has(access string) bool {
	return slices.ContainsFunc(w.Calls(), func(c S3Call) bool { return c.Access == access })
}

func (w *Watch) end() error {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.ended
}
