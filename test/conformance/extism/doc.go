// Package conformance runs plug-ins of the Extism kind with Extism's own Go SDK and with the kernel of the engine, and
// compares what can be seen of each call. Its tests are all there is.
package conformance
