package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// relay stands before a PostgreSQL server and sees what a client sends: how often it waits for an answer, and which statements with which
// values. It follows the protocol without encryption.
type relay struct {
	listener net.Listener
	server   string
	waits    atomic.Int64

	mu   sync.Mutex
	sent []sending
}

// sending is one statement as it was sent.
type sending struct {
	query   string
	values  [][]byte // nil is NULL
	formats []int16  // of the values: 0 text, 1 binary
	wait    int64    // which of the relay's waits it belongs to
}

func newRelay(server string) (*relay, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{listener: l, server: server}
	go r.accept()
	return r, nil
}

func (r *relay) address() string { return r.listener.Addr().String() }

// close takes no more clients; those that are there end when they leave.
func (r *relay) close() error { return r.listener.Close() }

// since answers what was sent since it was asked last.
func (r *relay) since() []sending {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.sent
	r.sent = nil
	return out
}

func (r *relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return
		}
		go r.serve(client)
	}
}

func (r *relay) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", r.server)
	if err != nil {
		return
	}
	defer server.Close()
	var answered atomic.Bool
	answered.Store(true)
	go func() {
		defer client.Close()
		buffer := make([]byte, 1<<16)
		for {
			n, err := server.Read(buffer)
			if n > 0 {
				answered.Store(true)
				if _, err := client.Write(buffer[:n]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	from, to := bufio.NewReader(client), bufio.NewWriter(server)
	texts := map[string]string{} // of prepared statements, by name
	for first := true; ; first = false {
		message, err := readMessage(from, first)
		if err != nil {
			return
		}
		if answered.Swap(false) {
			r.waits.Add(1)
		}
		if !first {
			r.note(message[0], message[5:], texts)
		}
		if _, err := to.Write(message); err != nil {
			return
		}
		if from.Buffered() == 0 && to.Flush() != nil {
			return
		}
	}
}

// readMessage reads a whole message. The first has no letter that says what it is.
func readMessage(from io.Reader, first bool) ([]byte, error) {
	head := make([]byte, 5)
	if first {
		head = head[:4]
	}
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	size := int(binary.BigEndian.Uint32(head[len(head)-4:])) - 4
	if size < 0 || size > 1<<24 {
		return nil, errors.New("no message of PostgreSQL")
	}
	message := append(head, make([]byte, size)...)
	_, err := io.ReadFull(from, message[len(head):])
	return message, err
}

// note keeps what a message says: of Parse the statement's text, of Bind its values.
func (r *relay) note(kind byte, body []byte, texts map[string]string) {
	switch kind {
	case 'P':
		name, rest, _ := bytes.Cut(body, []byte{0})
		text, _, _ := bytes.Cut(rest, []byte{0})
		texts[string(name)] = string(text)
	case 'B':
		_, rest, _ := bytes.Cut(body, []byte{0})
		name, rest, _ := bytes.Cut(rest, []byte{0})
		s := sending{query: texts[string(name)], wait: r.waits.Load()}
		s.formats, rest = shorts(rest)
		n := int(binary.BigEndian.Uint16(rest))
		rest = rest[2:]
		for range n {
			size := int(int32(binary.BigEndian.Uint32(rest)))
			rest = rest[4:]
			if size < 0 {
				s.values = append(s.values, nil)
				continue
			}
			s.values, rest = append(s.values, rest[:size:size]), rest[size:]
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.sent = append(r.sent, s)
	}
}

// shorts reads a counted list of 16-bit numbers, and answers what is behind it.
func shorts(from []byte) (list []int16, rest []byte) {
	n := int(binary.BigEndian.Uint16(from))
	from = from[2:]
	for range n {
		list, from = append(list, int16(binary.BigEndian.Uint16(from))), from[2:]
	}
	return list, from
}
