package module

// Filter is one line of a reaction's filters: the value at Path must pass every test.
type Filter struct {
	Path  string
	Tests []Test
}

// Test is one comparison of a filter.
type Test struct {
	Op     string // eq, ne, in, nin, exists, gt, gte, lt, lte
	Values []any  // one, except for in and nin
}
