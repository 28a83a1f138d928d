package storetest

import (
	"fmt"
	"strings"
	"sync"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func docConcurrencyChecks() []check[DocumentsFixture] {
	const rule = "It is safe for concurrent use, though dovetail applies one plan at a time."
	return []check[DocumentsFixture]{
		documentsCheck("creates at the same time lose nothing", rule, checkConcurrentCreates),
		documentsCheck("patches of different fields at the same time lose nothing", rule+" Fields that aren't named keep theirs.", checkConcurrentPatches),
		documentsCheck("lists and reads at the same time are whole", rule, checkConcurrentReads),
	}
}

// workers is how many goroutines work at the same time.
const workers = 4

// atOnce runs fn n times at the same time and notes the errors. A panic is one.
func (w *world) atOnce(n int, fn func(worker int) error) {
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[i] = fmt.Errorf("it panicked: %v", r)
				}
			}()
			errs[i] = fn(i)
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			w.errorf("beside others: %w", err)
		}
	}
}

func checkConcurrentCreates(w *world) {
	const each = 20
	o := w.office()
	var ids [workers][each]store.AssetID
	w.atOnce(workers, func(worker int) error {
		for i := range each {
			name := fmt.Sprintf("PC-%d-%d", worker, i)
			of := store.Intent{ID: "create " + name, By: store.RunActor("run-suite")}
			a, err := w.docs.CreateAsset(w.ctx, o.like(name), of)
			if err != nil {
				return fmt.Errorf("create an asset: %w", err)
			}
			if collapse(a.Name) != name {
				return fmt.Errorf("an asset made as %q came back as %q", name, a.Name)
			}
			ids[worker][i] = a.ID
			for _, err := range w.docs.Assets(w.ctx, o.company.ID) {
				if err != nil {
					return fmt.Errorf("list assets: %w", err)
				}
				break
			}
		}
		return nil
	})
	listed := w.assets(o.company.ID)
	for worker := range workers {
		for i, id := range ids[worker] {
			if want := fmt.Sprintf("PC-%d-%d", worker, i); id != "" && collapse(listed[id].Name) != want {
				w.errorf("asset %q was made as %q and is listed as %q", id, want, listed[id].Name)
			}
		}
	}
	if want := workers*each + 1; len(listed) != want {
		w.errorf("%d assets are listed, want %d", len(listed), want)
	}
}

func checkConcurrentPatches(w *world) {
	const each = 10
	company := w.company("Acme")
	var fields []store.Field
	for i := range workers {
		fields = append(fields, store.Field{Name: fmt.Sprintf("Field %d", i), Type: store.FieldText})
	}
	l := w.layout("Wide", fields...)
	a := w.asset(company.ID, l.ID, "PC-1", nil)
	w.atOnce(workers, func(worker int) error {
		for i := range each {
			of := store.Intent{ID: fmt.Sprintf("patch %d-%d", worker, i), By: store.RunActor("run-suite")}
			value := connector.Text(fmt.Sprintf("value %d", i))
			got, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: a.ID, Values: store.Values{l.Fields[worker].ID: value}}, of)
			if err != nil {
				return fmt.Errorf("update an asset: %w", err)
			}
			if stored := got.Values[l.Fields[worker].ID]; !kept(store.FieldText, value, stored) {
				return fmt.Errorf("a field that was set to %q came back as %q", value, stored)
			}
		}
		return nil
	})
	got := w.readAsset(a.ID)
	for _, f := range l.Fields {
		if want := fmt.Sprintf("value %d", each-1); collapse(got.Values[f.ID].String()) != want {
			w.errorf("field %q has %q after patches of other fields at the same time, want %q", f.Name, got.Values[f.ID], want)
		}
	}
}

func checkConcurrentReads(w *world) {
	o := w.fill()
	want := len(w.assets(o.company.ID))
	w.atOnce(workers, func(int) error {
		for range 3 {
			seen := map[store.AssetID]store.Asset{}
			for a, err := range w.docs.Assets(w.ctx, o.company.ID) {
				if err != nil {
					return fmt.Errorf("list assets: %w", err)
				}
				if _, twice := seen[a.ID]; twice {
					return fmt.Errorf("asset %q is listed twice", a.ID)
				}
				seen[a.ID] = a
			}
			if len(seen) != want {
				return fmt.Errorf("%d assets are listed, want %d", len(seen), want)
			}
			a, err := w.docs.Asset(w.ctx, o.asset.ID)
			if err != nil {
				return fmt.Errorf("read an asset: %w", err)
			}
			if d := assetDifferences(a, seen[a.ID]); len(d) > 0 {
				return fmt.Errorf("an asset is read otherwise than it is listed: %s", strings.Join(d, "; "))
			}
		}
		return nil
	})
}
