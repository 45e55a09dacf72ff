package hostile

import (
	"fmt"
	"slices"
	"strings"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

const magic = "\x00asm\x01\x00\x00\x00"

// good is a module that there is nothing wrong with, of most sections.
func good() *w.Builder {
	b := w.New()
	b.Import("mozaiks_v1", "context", w.Handler)
	constantAllocator(b)
	b.Table(w.Funcref, 2, 2)
	b.Global(w.I32, true, w.I32Const(1))
	b.Elements(0, 1)
	b.Data(64, "data")
	return b.Handler("run", w.I64Const(0))
}

// part is a section of a binary.
type part struct {
	id    byte
	bytes []byte // with number and length
	body  []byte
}

// parts cuts a binary, which is well formed, into its sections.
func parts(bin []byte) []part {
	var out []part
	for at := len(magic); at < len(bin); {
		length, shift, next := 0, 0, at+1
		for {
			b := bin[next]
			length |= int(b&0x7f) << shift
			shift += 7
			next++
			if b < 0x80 {
				break
			}
		}
		out = append(out, part{bin[at], bin[at : next+length], bin[next : next+length]})
		at = next + length
	}
	return out
}

func whole(sections ...[]byte) []byte {
	return slices.Concat([]byte(magic), slices.Concat(sections...))
}

// changed is good with one section written anew.
func changed(id byte, body ...[]byte) []byte {
	var out [][]byte
	for _, p := range parts(good().Bytes()) {
		if p.id == id {
			p.bytes = w.Section(id, body...)
		}
		out = append(out, p.bytes)
	}
	return whole(out...)
}

const sectionCode = 10

// most is 2^32 - 1 as a number of a binary.
var most = []byte{0xff, 0xff, 0xff, 0xff, 0x0f}

// malformed are binaries that are no valid modules.
func malformed() []Guest {
	var out []Guest
	add := func(name, what string, build func() []byte) {
		out = append(out, built("malformed-"+name, "what: "+what+"\nexpect: BACKEND_INVALID\nwithin: 100ms", build))
	}
	add("empty", "Nothing.", func() []byte { return nil })
	add("text", "A text.", func() []byte { return []byte("(module)") })
	add("magic", "Another magic number.", func() []byte { return append([]byte("\x00asn\x01\x00\x00\x00"), good().Bytes()[8:]...) })
	add("version", "Another version.", func() []byte { return append([]byte("\x00asm\x02\x00\x00\x00"), good().Bytes()[8:]...) })
	add("component", "A component.", func() []byte { return []byte("\x00asm\x0d\x00\x01\x00") })
	for n, p := range parts(good().Bytes()) {
		add(fmt.Sprintf("twice-%d", p.id), "A section twice.", func() []byte {
			all := good().Bytes()
			return append(all, p.bytes...)
		})
		if n > 0 {
			add(fmt.Sprintf("order-%d", p.id), "Two sections in the wrong order.", func() []byte {
				all := parts(good().Bytes())
				all[n], all[n-1] = all[n-1], all[n]
				return slices.Concat([]byte(magic), joined(all))
			})
		}
		add(fmt.Sprintf("count-%d", p.id), "A section that says it has 2^32 - 1 entries.", func() []byte {
			return changed(p.id, most, p.body[1:])
		})
		add(fmt.Sprintf("cut-%d", p.id), "A binary that ends within a section.", func() []byte {
			all := parts(good().Bytes())
			return slices.Concat([]byte(magic), joined(all[:n]), p.bytes[:len(p.bytes)-1])
		})
		add(fmt.Sprintf("longer-%d", p.id), "A section with a byte too many.", func() []byte { return changed(p.id, p.body, []byte{0}) })
		add(fmt.Sprintf("length-%d", p.id), "A section of 2^32 - 1 bytes.", func() []byte {
			all := parts(good().Bytes())
			return slices.Concat([]byte(magic), joined(all[:n]), []byte{p.id}, most, p.body)
		})
		add(fmt.Sprintf("leb6-%d", p.id), "A count of six bytes.", func() []byte {
			return changed(p.id, []byte{p.body[0] | 0x80, 0x80, 0x80, 0x80, 0x80, 0}, p.body[1:])
		})
		add(fmt.Sprintf("leb33-%d", p.id), "A count of five bytes with bits beyond 32.", func() []byte {
			return changed(p.id, []byte{p.body[0] | 0x80, 0x80, 0x80, 0x80, 0x10}, p.body[1:])
		})
	}
	add("section-number", "A section of a number that is not known.", func() []byte { return append(good().Bytes(), w.Section(13, []byte{0})...) })
	add("leb6-const", "A constant of six bytes.", func() []byte {
		b := constantAllocator(w.New())
		return b.Handler("run", w.Op(0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0), w.Drop, w.I64Const(0)).Bytes()
	})
	add("leb64-const", "A constant of eleven bytes.", func() []byte {
		b := constantAllocator(w.New())
		return b.Handler("run", w.Op(0x42), slices.Repeat([]byte{0x80}, 10), w.Op(0)).Bytes()
	})
	for name, text := range map[string]string{"lone": "\xff", "overlong": "\xc0\xaf", "surrogate": "\xed\xa0\x80", "beyond": "\xf4\x90\x80\x80", "cut": "a\xe2\x82"} {
		add("utf8-export-"+name, "The name of an export is not UTF-8.", func() []byte { return good().Export(text, w.KindFunction, 1).Bytes() })
		add("utf8-import-"+name, "The name of an import is not UTF-8.", func() []byte {
			b := w.New()
			b.Import("env", text, w.Plain)
			return run(constantAllocator(b))
		})
		add("utf8-module-"+name, "The module of an import is not UTF-8.", func() []byte {
			b := w.New()
			b.Import(text, "abort", w.Plain)
			return run(constantAllocator(b))
		})
		add("utf8-custom-"+name, "The name of a custom section is not UTF-8.", func() []byte { return good().Custom(text, "").Bytes() })
	}
	add("export-twice", "Two exports of one name.", func() []byte { return good().Export("run", w.KindFunction, 1).Bytes() })
	add("bodies-missing", "Fewer bodies than functions.", func() []byte { return changed(sectionCode, []byte{0}) })
	add("body-open", "A body without its end.", func() []byte {
		b := constantAllocator(w.New())
		return b.Handler("run", w.I64Const(0), w.Op(0x02, 0x40)).Bytes()
	})
	add("body-typing", "A body that leaves the wrong type.", func() []byte {
		return constantAllocator(w.New()).Handler("run", w.I32Const(0)).Bytes()
	})
	add("body-underflow", "A body that pops from an empty stack.", func() []byte {
		return constantAllocator(w.New()).Handler("run", w.Drop, w.I64Const(0)).Bytes()
	})
	add("block-type", "A block of a type one beyond its own.", func() []byte {
		return constantAllocator(w.New()).Handler("run", w.Op(0x02, 2, 0x0b), w.I64Const(0)).Bytes()
	})
	add("function-type", "A function of a type one beyond its own.", func() []byte { return changed(3, w.U32(2), []byte{1, 2}) })
	add("opcode", "An instruction that is not known.", func() []byte {
		return constantAllocator(w.New()).Handler("run", w.Op(0x27), w.I64Const(0)).Bytes()
	})
	add("alignment", "A load with an alignment beyond its width.", func() []byte {
		return constantAllocator(w.New()).Handler("run", w.I32Const(0), w.Op(0x28, 3, 0), w.Drop, w.I64Const(0)).Bytes()
	})
	add("data-count", "Another number of data segments than the data count says.", func() []byte {
		var out []byte
		for _, p := range parts(good().Bytes()) {
			if p.id == sectionCode {
				out = append(out, w.Section(12, w.U32(7))...)
			}
			out = append(out, p.bytes...)
		}
		return whole(out)
	})
	add("name-length", "A custom section whose name is longer than it is.", func() []byte {
		return append(good().Bytes(), w.Section(0, most, []byte(strings.Repeat("x", 100)))...)
	})
	slices.SortFunc(out, func(a, b Guest) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func joined(all []part) []byte {
	var out []byte
	for _, p := range all {
		out = append(out, p.bytes...)
	}
	return out
}
