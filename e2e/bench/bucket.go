package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
)

// contents are what is in a bucket of Tempo.
type contents struct {
	objects         int
	bytes           int64
	inBlocks        int // of the objects; the others are lists of blocks
	ingested, local sort
}

// A sort of blocks is what the ingester writes, or the processor local-blocks: each has all traces.
type sort struct{ blocks, traces int }

// look counts what is in a bucket.
func look(ctx context.Context, store *minio.Client, bucket string) (contents, error) {
	var c contents
	for object := range store.ListObjects(ctx, bucket, minio.ListObjectsOptions{Recursive: true}) {
		if object.Err != nil {
			return c, fmt.Errorf("bucket %s: %w", bucket, object.Err)
		}
		c.objects++
		c.bytes += object.Size
		if strings.Count(object.Key, "/") == 2 { // TENANT/BLOCK/OBJECT
			c.inBlocks++
		}
		if path.Base(object.Key) != "meta.json" {
			continue
		}
		about, err := readMeta(ctx, store, bucket, object.Key)
		if err != nil {
			return c, fmt.Errorf("bucket %s: %s: %w", bucket, object.Key, err)
		}
		c.add(about)
	}
	return c, nil
}

// meta is what a block says of itself.
type meta struct {
	Traces      int `json:"totalObjects"`
	Replication int `json:"replicationFactor"` // 0 in blocks of an ingester, 1 in those of local-blocks
}

func (c *contents) add(m meta) {
	of := &c.ingested
	if m.Replication != 0 {
		of = &c.local
	}
	of.blocks++
	of.traces += m.Traces
}

// perBlock is how many objects a block has.
func (c contents) perBlock() float64 {
	return float64(c.inBlocks) / float64(c.ingested.blocks+c.local.blocks)
}

func readMeta(ctx context.Context, store *minio.Client, bucket, key string) (m meta, err error) {
	object, err := store.GetObject(ctx, bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return m, err
	}
	defer object.Close()
	return m, json.NewDecoder(object).Decode(&m)
}

// removeBucket removes a bucket with what is in it, if it is there.
func removeBucket(ctx context.Context, store *minio.Client, bucket string) error {
	if there, err := store.BucketExists(ctx, bucket); err != nil || !there {
		return err
	}
	var errs []error
	for object := range store.ListObjects(ctx, bucket, minio.ListObjectsOptions{Recursive: true}) {
		if object.Err == nil {
			object.Err = store.RemoveObject(ctx, bucket, object.Key, minio.RemoveObjectOptions{})
		}
		errs = append(errs, object.Err)
	}
	return errors.Join(append(errs, store.RemoveBucket(ctx, bucket))...)
}
