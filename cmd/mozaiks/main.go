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
	reload := func() <-chan os.Signal {
		hangups := make(chan os.Signal, 1) // more than one at once mean one
		signal.Notify(hangups, syscall.SIGHUP)
		return hangups
	}
	code := cli.Run(ctx, cli.Signals{Restore: stop, Reload: reload}, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
