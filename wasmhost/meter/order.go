package meter

// order decides, callees first, which functions are simple and which count their stack. It never recurses: a chain of calls
// may be as long as a module has functions.
func (w *writer) order() {
	t := tarjan{w: w, index: make([]int32, len(w.facts)), low: make([]int32, len(w.facts)), on: make([]bool, len(w.facts))}
	for f := range w.facts {
		if t.index[f] == 0 {
			t.visit(int32(f))
		}
	}
}

// decide is called for each function when all that it calls is decided, or is in a cycle with it.
func (w *writer) decide(i int32, cyclic bool) {
	f := &w.facts[i]
	sum, below := uint64(f.sum), uint32(0)
	simple := !cyclic && !f.looped && !f.outside && !f.pointed
	for _, callee := range f.calls {
		g := &w.facts[callee]
		simple = simple && g.simple
		sum += uint64(g.sum)
		if !g.charged {
			below = max(below, g.depth)
		}
	}
	if f.simple = simple && sum <= simpleMax; f.simple {
		f.sum = uint32(sum)
	}
	f.depth = f.frame + below
	f.charged = cyclic || f.pointed && (len(f.calls) > 0 || f.indirect) || f.depth > frameMax
}

// tarjan finds the cycles of direct calls, callees first.
type tarjan struct {
	w     *writer
	index []int32 // from 1 on, in the order of visits
	low   []int32
	on    []bool
	stack []int32
	next  int32
	path  []visit
}

type visit struct {
	f    int32
	edge int
}

func (t *tarjan) enter(f int32) {
	t.next++
	t.index[f], t.low[f], t.on[f] = t.next, t.next, true
	t.stack = append(t.stack, f)
	t.path = append(t.path, visit{f, 0})
}

func (t *tarjan) visit(root int32) {
	t.enter(root)
	for len(t.path) > 0 {
		v := &t.path[len(t.path)-1]
		calls := t.w.facts[v.f].calls
		if v.edge < len(calls) {
			g := int32(calls[v.edge])
			v.edge++
			if t.index[g] == 0 {
				t.enter(g)
			} else if t.on[g] {
				t.low[v.f] = min(t.low[v.f], t.index[g])
			}
			continue
		}
		f := v.f
		t.path = t.path[:len(t.path)-1]
		if len(t.path) > 0 {
			caller := t.path[len(t.path)-1].f
			t.low[caller] = min(t.low[caller], t.low[f])
		}
		if t.low[f] == t.index[f] {
			t.component(f)
		}
	}
}

// component takes a whole cycle, or a function in none, off the stack.
func (t *tarjan) component(root int32) {
	from := len(t.stack) - 1
	for t.stack[from] != root {
		from--
	}
	members := t.stack[from:]
	cyclic := len(members) > 1 || calls(t.w.facts[root].calls, root)
	for _, f := range members {
		t.on[f] = false
		t.w.facts[f].charged = cyclic // before any of them is decided, since they call each other
	}
	for _, f := range members {
		t.w.decide(f, cyclic)
	}
	t.stack = t.stack[:from]
}

func calls(list []uint32, f int32) bool {
	for _, g := range list {
		if g == uint32(f) {
			return true
		}
	}
	return false
}
