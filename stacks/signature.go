package stacks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// signer is who signs a request, and for which region.
type signer struct{ user, password, region string }

// sign signs a request without a body by AWS' Signature Version 4, which S3 servers take:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
// Its path and query must be as the wire has them. A client library would do the same, and bring ten
// modules for one request.
func sign(request *http.Request, by signer, at time.Time) {
	const date, clock, algorithm = "20060102", "20060102T150405Z", "AWS4-HMAC-SHA256"
	const headers = "host;x-amz-content-sha256;x-amz-date"
	at = at.UTC()
	nothing := hash("")
	request.Header.Set("X-Amz-Date", at.Format(clock))
	request.Header.Set("X-Amz-Content-Sha256", nothing)

	canonical := strings.Join([]string{
		request.Method, request.URL.EscapedPath(), request.URL.RawQuery,
		"host:" + request.URL.Host, "x-amz-content-sha256:" + nothing, "x-amz-date:" + at.Format(clock), "",
		headers, nothing,
	}, "\n")
	scope := strings.Join([]string{at.Format(date), by.region, "s3", "aws4_request"}, "/")
	toSign := strings.Join([]string{algorithm, at.Format(clock), scope, hash(canonical)}, "\n")

	key := []byte("AWS4" + by.password)
	for _, part := range append(strings.Split(scope, "/"), toSign) {
		key = keyed(key, part)
	}
	request.Header.Set("Authorization", algorithm+" Credential="+by.user+"/"+scope+
		",SignedHeaders="+headers+",Signature="+hex.EncodeToString(key))
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func keyed(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text)) // Never fails.
	return mac.Sum(nil)
}
