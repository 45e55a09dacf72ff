-- +goose Up
-- Whose work it is to migrate an app, what is to be done, and how far it is; key columns that still miss values.
ALTER TABLE mozaiks.mz_keys ADD COLUMN ready boolean NOT NULL DEFAULT true;
ALTER TABLE mozaiks.mz_collections ALTER COLUMN policy SET DEFAULT '';
CREATE TABLE mozaiks.mz_leases (
  name       text   COLLATE "C" NOT NULL PRIMARY KEY,
  holder     text   COLLATE "C" NOT NULL,
  epoch      bigint NOT NULL,
  expires_at bigint NOT NULL
);
CREATE TABLE mozaiks.mz_migrations (
  migration_id text   COLLATE "C" NOT NULL PRIMARY KEY,
  app          text   COLLATE "C" NOT NULL,
  digest       text   COLLATE "C" NOT NULL,
  from_digest  text   COLLATE "C" NOT NULL,
  to_digest    text   COLLATE "C" NOT NULL,
  state        text   COLLATE "C" NOT NULL,
  code         text   COLLATE "C" NOT NULL DEFAULT '',
  message      text   COLLATE "C" NOT NULL DEFAULT '',
  approved_by  text   COLLATE "C" NOT NULL DEFAULT '',
  approved_why text   COLLATE "C" NOT NULL DEFAULT '',
  approved_at  bigint NOT NULL DEFAULT 0,
  created_at   bigint NOT NULL,
  updated_at   bigint NOT NULL
);
CREATE INDEX mz_migrations_app ON mozaiks.mz_migrations (app, created_at);
CREATE TABLE mozaiks.mz_migration_steps (
  migration_id text   COLLATE "C" NOT NULL,
  position     bigint NOT NULL,
  kind         text   COLLATE "C" NOT NULL,
  module       text   COLLATE "C" NOT NULL,
  name         text   COLLATE "C" NOT NULL,
  what         text   COLLATE "C" NOT NULL,
  class        text   COLLATE "C" NOT NULL,
  state        text   COLLATE "C" NOT NULL,
  watermark    text   COLLATE "C" NOT NULL DEFAULT '',
  rows_done    bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (migration_id, position)
);
