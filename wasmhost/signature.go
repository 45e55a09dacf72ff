package wasmhost

import "strings"

// valueType is a number or reference type as the binary format writes it.
type valueType = byte

const (
	typeI32       valueType = 0x7f
	typeI64       valueType = 0x7e
	typeF32       valueType = 0x7d
	typeF64       valueType = 0x7c
	typeV128      valueType = 0x7b
	typeFuncref   valueType = 0x70
	typeExternref valueType = 0x6f
)

// signature is the type of a function. Both parts are in the form of the binary.
type signature struct{ params, results string }

// sig makes a signature from letters: i for i32, I for i64.
func sig(params, results string) signature {
	to := strings.NewReplacer("i", string(rune(typeI32)), "I", string(rune(typeI64)))
	return signature{to.Replace(params), to.Replace(results)}
}

var (
	handlerSignature = sig("ii", "I")
	allocSignature   = sig("i", "i")
	abiSignature     = sig("", "i")
	plainSignature   = sig("", "")
)

func (s signature) String() string {
	out := "(" + typeNames(s.params) + ") -> "
	if len(s.results) == 1 {
		return out + typeNames(s.results)
	}
	return out + "(" + typeNames(s.results) + ")"
}

func typeNames(types string) string {
	names := make([]string, 0, len(types))
	for i := range len(types) {
		names = append(names, typeName(types[i]))
	}
	return strings.Join(names, ", ")
}

func typeName(t valueType) string {
	switch t {
	case typeI32:
		return "i32"
	case typeI64:
		return "i64"
	case typeF32:
		return "f32"
	case typeF64:
		return "f64"
	case typeV128:
		return "v128"
	case typeFuncref:
		return "funcref"
	case typeExternref:
		return "externref"
	}
	return "?"
}
