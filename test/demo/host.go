package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	// startTime bounds the start of the host, which compiles the app's modules.
	startTime = 60 * time.Second
	// stopTime bounds its end; then it is killed.
	stopTime = 60 * time.Second
	// pollEvery is how often a starting host is asked whether it is ready.
	pollEvery = 10 * time.Millisecond
	// tailSize is how much of the log is shown with a failure.
	tailSize = 4 << 10
)

// host is a process of the program under test.
type host struct {
	url  string
	work string // the temporary folder of binary, state and log
	cmd  *exec.Cmd
	log  *os.File
	done chan struct{} // closed once the process is gone
	err  error         // how it ended; read it after done
}

// start builds the program if none was given, starts it on a free port of this machine, and waits until it is ready.
func start(ctx context.Context, o options) (h *host, err error) {
	h = &host{done: make(chan struct{})}
	work, err := os.MkdirTemp("", "mozaiks-demo-")
	if err != nil {
		return nil, err
	}
	h.work = work
	defer func() {
		if err != nil && !o.keep {
			err = errors.Join(err, os.RemoveAll(work))
		}
	}()
	if o.bin == "" {
		o.bin = filepath.Join(h.work, "mozaiks")
		if err := build(ctx, o.bin); err != nil {
			return nil, err
		}
	}
	if o.dataDir == "" {
		o.dataDir = filepath.Join(h.work, "data")
	}
	if h.log, err = os.Create(filepath.Join(h.work, "host.log")); err != nil {
		return nil, err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	h.url = "http://" + addr
	h.cmd = exec.Command(o.bin, "serve", "--listen", addr, "--data-dir", o.dataDir, o.app)
	h.cmd.Env = environment(os.Environ())
	h.cmd.Stdout, h.cmd.Stderr = h.log, h.log
	h.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt at the terminal is for the demo, which stops the host
	if err := h.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		h.err = h.cmd.Wait()
		close(h.done)
	}()
	if err := h.ready(ctx); err != nil {
		err = fmt.Errorf("%w\n%s", err, h.tail())
		return nil, errors.Join(err, h.kill())
	}
	return h, nil
}

func build(ctx context.Context, bin string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", bin, "./cmd/mozaiks")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the program cannot be built: %w", err)
	}
	return nil
}

// environment is that of the host: development access. Settings of the caller's own environment do not reach it.
func environment(own []string) []string {
	env := slices.DeleteFunc(slices.Clone(own), func(v string) bool { return strings.HasPrefix(v, "MOZAIKS_") })
	return append(env, "MOZAIKS_ENV=development",
		"MOZAIKS_DRAIN_DELAY=10ms", "MOZAIKS_LOG_LEVEL=warn")
}

// freeAddr answers an address on loopback that nobody listens on just now.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (h *host) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startTime, fmt.Errorf("the host is not ready after %s", startTime))
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		select {
		case <-h.done:
			return fmt.Errorf("the host ended before it was ready: %w", h.ended())
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/api/health/ready", nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return nil
		}
	}
}

// ended says how the process ended, which a caller did not ask it to.
func (h *host) ended() error {
	if h.err == nil {
		return errors.New("exit status 0")
	}
	return h.err
}

// finish stops the host, adds to the run's error what goes wrong with that, and clears up.
func (h *host) finish(err *error, keep bool) {
	if stopped := h.stop(); stopped != nil {
		*err = errors.Join(*err, stopped)
	}
	if *err != nil {
		*err = fmt.Errorf("%w\n%s", *err, h.tail())
	}
	h.log.Close()
	if keep {
		fmt.Println("kept in", h.work)
		return
	}
	*err = errors.Join(*err, os.RemoveAll(h.work))
}

// stop asks the host to end, and fails unless it drains and ends with 0.
func (h *host) stop() error {
	select {
	case <-h.done:
		return fmt.Errorf("the host ended by itself: %w", h.ended())
	default:
	}
	if err := h.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	timer := time.NewTimer(stopTime)
	defer timer.Stop()
	select {
	case <-h.done:
		if h.err != nil {
			return fmt.Errorf("the host did not end well: %w", h.err)
		}
		return nil
	case <-timer.C:
		return errors.Join(fmt.Errorf("the host did not end in %s", stopTime), h.kill())
	}
}

func (h *host) kill() error {
	if err := h.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-h.done
	return nil
}

// tail is the end of the host's log.
func (h *host) tail() string {
	text, err := os.ReadFile(h.log.Name())
	if err != nil {
		return err.Error()
	}
	if cut := len(text) - tailSize; cut > 0 {
		text = text[cut:]
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			text = text[i+1:]
		}
	}
	return "the end of the host's log:\n" + string(text)
}
