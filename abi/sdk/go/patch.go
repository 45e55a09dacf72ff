package mozaiks

// Patch says how a document changes: operators, each a map of paths to operands. It may be written as a map, or built up:
//
//	Patch{}.Set("state", "done").Inc("changes", 1)
type Patch map[string]map[string]any

func (p Patch) with(operator, path string, operand any) Patch {
	if p[operator] == nil {
		p[operator] = map[string]any{}
	}
	p[operator][path] = operand
	return p
}

// Set gives the path a value, and makes missing objects on its way.
func (p Patch) Set(path string, value any) Patch { return p.with("$set", path, value) }

// Unset removes the path.
func (p Patch) Unset(path string) Patch { return p.with("$unset", path, true) }

// Inc adds a number; a missing field starts from 0.
func (p Patch) Inc(path string, by any) Patch { return p.with("$inc", path, by) }

// Mul multiplies by a number; a missing field starts from 0.
func (p Patch) Mul(path string, by any) Patch { return p.with("$mul", path, by) }

// Min lowers the value to the operand if that is smaller.
func (p Patch) Min(path string, value any) Patch { return p.with("$min", path, value) }

// Max raises the value to the operand if that is greater.
func (p Patch) Max(path string, value any) Patch { return p.with("$max", path, value) }

// Push appends a value to a list.
func (p Patch) Push(path string, value any) Patch { return p.with("$push", path, value) }

// PushEach appends values.
func (p Patch) PushEach(path string, values ...any) Patch {
	return p.with("$push", path, map[string]any{"$each": values})
}

// PushCut appends values and then cuts the list by $slice, which is n.
func (p Patch) PushCut(path string, n int, values ...any) Patch {
	return p.with("$push", path, map[string]any{"$each": values, "$slice": n})
}

// AddToSet appends the values that the list does not have yet.
func (p Patch) AddToSet(path string, values ...any) Patch {
	return p.with("$addToSet", path, map[string]any{"$each": values})
}

// Pull removes the elements that are equal to value.
func (p Patch) Pull(path string, value any) Patch { return p.with("$pull", path, value) }

// PopLast removes a list's last element.
func (p Patch) PopLast(path string) Patch { return p.with("$pop", path, 1) }

// PopFirst removes a list's first element.
func (p Patch) PopFirst(path string) Patch { return p.with("$pop", path, -1) }

// CurrentDate sets the path to the call's time.
func (p Patch) CurrentDate(path string) Patch { return p.with("$currentDate", path, true) }

// SetOnInsert gives the path a value if an upsert makes the document.
func (p Patch) SetOnInsert(path string, value any) Patch { return p.with("$setOnInsert", path, value) }
