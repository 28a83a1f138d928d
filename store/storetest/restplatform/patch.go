package restplatform

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// UpdateAsset implements store.Assets. The platform has an endpoint for each
// thing that a patch can change.
func (d *Documents) UpdateAsset(ctx context.Context, p store.AssetPatch, _ store.Intent) (store.Asset, error) {
	op := fmt.Sprintf("update asset %q", p.ID)
	if _, ok := parseID(p.ID); !ok {
		return store.Asset{}, notFound(op)
	}
	var changes []func(context.Context, target) (assetRecord, error)
	if p.Name != "" || len(p.Values) > 0 {
		changes = append(changes, d.setContent)
	}
	if p.Company != "" {
		changes = append(changes, d.moveCompany)
	}
	if p.Layout != "" {
		changes = append(changes, d.moveLayout)
	}
	if p.Archived != nil {
		changes = append(changes, d.archive)
	}
	if len(changes) > 1 {
		return store.Asset{}, refuse(op, "more than one of name with values, company, layout and archived (send one patch for each)")
	}
	record, err := d.find(ctx, op, p.ID)
	if err != nil {
		return store.Asset{}, before(err)
	}
	l, err := d.readLayout(ctx, op, record.layoutID())
	if err != nil {
		return store.Asset{}, before(listError(err))
	}
	old, err := d.reader(op, l).asset(ctx, record)
	if err != nil || len(changes) == 0 {
		return old, before(err)
	}
	record, err = changes[0](ctx, target{op: op, patch: p, record: record, layout: l, old: old})
	if err != nil {
		return store.Asset{}, err
	}
	stored, err := d.reader(op, l).asset(ctx, record)
	return stored, after(err)
}

// target is an asset that a patch is for, as it is before.
type target struct {
	op     string
	patch  store.AssetPatch
	record assetRecord
	layout layoutRecord
	// old is the record in dovetail's form.
	old store.Asset
}

// put writes to the asset.
func (d *Documents) put(ctx context.Context, t target, q request) (assetRecord, error) {
	q.op, q.method = t.op, http.MethodPut
	record, err := write[assetRecord](ctx, d, q, "asset")
	return record, d.whetherGone(ctx, t, err)
}

// whetherGone tells an asset that was moved between two requests from one that
// isn't there: both are 404, because the company is in the path.
func (d *Documents) whetherGone(ctx context.Context, t target, err error) error {
	if !isNotFound(err) {
		return err
	}
	if _, err := d.find(ctx, t.op, t.patch.ID); err != nil {
		return before(err)
	}
	return fmt.Errorf("restplatform: %s: %w: it was moved meanwhile (try again)", t.op, store.ErrUnavailable)
}

func (d *Documents) setContent(ctx context.Context, t target) (assetRecord, error) {
	fields, secrets, err := t.layout.customFields(t.op, t.patch.Values)
	if err != nil {
		return assetRecord{}, err
	}
	// A required value is not taken away. One that is missing may go on missing.
	had := func(id store.FieldID) bool { return !t.old.Values[id].IsAbsent() }
	values := maps.Clone(t.old.Values)
	maps.Copy(values, t.patch.Values)
	if err := t.layout.checkRequired(t.op, values, had); err != nil {
		return assetRecord{}, err
	}
	body := map[string]any{}
	if t.patch.Name != "" {
		if body["name"], err = cleanName(t.op, t.patch.Name); err != nil {
			return assetRecord{}, err
		}
	}
	if len(fields) > 0 {
		body["custom_fields"] = fields
	}
	return d.put(ctx, t, request{path: t.record.path(), body: map[string]any{"asset": body}, secrets: secrets})
}

func (d *Documents) moveCompany(ctx context.Context, t target) (assetRecord, error) {
	if t.patch.Company == formatID[store.CompanyID](t.record.Company) {
		return t.record, nil
	}
	if err := d.openCompany(ctx, t.op, t.patch.Company); err != nil {
		return assetRecord{}, err
	}
	to, _ := parseID(t.patch.Company)
	body := map[string]any{"asset": map[string]any{"company_id": to}}
	record, err := d.put(ctx, t, request{path: t.record.path(), body: body})
	if err == nil && record.Company != to {
		return assetRecord{}, fmt.Errorf("restplatform: %s: it is in company %d after a move to company %d", t.op, record.Company, to)
	}
	return record, err
}

// archive puts the asset away or brings it back. The answer doesn't say what is
// stored, so it is read.
func (d *Documents) archive(ctx context.Context, t target) (assetRecord, error) {
	if t.record.Archived == *t.patch.Archived {
		return t.record, nil
	}
	do := "/unarchive"
	if *t.patch.Archived {
		do = "/archive"
	}
	_, err := d.do(ctx, request{op: t.op, method: http.MethodPut, path: t.record.path() + do})
	if err := d.whetherGone(ctx, t, err); err != nil {
		return assetRecord{}, err
	}
	record, err := d.find(ctx, t.op, t.patch.ID)
	if err == nil && record.Archived != *t.patch.Archived {
		err = fmt.Errorf("restplatform: %s: archived is %t", t.op, record.Archived)
	}
	return record, after(err)
}

// moveLayout moves the asset where every value has a field to go to. Left alone,
// the platform would make fields in people's layouts, and drop what a list
// doesn't have.
func (d *Documents) moveLayout(ctx context.Context, t target) (assetRecord, error) {
	if t.patch.Layout == t.record.layoutID() {
		return t.record, nil
	}
	to, err := d.openLayout(ctx, t.op, t.patch.Layout)
	if err != nil {
		return assetRecord{}, err
	}
	values := store.Values{}
	for _, f := range t.layout.Fields {
		value := t.old.Values[f.fieldID()]
		counterpart, has := to.counterpart(f)
		switch {
		case !has && f.known() && value.IsAbsent():
			return assetRecord{}, refuse(t.op, "the platform would make field %q in layout %q", f.Label, to.Name)
		case !has:
			return assetRecord{}, refuse(t.op, "layout %q has no field %q of type %q, whose value would be lost", to.Name, f.Label, f.Kind)
		}
		if err := d.checkOption(ctx, t.op, f, counterpart, value); err != nil {
			return assetRecord{}, err
		}
		values[counterpart.fieldID()] = value
	}
	if err := to.checkRequired(t.op, values, func(store.FieldID) bool { return true }); err != nil {
		return assetRecord{}, err
	}
	body := map[string]any{"asset_layout_id": to.ID}
	return d.put(ctx, t, request{path: t.record.path() + "/move_layout", body: body})
}

// counterpart is the field that the platform moves a value of f to.
func (r layoutRecord) counterpart(f fieldRecord) (fieldRecord, bool) {
	i := slices.IndexFunc(r.Fields, func(other fieldRecord) bool { return other.Label == f.Label && other.Kind == f.Kind })
	if i < 0 {
		return fieldRecord{}, false
	}
	return r.Fields[i], true
}

// checkOption refuses to move a value to a field whose list doesn't have it.
func (d *Documents) checkOption(ctx context.Context, op string, from, to fieldRecord, value connector.Value) error {
	if value.IsAbsent() || from.Kind != "ListSelect" || from.ListID == to.ListID {
		return nil
	}
	lists, err := d.lists(ctx, op)
	if err != nil {
		return before(err)
	}
	options := lists[to.ListID].options()
	if slices.Contains(options, value.String()) {
		return nil
	}
	for name := range strings.SplitSeq(value.String(), itemSeparator) { // people may have selected several
		if !slices.Contains(options, name) {
			return refuse(op, "field %q of the other layout has no option %q", to.Label, name)
		}
	}
	return nil
}
