// Package e2e is what is proven in the lab.
package e2e
