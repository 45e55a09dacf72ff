-- +goose Up
-- What collections there are, under which names, with which key columns; answers kept for idempotency keys.
CREATE TABLE mz_collections (
  app        TEXT NOT NULL,
  module     TEXT NOT NULL,
  name       TEXT NOT NULL,
  table_name TEXT NOT NULL UNIQUE,
  tenancy    TEXT NOT NULL,
  owner      TEXT NOT NULL,
  PRIMARY KEY (app, module, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE mz_keys (
  table_name TEXT    NOT NULL,
  position   INTEGER NOT NULL,
  field      TEXT    NOT NULL,
  fold       INTEGER NOT NULL,
  PRIMARY KEY (table_name, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE mz_indexes (
  index_name TEXT NOT NULL PRIMARY KEY,
  table_name TEXT NOT NULL,
  definition TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mz_idempotency (
  app           TEXT    NOT NULL,
  tenant        TEXT    NOT NULL,
  workspace     TEXT    NOT NULL,
  actor         TEXT    NOT NULL,
  module        TEXT    NOT NULL,
  action        TEXT    NOT NULL,
  key           TEXT    NOT NULL,
  fingerprint   TEXT    NOT NULL,
  status        INTEGER NOT NULL,
  body          TEXT    NOT NULL,
  invocation_id TEXT    NOT NULL,
  expires_at    INTEGER NOT NULL,
  PRIMARY KEY (app, tenant, workspace, actor, module, action, key)
) STRICT, WITHOUT ROWID;
