package cli

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mozaiks/mozaiks/cmd/internal/wire"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/modules"
)

func serveCommand(io *streams, signals Signals) *cobra.Command {
	var listen, dataDir string
	cmd := &cobra.Command{
		Use:   "serve DIR…",
		Short: "Serve apps over HTTP",
		Long: "Serve the apps in these folders over HTTP until interrupted, then drain. A hangup signal (SIGHUP) loads the\n" +
			"folders anew: what was repaired serves, calls that run end on what they began with, and an app that can\n" +
			"no longer be loaded stays as it was.\n\n" +
			"Settings come from the environment (docs/reference/configuration.md). Without an identity provider a host\n" +
			"grants nothing; MOZAIKS_ENV=development opens it to this machine alone.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			environ := os.Environ()
			if listen != "" {
				environ = append(environ, "MOZAIKS_LISTEN="+listen)
			}
			if dataDir != "" {
				environ = append(environ, "MOZAIKS_DATA_DIR="+dataDir)
			}
			cfg, err := wire.LoadConfig(environ)
			if err != nil {
				return exit(ExitConfig, err)
			}
			return serve(cmd.Context(), io, signals, cfg, args)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "address to listen on; wins over MOZAIKS_LISTEN")
	cmd.Flags().StringVar(&dataDir, "data-dir", "", "folder of the store and caches; wins over MOZAIKS_DATA_DIR")
	return cmd
}

func serve(ctx context.Context, io *streams, signals Signals, cfg *wire.Config, dirs []string) error {
	log := wire.Logger(cfg, io.err)
	host, err := wire.NewHost(ctx, cfg, log)
	if err != nil {
		return exit(startCode(err), err)
	}
	defer host.Close(context.WithoutCancel(ctx))
	var snapshots []*modules.Snapshot
	for _, dir := range dirs {
		bundle, snapshot, err := host.Load(ctx, dir)
		if bundle != nil && len(bundle.Findings) > 0 {
			printFindings(io, bundle.Report(), dir)
		}
		if err != nil {
			code := ExitFound
			if bundle == nil {
				code = ExitConfig
			}
			return exit(code, fmt.Errorf("%s: %w", dir, err))
		}
		snapshots = append(snapshots, snapshot)
	}
	addr, err := host.Listen(ctx)
	if err != nil {
		return exit(ExitConfig, err)
	}
	banner(io, cfg, addr, snapshots)
	reloads, hangup := make(chan struct{}), signals.Reload()
	go func() {
		defer close(reloads)
		for {
			select {
			case <-hangup:
				reload(ctx, io, host, log, dirs)
			case <-ctx.Done():
				signals.Restore() // a second interrupt ends the process at once
				return
			}
		}
	}()
	defer func() { <-reloads }() // what is loading ends before the host is closed
	if err := host.Serve(ctx); err != nil {
		return exit(ExitInternal, err)
	}
	return nil
}

// reload loads each folder anew. What cannot be loaded stays as it was.
func reload(ctx context.Context, io *streams, host *wire.Host, log *slog.Logger, dirs []string) {
	for _, dir := range dirs {
		began := time.Now()
		bundle, snapshot, err := host.Load(ctx, dir)
		if bundle != nil && len(bundle.Findings) > 0 {
			printFindings(io, bundle.Report(), dir)
		}
		if err != nil {
			log.Error("an app could not be loaded anew and stays as it was", "event", "RELOAD_FAILED", "dir", dir, "error", err)
			continue
		}
		log.Info("an app was loaded anew", "event", "RELOADED", "app", snapshot.App, "snapshot", snapshot.Digest,
			"failed_modules", len(snapshot.Failed), "ms", time.Since(began).Milliseconds())
	}
}

// startCode is the exit code of a host that could not be opened.
func startCode(err error) int {
	switch fault.CodeOf(err) {
	case fault.StoreLocked, fault.StoreNotEmpty:
		return ExitConflict
	case fault.StoreCorrupt:
		return ExitUnavailable
	default:
		return ExitConfig
	}
}

func printFindings(io *streams, report *diagnostic.Report, dir string) {
	report = prefixed(report, filepath.Clean(dir))
	// Standard error is where a failure to write could be told: nothing is left to do.
	_ = diagnostic.WriteText(io.err, report, func(file string) []byte {
		raw, _ := os.ReadFile(file) // a source that is gone only leaves out the caret
		return raw
	})
}

// banner says what is served and where, with one line to try it by.
func banner(io *streams, cfg *wire.Config, addr net.Addr, snapshots []*modules.Snapshot) {
	base := "http://" + browsable(addr)
	var b strings.Builder
	fmt.Fprintf(&b, "mozaiks %s\n", wire.Version())
	fmt.Fprintf(&b, "  API      %s/api\n", base)
	fmt.Fprintf(&b, "  Health   %s/api/health/ready\n", base)
	fmt.Fprintf(&b, "  Store    %s\n", cfg.StoreName())
	access := "closed: no identity provider is configured, only health answers"
	if cfg.AuthMode() == "local" {
		access = "development, this machine only; personas by Mozaiks-Dev- headers"
	}
	fmt.Fprintf(&b, "  Access   %s\n", access)
	for _, s := range snapshots {
		fmt.Fprintf(&b, "\n  App %s (%s) %s\n", s.App, s.Name, base+"/api/apps/"+s.App)
		for _, name := range slices.Sorted(maps.Keys(s.Modules)) {
			var ids []string
			for i := range s.Modules[name].Actions {
				if a := &s.Modules[name].Actions[i]; a.Surface != "internal" && a.Surface != "admin_internal" {
					ids = append(ids, a.ID)
				}
			}
			fmt.Fprintf(&b, "    %-12s %s\n", name, strings.Join(ids, " "))
		}
		for _, f := range s.FailedModules() {
			fmt.Fprintf(&b, "    %-12s FAILED %s: %s\n", f.Module, f.Code, f.Message)
		}
	}
	fmt.Fprintln(io.err, b.String())
}

// browsable turns the address that was taken into one that a browser can use.
func browsable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return addr.String()
	}
	if tcp.IP.IsUnspecified() {
		return fmt.Sprintf("localhost:%d", tcp.Port)
	}
	return tcp.String()
}
