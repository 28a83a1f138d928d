package sqlstore

import (
	"time"

	"github.com/dovetail-sync/dovetail/store"
)

// documentTables are those of the documents. Their columns stand in
// migrations/0002_documents.sql.
type documentTables struct {
	companies *table[company, store.CompanyID]
	layouts   *table[store.Layout, store.LayoutID]
	assets    *table[asset, store.AssetID]
	foundBy   *table[foundBy, foundBy]
	links     *table[link, store.LinkID]
	created   *table[created, string]
	// keep keeps what an intent makes, unless it has made something.
	keep string
}

func newDocumentTables(n naming) *documentTables {
	return &documentTables{
		companies: build(n, companiesTable()),
		layouts:   build(n, layoutsTable()),
		assets:    build(n, assetsTable()),
		foundBy:   build(n, foundByTable()),
		links:     build(n, linksTable()),
		created:   build(n, createdTable()),
		keep: n.sql("INSERT INTO {created} (account, intent, company, layout, asset) VALUES (?, ?, ?, ?, ?) " +
			"ON CONFLICT (account, intent) DO NOTHING"),
	}
}

// company is a company with its version as a number.
type company struct {
	store.Company
	version int64
}

func companiesTable() table[company, store.CompanyID] {
	type T = company
	return table[T, store.CompanyID]{
		name: "companies", what: "company", keys: 1,
		key: func(c *T) store.CompanyID { return c.ID }, clone: func(c T) T { c.Company = c.Clone(); return c },
		columns: []column[T]{
			text("id", func(c *T) *store.CompanyID { return &c.ID }),
			text("name", func(c *T) *string { return &c.Name }),
			text("phone", func(c *T) *string { return &c.Details.Phone }),
			text("website", func(c *T) *string { return &c.Details.Website }),
			text("street", func(c *T) *string { return &c.Details.Street }),
			text("street_2", func(c *T) *string { return &c.Details.Street2 }),
			text("city", func(c *T) *string { return &c.Details.City }),
			text("state", func(c *T) *string { return &c.Details.State }),
			text("postcode", func(c *T) *string { return &c.Details.Postcode }),
			text("country", func(c *T) *string { return &c.Details.Country }),
			flag("archived", func(c *T) *bool { return &c.Archived }),
			moment("created_at", func(c *T) *time.Time { return &c.Created }),
			number("version", func(c *T) *int64 { return &c.version }),
			encoded("foreign_refs", func(c *T) *[]store.ExternalRef { return &c.Foreign }),
		},
	}
}

func layoutsTable() table[store.Layout, store.LayoutID] {
	type T = store.Layout
	return table[T, store.LayoutID]{
		name: "layouts", what: "layout", keys: 1,
		key: func(l *T) store.LayoutID { return l.ID }, clone: T.Clone,
		columns: []column[T]{
			text("id", func(l *T) *store.LayoutID { return &l.ID }),
			text("name", func(l *T) *string { return &l.Name }),
			flag("inactive", func(l *T) *bool { return &l.Inactive }),
			encoded("fields", func(l *T) *[]store.Field { return &l.Fields }),
		},
	}
}

// asset is an asset with its version as a number, and the values of its
// confidential fields sealed.
type asset struct {
	store.Asset
	secrets map[store.FieldID][]byte
	version int64
}

func assetsTable() table[asset, store.AssetID] {
	type T = asset
	return table[T, store.AssetID]{
		name: "assets", what: "asset", keys: 1,
		key: func(a *T) store.AssetID { return a.ID }, clone: T.clone,
		columns: []column[T]{
			text("id", func(a *T) *store.AssetID { return &a.ID }),
			text("company", func(a *T) *store.CompanyID { return &a.Company }),
			text("layout", func(a *T) *store.LayoutID { return &a.Layout }),
			text("name", func(a *T) *string { return &a.Name }),
			valued("field_values", func(a *T) *store.Values { return &a.Values }),
			encoded("secrets", func(a *T) *map[store.FieldID][]byte { return &a.secrets }),
			flag("archived", func(a *T) *bool { return &a.Archived }),
			flag("touched", func(a *T) *bool { return &a.Touched }),
			moment("created_at", func(a *T) *time.Time { return &a.Created }),
			number("version", func(a *T) *int64 { return &a.version }),
			encoded("foreign_refs", func(a *T) *[]store.ExternalRef { return &a.Foreign }),
		},
	}
}

// foundBy is the beginning of a value, for finding the asset by it.
type foundBy struct {
	layout    store.LayoutID
	field     store.FieldID
	beginning string
	asset     store.AssetID
}

func foundByTable() table[foundBy, foundBy] {
	type T = foundBy
	return table[T, T]{
		name: "found_by", what: "value", keys: 4,
		key: func(f *T) T { return *f },
		columns: []column[T]{
			text("layout", func(f *T) *store.LayoutID { return &f.layout }),
			text("field", func(f *T) *store.FieldID { return &f.field }),
			text("beginning", func(f *T) *string { return &f.beginning }),
			text("asset", func(f *T) *store.AssetID { return &f.asset }),
		},
	}
}

// link is a link with its assets in the order of their ids, too.
type link struct {
	store.Link
	low, high store.AssetID
}

func linksTable() table[link, store.LinkID] {
	type T = link
	return table[T, store.LinkID]{
		name: "links", what: "link", keys: 1,
		key: func(l *T) store.LinkID { return l.ID },
		columns: []column[T]{
			text("id", func(l *T) *store.LinkID { return &l.ID }),
			text("from_asset", func(l *T) *store.AssetID { return &l.From }),
			text("to_asset", func(l *T) *store.AssetID { return &l.To }),
			text("low", func(l *T) *store.AssetID { return &l.low }),
			text("high", func(l *T) *store.AssetID { return &l.high }),
		},
	}
}

// created is what an intent made.
type created struct {
	intent string
	store.Created
}

func createdTable() table[created, string] {
	type T = created
	return table[T, string]{
		name: "created", what: "create", keys: 1,
		key: func(c *T) string { return c.intent },
		columns: []column[T]{
			text("intent", func(c *T) *string { return &c.intent }),
			text("company", func(c *T) *store.CompanyID { return &c.Company }),
			text("layout", func(c *T) *store.LayoutID { return &c.Layout }),
			text("asset", func(c *T) *store.AssetID { return &c.Asset }),
		},
	}
}
