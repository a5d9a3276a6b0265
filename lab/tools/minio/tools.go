//go:build tools

// Package minio pins the MinIO server, which is under the AGPL-3.0. It is built unmodified and run
// as a program of its own; nothing of this project imports this module.
package minio

import _ "github.com/minio/minio"
