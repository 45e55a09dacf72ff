package sqlite

import "syscall"

// networks are the file systems of other machines by their numbers in statfs(2). SQLite's locks and its shared memory do not
// hold on them.
var networks = map[uint32]string{0x6969: "NFS", 0x517b: "SMB", 0xff534d42: "CIFS", 0xfe534d42: "SMB", 0x5346414f: "AFS", 0x00c36400: "Ceph"}

// network names the network file system that a folder lies on; "" for a local one.
func network(dir string) string {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return ""
	}
	return networks[uint32(s.Type)]
}
