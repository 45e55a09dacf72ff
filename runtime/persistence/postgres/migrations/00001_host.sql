-- +goose Up
-- The host's own tables. Those that hold what tenants wrote are open to a transaction of that tenant alone, also for their owner.
CREATE TABLE mozaiks.mz_tenants (
  app     text   COLLATE "C" NOT NULL,
  tenant  text   COLLATE "C" NOT NULL,
  commits bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (app, tenant)
);
CREATE TABLE mozaiks.mz_collections (
  app        text COLLATE "C" NOT NULL,
  module     text COLLATE "C" NOT NULL,
  name       text COLLATE "C" NOT NULL,
  table_name text COLLATE "C" NOT NULL UNIQUE,
  tenancy    text COLLATE "C" NOT NULL,
  owner      text COLLATE "C" NOT NULL,
  definition text COLLATE "C" NOT NULL DEFAULT '',
  policy     text COLLATE "C" NOT NULL, -- MD5 of the expression of its row-level security
  PRIMARY KEY (app, module, name)
);
CREATE TABLE mozaiks.mz_keys (
  table_name text   COLLATE "C" NOT NULL,
  position   bigint NOT NULL,
  field      text   COLLATE "C" NOT NULL,
  fold       boolean NOT NULL,
  PRIMARY KEY (table_name, position)
);
CREATE TABLE mozaiks.mz_indexes (
  index_name text COLLATE "C" NOT NULL PRIMARY KEY,
  table_name text COLLATE "C" NOT NULL,
  definition text COLLATE "C" NOT NULL
);
CREATE TABLE mozaiks.mz_idempotency (
  app           text   COLLATE "C" NOT NULL,
  tenant        text   COLLATE "C" NOT NULL,
  workspace     text   COLLATE "C" NOT NULL,
  actor         text   COLLATE "C" NOT NULL,
  module        text   COLLATE "C" NOT NULL,
  action        text   COLLATE "C" NOT NULL,
  key           text   COLLATE "C" NOT NULL,
  fingerprint   text   COLLATE "C" NOT NULL,
  status        bigint NOT NULL,
  body          text   COLLATE "C" NOT NULL,
  invocation_id text   COLLATE "C" NOT NULL,
  expires_at    bigint NOT NULL,
  PRIMARY KEY (app, tenant, workspace, actor, module, action, key)
);
CREATE TABLE mozaiks.mz_events (
  event_id    text   COLLATE "C" NOT NULL PRIMARY KEY,
  app         text   COLLATE "C" NOT NULL,
  tenant      text   COLLATE "C" NOT NULL,
  workspace   text   COLLATE "C" NOT NULL,
  type        text   COLLATE "C" NOT NULL,
  module      text   COLLATE "C" NOT NULL,
  depth       bigint NOT NULL,
  envelope    text   COLLATE "C" NOT NULL,
  actor_grant text   COLLATE "C" NOT NULL,
  actor_roles text   COLLATE "C" NOT NULL,
  created_at  bigint NOT NULL
);
CREATE INDEX mz_events_app ON mozaiks.mz_events (app, created_at);
CREATE TABLE mozaiks.mz_event_keys (
  app        text   COLLATE "C" NOT NULL,
  tenant     text   COLLATE "C" NOT NULL,
  module     text   COLLATE "C" NOT NULL,
  type       text   COLLATE "C" NOT NULL,
  event_key  text   COLLATE "C" NOT NULL,
  event_id   text   COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (app, tenant, module, type, event_key)
);
CREATE TABLE mozaiks.mz_deliveries (
  delivery_id      text   COLLATE "C" NOT NULL PRIMARY KEY,
  kind             text   COLLATE "C" NOT NULL,
  app              text   COLLATE "C" NOT NULL,
  tenant           text   COLLATE "C" NOT NULL,
  workspace        text   COLLATE "C" NOT NULL,
  module           text   COLLATE "C" NOT NULL,
  subscription     text   COLLATE "C" NOT NULL,
  event_id         text   COLLATE "C" NOT NULL,
  event_type       text   COLLATE "C" NOT NULL,
  state            text   COLLATE "C" NOT NULL,
  attempt_count    bigint NOT NULL,
  max_attempts     bigint NOT NULL,
  lease_ms         bigint NOT NULL,
  retry_delay_ms   bigint NOT NULL,
  claim_token      text   COLLATE "C" NOT NULL DEFAULT '',
  lease_expires_at bigint NOT NULL DEFAULT 0,
  next_attempt_at  bigint NOT NULL,
  last_failed_at   bigint NOT NULL DEFAULT 0,
  waiting_since    bigint NOT NULL DEFAULT 0,
  error_category   text   COLLATE "C" NOT NULL DEFAULT '',
  invocation_id    text   COLLATE "C" NOT NULL DEFAULT '',
  reason           text   COLLATE "C" NOT NULL DEFAULT '',
  created_at       bigint NOT NULL,
  completed_at     bigint NOT NULL DEFAULT 0,
  dead_lettered_at bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX mz_deliveries_pair ON mozaiks.mz_deliveries (event_id, kind, module, subscription);
CREATE INDEX mz_deliveries_due ON mozaiks.mz_deliveries (next_attempt_at, delivery_id)
  WHERE state IN ('pending', 'retryable', 'claimed');
CREATE INDEX mz_deliveries_state ON mozaiks.mz_deliveries (app, state);
CREATE TABLE mozaiks.mz_reaction_keys (
  app         text   COLLATE "C" NOT NULL,
  tenant      text   COLLATE "C" NOT NULL,
  key_hash    text   COLLATE "C" NOT NULL,
  delivery_id text   COLLATE "C" NOT NULL,
  expires_at  bigint NOT NULL,
  PRIMARY KEY (app, tenant, key_hash)
);
CREATE TABLE mozaiks.mz_members (
  app          text   COLLATE "C" NOT NULL,
  tenant       text   COLLATE "C" NOT NULL,
  user_id      text   COLLATE "C" NOT NULL,
  provider     text   COLLATE "C" NOT NULL,
  name         text   COLLATE "C" NOT NULL,
  email        text   COLLATE "C" NOT NULL,
  roles        text   COLLATE "C" NOT NULL,
  scopes       text   COLLATE "C" NOT NULL,
  workspace    text   COLLATE "C" NOT NULL,
  state        text   COLLATE "C" NOT NULL,
  last_seen_at bigint NOT NULL,
  PRIMARY KEY (app, tenant, user_id)
);
CREATE TABLE mozaiks.mz_notifications (
  notification_id text   COLLATE "C" NOT NULL PRIMARY KEY,
  app             text   COLLATE "C" NOT NULL,
  tenant          text   COLLATE "C" NOT NULL,
  workspace       text   COLLATE "C" NOT NULL,
  user_id         text   COLLATE "C" NOT NULL,
  module          text   COLLATE "C" NOT NULL,
  rule            text   COLLATE "C" NOT NULL,
  delivery_id     text   COLLATE "C" NOT NULL,
  event_id        text   COLLATE "C" NOT NULL,
  event_type      text   COLLATE "C" NOT NULL,
  correlation_id  text   COLLATE "C" NOT NULL,
  title           text   COLLATE "C" NOT NULL,
  body            text   COLLATE "C" NOT NULL,
  renderer        text   COLLATE "C" NOT NULL,
  context         text   COLLATE "C" NOT NULL,
  channels        text   COLLATE "C" NOT NULL,
  created_at      bigint NOT NULL,
  read_at         bigint NOT NULL DEFAULT 0,
  dismissed_at    bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX mz_notifications_once ON mozaiks.mz_notifications (delivery_id, user_id);
CREATE INDEX mz_notifications_inbox ON mozaiks.mz_notifications (app, tenant, user_id, notification_id) WHERE dismissed_at = 0;
CREATE TABLE mozaiks.mz_preferences (
  app            text   COLLATE "C" NOT NULL,
  tenant         text   COLLATE "C" NOT NULL,
  user_id        text   COLLATE "C" NOT NULL,
  preference_key text   COLLATE "C" NOT NULL,
  channel        text   COLLATE "C" NOT NULL,
  enabled        bigint NOT NULL,
  PRIMARY KEY (app, tenant, user_id, preference_key, channel)
);
CREATE TABLE mozaiks.mz_settings (
  app        text   COLLATE "C" NOT NULL,
  module     text   COLLATE "C" NOT NULL,
  tenant     text   COLLATE "C" NOT NULL,
  user_id    text   COLLATE "C" NOT NULL,
  setting    text   COLLATE "C" NOT NULL,
  value      text   COLLATE "C" NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (app, module, tenant, user_id, setting)
);
CREATE TABLE mozaiks.mz_usage (
  app          text   COLLATE "C" NOT NULL,
  tenant       text   COLLATE "C" NOT NULL,
  table_name   text   COLLATE "C" NOT NULL,
  stored_rows  bigint NOT NULL,
  stored_bytes bigint NOT NULL,
  quota_rows   bigint NOT NULL,
  quota_bytes  bigint NOT NULL,
  PRIMARY KEY (app, tenant, table_name)
);
-- +goose StatementBegin
DO $$
DECLARE
  t text;
  own text := $p$app = mozaiks.scope('app') AND tenant = coalesce(mozaiks.scope('tenant'), '')$p$;
BEGIN
  FOREACH t IN ARRAY ARRAY['mz_idempotency', 'mz_events', 'mz_event_keys', 'mz_reaction_keys', 'mz_members', 'mz_notifications', 'mz_preferences'] LOOP
    EXECUTE format('ALTER TABLE mozaiks.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE mozaiks.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY scope ON mozaiks.%I USING (%s) WITH CHECK (%s)', t, own, own);
  END LOOP;
  -- What holds for a whole app is seen by its tenants, too.
  FOREACH t IN ARRAY ARRAY['mz_settings'] LOOP
    EXECUTE format('ALTER TABLE mozaiks.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE mozaiks.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY scope ON mozaiks.%I USING (%s) WITH CHECK (%s)', t,
      $p$app = mozaiks.scope('app') AND tenant IN ('', mozaiks.scope('tenant'))$p$, own);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['mz_tenants', 'mz_usage'] LOOP
    EXECUTE format('ALTER TABLE mozaiks.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE mozaiks.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY scope ON mozaiks.%I USING (%s) WITH CHECK (%s)', t,
      $p$app = coalesce(mozaiks.scope('app'), '') AND (tenant IN (coalesce(mozaiks.scope('tenant'), ''), '*') OR mozaiks.scope('tenants') = 'all')$p$,
      $p$app = coalesce(mozaiks.scope('app'), '') AND tenant IN (coalesce(mozaiks.scope('tenant'), ''), '*')$p$);
  END LOOP;
END $$;
-- +goose StatementEnd
