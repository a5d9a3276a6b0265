package e2e_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/lifecycle"
	"github.com/minio/minio-go/v7/pkg/notification"

	"github.com/tracestack/tracestack/e2e/internal/bucket"
	"github.com/tracestack/tracestack/e2e/internal/project"
)

// An attempt is a call that is made with the bucket's key.
type attempt struct {
	call string
	try  func(context.Context) error
}

// How an attempt must end.
const (
	allowed = "done"
	refused = "AccessDenied"
)

// holder has the key of a bucket and tries what it allows.
type holder struct {
	bucket.Bucket
	key    project.Key
	client *minio.Client
	// other is somebody else's bucket on the same server. It has an object.
	other string
	// user owns the key, and spare is another key of the same user.
	user, spare string
}

const object = "a-test/object"

func boundKey(t *testing.T, b bucket.Bucket) {
	key, _ := b.Key(t)
	h := holder{Bucket: b, key: key, client: b.As(t, key), other: b.Namespace + "-other", user: keyUser(t, b), spare: rand.Text()[:20]}
	h.prepare(t)
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "call\twanted\tseen")
	for _, part := range []struct {
		title, want string
		attempts    []attempt
	}{
		{"ITS BUCKET", allowed, h.ownObjects()},
		{"ITS BUCKET ITSELF", refused, h.ownBucket()},
		{"ANOTHER BUCKET", refused, h.otherBucket()},
		{"THE ADMIN API", refused, h.admin()},
		{"WHAT MINIO GRANTS EVERY KEY", allowed, h.granted()},
	} {
		fmt.Fprintf(w, "%s\t\t\n", part.title)
		for _, a := range part.attempts {
			seen, status := answer(a.try(t.Context()))
			fmt.Fprintf(w, "  %s\t%s\t%s%s\n", a.call, part.want, status, seen)
			if seen != part.want {
				t.Errorf("%s: %s: got %s%s, want %s", strings.ToLower(part.title), a.call, status, seen, part.want)
			}
		}
	}
	w.Flush()
	t.Logf("the key of bucket %s:\n%s", b.Namespace, &table)
}

// answer gives the error of a call as a code, and as an HTTP status if it has one.
func answer(err error) (code, status string) {
	var s3 minio.ErrorResponse
	var sts credentials.ErrorResponse // It has no status.
	switch {
	case err == nil:
		return allowed, ""
	case errors.As(err, &s3):
		return s3.Code, fmt.Sprint(s3.StatusCode, " ")
	case errors.As(err, &sts):
		return sts.STSError.Code, ""
	}
	return err.Error(), ""
}

// keyUser finds in the state the user that owns the key.
func keyUser(t *testing.T, b bucket.Bucket) string {
	t.Helper()
	resources, err := b.Resources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		if name, _ := r.Outputs["name"].(string); r.Type == "minio:index/iamUser:IamUser" && name != "" {
			return name
		}
	}
	t.Fatal("the state has no user of MinIO")
	return ""
}

// prepare makes what the calls need, as the administrator. It also shows that these calls are correct:
// if the holder is refused, the reason is who the holder is.
func (h holder) prepare(t *testing.T) {
	t.Helper()
	root := h.As(t, h.Server.Root())
	if err := root.MakeBucket(t.Context(), h.other, minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := put(t.Context(), root, h.other); err != nil {
		t.Fatal(err)
	}
	for _, call := range []attempt{
		{"a key of its user", h.adminCall(h.Server.Root(), http.MethodPut, "add-service-account", newKey(h.user, h.spare))},
		{"list of users", h.adminCall(h.Server.Root(), http.MethodGet, "list-users", nil)},
		{"report", h.adminCall(h.Server.Root(), http.MethodGet, "info", nil)},
	} {
		if err := call.try(t.Context()); err != nil {
			t.Fatalf("%s: as administrator: %v", call.call, err)
		}
	}
}

func newKey(user, access string) map[string]any {
	return map[string]any{"targetUser": user, "accessKey": access, "secretKey": rand.Text()}
}

func put(ctx context.Context, client *minio.Client, bucket string) error {
	_, err := client.PutObject(ctx, bucket, object, strings.NewReader("text"), 4, minio.PutObjectOptions{})
	return err
}

// get reads the object of a bucket; stat asks for its size and type.
func get(ctx context.Context, client *minio.Client, bucket string) error {
	reader, err := client.GetObject(ctx, bucket, object, minio.GetObjectOptions{})
	if err != nil {
		return err
	}
	defer reader.Close()
	text, err := io.ReadAll(reader)
	if err == nil && string(text) != "text" {
		return fmt.Errorf("it holds %q", text)
	}
	return err
}

func stat(ctx context.Context, client *minio.Client, bucket string) error {
	_, err := client.StatObject(ctx, bucket, object, minio.StatObjectOptions{})
	return err
}

// list fails if the object is not in the bucket.
func list(ctx context.Context, client *minio.Client, bucket string) error {
	found := errors.New("the object is not among them")
	for o := range client.ListObjects(ctx, bucket, minio.ListObjectsOptions{Recursive: true}) {
		if o.Err != nil {
			return o.Err
		}
		if o.Key == object {
			found = nil
		}
	}
	return found
}

func deleteObject(ctx context.Context, client *minio.Client, bucket string) error {
	return client.RemoveObject(ctx, bucket, object, minio.RemoveObjectOptions{})
}

// in is an attempt at a bucket.
func (h holder) in(call string, bucket string, do func(context.Context, *minio.Client, string) error) attempt {
	return attempt{call, func(ctx context.Context) error { return do(ctx, h.client, bucket) }}
}

func (h holder) ownObjects() []attempt {
	own := h.Namespace
	return []attempt{
		h.in("write an object", own, put),
		h.in("write an object in parts", own, inParts),
		h.in("begin one in parts and give up", own, abortedParts),
		h.in("read an object", own, get),
		h.in("read about an object", own, stat),
		h.in("list the objects", own, list),
		h.in("ask where the bucket is", own, func(ctx context.Context, c *minio.Client, bucket string) error {
			_, err := c.GetBucketLocation(ctx, bucket)
			return err
		}),
		h.in("delete an object", own, deleteObject),
		h.in("list the buckets: it sees this one alone", own, func(ctx context.Context, c *minio.Client, bucket string) error {
			seen, err := c.ListBuckets(ctx)
			if err == nil && (len(seen) != 1 || seen[0].Name != bucket) {
				return fmt.Errorf("it sees %v", seen)
			}
			return err
		}),
	}
}

// inParts overwrites the object in two parts, the first as short as S3 allows. Then it writes the
// object in one part again.
func inParts(ctx context.Context, client *minio.Client, bucket string) error {
	core := minio.Core{Client: client}
	upload, err := core.NewMultipartUpload(ctx, bucket, object, minio.PutObjectOptions{})
	if err != nil {
		return err
	}
	var parts []minio.CompletePart
	for i, size := range []int{5 << 20, 1} {
		body := bytes.NewReader(make([]byte, size))
		part, err := core.PutObjectPart(ctx, bucket, object, upload, i+1, body, int64(size), minio.PutObjectPartOptions{})
		if err != nil {
			return err
		}
		parts = append(parts, minio.CompletePart{PartNumber: part.PartNumber, ETag: part.ETag})
	}
	if _, err := core.CompleteMultipartUpload(ctx, bucket, object, upload, parts, minio.PutObjectOptions{}); err != nil {
		return err
	}
	return put(ctx, client, bucket)
}

func abortedParts(ctx context.Context, client *minio.Client, bucket string) error {
	core := minio.Core{Client: client}
	upload, err := core.NewMultipartUpload(ctx, bucket, object, minio.PutObjectOptions{})
	if err != nil {
		return err
	}
	return core.AbortMultipartUpload(ctx, bucket, object, upload)
}

func (h holder) ownBucket() []attempt {
	own := h.Namespace
	public := fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::%s/*"}
	]}`, own)
	expiry := &lifecycle.Configuration{Rules: []lifecycle.Rule{{ID: "soon", Status: "Enabled", Expiration: lifecycle.Expiration{Days: 1}}}}
	return []attempt{
		h.in("delete it", own, func(ctx context.Context, c *minio.Client, bucket string) error { return c.RemoveBucket(ctx, bucket) }),
		h.in("delete it with all its objects", own, func(ctx context.Context, c *minio.Client, bucket string) error {
			return c.RemoveBucketWithOptions(ctx, bucket, minio.RemoveBucketOptions{ForceDelete: true})
		}),
		h.in("open it to everybody", own, func(ctx context.Context, c *minio.Client, bucket string) error {
			return c.SetBucketPolicy(ctx, bucket, public)
		}),
		h.in("replace its expiry rule", own, func(ctx context.Context, c *minio.Client, bucket string) error {
			return c.SetBucketLifecycle(ctx, bucket, expiry)
		}),
		h.in("remove its expiry rule", own, func(ctx context.Context, c *minio.Client, bucket string) error {
			return c.SetBucketLifecycle(ctx, bucket, lifecycle.NewConfiguration())
		}),
		h.in("switch its versions on", own, func(ctx context.Context, c *minio.Client, bucket string) error {
			return c.EnableVersioning(ctx, bucket)
		}),
		h.in("have its events sent elsewhere", own, func(ctx context.Context, c *minio.Client, bucket string) error {
			return c.SetBucketNotification(ctx, bucket, notification.Configuration{})
		}),
	}
}

func (h holder) otherBucket() []attempt {
	other := h.other
	return []attempt{
		h.in("list the objects", other, list),
		h.in("read an object", other, get),
		h.in("read about an object", other, stat),
		h.in("copy an object from there", other, func(ctx context.Context, c *minio.Client, bucket string) error {
			to := minio.CopyDestOptions{Bucket: h.Namespace, Object: object}
			_, err := c.CopyObject(ctx, to, minio.CopySrcOptions{Bucket: bucket, Object: object})
			return err
		}),
		h.in("write an object", other, put),
		h.in("write an object in parts", other, inParts),
		h.in("delete an object", other, deleteObject),
		h.in("delete the bucket", other, func(ctx context.Context, c *minio.Client, bucket string) error { return c.RemoveBucket(ctx, bucket) }),
		h.in("make a third bucket", other+"-2", func(ctx context.Context, c *minio.Client, bucket string) error {
			return c.MakeBucket(ctx, bucket, minio.MakeBucketOptions{})
		}),
	}
}

func (h holder) adminCall(as project.Key, method, call string, body any) func(context.Context) error {
	return func(ctx context.Context) error { return h.Server.Admin(ctx, as, method, call, body) }
}

func (h holder) admin() []attempt {
	ask := func(method, call string, body any) func(context.Context) error {
		return h.adminCall(h.key, method, call, body)
	}
	everything := map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Action": []string{"s3:*"}, "Resource": []string{"arn:aws:s3:::*"},
	}}}
	user := url.QueryEscape(h.user)
	return []attempt{
		{"report on the server", ask(http.MethodGet, "info", nil)},
		{"watch what others do", ask(http.MethodGet, "trace?s3=true", nil)},
		{"list the users", ask(http.MethodGet, "list-users", nil)},
		{"make a user",
			ask(http.MethodPut, "add-user?accessKey=somebody", map[string]any{"secretKey": rand.Text(), "status": "enabled"})},
		{"write its own policy anew", ask(http.MethodPut, "add-canned-policy?name="+user, everything)},
		{"give its user the administrator's policy",
			ask(http.MethodPut, "set-user-or-group-policy?policyName=consoleAdmin&isGroup=false&userOrGroup="+user, nil)},
		{"make itself another key", ask(http.MethodPut, "add-service-account", newKey("", rand.Text()[:20]))},
		{"make another key of its user", ask(http.MethodPut, "add-service-account", newKey(h.user, rand.Text()[:20]))},
		{"make a key of the administrator", ask(http.MethodPut, "add-service-account", newKey(h.Server.User, rand.Text()[:20]))},
		{"change its own key",
			ask(http.MethodPost, "update-service-account?accessKey="+h.key.Access, map[string]any{"newPolicy": everything})},
		{"change another key of its user",
			ask(http.MethodPost, "update-service-account?accessKey="+h.spare, map[string]any{"newSecretKey": rand.Text()})},
		{"make itself a key for a while (STS)", h.assumeRole},
	}
}

// assumeRole is the other way in which S3 gives out keys.
func (h holder) assumeRole(context.Context) error {
	sts, err := credentials.NewSTSAssumeRole("http://"+h.Server.Address, credentials.STSAssumeRoleOptions{
		AccessKey: h.key.Access, SecretKey: h.key.Secret,
	})
	if err != nil {
		return err
	}
	_, err = sts.GetWithContext(nil)
	return err
}

// granted are the calls that MinIO allows to every key, whatever its policy.
func (h holder) granted() []attempt {
	return []attempt{
		{"report on its own user", h.adminCall(h.key, http.MethodGet, "accountinfo", nil)},
		{"list the keys of its user", h.adminCall(h.key, http.MethodGet, "list-service-accounts", nil)},
		{"delete another key of its user", h.adminCall(h.key, http.MethodDelete, "delete-service-account?accessKey="+h.spare, nil)},
	}
}
