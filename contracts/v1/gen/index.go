package main

import (
	"bytes"
	"fmt"
)

// index is the page that leads to the others and explains what they share.
func index(all []*declaration) []byte {
	var b bytes.Buffer
	b.WriteString(`# Declarations of a module, version 1

Generated from ` + "`contracts/v1`" + `; do not edit. Each page describes one file of a module's folder. The same is there for machines as
JSON Schema draft 7 in ` + "`contracts/v1/*.schema.json`" + `, with examples in ` + "`contracts/v1/examples`" + `. A schema accepts more than
` + "`mozaiks check`" + ` does, since it cannot see whether a name is declared elsewhere; what decides is the check.

| declaration | version | file | needed |
|---|---|---|---|
`)
	for _, d := range all {
		fmt.Fprintf(&b, "| [%s](%s.md) | %s | `%s` | %s |\n", d.title(), d.name, d.versions(), text(d.root, "x-file"), text(d.root, "x-needed"))
	}
	b.WriteString(`
An editor with a YAML language server reads a schema from a comment in the first line, where the path leads to a checkout of this
repository:

    # yaml-language-server: $schema=../../mozaiks/contracts/v1/module.schema.json

## What holds everywhere

Files are YAML 1.2 in UTF-8, at most 256 KiB, 64 levels and 50,000 values, without anchors, aliases, merge keys and tags; no key
stands twice in an object. Nothing is converted: ` + "`5`" + ` is no text and ` + "`'5'`" + ` no integer. Objects are closed unless they are called open: a
field that is not listed is ` + "`FIELD_UNKNOWN`" + `. A list that is absent is empty, and has at most 200 entries unless the operator allows
more. An empty companion of the manifest means that nothing is declared.

## Types

| type | what it takes | code where it is not that |
|---|---|---|
| ` + "`text(n)`" + ` | 1 to n characters, 200 where no n is given; no white space at the ends and no control characters, but line breaks from ` + "`text(2000)`" + ` on | ` + "`TEXT_FORM`" + ` |
| ` + "`name`" + ` | a lower-case letter, then lower-case letters, digits and _, at most 63 characters | ` + "`ID_PATTERN`" + ` |
| ` + "`token`" + ` | as a name, in parts joined by . or -, at most 128 characters | ` + "`ID_PATTERN`" + ` |
| ` + "`export`" + ` | a function of the binary: a letter, then letters, digits and _, at most 64; not memory, account_export, account_erase or mozaiks_ at its beginning | ` + "`ID_PATTERN`, `ID_RESERVED`" + ` |
| ` + "`component name`" + ` | a letter, then letters, digits and _, at most 64 | ` + "`ID_PATTERN`" + ` |
| ` + "`entry`" + ` | ` + "`backend.<path>:<name>`" + `: the module's own binary and, but for handler, an export of it | ` + "`ENTRYPOINT_FORM`, `ENTRYPOINT_NOT_LOCAL`, `ENTRYPOINT_NOT_BACKEND`" + ` |
| ` + "`event`" + ` | domain, platform, hosted or mozaikspay, then 1 to 7 further names, joined by dots; at most 128 characters | ` + "`EVENT_NAMESPACE`, `ID_PATTERN`" + ` |
| ` + "`path`" + ` | 1 to 8 names of fields joined by dots, each of at most 64 letters, digits and _ | ` + "`PAYLOAD_PATH`" + ` |
| ` + "`host`" + ` | a lower-case DNS name of two labels or more, ` + "`*.`" + ` before it for the names below it, and :port behind it | ` + "`GRANT_HOST`" + ` |
| ` + "`int`" + ` | a decimal integer within the bounds of its field | ` + "`TYPE`, `RANGE`" + ` |
| ` + "`bool`" + ` | true or false | ` + "`TYPE`" + ` |
| ` + "`enum`" + ` | one of the words, spelled exactly | ` + "`ENUM`" + ` |
| ` + "`interval`" + ` | a whole number with s, m, h or d | ` + "`SCHEDULE_FORM`" + ` |
| ` + "`schema`" + ` | a JSON Schema of draft 7, with ` + "`nullable: true`" + ` where null is taken too; it refers to itself alone, and has at most 64 KiB and 32 levels; absent, anything goes | ` + "`SCHEMA_INVALID`, `SCHEMA_REF`, `SCHEMA_ROOT`, `SCHEMA_LIMIT`" + ` |
| ` + "`value`" + ` | text, a number or a boolean, and with ? also null | |
| ` + "`matcher`" + ` | what a value must look like: see the page of tests | ` + "`MATCHER_FORM`" + ` |
| ` + "`list<T>`" + ` | a list of those | ` + "`TYPE`, `COUNT_LIMIT`" + ` |

A type with ? also takes null, which is the same as leaving the field out. A text that stands twice in a list counts once, with a
warning.
`)
	return b.Bytes()
}
