package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"
)

// Row is one measured figure. Ours and Peer are medians in the row's unit; Ratio is the median of the ratios of all rounds. Target is
// what the ratio, or Ours where there is none, must not pass; a row that says "at least" has it as what these must reach. Without a target
// a row is only reported, and OK.
type Row struct {
	ID       string   `json:"id"`
	Metric   string   `json:"metric"`
	Unit     string   `json:"unit"`
	Ours     float64  `json:"ours"`
	Peer     *float64 `json:"peer"`
	PeerName string   `json:"peer_name,omitempty"`
	Ratio    *float64 `json:"ratio"`
	Target   *float64 `json:"target"`
	OK       bool     `json:"ok"`
	OursMin  *float64 `json:"ours_min,omitempty"`
	OursMax  *float64 `json:"ours_max,omitempty"`
	PeerMin  *float64 `json:"peer_min,omitempty"`
	PeerMax  *float64 `json:"peer_max,omitempty"`
}

// Report is the whole of bench.json.
type Report struct {
	SchemaVersion string `json:"schema_version"`
	Machine       string `json:"machine"`
	Commit        string `json:"commit"`
	Rounds        int    `json:"rounds"`
	Rows          []Row  `json:"rows"`
}

// in is how many of a unit a duration is.
func in(unit string, d time.Duration) float64 {
	ns := float64(d.Nanoseconds())
	switch unit {
	case "ms":
		return ns / 1e6
	case "us":
		return ns / 1e3
	}
	return ns
}

// figure makes a row that is only reported.
func figure(id, metric, unit string, ours float64) Row {
	return Row{ID: id, Metric: metric, Unit: unit, Ours: ours, OK: true}
}

// alone makes a row of a time of ours.
func alone(id, metric, unit string, ours timing) Row {
	r := figure(id, metric, unit, in(unit, ours.median))
	least, most := in(unit, ours.least), in(unit, ours.most)
	r.OursMin, r.OursMax = &least, &most
	return r
}

// against makes a row of a time of ours and one of a peer.
func against(id, metric, unit string, ours timing, peerName string, peer timing) Row {
	r := alone(id, metric, unit, ours)
	median, least, most := in(unit, peer.median), in(unit, peer.least), in(unit, peer.most)
	times := ratio(ours, peer)
	r.Peer, r.PeerMin, r.PeerMax, r.PeerName, r.Ratio = &median, &least, &most, peerName, &times
	return r
}

// atMost sets a target. The ratio is judged where there is one.
func (r Row) atMost(target float64) Row {
	judged := r.Ours
	if r.Ratio != nil {
		judged = *r.Ratio
	}
	r.Target, r.OK = &target, judged <= target && !math.IsNaN(judged)
	return r
}

// perSecond makes a row of how often in a second what takes one of two times is done. The ratio is how many times as often ours is.
func perSecond(id, metric string, ours timing, peerName string, peer timing) Row {
	often := func(d time.Duration) float64 { return float64(time.Second) / float64(d) }
	r := against(id, metric, "1/s", ours, peerName, peer)
	r.Ours, *r.OursMin, *r.OursMax = often(ours.median), often(ours.most), often(ours.least)
	*r.Peer, *r.PeerMin, *r.PeerMax = often(peer.median), often(peer.most), often(peer.least)
	*r.Ratio = 1 / *r.Ratio
	return r
}

// atLeast sets a target that the ratio, or Ours where there is none, must reach.
func (r Row) atLeast(target float64) Row {
	judged := r.Ours
	if r.Ratio != nil {
		judged = *r.Ratio
	}
	r.Target, r.OK = &target, judged >= target
	return r
}

// faster sets the target that ours must be so many times as fast as the peer.
func (r Row) faster(times float64) Row { return r.atMost(1 / times) }

func (r *Report) print(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tWHAT\tOURS\tPEER\tRATIO\tTARGET\tOK")
	for _, row := range r.Rows {
		fmt.Fprintf(w, "%s\t%s\t%s %s\t%s\t%s\t%s\t%t\n", row.ID, row.Metric, number(&row.Ours), row.Unit, number(row.Peer), number(row.Ratio),
			number(row.Target), row.OK)
	}
	return w.Flush()
}

func (r *Report) write(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}

// notable is by how much a figure must differ to be shown.
const notable = 0.10

// compare shows the rows that differ from those of an earlier report by more than a tenth: by their ratio where they have one, since
// it does not depend on the machine.
func (r *Report) compare(path string, to io.Writer) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var before Report
	if err := json.Unmarshal(data, &before); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	judged := func(row *Row) float64 {
		if row.Ratio != nil {
			return *row.Ratio
		}
		return row.Ours
	}
	was := map[string]float64{}
	for i := range before.Rows {
		was[before.Rows[i].ID+before.Rows[i].Metric] = judged(&before.Rows[i])
	}
	for i := range r.Rows {
		now := judged(&r.Rows[i])
		old, ok := was[r.Rows[i].ID+r.Rows[i].Metric]
		if ok && old != 0 && math.Abs(now/old-1) > notable {
			fmt.Fprintf(to, "%s %s: %s, was %s in %s (%+.0f %%)\n", r.Rows[i].ID, r.Rows[i].Metric, number(&now), number(&old), before.Commit,
				(now/old-1)*100)
		}
	}
	return nil
}

// number writes large numbers whole and small ones with some digits.
func number(v *float64) string {
	switch {
	case v == nil:
		return "-"
	case *v >= 100:
		return fmt.Sprintf("%.0f", *v)
	case *v >= 1:
		return fmt.Sprintf("%.2f", *v)
	}
	return fmt.Sprintf("%.4f", *v)
}
