package main

import (
	"math/rand/v2"
	"sync"
	"time"
)

// A sent trace is one that both sides have taken.
type sent struct {
	id, order string
	at        time.Time
}

// A journal is what was sent, in order.
type journal struct {
	mu  sync.Mutex
	all []sent
}

func (j *journal) add(s sent) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.all = append(j.all, s)
}

func (j *journal) len() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.all)
}

// newest is the last trace that was sent before a time.
func (j *journal) newest(before time.Time) (sent, bool) {
	older := j.before(before)
	if len(older) == 0 {
		return sent{}, false
	}
	return older[len(older)-1], true
}

// any is one of all that were sent before a time.
func (j *journal) any(before time.Time) (sent, bool) {
	older := j.before(before)
	if len(older) == 0 {
		return sent{}, false
	}
	return older[rand.IntN(len(older))], true
}

func (j *journal) before(when time.Time) []sent {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := len(j.all)
	for n > 0 && !j.all[n-1].at.Before(when) {
		n--
	}
	return j.all[:n:n]
}
