package extism

// rangeFunctions mark what is input, output and error.
func rangeFunctions() []Function {
	return []Function{
		env("input_length", none, one64, answer(func(k *Kernel) uint64 { return k.input.length })),
		env("input_offset", none, one64, answer(func(k *Kernel) uint64 { return k.input.at })),
		env("output_length", none, one64, answer(func(k *Kernel) uint64 { return k.output.length })),
		env("output_offset", none, one64, answer(func(k *Kernel) uint64 { return k.output.at })),
		env("error_get", none, one64, answer(func(k *Kernel) uint64 { return k.reason })),
		env("input_set", two64, none, func(k *Kernel, stack []uint64) {
			k.mark("input_set", &k.input, span{stack[0], stack[1]})
		}),
		env("output_set", two64, none, func(k *Kernel, stack []uint64) {
			k.mark("output_set", &k.output, span{stack[0], stack[1]})
		}),
		env("error_set", one64, none, func(k *Kernel, stack []uint64) {
			k.charge(costFunction)
			h := stack[0]
			if h != 0 && !k.arena.holds(span{h, 0}) {
				k.outside("error_set", h)
				return
			}
			k.reason = h
		}),
	}
}

func answer(value func(*Kernel) uint64) func(*Kernel, []uint64) {
	return func(k *Kernel, stack []uint64) {
		k.charge(costFunction)
		stack[0] = value(k)
	}
}

// mark takes a range as input or output. A range of no bytes may begin anywhere: a PDK has no block for it.
func (k *Kernel) mark(function string, what *span, s span) {
	k.charge(costFunction)
	if s.length == 0 {
		s = span{}
	} else if !k.arena.holds(s) {
		k.outside(function, s.at)
		return
	}
	*what = s
	k.publish()
}
