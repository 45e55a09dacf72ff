package mozaiks_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"
	"github.com/mozaiks/mozaiks/abi/sdk/go/mozaikstest"
)

type greetInput struct {
	Name  string `json:"name"`
	Times int    `json:"times"`
}

type greetOutput struct {
	Text string `json:"text"`
}

func greet(_ mozaiks.Context, in greetInput) (greetOutput, error) {
	switch in.Name {
	case "":
		return greetOutput{}, mozaiks.Fail(mozaiks.CodeConflict, "who?", map[string]any{"reason": "nameless"})
	case "wrapped":
		return greetOutput{}, fmt.Errorf("greeting: %w", &mozaiks.Error{Code: mozaiks.CodeNotFound, Message: "nobody"})
	case "plain":
		return greetOutput{}, errors.New("no reason")
	}
	return greetOutput{Text: strings.Repeat("Hello "+in.Name+". ", in.Times)}, nil
}

func TestServeAnswersADocumentWithOneMember(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, input, want string }{
		{"an output", `{"name":"Ann","times":2}`, `{"ok":{"text":"Hello Ann. Hello Ann. "}}`},
		{"members that the type does not know", `{"name":"Ann","times":1,"new":[{}]}`, `{"ok":{"text":"Hello Ann. "}}`},
		{"an error of the handler", `{}`, `{"error":{"code":"conflict","message":"who?","details":{"reason":"nameless"}}}`},
		{"no input", ``, `{"error":{"code":"conflict","message":"who?","details":{"reason":"nameless"}}}`},
		{"a wrapped error", `{"name":"wrapped"}`, `{"error":{"code":"not_found","message":"nobody"}}`},
		{"an error of another kind", `{"name":"plain"}`, `{"error":{"code":"failed","message":"no reason"}}`},
		{"an input that does not fit", `{"times":"two"}`,
			`{"error":{"code":"invalid_argument","message":"want a number, found a text","details":{"path":"$.times"}}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := string(mozaiks.Serve(mozaikstest.New(t).Context(), greet, []byte(c.input))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestServePanicsWhereAnAnswerHasNoForm(t *testing.T) {
	t.Parallel()
	handlers := map[string]mozaiks.Handler[struct{}, any]{
		"the handler's output: $.ok": func(mozaiks.Context, struct{}) (any, error) { return math.NaN(), nil },
		"the details of a handler's error": func(mozaiks.Context, struct{}) (any, error) {
			return nil, mozaiks.Fail(mozaiks.CodeFailed, "", map[string]any{"f": func() {}})
		},
		"the handler's own": func(mozaiks.Context, struct{}) (any, error) { panic("the handler's own") },
	}
	for want, h := range handlers {
		func() {
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, want) {
					t.Errorf("got %q, want %q", text, want)
				}
			}()
			mozaiks.Serve(mozaikstest.New(t).Context(), h, nil)
			t.Errorf("%s: no panic", want)
		}()
	}
}

func TestWarmNeedsNoHostAndRunsNoHandler(t *testing.T) {
	t.Parallel()
	mozaiks.Warm(func(mozaiks.Context, greetInput) (greetOutput, error) {
		t.Error("the handler ran")
		return greetOutput{}, nil
	})
}

func TestHandleSaysThatItNeedsAGuest(t *testing.T) {
	t.Parallel()
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "runs only in a guest") {
			t.Errorf("got %q", text)
		}
	}()
	mozaiks.Handle(0, 0, greet)
}

func TestOnlyThreeCodesAreRetryable(t *testing.T) {
	t.Parallel()
	var got []mozaiks.Code
	for _, c := range mozaiks.Codes() {
		if (&mozaiks.Error{Code: c}).Retryable() {
			got = append(got, c)
		}
	}
	if want := []mozaiks.Code{mozaiks.CodeBusy, mozaiks.CodeTimeout, mozaiks.CodeUnavailable}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestCodeOfAnswersTheCodeOfAnyError(t *testing.T) {
	t.Parallel()
	wrapped := fmt.Errorf("x: %w", mozaiks.Fail(mozaiks.CodeBusy, "m", nil))
	for _, c := range []struct {
		err  error
		want mozaiks.Code
	}{{nil, ""}, {errors.New("x"), mozaiks.CodeFailed}, {wrapped, mozaiks.CodeBusy}} {
		if got := mozaiks.CodeOf(c.err); got != c.want {
			t.Errorf("%v: got %q, want %q", c.err, got, c.want)
		}
	}
	if got := wrapped.Error(); got != "x: busy: m" {
		t.Error(got)
	}
}

func TestTheCodesAreThoseOfTheCatalogue(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../../contracts/faults.json")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the catalogue is only beside the SDK in the repository of the host")
	}
	var catalogue struct {
		Faults []struct {
			Code      mozaiks.Code
			Group     string
			Retryable bool
		}
	}
	if err == nil {
		err = json.Unmarshal(data, &catalogue)
	}
	if err != nil {
		t.Fatal(err)
	}
	var want []mozaiks.Code
	for _, f := range catalogue.Faults {
		if f.Group != "abi" {
			continue
		}
		want = append(want, f.Code)
		if got := (&mozaiks.Error{Code: f.Code}).Retryable(); got != f.Retryable {
			t.Errorf("%s: Retryable is %v, the catalogue says %v", f.Code, got, f.Retryable)
		}
	}
	got := mozaiks.Codes()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}
