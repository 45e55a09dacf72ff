package artifacts

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
)

// Schema is the version of statements.
const Schema = "mozaiks.artifact.v1"

// Kind says what an artifact is.
type Kind string

// The kinds.
const (
	AppBundle          Kind = "app_bundle"
	WorkflowBundle     Kind = "workflow_bundle"
	Module             Kind = "module"
	Page               Kind = "page"
	DataContract       Kind = "data_contract"
	DeploymentManifest Kind = "deployment_manifest"
	Theme              Kind = "theme"
	DesignDocs         Kind = "design_docs"
	AgentConfig        Kind = "agent_config"
	AppContext         Kind = "app_context"
)

// Kinds are all of them.
func Kinds() []Kind {
	return []Kind{AppBundle, WorkflowBundle, Module, Page, DataContract, DeploymentManifest, Theme, DesignDocs, AgentConfig, AppContext}
}

// Statement is what a signature says of a version.
type Statement struct {
	SchemaVersion  string `json:"schema_version"`
	App            string `json:"app_id"`
	Kind           Kind   `json:"artifact_kind"`
	ID             string `json:"artifact_id"`
	Version        int64  `json:"version"`
	Digest         string `json:"digest"`
	Size           int64  `json:"size"`
	ContractDigest string `json:"contract_digest,omitempty"`
	BuildID        string `json:"build_id,omitempty"`
	ParentVersion  int64  `json:"parent_version,omitempty"`
	CreatedAt      string `json:"created_at,omitempty"` // RFC 3339
}

// The members of a statement; the first seven must be there.
var statementKeys = []string{"schema_version", "app_id", "artifact_kind", "artifact_id", "version", "digest", "size",
	"contract_digest", "build_id", "parent_version", "created_at"}

const statementNeeds = 7

// nameMax bounds the names in a statement, in bytes.
const nameMax = 256

// Payload is the canonical form of the statement, without members that are empty and may be.
func (s *Statement) Payload() ([]byte, error) {
	raw, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	v, err := canonical.Parse(raw)
	if err != nil {
		return nil, err
	}
	payload := canonical.Append(nil, v)
	_, err = ParseStatement(payload)
	return payload, err
}

// ParseStatement reads a statement strictly: a member that it does not know might mean something.
func ParseStatement(payload []byte) (*Statement, error) {
	s := &Statement{}
	members, err := decode(payload, s, statementKeys...)
	if err != nil {
		return nil, err
	}
	for _, key := range statementKeys[:statementNeeds] {
		if members[key] == nil {
			return nil, fmt.Errorf("%s is missing", key)
		}
	}
	return s, s.check()
}

func (s *Statement) check() error {
	switch {
	case s.SchemaVersion != Schema:
		return fmt.Errorf("schema_version is not %s", Schema)
	case s.App == "" || len(s.App) > nameMax:
		return errors.New("app_id is not a name")
	case !slices.Contains(Kinds(), s.Kind):
		return errors.New("artifact_kind is none of the kinds")
	case s.ID == "" || len(s.ID) > nameMax:
		return errors.New("artifact_id is not a name")
	case s.Version < 1:
		return errors.New("version is not a number above 0")
	case !isDigest(s.Digest):
		return errors.New("digest is not sha256: and 64 hex digits")
	case s.Size < 0:
		return errors.New("size is below 0")
	case s.ContractDigest != "" && !isDigest(s.ContractDigest):
		return errors.New("contract_digest is not sha256: and 64 hex digits")
	case len(s.BuildID) > nameMax:
		return errors.New("build_id is too long")
	case s.ParentVersion < 0:
		return errors.New("parent_version is below 0")
	}
	if s.CreatedAt == "" {
		return nil
	}
	if _, err := time.Parse(time.RFC3339, s.CreatedAt); err != nil {
		return errors.New("created_at is not a time of RFC 3339")
	}
	return nil
}

// decode reads an object whose members must be among keys, with no key twice and no NUL in a string, and answers its members.
func decode(data []byte, into any, keys ...string) (map[string]any, error) {
	members, err := canonical.ParseObject(data)
	if err != nil {
		return nil, err
	}
	if err := canonical.CheckDocument(members); err != nil {
		return nil, err
	}
	for key := range members {
		if !slices.Contains(keys, key) {
			return nil, errors.New("there is a member that is not known")
		}
	}
	return members, json.Unmarshal(data, into)
}
