package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/mozaiks/mozaiks/cmd/internal/wire"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/id"
)

func deliveriesCommand(io *streams) *cobra.Command {
	cmd := &cobra.Command{Use: "deliveries", Short: "Look at deliveries of events"}
	var filter events.ListFilter
	var state, format, dataDir string
	list := &cobra.Command{
		Use:   "list",
		Short: "List deliveries, newest first, for example --state dead_letter",
		Long:  "List deliveries from the store in the data folder, newest first. It only reads, also beside a running host.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return exit(ExitUsage, fmt.Errorf("--format is text or json, not %q", format))
			}
			environ := os.Environ()
			if dataDir != "" {
				environ = append(environ, "MOZAIKS_DATA_DIR="+dataDir)
			}
			cfg, err := wire.LoadConfig(environ)
			if err != nil {
				return exit(ExitConfig, err)
			}
			filter.State = events.State(state)
			return listDeliveries(cmd.Context(), io, cfg, filter, format)
		},
	}
	f := list.Flags()
	f.StringVar(&state, "state", "", "pending, retryable, claimed, completed, skipped, dead_letter or discarded")
	f.StringVar(&filter.App, "app", "", "only of this app")
	f.StringVar(&filter.Tenant, "tenant", "", "only of this tenant")
	f.StringVar(&filter.Module, "module", "", "only to this module")
	f.StringVar(&filter.EventType, "event-type", "", "only of this event")
	f.IntVar(&filter.Limit, "limit", 50, "at most this many")
	f.StringVar(&format, "format", "text", "text or json")
	f.StringVar(&dataDir, "data-dir", "", "folder of the store; wins over MOZAIKS_DATA_DIR")
	cmd.AddCommand(list)
	return cmd
}

func listDeliveries(ctx context.Context, io *streams, cfg *wire.Config, filter events.ListFilter, format string) error {
	items, err := wire.ListDeliveries(ctx, cfg, filter)
	if err != nil {
		return exit(ExitUnavailable, err)
	}
	if format == "json" {
		if items == nil {
			items = []events.Delivery{}
		}
		return json.NewEncoder(io.out).Encode(map[string]any{"items": items})
	}
	w := tabwriter.NewWriter(io.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "DELIVERY\tSTATE\tTENANT\tMODULE\tSUBSCRIPTION\tEVENT\tATTEMPTS\tCODE\tLAST FAILED")
	for i := range items {
		d := &items[i]
		failed := "-"
		if d.LastFailedAt > 0 {
			failed = id.FormatTime(time.UnixMilli(d.LastFailedAt))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d/%d\t%s\t%s\n", d.ID, d.State, d.Tenant, d.Module, d.Subscription, d.EventType,
			d.AttemptCount, d.MaxAttempts, d.ErrorCategory, failed)
	}
	return w.Flush()
}
