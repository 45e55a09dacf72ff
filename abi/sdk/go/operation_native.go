//go:build !wasip1

package mozaiks

func opContext(b bridge, request []byte) []byte     { return b.host.Do("context", request) }
func opSettingsGet(b bridge, request []byte) []byte { return b.host.Do("settings_get", request) }
func opDataGet(b bridge, request []byte) []byte     { return b.host.Do("data_get", request) }
func opDataQuery(b bridge, request []byte) []byte   { return b.host.Do("data_query", request) }
func opDataCount(b bridge, request []byte) []byte   { return b.host.Do("data_count", request) }
func opDataWrite(b bridge, request []byte) []byte   { return b.host.Do("data_write", request) }
func opEventEmit(b bridge, request []byte) []byte   { return b.host.Do("event_emit", request) }
func opLog(b bridge, request []byte) []byte         { return b.host.Do("log", request) }
func opClock(b bridge, request []byte) []byte       { return b.host.Do("clock", request) }
func opRandom(b bridge, request []byte) []byte      { return b.host.Do("random", request) }
