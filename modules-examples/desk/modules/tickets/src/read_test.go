package main

import (
	"strings"
	"testing"

	mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"
	"github.com/mozaiks/mozaiks/abi/sdk/go/mozaikstest"
)

const shownList = `"ref","subject","customer_id","customer_name","language","channel","priority","status","tags","opened_at",
	"assignee_id","assigned_at","first_response_at","closed_at","comments"`

const (
	stored = `"ref":"A-1","subject":"Printer","customer_id":"c1","customer_name":null,"language":"en","channel":"web",
		"priority":"high","status":"closed","tags":["hw"],"opened_at":"2026-03-01T10:00:00.000Z","assignee_id":"bob",
		"assigned_at":"2026-03-01T10:05:00.000Z","first_response_at":null,"closed_at":"2026-03-02T10:00:00.000Z","comments":2`
	// bare is a ticket to which nothing has happened: the store has no members for it.
	bare = `"ref":"A-2","subject":"Mouse","customer_id":"c2","language":"en","channel":"web","priority":"low","status":"open",
		"tags":[],"opened_at":"2026-03-01T09:00:00.000Z","comments":0`
	bareNulls = `,"customer_name":null,"assignee_id":null,"assigned_at":null,"first_response_at":null,"closed_at":null`
)

func TestGetShowsATicketByIDOrReference(t *testing.T) {
	t.Parallel()
	doc := `{"doc":{"_id":"doc_1","_rev":4,` + stored + `,"body":"It jams.","resolution":"New toner"}}`
	want := `{"ticket":{"ticket_id":"doc_1",` + stored + `,"body":"It jams.","resolution":"New toner"}}`
	for input, request := range map[string]string{`{"ticket_id":"doc_1"}`: `"id":"doc_1"`, `{"ref":"A-1","comments":false}`: `"key":{"ref":"A-1"}`} {
		h := mozaikstest.New(t)
		h.Expect("data_get", `{"collection":"tickets",`+request+`,"fields":["body","resolution",`+shownList+`]}`).Answer(doc)
		wantOutput(t, h, get, input, want)
	}
}

func TestGetShowsAllCommentsIfAsked(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_get", "").Answer(`{"doc":{"_id":"doc_2","_rev":1,` + bare + `,"body":"b"}}`)
	h.Expect("data_query", `{"collection":"comments","filter":{"ticket_id":{"$eq":"doc_2"}},"sort":[["number",1]],"limit":100}`).
		Answer(`{"docs":[{"_id":"doc_8","_rev":1,"ticket_id":"doc_2","number":1,"author_kind":"agent","author_id":"bob","body":"Hi","at":"2026-03-01T10:06:00.000Z"}],"next_cursor":"c"}`)
	h.Expect("data_query", `{"collection":"comments","filter":{"ticket_id":{"$eq":"doc_2"}},"sort":[["number",1]],"limit":100,"cursor":"c"}`).
		Answer(`{"docs":[{"_id":"doc_9","_rev":1,"ticket_id":"doc_2","number":2,"author_kind":"customer","author_id":"c2","body":"Yo","at":"2026-03-01T10:07:00.000Z"}],"next_cursor":null}`)
	wantOutput(t, h, get, `{"ref":"A-2","comments":true}`, `{"ticket":{"ticket_id":"doc_2",`+bare+bareNulls+`,"body":"b","resolution":null},
		"comments":[{"comment_id":"doc_8","number":1,"author_kind":"agent","author_id":"bob","body":"Hi","at":"2026-03-01T10:06:00.000Z"},
		{"comment_id":"doc_9","number":2,"author_kind":"customer","author_id":"c2","body":"Yo","at":"2026-03-01T10:07:00.000Z"}]}`)
}

func TestGetAnswersAnEmptyListOfComments(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_get", "").Answer(`{"doc":{"_id":"doc_2","_rev":1,` + bare + `,"body":"b"}}`)
	h.Expect("data_query", "").Answer(`{"docs":[],"next_cursor":null}`)
	wantOutput(t, h, get, `{"ref":"A-2","comments":true}`,
		`{"ticket":{"ticket_id":"doc_2",`+bare+bareNulls+`,"body":"b","resolution":null},"comments":[]}`)
}

func TestGetRefusesWhatItCannotFind(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_get", "").Answer(`{"doc":null}`)
	wantError(t, h, get, `{"ref":"none","comments":true}`, mozaiks.Error{Code: mozaiks.CodeNotFound})
	wantError(t, h, get, `{}`, mozaiks.Error{Code: mozaiks.CodeInvalidArgument})
	wantError(t, h, get, `{"ref":"A-1","ticket_id":"doc_1"}`, mozaiks.Error{Code: mozaiks.CodeInvalidArgument})
}

func TestListAsksForWhatItsInputSays(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, input, request string }{
		{"everything", `{}`, ``},
		{"one state", `{"status":"open"}`, `"filter":{"status":"open"},`},
		{"all conditions", `{"status":"closed","assignee_id":"bob","customer_id":"c1","limit":7,"cursor":"x"}`,
			`"filter":{"status":"closed","assignee_id":"bob","customer_id":"c1"},"limit":7,"cursor":"x",`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := mozaikstest.New(t)
			h.Expect("data_query", `{"collection":"tickets",`+c.request+`"sort":[["opened_at",-1]],"fields":[`+shownList+`]}`).
				Answer(`{"docs":[{"_id":"doc_1","_rev":4,` + stored + `},{"_id":"doc_2","_rev":1,` + bare + `}],"next_cursor":"y"}`)
			wantOutput(t, h, list, c.input, `{"items":[{"ticket_id":"doc_1",`+stored+`},{"ticket_id":"doc_2",`+bare+bareNulls+`}],"next_cursor":"y"}`)
		})
	}
}

func TestTheLastPageHasNoCursor(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_query", "").Answer(`{"docs":[],"next_cursor":null}`)
	wantOutput(t, h, list, `{}`, `{"items":[],"next_cursor":null}`)
}

func TestSearchWantsEveryWord(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_query", `{"collection":"tickets","filter":{"status":"open","$and":[{"terms":{"$contains":"printer"}},
		{"terms":{"$contains":"東京"}}]},"sort":[["opened_at",-1]],"limit":3,"cursor":"x","fields":[`+shownList+`]}`).
		Answer(`{"docs":[],"next_cursor":null}`)
	wantOutput(t, h, search, `{"text":"PRINTER printer, 東京!","status":"open","limit":3,"cursor":"x"}`, `{"items":[],"next_cursor":null}`)
}

func TestSearchNeedsAWord(t *testing.T) {
	t.Parallel()
	wantError(t, mozaikstest.New(t), search, `{"text":"?! …"}`,
		mozaiks.Error{Code: mozaiks.CodeInvalidArgument, Details: map[string]any{"path": "$.text", "reason": "no_words"}})
}

func TestSearchTakesAsManyWordsAsAFilterHolds(t *testing.T) {
	t.Parallel()
	words := make([]string, 0, maxSearchTerms+1)
	conditions := make([]string, 0, maxSearchTerms)
	for i := range maxSearchTerms {
		word := string(rune('a'+i%26)) + strings.Repeat("x", i/26)
		words = append(words, word)
		conditions = append(conditions, `{"terms":{"$contains":"`+word+`"}}`)
	}
	h := mozaikstest.New(t)
	h.Expect("data_query", `{"collection":"tickets","filter":{"$and":[{"$and":[`+strings.Join(conditions[:andWidth], ",")+`]},
		{"$and":[`+strings.Join(conditions[andWidth:], ",")+`]}]},"sort":[["opened_at",-1]],"fields":[`+shownList+`]}`).
		Answer(`{"docs":[],"next_cursor":null}`)
	wantOutput(t, h, search, `{"text":"`+strings.Join(words, " ")+`"}`, `{"items":[],"next_cursor":null}`)
	wantError(t, h, search, `{"text":"`+strings.Join(words, " ")+` more"}`,
		mozaiks.Error{Code: mozaiks.CodeLimitExceeded, Details: map[string]any{"path": "$.text", "limit": float64(maxSearchTerms)}})
}
