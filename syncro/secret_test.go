package syncro_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestNoSecretIsInARecordAnErrorOrALogLine(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 40, Contacts: 60, Assets: 90, Token: "canary-the-api-key-itself"})
	company := account.Customers()[0].ID
	account.AddAsset(syncrotest.Asset{
		CustomerID: company, Name: "all of them", Properties: map[string]any{"Admin PIN": "canary-pin"},
		Agent: &syncrotest.Agent{UUID: "u", Hostname: "pc"}, SNMP: true, RMMLinks: true, ExternalRMMLink: "https://rmm.example/?key=canary-link",
	})
	var held bytes.Buffer
	keep := func(v any, err error) {
		text, encodingErr := json.Marshal(v)
		require.NoError(t, encodingErr)
		fmt.Fprintf(&held, "%s %+v %v\n", text, v, err)
	}
	var lines bytes.Buffer
	broken := func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.URL.Query().Get("page") == "2" {
			body := `{"error":"no such token: ` + account.Token() + `"}`
			return answer(400, "application/json", body), nil
		}
		return next.RoundTrip(r)
	}
	for _, inFront := range []func(*connector.OpenOptions){func(*connector.OpenOptions) {}, tamper(broken)} {
		s := open(t, account, unpaced, inFront, func(opt *connector.OpenOptions) {
			opt.Logger = slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug}))
			opt.Host.Progress = func(p connector.Progress) { keep(p, nil) }
		})
		f := connector.FeaturesOf(s)
		for _, kind := range kinds {
			pages, err := readUntilError(t, s, connector.ReadRequest{Kind: kind})
			keep(pages, err)
			for _, r := range records(pages) {
				got, err := f.Get(t.Context(), kind, r.Key)
				keep(got, err)
			}
		}
		result, err := f.Check(t.Context())
		keep(result, err)
		found, err := f.Discover(t.Context())
		keep(found, err)
		for _, message := range []string{`{"link":"https://example.syncromsp.com/customers/7?portal_key=canary-hint","attributes":{"notes":"canary-hint"}}`, `{"canary-hint":1}`, `canary-hint`} {
			hint, err := f.Hint(t.Context(), []byte(message))
			keep(hint, err)
		}
		fmt.Fprintf(&held, "%v %+v %#v\n", s, s, f)
	}
	for _, right := range []syncrotest.Permission{syncrotest.CustomersList, syncrotest.CustomersView, syncrotest.AssetsList, syncrotest.AssetsView} {
		account.Deny(right)
	}
	for call, err := range everyCall(t, open(t, account, unpaced)) {
		keep(call, err)
	}
	require.Greater(t, held.Len(), 10_000)
	require.Greater(t, lines.Len(), 10_000)
	requireNoSecret(t, account, held.String())
	requireNoSecret(t, account, lines.String())
}

func TestCustomFieldsThatLookLikeACredentialAreDropped(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	secret := []string{
		"password", "Admin Password", "WLAN-Passwort", "root passwd", "PW", "Pass phrase", "Client Secret", "API Key", "api_key", "ApiKey",
		"Token", "PIN", "Door PIN Code", "pin", "SNMP Community", "BitLocker Recovery Key", "Pre-shared key", "MFA", "Kennwort", "Private key",
		"Pass", "WiFi Pass", "User / Pass", "login:pass", "AdminPW", "WifiPw", "rootpwd", "Pwd2", "PW1", "PIN 1", "PIN_2", "UserPin", "SIM-PIN1", "pinNumber", "VMUserPIN",
		"Wireless Key", "WEP Key", "Wi-Fi Key", "Master key", "Creds", "Admin Creds", "Security Code", "Entry code", "Keypad code", "Lockbox Code", "Alarm codes",
		"Recovery code", "Recovery phrase", "Backup codes", "Safe combination", "SNMP String", "Pass\u200bword", "Ｐａｓｓｗｏｒｄ",
		"Losenord", "Heslo", "Jelszó", "Şifre", "пароль", "Пароль Wi-Fi", "密码", "パスワード", "비밀번호",
	}
	kept := []string{"Shipping address", "Spinning disks", "Opinion", "Tokyo office", "Passage", "Key number", "Community centre"[:3], "Pinned", "Compass", "Bypass", "Passport", "Passive", "Spin", "Keypad", "Postcode", "Area code", "Country code", "Product key", "SSID", "Creditor"}
	properties := make(map[string]any)
	for _, name := range secret {
		properties[name] = syncrotest.CanaryPrefix + name
	}
	for _, name := range kept {
		properties[name] = "kept"
	}
	account.AddCustomer(syncrotest.Customer{BusinessName: "Acme", Properties: properties})
	id := account.Customers()[0].ID
	account.AddContact(syncrotest.Contact{Name: "Ann", CustomerID: id, Properties: properties})
	account.AddAsset(syncrotest.Asset{Name: "pc", CustomerID: id, Properties: properties})
	s := open(t, account, unpaced)
	for _, kind := range kinds {
		r := records(read(t, s, connector.ReadRequest{Kind: kind}))[0]
		for _, name := range secret {
			require.NotContains(t, r.Fields, "properties."+name)
		}
		for _, name := range kept {
			require.Equal(t, connector.Text("kept"), r.Fields["properties."+name], name)
		}
	}
	found, err := connector.FeaturesOf(s).Discover(t.Context())
	require.NoError(t, err)
	for _, points := range found.DataPoints {
		require.Len(t, points, len(kept))
	}
	require.NotNil(t, found.DataPoints[syncro.KindAsset])
}

// An address can hold a credential whatever its field is called.
func TestAnAddressWithACredentialInItIsDropped(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"https://admin:canary-x@10.0.0.5/", "see ftp://u:canary-x@files.test for more", "HTTP://:canary-x@a.test", "rtsp://cam:canary-x@10.0.0.9:554/stream?a=b@c",
		"https://acme.syncromsp.com/my_profile/v2/index?portal_key=canary-x", "https:\\/\\/admin:canary-x@10.0.0.5",
	} {
		got := row(t, syncro.KindAsset, `{"id":4,"name":"x","properties":{"URL":"`+address+`","Web":["`+address+`","kept"],"Make":"`+address+`"}}`)
		requireFields(t, connector.Fields{"properties.Web": connector.Texts("kept")}, got)
		got = row(t, syncro.KindCustomer, `{"id":4,"business_name":"Acme","properties":{"Website":"`+address+`"}}`)
		require.NotContains(t, got.Fields, "website")
		require.NotContains(t, fmt.Sprint(got), "canary")
	}
	for _, address := range []string{"https://a.test:8443/x@y", "ssh://git@a.test/x", "mailto:a@b.test", "a:b@c", "https://a.test/?q=u:p@x", "https://a.test#u:p@x", "://", "https://"} {
		got := row(t, syncro.KindAsset, `{"id":4,"name":"x","properties":{"URL":"`+address+`"}}`)
		requireFields(t, connector.Fields{"properties.URL": connector.Text(address)}, got)
	}
}
