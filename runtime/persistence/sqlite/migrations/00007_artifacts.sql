-- +goose Up
-- Content by its digest, in chunks, and the versions of artifacts that it is.
CREATE TABLE mz_artifacts (
	digest    TEXT    NOT NULL PRIMARY KEY,
	size      INTEGER NOT NULL,
	stored_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mz_artifact_chunks (
	digest   TEXT    NOT NULL,
	position INTEGER NOT NULL,
	content  BLOB    NOT NULL,
	PRIMARY KEY (digest, position)
) STRICT;

CREATE TABLE mz_artifact_versions (
	record_id        TEXT    NOT NULL PRIMARY KEY,
	app              TEXT    NOT NULL,
	kind             TEXT    NOT NULL,
	artifact_id      TEXT    NOT NULL,
	version          INTEGER NOT NULL,
	digest           TEXT    NOT NULL,
	size             INTEGER NOT NULL,
	contract_digest  TEXT    NOT NULL,
	build_id         TEXT    NOT NULL,
	parent_version   INTEGER NOT NULL,
	parent_build_id  TEXT    NOT NULL,
	promoted_by      TEXT    NOT NULL,
	created_at       INTEGER NOT NULL,
	tags             TEXT    NOT NULL,
	extra            TEXT    NOT NULL,
	state            TEXT    NOT NULL,
	key_id           TEXT    NOT NULL,
	envelope         TEXT    NOT NULL,
	promoted_at      INTEGER NOT NULL,
	rolled_back_from INTEGER NOT NULL,
	UNIQUE (app, kind, artifact_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX mz_artifact_versions_digest ON mz_artifact_versions (digest);
