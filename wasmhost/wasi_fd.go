package wasmhost

// Descriptors that exist: standard input, output and error.
const lastDescriptor = 2

func standard(fd uint64) bool { return uint32(fd) <= lastDescriptor }

// wasiStandard answers what does nothing to the three standard descriptors.
func wasiStandard(_ *sandbox, _ *linear, args []uint64) uint64 {
	if !standard(args[0]) {
		return errnoBadf
	}
	return errnoSuccess
}

// wasiSeek: a character device has no position.
func wasiSeek(_ *sandbox, _ *linear, args []uint64) uint64 {
	if !standard(args[0]) {
		return errnoBadf
	}
	return errnoSpipe
}

const characterDevice = 2

// Rights of WASI preview 1; a device without seek and tell counts as a terminal, so that a libc writes line by line.
const (
	rightRead  = 1 << 1
	rightWrite = 1 << 6
	rightPoll  = 1 << 27
)

// wasiFdstat writes the 24 bytes of fdstat: type, flags, rights, inherited rights.
func wasiFdstat(_ *sandbox, m *linear, args []uint64) uint64 {
	if !standard(args[0]) {
		return errnoBadf
	}
	rights := uint64(rightWrite | rightPoll)
	if uint32(args[0]) == 0 {
		rights = rightRead | rightPoll
	}
	at := uint32(args[1])
	if !m.Write(at, append([]byte{characterDevice}, make([]byte, 23)...)) {
		return errnoFault
	}
	m.WriteUint64Le(at+8, rights)
	return errnoSuccess
}

// wasiFilestat writes the 64 bytes of filestat, all zero but the type.
func wasiFilestat(_ *sandbox, m *linear, args []uint64) uint64 {
	if !standard(args[0]) {
		return errnoBadf
	}
	var stat [64]byte
	stat[16] = characterDevice
	if !m.Write(uint32(args[1]), stat[:]) {
		return errnoFault
	}
	return errnoSuccess
}

// wasiRead: standard input is at its end.
func wasiRead(_ *sandbox, m *linear, args []uint64) uint64 {
	if uint32(args[0]) != 0 {
		return errnoBadf
	}
	if !m.WriteUint32Le(uint32(args[3]), 0) {
		return errnoFault
	}
	return errnoSuccess
}

// wasiWrite logs what goes to standard output and error. All vectors are checked before the first is logged.
func wasiWrite(s *sandbox, m *linear, args []uint64) uint64 {
	output := map[uint32]int{1: standardOutput, 2: standardError}
	to, ok := output[uint32(args[0])]
	if !ok {
		return errnoBadf
	}
	vectors, count, result := uint32(args[1]), uint32(args[2]), uint32(args[3])
	if uint64(count)*8 > m.length() {
		return errnoFault
	}
	table, ok := m.Read(vectors, count*8)
	if !ok || uint64(result)+4 > m.length() {
		return errnoFault
	}
	total := uint32(0)
	for i := 0; i < len(table); i += 8 {
		data, ok := m.Read(le32(table[i:]), le32(table[i+4:]))
		if !ok {
			return errnoFault
		}
		total += uint32(len(data))
	}
	s.charge(int64(total / wasiBytes))
	for i := 0; i < len(table); i += 8 {
		data, _ := m.Read(le32(table[i:]), le32(table[i+4:]))
		if len(data) > 0 && !s.log.write(to, data) {
			return errnoNospc
		}
	}
	m.WriteUint32Le(result, total)
	return errnoSuccess
}

func le32(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}
