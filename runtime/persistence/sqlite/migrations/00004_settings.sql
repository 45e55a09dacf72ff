-- +goose Up
-- Values that override the defaults of modules' settings. The layer of a row is what it names: a user, else a tenant, else the app.
CREATE TABLE mz_settings (
	app        TEXT    NOT NULL,
	module     TEXT    NOT NULL,
	tenant     TEXT    NOT NULL,
	user_id    TEXT    NOT NULL,
	setting    TEXT    NOT NULL,
	value      TEXT    NOT NULL,
	updated_at INTEGER NOT NULL,
	PRIMARY KEY (app, module, tenant, user_id, setting)
) STRICT, WITHOUT ROWID;
