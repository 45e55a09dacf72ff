package main

import (
	"os"
	"runtime/debug"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations" // its own tables
)

// pocketBase is a PocketBase with a collection of the same fields and index as ours.
type pocketBase struct {
	app   *core.BaseApp
	tasks *core.Collection
}

// newPocketBase starts one as it comes, which is synchronous NORMAL, or with synchronous FULL.
func (b *bench) newPocketBase(full bool) (*pocketBase, error) {
	dir, err := os.MkdirTemp(b.work, "pocketbase-")
	if err != nil {
		return nil, err
	}
	config := core.BaseAppConfig{DataDir: dir}
	if full {
		config.DBConnect = connectFull
	}
	p := &pocketBase{app: core.NewBaseApp(config)}
	if err := p.app.Bootstrap(); err != nil {
		return nil, err
	}
	if err := p.app.RunAllMigrations(); err != nil {
		return nil, err
	}
	p.tasks = core.NewBaseCollection("tasks")
	p.tasks.Fields.Add(&core.TextField{Name: "code"}, &core.TextField{Name: "title"}, &core.NumberField{Name: "n", OnlyInt: true}, &core.BoolField{Name: "done"},
		&core.AutodateField{Name: "created", OnCreate: true}, &core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true})
	p.tasks.AddIndex("by_code", true, "code", "")
	return p, p.app.Save(p.tasks)
}

// connectFull is core.DefaultDBConnect but for synchronous.
func connectFull(path string) (*dbx.DB, error) {
	return dbx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)"+
		"&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)")
}

func (p *pocketBase) close() error { return p.app.ResetBootstrapState() }

// create stores one task by itself and answers its id.
func (p *pocketBase) create(n int) (string, error) {
	r := core.NewRecord(p.tasks)
	r.Set("code", code(n))
	r.Set("title", taskTitle)
	r.Set("n", 1)
	r.Set("done", false)
	err := p.app.Save(r)
	return r.Id, err
}

// pocketBaseName says which version it is and how it waits for the disk.
func pocketBaseName(synchronous string) string {
	name := "PocketBase"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/pocketbase/pocketbase" {
				name += " " + m.Version
			}
		}
	}
	return name + ", synchronous " + synchronous
}
