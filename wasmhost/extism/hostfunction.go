package extism

import "github.com/mozaiks/mozaiks/abi"

// hostFunctions ask for something beyond the arena.
func hostFunctions() []Function {
	functions := []Function{
		env("config_get", one64, one64, configGet),
		env("var_get", one64, one64, varGet),
		env("var_set", two64, none, varSet),
		env("get_log_level", none, one32, answer(func(k *Kernel) uint64 { return uint64(k.host.LogLevel()) })),
		env("log_trace", one64, none, logLine("debug")),
		env("log_debug", one64, none, logLine("debug")),
		env("log_info", one64, none, logLine("info")),
		env("log_warn", one64, none, logLine("warn")),
		env("log_error", one64, none, logLine("error")),
	}
	return append(functions, httpFunctions()...)
}

func configGet(k *Kernel, stack []uint64) {
	key := k.block(stack[0])
	k.charge(costLookup + int64(len(key)/bytesPerUnit))
	value, ok := k.host.Setting(string(key))
	if !ok {
		stack[0] = 0
		return
	}
	k.charge(int64(len(value) / bytesPerUnit))
	stack[0] = k.give("config_get", []byte(value))
}

// costLine is what the log operation costs before its bytes are counted.
var costLine = func() int64 {
	op, _ := abi.Lookup("log")
	return op.Fuel
}()

func logLine(level string) func(*Kernel, []uint64) {
	return func(k *Kernel, stack []uint64) {
		message := k.take(stack[0])
		k.charge(costLine + int64(len(message)))
		k.Settle() // a line leaves the host at once: there must be fuel for all that came before it
		k.host.Log(level, string(message))
	}
}
