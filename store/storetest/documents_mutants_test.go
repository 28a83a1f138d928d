package storetest_test

import (
	"context"
	"flag"
	"iter"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/store/storetest"
)

// documentsMutant is a platform that breaks a rule.
type documentsMutant struct {
	name string
	// alter breaks the platform in memory.
	alter func(a *altered)
	// fails are the checks that have to notice.
	fails []string
}

func documentsMutants() []documentsMutant {
	var all []documentsMutant
	for _, some := range [][]documentsMutant{
		listMutants(), storedMutants(), refusalMutants(), patchMutants(), valueMutants(), versionMutants(), intentMutants(), otherMutants(),
	} {
		all = append(all, some...)
	}
	return all
}

// documentsMutantsFail tries all broken platforms: each breaks one rule, and the
// check of that rule says so. Together they make every check fail once.
func documentsMutantsFail(t *testing.T) {
	t.Parallel()
	noticed := &noticed{checks: map[string]bool{}}
	t.Run("each", func(t *testing.T) { // it ends when all mutants have been tried
		for _, m := range documentsMutants() {
			t.Run(m.name, func(t *testing.T) {
				t.Parallel()
				noticed.by(t, m.fails, wrapping(func(d *memory.Documents) store.Documents {
					a := &altered{Documents: d}
					m.alter(a)
					return a
				}))
			})
		}
		for faulty, name := range jointFaults() {
			t.Run(faulty, func(t *testing.T) {
				t.Parallel()
				noticed.by(t, []string{name}, storetest.DocumentsFixture{
					New: func(context.Context) (storetest.Platform, error) {
						return storetest.Platform{Documents: newJoint().Documents()}, nil
					},
					Joint: func(context.Context) (store.Store, error) {
						s := newJoint()
						s.faulty = faulty
						return s, nil
					},
				})
			})
		}
	})
	if filter := flag.Lookup("test.run").Value.String(); strings.Contains(filter, "/") {
		return // some mutants were left out
	}
	for _, name := range storetest.DocumentsCheckNames() {
		require.True(t, noticed.checks[name], "no mutant fails the check %q", name)
	}
}

// noticed are the checks that some mutant failed.
type noticed struct {
	mu     sync.Mutex
	checks map[string]bool
}

// by runs the suite over a mutant that has to fail some checks.
func (n *noticed) by(t *testing.T, fails []string, f storetest.DocumentsFixture) {
	t.Helper()
	err := storetest.CheckDocuments(t.Context(), f)
	require.Error(t, err)
	text := "\n" + err.Error()
	for _, name := range fails {
		require.Contains(t, text, "\n"+name+": ")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, name := range storetest.DocumentsCheckNames() {
		if strings.Contains(text, "\n"+name+": ") {
			n.checks[name] = true
		}
	}
}

// jointFaults are ways not to be joint, and the checks that notice.
func jointFaults() map[string]string {
	return map[string]string{
		"a write outlives its update":           "a joint write is undone with the update",
		"a write doesn't join the update":       "a joint write is seen within the update and nowhere else before its end",
		"a read doesn't see the update":         "a joint write is seen within the update and nowhere else before its end",
		"a refused write spoils the update":     "a refused joint write leaves the update usable",
		"a write is lost when its update ends":  "a joint write is kept with the update",
		"a write beside an update is forgotten": "a write beside an update stands alone",
	}
}

// dropping leaves things out of a list.
func dropping[T any](seq iter.Seq2[T, error], drop func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for thing, err := range seq {
			if err == nil && drop(thing) {
				continue
			}
			if !yield(thing, err) {
				return
			}
		}
	}
}

// listMutants break lists.
func listMutants() []documentsMutant {
	return []documentsMutant{
		{"forgets archived companies", func(a *altered) {
			a.companies = func(ctx context.Context) iter.Seq2[store.Company, error] {
				return dropping(a.Documents.Companies(ctx), func(c store.Company) bool { return c.Archived })
			}
		}, []string{"an archived company is read and listed", "every company is listed once however many there are"}},
		{"forgets archived assets", func(a *altered) {
			a.assets = func(ctx context.Context, id store.CompanyID) iter.Seq2[store.Asset, error] {
				return dropping(a.Documents.Assets(ctx, id), func(x store.Asset) bool { return x.Archived })
			}
		}, []string{
			"an asset is put away and brought back", "an asset that people put away is listed",
			"every asset of a company is listed once however many there are",
		}},
		{"forgets inactive layouts", func(a *altered) {
			a.layouts = func(ctx context.Context) iter.Seq2[store.Layout, error] {
				return dropping(a.Documents.Layouts(ctx), func(l store.Layout) bool { return l.Inactive })
			}
		}, []string{"an inactive layout is listed"}},
		{"lists the first page alone", func(a *altered) {
			a.assets = func(ctx context.Context, id store.CompanyID) iter.Seq2[store.Asset, error] {
				n := 0
				return dropping(a.Documents.Assets(ctx, id), func(store.Asset) bool { n++; return n > 50 })
			}
			a.layouts = func(ctx context.Context) iter.Seq2[store.Layout, error] {
				n := 0
				return dropping(a.Documents.Layouts(ctx), func(store.Layout) bool { n++; return n > 50 })
			}
		}, []string{
			"every asset of a company is listed once however many there are", "every layout is listed once however many there are",
			"creates at the same time lose nothing",
		}},
		{"lists one twice", func(a *altered) {
			a.assets = func(ctx context.Context, id store.CompanyID) iter.Seq2[store.Asset, error] {
				return func(yield func(store.Asset, error) bool) {
					n := 0
					for x, err := range a.Documents.Assets(ctx, id) {
						if !yield(x, err) {
							return
						}
						if n++; n == 25 && !yield(x, err) {
							return
						}
					}
				}
			}
		}, []string{"every asset of a company is listed once however many there are", "lists and reads at the same time are whole"}},
		{"swallows the error of a list", func(a *altered) {
			a.assets = func(ctx context.Context, id store.CompanyID) iter.Seq2[store.Asset, error] {
				return func(yield func(store.Asset, error) bool) {
					for x, err := range a.Documents.Assets(ctx, id) {
						if err != nil || !yield(x, nil) {
							return
						}
					}
				}
			}
		}, []string{"a list that is cut short ends with an error", "a call whose context is done returns an error"}},
		{"goes on after its error", func(a *altered) {
			a.companies = func(ctx context.Context) iter.Seq2[store.Company, error] {
				return func(yield func(store.Company, error) bool) {
					for c, err := range a.Documents.Companies(ctx) {
						if !yield(c, err) || err != nil && !yield(c, nil) {
							return
						}
					}
				}
			}
		}, []string{"a list that is cut short ends with an error"}},
		{"goes on after it was left", func(a *altered) {
			a.assets = func(ctx context.Context, id store.CompanyID) iter.Seq2[store.Asset, error] {
				return func(yield func(store.Asset, error) bool) {
					for x, err := range a.Documents.Assets(ctx, id) {
						yield(x, err)
					}
				}
			}
		}, []string{"an iterator can be left at any pair"}},
		{"lists once and remembers", func(a *altered) {
			a.assets = func(ctx context.Context, id store.CompanyID) iter.Seq2[store.Asset, error] {
				var all []store.Asset
				return func(yield func(store.Asset, error) bool) {
					for x, err := range a.Documents.Assets(ctx, id) {
						if all = append(all, x); err != nil {
							yield(x, err)
							return
						}
					}
					for _, x := range all {
						if !yield(x, nil) {
							return
						}
					}
				}
			}
		}, []string{"an iterator that is ranged over again lists anew"}},
		{"lists all assets for a company that isn't there", func(a *altered) {
			a.assets = func(ctx context.Context, id store.CompanyID) iter.Seq2[store.Asset, error] {
				return a.Documents.Assets(ctx, store.CompanyID(strings.TrimSpace(string(id))))
			}
		}, []string{"a company that is not there has no assets"}},
		{"is never empty", func(a *altered) {
			_, _ = a.Documents.CreateCompany(context.Background(), store.NewCompany{Name: "Demo"}, store.Intent{})
		}, []string{"an empty platform lists nothing"}},
	}
}

// storedMutants don't return what is stored, or not where they should.
func storedMutants() []documentsMutant {
	return []documentsMutant{
		{"returns what was sent to create an asset", func(a *altered) {
			a.createAsset = func(ctx context.Context, n store.NewAsset, intent store.Intent) (store.Asset, error) {
				x, err := a.Documents.CreateAsset(ctx, n, intent)
				x.Name = n.Name
				return x, err
			}
		}, []string{"a created asset comes back as it is stored"}},
		{"returns the values that were sent", func(a *altered) {
			a.updateAsset = func(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
				x, err := a.Documents.UpdateAsset(ctx, p, intent)
				for id, v := range p.Values {
					if err == nil {
						x.Values[id] = v
					}
				}
				return x, err
			}
		}, []string{"a created asset comes back as it is stored", "a date is the midnight of its day in UTC"}},
		{"returns the company that was sent", func(a *altered) {
			a.createCompany = func(ctx context.Context, n store.NewCompany, intent store.Intent) (store.Company, error) {
				c, err := a.Documents.CreateCompany(ctx, n, intent)
				c.Details = n.Details
				return c, err
			}
		}, []string{"a created company comes back as it is stored"}},
		{"returns a layout without its options", func(a *altered) {
			a.createLayout = func(ctx context.Context, n store.NewLayout, intent store.Intent) (store.Layout, error) {
				l, err := a.Documents.CreateLayout(ctx, n, intent)
				for i := range l.Fields {
					l.Fields[i].Options = nil
				}
				return l, err
			}
		}, []string{"a created layout comes back as it is stored"}},
		{"takes the ids of fields that it is given", func(a *altered) {
			a.createLayout = func(ctx context.Context, n store.NewLayout, intent store.Intent) (store.Layout, error) {
				l, err := a.Documents.CreateLayout(ctx, n, intent)
				for i := range l.Fields {
					if n.Fields[i].ID != "" {
						l.Fields[i].ID = n.Fields[i].ID
					}
				}
				return l, err
			}
		}, []string{"a created layout comes back as it is stored"}},
		{"calls a field by its label", func(a *altered) {
			a.layouts = func(ctx context.Context) iter.Seq2[store.Layout, error] {
				return mapped(a.Documents.Layouts(ctx), func(l store.Layout) store.Layout {
					for i := range l.Fields {
						l.Fields[i].ID = store.FieldID(strings.ReplaceAll(strings.ToLower(l.Fields[i].Name), " ", "_"))
					}
					return l
				})
			}
		}, []string{"a renamed field keeps its id and its values", "a field that is added takes values"}},
		{"has nothing where nothing is", func(a *altered) {
			a.company = func(ctx context.Context, id store.CompanyID) (store.Company, error) {
				c, err := a.Documents.Company(ctx, id)
				if err != nil && ctx.Err() == nil {
					return store.Company{}, nil
				}
				return c, err
			}
			a.asset = func(ctx context.Context, id store.AssetID) (store.Asset, error) {
				x, err := a.Documents.Asset(ctx, id)
				if err != nil && ctx.Err() == nil {
					return store.Asset{}, nil
				}
				return x, err
			}
		}, []string{"a company that is not there is not found", "an asset that is not there is not found", "a deleted asset is gone"}},
		{"finds what is nearly called so", func(a *altered) {
			a.company = func(ctx context.Context, id store.CompanyID) (store.Company, error) {
				return a.Documents.Company(ctx, store.CompanyID(strings.TrimSpace(string(id))))
			}
		}, []string{"a company that is not there is not found"}},
		{"reads from a copy that is never renewed", func(a *altered) {
			var mu sync.Mutex
			read := map[store.AssetID]store.Asset{}
			a.asset = func(ctx context.Context, id store.AssetID) (store.Asset, error) {
				mu.Lock()
				defer mu.Unlock()
				x, err := a.Documents.Asset(ctx, id)
				if old, has := read[id]; has && err == nil {
					return old.Clone(), nil
				}
				if err == nil {
					read[id] = x.Clone()
				}
				return x, err
			}
		}, []string{"fields that a patch does not name keep their values", "an absent value blanks its field"}},
	}
}
