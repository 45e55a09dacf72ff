package mozaiks

// Filter says which documents are meant: an object whose keys are paths, or $and, $or and $not. It may be written as a map,
// or put together from the functions below. The operators of a path:
//
//	Filter{"state": "open", "due": Filter{"$lt": "2026-02-01T00:00:00Z"}}
type Filter map[string]any

func operator(path, name string, value any) Filter { return Filter{path: map[string]any{name: value}} }

// Eq matches equal values; null matches null and missing.
func Eq(path string, value any) Filter { return operator(path, "$eq", value) }

// Ne matches what Eq does not.
func Ne(path string, value any) Filter { return operator(path, "$ne", value) }

// Gt matches greater values of the same kind.
func Gt(path string, value any) Filter { return operator(path, "$gt", value) }

// Gte matches greater and equal values of the same kind.
func Gte(path string, value any) Filter { return operator(path, "$gte", value) }

// Lt matches smaller values of the same kind.
func Lt(path string, value any) Filter { return operator(path, "$lt", value) }

// Lte matches smaller and equal values of the same kind.
func Lte(path string, value any) Filter { return operator(path, "$lte", value) }

// In matches any of up to 100 values.
func In[T any](path string, values ...T) Filter { return operator(path, "$in", values) }

// NotIn matches none of up to 100 values.
func NotIn[T any](path string, values ...T) Filter { return operator(path, "$nin", values) }

// Exists matches documents that have the path, also as null, or those that do not.
func Exists(path string, there bool) Filter { return operator(path, "$exists", there) }

// StartsWith matches texts that begin with these bytes.
func StartsWith(path, prefix string) Filter { return operator(path, "$startsWith", prefix) }

// EqFold matches texts that are equal but for upper and lower case.
func EqFold(path, text string) Filter { return operator(path, "$eqFold", text) }

// StartsWithFold matches texts that begin alike but for upper and lower case.
func StartsWithFold(path, prefix string) Filter { return operator(path, "$startsWithFold", prefix) }

// Contains matches lists that have the value.
func Contains(path string, value any) Filter { return operator(path, "$contains", value) }

// ContainsAny matches lists that have one of up to 100 values.
func ContainsAny[T any](path string, values ...T) Filter {
	return operator(path, "$containsAny", values)
}

// And matches what all of 1 to 16 filters match.
func And(filters ...Filter) Filter { return Filter{"$and": filters} }

// Or matches what one of 1 to 16 filters matches.
func Or(filters ...Filter) Filter { return Filter{"$or": filters} }

// Not matches what the filter does not.
func Not(filter Filter) Filter { return Filter{"$not": filter} }
