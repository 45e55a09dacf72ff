package main

import mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"

// moment answers a request's `at` in the form that times are kept in; the call's time if it was left out.
func moment(ctx mozaiks.Context, at string) (string, error) {
	if at == "" {
		now, err := ctx.Now()
		return now.String(), err
	}
	t, err := mozaiks.ParseTime(at)
	if err != nil {
		return "", mozaiks.Fail(mozaiks.CodeInvalidArgument, "no time of RFC 3339", map[string]any{"path": "$.at"})
	}
	return t.String(), nil
}
