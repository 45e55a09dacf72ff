package vectors_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/app"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/vectors"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/wasmhost"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

func TestWhatIsGivenHolds(t *testing.T) {
	t.Parallel()
	passes(t, `  - {id: defaults, when: {action: who}, expect: {output: {user: u_test, tenant: t_test, workspace: null, roles: [], now: "2026-01-01T00:00:00.000Z",
      permissions: [probe.use], surface: http, app: lab, module: probe, action: who}}}
  - id: principal_and_time
    given: {now: 2026-03-01T08:00:00.5Z, principal: {user: u_ann, tenant: t_one, workspace: w_one, roles: [manager], permissions: []}}
    when: {action: who}
    expect: {output: {user: u_ann, tenant: t_one, workspace: w_one, roles: [manager], permissions: [], now: "2026-03-01T08:00:00.500Z"}}
  - {id: settings_by_default, when: {action: prefs}, expect: {output: {values: {$exact: {size: 5, color: red}}}}}
  - {id: settings, given: {settings: {size: 7}}, when: {action: prefs}, expect: {output: {values: {$exact: {size: 7, color: red}}}}}
  - {id: gates_by_default, when: {action: gate}, expect: {output: {base64: {$type: string}}}}
  - {id: gate_granted, given: {entitlements: [other, probe.gate]}, when: {action: gate}, expect: {}}
  - {id: gate_not_granted, given: {entitlements: [other]}, when: {action: gate}, expect: {error: {code: ENTITLEMENT_REQUIRED, message: {$regex: probe.gate}}}}
  - {id: no_gate_needed, given: {entitlements: []}, when: {action: draw}, expect: {}}
  - id: documents
    given: {documents: {things: [{_id: a, k: old}], own: [{_id: b, user_id: u_eve}]}}
    when: {action: put}
    expect: {documents: {things: [{_id: a, k: old, _rev: 1}, {k: new}], own: [{user_id: u_eve}, {user_id: u_test}]}}
`)
}

func TestAnswersOfTheWorldAreUsedInOrder(t *testing.T) {
	t.Parallel()
	passes(t, `  - id: capability
    given: {capabilities: [{match: {capability_id: notes.create, input: {$exact: {x: 1}}}, answer: {note_id: n_1}}]}
    when: {action: call, params: {capability_id: notes.create, input: {x: 1}}}
    expect: {output: {$exact: {note_id: n_1}}}
  - {id: capability_unanswered, when: {action: call}, expect: {error: {code: unavailable}}}
  - id: capability_unmatched
    given: {capabilities: [{match: {input: {x: 2}}, answer: 1}]}
    when: {action: call, params: {input: {x: 1}}}
    expect: {error: {code: unavailable}}
  - id: http_second_answer
    given: {http: [{match: {url: {$regex: "/1$"}}, answer: {status: 200}}, {match: {url: {$regex: "/2$"}}, answer: {status: 201}}]}
    when: {action: fetch}
    expect: {output: {status: 201}}
  - id: http_error
    given: {http: [{match: {$any: true}, answer: {status: 200}}, {match: {$any: true}, answer: {error: {code: timeout, message: late}}}]}
    when: {action: fetch}
    expect: {error: {code: timeout, message: late}}
  - id: http_answers_run_out
    given: {http: [{match: {url: {$regex: "/1$"}}, answer: {status: 200}}]}
    when: {action: fetch}
    expect: {error: {code: unavailable}}
  - id: model
    given: {ai: [{match: {model: fast}, answer: {content: one}}, {match: {model: slow}, answer: {content: two}}], http: [{match: {$any: true}, answer: 1}]}
    when: {action: ask}
    expect: {output: {content: two}}
  - id: an_answer_of_another_kind_is_none
    given: {http: [{match: {$any: true}, answer: 1}, {match: {$any: true}, answer: 1}]}
    when: {action: ask}
    expect: {error: {code: unavailable}}
`)
}

func TestWhatMayHappen(t *testing.T) {
	t.Parallel()
	passes(t, `  - {id: public_schedule, when: {extension: hourly}, expect: {output: {surface: schedule, user: null, tenant: t_test, permissions: []}}}
  - {id: service, when: {extension: keep}, expect: {output: {surface: service, user: null, tenant: t_test, permissions: [probe.use]}}}
  - {id: service_of_the_app, when: {extension: boot}, expect: {output: {surface: service, tenant: null, workspace: null, permissions: []}}}
  - {id: nobody_owns_what_a_schedule_writes, when: {extension: blind}, expect: {error: {code: scope_denied}}}
  - {id: route, when: {extension: web, route: who}, expect: {output: {surface: extension_route, user: u_test, permissions: [probe.use]}}}
  - id: route_to_an_action_merges_the_request
    given: {capabilities: [{match: {$exact: {id: of_path, n: of_query, x: of_body}}, answer: ok}]}
    when: {extension: web, route: fill, request: {params: {id: of_path}, query: {id: 1, n: of_query}, body: {id: 2, n: 3, x: of_body}}}
    expect: {output: ok}
  - id: route_to_an_export_gets_the_request
    given:
      capabilities:
        - match: {$exact: {method: POST, path: "/raw/{id}", params: {id: x}, query: {}, headers: {}, content_type: text/plain, body: hi}}
          answer: {status: 204}
    when: {extension: web, route: raw, request: {params: {id: x}, content_type: text/plain, body: hi}}
    expect: {output: {status: 204}}
  - {id: route_denied, given: {principal: {permissions: []}}, when: {extension: web, route: put}, expect: {error: {code: PERMISSION_DENIED}}}
  - {id: exports, when: {account: export}, expect: {output: {surface: account, user: u_test}}}
  - {id: exports_of_another, when: {account: export, user: u_bob}, expect: {output: {user: u_bob, tenant: t_test}}}
  - id: erases
    given: {documents: {things: [{_id: a}]}}
    when: {account: erase, user: u_bob}
    expect: {output: {results: [{deleted: 1}, {rev: 1}]}, documents: {own: [{user_id: u_bob}]}}
  - {id: denied, given: {principal: {permissions: []}}, when: {action: put}, expect: {error: {code: PERMISSION_DENIED}}}
  - {id: fails, when: {action: fail}, expect: {error: {code: conflict, message: "no, thanks"}, events: [], notifications: []}}
  - {id: params_of_another_type, when: {action: draw, params: [1]}, expect: {error: {code: JSON_INVALID}}}
  - {id: payload_of_another_type, when: {event: domain.probe.told, payload: 5}, expect: {error: {code: INVALID_EVENT_PAYLOAD}}}
`)
}

func TestEventsNotificationsAndReactions(t *testing.T) {
	t.Parallel()
	passes(t, `  - id: events_in_order
    when: {action: tell}
    expect:
      events: [{type: domain.probe.told, version: 1, subject: bob, payload: {n: 2}}, {type: domain.probe.told, payload: {$exact: {n: 3}}}]
      notifications: [{$exact: {id: told, recipients: [bob], title: Told 2, body: b, channels: [in_app], context: {}}}]
      reactions: {guarded: ok}
  - {id: none, when: {action: draw}, expect: {events: [], notifications: []}}
  - id: ends_of_reactions
    when: {event: domain.probe.told, payload: {n: 1}}
    expect: {reactions: {small: ok, guarded: ok, refusing: failed}, documents: {things: [{k: new}, {k: new}]}, events: []}
  - id: skipped_without_the_right
    given: {principal: {permissions: []}}
    when: {event: domain.probe.told, payload: {n: 2}}
    expect: {reactions: {guarded: skipped}}
  - id: a_reaction_that_fails_is_an_error
    when: {event: domain.probe.told, payload: {n: 4}}
    expect: {error: {code: conflict, message: "no"}, reactions: {refusing: failed}}
  - id: another_producer
    when: {event: domain.probe.relayed, producer: other, version: 3, payload: {to: [amy]}}
    expect: {notifications: [{id: all}]}
  - id: only_those_who_call_or_are_named_are_told
    when: {event: domain.probe.relayed, payload: {to: [eve, amy, eve], word: hi}}
    expect:
      notifications: [{id: all, recipients: [u_test], title: "All: hi"}, {id: some, recipients: [amy, eve]}]
      reactions: {telling: ok}
`)
}

// Ids of events are random, so one order by chance is likely; that of four seeds is not.
func TestEventsOfSeveralInvocationsStandInTheOrderOfTheirCommits(t *testing.T) {
	t.Parallel()
	var tests strings.Builder
	for seed := range 4 {
		fmt.Fprintf(&tests, `  - id: seed_%d
    given: {seed: %d}
    when: {action: tell_all}
    expect:
      events: [{payload: {n: 7}}, {payload: {n: 8}}, {type: domain.probe.relayed, version: 2, payload: {word: hi}}, {payload: {word: bye}}]
      notifications: [{id: all, title: "All: hi"}, {id: some, recipients: [eve]}, {id: all, title: "All: bye"}, {id: some}]
      reactions: {relaying: ok, more: ok}
`, seed, seed)
	}
	passes(t, tests.String())
}

func TestADocumentIsNotTakenFromTheMatcherThatNeedsIt(t *testing.T) {
	t.Parallel()
	passes(t, `  - id: by_id_last
    given: {documents: {things: [{_id: a, k: x, n: 1}, {_id: b, k: x, n: 2}, {_id: c, k: x, n: 3}]}}
    when: {action: draw}
    expect: {documents: {things: [{k: x}, {n: {$lte: 2}}, {_id: a}]}}
`)
}

func TestTheSameSeedGivesTheSameRandomNumbers(t *testing.T) {
	t.Parallel()
	const tests = "  - {id: a, given: {seed: %d}, when: {action: draw}, expect: {output: {base64: x}}}\n"
	drawn := func(seed int) string {
		return said(run(t, probe(t, fmt.Sprintf(tests, seed)), vectors.Options{}))
	}
	if one := drawn(1); !strings.Contains(one, "got ") || one != drawn(1) || one == drawn(2) {
		t.Errorf("%s%s%s", one, drawn(1), drawn(2))
	}
}

func TestWhatFailsIsNamedWhereItIsExpected(t *testing.T) {
	t.Parallel()
	fails(t, `  - {id: output, when: {action: draw}, expect: {output: {base64: nothing}}}
  - {id: succeeds, when: {action: fail}, expect: {}}
  - {id: answers, when: {action: fail}, expect: {output: {n: 1}}}
  - {id: refuses, when: {action: put}, expect: {error: {code: CONFLICT}}}
  - {id: code, when: {action: fail}, expect: {error: {code: not_found, message: {$regex: "^yes"}}}}
  - {id: too_many, when: {action: tell}, expect: {events: [{payload: {n: 2}}]}}
  - {id: none, when: {action: tell}, expect: {notifications: []}}
  - {id: too_few, when: {action: put}, expect: {events: [{type: domain.probe.told}]}}
  - {id: order, when: {action: tell}, expect: {events: [{payload: {n: 3}}, {payload: {n: 2}}]}}
  - {id: told, when: {action: tell}, expect: {notifications: [{recipients: [eve]}]}}
  - {id: missing, when: {action: put}, expect: {documents: {things: [{k: old}, {_id: a}]}}}
  - {id: twice, when: {action: put}, expect: {documents: {things: [{k: new}, {k: new}]}}}
  - {id: by_id, given: {documents: {things: [{_id: a, k: x}, {_id: b, k: y}]}}, when: {action: draw}, expect: {documents: {things: [{_id: b, k: x}]}}}
  - {id: reaction, when: {event: domain.probe.told, payload: {n: 1}}, expect: {reactions: {relaying: ok, refusing: ok, small: failed}}}
  - {id: unnamed_reaction, when: {event: domain.probe.told, payload: {n: 4}}, expect: {}}
  - {id: no_error, when: {event: domain.probe.told, payload: {n: 5}}, expect: {error: {code: CONFLICT}}}
  - {id: changed, when: {event: domain.probe.told, payload: {n: 1}}, expect: {error: {code: CONFLICT}}}
  - {id: rule, when: {event: domain.probe.told, payload: {n: 5, who: 5}}, expect: {}}
  - {id: fuel, when: {action: put}, expect: {fuel_max: 7}}
  - {id: collection, given: {documents: {others: [{_id: a}]}}, when: {action: draw}, expect: {}}
`, `3:57 TEST_FAILED output: the output at $.base64: expected "nothing", …
4:5 TEST_FAILED succeeds: expected success, got CONFLICT: no, thanks
5:58 TEST_FAILED answers: expected success, got CONFLICT: no, thanks
6:56 TEST_FAILED refuses: expected CONFLICT, got success: {"results":[{"id":"…","rev":1},{"id":"……
7:54 TEST_FAILED code: expected not_found, got CONFLICT: no, thanks
7:54 TEST_FAILED code: the message at $: expected text that matches ^yes, got "no, thanks"
8:60 TEST_FAILED too_many: events: one more than expected: {"payload":{"n":3},"subject":"","type":"domain.probe.told","version":1}
9:5 TEST_FAILED none: notifications: one more than expected: {"body":"b","channels":["in_app"],"context":{},"id":"told","recipients":["bob"]…
10:58 TEST_FAILED too_few: events: 1 were expected, there are 0
11:57 TEST_FAILED order: events[0] at $.payload.n: expected 3, got 2
11:76 TEST_FAILED order: events[1] at $.payload.n: expected 2, got 3
12:63 TEST_FAILED told: notifications[0] at $.recipients[0]: expected "eve", got "bob"
13:70 TEST_FAILED missing: a document of things at $.k: expected "old", got "new"
13:80 TEST_FAILED missing: no such document in things
14:78 TEST_FAILED twice: the documents of things that match are taken by other matchers
15:133 TEST_FAILED by_id: a document of things at $.k: expected "x", got "y"
16:102 TEST_FAILED reaction: the reaction relaying: expected ok, got nothing
16:116 TEST_FAILED reaction: the reaction refusing: expected ok, got failed, CONFLICT: no
16:127 TEST_FAILED reaction: the reaction small: expected failed, got ok
17:5 TEST_FAILED unnamed_reaction: the reaction refusing: expected success, got CONFLICT: no
18:87 TEST_FAILED no_error: expected CONFLICT, got success: null
19:86 TEST_FAILED changed: the call failed, and yet documents of own changed
19:86 TEST_FAILED changed: the call failed, and yet documents of things changed
20:5 TEST_FAILED rule: the notification told: expected success, got AUDIENCE_INVALID: the value at who is no user id
21:56 TEST_FAILED fuel: … of fuel were used, more than 7
22:5 TEST_FAILED collection: it could not be run: given.documents.others: undeclared_collection: no such collection is open to th…
`)
}

func TestOneTestIsChosenByItsName(t *testing.T) {
	t.Parallel()
	dir := probe(t, "  - {id: one, when: {action: draw}, expect: {}}\n  - {id: two, when: {action: draw}, expect: {}}\n")
	report := run(t, dir, vectors.Options{Match: regexp.MustCompile(`^probe\.two$`)})
	if len(report.Results) != 1 || report.Results[0].ID != "two" || len(report.Findings) != 0 {
		t.Errorf("%+v", report)
	}
}

func TestWhatNoTestTouchesIsNoted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tests   string
		options vectors.Options
		want    string
	}{
		"some": {"  - {id: a, when: {action: tell_all}, expect: {}}\n  - {id: b, when: {action: fail}, expect: {error: {code: conflict}}}\n", vectors.Options{},
			"draw put gate tell call fetch ask who prefs page react refuse"},
		"no test":             {"", vectors.Options{}, "draw put gate fail tell tell_all relay relay_more call fetch ask who prefs page react refuse domain.probe.told domain.probe.relayed"},
		"no test, and chosen": {"", vectors.Options{Match: regexp.MustCompile("x")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range run(t, probe(t, c.tests), c.options).Findings {
				if f.Code == fault.TestUncovered {
					got = append(got, f.Message[strings.LastIndex(f.Message, " ")+1:])
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAModuleWithAnErrorIsNotTested(t *testing.T) {
	t.Parallel()
	dir := probe(t, "  - {id: one, when: {action: draw}, expect: {}}\n")
	if err := os.Remove(filepath.Join(dir, "modules/probe/contracts/events.yaml")); err != nil {
		t.Fatal(err)
	}
	report := run(t, dir, vectors.Options{})
	if len(report.Results) != 0 || len(report.Findings) == 0 || report.Findings[0].Code != fault.EventUndeclared {
		t.Errorf("%+v", report)
	}
}

func TestATestWithAnErrorIsLeftOut(t *testing.T) {
	t.Parallel()
	for _, others := range []string{"", "  - {id: two, when: {action: draw}, expect: {}}\n"} {
		report := run(t, probe(t, "  - {id: one, when: {action: nothing}, expect: {}}\n"+others), vectors.Options{})
		if len(report.Results) != strings.Count(others, "id:") || len(report.Findings) != 1 || report.Findings[0].Code != fault.ActionUndeclared {
			t.Errorf("%+v", report)
		}
	}
}

func TestABinaryThatDoesNotStartIsOneFinding(t *testing.T) {
	t.Parallel()
	b := guest()
	b.Start(b.Func(w.Plain, nil, w.Unreachable))
	report := run(t, probeWith(t, "  - {id: one, when: {action: draw}, expect: {}}\n", b.Bytes()), vectors.Options{})
	if len(report.Results) != 0 || len(report.Findings) != 1 || report.Findings[0].Code != fault.BackendInit ||
		report.Findings[0].File != "modules/probe/backend/probe.wasm" {
		t.Errorf("%+v", report)
	}
}

// The guest itself cannot see a difference, but here the store gives another cursor each time it is opened.
func TestARunThatDiffersFromTheOtherIsNondeterministic(t *testing.T) {
	t.Parallel()
	var opened atomic.Int32
	dir := probe(t, `  - {id: same, when: {action: draw}, expect: {}}
  - {id: other, given: {documents: {things: [{_id: a}, {_id: b}]}}, when: {action: page}, expect: {output: {docs: [{_id: a}]}}}
`)
	report := run(t, dir, vectors.Options{Open: func(ctx context.Context, dir string) (*persistence.Store, error) {
		return open(byte(opened.Add(1)))(ctx, dir)
	}})
	if got, want := said(report), "4:5 TEST_NONDETERMINISTIC other: the output differs between two runs\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := opened.Load(); n != 5 {
		t.Errorf("%d stores were opened, not one to copy and two for each test", n)
	}
	if !report.Results[0].OK || report.Results[1].OK {
		t.Errorf("%+v", report.Results)
	}
}

func TestTheDeskPassesItsOwnTestsAndLeavesNothingUntouched(t *testing.T) {
	t.Parallel()
	check := &modules.CheckOptions{}
	bundle, err := app.Check(filepath.Join("..", "..", "modules-examples", "desk"), check)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := wasmhost.New(t.Context(), &wasmhost.Options{Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close(context.Background()) })
	for _, c := range bundle.Modules {
		results, findings, err := vectors.Run(t.Context(), engine, &vectors.Subject{App: bundle.App.ID, Data: bundle.Data, Module: c.Module,
			Dir: c.Dir, Candidate: c, Check: check}, vectors.Options{Open: open(1)})
		if err != nil || len(results) == 0 || len(findings) > 0 {
			t.Errorf("%s: %d tests, %v, %v", c.Name, len(results), err, findings)
		}
	}
}
