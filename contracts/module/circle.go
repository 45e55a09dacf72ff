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
	plain := g.components(func(n int) bool {
		re := g.nodes[n].reaction()
		return re == nil || len(re.Filters) == 0
	})
	certain := map[int]bool{} // nodes of circles that nothing ends
	for _, part := range plain {
		for _, n := range part {
			certain[n] = true
		}
	}
	across := len(mods) > 1
	out := g.report(plain, across, diagnostic.Error, dir, nil)
	return append(out, g.report(g.components(func(int) bool { return true }), across, diagnostic.Warning, dir, certain)...)
}

// graph has a node for each reaction and for each event that a module emits; edges go from a reaction to the events that it
// may set off, and from an event to the reactions that it may reach.
type graph struct {
	nodes []step
	edges [][]int
}

// step is a node: the reaction i of a module, or, where i is negative, an event that the module emits.
type step struct {
	m     *Module
	i     int
	event string
}

func (s step) reaction() *Reaction {
	if s.i < 0 {
		return nil
	}
	return &s.m.Reactions[s.i]
}

func newGraph(mods []*Module) *graph {
	g := &graph{}
	waiting := map[string][]int{} // reactions by event type
	owner := map[string]*Module{} // of capabilities
	for _, m := range mods {
		for i := range m.Reactions {
			waiting[m.Reactions[i].EventType] = append(waiting[m.Reactions[i].EventType], len(g.nodes))
			g.nodes = append(g.nodes, step{m: m, i: i})
		}
		for _, c := range m.Capabilities {
			if owner[c.ID] == nil {
				owner[c.ID] = m
			}
		}
	}
	g.edges = make([][]int, len(g.nodes))
	emitted := map[step]int{}
	for n := range len(g.nodes) {
		m, a := runs(g.nodes[n].m, g.nodes[n].reaction(), owner)
		if a == nil {
			continue
		}
		for _, event := range a.Emits {
			e := step{m: m, i: -1, event: event}
			at, there := emitted[e]
			if !there && waiting[event] != nil {
				at = len(g.nodes)
				emitted[e] = at
				g.nodes = append(g.nodes, e)
				g.edges = append(g.edges, slices.DeleteFunc(slices.Clone(waiting[event]), func(to int) bool {
					p := g.nodes[to].reaction().Producer
					return p != "" && p != m.ID
				}))
				there = true
			}
			if there {
				g.edges[n] = append(g.edges[n], at)
			}
		}
	}
	return g
}

// runs answers the action that a reaction of m runs, and whose it is.
func runs(m *Module, re *Reaction, owner map[string]*Module) (*Module, *Action) {
	switch t := &re.Target; t.Kind {
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

// report makes a finding for each module of each component, but for modules with a node in except.
func (g *graph) report(parts [][]int, across bool, severity diagnostic.Severity, dir func(*Module) string, except map[int]bool) []diagnostic.Finding {
	var out []diagnostic.Finding
	for _, part := range parts {
		apart := slices.ContainsFunc(part, func(n int) bool { return g.nodes[n].m != g.nodes[part[0]].m })
		if across && !apart {
			continue
		}
		done := map[*Module]bool{}
		for _, n := range part {
			if except[n] {
				done[g.nodes[n].m] = true
			}
		}
		for _, n := range part {
			m := g.nodes[n].m
			if g.nodes[n].i < 0 || done[m] {
				continue
			}
			done[m] = true
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

// components answers the sets of more than one node that reach each other (Tarjan, 1972), each in the order of the nodes.
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
		for _, to := range g.edges[n] {
			switch {
			case !in(to):
			case index[to] == 0:
				visit(to)
				low[n] = min(low[n], low[to])
			case onStack[to]:
				low[n] = min(low[n], index[to])
			}
		}
		if low[n] != index[n] {
			return
		}
		at := len(stack) - 1
		for stack[at] != n {
			at--
		}
		part := slices.Clone(stack[at:])
		stack = stack[:at]
		for _, p := range part {
			onStack[p] = false
		}
		if len(part) > 1 {
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

// circle writes a way from a reaction back to itself: through another module where the circle passes several.
func (g *graph) circle(n int, part []int, apart bool) string {
	within := map[int]bool{}
	for _, p := range part {
		within[p] = true
	}
	way := []string{g.name(n)}
	at := n
	if apart {
		at, way = g.walk(way, n, within, func(to int) bool { return g.nodes[to].i >= 0 && g.nodes[to].m != g.nodes[n].m })
	}
	_, way = g.walk(way, at, within, func(to int) bool { return to == n })
	return strings.Join(way, " -> ")
}

func (g *graph) name(n int) string {
	if re := g.nodes[n].reaction(); re != nil {
		return g.nodes[n].m.ID + "/" + re.ID
	}
	return g.nodes[n].event
}

// walk adds the shortest way within a component to a node that is meant, and answers that node.
func (g *graph) walk(way []string, from int, within map[int]bool, meant func(int) bool) (int, []string) {
	came := map[int]int{}
	queue := []int{from}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, to := range g.edges[n] {
			if _, seen := came[to]; seen || !within[to] {
				continue
			}
			came[to] = n
			if !meant(to) {
				queue = append(queue, to)
				continue
			}
			var names []string
			for at := to; at != from || len(names) == 0; at = came[at] {
				names = append(names, g.name(at))
			}
			slices.Reverse(names)
			return to, append(way, names...)
		}
	}
	return from, way
}
