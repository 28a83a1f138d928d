package acme_test

import (
	"context"
	"testing"

	"github.com/dovetail-sync/dovetail/connector/connectortest"
	"github.com/dovetail-sync/dovetail/examples/connector-template/acme"
	"github.com/dovetail-sync/dovetail/examples/connector-template/acme/acmetest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	connectortest.Test(t, connectortest.Fixture{New: newUpstream})
}

func newUpstream(context.Context) (connectortest.Upstream, error) {
	return acmetest.New().Upstream(acme.New()), nil
}
