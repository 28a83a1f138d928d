package livetest_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/dovetail-sync/dovetail/store/sqlstore/livetest"
)

var (
	// postgres is the server of most tests, and durable that of those that are
	// about what survives.
	postgres livetest.Postgres
	durable  = livetest.Postgres{Durable: true}
)

func TestMain(m *testing.M) {
	if target := os.Getenv(writerEnv); target != "" {
		fmt.Fprintln(os.Stderr, runWriter(context.Background(), target))
		os.Exit(1)
	}
	if life := os.Getenv(engineEnv); life != "" {
		if err := runEngine(context.Background(), life); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if size := os.Getenv(fakeEnv); size != "" {
		if err := runFake(size); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if size := os.Getenv(scaleEnv); size != "" {
		if err := runScale(context.Background(), size); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	for _, server := range []*livetest.Postgres{&postgres, &durable} {
		if err := server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop Postgres:", err)
			code = 1
		}
	}
	os.Exit(code)
}
