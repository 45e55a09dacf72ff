package wire

import "runtime/debug"

// version is set by the linker for releases.
var version string

// Version is the program's version: the release's, else what the build recorded.
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "development"
}
