package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
)

// sizeMost is how many MiB the stripped static binary may have.
const sizeMost = 34

// program measures H1 to H3: the program as a whole.
func (b *bench) program(context.Context) ([]Row, error) {
	bin := filepath.Join(b.work, "mozaiks")
	if err := build(b.root, bin); err != nil {
		return nil, err
	}
	info, err := os.Stat(bin)
	if err != nil {
		return nil, err
	}
	size := figure("H1", "size of the stripped static binary", "MiB", float64(info.Size())/(1<<20)).atMost(sizeMost)
	rows, err := measureStart(bin, filepath.Join(b.root, "modules-examples", "desk"), b.work, b.rounds)
	return append([]Row{size}, rows...), err
}

func build(root, bin string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "./cmd/mozaiks")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return cmd.Run()
}
