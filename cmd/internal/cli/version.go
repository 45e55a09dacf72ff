package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/cmd/internal/wire"
)

func versionCommand(io *streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print versions of the program and of what it is made of",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(io.out, "mozaiks %s\ngo %s\nabi %s\n", wire.Version(), runtime.Version(), abi.Module)
			return err
		},
	}
}
