package postgres_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/runtime/persistence/persistencetest"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
)

// differTime is how long new seeds are tried; MOZAIKS_TEST_DIFFER asks for more.
func differTime(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("MOZAIKS_TEST_DIFFER")
	if text == "" {
		return 3 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("MOZAIKS_TEST_DIFFER is %q", text)
	}
	return d
}

// keptSeeds are the seeds of the file, one a line.
func keptSeeds(t *testing.T) []uint64 {
	t.Helper()
	file, err := os.Open("testdata/differ.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var seeds []uint64
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		seed, err := strconv.ParseUint(line, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seeds = append(seeds, seed)
	}
	return seeds
}

// appsMax is how many apps share a database before another is made: every app leaves its tables.
const appsMax = 100

// differs opens both stores, empty, and ends them with the test.
func differs(t *testing.T) []persistencetest.Peer {
	t.Helper()
	pg, _ := open(t, nil)
	lite, err := sqlite.Open(context.Background(), t.TempDir(), &sqlite.Options{Synchronous: "OFF"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := lite.Close(); err != nil {
			t.Error(err)
		}
	})
	return []persistencetest.Peer{{Name: "sqlite", Driver: lite}, {Name: "postgres", Driver: pg}}
}

// SQLite and PostgreSQL give the same answers and errors to random callers of random contracts, byte for byte.
func TestStoresAgree(t *testing.T) {
	t.Parallel()
	seeds, finds := 0, 0
	var all persistencetest.Tally
	play := func(t *testing.T, peers []persistencetest.Peer, seed uint64) {
		n, err := persistencetest.Differ(context.Background(), peers, fmt.Sprint("app", seeds), persistencetest.DifferSeed(seed))
		seeds++
		all.Add(n)
		if err != nil {
			finds++
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	t.Run("on kept seeds", func(t *testing.T) {
		peers := differs(t)
		for _, seed := range keptSeeds(t) {
			play(t, peers, seed)
		}
	})
	begin := time.Now()
	seed := uint64(begin.UnixNano())
	for round, end := 0, begin.Add(differTime(t)); time.Now().Before(end) && finds < 20; round++ {
		t.Run(fmt.Sprint("on new seeds ", round), func(t *testing.T) {
			peers := differs(t)
			for i := 0; i < appsMax && time.Now().Before(end) && finds < 20; i++ {
				play(t, peers, seed)
				seed++
			}
		})
	}
	t.Logf("%d seeds, %+v, %d finds in %s", seeds, all, finds, time.Since(begin).Round(time.Second))
}
