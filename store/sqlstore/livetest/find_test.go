package livetest_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
)

// shelf is a platform with one company and a layout of two fields.
type shelf struct {
	*sqlstore.Documents
	t      *testing.T
	raw    *sql.DB
	ledger store.Ledger
	home   store.Company
	layout store.Layout
}

func newShelf(t *testing.T, d database) shelf {
	t.Helper()
	reopen := d.open(t)
	db := openDB(t, sqlstore.Config{DB: reopen(), Dialect: d.dialect, Sealer: sealer(t)})
	account, err := db.Account("shelf")
	require.NoError(t, err)
	s := shelf{Documents: account.Platform(), raw: reopen(), ledger: account.Ledger(), t: t}
	s.home, err = s.CreateCompany(t.Context(), store.NewCompany{Name: "Acme"}, store.Intent{ID: "company"})
	require.NoError(t, err)
	s.layout, err = s.CreateLayout(t.Context(), store.NewLayout{Name: "Devices", Fields: []store.Field{
		{Name: "Serial", Type: store.FieldText}, {Name: "Notes", Type: store.FieldText}, {Name: "Login", Type: store.FieldConfidential},
	}}, store.Intent{ID: "layout"})
	require.NoError(t, err)
	return s
}

func (s shelf) put(name, serial string) store.Asset {
	s.t.Helper()
	a, err := s.CreateAsset(s.t.Context(), store.NewAsset{Company: s.home.ID, Layout: s.layout.ID, Name: name, Values: store.Values{
		s.layout.Fields[0].ID: connector.Text(serial), s.layout.Fields[1].ID: connector.Text("about " + serial),
	}}, store.Intent{ID: "create " + name})
	require.NoError(s.t, err)
	return a
}

// find returns the names of the assets whose serial begins so.
func (s shelf) find(prefix string) []string {
	s.t.Helper()
	names := []string{}
	for a, err := range s.Find(s.t.Context(), sqlstore.FindRequest{Layout: s.layout.ID, Field: s.layout.Fields[0].ID, Prefix: prefix}) {
		require.NoError(s.t, err)
		names = append(names, a.Name)
	}
	return names
}

func TestAssetsAreFoundByTheBeginningOfAValue(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		s := newShelf(t, d)
		long := strings.Repeat("é", 300)
		for name, serial := range map[string]string{
			"one": "SN-001", "two": "sn-002", "three": "SN_001", "four": "XSN-001", "five": " SN-003 ", "six": "100%", "long": long + "1", "longer": long + "2",
		} {
			s.put(name, serial)
		}
		require.Equal(t, []string{"one", "two", "five"}, s.find("sn-"))
		require.Equal(t, []string{"one"}, s.find("SN-001"))
		require.Equal(t, []string{"three"}, s.find("sn_"))
		require.Equal(t, []string{"six"}, s.find("100%"))
		require.Empty(t, s.find("about"), "that is another field")
		require.Empty(t, s.find("\x00"))
		require.ElementsMatch(t, []string{"long", "longer"}, s.find(long))
		require.Equal(t, []string{"longer"}, s.find(long+"2"), "longer than what is kept of it")
		require.Len(t, s.find(""), 8)
	})
}

func TestWhatAnAssetIsFoundByFollowsIt(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		s := newShelf(t, d)
		a := s.put("one", "SN-001")
		_, err := s.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Values: store.Values{s.layout.Fields[0].ID: connector.Texts("first", "second")}}, store.Intent{ID: "u1"})
		require.ErrorIs(t, err, store.ErrRefused, "a list is no text")
		require.Equal(t, []string{"one"}, s.find("sn"))
		_, err = s.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Values: store.Values{s.layout.Fields[0].ID: connector.Text("TX-9")}}, store.Intent{ID: "u2"})
		require.NoError(t, err)
		require.Empty(t, s.find("sn"))
		require.Equal(t, []string{"one"}, s.find("tx"))
		require.NoError(t, s.EditAsset(t.Context(), a.ID, func(a *store.Asset) { delete(a.Values, s.layout.Fields[0].ID) }))
		require.Empty(t, s.find("tx"))
		b := s.put("two", "TX-8")
		require.NoError(t, s.DeleteAsset(t.Context(), b.ID))
		require.Empty(t, s.find("tx"))
		s.put("three", "TX-7")
		require.NoError(t, s.EditLayout(t.Context(), s.layout.ID, func(l *store.Layout) { l.Fields = l.Fields[1:] }))
		require.Empty(t, s.find(""), "the field is gone with its values")
	})
}

// readable returns what the tables show of values.
func (s shelf) readable() string {
	s.t.Helper()
	return s.texts("SELECT field_values FROM dovetail_assets WHERE field_values IS NOT NULL") + s.texts("SELECT beginning FROM dovetail_found_by")
}

// texts returns the texts that a query answers.
func (s shelf) texts(query string) string {
	s.t.Helper()
	rows, err := s.raw.QueryContext(s.t.Context(), query)
	require.NoError(s.t, err)
	defer func() { _ = rows.Close() }()
	var all strings.Builder
	for rows.Next() {
		var text string
		require.NoError(s.t, rows.Scan(&text))
		all.WriteString(text + "\n")
	}
	require.NoError(s.t, rows.Err())
	return all.String()
}

// retype gives the first field another type.
func (s shelf) retype(to store.FieldType) {
	s.t.Helper()
	require.NoError(s.t, s.EditLayout(s.t.Context(), s.layout.ID, func(l *store.Layout) { l.Fields[0].Type = to }))
}

// serial returns the version of an asset, and the value of the first field.
func (s shelf) serial(id store.AssetID) (store.Version, string) {
	s.t.Helper()
	a, err := s.Asset(s.t.Context(), id)
	require.NoError(s.t, err)
	return a.Version, a.Values[s.layout.Fields[0].ID].String()
}

func TestAFieldThatBecomesConfidentialHidesWhatItHas(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		s := newShelf(t, d)
		a := s.put("one", "canary-1")
		_, err := s.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Values: store.Values{s.layout.Fields[1].ID: connector.Text("a note")}}, store.Intent{ID: "note"})
		require.NoError(t, err)
		require.Contains(t, s.readable(), "canary")
		version, _ := s.serial(a.ID)

		s.retype(store.FieldConfidential)
		require.NotContains(t, s.readable(), "canary")
		require.Contains(t, s.readable(), "a note")
		require.Empty(t, s.find("canary"))
		again, value := s.serial(a.ID)
		require.Equal(t, "canary-1", value)
		require.Equal(t, version, again, "nobody has changed it")

		s.retype(store.FieldText)
		require.Equal(t, []string{"one"}, s.find("canary"))
		_, value = s.serial(a.ID)
		require.Equal(t, "canary-1", value)
		require.NoError(t, s.DeleteAsset(t.Context(), a.ID))
		require.NotContains(t, s.readable(), "canary")
	})
}

func TestAConfidentialValueIsKeptSealed(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		s := newShelf(t, d)
		login := s.layout.Fields[2].ID
		a, err := s.CreateAsset(t.Context(), store.NewAsset{
			Company: s.home.ID, Layout: s.layout.ID, Name: "safe", Values: store.Values{login: connector.Text("hunter2-canary")},
		}, store.Intent{ID: "create"})
		require.NoError(t, err)
		require.Equal(t, "hunter2-canary", a.Values[login].String())
		again, err := s.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Base: a.Version, Values: store.Values{login: connector.Text("hunter2-canary")}}, store.Intent{ID: "same"})
		require.NoError(t, err)
		require.Equal(t, a.Version, again.Version, "the same value is no change")
		changed, err := s.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Name: "renamed"}, store.Intent{ID: "rename"})
		require.NoError(t, err)
		require.Equal(t, "hunter2-canary", changed.Values[login].String())
		read, err := s.Asset(t.Context(), a.ID)
		require.NoError(t, err)
		require.Equal(t, changed.Values, read.Values)
		for hit, err := range s.Find(t.Context(), sqlstore.FindRequest{Layout: s.layout.ID, Field: login}) {
			require.NoError(t, err)
			t.Errorf("%s is found by what is confidential", hit.Name)
		}
	})
}

func TestWithoutASealerConfidentialFieldsAreRefused(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		account, err := openDB(t, sqlstore.Config{DB: d.open(t)(), Dialect: d.dialect}).Account("")
		require.NoError(t, err)
		_, err = account.Documents().CreateLayout(t.Context(), store.NewLayout{Name: "Logins", Fields: []store.Field{{Name: "Login", Type: store.FieldConfidential}}}, store.Intent{ID: "l"})
		require.ErrorIs(t, err, store.ErrRefused)
		require.ErrorContains(t, err, "Config.Sealer")
	})
}

func TestFindGoesOnWhenWhatItWouldFindIsDeleted(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		s := newShelf(t, d)
		s.put("one", "SN-1")
		two := s.put("two", "SN-2")
		s.put("three", "SN-3")
		var found []string
		for a, err := range s.Find(t.Context(), sqlstore.FindRequest{Layout: s.layout.ID, Field: s.layout.Fields[0].ID, Prefix: "sn"}) {
			require.NoError(t, err)
			found = append(found, a.Name)
			if a.Name == "one" {
				require.NoError(t, s.DeleteAsset(t.Context(), two.ID))
			}
		}
		require.Subset(t, found, []string{"one", "three"})
		require.Equal(t, []string{"one", "three"}, s.find("sn"))
	})
}
