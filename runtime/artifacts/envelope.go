package artifacts

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/canonical"
)

// PayloadType is that of statements in envelopes.
const PayloadType = "application/vnd.mozaiks.artifact+json"

// Limits of an envelope that is read.
const (
	envelopeMax   = 64 << 10
	signaturesMax = 8
)

// Envelope is a DSSE envelope: a payload and who has signed it.
type Envelope struct {
	Type       string
	Payload    []byte
	Signatures []Signature
}

// Signature is one signature; the key id says which key to try and proves nothing.
type Signature struct {
	KeyID string
	Bytes []byte
}

type envelopeJSON struct {
	Type       string          `json:"payloadType"`
	Payload    string          `json:"payload"`
	Signatures []signatureJSON `json:"signatures"`
}

type signatureJSON struct {
	KeyID string `json:"keyid"`
	Sig   string `json:"sig"`
}

// ParseEnvelope reads an envelope. Members that it does not know are passed over, as its format asks.
func ParseEnvelope(data []byte) (*Envelope, error) {
	if len(data) > envelopeMax {
		return nil, errors.New("the envelope is too large")
	}
	if _, err := canonical.ParseObject(data); err != nil {
		return nil, err
	}
	var raw envelopeJSON
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, err
	}
	if len(raw.Signatures) > signaturesMax {
		return nil, errors.New("the envelope has too many signatures")
	}
	payload, err := decodeBase64(raw.Payload)
	if err != nil {
		return nil, err
	}
	e := &Envelope{Type: raw.Type, Payload: payload}
	for _, s := range raw.Signatures {
		sig, err := decodeBase64(s.Sig)
		if err != nil {
			return nil, err
		}
		e.Signatures = append(e.Signatures, Signature{s.KeyID, sig})
	}
	return e, nil
}

// decodeBase64 reads either alphabet, as the format asks.
func decodeBase64(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, errors.New("a line ends within base64")
	}
	s = strings.NewReplacer("-", "+", "_", "/").Replace(s)
	return base64.StdEncoding.Strict().DecodeString(s)
}

// JSON is the envelope as it is stored and sent.
func (e *Envelope) JSON() []byte {
	signatures := []any{}
	for _, s := range e.Signatures {
		signatures = append(signatures, map[string]any{"keyid": s.KeyID, "sig": base64.StdEncoding.EncodeToString(s.Bytes)})
	}
	return canonical.Append(nil, map[string]any{"payloadType": e.Type, "payload": base64.StdEncoding.EncodeToString(e.Payload), "signatures": signatures})
}

// signed is what signatures of an envelope are over.
func (e *Envelope) signed() []byte {
	b := append([]byte("DSSEv1 "), strconv.Itoa(len(e.Type))...)
	b = append(append(b, ' '), e.Type...)
	b = strconv.AppendInt(append(b, ' '), int64(len(e.Payload)), 10)
	return append(append(b, ' '), e.Payload...)
}

// Sign makes the envelope of a statement.
func Sign(s *Statement, key ed25519.PrivateKey) (*Envelope, error) {
	payload, err := s.Payload()
	if err != nil {
		return nil, err
	}
	e := &Envelope{Type: PayloadType, Payload: payload}
	e.Signatures = []Signature{{KeyID(key.Public().(ed25519.PublicKey)), ed25519.Sign(key, e.signed())}}
	return e, nil
}

// KeyID names a public key: 16 hex digits of its SHA-256.
func KeyID(public ed25519.PublicKey) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:8])
}
