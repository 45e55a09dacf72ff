package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/mozaiks/mozaiks/cmd/internal/wire"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/app"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// migrateFlags are those of every verb.
type migrateFlags struct {
	io      *streams
	app     string
	dir     string
	format  string
	dataDir string
}

func migrateCommand(io *streams) *cobra.Command {
	f := &migrateFlags{io: io}
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring an app's stored data to its data contract",
		Long: "Bring an app's stored data to its data contract. A host does so by itself when it loads an app; what destroys\n" +
			"stored data waits for an approval. On SQLite plan, status and drift work beside a running host, apply and\n" +
			"approve need it stopped; on PostgreSQL all work beside it.\n\n" +
			"Exit codes: 0 done; 1 blocked, failed, waiting for approval, or different; 6 another process migrates the app.",
	}
	p := cmd.PersistentFlags()
	p.StringVar(&f.format, "format", "text", "text or json")
	p.StringVar(&f.dataDir, "data-dir", "", "folder of the store; wins over MOZAIKS_DATA_DIR")
	var why, digest string
	plan := f.verb("plan", "Show what would be done, and do nothing", true, f.plan)
	apply := f.verb("apply", "Do it", false, f.apply)
	approve := f.verb("approve", "Let a plan destroy, by its digest, for seven days", false, func(ctx context.Context, s *persistence.Store) error {
		return f.approve(ctx, s, digest, why)
	})
	status := f.verb("status", "List migrations, newest first", true, f.status)
	drift := f.verb("drift", "Compare the database with what the host made", true, f.drift)
	for _, c := range []*cobra.Command{plan, apply, approve} {
		c.Flags().StringVar(&f.dir, "to", ".", "the app's folder")
	}
	for _, c := range []*cobra.Command{status, drift} {
		c.Flags().StringVar(&f.app, "app", "", "the app's id")
		_ = c.MarkFlagRequired("app") // it is there
	}
	approve.Flags().StringVar(&digest, "plan", "", "the plan's digest, as plan shows it")
	approve.Flags().StringVar(&why, "reason", "", "why; it is kept")
	_ = approve.MarkFlagRequired("plan")   // it is there
	_ = approve.MarkFlagRequired("reason") // it is there
	cmd.AddCommand(plan, apply, approve, status, drift)
	return cmd
}

// verb makes a command that works on the store.
func (f *migrateFlags) verb(name, short string, reads bool, run func(context.Context, *persistence.Store) error) *cobra.Command {
	return &cobra.Command{Use: name, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		if f.format != "text" && f.format != "json" {
			return exit(ExitUsage, fmt.Errorf("--format is text or json, not %q", f.format))
		}
		environ := os.Environ()
		if f.dataDir != "" {
			environ = append(environ, "MOZAIKS_DATA_DIR="+f.dataDir)
		}
		cfg, err := wire.LoadConfig(environ)
		if err != nil {
			return exit(ExitConfig, err)
		}
		store, err := wire.OpenStore(cmd.Context(), cfg, reads)
		if err != nil {
			return exit(ExitUnavailable, err)
		}
		defer store.Close()
		return migrateExit(run(cmd.Context(), store))
	}}
}

// migrateExit gives a failed migration its exit code.
func migrateExit(err error) error {
	var already *exitError
	if err == nil || errors.As(err, &already) {
		return err
	}
	switch fault.CodeOf(err) {
	case fault.MigrationBlocked, fault.MigrationApprovalRequired:
		return exit(ExitFound, err)
	case fault.MigrationBusy, fault.MigrationLeaseLost:
		return exit(ExitConflict, err)
	default:
		return exit(ExitUnavailable, err)
	}
}

// bundle reads the app that the data is for.
func (f *migrateFlags) bundle() (*app.Bundle, error) {
	b, err := app.Check(f.dir, nil)
	if err != nil {
		return nil, exit(ExitConfig, err)
	}
	if b.Data == nil || b.AppError() {
		return nil, exit(ExitConfig, errors.New("the app has errors; see mozaiks check"))
	}
	return b, nil
}

func (f *migrateFlags) plan(ctx context.Context, s *persistence.Store) error {
	b, err := f.bundle()
	if err != nil {
		return err
	}
	plan, err := s.Plan(ctx, b.App.ID, b.Data)
	if err != nil {
		return err
	}
	return f.print(plan)
}

func (f *migrateFlags) apply(ctx context.Context, s *persistence.Store) error {
	b, err := f.bundle()
	if err != nil {
		return err
	}
	plan, err := s.Finish(ctx, b.App.ID, b.Data)
	if err != nil {
		return err
	}
	if plan == nil {
		plan = &persistence.Migration{App: b.App.ID, State: "applied"}
	}
	return f.print(plan)
}

func (f *migrateFlags) approve(ctx context.Context, s *persistence.Store, digest, why string) error {
	b, err := f.bundle()
	if err != nil {
		return err
	}
	plan, err := s.Plan(ctx, b.App.ID, b.Data)
	if err != nil {
		return err
	}
	if plan.Digest != digest {
		return exit(ExitFound, fmt.Errorf("%s: what would be done now is the plan %s", fault.MigrationApprovalRequired, plan.Digest))
	}
	who := "unknown"
	if u, err := user.Current(); err == nil {
		who = u.Username
	}
	if err := s.Approve(ctx, plan, who, why); err != nil {
		return err
	}
	return f.print(plan)
}

func (f *migrateFlags) status(ctx context.Context, s *persistence.Store) error {
	all, err := s.Migrations(ctx, f.app, 50)
	if err != nil {
		return err
	}
	failed := false
	totals := map[string]int{}
	for _, m := range all {
		failed = failed || m.State != "applied" && m.State != "failed" || m.State == "failed" && m == all[0]
		totals[m.State]++
	}
	if f.format == "json" {
		if all == nil {
			all = []*persistence.Migration{}
		}
		err = json.NewEncoder(f.io.out).Encode(map[string]any{"app": f.app, "totals": totals, "items": all})
	} else {
		w := tabwriter.NewWriter(f.io.out, 0, 8, 2, ' ', 0)
		fmt.Fprintln(w, "MIGRATION\tSTATE\tSTEPS\tCODE\tMESSAGE")
		for _, m := range all {
			done := 0
			for _, s := range m.Steps {
				if s.State == "done" {
					done++
				}
			}
			fmt.Fprintf(w, "%s\t%s\t%d/%d\t%s\t%s\n", m.ID, m.State, done, len(m.Steps), m.Code, m.Message)
		}
		err = w.Flush()
	}
	if err == nil && failed {
		return silentExit(ExitFound)
	}
	return err
}

func (f *migrateFlags) drift(ctx context.Context, s *persistence.Store) error {
	all, err := s.Drift(ctx, f.app)
	if err != nil {
		return err
	}
	if f.format == "json" {
		items := []any{}
		for _, d := range all {
			items = append(items, d)
		}
		err = json.NewEncoder(f.io.out).Encode(map[string]any{"app": f.app, "items": items})
	} else {
		for _, d := range all {
			fmt.Fprintf(f.io.out, "%s\t%s\n", d.Kind, d.Object)
		}
	}
	if err == nil && len(all) > 0 {
		return silentExit(ExitFound)
	}
	return err
}

// print shows a migration with its steps.
func (f *migrateFlags) print(m *persistence.Migration) error {
	if f.format == "json" {
		if m.Steps == nil {
			m.Steps = []*persistence.MigrationStep{}
		}
		return json.NewEncoder(f.io.out).Encode(m)
	}
	if len(m.Steps) == 0 {
		fmt.Fprintf(f.io.out, "%s: nothing to do\n", m.App)
		return nil
	}
	fmt.Fprintf(f.io.out, "%s: %s\nplan %s\n", m.App, m.State, m.Digest)
	w := tabwriter.NewWriter(f.io.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "STEP\tCLASS\tCOLLECTION\tWHAT\tSTATE\tROWS")
	for _, s := range m.Steps {
		fmt.Fprintf(w, "%s\t%s\t%s/%s\t%s\t%s\t%d\n", s.Kind, s.Class, s.Module, s.Collection, s.What, s.State, s.Rows)
	}
	return w.Flush()
}
