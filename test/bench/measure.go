package main

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// timing is what the rounds of one measurement gave, in their order. Least and most show the spread of what the median hides.
type timing struct {
	rounds              []time.Duration
	median, least, most time.Duration
}

func timingOf(rounds []time.Duration) timing {
	return timing{rounds, median(rounds), slices.Min(rounds), slices.Max(rounds)}
}

// median is the middle one; the values are left in their order.
func median[T cmp.Ordered](values []T) T { return slices.Sorted(slices.Values(values))[len(values)/2] }

// ratio is the median of what one took to another, round by round: what slows the machine for some rounds slows both.
func ratio(ours, peer timing) float64 {
	if len(ours.rounds) != len(peer.rounds) {
		return float64(ours.median) / float64(peer.median)
	}
	ratios := make([]float64, len(ours.rounds))
	for i := range ratios {
		ratios[i] = float64(ours.rounds[i]) / float64(peer.rounds[i])
	}
	return median(ratios)
}

// inTurn runs each function once for each round, in turn, so that what disturbs the machine disturbs all alike. A round before the
// first warms up and is not counted.
func inTurn(rounds int, run ...func() (time.Duration, error)) ([]timing, error) {
	times := make([][]time.Duration, len(run))
	for round := range rounds + 1 {
		for i, f := range run {
			d, err := f()
			if err != nil {
				return nil, err
			}
			if round > 0 {
				times[i] = append(times[i], d)
			}
		}
	}
	out := make([]timing, len(run))
	for i, t := range times {
		out[i] = timingOf(t)
	}
	return out, nil
}

// timed is the time of one run of f.
func timed(f func() error) func() (time.Duration, error) { return each(1, f) }

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

func geometricMean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += math.Log(v)
	}
	return math.Exp(sum / float64(len(values)))
}
