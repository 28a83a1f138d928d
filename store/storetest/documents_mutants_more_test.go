package storetest_test

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// values has every value that is written changed by fn.
func (a *altered) values(fn func(f store.Field, v connector.Value) connector.Value) {
	all := func(ctx context.Context, values store.Values) store.Values {
		changed := store.Values{}
		for id, v := range values {
			if f := a.fieldOf(ctx, id); f.Fits(v) {
				v = fn(f, v)
			}
			changed[id] = v
		}
		return changed
	}
	a.createAsset = func(ctx context.Context, n store.NewAsset, intent store.Intent) (store.Asset, error) {
		n.Values = all(ctx, n.Values)
		return a.Documents.CreateAsset(ctx, n, intent)
	}
	a.updateAsset = func(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
		if p.Values != nil {
			p.Values = all(ctx, p.Values)
		}
		return a.Documents.UpdateAsset(ctx, p, intent)
	}
}

// valueMutants don't keep values whole.
func valueMutants() []documentsMutant {
	text := func(t store.FieldType, fn func(string) string) func(a *altered) {
		return func(a *altered) {
			a.values(func(f store.Field, v connector.Value) connector.Value {
				if f.Type == t && !v.IsAbsent() {
					return connector.Text(fn(v.String()))
				}
				return v
			})
		}
	}
	return []documentsMutant{
		{"keeps numbers as floating point", func(a *altered) {
			a.values(func(f store.Field, v connector.Value) connector.Value {
				if f.Type != store.FieldNumber || v.IsAbsent() {
					return v
				}
				n, _ := strconv.ParseFloat(v.String(), 64)
				rounded, _ := connector.Decimal(strconv.FormatFloat(n, 'g', -1, 64))
				return rounded
			})
		}, []string{"a number keeps every digit or is refused"}},
		{"keeps days in another time zone", func(a *altered) {
			a.values(func(f store.Field, v connector.Value) connector.Value {
				if at, ok := v.AsInstant(); ok && f.Type == store.FieldDate {
					return connector.Instant(at.Add(-time.Hour))
				}
				return v
			})
		}, []string{"a date is the midnight of its day in UTC", "every type of field keeps its values"}},
		{"writes passwords in lower case", text(store.FieldConfidential, strings.ToLower), []string{"every type of field keeps its values"}},
		{"cuts long texts", text(store.FieldText, func(s string) string { return s[:min(len(s), 255)] }), []string{"texts come back whole or are refused"}},
		{"takes HTML out of texts", text(store.FieldText, func(s string) string { return strings.NewReplacer("<b>", "", "</b>", "").Replace(s) }), []string{"texts come back whole or are refused"}},
		{"drops the second line of an address", text(store.FieldAddress, func(s string) string {
			lines := strings.Split(s, "\n")
			if len(lines) > 1 {
				lines = slices.Delete(lines, 1, 2)
			}
			return strings.Join(lines, "\n")
		}), []string{"an address keeps each part in its place"}},
		{"takes anything for an option", text(store.FieldList, func(s string) string {
			if s != "dark green" {
				return "red"
			}
			return s
		}), []string{"a list takes its options alone"}},
		{"links to one asset alone", func(a *altered) {
			a.values(func(f store.Field, v connector.Value) connector.Value {
				if links, ok := store.AssetLinksOf(v); ok && f.Type == store.FieldAssetLink && len(links) > 0 {
					return store.AssetLinks(links[0])
				}
				return v
			})
		}, []string{"links to assets are ids of assets"}},
		{"keeps blanks", func(a *altered) {
			a.updateAsset = func(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
				x, err := a.Documents.UpdateAsset(ctx, p, intent)
				for id, v := range p.Values {
					if err == nil && v.IsBlank() && !v.IsAbsent() {
						_ = a.EditAsset(p.ID, func(x *store.Asset) { x.Values[id] = v })
						return a.Documents.Asset(ctx, p.ID)
					}
				}
				return x, err
			}
		}, []string{"a blank value is absent"}},
		{"keeps NUL", func(a *altered) {
			a.createCompany = func(ctx context.Context, n store.NewCompany, intent store.Intent) (store.Company, error) {
				c, err := a.Documents.CreateCompany(ctx, n, intent)
				if err == nil && strings.ContainsRune(n.Name, 0) {
					_ = a.EditCompany(c.ID, func(c *store.Company) { c.Name = n.Name })
					return a.Documents.Company(ctx, c.ID)
				}
				return c, err
			}
		}, []string{"texts come back without NUL and broken UTF-8"}},
	}
}

// versionMutants have versions that can't be relied on.
func versionMutants() []documentsMutant {
	return []documentsMutant{
		{"ignores the base of a write", func(a *altered) {
			a.updateAsset = func(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
				p.Base = ""
				return a.Documents.UpdateAsset(ctx, p, intent)
			}
		}, []string{"a write on an old version is stale", "one of several writes on one version succeeds"}},
		{"compares versions before it takes its turn", func(a *altered) {
			var turn sync.WaitGroup
			turn.Add(8)
			a.updateAsset = func(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
				if x, err := a.Documents.Asset(ctx, p.ID); err == nil && p.Base != "" && x.Version != p.Base {
					return store.Asset{}, store.ErrStale
				}
				if strings.HasPrefix(p.Name, "Writer ") { // all have compared when the first one writes
					turn.Done()
					turn.Wait()
				}
				p.Base = ""
				return a.Documents.UpdateAsset(ctx, p, intent)
			}
		}, []string{"one of several writes on one version succeeds"}},
		{"has one version for ever", func(a *altered) {
			one := func(x store.Asset) store.Asset { x.Version = "1"; return x }
			a.asset = func(ctx context.Context, id store.AssetID) (store.Asset, error) {
				x, err := a.Documents.Asset(ctx, id)
				return one(x), err
			}
			a.assets = func(ctx context.Context, id store.CompanyID) iter.Seq2[store.Asset, error] {
				return mapped(a.Documents.Assets(ctx, id), one)
			}
			a.createAsset = func(ctx context.Context, n store.NewAsset, intent store.Intent) (store.Asset, error) {
				x, err := a.Documents.CreateAsset(ctx, n, intent)
				return one(x), err
			}
			a.updateAsset = func(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
				p.Base = ""
				x, err := a.Documents.UpdateAsset(ctx, p, intent)
				return one(x), err
			}
		}, []string{"a version changes with every change", "a version changes when people change the thing"}},
		{"takes every write for a change", func(a *altered) {
			a.updateAsset = func(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
				x, err := a.Documents.UpdateAsset(ctx, p, intent)
				if err == nil {
					_ = a.EditAsset(p.ID, func(x *store.Asset) { x.Version += "+" })
					return a.Documents.Asset(ctx, p.ID)
				}
				return x, err
			}
		}, []string{"a version stays while nothing changes"}},
		{"has versions and says that it hasn't", func(a *altered) {
			a.capabilities = func(can store.Capabilities) store.Capabilities {
				can.Versions = false
				return can
			}
		}, []string{"a platform without versions has none"}},
	}
}

// intentMutants don't keep intents.
func intentMutants() []documentsMutant {
	return []documentsMutant{
		{"makes two for one intent", func(a *altered) {
			a.createCompany = func(ctx context.Context, n store.NewCompany, intent store.Intent) (store.Company, error) {
				if _, err := a.Documents.FindCreated(ctx, intent.ID); err == nil {
					intent = store.Intent{}
				}
				return a.Documents.CreateCompany(ctx, n, intent)
			}
		}, []string{"an intent makes a thing once", "one intent at the same time makes one thing"}},
		{"finds assets alone", func(a *altered) {
			a.findCreated = func(ctx context.Context, intent string) (store.Created, error) {
				made, err := a.Documents.FindCreated(ctx, intent)
				if err == nil && made.Asset == "" {
					return store.Created{}, store.ErrNotFound
				}
				return made, err
			}
		}, []string{"what an intent made is found", "intents are told apart to the last byte"}},
		{"finds only what is still there", func(a *altered) {
			a.findCreated = func(ctx context.Context, intent string) (store.Created, error) {
				made, err := a.Documents.FindCreated(ctx, intent)
				if _, gone := a.Documents.Asset(ctx, made.Asset); err == nil && made.Asset != "" && gone != nil {
					return store.Created{}, store.ErrNotFound
				}
				return made, err
			}
		}, []string{"what an intent made is found after it was deleted"}},
		{"finds nothing without saying so", func(a *altered) {
			a.findCreated = func(ctx context.Context, intent string) (store.Created, error) {
				made, _ := a.Documents.FindCreated(ctx, intent)
				return made, ctx.Err()
			}
		}, []string{"an intent that made nothing is not found"}},
		{"compares intents without case and white space", func(a *altered) {
			fold := func(id string) string { return strings.ToLower(strings.TrimSpace(id)) }
			a.createCompany = func(ctx context.Context, n store.NewCompany, intent store.Intent) (store.Company, error) {
				intent.ID = fold(intent.ID)
				return a.Documents.CreateCompany(ctx, n, intent)
			}
			a.findCreated = func(ctx context.Context, intent string) (store.Created, error) {
				return a.Documents.FindCreated(ctx, fold(intent))
			}
		}, []string{"intents are told apart to the last byte"}},
	}
}

// otherMutants break links, contexts, concurrency and what is copied.
func otherMutants() []documentsMutant {
	return []documentsMutant{
		{"lists each link in both directions", func(a *altered) {
			a.links = func(ctx context.Context) iter.Seq2[store.Link, error] {
				return func(yield func(store.Link, error) bool) {
					for l, err := range a.Documents.Links(ctx) {
						back := store.Link{ID: l.ID + "-inverse", From: l.To, To: l.From}
						if !yield(l, err) || err == nil && !yield(back, nil) {
							return
						}
					}
				}
			}
		}, []string{"a link is listed once whatever its direction", "a deleted link is gone"}},
		{"links again in the other direction", func(a *altered) {
			var mu sync.Mutex
			var more []store.Link
			a.createLink = func(ctx context.Context, n store.NewLink, intent store.Intent) (store.Link, error) {
				l, err := a.Documents.CreateLink(ctx, n, intent)
				mu.Lock()
				defer mu.Unlock()
				if err == nil && l.From != n.From {
					l = store.Link{ID: l.ID + "-again", From: n.From, To: n.To}
					more = append(more, l)
				}
				return l, err
			}
			a.links = func(ctx context.Context) iter.Seq2[store.Link, error] {
				return func(yield func(store.Link, error) bool) {
					for l, err := range a.Documents.Links(ctx) {
						if !yield(l, err) {
							return
						}
					}
					for _, l := range more {
						if !yield(l, nil) {
							return
						}
					}
				}
			}
		}, []string{"linking twice makes one link"}},
		{"links to nothing", func(a *altered) {
			a.createLink = func(ctx context.Context, n store.NewLink, intent store.Intent) (store.Link, error) {
				l, err := a.Documents.CreateLink(ctx, n, intent)
				if err != nil && ctx.Err() == nil {
					return store.Link{ID: "nowhere", From: n.From, To: n.To}, nil
				}
				return l, err
			}
		}, []string{"a link to an asset that is not there is refused"}},
		{"deletes what isn't there", func(a *altered) {
			a.deleteLink = func(ctx context.Context, id store.LinkID, intent store.Intent) error {
				_ = a.Documents.DeleteLink(ctx, id, intent)
				return ctx.Err()
			}
		}, []string{"a deleted link is gone"}},
		{"keeps the map that it was handed", func(a *altered) {
			var mu sync.Mutex
			handed := map[store.AssetID]store.Values{}
			a.createAsset = func(ctx context.Context, n store.NewAsset, intent store.Intent) (store.Asset, error) {
				x, err := a.Documents.CreateAsset(ctx, n, intent)
				mu.Lock()
				defer mu.Unlock()
				handed[x.ID] = n.Values
				return x, err
			}
			a.asset = func(ctx context.Context, id store.AssetID) (store.Asset, error) {
				x, err := a.Documents.Asset(ctx, id)
				mu.Lock()
				defer mu.Unlock()
				if v := handed[id]; v != nil && x.Name == "PC-2" {
					x.Values = v
				}
				return x, err
			}
		}, []string{"what is handed in may be changed afterwards"}},
		{"hands out its own map", func(a *altered) {
			var mu sync.Mutex
			last := map[store.AssetID]store.Asset{}
			a.asset = func(ctx context.Context, id store.AssetID) (store.Asset, error) {
				x, err := a.Documents.Asset(ctx, id)
				mu.Lock()
				defer mu.Unlock()
				if old := last[id]; err == nil && old.Version == x.Version {
					return old, nil
				}
				last[id] = x
				return x, err
			}
		}, []string{"what is returned may be changed"}},
		{"writes although its context is done", func(a *altered) {
			a.updateAsset = func(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
				return a.Documents.UpdateAsset(context.WithoutCancel(ctx), p, intent)
			}
		}, []string{"a write whose context is done returns an error"}},
		{"denies a write that it did", func(a *altered) {
			a.updateAsset = func(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
				x, err := a.Documents.UpdateAsset(context.WithoutCancel(ctx), p, intent)
				if ctx.Err() != nil {
					return store.Asset{}, store.ErrUnavailable
				}
				return x, err
			}
		}, []string{"a write whose context is done returns an error"}},
		{"takes a done context for an answer", func(a *altered) {
			a.asset = func(ctx context.Context, id store.AssetID) (store.Asset, error) {
				if ctx.Err() != nil {
					return store.Asset{}, store.ErrNotFound
				}
				return a.Documents.Asset(ctx, id)
			}
		}, []string{"a call whose context is done returns an error"}},
		{"counts its own writes as people's", func(a *altered) {
			a.updateAsset = func(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
				x, err := a.Documents.UpdateAsset(ctx, p, intent)
				x.Touched = err == nil
				return x, err
			}
		}, []string{"touched is what people did and never what dovetail did"}},
		{"loses foreign records", func(a *altered) {
			a.updateAsset = func(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
				x, err := a.Documents.UpdateAsset(ctx, p, intent)
				if err == nil && len(x.Foreign) > 0 {
					_ = a.EditAsset(p.ID, func(x *store.Asset) { x.Foreign = nil })
					return a.Documents.Asset(ctx, p.ID)
				}
				return x, err
			}
		}, []string{"foreign records stay through every write"}},
		{"shows what people did only in lists", func(a *altered) {
			a.asset = func(ctx context.Context, id store.AssetID) (store.Asset, error) {
				x, err := a.Documents.Asset(ctx, id)
				if x.Name == "By hand" {
					x.Name = "PC-1"
				}
				return x, err
			}
		}, []string{"what people change is read"}},
		{"is joint and can't show it", func(a *altered) {
			a.capabilities = func(can store.Capabilities) store.Capabilities {
				can.Joint = true
				return can
			}
		}, []string{"a platform is joint if its fixture says so"}},
	}
}
