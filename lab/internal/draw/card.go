package draw

import "fmt"

// Measures that every picture keeps, in pixels.
const (
	Width    = 1200.0
	Margin   = 28.0
	TitleY   = 44.0 // baselines of the header
	SummaryY = 66.0
	// CharWidth is of the common text. A system font is not the same everywhere,
	// so its width can only be estimated; on the wide side, since text that is
	// cut early still reads.
	CharWidth = 6.6
)

// light and dark are the colours that all pictures share; the viewer's
// preference chooses. Each has a card of its own behind it, so the picture
// reads on any page.
const (
	light = `
text { font: 12px ui-sans-serif, system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, DejaVu Sans, sans-serif; fill: #24303c }
.card { fill: #ffffff; stroke: #d5dce4 }
.title { font-size: 18px; font-weight: 600 }
.faint { fill: #5c6b7a }
.service { font-weight: 600 }
.failed { fill: #b3261e; font-weight: 600 }
.s0 { fill: #4a7ab5 } .s1 { fill: #3a9188 } .s2 { fill: #c07a2c } .s3 { fill: #8a67b0 }
.s4 { fill: #5d9150 } .s5 { fill: #b85c86 } .s6 { fill: #8f7d3a } .s7 { fill: #66788c }
`
	dark = `text { fill: #dde4ec }
.card { fill: #171c23; stroke: #323c48 }
.faint { fill: #98a5b3 }
.failed { fill: #ff8a80 }
.s0 { fill: #6f9fd8 } .s1 { fill: #55b3a8 } .s2 { fill: #d9974c } .s3 { fill: #a98ad0 }
.s4 { fill: #7cb36d } .s5 { fill: #d480a6 } .s6 { fill: #b3a057 } .s7 { fill: #8b9db0 }
`
)

const serviceShades = 8 // .s0 to .s7

// Shade is the class of the service with this number.
func Shade(i int) string { return fmt.Sprintf("s%d", i%serviceShades) }

// Style is a picture's own rules beside the common ones, for light and for dark.
type Style struct{ Light, Dark string }

func (s Style) css() string {
	return light + s.Light + "@media (prefers-color-scheme: dark) {\n" + dark + s.Dark + "}\n"
}

// Picture begins a self-contained picture: no script, no font, no reference to
// anything outside. What is said of it is for readers who do not see it.
func Picture(width, height float64, title, description string, style Style) Element {
	return El("svg", "xmlns", "http://www.w3.org/2000/svg", "role", "img",
		"viewBox", "0 0 "+Px(width)+" "+Px(height),
		"width", Px(width), "height", Px(height), "aria-labelledby", "title desc",
	).With(
		El("title", "id", "title").Saying(title),
		El("desc", "id", "desc").Saying(description),
		El("style").Saying(style.css()),
		El("rect", "class", "card", "x", "0.5", "y", "0.5", "rx", "10",
			"width", Px(width-1), "height", Px(height-1)),
	)
}

// Text is a line of text of a class; empty for the common one.
func Text(class string, x, y float64, s string) Element {
	return El("text", "class", class, "x", Px(x), "y", Px(y)).Saying(s)
}
