-- +goose Up
-- Whose work it is to migrate an app, what is to be done, and how far it is; key columns that still miss values.
ALTER TABLE mz_keys ADD COLUMN ready INTEGER NOT NULL DEFAULT 1;

CREATE TABLE mz_leases (
  name       TEXT    NOT NULL PRIMARY KEY,
  holder     TEXT    NOT NULL,
  epoch      INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mz_migrations (
  migration_id TEXT    NOT NULL PRIMARY KEY,
  app          TEXT    NOT NULL,
  digest       TEXT    NOT NULL,
  from_digest  TEXT    NOT NULL,
  to_digest    TEXT    NOT NULL,
  state        TEXT    NOT NULL,
  code         TEXT    NOT NULL DEFAULT '',
  message      TEXT    NOT NULL DEFAULT '',
  approved_by  TEXT    NOT NULL DEFAULT '',
  approved_why TEXT    NOT NULL DEFAULT '',
  approved_at  INTEGER NOT NULL DEFAULT 0,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mz_migrations_app ON mz_migrations (app, created_at);

CREATE TABLE mz_migration_steps (
  migration_id TEXT    NOT NULL,
  position     INTEGER NOT NULL,
  kind         TEXT    NOT NULL,
  module       TEXT    NOT NULL,
  name         TEXT    NOT NULL,
  what         TEXT    NOT NULL,
  class        TEXT    NOT NULL,
  state        TEXT    NOT NULL,
  watermark    TEXT    NOT NULL DEFAULT '',
  rows_done    INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (migration_id, position)
) STRICT, WITHOUT ROWID;
