// Guest exercises the boundary between a guest and its host.
package main

import (
	"errors"
	"strings"

	mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"
)

type value struct {
	Value any `json:"value"`
}

// echo answers its input.
//
//go:wasmexport echo
func echo(ptr, n uint32) uint64 {
	return mozaiks.Handle(ptr, n, func(_ mozaiks.Context, in mozaiks.RawJSON) (mozaiks.RawJSON, error) { return in, nil })
}

// settings asks the host and answers how long the answer's text is: answers of any size must arrive whole.
//
//go:wasmexport settings
func settings(ptr, n uint32) uint64 {
	return mozaiks.Handle(ptr, n, func(ctx mozaiks.Context, in struct {
		Times int `json:"times"`
	}) (value, error) {
		total := 0
		for range in.Times {
			s, err := ctx.Settings("text")
			if err != nil {
				return value{}, err
			}
			text := s.Text("text", "")
			total += len(text)
			if strings.Trim(text, "x") != "" {
				return value{}, errors.New("the answer was overwritten")
			}
		}
		return value{total}, nil
	})
}

//go:wasmexport panicking
func panicking(ptr, n uint32) uint64 {
	return mozaiks.Handle(ptr, n, func(_ mozaiks.Context, in value) (value, error) { return divide(in) })
}

func divide(in value) (value, error) {
	list := []int{1}
	if index, ok := in.Value.(int64); ok {
		return value{list[index]}, nil
	}
	panic(errors.New("no index"))
}

func main() {}
