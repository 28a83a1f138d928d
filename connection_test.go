package dovetail_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// over sends a world's requests through do.
func over(do func(r *http.Request) (*http.Response, error)) func(*dovetail.Config) {
	return func(c *dovetail.Config) {
		account := c.Upstream
		c.Upstream = func(id store.IntegrationID) dovetail.Upstream {
			return dovetail.Upstream{RoundTripper: transport{do: do, next: account(id).RoundTripper}}
		}
	}
}

// transport answers as do says, or as next does where do has no answer.
type transport struct {
	do   func(r *http.Request) (*http.Response, error)
	next http.RoundTripper
}

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if resp, err := t.do(r); resp != nil || err != nil {
		return resp, err
	}
	return t.next.RoundTrip(r)
}

func answer(status int, contentType, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {contentType}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

func TestAConnectionTestShowsWhatTheKeySees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	report, err := w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.True(t, report.OK())
	require.Empty(t, report.Warnings)
	require.Equal(t, "example", report.Account.Name)
	require.Equal(t, string(key(w.account.ID())), report.Account.ID)
	require.Empty(t, cmp.Diff(map[connector.Kind]int{syncro.KindCustomer: 2, syncro.KindContact: 6, syncro.KindAsset: 6}, report.Counts))
	require.Len(t, report.Rights, 4)
	require.Contains(t, report.Types, connector.RecordType{Kind: syncro.KindAsset, ID: "70001", Name: syncrotest.AgentType})
	i, err := w.engine.Integration(t.Context(), syncroOne)
	require.NoError(t, err)
	require.Equal(t, store.ConnectionOK, i.Connection.State)
	require.False(t, i.Connection.At.IsZero())
	require.Equal(t, report.Account.ID, i.Account)
	require.Equal(t, report.Types, i.Types)
}

func TestEveryFaultOfAConnectionHasItsOwnErrorAndCode(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer func(r *http.Request) (*http.Response, error)
		code   connector.Code
		text   string
	}{
		"a wrong key": {
			func(*http.Request) (*http.Response, error) {
				return answer(401, "application/json", `{"error":"Not authorized"}`), nil
			},
			connector.CodeAuth, "the API key is not accepted",
		},
		"a domain without address": {
			func(r *http.Request) (*http.Response, error) {
				return nil, &net.DNSError{Err: "no such host", Name: r.URL.Hostname(), IsNotFound: true}
			},
			connector.CodeUnavailable, `no such host "example.syncromsp.com"`,
		},
		"a redirect": {
			func(*http.Request) (*http.Response, error) {
				return answer(302, "text/html", "", "Location", "https://example.com/login?token=x"), nil
			},
			connector.CodeConfig, "redirects to example.com",
		},
		"a web page": {
			func(*http.Request) (*http.Response, error) {
				return answer(200, "text/html", "<!doctype html><title>Login</title>"), nil
			},
			connector.CodeProtocol, "answered a web page instead of JSON",
		},
		"nobody there": {
			func(*http.Request) (*http.Response, error) {
				return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
			},
			connector.CodeUnavailable, "connection refused",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // some faults are tried again after a while
				broken := false
				w := newWorld(t, over(func(r *http.Request) (*http.Response, error) {
					if !broken {
						return nil, nil
					}
					return tt.answer(r)
				}))
				broken = true
				_, err := w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne})
				require.Equal(t, tt.code, connector.CodeOf(err), "%v", err)
				require.ErrorContains(t, err, tt.text)
				require.NotContains(t, err.Error(), "token=x")
				i, loadErr := w.engine.Integration(t.Context(), syncroOne)
				require.NoError(t, loadErr)
				require.Equal(t, store.ConnectionAttention, i.Connection.State)
				require.Equal(t, tt.code, i.Connection.Code)
				require.Contains(t, i.Connection.Problem, tt.text)

				_, err = w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
				if tt.code == connector.CodeUnavailable {
					require.Equal(t, connector.CodeUnavailable, connector.CodeOf(err), "a fault that passes doesn't keep a run from trying")
					return
				}
				require.ErrorIs(t, err, dovetail.ErrNotReady)
				broken = false
				w.test()
				w.sync()
			})
		})
	}
}

func TestAWrongKeyAndAMissingRightAreToldApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	w.account.Deny(syncrotest.AssetsList)
	report, err := w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.True(t, report.OK(), "companies and contacts can be read")
	require.Len(t, report.Warnings, 1)
	require.Contains(t, report.Warnings[0], `"Assets - List/Search"`)

	w.account.Deny(syncrotest.CustomersList)
	report, err = w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.False(t, report.OK(), "without companies there is nothing to do")
	require.Equal(t, connector.CodePermission, report.Code)
	require.Contains(t, report.Problem, `"Customers - List/Search"`)
	_, err = w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.ErrorIs(t, err, dovetail.ErrNotReady)
	require.ErrorContains(t, err, "Customers - List/Search")

	wrong := w.settings().Config
	wrong.Secrets["api_key"] = connector.NewSecret("T-wrong")
	_, err = w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne, Config: &wrong})
	require.Equal(t, connector.CodeAuth, connector.CodeOf(err))
}

func TestAnEmptyAccountIsAProblem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.DeleteCustomer(1)
	w.account.DeleteCustomer(2)
	report, err := w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.False(t, report.OK())
	require.Contains(t, report.Problem, "no customers")
	_, err = w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.ErrorIs(t, err, dovetail.ErrNotReady)
}

func TestSettingsAreTestedBeforeTheyAreSaved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, writes := dump(t, w.db.Ledger()), w.db.LedgerWrites()
	unsaved := w.settings().Config
	report, err := w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: "syncro-2", Connector: "syncro", Config: &unsaved})
	require.NoError(t, err)
	require.True(t, report.OK())
	require.NotEmpty(t, report.Types, "what there is to choose from")

	unsaved.Secrets = nil // is taken from what is saved
	report, err = w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne, Config: &unsaved})
	require.NoError(t, err)
	require.True(t, report.OK())
	unsaved.Secrets = map[string]connector.Secret{"api_key": connector.NewSecret("T-wrong")}
	_, err = w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne, Config: &unsaved})
	require.Error(t, err)
	unsaved.Values = map[string]string{"domain": "acme"}
	_, err = w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne, Config: &unsaved})
	require.Equal(t, connector.CodeConfig, connector.CodeOf(err))

	require.Equal(t, before, dump(t, w.db.Ledger()))
	require.Empty(t, cmp.Diff(writes, w.db.LedgerWrites()), "nothing was stored")
	_, err = w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: "syncro-2"})
	require.ErrorIs(t, err, store.ErrNotFound, "nothing is saved that could be tested")
}

func TestAnotherAccountIsRefused(t *testing.T) {
	t.Parallel()
	other, err := syncrotest.New(syncrotest.Options{AccountID: 777, Customers: 3, Contacts: 20, Assets: 20})
	require.NoError(t, err)
	moved := false
	w := newWorld(t, over(func(r *http.Request) (*http.Response, error) {
		if moved {
			return other.RoundTripper().RoundTrip(r)
		}
		return nil, nil
	}))
	fill(w)
	w.test() // the account shows once there is a contact or an asset
	w.sync()
	acme := w.create(1)[0]
	w.sync()
	documents, assets := w.db.Platform().Writes(), w.assets(acme)

	moved = true
	ledger := w.db.LedgerWrites()
	_, err = w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.ErrorIs(t, err, dovetail.ErrOtherAccount)
	require.ErrorContains(t, err, "777")
	after := w.db.LedgerWrites()
	for _, table := range []string{"mirror row", "match", "card", "journal entry"} {
		require.Equal(t, ledger[table], after[table], "no %s of the other account", table)
	}
	require.Equal(t, documents, w.db.Platform().Writes(), "nothing was written")
	require.Equal(t, assets, w.assets(acme))
	i, err := w.engine.Integration(t.Context(), syncroOne)
	require.NoError(t, err)
	require.Equal(t, store.ConnectionAttention, i.Connection.State)
	report, err := w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.False(t, report.OK())
	require.Contains(t, report.Problem, "account 777")
	_, err = w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.ErrorIs(t, err, dovetail.ErrNotReady)

	moved = false
	w.test()
	w.sync()
	require.Equal(t, assets, w.assets(acme), "back at the old account everything is as it was")
	w.quiet()
}

func TestUntilTheAccountWasSeenItsSubdomainStandsIn(t *testing.T) {
	t.Parallel()
	other, err := syncrotest.New(syncrotest.Options{AccountID: 777, Subdomain: "other", Customers: 3})
	require.NoError(t, err)
	moved := false
	w := newWorld(t, over(func(r *http.Request) (*http.Response, error) {
		if moved {
			return other.RoundTripper().RoundTrip(r)
		}
		return nil, nil
	}))
	w.test()
	w.sync()
	test := func() dovetail.ConnectionReport {
		report, err := w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne})
		require.NoError(t, err)
		return report
	}
	for _, contact := range []bool{false, true} {
		moved = true
		if contact {
			other.AddContact(syncrotest.Contact{CustomerID: other.Customers()[0].ID, Name: "Bob"})
		}
		report := test()
		require.Equal(t, connector.CodeConfig, report.Code)
		require.Contains(t, report.Problem, "the credentials lead to account other, and this integration reads account example")
		_, err = w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
		require.ErrorIs(t, err, dovetail.ErrNotReady)
	}
	moved = false
	w.test()
	account := func() string {
		i, err := w.engine.Integration(t.Context(), syncroOne)
		require.NoError(t, err)
		return i.Account
	}
	require.Equal(t, "stand-in:example", account())
	fill(w)
	w.create(1)
	w.sync()
	require.Equal(t, string(key(w.account.ID())), account(), "the first contact shows it")
	w.quiet()
}

func TestAnAccountThatNothingElseShowsIsAskedForByTheConnectionTest(t *testing.T) {
	t.Parallel()
	fake, account := &fakeConnector{}, "a1"
	fake.check = func() (connector.CheckResult, error) {
		return connector.CheckResult{Account: connector.Account{ID: account}}, nil
	}
	w := newFakeWorld(t, fake)
	fake.put(kindDevice, device("d1", "PC"))
	w.run()
	require.Len(t, w.assets(), 1)
	account = "a2"
	fake.put(kindOrg, connector.Record{Key: "o1", Name: "A stranger"}, connector.Record{Key: "o2", Name: "Another"})
	ledger := w.db.LedgerWrites()
	_, err := w.trySync()
	require.ErrorIs(t, err, dovetail.ErrOtherAccount)
	require.Equal(t, ledger["mirror row"], w.db.LedgerWrites()["mirror row"])
	account = "a1"
	w.test()
	fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd"})
	require.Zero(t, w.run().Plan.Changes)
}

func TestANewKeyAndARenamedSubdomainOfTheSameAccountChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	w.test()
	w.sync()
	acme := w.create(1)[0]
	w.sync()
	assets := w.assets(acme)
	s := w.settings()
	s.Config.Values["domain"] = "renamed.syncromsp.com"
	w.save(s)
	_, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.ErrorIs(t, err, dovetail.ErrNotReady, "changing the domain voids the test")
	w.test()
	writes := w.db.Platform().Writes()
	report := w.sync()
	require.Equal(t, map[store.Action]int{store.ActionUpdate: 6}, report.Plan.Counts, "cards get their pages' new addresses")
	require.Equal(t, writes, w.db.Platform().Writes())
	require.Equal(t, assets, w.assets(acme))
	require.Equal(t, acme, w.match(1).Company)
	w.quiet()
}

func TestAConnectorWithoutATestIsTestedByReading(t *testing.T) {
	t.Parallel()
	fake := &fakeConnector{account: "a1"}
	w := newFakeWorld(t, fake)
	report, err := w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	require.True(t, report.OK())
	require.Equal(t, "a1", report.Account.ID)
	require.Len(t, report.Rights, 2)

	refuse := func(code connector.Code) func(context.Context, connector.ReadRequest) iter.Seq2[connector.Page, error] {
		return func(context.Context, connector.ReadRequest) iter.Seq2[connector.Page, error] {
			return func(yield func(connector.Page, error) bool) {
				yield(connector.Page{}, &connector.Error{Code: code, Source: "fake", Op: "list devices"})
			}
		}
	}
	fake.script = map[connector.Kind]func(context.Context, connector.ReadRequest) iter.Seq2[connector.Page, error]{kindDevice: refuse(connector.CodePermission)}
	report, err = w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	require.True(t, report.OK())
	require.Len(t, report.Warnings, 1)
	fake.script[kindDevice] = refuse(connector.CodeAuth)
	_, err = w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: fakeOne})
	require.Equal(t, connector.CodeAuth, connector.CodeOf(err))
}
