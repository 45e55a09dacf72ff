package cli

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/mozaiks/mozaiks/cmd/internal/wire"
)

func dbCommand(io *streams) *cobra.Command {
	cmd := &cobra.Command{Use: "db", Short: "Make a PostgreSQL database ready"}
	cmd.AddCommand(dbInitCommand(io))
	return cmd
}

func dbInitCommand(streams *streams) *cobra.Command {
	var url string
	var printed bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make the roles and the schema in a database",
		Long: "Make the roles mozaiks_owner, mozaiks_migrate and mozaiks_server and the schema mozaiks in the database that the\n" +
			"URL names, as a superuser. Doing it again changes nothing. Passwords of the two roles that log in are yours to\n" +
			"set. Then MOZAIKS_DATABASE_URL is that of mozaiks_server, MOZAIKS_DATABASE_MIGRATE_URL that of mozaiks_migrate.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case printed:
				_, err := io.WriteString(streams.out, wire.DatabaseSQL())
				return err
			case url == "":
				return exit(ExitUsage, errors.New("--url names the database and a superuser"))
			}
			if err := wire.InitDatabase(cmd.Context(), url); err != nil {
				return exit(ExitUnavailable, err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&url, "url", "", "the database, as a superuser: postgres://…")
	cmd.Flags().BoolVar(&printed, "print", false, "print the SQL instead of running it")
	return cmd
}
