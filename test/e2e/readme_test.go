package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// readmeCalls answers the curl commands that the README prints, one a string.
func readmeCalls(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	for _, block := range shellBlock.FindAllStringSubmatch(string(raw), -1) {
		for line := range strings.SplitSeq(strings.ReplaceAll(block[1], "\\\n", " "), "\n") {
			if strings.HasPrefix(line, "curl ") {
				calls = append(calls, line)
			}
		}
	}
	return calls
}

func TestTheReadmesCallsWorkAsPrinted(t *testing.T) {
	t.Parallel()
	calls := readmeCalls(t)
	if len(calls) < 5 {
		t.Fatalf("the README has %d calls", len(calls))
	}
	h := launch(t, freeAddr(t), t.TempDir(), nil, deskApp)
	var answers []map[string]any
	for _, call := range calls {
		out, err := exec.Command("bash", "-c", strings.ReplaceAll(call, "127.0.0.1:8080", h.addr)).Output()
		if err != nil {
			t.Fatalf("%s: %v", call, err)
		}
		var v map[string]any
		if err := json.Unmarshal(out, &v); err != nil {
			t.Fatalf("%s: %v: %s", call, err, out)
		}
		if v["type"] != nil {
			t.Errorf("%s: %s", call, out)
		}
		answers = append(answers, v)
		h.settle() // the next call asks what the reactions made of this one
	}
	open, found, summary, report, foreign := answers[0], answers[1], answers[2], answers[3], answers[4]
	if open["ref"] != "A-1" {
		t.Errorf("the ticket: %v", open)
	}
	if items, _ := found["items"].([]any); len(items) != 1 {
		t.Errorf("the search: %v", found)
	}
	if summary["opened"] != 1.0 || report["tickets"] != 1.0 {
		t.Errorf("the other modules know %v and %v", summary, report)
	}
	if items, _ := foreign["items"].([]any); len(items) != 0 {
		t.Errorf("the other tenant sees %v", foreign)
	}
}
