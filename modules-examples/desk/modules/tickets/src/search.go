package main

import mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"

// SearchInput is the input of the action search.
type SearchInput struct {
	Text   string `json:"text"`
	Status string `json:"status"`
	Limit  int    `json:"limit"`
	Cursor string `json:"cursor"`
}

// A filter takes up to 16 alternatives in one $and and 64 conditions in all. A term costs two of them.
const (
	maxSearchTerms = 28
	andWidth       = 16
)

// search answers the tickets that hold every word of the text, among the terms that are kept of each.
func search(ctx mozaiks.Context, in SearchInput) (PageOutput, error) {
	wanted := terms(maxSearchTerms+1, in.Text)
	switch {
	case len(wanted) == 0:
		return PageOutput{}, mozaiks.Fail(mozaiks.CodeInvalidArgument, "there is no word to search for",
			map[string]any{"path": "$.text", "reason": "no_words"})
	case len(wanted) > maxSearchTerms:
		return PageOutput{}, mozaiks.Fail(mozaiks.CodeLimitExceeded, "too many words to search for",
			map[string]any{"path": "$.text", "limit": maxSearchTerms})
	}
	filter := holdsAll(wanted)
	if in.Status != "" {
		filter["status"] = in.Status
	}
	return page(ctx, filter, in.Limit, in.Cursor)
}

// holdsAll matches tickets that have every term. Each has a condition of its own, since $contains takes one value.
func holdsAll(wanted []string) mozaiks.Filter {
	var conditions []mozaiks.Filter
	for _, w := range wanted {
		conditions = append(conditions, mozaiks.Contains("terms", w))
	}
	if len(conditions) <= andWidth {
		return mozaiks.And(conditions...)
	}
	return mozaiks.And(mozaiks.And(conditions[:andWidth]...), mozaiks.And(conditions[andWidth:]...))
}
