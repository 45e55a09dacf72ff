package canonical

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Append writes v in canonical form: keys sorted by their bytes, no white space, the fewest escapes, numbers as short as they
// read back. v is made of the types that Parse answers, or int, for what a host puts together. Any other type, infinity and
// NaN panic, for they are a fault of the program.
func Append(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case float64:
		return appendFloat(dst, v)
	case string:
		return appendString(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, x := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = Append(dst, x)
		}
		return append(dst, ']')
	case map[string]any:
		return appendObject(dst, v)
	default:
		panic(fmt.Sprintf("canonical: no canonical form for %T", v))
	}
}

func appendObject(dst []byte, v map[string]any) []byte {
	var few [16]string // the keys of most objects find room here, which is on the stack
	dst = append(dst, '{')
	for i, k := range sortedKeys(few[:0], v) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, k), ':')
		dst = Append(dst, v[k])
	}
	return append(dst, '}')
}

func sortedKeys(keys []string, v map[string]any) []string {
	keys = slices.Grow(keys, len(v))
	for k := range v {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// appendFloat writes the shortest digits that read back: plain decimal for 0.000001 <= |x| < 2^63, else d.ddde+x.
func appendFloat(dst []byte, f float64) []byte {
	if n, ok := Number(f).(int64); ok {
		return strconv.AppendInt(dst, n, 10)
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		panic("canonical: no canonical form for a number that is not finite")
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 0x1p63 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	// strconv writes two digits of exponent at least; here it has no leading zero.
	if n := len(dst); dst[n-2] == '0' && (dst[n-3] == '+' || dst[n-3] == '-') {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

const hex = "0123456789abcdef"

// appendString writes s between quotes. A string that Parse made is UTF-8; bytes of a host's own that are not become U+FFFD,
// so that what is written can always be read.
func appendString(dst []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	dst = append(dst, '"')
	begin := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[begin:i]...)
		begin = i + 1
		if j := strings.IndexByte("\"\\\b\f\n\r\t", c); j >= 0 {
			dst = append(dst, '\\', `"\bfnrt`[j])
		} else {
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(dst, s[begin:]...), '"')
}
