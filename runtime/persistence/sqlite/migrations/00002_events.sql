-- +goose Up
-- Events, their deliveries, and what tells people: all of it commits with the effects that caused it.
CREATE TABLE mz_events (
  event_id    TEXT    NOT NULL PRIMARY KEY,
  app         TEXT    NOT NULL,
  tenant      TEXT    NOT NULL,
  workspace   TEXT    NOT NULL,
  type        TEXT    NOT NULL,
  module      TEXT    NOT NULL,
  depth       INTEGER NOT NULL,
  envelope    TEXT    NOT NULL,
  actor_grant TEXT    NOT NULL,
  actor_roles TEXT    NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mz_events_app ON mz_events (app, created_at);

CREATE TABLE mz_event_keys (
  app        TEXT    NOT NULL,
  tenant     TEXT    NOT NULL,
  module     TEXT    NOT NULL,
  type       TEXT    NOT NULL,
  event_key  TEXT    NOT NULL,
  event_id   TEXT    NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (app, tenant, module, type, event_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE mz_deliveries (
  delivery_id      TEXT    NOT NULL PRIMARY KEY,
  kind             TEXT    NOT NULL,
  app              TEXT    NOT NULL,
  tenant           TEXT    NOT NULL,
  workspace        TEXT    NOT NULL,
  module           TEXT    NOT NULL,
  subscription     TEXT    NOT NULL,
  event_id         TEXT    NOT NULL,
  event_type       TEXT    NOT NULL,
  state            TEXT    NOT NULL,
  attempt_count    INTEGER NOT NULL,
  max_attempts     INTEGER NOT NULL,
  lease_ms         INTEGER NOT NULL,
  retry_delay_ms   INTEGER NOT NULL,
  claim_token      TEXT    NOT NULL DEFAULT '',
  lease_expires_at INTEGER NOT NULL DEFAULT 0,
  next_attempt_at  INTEGER NOT NULL,
  last_failed_at   INTEGER NOT NULL DEFAULT 0,
  waiting_since    INTEGER NOT NULL DEFAULT 0,
  error_category   TEXT    NOT NULL DEFAULT '',
  invocation_id    TEXT    NOT NULL DEFAULT '',
  reason           TEXT    NOT NULL DEFAULT '',
  created_at       INTEGER NOT NULL,
  completed_at     INTEGER NOT NULL DEFAULT 0,
  dead_lettered_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX mz_deliveries_pair ON mz_deliveries (event_id, kind, module, subscription);
-- Only what is still to be done stands in the index that workers read.
CREATE INDEX mz_deliveries_due ON mz_deliveries (next_attempt_at, delivery_id)
  WHERE state IN ('pending', 'retryable', 'claimed');
CREATE INDEX mz_deliveries_state ON mz_deliveries (app, state);

CREATE TABLE mz_reaction_keys (
  app         TEXT    NOT NULL,
  tenant      TEXT    NOT NULL,
  key_hash    TEXT    NOT NULL,
  delivery_id TEXT    NOT NULL,
  expires_at  INTEGER NOT NULL,
  PRIMARY KEY (app, tenant, key_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE mz_members (
  app          TEXT    NOT NULL,
  tenant       TEXT    NOT NULL,
  user_id      TEXT    NOT NULL,
  provider     TEXT    NOT NULL,
  name         TEXT    NOT NULL,
  email        TEXT    NOT NULL,
  roles        TEXT    NOT NULL,
  scopes       TEXT    NOT NULL,
  workspace    TEXT    NOT NULL,
  state        TEXT    NOT NULL,
  last_seen_at INTEGER NOT NULL,
  PRIMARY KEY (app, tenant, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mz_notifications (
  notification_id TEXT    NOT NULL PRIMARY KEY,
  app             TEXT    NOT NULL,
  tenant          TEXT    NOT NULL,
  workspace       TEXT    NOT NULL,
  user_id         TEXT    NOT NULL,
  module          TEXT    NOT NULL,
  rule            TEXT    NOT NULL,
  delivery_id     TEXT    NOT NULL,
  event_id        TEXT    NOT NULL,
  event_type      TEXT    NOT NULL,
  correlation_id  TEXT    NOT NULL,
  title           TEXT    NOT NULL,
  body            TEXT    NOT NULL,
  renderer        TEXT    NOT NULL,
  context         TEXT    NOT NULL,
  channels        TEXT    NOT NULL,
  created_at      INTEGER NOT NULL,
  read_at         INTEGER NOT NULL DEFAULT 0,
  dismissed_at    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX mz_notifications_once ON mz_notifications (delivery_id, user_id);
CREATE INDEX mz_notifications_inbox ON mz_notifications (app, tenant, user_id, notification_id)
  WHERE dismissed_at = 0;

CREATE TABLE mz_preferences (
  app            TEXT    NOT NULL,
  tenant         TEXT    NOT NULL,
  user_id        TEXT    NOT NULL,
  preference_key TEXT    NOT NULL,
  channel        TEXT    NOT NULL,
  enabled        INTEGER NOT NULL,
  PRIMARY KEY (app, tenant, user_id, preference_key, channel)
) STRICT, WITHOUT ROWID;
