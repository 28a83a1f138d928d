package livetest_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/dovetail-sync/dovetail/store/sqlstore/livetest"
)

// postgres is the server of all tests.
var postgres livetest.Postgres

func TestMain(m *testing.M) {
	code := m.Run()
	if err := postgres.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop Postgres:", err)
		code = 1
	}
	os.Exit(code)
}
