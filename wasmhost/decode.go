package wasmhost

import (
	"bytes"
	"fmt"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Sections by their number in the format.
const (
	sectionCustom    = 0
	sectionType      = 1
	sectionImport    = 2
	sectionFunction  = 3
	sectionTable     = 4
	sectionMemory    = 5
	sectionGlobal    = 6
	sectionExport    = 7
	sectionStart     = 8
	sectionElement   = 9
	sectionCode      = 10
	sectionData      = 11
	sectionDataCount = 12
	sectionTag       = 13
)

// sectionBoot is the custom section that holds the program of a guest that interprets one.
const sectionBoot = "mozaiks.boot"

// section says how one kind of section is read. Ranks ascend in a valid binary.
type section struct {
	name   string
	rank   int
	decode func(d *inspector, r *reader, path string)
	shapes bool // other sections point into it
}

var sections = map[byte]section{
	sectionType:      {"type", 1, (*inspector).typeSection, true},
	sectionImport:    {"import", 2, (*inspector).importSection, true},
	sectionFunction:  {"function", 3, (*inspector).functionSection, true},
	sectionTable:     {"table", 4, (*inspector).tableSection, true},
	sectionMemory:    {"memory", 5, (*inspector).memorySection, true},
	sectionTag:       {"tag", 6, (*inspector).tagSection, true},
	sectionGlobal:    {"global", 7, (*inspector).globalSection, true},
	sectionExport:    {"export", 8, (*inspector).exportSection, false},
	sectionStart:     {"start", 9, (*inspector).startSection, false},
	sectionElement:   {"element", 10, (*inspector).elementSection, false},
	sectionDataCount: {"data count", 11, (*inspector).dataCountSection, false},
	sectionCode:      {"code", 12, (*inspector).codeSection, false},
	sectionData:      {"data", 13, (*inspector).dataSection, false},
}

var (
	magic     = []byte{0, 'a', 's', 'm'}
	version   = []byte{1, 0, 0, 0}
	component = []byte{0x0d, 0, 1, 0}
)

// decode reads the whole binary, section by section. A section with a flaw does not keep the next from being read, since
// each says how long it is.
func (d *inspector) decode(bin []byte) {
	if !d.header(bin) {
		return
	}
	d.decoded, d.dataCount = true, -1
	r := &reader{bin: bin, pos: 8, end: len(bin)}
	last, customs := 0, 0
	for !r.done() {
		from := r.pos
		id := r.byte()
		body := r.sub(r.u32())
		if !r.ok() {
			d.partial = true
			d.invalid("sections", r)
			return
		}
		if id == sectionCustom {
			customs++
			d.customSection(body, customs)
			continue
		}
		s, known := sections[id]
		path := fmt.Sprintf("sections[%q]", s.name)
		if !known {
			body.fail(from, "there is no section of number %d", id)
			d.invalid("sections", body)
			d.partial = true
			continue
		}
		if s.rank <= last {
			body.fail(from, "the %s section is out of order or there twice", s.name)
			d.partial = d.partial || s.shapes
			d.invalid(path, body)
			continue
		}
		last = s.rank
		d.one(s, body, path)
		switch id {
		case sectionTable:
			d.out.image.tableSection = span{from, r.pos}
		case sectionMemory:
			d.out.image.memorySection = span{from, r.pos}
		}
	}
	if !r.ok() {
		d.invalid("sections", r)
	}
}

// one reads one section and sees that it is read to its end.
func (d *inspector) one(s section, body *reader, path string) {
	before := len(d.out.Findings)
	s.decode(d, body, path)
	if body.ok() && body.left() > 0 && len(d.out.Findings) == before {
		body.fail(body.pos, "the section has %d bytes too many", body.left())
	}
	if !body.ok() {
		d.invalid(path, body)
	}
	if s.shapes && (!body.ok() || body.left() > 0) {
		d.partial = true
	}
}

func (d *inspector) header(bin []byte) bool {
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

func (d *inspector) customSection(r *reader, n int) {
	name := r.name()
	if !r.ok() {
		d.invalid(`sections["custom"]`, r)
	}
	if name == sectionBoot && r.left() > 0 && d.out.image.boot == nil {
		d.out.image.boot = r.take(uint32(r.left()))
	}
	if n == d.limits.CustomSections+1 {
		d.above(`sections["custom"]`, "custom sections and more", n, d.limits.CustomSections)
	}
}

// many reads the length of a vector and holds it to a limit. Above it the rest of the section is not read.
func (d *inspector) many(r *reader, path, what string, limit int) (int, bool) {
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
func (d *inspector) consistent() {
	if !d.decoded || d.partial {
		return
	}
	say := func(path, format string, args ...any) {
		d.report(fault.BackendInvalid, path, "not a valid module: "+fmt.Sprintf(format, args...), rebuildHint)
	}
	if defined := len(d.functions) - d.imported; defined != d.bodies && !d.blamed("code") {
		say(`sections["code"]`, "%d functions are declared, %d bodies are there", defined, d.bodies)
	}
	if d.dataCount >= 0 && d.dataCount != d.data && !d.blamed("data") {
		say(`sections["data"]`, "%d data segments are announced, %d are there", d.dataCount, d.data)
	}
}

// blamed tells whether a finding stands at that section already.
func (d *inspector) blamed(name string) bool {
	for _, f := range d.out.Findings {
		if f.Path == fmt.Sprintf("sections[%q]", name) {
			return true
		}
	}
	return false
}
