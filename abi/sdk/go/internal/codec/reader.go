package codec

// reader steps over JSON text.
type reader struct {
	data []byte
	pos  int
}

// Valid tells whether data is one JSON value, within MaxDepth. The error is an *Error.
func Valid(data []byte) error {
	r := &reader{data: data}
	if err := r.skip(0); err != nil {
		return err
	}
	if err := r.end(); err != nil {
		return err
	}
	return nil
}

// peek steps over white space and answers the next byte; 0 at the end.
func (r *reader) peek() byte {
	for r.pos < len(r.data) {
		switch c := r.data[r.pos]; c {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return c
		}
	}
	return 0
}

func (r *reader) end() *Error {
	if r.peek(); r.pos < len(r.data) {
		return fail("something stands behind the value")
	}
	return nil
}

// found names what stands at the reader's position.
func (r *reader) found() string {
	switch c := r.peek(); {
	case r.pos >= len(r.data):
		return "the end"
	case c == '"':
		return "a text"
	case c == '{':
		return "an object"
	case c == '[':
		return "a list"
	case c == 't', c == 'f':
		return "a boolean"
	case c == 'n':
		return "null"
	case c == '-', c >= '0' && c <= '9':
		return "a number"
	}
	return "what is no JSON"
}

func (r *reader) unexpected(want string) *Error { return fail("want " + want + ", found " + r.found()) }

// word steps over one of the three words if it stands here.
func (r *reader) word(w string) bool {
	r.peek()
	if len(r.data)-r.pos < len(w) || string(r.data[r.pos:r.pos+len(w)]) != w {
		return false
	}
	r.pos += len(w)
	return true
}

// number steps over a number and answers its text, and whether it has neither fraction nor exponent.
func (r *reader) number() (text []byte, whole bool, err *Error) {
	if r.found() != "a number" {
		return nil, false, r.unexpected("a number")
	}
	start := r.pos
	r.take('-')
	if !r.take('0') && r.digits() == 0 {
		return nil, false, fail("a number without digits")
	}
	whole = true
	if r.take('.') {
		whole = false
		if r.digits() == 0 {
			return nil, false, fail("a number without digits behind its point")
		}
	}
	if r.take('e') || r.take('E') {
		whole = false
		if !r.take('+') {
			r.take('-')
		}
		if r.digits() == 0 {
			return nil, false, fail("a number without digits in its exponent")
		}
	}
	return r.data[start:r.pos], whole, nil
}

func (r *reader) take(c byte) bool {
	if r.pos < len(r.data) && r.data[r.pos] == c {
		r.pos++
		return true
	}
	return false
}

func (r *reader) digits() int {
	start := r.pos
	for r.pos < len(r.data) && r.data[r.pos] >= '0' && r.data[r.pos] <= '9' {
		r.pos++
	}
	return r.pos - start
}

// object steps over an object; each is called with the reader behind the colon of a member.
func (r *reader) object(depth int, each func(name string) *Error) *Error {
	if depth > MaxDepth {
		return fail("nested too deep")
	}
	r.pos++ // the brace that the caller saw
	if r.peek() == '}' {
		r.pos++
		return nil
	}
	for {
		name, err := r.text()
		if err != nil {
			return err
		}
		if r.peek() != ':' {
			return r.unexpected("a colon")
		}
		r.pos++
		if err := each(name); err != nil {
			return at("."+name, err)
		}
		switch r.peek() {
		case ',':
			r.pos++
			r.peek()
		case '}':
			r.pos++
			return nil
		default:
			return r.unexpected("a comma or the end of the object")
		}
	}
}

// list steps over a list; each is called with the reader at an element.
func (r *reader) list(depth int, each func(i int) *Error) *Error {
	if depth > MaxDepth {
		return fail("nested too deep")
	}
	r.pos++ // the bracket that the caller saw
	if r.peek() == ']' {
		r.pos++
		return nil
	}
	for i := 0; ; i++ {
		if err := each(i); err != nil {
			return at("["+itoa(i)+"]", err)
		}
		switch r.peek() {
		case ',':
			r.pos++
		case ']':
			r.pos++
			return nil
		default:
			return r.unexpected("a comma or the end of the list")
		}
	}
}

// skip steps over any value.
func (r *reader) skip(depth int) *Error {
	switch r.peek() {
	case '{':
		return r.object(depth+1, func(string) *Error { return r.skip(depth + 1) })
	case '[':
		return r.list(depth+1, func(int) *Error { return r.skip(depth + 1) })
	case '"':
		_, _, err := r.rawText()
		return err
	}
	if r.word("null") || r.word("true") || r.word("false") {
		return nil
	}
	if r.found() != "a number" {
		return r.unexpected("a value")
	}
	_, _, err := r.number()
	return err
}
