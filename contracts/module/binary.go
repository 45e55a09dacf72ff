package module

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// note keeps the digest of a file that belongs to the module.
func (f *Folder) note(file string, data []byte) {
	if _, declaration := f.Files[file]; declaration {
		f.sums[file] = sha256.Sum256(data)
	}
}

// Binary reads the module's binary, at most maxSize bytes, and answers it with the digest of the module: of all that is
// loaded of it. The binary is nil where it cannot be used; findings say why. Other binaries in the folder are remarked on.
func (f *Folder) Binary(root *os.Root, dir string, m *Module, maxSize int) (binary []byte, digest string, findings []diagnostic.Finding) {
	report := func(severity diagnostic.Severity, code fault.Code, file, message, hint string) {
		findings = append(findings, diagnostic.Finding{Code: code, Severity: severity, File: file, Path: "$", Message: message, Hint: hint})
	}
	file := m.Backend.File
	if file == "" {
		return nil, "", nil // the manifest does not say which it is
	}
	for _, other := range f.binaries {
		if other != file {
			report(diagnostic.Warning, fault.FileUnknown, other, "this file is never read", "remove it; a module has one binary")
		}
	}
	if !slices.Contains(f.binaries, file) {
		return nil, "", append(findings, m.trace.sha256.finding(diagnostic.Error, fault.BackendFileMissing, "", "there is no file "+file,
			"build the binary to "+file+", or name another"))
	}
	own, err := openFolder(root, dir)
	if err != nil {
		report(diagnostic.Error, fault.FileUnreadable, file, "the file cannot be read", "let the host read it")
		return nil, "", findings
	}
	defer own.Close()
	data, code := readFile(own, file, int64(maxSize)+1)
	switch {
	case code != "":
		report(diagnostic.Error, code, file, "the file cannot be read as a plain file", "put the binary itself here, and let the host read it")
		return nil, "", findings
	case len(data) > maxSize:
		report(diagnostic.Error, fault.BackendSize, file, fmt.Sprintf("the binary has more than %d bytes", maxSize), "strip it, or build it for size")
		return nil, "", findings
	}
	sum := sha256.Sum256(data)
	if want := m.Backend.SHA256; want != "" && want != hex.EncodeToString(sum[:]) {
		findings = append(findings, m.trace.sha256.finding(diagnostic.Error, fault.BackendDigest, "",
			file+" has another SHA-256: "+hex.EncodeToString(sum[:]), "build the binary that is meant, or write its digest here"))
	}
	return data, f.digest(file, sum), findings
}

// digest names the module: SHA-256 over a line for each file that is loaded, sorted by path.
func (f *Folder) digest(binary string, sum [32]byte) string {
	sums := maps.Clone(f.sums)
	if sums == nil {
		sums = map[string][32]byte{}
	}
	sums[binary] = sum
	h := sha256.New()
	for _, file := range slices.Sorted(maps.Keys(sums)) {
		s := sums[file]
		fmt.Fprintf(h, "%s\x00%s\n", file, hex.EncodeToString(s[:]))
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
