package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// owner is the user PostgreSQL runs as. It refuses to run as root, so a server
// started by root lends it another user.
type owner struct {
	name     string
	uid, gid uint32
	lent     bool // not our own user
}

// chooseOwner is ourselves, unless we are root: then the owner of existing
// data, or else the user postgres, or else nobody.
func chooseOwner(data string) (owner, error) {
	me := owner{name: nameOf(uint32(os.Geteuid())), uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}
	st, err := os.Stat(data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return owner{}, fmt.Errorf("look at data directory: %w", err)
	}
	if err == nil {
		sys := st.Sys().(*syscall.Stat_t)
		if me.uid != 0 && sys.Uid != me.uid {
			return owner{}, fmt.Errorf("%s belongs to user %s and we run as %s: run as that user or as root, "+
				"or choose another directory", data, nameOf(sys.Uid), me.name)
		}
		if me.uid == 0 && sys.Uid != 0 {
			return owner{name: nameOf(sys.Uid), uid: sys.Uid, gid: sys.Gid, lent: true}, nil
		}
	}
	if me.uid != 0 {
		return me, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return owner{}, fmt.Errorf("read uid of %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return owner{}, fmt.Errorf("read gid of %s: %w", name, err)
		}
		return owner{name: name, uid: uint32(uid), gid: uint32(gid), lent: true}, nil
	}
	return owner{}, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody")
}

// nameOf is the login name, or the number where there is none, as in containers.
func nameOf(uid uint32) string {
	number := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(number); err == nil {
		return u.Username
	}
	return number
}

func (o owner) credential() *syscall.Credential {
	if !o.lent {
		return nil
	}
	return &syscall.Credential{Uid: o.uid, Gid: o.gid}
}

// barrier is the topmost directory above dir that the owner may not pass, ""
// if the way is free. The directory itself will be given to the owner.
func (o owner) barrier(dir string) string {
	if !o.lent || dir == "/" {
		return ""
	}
	above := filepath.Dir(dir)
	if above != dir {
		if b := o.barrier(above); b != "" {
			return b
		}
	}
	st, err := os.Stat(above)
	if err != nil {
		return above
	}
	sys := st.Sys().(*syscall.Stat_t)
	pass := fs.FileMode(0o001)
	switch {
	case sys.Uid == o.uid:
		pass = 0o100
	case sys.Gid == o.gid:
		pass = 0o010
	}
	if st.Mode().Perm()&pass == 0 {
		return above
	}
	return ""
}
