package codec

import (
	"encoding/base64"
	"math"
	"reflect"
	"slices"
	"strconv"
)

// marshaler is what a type implements that writes its own JSON, as time.Time does.
type marshaler interface{ MarshalJSON() ([]byte, error) }

var marshalerType = reflect.TypeFor[marshaler]()

// Append writes v as JSON behind b. The error is an *Error. The keys of a map are in the order of their bytes, so that
// equal values give equal bytes.
func Append(b []byte, v any) ([]byte, error) {
	out, err := appendValue(b, reflect.ValueOf(v), 0)
	if err != nil {
		return b, err
	}
	return out, nil
}

func appendValue(b []byte, v reflect.Value, depth int) ([]byte, *Error) {
	if depth > MaxDepth {
		return b, fail("nested too deep, or it holds itself")
	}
	if !v.IsValid() {
		return append(b, "null"...), nil
	}
	t := v.Type()
	if t.Implements(marshalerType) {
		return appendMarshaler(b, v)
	}
	if v.CanAddr() && reflect.PointerTo(t).Implements(marshalerType) {
		return appendMarshaler(b, v.Addr())
	}
	switch t.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if v.Uint() > math.MaxInt64 {
			return b, fail("a whole number past the range of int64")
		}
		return strconv.AppendUint(b, v.Uint(), 10), nil
	case reflect.Float32, reflect.Float64:
		return appendFloat(b, v.Float(), t.Bits())
	case reflect.String:
		return appendText(b, v.String()), nil
	case reflect.Pointer, reflect.Interface:
		return appendValue(b, v.Elem(), depth+1)
	case reflect.Struct:
		return appendStruct(b, v, depth)
	case reflect.Map:
		return appendMap(b, v, depth)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			b = append(b, '"')
			b = base64.StdEncoding.AppendEncode(b, v.Bytes())
			return append(b, '"'), nil
		}
		return appendList(b, v, depth)
	case reflect.Array:
		return appendList(b, v, depth)
	}
	return b, fail("the Go type " + t.String() + " has no JSON form")
}

func appendMarshaler(b []byte, v reflect.Value) ([]byte, *Error) {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return append(b, "null"...), nil
	}
	text, err := v.Interface().(marshaler).MarshalJSON()
	if err != nil {
		return b, fail(err.Error())
	}
	if err := Valid(text); err != nil {
		return b, fail("its MarshalJSON does not give JSON: " + err.Error())
	}
	return append(b, text...), nil
}

func appendStruct(b []byte, v reflect.Value, depth int) ([]byte, *Error) {
	p := planOf(v.Type())
	if p.err != nil {
		return b, &Error{Path: p.err.Path, Message: p.err.Message}
	}
	b = append(b, '{')
	first := true
	for i := range p.fields {
		f := &p.fields[i]
		member := v.FieldByIndex(f.index)
		if f.omitEmpty && isEmpty(member) || f.omitZero && isZero(member) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(appendText(b, f.name), ':')
		var err *Error
		if b, err = appendValue(b, member, depth+1); err != nil {
			return b, at("."+f.name, err)
		}
	}
	return append(b, '}'), nil
}

func appendMap(b []byte, v reflect.Value, depth int) ([]byte, *Error) {
	if v.Type().Key().Kind() != reflect.String {
		return b, fail("the keys of a map must be texts")
	}
	keys := make([]string, 0, v.Len())
	values := make(map[string]reflect.Value, v.Len())
	for it := v.MapRange(); it.Next(); {
		name := it.Key().String()
		keys = append(keys, name)
		values[name] = it.Value()
	}
	slices.Sort(keys)
	b = append(b, '{')
	for i, name := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, name), ':')
		var err *Error
		if b, err = appendValue(b, values[name], depth+1); err != nil {
			return b, at("."+name, err)
		}
	}
	return append(b, '}'), nil
}

func appendList(b []byte, v reflect.Value, depth int) ([]byte, *Error) {
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		var err *Error
		if b, err = appendValue(b, v.Index(i), depth+1); err != nil {
			return b, at("["+strconv.Itoa(i)+"]", err)
		}
	}
	return append(b, ']'), nil
}

// appendFloat writes a whole number below 2^63 exactly, since the host will take its digits for an int64, and any other
// number as the shortest digits that read back.
func appendFloat(b []byte, x float64, bits int) ([]byte, *Error) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return b, fail("JSON has no number for " + strconv.FormatFloat(x, 'g', -1, 64))
	}
	abs := math.Abs(x)
	if abs < 1<<63 && x == math.Trunc(x) {
		return strconv.AppendInt(b, int64(x), 10), nil
	}
	if abs < 1e-6 || abs >= 1<<63 {
		return strconv.AppendFloat(b, x, 'e', -1, bits), nil
	}
	return strconv.AppendFloat(b, x, 'f', -1, bits), nil
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.Array, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func isZero(v reflect.Value) bool {
	if z, ok := v.Interface().(interface{ IsZero() bool }); ok && (v.Kind() != reflect.Pointer || !v.IsNil()) {
		return z.IsZero()
	}
	return v.IsZero()
}
