package main

import (
	"math"
	"slices"
	"time"
)

// inTurn runs each function once for each round, in turn, and answers the median time of each.
func inTurn(rounds int, run ...func() (time.Duration, error)) ([]time.Duration, error) {
	times := make([][]time.Duration, len(run))
	for round := range rounds + 1 {
		for i, f := range run {
			d, err := f()
			if err != nil {
				return nil, err
			}
			if round > 0 { // the first warms up
				times[i] = append(times[i], d)
			}
		}
	}
	medians := make([]time.Duration, len(run))
	for i, t := range times {
		slices.Sort(t)
		medians[i] = t[len(t)/2]
	}
	return medians, nil
}

// timed is the time of one run of f.
func timed(f func() error) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		began := time.Now()
		err := f()
		return time.Since(began), err
	}
}

// each is the time of one of n runs of f.
func each(n int, f func() error) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		began := time.Now()
		for range n {
			if err := f(); err != nil {
				return 0, err
			}
		}
		return time.Since(began) / time.Duration(n), nil
	}
}

func ms(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
func us(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }
func ns(d time.Duration) float64 { return float64(d.Nanoseconds()) }

func geometricMean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += math.Log(v)
	}
	return math.Exp(sum / float64(len(values)))
}

// against makes a row of ours and a peer's figure in one unit. most is what their ratio must not pass, 0 for no target.
func against(id, metric, unit string, ours, peer float64, peerName string, most float64) Row {
	ratio := ours / peer
	r := Row{ID: id, Metric: metric, Unit: unit, Ours: ours, Peer: &peer, PeerName: peerName, Ratio: &ratio, OK: true}
	if most > 0 {
		r.Target, r.OK = &most, ratio <= most
	}
	return r
}

// alone makes a row of a figure of ours. most is what it must not pass, 0 for no target.
func alone(id, metric, unit string, ours, most float64) Row {
	r := Row{ID: id, Metric: metric, Unit: unit, Ours: ours, OK: true}
	if most > 0 {
		r.Target, r.OK = &most, ours <= most
	}
	return r
}
