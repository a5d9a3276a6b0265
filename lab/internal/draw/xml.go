// Package draw holds what the lab's drawings share: SVG elements, the card and its colours, and the words
// in which both the pictures and the terminal write a figure. Pure: no files, no clock.
package draw

import (
	"bytes"
	"encoding/xml"
	"strconv"
)

// Element is one XML element. The drawing is built of these and marshalled
// once, so that nothing an application calls itself can break the markup.
type Element struct {
	name     string
	attrs    []xml.Attr
	text     string
	children []Element
}

// El makes an element from its name and attribute pairs.
func El(name string, pairs ...string) Element {
	e := Element{name: name}
	for i := 0; i+1 < len(pairs); i += 2 {
		e.attrs = append(e.attrs, xml.Attr{Name: xml.Name{Local: pairs[i]}, Value: pairs[i+1]})
	}
	return e
}

// Saying gives the element its text.
func (e Element) Saying(text string) Element {
	e.text = text
	return e
}

// With appends children.
func (e Element) With(children ...Element) Element {
	e.children = append(e.children, children...)
	return e
}

// MarshalXML implements xml.Marshaler.
func (e Element) MarshalXML(enc *xml.Encoder, _ xml.StartElement) error {
	start := xml.StartElement{Name: xml.Name{Local: e.name}, Attr: e.attrs}
	if err := enc.EncodeToken(start); err != nil {
		return err
	}
	if e.text != "" {
		if err := enc.EncodeToken(xml.CharData(e.text)); err != nil {
			return err
		}
	}
	for _, child := range e.children {
		if err := enc.Encode(child); err != nil {
			return err
		}
	}
	return enc.EncodeToken(start.End())
}

// Document puts each child of the root on a line of its own. Deeper breaks
// would become spaces inside text.
func Document(root Element) []byte {
	var b bytes.Buffer
	enc := xml.NewEncoder(&b)
	start := xml.StartElement{Name: xml.Name{Local: root.name}, Attr: root.attrs}
	must(enc.EncodeToken(start))
	for _, child := range root.children {
		must(enc.EncodeToken(xml.CharData("\n")))
		must(enc.Encode(child))
	}
	must(enc.EncodeToken(xml.CharData("\n")))
	must(enc.EncodeToken(start.End()))
	must(enc.Close())
	b.WriteByte('\n')
	return b.Bytes()
}

// must holds for a marshaller that writes to memory and gets only elements.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Px writes a coordinate: two decimals are finer than any screen.
func Px(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	return s
}
