package plugin

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Config says which plugin to run. Path and Checksum are required.
type Config struct {
	// Path is the plugin's program.
	Path string

	// Checksum is the SHA-256 of the program in hexadecimal digits, as
	// [Checksum] and sha256sum print it. Take it from where the program came
	// from, when it is installed: computed just before the start it would say
	// nothing.
	Checksum string

	// Env are further environment variables of the process, as in
	// "GOMEMLIMIT=200MiB". Nothing is inherited but TZ, SSL_CERT_FILE and
	// SSL_CERT_DIR. Never put credentials here: they go into OpenOptions.
	Env []string

	// Dir is where a private folder for the program and its socket is made. It
	// has to allow programs to be run, and its path to be at most some 50 bytes
	// long. Empty means the system's temporary folder.
	Dir string

	// Logger receives what the process writes outside of any session. Nil
	// discards it.
	Logger *slog.Logger

	// StartTimeout bounds the start of the process. Zero means 10 seconds.
	StartTimeout time.Duration

	// CallTimeout bounds a single call, and the wait for one page of a read as
	// long as the plugin isn't itself waiting for the host. Zero means 10
	// minutes: a call may wait for its turn under a request limit.
	CallTimeout time.Duration

	// Unresponsive is how long the process may give no sign of life before it
	// is killed. Zero means 10 seconds.
	Unresponsive time.Duration

	// CloseTimeout bounds the closing of a session, and of the plugin, before
	// it is done by force. Zero means 2 seconds.
	CloseTimeout time.Duration
}

func (c Config) withDefaults() Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	for _, d := range []struct {
		field *time.Duration
		zero  time.Duration
	}{
		{&c.StartTimeout, 10 * time.Second},
		{&c.CallTimeout, 10 * time.Minute},
		{&c.Unresponsive, 10 * time.Second},
		{&c.CloseTimeout, 2 * time.Second},
	} {
		if *d.field <= 0 {
			*d.field = d.zero
		}
	}
	return c
}

// Checksum returns the SHA-256 of a file, as Config.Checksum wants it.
func Checksum(path string) (string, error) {
	file, err := openProgram(path)
	if err != nil {
		return "", fmt.Errorf("plugin: checksum: %w", err)
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("plugin: checksum %s: %w", filepath.Base(path), err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// maxHome is how long the path of the private folder can be: the socket in it
// has a path of at most 103 bytes.
const maxHome = 103 - len("/plugin-dir1234567890/plugin1234567890")

// makeHome makes the private folder and copies the program into it. What was
// copied is verified when it is started.
func makeHome(cfg Config) (home, exe string, err error) {
	name := filepath.Base(cfg.Path)
	fail := func(remedy string, cause error) (string, string, error) {
		if home != "" {
			_ = os.RemoveAll(home)
		}
		return "", "", &connector.Error{Code: connector.CodeConfig, Source: "plugin", Op: "start " + name, Err: cause, Remedy: remedy}
	}
	if digits, err := hex.DecodeString(cfg.Checksum); err != nil || len(digits) != sha256.Size {
		return fail("set it to the SHA-256 that came with the program", fmt.Errorf("the checksum is missing or isn't 64 hexadecimal digits"))
	}
	if home, err = os.MkdirTemp(cfg.Dir, homePrefix); err != nil {
		return fail("set Dir to a folder that can be written to", err)
	}
	if home, err = filepath.EvalSymlinks(home); err != nil {
		return fail("", err)
	}
	if len(home) > maxHome {
		return fail("set Dir to a folder with a shorter path", fmt.Errorf("the path %s is too long for a socket", home))
	}
	exe = filepath.Join(home, name)
	if err := copyProgram(exe, cfg.Path); err != nil {
		return fail("", err)
	}
	return home, exe, nil
}

// openProgram opens a program to be read. What isn't a file isn't even opened:
// a pipe would wait for its other end.
func openProgram(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file (give the path of the plugin's program)", path)
	}
	return os.Open(path)
}

func copyProgram(to, from string) error {
	in, err := openProgram(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o500) //nolint:gosec // it is a program
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}

// verify compares the checksum of the copy, which is what will run.
func verify(exe, want string) error {
	got, err := Checksum(exe)
	if err != nil {
		return err
	}
	if !strings.EqualFold(got, want) {
		return fmt.Errorf("the checksum is %s and should be %s (install the plugin again; if it was upgraded on purpose, give its new checksum)",
			got, strings.ToLower(want))
	}
	return nil
}
