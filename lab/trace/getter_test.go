package trace

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestOver(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			_, _ = w.Write([]byte(r.URL.RawQuery))
		case "/gone":
			http.Error(w, "No traces found", http.StatusNotFound)
		default:
			http.Error(w, "out\nof order", http.StatusInternalServerError)
		}
	}))
	defer server.Close()
	get := Over(server.Client(), server.URL+"/")

	t.Run("path and query arrive as given", func(t *testing.T) {
		if body, err := get(t.Context(), "/ok?a=1"); err != nil || string(body) != "a=1" {
			t.Errorf("got %q, %v", body, err)
		}
	})
	t.Run("a 404 is ErrNotFound", func(t *testing.T) {
		_, err := get(t.Context(), "/gone")
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("any other answer is an error with status and body on one line", func(t *testing.T) {
		_, err := get(t.Context(), "/broken")
		says(t, err, "500", "out of order")
		if errors.Is(err, ErrNotFound) {
			t.Error("taken for a 404")
		}
	})
}
