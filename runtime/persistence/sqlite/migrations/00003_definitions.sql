-- +goose Up
-- What a collection's documents were checked against when they were stored; empty where nobody knows.
ALTER TABLE mz_collections ADD COLUMN definition TEXT NOT NULL DEFAULT '';
