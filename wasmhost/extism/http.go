package extism

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/canonical"
)

// operationFetch is the operation that HTTP requests become, and so its grant, effects and limits are theirs.
const (
	operationFetch = "http_fetch"
	grantFetch     = "http"
)

func httpFunctions() []Function {
	functions := []Function{
		env("http_request", two64, one64, httpRequest),
		env("http_status_code", none, one32, answer(func(k *Kernel) uint64 { return uint64(uint32(k.status)) })),
		env("http_headers", none, one64, httpHeaders),
	}
	for i := range functions {
		functions[i].Grant = grantFetch
	}
	return functions
}

// fetchRequest is what PDKs send, read as leniently as Extism reads it: unknown members and the case of names are
// nothing.
type fetchRequest struct {
	URL     string            `json:"url"`
	Method  string            `json:"method"`
	Headers map[string]string `json:"headers"`
}

// fetchAnswer is the value that http_fetch answers.
type fetchAnswer struct {
	Status  int32             `json:"status"`
	Headers map[string]string `json:"headers"`
	Text    string            `json:"body"`
	Base64  []byte            `json:"body_base64"`
}

func (a *fetchAnswer) body() []byte {
	if a.Base64 != nil {
		return a.Base64
	}
	return []byte(a.Text)
}

func httpRequest(k *Kernel, stack []uint64) {
	k.status, k.headers = 0, nil
	request, err := k.fetchDocument(stack[0], stack[1])
	stack[0] = 0
	if err != nil {
		k.fail("http_request", err)
		return
	}
	k.Settle()
	value, err := k.host.Operation(operationFetch, request)
	if err != nil {
		k.fail("http_request", err)
		return
	}
	var a fetchAnswer
	if json.Unmarshal(value, &a) != nil {
		k.fail("http_request", &abi.Error{Code: abi.CodeInternal})
		return
	}
	k.status = a.Status
	k.headers = canonical.Append(nil, texts(a.Headers))
	stack[0] = k.give("http_request", a.body())
}

// fetchDocument makes the request of http_fetch out of the two blocks, and frees them.
func (k *Kernel) fetchDocument(request, body uint64) ([]byte, *abi.Error) {
	data := k.take(request)
	var r fetchRequest
	if json.Unmarshal(data, &r) != nil {
		return nil, &abi.Error{Code: abi.CodeInvalidArgument, Message: "the request is not JSON of the right form"}
	}
	doc := map[string]any{"url": r.URL, "method": "GET"}
	if r.Method != "" {
		doc["method"] = strings.ToUpper(r.Method)
	}
	if len(r.Headers) > 0 {
		doc["headers"] = texts(r.Headers)
	}
	if body != 0 {
		if content := k.take(body); utf8.Valid(content) {
			doc["body"] = string(content)
		} else {
			doc["body_base64"] = base64.StdEncoding.EncodeToString(content)
		}
	}
	return canonical.Append(nil, doc), nil
}

func texts(m map[string]string) map[string]any {
	out := make(map[string]any, len(m))
	for name, v := range m {
		out[name] = v
	}
	return out
}

var noHeaders = []byte("{}")

func httpHeaders(k *Kernel, stack []uint64) {
	headers := k.headers
	if headers == nil {
		headers = noHeaders
	}
	k.charge(costFunction + int64(len(headers)/bytesPerUnit))
	stack[0] = k.give("http_headers", headers)
}
