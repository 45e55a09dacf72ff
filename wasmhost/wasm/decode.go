package wasm

import (
	"bytes"
	"fmt"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Sections by their number in the format.
const (
	SectionCustom    = 0
	SectionType      = 1
	SectionImport    = 2
	SectionFunction  = 3
	SectionTable     = 4
	SectionMemory    = 5
	SectionGlobal    = 6
	SectionExport    = 7
	SectionStart     = 8
	SectionElement   = 9
	SectionCode      = 10
	SectionData      = 11
	SectionDataCount = 12
	sectionTag       = 13
)

// BootSection is the custom section that holds the program of a guest that interprets one.
const BootSection = "mozaiks.boot"

// section says how one kind of section is read. Ranks ascend in a valid binary.
type section struct {
	name   string
	rank   int
	decode func(d *decoder, r *reader, path string)
	shapes bool // other sections point into it
}

var sections = map[byte]section{
	SectionType:      {"type", 1, (*decoder).typeSection, true},
	SectionImport:    {"import", 2, (*decoder).importSection, true},
	SectionFunction:  {"function", 3, (*decoder).functionSection, true},
	SectionTable:     {"table", 4, (*decoder).tableSection, true},
	SectionMemory:    {"memory", 5, (*decoder).memorySection, true},
	sectionTag:       {"tag", 6, (*decoder).tagSection, true},
	SectionGlobal:    {"global", 7, (*decoder).globalSection, true},
	SectionExport:    {"export", 8, (*decoder).exportSection, false},
	SectionStart:     {"start", 9, (*decoder).startSection, false},
	SectionElement:   {"element", 10, (*decoder).elementSection, false},
	SectionDataCount: {"data count", 11, (*decoder).dataCountSection, false},
	SectionCode:      {"code", 12, (*decoder).codeSection, false},
	SectionData:      {"data", 13, (*decoder).dataSection, false},
}

var (
	magic     = []byte{0, 'a', 's', 'm'}
	version   = []byte{1, 0, 0, 0}
	component = []byte{0x0d, 0, 1, 0}
)

// decode reads the whole binary, section by section. A section with a flaw does not keep the next from being read, since
// each says how long it is.
func (d *decoder) decode(bin []byte) {
	if !d.header(bin) {
		return
	}
	d.out.Header = true
	r := &reader{bin: bin, pos: 8, end: len(bin)}
	last, customs := 0, 0
	for !r.done() {
		from := r.pos
		id := r.byte()
		body := r.sub(r.u32())
		if !r.ok() {
			d.out.Partial = true
			d.invalid("sections", r)
			return
		}
		if id == SectionCustom {
			customs++
			d.customSection(body, customs)
			continue
		}
		s, known := sections[id]
		path := fmt.Sprintf("sections[%q]", s.name)
		if !known {
			body.fail(from, "there is no section of number %d", id)
			d.invalid("sections", body)
			d.out.Partial = true
			continue
		}
		if s.rank <= last {
			body.fail(from, "the %s section is out of order or there twice", s.name)
			d.out.Partial = d.out.Partial || s.shapes
			d.invalid(path, body)
			continue
		}
		last = s.rank
		d.Sections = append(d.Sections, Section{id, Span{from, r.pos}, Span{body.pos, body.end}})
		d.one(s, body, path)
	}
	if !r.ok() {
		d.invalid("sections", r)
	}
}

// one reads one section and sees that it is read to its end.
func (d *decoder) one(s section, body *reader, path string) {
	before := len(d.out.Findings)
	s.decode(d, body, path)
	if body.ok() && body.left() > 0 && len(d.out.Findings) == before {
		body.fail(body.pos, "the section has %d bytes too many", body.left())
	}
	if !body.ok() {
		d.invalid(path, body)
	}
	if s.shapes && (!body.ok() || body.left() > 0) {
		d.out.Partial = true
	}
}

func (d *decoder) header(bin []byte) bool {
	var message string
	switch {
	case len(bin) == 0:
		message = "the file is empty"
	case bytes.HasPrefix(bytes.TrimLeft(bin, " \t\r\n"), []byte("(module")):
		message = "this is the text format, not a binary"
	case len(bin) < 8 || !bytes.Equal(bin[:4], magic):
		message = "this is not a WebAssembly binary"
	case bytes.Equal(bin[4:8], component):
		message = "this is a component, not a core module"
	case !bytes.Equal(bin[4:8], version):
		message = fmt.Sprintf("the version of the binary format is not 1 but %x", bin[4:8])
	default:
		return true
	}
	d.report(fault.BackendInvalid, "", message, "build a core module of WebAssembly, version 1 of the binary format")
	return false
}

func (d *decoder) customSection(r *reader, n int) {
	name := r.name()
	if !r.ok() {
		d.invalid(`sections["custom"]`, r)
	}
	switch {
	case name == BootSection && r.left() > 0 && d.Boot == nil:
		d.Boot = r.take(uint32(r.left()))
	case name == "name" && d.NameSection.To == 0:
		d.NameSection = Span{r.pos, r.end}
	}
	if n == d.limits.CustomSections+1 {
		d.above(`sections["custom"]`, "custom sections and more", n, d.limits.CustomSections)
	}
}

// many reads the length of a vector and holds it to a limit. Above it the rest of the section is not read.
func (d *decoder) many(r *reader, path, what string, limit int) (int, bool) {
	n := r.count()
	if !r.ok() {
		return 0, false
	}
	if n > limit {
		d.above(path, what, n, limit)
		return 0, false
	}
	return n, true
}

// consistent checks what several sections say together.
func (d *decoder) consistent() {
	if !d.out.Header || d.out.Partial {
		return
	}
	say := func(path, format string, args ...any) {
		d.report(fault.BackendInvalid, path, "not a valid module: "+fmt.Sprintf(format, args...), RebuildHint)
	}
	if defined := len(d.Functions) - d.ImportedFuncs; defined != d.bodies && !d.blamed("code") {
		say(`sections["code"]`, "%d functions are declared, %d bodies are there", defined, d.bodies)
	}
	if len(d.Memories) > 1 {
		d.feature(`sections["memory"]`, "more than one memory")
	}
	if d.DataCount >= 0 && d.DataCount != d.data && !d.blamed("data") {
		say(`sections["data"]`, "%d data segments are announced, %d are there", d.DataCount, d.data)
	}
}

// blamed tells whether a finding stands at that section already.
func (d *decoder) blamed(name string) bool {
	for _, f := range d.out.Findings {
		if f.Path == fmt.Sprintf("sections[%q]", name) {
			return true
		}
	}
	return false
}
