package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// measureStart times the host from the start of its process to the first action served, with the cache of compiled code
// empty, and filled by the start before.
func measureStart(bin, app, work string, rounds int) ([]Row, error) {
	var cold, warm []float64
	for i := range rounds {
		data := filepath.Join(work, fmt.Sprint("data", i))
		for _, times := range []*[]float64{&cold, &warm} {
			ms, err := startOnce(bin, app, data)
			if err != nil {
				return nil, err
			}
			*times = append(*times, ms)
		}
	}
	return []Row{
		{ID: "H2", Metric: "start to first served action, nothing compiled before (median)", Unit: "ms", Ours: median(cold), OK: true},
		{ID: "H3", Metric: "start to first served action, compiled code cached (median)", Unit: "ms", Ours: median(warm), OK: true},
	}, nil
}

func startOnce(bin, app, data string) (ms float64, err error) {
	addr, err := freePort()
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(bin, "serve", "--listen", addr, "--data-dir", data, app)
	cmd.Env = append(os.Environ(), "MOZAIKS_ENV=development", "MOZAIKS_LOG_LEVEL=error", "MOZAIKS_DRAIN_DELAY=1ms")
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() {
		err = errors.Join(err, cmd.Process.Signal(syscall.SIGTERM), cmd.Wait())
	}()
	for deadline := begun.Add(time.Minute); time.Now().Before(deadline); time.Sleep(500 * time.Microsecond) {
		if served(addr) {
			return float64(time.Since(begun).Microseconds()) / 1000, nil
		}
	}
	return 0, errors.New("the host served nothing within a minute")
}

func served(addr string) bool {
	req, err := http.NewRequest(http.MethodPost, "http://"+addr+"/api/apps/desk/modules/tickets/actions/list", strings.NewReader("{}"))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return err == nil && res.StatusCode == http.StatusOK
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
