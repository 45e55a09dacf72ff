// Package postgrestest starts a PostgreSQL server of its own for tests: on loopback, in a temporary folder, ended by its process id.
package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mozaiks/mozaiks/runtime/persistence/postgres"
)

// Server is a running server.
type Server struct {
	dir  string
	port int
	cmd  *exec.Cmd
	life io.Closer // ends the watchdog, and with it the server
	who  *syscall.SysProcAttr
	bin  string
	next atomic.Int64

	template sync.Once
	broken   error
}

// readyTime bounds the start of a server.
const readyTime = 30 * time.Second

// watchdog ends the server when the process that started it is gone: its standard input then ends.
const watchdog = `"$@" & server=$!; trap 'kill -QUIT $server; wait $server; exit' TERM; { cat >/dev/null; kill -QUIT $server 2>/dev/null; } <&3 & wait $server`

// Start starts a server. The caller stops it.
func Start() (*Server, error) {
	initdb, err := program("initdb")
	if err != nil {
		return nil, err
	}
	server, err := program("postgres")
	if err != nil {
		return nil, err
	}
	s := &Server{}
	if s.dir, err = os.MkdirTemp("", "mozaiks-postgres-"); err != nil {
		return nil, err
	}
	who, err := nobody(s.dir)
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	data := filepath.Join(s.dir, "data")
	make := exec.Command(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	make.SysProcAttr, make.Dir = who, s.dir
	if out, err := make.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, out), s.Stop())
	}
	if s.port, err = freePort(); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	s.bin, s.who = server, who
	if err := s.Resume(); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// Resume starts the server again where it was.
func (s *Server) Resume() error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	s.life = w
	s.cmd = exec.Command("/bin/sh", "-c", watchdog, "watchdog", s.bin, "-D", filepath.Join(s.dir, "data"), "-h", "127.0.0.1", "-p", strconv.Itoa(s.port), "-k", s.dir,
		"-c", "fsync=off", "-c", "max_connections=300", "-c", "shared_buffers=64MB")
	s.cmd.SysProcAttr, s.cmd.Dir, s.cmd.ExtraFiles = s.who, s.dir, []*os.File{r}
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for deadline := time.Now().Add(readyTime); ; time.Sleep(20 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		c, err := pgx.Connect(ctx, s.URL("postgres", "postgres"))
		cancel()
		if err == nil {
			return c.Close(context.Background())
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(filepath.Join(s.dir, "log")) // it only explains
			return fmt.Errorf("the server is not ready: %w\n%s", err, text)
		}
	}
}

// URL names a database and the role that connects.
func (s *Server) URL(role, database string) string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", role, s.port, database)
}

// Database makes a database of its own for a test, with roles and schema, and answers its name.
func (s *Server) Database(ctx context.Context) (string, error) {
	s.template.Do(func() { s.broken = s.prepare(ctx) })
	if s.broken != nil {
		return "", s.broken
	}
	name := fmt.Sprint("test_", s.next.Add(1))
	if err := s.as(ctx, "postgres", "CREATE DATABASE "+name+" TEMPLATE mozaiks_template"); err != nil {
		return "", err
	}
	return name, s.as(ctx, "postgres", "GRANT CREATE ON DATABASE "+name+" TO mozaiks_owner") // rights on a database are not copied
}

// prepare makes the database that others are copies of.
func (s *Server) prepare(ctx context.Context) error {
	if err := s.as(ctx, "postgres", "CREATE DATABASE mozaiks_template"); err != nil {
		return err
	}
	if err := postgres.Init(ctx, s.URL("postgres", "mozaiks_template")); err != nil {
		return err
	}
	db, err := postgres.Open(ctx, s.URL("mozaiks_server", "mozaiks_template"), &postgres.Options{MigrateURL: s.URL("mozaiks_migrate", "mozaiks_template")})
	if err != nil {
		return err
	}
	return db.Close()
}

// as runs a statement as the superuser.
func (s *Server) as(ctx context.Context, database, query string) error {
	c, err := pgx.Connect(ctx, s.URL("postgres", database))
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }() // it is not used again
	// One template is copied at a time.
	for {
		_, err = c.Exec(ctx, query)
		if err == nil || !isBusy(err) || ctx.Err() != nil {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Exec runs a statement in a database as the superuser: what an operator, or somebody hostile, might do.
func (s *Server) Exec(ctx context.Context, database, query string) error {
	return s.as(ctx, database, query)
}

// Halt ends the server at once, without a word to its clients, as a crash would.
func (s *Server) Halt() error {
	if s.life == nil {
		return nil
	}
	err := s.life.Close()
	s.life = nil
	if s.cmd.Process != nil {
		_ = s.cmd.Wait() // it was killed
	}
	return err
}

// Stop ends the server and removes its folder.
func (s *Server) Stop() error { return errors.Join(s.Halt(), os.RemoveAll(s.dir)) }

func program(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // the pattern is sound
	if len(found) == 0 {
		return "", fmt.Errorf("%s is not installed; run make setup", name)
	}
	return found[len(found)-1], nil
}

// nobody answers how a process runs as another user where we are root, as whom the server does not start.
func nobody(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, _ := strconv.Atoi(u.Uid) // numbers on every Unix
	gid, _ := strconv.Atoi(u.Gid)
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, os.Chown(dir, uid, gid)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// isBusy tells whether somebody else uses the template.
func isBusy(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "55006"
}
