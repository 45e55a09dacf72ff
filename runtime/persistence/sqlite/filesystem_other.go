//go:build !linux

package sqlite

// network names the network file system that a folder lies on. Elsewhere than on Linux nobody is asked.
func network(string) string { return "" }
