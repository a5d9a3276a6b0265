package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// node is a JSON value that keeps what encoding/json's own decoding forgives: the order of keys,
// the same key twice, and numbers as they were written.
type node struct {
	value  any // nil, bool, string, json.Number; nothing for objects and arrays
	kind   string
	fields []field
	items  []node
}

type field struct {
	name string
	node node
}

// deepest ends a nesting that no key has use for before it costs a stack.
const deepest = 16

// parse reads exactly one JSON value.
func parse(text string) (node, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	n, err := parseValue(decoder, 0)
	if err != nil {
		return node{}, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return node{}, errors.New("something follows the value")
	}
	return n, nil
}

func parseValue(decoder *json.Decoder, depth int) (node, error) {
	token, err := decoder.Token()
	if err != nil {
		return node{}, err
	}
	if depth > deepest {
		return node{}, errors.New("nested too deeply")
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return parseObject(decoder, depth)
		}
		return parseArray(decoder, depth)
	case string:
		return node{kind: "a string", value: t}, nil
	case json.Number:
		return node{kind: "a number", value: t}, nil
	case bool:
		return node{kind: "a boolean", value: t}, nil
	case nil:
		return node{kind: "null"}, nil
	}
	return node{}, fmt.Errorf("unexpected %v", token)
}

func parseObject(decoder *json.Decoder, depth int) (node, error) {
	object := node{kind: "an object"}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return node{}, err
		}
		value, err := parseValue(decoder, depth+1)
		if err != nil {
			return node{}, err
		}
		object.fields = append(object.fields, field{key.(string), value})
	}
	_, err := decoder.Token()
	return object, err
}

func parseArray(decoder *json.Decoder, depth int) (node, error) {
	array := node{kind: "an array"}
	for decoder.More() {
		item, err := parseValue(decoder, depth+1)
		if err != nil {
			return node{}, err
		}
		array.items = append(array.items, item)
	}
	_, err := decoder.Token()
	return array, err
}
