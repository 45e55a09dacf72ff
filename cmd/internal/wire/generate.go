package wire

//go:generate go run ./gen config.go ../../../docs/reference/configuration.md
