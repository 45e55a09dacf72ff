package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/mozaiks/mozaiks/platform/api"
	"github.com/mozaiks/mozaiks/platform/app"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/routing"
	"github.com/mozaiks/mozaiks/platform/settings"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/events/local"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/transport"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// Host is one process that serves apps: NewHost opens the store and the engine, Load takes apps in, Serve answers until its
// context ends, Close lets everything go.
type Host struct {
	cfg    *Config
	log    *slog.Logger
	store  *persistence.Store
	engine *wasmhost.Engine
	outbox *events.Outbox
	apps   *app.Registry
	dirs   map[string]string // of each app, where it was loaded from
	loader *app.Loader
	worker *local.Worker
	server *transport.Server
}

// Logger makes the process's logger.
func Logger(cfg *Config, w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(cfg.LogLevel)) // checked with the configuration
	opts := &slog.HandlerOptions{Level: level}
	if cfg.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(w, opts))
	}
	return slog.New(slog.NewJSONHandler(w, opts))
}

// NewHost opens what the configuration names. On an error nothing is left open.
func NewHost(ctx context.Context, cfg *Config, log *slog.Logger) (h *Host, err error) {
	h = &Host{cfg: cfg, log: log, apps: app.NewRegistry(), dirs: map[string]string{}}
	defer func() {
		if err != nil {
			h.Close(context.WithoutCancel(ctx))
		}
	}()
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return nil, err
	}
	db, err := cfg.openStore(ctx)
	if err != nil {
		return nil, err
	}
	keyring, err := OpenKeyring(cfg.Keyring, cfg.DataDir)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	cursorKey, err := keyring.Derive("cursor")
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	h.store = persistence.New(db, cfg.storeOptions(cursorKey))
	h.engine, err = wasmhost.New(ctx, cfg.engineOptions())
	if err != nil {
		return nil, err
	}
	h.outbox = events.NewOutbox(cfg.eventOptions())
	h.loader = &app.Loader{Engine: h.engine, Store: h.store, Check: cfg.CheckOptions(), Attempts: h.outbox.Options().Attempts}
	h.join(cursorKey)
	return h, nil
}

// join makes the parts that serve.
func (h *Host) join(cursorKey [32]byte) {
	rights := &modules.Rights{Roles: modules.RoleMap{"admin": {"*"}}, Development: h.cfg.DevPermissions}
	inbox := routing.NewInbox(h.store, rights, h.apps.Snapshot, h.cfg.inboxOptions())
	overrides := settings.New(h.store)
	options := h.cfg.executorOptions()
	options.Settings = overrides.Overrides
	executor := modules.NewExecutor(h.store, h.outbox, h.log, func() { h.worker.Wake() }, options)
	deliverer := routing.NewDeliverer(h.store, h.outbox, executor, h.apps.Take, inbox, h.log)
	h.worker = local.New(h.store, h.outbox, deliverer, h.apps.IDs, h.log)
	var authenticator auth.Authenticator = auth.Closed{}
	if h.cfg.AuthMode() == "local" {
		authenticator = auth.Local{}
	}
	routes := api.New(api.Parts{Auth: authenticator, Apps: h.apps, Executor: executor, Rights: rights, Inbox: inbox,
		Directory: routing.NewDirectory(h.store), Settings: overrides, Store: h.store, Outbox: h.outbox, Log: h.log,
		Draining: func() bool { return h.server.Ending() }},
		api.Options{InputMax: int64(h.cfg.ActionInputMax), MaxBody: int64(h.cfg.MaxBody), CursorKey: cursorKey, Version: Version()})
	h.server = transport.NewServer(routes.Handler(), h.log, transport.Options{})
}

// Load checks the app in dir and takes it in, in the place of what was loaded from there before. Modules that fail are named in the
// snapshot; the error is for an app of which nothing can be served, and for one that would lose a module that serves: what was served before
// then stays.
func (h *Host) Load(ctx context.Context, dir string) (*app.Bundle, *modules.Snapshot, error) {
	bundle, err := app.Check(dir, h.cfg.CheckOptions())
	if err != nil {
		return nil, nil, err
	}
	if other, taken := h.dirs[bundle.App.ID]; taken && other != dir {
		return bundle, nil, fmt.Errorf("two folders hold an app %s", bundle.App.ID)
	}
	snapshot, err := h.loader.Load(ctx, bundle)
	if err != nil {
		return bundle, nil, err
	}
	if err := h.apps.Regress(snapshot); err != nil {
		app.Free(ctx, snapshot)
		return bundle, nil, err
	}
	for _, f := range snapshot.FailedModules() {
		h.log.Error("a module did not load", "event", "MODULE_LOAD_FAILED", "app", snapshot.App, "module", f.Module, "code", f.Code,
			"message", f.Message)
	}
	h.apps.Put(snapshot)
	if _, err := h.store.Finish(ctx, bundle.App.ID, bundle.Data); err != nil {
		h.log.Error("stored data that is declared no more could not be removed", "event", "MIGRATION_FAILED", "app", snapshot.App, "error", err)
	}
	h.dirs[bundle.App.ID] = dir
	return bundle, snapshot, nil
}

// Listen opens the listener, so that the banner can name its port.
func (h *Host) Listen(ctx context.Context) (net.Addr, error) {
	return h.server.Listen(ctx, h.cfg.Listen)
}

// Serve answers requests and runs deliveries until ctx ends, then drains: not ready at once, still served for the drain delay,
// then no new work, and what runs ends within the drain timeout or rolls back.
func (h *Host) Serve(ctx context.Context) error {
	h.worker.Start(ctx)
	failed := make(chan error, 1)
	go func() { failed <- h.server.Serve() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	h.log.Info("draining", "event", "DRAIN_STARTED")
	h.server.Announce(h.cfg.DrainDelay)
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.cfg.DrainTimeout)
	defer cancel()
	h.server.Drain(stop)
	h.worker.Stop(stop)
	h.log.Info("drained", "event", "DRAIN_DONE")
	return nil
}

// closeTime bounds closing the engine: running calls end first.
const closeTime = 10 * time.Second

// Close lets everything go. It is safe on a host that is only half made.
func (h *Host) Close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, closeTime)
	defer cancel()
	if h.engine != nil {
		if err := h.engine.Close(ctx); err != nil {
			h.log.Error("the engine could not be closed", "event", "CLOSE_FAILED", "error", err)
		}
	}
	if h.store != nil {
		if err := h.store.Close(); err != nil {
			h.log.Error("the store could not be closed", "event", "CLOSE_FAILED", "error", err)
		}
	}
}
