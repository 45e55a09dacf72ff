// A plug-in that the Go PDK and the Go compiler make.
package main

import (
	"errors"
	"strconv"

	pdk "github.com/extism/go-pdk"
)

func main() {}

//go:wasmexport nothing
func nothing() int32 { return 0 }

//go:wasmexport echo
func echo() int32 {
	pdk.Output(pdk.Input())
	return 0
}

//go:wasmexport greet
func greet() int32 {
	greeting, ok := pdk.GetConfig("greeting")
	if !ok {
		greeting = "no greeting"
	}
	pdk.OutputString(greeting)
	return 0
}

//go:wasmexport count
func count() int32 {
	n := pdk.GetVarInt("count") + 1
	pdk.SetVarInt("count", n)
	pdk.OutputString(strconv.Itoa(n))
	return 0
}

//go:wasmexport forget
func forget() int32 {
	pdk.RemoveVar("count")
	return 0
}

//go:wasmexport fail
func fail() int32 {
	pdk.SetError(errors.New(string(pdk.Input())))
	return 7
}

//go:wasmexport fetch
func fetch() int32 {
	var in struct{ URL, Method, Body string }
	if err := pdk.InputJSON(&in); err != nil {
		pdk.SetError(err)
		return 1
	}
	methods := map[string]pdk.HTTPMethod{"": pdk.MethodGet, "POST": pdk.MethodPost}
	request := pdk.NewHTTPRequest(methods[in.Method], in.URL)
	request.SetHeader("X-Plugin", "go")
	if in.Body != "" {
		request.SetBody([]byte(in.Body))
	}
	answer := request.Send()
	pdk.Log(pdk.LogInfo, "status "+strconv.Itoa(int(answer.Status())))
	pdk.Log(pdk.LogInfo, "type "+answer.Headers()["content-type"])
	pdk.Output(answer.Body())
	return 0
}

//go:wasmexport speak
func speak() int32 {
	pdk.Log(pdk.LogDebug, "a debug line")
	pdk.Log(pdk.LogInfo, "an info line")
	pdk.Log(pdk.LogWarn, "a warn line")
	pdk.Log(pdk.LogError, "an error line")
	return 0
}
