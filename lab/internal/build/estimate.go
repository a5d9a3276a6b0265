package build

import "time"

// expected is what a part should take on this machine: the time measured once, scaled by what
// the finished parts took here.
func (p *Progress) expected(part *progressPart) time.Duration {
	return time.Duration(float64(time.Duration(part.tool.Seconds)*time.Second) * p.pace())
}

// pace is the time taken so far in relation to that measured once. It is 1 until there is enough
// to tell by: short parts say little.
func (p *Progress) pace() float64 {
	var took, measured float64
	for _, part := range p.parts {
		usual := float64(part.tool.Seconds)
		switch {
		case part.state == finished && part.took > 0:
			took, measured = took+part.took.Seconds(), measured+usual
		case part.state == running && part.done() > 0.1:
			took, measured = took+p.now().Sub(part.began).Seconds(), measured+usual*part.done()
		}
	}
	if measured < 20 {
		return 1
	}
	return took / measured
}

// left is what remains of all parts. Groups built side by side share the processors, so
// the times add up either way.
func (p *Progress) left() (left time.Duration) {
	for _, part := range p.parts {
		if part.state != finished {
			left += time.Duration(float64(p.expected(part)) * (1 - part.done()))
		}
	}
	return left
}

// done is the part's share of compiled packages. Linking comes after the last of them, so it is
// never all.
func (part *progressPart) done() float64 {
	if part.tool.Packages == 0 {
		return 0
	}
	return min(float64(part.packages)/float64(part.tool.Packages), 0.97)
}

// about rounds an estimate to what it is worth.
func about(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return "10s"
	case d < 2*time.Minute:
		return d.Round(10 * time.Second).String()
	}
	d = d.Round(time.Minute)
	return d.String()[:len(d.String())-len("0s")]
}

func seconds(d time.Duration) string { return d.Round(time.Second).String() }
