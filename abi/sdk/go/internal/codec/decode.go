package codec

import (
	"encoding/base64"
	"errors"
	"math"
	"reflect"
	"strconv"
)

// unmarshaler is what a type implements that reads its own JSON, as time.Time does.
type unmarshaler interface{ UnmarshalJSON([]byte) error }

func itoa(i int) string { return strconv.Itoa(i) }

// Decode reads one JSON value into what target, a pointer, points at. The error is an *Error.
func Decode(data []byte, target any) error {
	v := reflect.ValueOf(target)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return fail("only a pointer can be read into")
	}
	r := &reader{data: data}
	if err := r.value(v.Elem(), 0); err != nil {
		return err
	}
	if err := r.end(); err != nil {
		return err
	}
	return nil
}

func (r *reader) value(v reflect.Value, depth int) *Error {
	if v.CanAddr() {
		if u, ok := v.Addr().Interface().(unmarshaler); ok {
			return r.unmarshal(u, depth)
		}
	}
	if r.peek() == 'n' && r.word("null") {
		v.SetZero()
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return r.value(v.Elem(), depth)
	case reflect.Interface:
		if v.NumMethod() > 0 {
			return fail("the Go type " + v.Type().String() + " cannot be read")
		}
		x, err := r.anything(depth)
		if err == nil && x != nil {
			v.Set(reflect.ValueOf(x))
		}
		return err
	case reflect.Struct:
		return r.structure(v, depth)
	case reflect.Map:
		return r.mapping(v, depth)
	case reflect.Slice:
		return r.slice(v, depth)
	case reflect.Array:
		return r.array(v, depth)
	}
	return r.scalar(v)
}

func (r *reader) unmarshal(u unmarshaler, depth int) *Error {
	r.peek()
	start := r.pos
	if err := r.skip(depth); err != nil {
		return err
	}
	err := u.UnmarshalJSON(r.data[start:r.pos])
	if err == nil {
		return nil
	}
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	return fail(err.Error())
}

func (r *reader) scalar(v reflect.Value) *Error {
	switch v.Kind() {
	case reflect.Bool:
		switch {
		case r.word("true"):
			v.SetBool(true)
		case r.word("false"):
			v.SetBool(false)
		default:
			return r.unexpected("a boolean")
		}
		return nil
	case reflect.String:
		s, err := r.text()
		v.SetString(s)
		return err
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := r.integer()
		if err == nil && v.OverflowInt(n) {
			err = fail("the number is too large for " + v.Type().String())
		}
		if err == nil {
			v.SetInt(n)
		}
		return err
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		n, err := r.integer()
		if err == nil && (n < 0 || v.OverflowUint(uint64(n))) {
			err = fail("the number does not fit " + v.Type().String())
		}
		if err == nil {
			v.SetUint(uint64(n))
		}
		return err
	case reflect.Float32, reflect.Float64:
		x, err := r.float()
		if err == nil && v.OverflowFloat(x) {
			err = fail("the number is too large for " + v.Type().String())
		}
		if err == nil {
			v.SetFloat(x)
		}
		return err
	}
	return fail("the Go type " + v.Type().String() + " cannot be read")
}

// integer reads a whole number, also one that is written with a fraction of zeros or an exponent.
func (r *reader) integer() (int64, *Error) {
	text, whole, err := r.number()
	if err != nil {
		return 0, err
	}
	if whole {
		n, bad := strconv.ParseInt(string(text), 10, 64)
		if bad != nil {
			return 0, fail("a whole number past the range of int64")
		}
		return n, nil
	}
	x, bad := strconv.ParseFloat(string(text), 64)
	if bad != nil || x != math.Trunc(x) || x < -(1<<63) || x >= 1<<63 {
		return 0, fail("want a whole number")
	}
	return int64(x), nil
}

func (r *reader) float() (float64, *Error) {
	text, _, err := r.number()
	if err != nil {
		return 0, err
	}
	x, bad := strconv.ParseFloat(string(text), 64)
	if bad != nil {
		return 0, fail("a number past the range of float64")
	}
	return x, nil
}

func (r *reader) structure(v reflect.Value, depth int) *Error {
	p := planOf(v.Type())
	if p.err != nil {
		return &Error{Path: p.err.Path, Message: p.err.Message}
	}
	if r.peek() != '{' {
		return r.unexpected("an object")
	}
	return r.object(depth+1, func(name string) *Error {
		i, ok := p.byName[name]
		if !ok {
			return r.skip(depth + 1)
		}
		return r.value(v.FieldByIndex(p.fields[i].index), depth+1)
	})
}

func (r *reader) mapping(v reflect.Value, depth int) *Error {
	t := v.Type()
	if t.Key().Kind() != reflect.String {
		return fail("the keys of a map must be texts")
	}
	if r.peek() != '{' {
		return r.unexpected("an object")
	}
	if v.IsNil() {
		v.Set(reflect.MakeMap(t))
	}
	return r.object(depth+1, func(name string) *Error {
		member := reflect.New(t.Elem()).Elem()
		if err := r.value(member, depth+1); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(name).Convert(t.Key()), member)
		return nil
	})
}

func (r *reader) slice(v reflect.Value, depth int) *Error {
	t := v.Type()
	if t.Elem().Kind() == reflect.Uint8 {
		s, err := r.text()
		if err != nil {
			return err
		}
		data, bad := base64.StdEncoding.DecodeString(s)
		if bad != nil {
			return fail("want base64")
		}
		v.SetBytes(data)
		return nil
	}
	if r.peek() != '[' {
		return r.unexpected("a list")
	}
	v.Set(reflect.MakeSlice(t, 0, 0))
	return r.list(depth+1, func(int) *Error {
		element := reflect.New(t.Elem()).Elem()
		if err := r.value(element, depth+1); err != nil {
			return err
		}
		v.Set(reflect.Append(v, element))
		return nil
	})
}

func (r *reader) array(v reflect.Value, depth int) *Error {
	if r.peek() != '[' {
		return r.unexpected("a list")
	}
	v.SetZero()
	return r.list(depth+1, func(i int) *Error {
		if i >= v.Len() {
			return fail("the list is longer than " + v.Type().String())
		}
		return r.value(v.Index(i), depth+1)
	})
}

// anything reads a value without a Go type of its own.
func (r *reader) anything(depth int) (any, *Error) {
	switch r.peek() {
	case '{':
		out := map[string]any{}
		err := r.object(depth+1, func(name string) (err *Error) {
			out[name], err = r.anything(depth + 1)
			return err
		})
		return out, err
	case '[':
		out := []any{}
		err := r.list(depth+1, func(int) *Error {
			x, err := r.anything(depth + 1)
			out = append(out, x)
			return err
		})
		return out, err
	case '"':
		return r.text()
	}
	switch {
	case r.word("null"):
		return nil, nil
	case r.word("true"):
		return true, nil
	case r.word("false"):
		return false, nil
	case r.found() != "a number":
		return nil, r.unexpected("a value")
	}
	start := r.pos
	text, whole, err := r.number()
	if err != nil {
		return nil, err
	}
	if n, bad := strconv.ParseInt(string(text), 10, 64); whole && bad == nil {
		return n, nil
	}
	r.pos = start
	return r.float()
}
