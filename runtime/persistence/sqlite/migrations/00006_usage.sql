-- +goose Up
-- How much each tenant stores in each collection, and quotas of its own; under the empty name, those of all collections together.
CREATE TABLE mz_usage (
	app          TEXT    NOT NULL,
	tenant       TEXT    NOT NULL,
	table_name   TEXT    NOT NULL,
	stored_rows  INTEGER NOT NULL,
	stored_bytes INTEGER NOT NULL,
	quota_rows   INTEGER NOT NULL,
	quota_bytes  INTEGER NOT NULL,
	PRIMARY KEY (app, tenant, table_name)
) STRICT, WITHOUT ROWID;
