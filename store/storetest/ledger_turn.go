package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/dovetail-sync/dovetail/store"
)

// turn notices updates that run at the same time.
type turn struct{ running atomic.Int32 }

// count is an update that adds 1 to a number that it reads first, and moves a
// card by it.
func (t *turn) count(_ context.Context, w store.Writer) error {
	if n := t.running.Add(1); n > 1 {
		t.running.Add(-1)
		return fmt.Errorf("%d updates ran at the same time", n)
	}
	defer t.running.Add(-1)
	i, err := w.Integration("i1")
	if err != nil {
		return err
	}
	pause(time.Millisecond) // so that an update that doesn't wait for its turn gets in between
	i.Revision++
	return errors.Join(
		w.PutIntegration(i),
		w.PutCard(cardOf("moving", store.CompanyID(fmt.Sprintf("company-%d", i.Revision%3)))),
	)
}
