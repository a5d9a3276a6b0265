// Package gateway runs a collector by itself, between a sender and a backend that know every span by its
// ID: what was offered, what was acknowledged, what arrived. The collector is the lab's, with the file that
// its pods get; only its addresses and folders are this machine's.
package gateway
