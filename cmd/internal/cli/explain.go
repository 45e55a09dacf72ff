package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/explain"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

func explainCommand(io *streams) *cobra.Command {
	return &cobra.Command{
		Use:   "explain CODE",
		Short: "Tell what a code means, with a broken and a repaired example",
		Args:  cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return explain.Codes(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			code := strings.ToUpper(args[0])
			info, known := fault.Lookup(fault.Code(code))
			if !known {
				err := fmt.Errorf("there is no code %q", diagnostic.Quote(args[0]))
				if near := diagnostic.Nearest(code, fault.Codes()); near != "" {
					err = fmt.Errorf("%w; did you mean %s?", err, near)
				}
				return exit(ExitUsage, err)
			}
			return writeExplanation(io.out, info)
		},
	}
}

func writeExplanation(w io.Writer, info fault.Info) error {
	var b strings.Builder
	e, shown := explain.Lookup(string(info.Code))
	b.WriteString(string(info.Code))
	if shown {
		b.WriteString(" (" + e.Severity + ")")
	}
	if info.Meaning != "" {
		b.WriteString(": " + info.Meaning)
	}
	b.WriteString("\n")
	if info.Status != 0 {
		fmt.Fprintf(&b, "\nOver HTTP: %d. ", info.Status)
		if info.Retryable {
			b.WriteString("The same request may succeed later.\n")
		} else {
			b.WriteString("The same request will not succeed later.\n")
		}
	}
	if shown {
		b.WriteString("\n" + e.Text + "\n")
		writeSide(&b, "broken", e.Broken)
		writeSide(&b, "repaired", e.Repaired)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeSide(b *strings.Builder, side string, files []explain.File) {
	for _, f := range files {
		fmt.Fprintf(b, "\n--- %s: %s", side, f.Path)
		switch {
		case f.Removed:
			b.WriteString(" is not there\n")
		case f.Link != "":
			b.WriteString(" is a link to " + f.Link + "\n")
		case f.Describes() != "":
			b.WriteString(", what " + f.Describes() + " holds\n" + f.Text)
		default:
			b.WriteString("\n" + f.Text)
		}
	}
}
