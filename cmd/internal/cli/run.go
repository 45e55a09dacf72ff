// Package cli holds the commands of the program, one file a verb. Data goes to standard output, words for people to standard
// error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// The exit codes of every command.
const (
	ExitOK          = 0
	ExitFound       = 1 // done, something found: errors, a failed test, a difference
	ExitUsage       = 2
	ExitConfig      = 3 // configuration, or an input that cannot be read
	ExitRefused     = 4
	ExitUnavailable = 5
	ExitConflict    = 6
	ExitInternal    = 70
	ExitInterrupted = 130
)

// exitError ends the program with a code. What it says was printed already if silent is set.
type exitError struct {
	code   int
	err    error
	silent bool
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func exit(code int, err error) error { return &exitError{code: code, err: err} }

func silentExit(code int) error {
	return &exitError{code: code, err: errors.New("exit"), silent: true}
}

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// Signals are what a running program is told from outside, besides the end of its context.
type Signals struct {
	Restore func()                  // gives a second interrupt its usual effect
	Reload  func() <-chan os.Signal // from then on a hangup asks a server to load its folders anew
}

// Run runs one command and answers the program's exit code.
func Run(ctx context.Context, signals Signals, args []string, in io.Reader, out, errOut io.Writer) int {
	io := &streams{in: in, out: out, err: errOut}
	root := &cobra.Command{
		Use:           "mozaiks",
		Short:         "Run and check apps made of untrusted WebAssembly modules",
		SilenceErrors: true,
		SilenceUsage:  true,
		CompletionOptions: cobra.CompletionOptions{
			HiddenDefaultCmd: true,
		},
	}
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return exit(ExitUsage, err) })
	root.AddCommand(serveCommand(io, signals), checkCommand(io), testCommand(io), inspectCommand(io), explainCommand(io), deliveriesCommand(io), artifactCommand(io), dbCommand(io), migrateCommand(io), versionCommand(io))
	err := root.ExecuteContext(ctx)
	if err == nil {
		return ExitOK
	}
	var e *exitError
	if !errors.As(err, &e) {
		e = &exitError{code: ExitUsage, err: err} // cobra's own: an unknown command or flag
	}
	if !e.silent {
		fmt.Fprintln(errOut, "mozaiks:", e.err)
	}
	return e.code
}
