package project

import (
	"bytes"
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/signer"
	"github.com/secure-io/sio-go"
)

// Key is what signs requests to MinIO: a user with its password, or a service account.
type Key struct{ Access, Secret string }

// Root is the administrator's.
func (m MinIO) Root() Key { return Key{m.User, m.Password} }

// Admin makes a call of MinIO's admin API, such as list-users, as the holder of a key. A refusal is
// a minio.ErrorResponse. The API's own client is under the AGPL, and nothing here is compiled with it.
func (m MinIO) Admin(ctx context.Context, as Key, method, call string, body any) error {
	response, err := m.admin(ctx, as, method, call, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

func (m MinIO) admin(ctx context.Context, as Key, method, call string, body any) (*http.Response, error) {
	sent, err := locked(as.Secret, body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://"+m.Address+"/minio/admin/v3/"+call, bytes.NewReader(sent))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(sent)
	request.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(sum[:]))
	response, err := http.DefaultClient.Do(signer.SignV4(*request, as.Access, as.Secret, "", "us-east-1"))
	if err != nil || response.StatusCode == http.StatusOK || response.StatusCode == http.StatusNoContent {
		return response, err
	}
	defer response.Body.Close()
	refusal := minio.ErrorResponse{StatusCode: response.StatusCode}
	if err := json.NewDecoder(response.Body).Decode(&refusal); err != nil {
		return nil, fmt.Errorf("%s %s: %s: not MinIO's admin API: %w", method, call, response.Status, err)
	}
	return nil, refusal
}

// locked encrypts a body as the admin API takes it: nobody without the secret can read or write it. In
// front stand a salt, the kind of cipher and a nonce.
func locked(secret string, body any) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	plain, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	const (
		saltBytes, keyBytes = 32, 32
		rounds              = 8192
		pbkdf2AESGCM        = 2
	)
	salt := random(saltBytes)
	key, err := pbkdf2.Key(sha256.New, secret, salt, rounds, keyBytes)
	if err != nil {
		return nil, err
	}
	stream, err := sio.AES_256_GCM.Stream(key)
	if err != nil {
		return nil, err
	}
	nonce := random(stream.NonceSize())
	sealed, err := io.ReadAll(stream.EncryptReader(bytes.NewReader(plain), nonce, nil))
	return append(append(append(salt, pbkdf2AESGCM), nonce...), sealed...), err
}

func random(length int) []byte {
	bytes := make([]byte, length)
	_, _ = rand.Read(bytes) // It never fails.
	return bytes
}
