-- +goose Up
-- Content by its digest, in chunks, and the versions of artifacts that it is. Tenants write none of it.
CREATE TABLE mozaiks.mz_artifacts (
  digest    text   COLLATE "C" NOT NULL PRIMARY KEY,
  size      bigint NOT NULL,
  stored_at bigint NOT NULL
);
CREATE TABLE mozaiks.mz_artifact_chunks (
  digest   text   COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  content  bytea  NOT NULL,
  PRIMARY KEY (digest, position)
);
CREATE TABLE mozaiks.mz_artifact_versions (
  record_id        text   COLLATE "C" NOT NULL PRIMARY KEY,
  app              text   COLLATE "C" NOT NULL,
  kind             text   COLLATE "C" NOT NULL,
  artifact_id      text   COLLATE "C" NOT NULL,
  version          bigint NOT NULL,
  digest           text   COLLATE "C" NOT NULL,
  size             bigint NOT NULL,
  contract_digest  text   COLLATE "C" NOT NULL,
  build_id         text   COLLATE "C" NOT NULL,
  parent_version   bigint NOT NULL,
  parent_build_id  text   COLLATE "C" NOT NULL,
  promoted_by      text   COLLATE "C" NOT NULL,
  created_at       bigint NOT NULL,
  tags             text   COLLATE "C" NOT NULL,
  extra            text   COLLATE "C" NOT NULL,
  state            text   COLLATE "C" NOT NULL,
  key_id           text   COLLATE "C" NOT NULL,
  envelope         text   COLLATE "C" NOT NULL,
  promoted_at      bigint NOT NULL,
  rolled_back_from bigint NOT NULL,
  UNIQUE (app, kind, artifact_id, version)
);
CREATE INDEX mz_artifact_versions_digest ON mozaiks.mz_artifact_versions (digest);
