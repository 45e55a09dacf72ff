package extism

import "encoding/binary"

// wordBytes is the size of what load_u64 and store_u64 move; costWord is what moving it, or a part of it, costs.
const (
	wordBytes = 8
	costWord  = costFunction + wordBytes/bytesPerUnit
)

// memoryFunctions manage blocks and move bytes. A PDK calls load and store for every 8 bytes, so they do nothing else.
func memoryFunctions() []Function {
	return []Function{
		env("alloc", one64, one64, alloc),
		env("free", one64, none, func(k *Kernel, stack []uint64) {
			k.charge(costBlock)
			k.release(stack[0])
		}),
		env("length", one64, one64, length),
		env("length_unsafe", one64, one64, length),
		env("load_u8", one64, one32, loadByte),
		env("load_u64", one64, one64, loadWord),
		env("store_u8", []byte{i64, i32}, none, storeByte),
		env("store_u64", two64, none, storeWord),
		env("input_load_u8", one64, one32, inputLoadByte),
		env("input_load_u64", one64, one64, inputLoadWord),
		env("memory_bytes", none, one64, func(k *Kernel, stack []uint64) {
			k.charge(costFunction)
			stack[0] = k.arena.used
		}),
		env("reset", none, none, func(k *Kernel, _ []uint64) {
			k.charge(costFunction + int64(len(k.arena.data)/bytesPerUnit))
			k.forget()
		}),
	}
}

func alloc(k *Kernel, stack []uint64) {
	n := stack[0]
	cost := int64(costBlock)
	if n <= k.arena.limit { // more is refused without any work
		cost += int64(n / bytesPerUnit)
	}
	k.charge(cost)
	stack[0] = k.alloc(n)
}

func length(k *Kernel, stack []uint64) {
	k.charge(costFunction)
	stack[0] = k.arena.length(stack[0])
}

func loadByte(k *Kernel, stack []uint64) {
	k.charge(costFunction)
	at := stack[0]
	if at < first || at >= uint64(len(k.arena.data)) {
		k.outside("load_u8", at)
		return
	}
	stack[0] = uint64(k.arena.data[at])
}

func loadWord(k *Kernel, stack []uint64) {
	k.charge(costWord)
	at := stack[0]
	if at < first || at+wordBytes > uint64(len(k.arena.data)) || at+wordBytes < at {
		k.outside("load_u64", at)
		return
	}
	stack[0] = binary.LittleEndian.Uint64(k.arena.data[at:])
}

func storeByte(k *Kernel, stack []uint64) {
	k.charge(costFunction)
	at := stack[0]
	if at < first || at >= uint64(len(k.arena.data)) {
		k.outside("store_u8", at)
		return
	}
	k.arena.data[at] = byte(stack[1])
}

func storeWord(k *Kernel, stack []uint64) {
	k.charge(costWord)
	at := stack[0]
	if at < first || at+wordBytes > uint64(len(k.arena.data)) || at+wordBytes < at {
		k.outside("store_u64", at)
		return
	}
	binary.LittleEndian.PutUint64(k.arena.data[at:], stack[1])
}

func inputLoadByte(k *Kernel, stack []uint64) {
	k.charge(costFunction)
	at := stack[0]
	if at >= k.input.length {
		k.outside("input_load_u8", at)
		return
	}
	stack[0] = uint64(k.arena.data[k.input.at+at])
}

func inputLoadWord(k *Kernel, stack []uint64) {
	k.charge(costWord)
	at := stack[0]
	if at+wordBytes > k.input.length || at+wordBytes < at {
		k.outside("input_load_u64", at)
		return
	}
	stack[0] = binary.LittleEndian.Uint64(k.arena.data[k.input.at+at:])
}
