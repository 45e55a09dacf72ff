// Package codec reads and writes the JSON that crosses between a guest and its host. It follows the struct tags of
// encoding/json, but links neither fmt nor os into the guest, which is a third of a small module's size.
//
// It differs from encoding/json where the ABI asks for it, or where a module would stumble:
//
//   - nil slices and maps are written as [] and {}, not null; a nil pointer or interface is null;
//   - null read into anything sets its zero value;
//   - member names match exactly; members that the Go type does not know are skipped;
//   - whole numbers read into an any are int64, others float64, so that no large id loses its last digits;
//   - a float64 of 2^63 and more is written with an exponent, since the host takes digits alone for an int64;
//   - the tag option "string", text marshalers, and embedded pointers are refused rather than guessed at.
package codec
