package restplatform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// assetRecord is an asset as the API shows it. Its fields are told by their
// labels: the ids beside them aren't the layout's.
type assetRecord struct {
	ID       int64           `json:"id"`
	Company  int64           `json:"company_id"`
	Layout   int64           `json:"asset_layout_id"`
	Name     string          `json:"name"`
	Archived bool            `json:"archived"`
	Created  string          `json:"created_at"`
	Fields   []valueRecord   `json:"fields"`
	Cards    []foreignRecord `json:"cards"`
}

type valueRecord struct {
	Label    string          `json:"label"`
	Position int             `json:"position"`
	Value    json.RawMessage `json:"value"`
}

func (r assetRecord) identity() int64 { return r.ID }

func (r assetRecord) layoutID() store.LayoutID { return formatID[store.LayoutID](r.Layout) }

// path is where an asset is written.
func (r assetRecord) path() string {
	return "/companies/" + strconv.FormatInt(r.Company, 10) + "/assets/" + strconv.FormatInt(r.ID, 10)
}

// errLabel says that an asset has a label that its layout doesn't have: it was
// renamed between two requests.
var errLabel = errors.New("its layout has no such field")

// asset is the asset in dovetail's form.
func (r assetRecord) asset(op string, l layoutRecord) (store.Asset, error) {
	a := store.Asset{
		ID: formatID[store.AssetID](r.ID), Company: formatID[store.CompanyID](r.Company), Layout: r.layoutID(),
		Name: connector.CleanText(r.Name), Values: store.Values{}, Archived: r.Archived, Created: parseStamp(r.Created),
		Foreign: foreign(r.Cards, "asset"),
	}
	for _, v := range r.Fields {
		f, ok := l.byLabel(v)
		if !ok {
			return store.Asset{}, fmt.Errorf("restplatform: %s: asset %d: field %q: %w", op, r.ID, v.Label, errLabel)
		}
		if !f.known() {
			continue
		}
		value, err := parseValue(f.Kind, v.Value)
		if err != nil {
			return store.Asset{}, fmt.Errorf("restplatform: %s: asset %d: field %q: %w", op, r.ID, v.Label, err)
		}
		if !value.IsBlank() {
			a.Values[f.fieldID()] = value
		}
	}
	return a, nil
}

// byLabel returns the field that a value belongs to. Where two have one label,
// the position tells.
func (r layoutRecord) byLabel(v valueRecord) (found fieldRecord, ok bool) {
	for _, f := range r.Fields {
		if f.Label == v.Label && (!ok || f.Position == v.Position) {
			found, ok = f, true
		}
	}
	return found, ok
}

// reader turns records into assets. It reads each layout once, and once more
// when a label turns up that it doesn't have.
type reader struct {
	d       *Documents
	op      string
	layouts map[int64]layoutRecord
}

func (d *Documents) reader(op string, known ...layoutRecord) reader {
	r := reader{d, op, map[int64]layoutRecord{}}
	for _, l := range known {
		r.layouts[l.ID] = l
	}
	return r
}

func (r reader) asset(ctx context.Context, record assetRecord) (store.Asset, error) {
	if l, known := r.layouts[record.Layout]; known {
		if a, err := record.asset(r.op, l); !errors.Is(err, errLabel) {
			return a, err
		}
	}
	l, err := r.d.readLayout(ctx, r.op, record.layoutID())
	if err != nil {
		return store.Asset{}, fmt.Errorf("layout of asset %d: %w", record.ID, listError(err))
	}
	r.layouts[record.Layout] = l
	return record.asset(r.op, l)
}

// Assets implements store.Assets. The platform lists archived ones apart.
func (d *Documents) Assets(ctx context.Context, company store.CompanyID) iter.Seq2[store.Asset, error] {
	return func(yield func(store.Asset, error) bool) {
		op := fmt.Sprintf("list assets of company %q", company)
		if _, ok := parseID(company); !ok {
			return // no company, and none of its assets
		}
		reader := d.reader(op)
		seen := map[int64]bool{}
		for _, archived := range []string{"false", "true"} {
			q := request{op: op, path: "/assets", query: url.Values{"company_id": {string(company)}, "archived": {archived}}}
			for record, err := range everything[assetRecord](ctx, d, q, "assets") {
				var a store.Asset
				if err == nil {
					a, err = reader.asset(ctx, record)
				}
				if err != nil {
					yield(store.Asset{}, err)
					return
				}
				if seen[record.ID] {
					continue // it was archived between the two lists
				}
				if seen[record.ID] = true; !yield(a, nil) {
					return
				}
			}
		}
	}
}

// Asset implements store.Assets.
func (d *Documents) Asset(ctx context.Context, id store.AssetID) (store.Asset, error) {
	op := fmt.Sprintf("asset %q", id)
	record, err := d.find(ctx, op, id)
	if err != nil {
		return store.Asset{}, err
	}
	return d.reader(op).asset(ctx, record)
}

// find reads one asset, which takes a list: there is no other way without its
// company. Archived ones are listed apart, and one that is brought back in
// between would be on neither list: so the first is asked again.
func (d *Documents) find(ctx context.Context, op string, id store.AssetID) (assetRecord, error) {
	n, ok := parseID(id)
	if !ok {
		return assetRecord{}, notFound(op)
	}
	for _, archived := range []string{"false", "true", "false"} {
		q := request{op: op, path: "/assets", query: url.Values{"id": {string(id)}, "archived": {archived}}}
		records, err := onePage[assetRecord](ctx, d, q, "assets", 1)
		if err != nil {
			return assetRecord{}, err
		}
		for _, r := range records {
			if r.ID == n {
				return r, nil
			}
		}
	}
	return assetRecord{}, notFound(op)
}

// CreateAsset implements store.Assets.
func (d *Documents) CreateAsset(ctx context.Context, a store.NewAsset, _ store.Intent) (store.Asset, error) {
	const op = "create asset"
	name, err := cleanName(op, a.Name)
	if err != nil {
		return store.Asset{}, err
	}
	if err := d.openCompany(ctx, op, a.Company); err != nil {
		return store.Asset{}, err
	}
	l, err := d.openLayout(ctx, op, a.Layout)
	if err != nil {
		return store.Asset{}, err
	}
	fields, secrets, err := l.customFields(op, a.Values)
	if err != nil {
		return store.Asset{}, err
	}
	if err := l.checkRequired(op, a.Values, func(store.FieldID) bool { return true }); err != nil {
		return store.Asset{}, err
	}
	q := request{
		op: op, method: http.MethodPost, path: "/companies/" + string(a.Company) + "/assets", secrets: secrets,
		body: map[string]any{"asset": map[string]any{"name": name, "asset_layout_id": l.ID, "custom_fields": fields}},
	}
	record, err := write[assetRecord](ctx, d, q, "asset")
	if isNotFound(err) {
		return store.Asset{}, refuse(op, "company %q isn't there any more", a.Company)
	}
	if err != nil {
		return store.Asset{}, err
	}
	stored, err := d.reader(op, l).asset(ctx, record)
	return stored, after(err)
}
