// Command mozaiks serves apps made of untrusted WebAssembly modules, and checks them.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/mozaiks/mozaiks/cmd/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, stop, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
