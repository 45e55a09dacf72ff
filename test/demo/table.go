package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/mozaiks/mozaiks/test/desk"
)

// row is a line of the table. What is only measured has no expected value.
type row struct{ what, expected, actual string }

func count(what string, expected, actual int) row {
	return row{what, strconv.Itoa(expected), strconv.Itoa(actual)}
}

func totalRows(want, got desk.Totals) []row {
	rows := []row{
		count("tickets", want.Tickets(), got.Tickets()),
		count("events", want.Events, got.Events),
		count("deliveries", want.Deliveries.All(), got.Deliveries.All()),
		count("  completed", want.Deliveries.Completed, got.Deliveries.Completed),
		count("  skipped", want.Deliveries.Skipped, got.Deliveries.Skipped),
		count("  unfinished", want.Deliveries.Unfinished(), got.Deliveries.Unfinished()),
		count("  dead letters", want.Deliveries.DeadLetter, got.Deliveries.DeadLetter),
		count("notifications", want.Notifications, got.Notifications),
		count("breaches", want.Breaches(), got.Breaches()),
	}
	for _, id := range slices.Sorted(maps.Keys(want.Tenants)) {
		w, g := want.Tenants[id], got.Tenants[id]
		if g == nil {
			g = &desk.Tenant{}
		}
		rows = append(rows,
			count(id+": tickets", len(w.Tickets), len(g.Tickets)),
			count("  responded", w.Report.Responded, g.Report.Responded),
			count("  closed", w.Report.Closed, g.Report.Closed),
			count("  late responses", w.Report.ResponseBreaches, g.Report.ResponseBreaches),
			count("  late closings", w.Report.ResolveBreaches, g.Report.ResolveBreaches),
			count("  overdue", w.Report.OverdueResponses+w.Report.OverdueResolves, g.Report.OverdueResponses+g.Report.OverdueResolves),
			count("  customers", len(w.Customers), len(g.Customers)),
			count("  in inboxes", inAll(w.Inboxes), inAll(g.Inboxes)))
	}
	return rows
}

func inAll(inboxes map[string]desk.Inbox) int {
	n := 0
	for _, inbox := range inboxes {
		n += inbox.Count
	}
	return n
}

func importRows(r *desk.ImportReport) []row {
	return []row{
		{what: "calls", actual: strconv.Itoa(r.Calls)},
		{what: "  tried again", actual: strconv.Itoa(r.Attempts - r.Calls)},
		{what: "  answered before", actual: strconv.Itoa(r.Replayed)},
		{what: "  a second", actual: fmt.Sprintf("%.0f", r.CallsPerSecond())},
		{what: "  p50", actual: milliseconds(r.Percentile(50))},
		{what: "  p99", actual: milliseconds(r.Percentile(99))},
		{what: "import", actual: seconds(r.Elapsed)},
	}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}

func printTable(w io.Writer, rows []row) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "WHAT\tEXPECTED\tACTUAL\t")
	for _, r := range rows {
		mark := ""
		if r.expected != "" && r.expected != r.actual {
			mark = "DIFFERS"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.what, r.expected, r.actual, mark)
	}
	return t.Flush()
}
