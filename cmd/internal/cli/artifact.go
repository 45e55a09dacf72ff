package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/mozaiks/mozaiks/cmd/internal/wire"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

func artifactCommand(io *streams) *cobra.Command {
	cmd := &cobra.Command{Use: "artifact", Short: "Sign artifacts, and look at their versions"}
	cmd.AddCommand(artifactKeygen(io), artifactSign(io), artifactVerify(io), artifactList(io), artifactShow(io), artifactRevoke(io))
	return cmd
}

func artifactKeygen(io *streams) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "keygen --out FILE",
		Short: "Make a key that signs, and print its entry for a trust file",
		Long: "Write a new private key to a file that is not there yet, and print the public key as an entry of the trust file\n" +
			"{\"keys\": [...]}. Narrow apps and kinds to what the key is for.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if out == "" {
				return exit(ExitUsage, errors.New("--out names the file of the private key"))
			}
			entry, err := wire.NewArtifactKey(out)
			if err != nil {
				return exit(ExitConfig, err)
			}
			return printJSON(io, entry)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file of the private key")
	return cmd
}

// aboutFlags let the caller say what an artifact is.
func aboutFlags(cmd *cobra.Command, s *wire.ArtifactStatement) {
	f := cmd.Flags()
	f.StringVar(&s.App, "app", "", "its app")
	f.StringVar((*string)(&s.Kind), "kind", "", "its kind: app_bundle, module, page, …")
	f.StringVar(&s.ID, "id", "", "its id")
	f.Int64Var(&s.Version, "version", 0, "its version")
	f.StringVar(&s.ContractDigest, "contract-digest", "", "digest of its contract")
}

func artifactSign(io *streams) *cobra.Command {
	var s wire.ArtifactStatement
	var key, out string
	cmd := &cobra.Command{
		Use:   "sign FILE --key KEY --app APP --kind KIND --id ID --version N",
		Short: "Sign a statement of a file, and print its envelope",
		Long:  "Sign that a file is a version of an artifact. The envelope, in base64, is the header Mozaiks-Statement of an upload.",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if key == "" {
				return exit(ExitUsage, errors.New("--key names the file of the private key"))
			}
			content, err := os.ReadFile(args[0])
			if err != nil {
				return exit(ExitConfig, err)
			}
			envelope, err := wire.SignArtifact(key, content, s)
			if err != nil {
				return exit(ExitConfig, err)
			}
			if out != "" {
				if err := os.WriteFile(out, envelope, 0o644); err != nil {
					return exit(ExitConfig, err)
				}
				return nil
			}
			_, err = io.out.Write(envelope)
			return err
		},
	}
	aboutFlags(cmd, &s)
	f := cmd.Flags()
	f.StringVar(&s.BuildID, "build", "", "id of its build")
	f.Int64Var(&s.ParentVersion, "parent-version", 0, "version that it was made from")
	f.StringVar(&s.CreatedAt, "created-at", "", "when it was made, RFC 3339; now where unset")
	f.StringVar(&key, "key", "", "file of the private key")
	f.StringVar(&out, "out", "", "file of the envelope; standard output where unset")
	return cmd
}

func artifactVerify(io *streams) *cobra.Command {
	var s wire.ArtifactStatement
	var statement, trusted string
	cmd := &cobra.Command{
		Use:   "verify FILE --statement ENVELOPE [--trust host|FILE]",
		Short: "Make the checks of a node on a file and its envelope",
		Long: "Check a file and the envelope of its statement as a node does before it compiles, and print the statement. What the\n" +
			"flags say must be what the statement says. Exit codes: 4 refused, 3 a file that cannot be read.",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if statement == "" {
				return exit(ExitUsage, errors.New("--statement names the file of the envelope"))
			}
			cfg, err := wire.LoadConfig(os.Environ())
			if err != nil {
				return exit(ExitConfig, err)
			}
			trust, err := wire.ArtifactTrust(trusted, cfg.Keyring, cfg.DataDir)
			if err == nil {
				err = trust.Err()
			}
			if err != nil {
				return exit(ExitConfig, err)
			}
			content, err := os.ReadFile(args[0])
			if err != nil {
				return exit(ExitConfig, err)
			}
			envelope, err := os.ReadFile(statement)
			if err != nil {
				return exit(ExitConfig, err)
			}
			found, key, err := wire.VerifyArtifact(trust, content, envelope, s)
			if err != nil {
				return exit(ExitRefused, err)
			}
			return printJSON(io, map[string]any{"key_id": key, "statement": found})
		},
	}
	aboutFlags(cmd, &s)
	cmd.Flags().StringVar(&statement, "statement", "", "file of the envelope")
	cmd.Flags().StringVar(&trusted, "trust", "host", "host, for the keys of the keyring, or a trust file")
	return cmd
}

func artifactList(io *streams) *cobra.Command {
	var filter wire.ArtifactFilter
	var format, dataDir string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List versions, newest first",
		Long:  "List versions from the store, newest first. It only reads, also beside a running host.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return exit(ExitUsage, fmt.Errorf("--format is text or json, not %q", format))
			}
			cfg, err := configOf(dataDir)
			if err != nil {
				return exit(ExitConfig, err)
			}
			items, err := wire.ListArtifacts(cmd.Context(), cfg, filter)
			if err != nil {
				return exit(ExitUnavailable, err)
			}
			if format == "json" {
				if items == nil {
					items = []*wire.ArtifactRecord{}
				}
				return json.NewEncoder(io.out).Encode(map[string]any{"items": items})
			}
			return listArtifacts(io, items)
		},
	}
	f := cmd.Flags()
	f.StringVar(&filter.App, "app", "", "only of this app")
	f.StringVar((*string)(&filter.Kind), "kind", "", "only of this kind")
	f.StringVar(&filter.ID, "id", "", "only of this artifact")
	f.StringVar((*string)(&filter.State), "state", "", "staged, promoted, retired or revoked")
	f.IntVar(&filter.Limit, "limit", 50, "at most this many")
	f.StringVar(&format, "format", "text", "text or json")
	f.StringVar(&dataDir, "data-dir", "", "folder of the store; wins over MOZAIKS_DATA_DIR")
	return cmd
}

func listArtifacts(io *streams, items []*wire.ArtifactRecord) error {
	w := tabwriter.NewWriter(io.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "RECORD\tSTATE\tAPP\tKIND\tID\tVERSION\tSIZE\tKEY\tCREATED\tDIGEST")
	for _, r := range items {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\t%s\n", r.RecordID, r.State, r.App, r.Kind, r.ID, r.Version, r.Size, r.KeyID, r.CreatedAt, r.Digest)
	}
	return w.Flush()
}

func artifactShow(io *streams) *cobra.Command {
	var dataDir string
	cmd := &cobra.Command{
		Use:   "show RECORD",
		Short: "Print a version with its envelope, as JSON",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := configOf(dataDir)
			if err != nil {
				return exit(ExitConfig, err)
			}
			r, err := wire.ShowArtifact(cmd.Context(), cfg, args[0])
			if err != nil {
				return versionExit(err)
			}
			return printJSON(io, r)
		},
	}
	cmd.Flags().StringVar(&dataDir, "data-dir", "", "folder of the store; wins over MOZAIKS_DATA_DIR")
	return cmd
}

func artifactRevoke(io *streams) *cobra.Command {
	var dataDir string
	cmd := &cobra.Command{
		Use:   "revoke RECORD",
		Short: "Stop a version from being loaded, for good",
		Long:  "Stop a version from being loaded, for good. What has loaded it goes on. The SQLite store must not be held by a running host.",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := configOf(dataDir)
			if err != nil {
				return exit(ExitConfig, err)
			}
			r, err := wire.RevokeArtifact(cmd.Context(), cfg, args[0])
			if err != nil {
				return versionExit(err)
			}
			fmt.Fprintf(io.out, "revoked %s: %s %s of %s, version %d\n", r.RecordID, r.Kind, r.ID, r.App, r.Version)
			return nil
		},
	}
	cmd.Flags().StringVar(&dataDir, "data-dir", "", "folder of the store; wins over MOZAIKS_DATA_DIR")
	return cmd
}

// versionExit tells a version that is not there from a store that cannot be reached.
func versionExit(err error) error {
	if fault.CodeOf(err) == fault.ArtifactUnavailable {
		return exit(ExitFound, err)
	}
	return exit(ExitUnavailable, err)
}

func configOf(dataDir string) (*wire.Config, error) {
	environ := os.Environ()
	if dataDir != "" {
		environ = append(environ, "MOZAIKS_DATA_DIR="+dataDir)
	}
	return wire.LoadConfig(environ)
}

func printJSON(io *streams, v any) error {
	e := json.NewEncoder(io.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
