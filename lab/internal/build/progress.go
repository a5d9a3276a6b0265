package build

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// Progress shows what is built, how far it is and what is left: on a terminal as one line that
// is redrawn, elsewhere as a line at each start and end and at most one in 30 seconds between.
// A nil Progress shows nothing.
type Progress struct {
	out   io.Writer
	width func() int // of the terminal; nil where out is none
	now   func() time.Time

	mu    sync.Mutex
	parts []*progressPart
	said  time.Time
	stop  chan struct{}
	drawn sync.WaitGroup
}

type progressPart struct {
	part
	state            partState
	began            time.Time
	took             time.Duration
	packages, loaded int
}

type partState int

const (
	queued partState = iota
	waiting
	running
	finished
)

const (
	heartbeat = 30 * time.Second
	redraw    = 250 * time.Millisecond
)

// NewProgress shows the progress on out, with a live line if that is a terminal.
func NewProgress(out io.Writer) *Progress {
	p := &Progress{out: out, now: time.Now}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.width = func() int {
			width, _, err := term.GetSize(int(file.Fd()))
			if err != nil {
				return 80
			}
			return width
		}
	}
	return p
}

// plan is told what is to be built, before anything is.
func (p *Progress) plan(parts []part) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.parts, p.said, p.stop = nil, p.now(), make(chan struct{})
	var names []string
	for _, t := range parts {
		p.parts = append(p.parts, &progressPart{part: t})
		names = append(names, t.tool.Name)
	}
	p.say("to build: %d (%s); about %s if nothing is compiled yet", len(parts), strings.Join(names, ", "), about(p.left()))
	p.drawn.Go(p.tick)
}

// tick redraws the live line, or says how far it is where nothing was said for long.
func (p *Progress) tick() {
	ticker := time.NewTicker(redraw)
	defer ticker.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-ticker.C:
			p.mu.Lock()
			p.show()
			p.mu.Unlock()
		}
	}
}

func (p *Progress) show() {
	if p.width != nil {
		line := []rune(p.status())
		fmt.Fprintf(p.out, "\r\x1b[K%s", string(line[:min(len(line), max(p.width()-1, 0))]))
		return
	}
	if p.now().Sub(p.said) >= heartbeat {
		p.say("%s", p.status())
	}
}

// close ends the display.
func (p *Progress) close() {
	if p == nil {
		return
	}
	close(p.stop)
	p.drawn.Wait()
	p.clear()
}

func (p *Progress) started(name string) {
	p.update(name, func(part *progressPart) {
		part.state, part.began = running, p.now()
		p.say("%s %s: building, about %s", p.number(part), strings.TrimSpace(name+" "+part.release), about(p.expected(part)))
	})
}

// waiting is for a part that another checkout holds the lock of.
func (p *Progress) waiting(name string) {
	p.update(name, func(part *progressPart) {
		part.state, part.began = waiting, p.now()
		p.say("%s %s: another checkout is building the same; waiting for it", p.number(part), name)
	})
}

// heard is told each line of the go command's output.
func (p *Progress) heard(name, line string) {
	p.update(name, func(part *progressPart) {
		switch {
		case loaded(line):
			part.loaded++
		case compiled(line):
			part.packages++
		}
	})
}

// ended tells that a part is there, by this build or another checkout's, or failed.
func (p *Progress) ended(name string, elsewhere bool, err error) {
	p.update(name, func(part *progressPart) {
		took := p.now().Sub(part.began)
		part.state, part.took = finished, took
		switch {
		case err != nil:
			p.say("%s %s: stopped after %s", p.number(part), name, seconds(took))
		case elsewhere:
			part.took = 0 // says nothing about this machine's speed
			p.say("%s %s: there, built by another checkout", p.number(part), name)
		default:
			p.say("%s %s: built in %s", p.number(part), name, seconds(took))
		}
	})
}

func (p *Progress) update(name string, change func(*progressPart)) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, part := range p.parts {
		if part.tool.Name == name {
			change(part)
		}
	}
}

func (p *Progress) say(format string, args ...any) {
	p.clear()
	fmt.Fprintf(p.out, format+"\n", args...)
	p.said = p.now()
}

func (p *Progress) clear() {
	if p.width != nil {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

// number is the place of a part among those that are built, like [2/8].
func (p *Progress) number(part *progressPart) string {
	for i, other := range p.parts {
		if other == part {
			return fmt.Sprintf("[%d/%d]", i+1, len(p.parts))
		}
	}
	return ""
}

// status is one line on all that runs.
func (p *Progress) status() string {
	var lines []string
	for _, part := range p.parts {
		switch part.state {
		case waiting:
			lines = append(lines, fmt.Sprintf("%s %s waits for another checkout", p.number(part), part.tool.Name))
		case running:
			lines = append(lines, fmt.Sprintf("%s %s: %s, %s", p.number(part), part.tool.Name, seconds(p.now().Sub(part.began)), part.far()))
		}
	}
	return strings.Join(append(lines, "about "+about(p.left())+" left"), "; ")
}

// far is how much of a running part is done, as far as the go command tells.
func (part *progressPart) far() string {
	switch {
	case part.packages == 0 && part.loaded > 0:
		return fmt.Sprintf("%d modules loaded", part.loaded)
	case part.packages == 0:
		return "nothing to compile so far"
	}
	return fmt.Sprintf("%d of about %d packages compiled", part.packages, max(part.packages, part.tool.Packages))
}
