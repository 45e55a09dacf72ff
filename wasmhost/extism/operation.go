package extism

import "github.com/mozaiks/mozaiks/abi"

// operationFunctions are the operations of the ABI for Extism guests: the request's block in, the answer's block out.
func operationFunctions() []Function {
	var out []Function
	for _, op := range abi.Operations() {
		out = append(out, Function{Module: UserModule, Name: UserPrefix + op.Name, Params: one64, Results: one64, Grant: op.Grant,
			Call: func(k *Kernel, stack []uint64) {
				stack[0] = k.operation(op.Name, k.block(stack[0]))
			}})
	}
	return out
}

// operation answers the block of the answer's document. The request keeps its block: a guest may use it again.
func (k *Kernel) operation(name string, request []byte) uint64 {
	k.Settle()
	value, err := k.host.Operation(name, request)
	if err != nil {
		return k.give(UserPrefix+name, abi.EncodeError(err))
	}
	return k.give(UserPrefix+name, abi.EncodeOK(value))
}
