package module

import (
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// circles finds reactions that lead to themselves: an event, a reaction that runs an action, what that action emits, and so on.
// A circle is reported at each module in it; it is a warning where a reaction with filters is part of it, for the filter may
// end it. Of several modules only circles that pass through more than one are reported, since each has reported its own.
func circles(mods []*Module, dir func(*Module) string) []diagnostic.Finding {
	g := newGraph(mods)
	reported := map[*Module]bool{}
	out := g.report(len(mods) > 1, diagnostic.Error, dir, reported, func(n int) bool { return len(g.reaction(n).Filters) == 0 })
	return append(out, g.report(len(mods) > 1, diagnostic.Warning, dir, reported, func(int) bool { return true })...)
}

// graph has a node for each reaction and an edge to each that what it runs may set off.
type graph struct {
	nodes []step
	edges [][]edge
}

type step struct {
	m *Module
	i int // of Reactions
}

type edge struct {
	to    int
	event string
}

func (g *graph) reaction(n int) *Reaction { return &g.nodes[n].m.Reactions[g.nodes[n].i] }

func newGraph(mods []*Module) *graph {
	g := &graph{}
	waiting := map[string][]int{} // by event type
	owner := map[string]*Module{} // of capabilities
	for _, m := range mods {
		for i := range m.Reactions {
			waiting[m.Reactions[i].EventType] = append(waiting[m.Reactions[i].EventType], len(g.nodes))
			g.nodes = append(g.nodes, step{m, i})
		}
		for _, c := range m.Capabilities {
			if owner[c.ID] == nil {
				owner[c.ID] = m
			}
		}
	}
	g.edges = make([][]edge, len(g.nodes))
	for n := range g.nodes {
		m, a := g.runs(n, owner)
		if a == nil {
			continue
		}
		for _, event := range a.Emits {
			for _, to := range waiting[event] {
				if p := g.reaction(to).Producer; p == "" || p == m.ID {
					g.edges[n] = append(g.edges[n], edge{to, event})
				}
			}
		}
	}
	return g
}

// runs answers the action that a reaction runs, and whose it is.
func (g *graph) runs(n int, owner map[string]*Module) (*Module, *Action) {
	m, t := g.nodes[n].m, &g.reaction(n).Target
	switch t.Kind {
	case "handler":
		return m, m.handler(t)
	case "capability":
		if m = owner[t.CapabilityID]; m != nil {
			for _, c := range m.Capabilities {
				if c.ID == t.CapabilityID && c.Kind == "action" {
					return m, m.Action(c.Target)
				}
			}
		}
	}
	return nil, nil
}

func (g *graph) report(across bool, severity diagnostic.Severity, dir func(*Module) string, reported map[*Module]bool,
	in func(int) bool) []diagnostic.Finding {
	var out []diagnostic.Finding
	for _, part := range g.components(in) {
		apart := slices.ContainsFunc(part, func(n int) bool { return g.nodes[n].m != g.nodes[part[0]].m })
		if across && !apart {
			continue
		}
		for _, n := range part {
			m := g.nodes[n].m
			if reported[m] {
				continue
			}
			reported[m] = true
			hint := "let the action emit another event, or give a reaction of the circle filters that end it"
			if severity == diagnostic.Warning {
				hint = "make sure that the filters end it"
			}
			out = append(out, m.trace.reactions[g.nodes[n].i].event.finding(severity, fault.ReactionCycle, dir(m),
				"reactions go in a circle: "+g.circle(n, part, apart), hint))
		}
	}
	return out
}

// components answers the sets of nodes that reach each other (Tarjan, 1972), without those of one node that does not reach
// itself, each in the order of the nodes.
func (g *graph) components(in func(int) bool) [][]int {
	index, low := make([]int, len(g.nodes)), make([]int, len(g.nodes))
	onStack := make([]bool, len(g.nodes))
	var stack []int
	var out [][]int
	count := 0
	var visit func(n int)
	visit = func(n int) {
		count++
		index[n], low[n] = count, count
		stack = append(stack, n)
		onStack[n] = true
		self := false
		for _, e := range g.edges[n] {
			switch {
			case !in(e.to):
			case index[e.to] == 0:
				visit(e.to)
				low[n] = min(low[n], low[e.to])
			case onStack[e.to]:
				low[n] = min(low[n], index[e.to])
			}
			self = self || e.to == n
		}
		if low[n] != index[n] {
			return
		}
		at := slices.Index(stack, n)
		part := slices.Clone(stack[at:])
		stack = stack[:at]
		for _, p := range part {
			onStack[p] = false
		}
		if len(part) > 1 || self {
			slices.Sort(part)
			out = append(out, part)
		}
	}
	for n := range g.nodes {
		if in(n) && index[n] == 0 {
			visit(n)
		}
	}
	return out
}

// circle writes a way from a node back to itself: through another module where the circle passes several.
func (g *graph) circle(n int, part []int, apart bool) string {
	var b strings.Builder
	b.WriteString(g.name(n))
	at := n
	if apart {
		at = g.walk(&b, n, part, func(to int) bool { return g.nodes[to].m != g.nodes[n].m })
	}
	g.walk(&b, at, part, func(to int) bool { return to == n })
	return b.String()
}

func (g *graph) name(n int) string { return g.nodes[n].m.ID + "/" + g.reaction(n).ID }

// walk writes the shortest way within part to a node that is meant, and answers it.
func (g *graph) walk(b *strings.Builder, from int, part []int, meant func(int) bool) int {
	type hop struct {
		from int
		e    edge
	}
	came := map[int]hop{}
	queue := []int{from}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, e := range g.edges[n] {
			if _, seen := came[e.to]; seen || !slices.Contains(part, e.to) {
				continue
			}
			came[e.to] = hop{n, e}
			if !meant(e.to) {
				queue = append(queue, e.to)
				continue
			}
			var way []string
			for at := e.to; ; {
				h := came[at]
				way = append(way, " -> "+h.e.event+" -> "+g.name(at))
				if at = h.from; at == from {
					break
				}
			}
			slices.Reverse(way)
			b.WriteString(strings.Join(way, ""))
			return e.to
		}
	}
	return from
}
