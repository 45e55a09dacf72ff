package extism

import (
	"maps"

	"github.com/mozaiks/mozaiks/abi"
)

const (
	// variablesMost is how many bytes all variables of a call may have, names included.
	variablesMost = 1 << 20
	// variableCost is what each variable counts beside its name and value.
	variableCost = 40
)

// variables are those of one call. They live as long as it does.
type variables struct {
	values map[string][]byte
	bytes  int
}

func (v *variables) clear() {
	v.values, v.bytes = nil, 0
}

// set keeps a copy of value under name, and answers false if that is too much.
func (v *variables) set(name string, value []byte) bool {
	bytes := v.bytes + variableCost + len(name) + len(value)
	if old, ok := v.values[name]; ok {
		bytes -= variableCost + len(name) + len(old)
	}
	if bytes > variablesMost {
		return false
	}
	if v.values == nil {
		v.values = map[string][]byte{}
	}
	v.values[name], v.bytes = append([]byte(nil), value...), bytes
	return true
}

func (v *variables) drop(name string) {
	if old, ok := v.values[name]; ok {
		v.bytes -= variableCost + len(name) + len(old)
		delete(v.values, name)
	}
}

// Variables answers the variables as they are now, by name. The values must not be changed.
func (k *Kernel) Variables() map[string][]byte { return maps.Clone(k.variables.values) }

// SetVariable gives the guest a variable before it runs, and answers false if that is too much. A host of ours gives none;
// one that keeps an instance as Extism does hands on what Variables answered after the call before.
func (k *Kernel) SetVariable(name string, value []byte) bool { return k.variables.set(name, value) }

func varGet(k *Kernel, stack []uint64) {
	name := k.take(stack[0])
	k.charge(costLookup + int64(len(name)/bytesPerUnit))
	value := k.variables.values[string(name)]
	k.charge(int64(len(value) / bytesPerUnit))
	stack[0] = k.give("var_get", value)
}

func varSet(k *Kernel, stack []uint64) {
	name := string(k.take(stack[0]))
	k.charge(costLookup + int64(len(name)/bytesPerUnit))
	if stack[1] == 0 {
		k.variables.drop(name)
		return
	}
	value := k.take(stack[1])
	k.charge(int64(len(value) / bytesPerUnit))
	if !k.variables.set(name, value) {
		k.fail("var_set", &abi.Error{Code: abi.CodeLimitExceeded, Message: "too many bytes of variables in one call"})
	}
}
