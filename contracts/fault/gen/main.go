// Command gen writes the constants of package fault, the error values of package abi and the reference page of codes
// from contracts/faults.json. It is run by `make generate`.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/format"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/mozaiks/mozaiks/contracts"
)

type entry struct {
	Code       string `json:"code"`
	Group      string `json:"group"`
	Topic      string `json:"topic"`
	Status     int    `json:"status"`
	Retryable  bool   `json:"retryable"`
	Owner      string `json:"owner"`
	Meaning    string `json:"meaning"`
	ActionCode string `json:"action_code"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: gen ROOT")
	}
	root := os.Args[1]
	var doc struct {
		Faults []entry `json:"faults"`
	}
	if err := json.Unmarshal(contracts.FaultsJSON, &doc); err != nil {
		log.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range doc.Faults {
		if seen[f.Code] {
			log.Fatalf("faults.json: %s stands twice", f.Code)
		}
		seen[f.Code] = true
	}
	writeGo(filepath.Join(root, "contracts/fault/codes_gen.go"), codes(doc.Faults))
	writeGo(filepath.Join(root, "contracts/fault/values_gen.go"), values(doc.Faults))
	writeGo(filepath.Join(root, "abi/codes_gen.go"), abiCodes(doc.Faults))
	write(filepath.Join(root, "docs/reference/codes.md"), page(doc.Faults))
}

// goName turns EVENT_UNDECLARED and not_found into EventUndeclared and NotFound.
func goName(code string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.ToLower(code), "_") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

const header = "// Code generated from contracts/faults.json by contracts/fault/gen; DO NOT EDIT.\n\n"

func codes(faults []entry) []byte {
	var b bytes.Buffer
	b.WriteString(header + "package fault\n\nconst (\n")
	for _, f := range faults {
		if f.Group == "abi" {
			continue
		}
		if f.Meaning != "" {
			fmt.Fprintf(&b, "\t// %s: %s.\n", goName(f.Code), f.Meaning)
		}
		fmt.Fprintf(&b, "\t%s Code = %q\n", goName(f.Code), f.Code)
	}
	b.WriteString(")\n\nvar table = map[Code]Info{\n")
	for _, f := range faults {
		if f.Group == "abi" {
			continue
		}
		fmt.Fprintf(&b, "\t%s: {Code: %q, Group: %q, Status: %d, Retryable: %t, Meaning: %q, Action: %q},\n",
			goName(f.Code), f.Code, f.Group, f.Status, f.Retryable, f.Meaning, f.ActionCode)
	}
	b.WriteString("}\n")
	return b.Bytes()
}

func values(faults []entry) []byte {
	var b bytes.Buffer
	b.WriteString(header + "package fault\n\n// The closed list of error values of the host ABI.\nconst (\n")
	var all []string
	for _, f := range faults {
		if f.Group == "abi" {
			fmt.Fprintf(&b, "\tValue%s Value = %q\n", goName(f.Code), f.Code)
			all = append(all, "Value"+goName(f.Code))
		}
	}
	fmt.Fprintf(&b, ")\n\nvar knownValues = map[Value]bool{\n\t%s: true,\n}\n", strings.Join(all, ": true,\n\t"))
	return b.Bytes()
}

func abiCodes(faults []entry) []byte {
	var b bytes.Buffer
	b.WriteString(header + "package abi\n\nimport \"github.com/mozaiks/mozaiks/contracts/fault\"\n\n")
	b.WriteString("// The closed list of error codes that an operation or a handler may answer.\nconst (\n")
	for _, f := range faults {
		if f.Group == "abi" {
			fmt.Fprintf(&b, "\tCode%s = fault.Value%s\n", goName(f.Code), goName(f.Code))
		}
	}
	b.WriteString(")\n")
	return b.Bytes()
}

func page(faults []entry) []byte {
	titles := []struct{ group, title, intro string }{
		{"http", "HTTP and invocations", "Answers of the host as problem details; one code has one status."},
		{"stream", "WebSocket and SSE", "In `error` frames, or as the reason of an end."},
		{"delivery", "Deliveries and notifications", "On deliveries, dead letters and audit records."},
		{"run", "Runs and steps", ""},
		{"engine", "Engine", "Inside the host; what a caller sees stands in the last column."},
		{"process", "Start and stop of a process", "Printed before a process ends."},
		{"finding", "Findings", "What `mozaiks check` and loading report about declarations and binaries."},
		{"abi", "Error values of the host ABI", "What an operation or a handler answers as `error.code`."},
		{"document", "Faults of documents", "In `details.errors[]` of `validation_failed`."},
	}
	var b bytes.Buffer
	b.WriteString("# Codes\n\nGenerated from `contracts/faults.json`; do not edit. A code has one meaning and is never renamed or reused.\n")
	for _, t := range titles {
		fmt.Fprintf(&b, "\n## %s\n\n", t.title)
		if t.intro != "" {
			b.WriteString(t.intro + "\n\n")
		}
		b.WriteString("| code | status | retryable | meaning |\n|---|---|---|---|\n")
		for _, f := range faults {
			if f.Group != t.group {
				continue
			}
			status, retry, meaning := "-", "no", f.Meaning
			if f.Status != 0 {
				status = fmt.Sprint(f.Status)
			}
			if f.Retryable {
				retry = "yes"
			}
			if f.ActionCode != "" {
				meaning = "answered as `" + f.ActionCode + "`"
			} else if meaning == "" {
				meaning = f.Topic
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Code, status, retry, meaning)
		}
	}
	return b.Bytes()
}

func writeGo(path string, src []byte) {
	out, err := format.Source(src)
	if err != nil {
		log.Fatalf("%s: %v", path, err)
	}
	write(path, out)
}

func write(path string, data []byte) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		log.Fatal(err)
	}
}
