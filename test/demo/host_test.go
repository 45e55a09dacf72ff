package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test's own binary stand in for the host: the app's name says how it behaves.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		os.Exit(serve(os.Args[3], os.Args[len(os.Args)-1]))
	}
	os.Exit(m.Run())
}

func serve(addr, behaviour string) int {
	fmt.Println("this host is to", behaviour)
	if behaviour == "fail at the start" {
		return 4
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return 5
	}
	asked := 0
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; r.URL.Path != "/api/health/ready" || asked < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	select {
	case <-stop:
	case <-time.After(time.Minute): // the test that should have stopped it is gone
		return 6
	}
	if behaviour == "end badly" {
		return 3
	}
	return 0
}

func optionsFor(t *testing.T, app string) options {
	t.Helper()
	bin, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return options{bin: bin, app: app}
}

func TestAHostIsStartedAndStoppedAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	h, err := start(context.Background(), optionsFor(t, "end well"))
	if err != nil {
		t.Fatal(err)
	}
	var failure error
	h.finish(&failure, false)
	if failure != nil {
		t.Error(failure)
	}
	if _, err := os.Stat(h.work); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", h.work, err)
	}
}

func TestAHostThatDoesNotEndWithZeroIsAFailure(t *testing.T) {
	t.Parallel()
	h, err := start(context.Background(), optionsFor(t, "end badly"))
	if err != nil {
		t.Fatal(err)
	}
	var failure error
	h.finish(&failure, false)
	if failure == nil || !strings.Contains(failure.Error(), "exit status 3") || !strings.Contains(failure.Error(), "this host is to end badly") {
		t.Errorf("want the exit status and the log, got %v", failure)
	}
}

func TestAHostThatEndedByItselfIsAFailure(t *testing.T) {
	t.Parallel()
	h, err := start(context.Background(), optionsFor(t, "end well"))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.kill(); err != nil {
		t.Fatal(err)
	}
	var failure error
	h.finish(&failure, false)
	if failure == nil || !strings.Contains(failure.Error(), "ended by itself") {
		t.Errorf("got %v", failure)
	}
}

func TestAHostThatCannotStartIsReportedWithItsLog(t *testing.T) {
	t.Parallel()
	_, err := start(context.Background(), optionsFor(t, "fail at the start"))
	if err == nil || !strings.Contains(err.Error(), "exit status 4") || !strings.Contains(err.Error(), "this host is to fail at the start") {
		t.Errorf("got %v", err)
	}
}

func TestSettingsOfTheCallerDoNotReachTheHost(t *testing.T) {
	t.Parallel()
	env := environment([]string{"PATH=/bin", "MOZAIKS_DATABASE_URL=postgres://elsewhere", "MOZAIKS_ENV=production"})
	if !slices.Contains(env, "PATH=/bin") || !slices.Contains(env, "MOZAIKS_ENV=development") {
		t.Errorf("got %v", env)
	}
	if slices.ContainsFunc(env, func(v string) bool { return strings.Contains(v, "elsewhere") || strings.Contains(v, "production") }) {
		t.Errorf("the caller's settings are in %v", env)
	}
}
