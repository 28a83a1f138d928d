package syncro_test

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

var wrapperOf = map[connector.Kind]string{
	syncro.KindCustomer: "customers", syncro.KindContact: "contacts", syncro.KindAsset: "assets",
}

// hasty returns a context in which nothing is tried again: a wait would be
// longer than it.
func hasty(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// firstAnswer reads the first page of a list whose answer is body.
func firstAnswer(t *testing.T, kind connector.Kind, body string) (connector.Page, error) {
	t.Helper()
	for page, err := range serving(t, body).Read(hasty(t), connector.ReadRequest{Kind: kind}) {
		return page, err
	}
	t.Fatal("a read without a page and without an error")
	return connector.Page{}, nil
}

// Whatever a list answers, a page comes only of what is JSON from its first to
// its last byte and has the rows, and every row is in it.
func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		`{"assets":[` + agentAsset + `],"meta":{"total_pages":1}}`,
		`{"assets":[{"id":4,"rmm_store":{"account_id":3,"general":{"info":"{\"general\":{\"mac\":[\"4c1d964659de\"]}}"}},"address":{"name":"x"}}],"meta":{"total_pages":1,"page":1}}`,
		`{"assets":[{"id":1,"id":2,"properties":{"a":[[[]]],"b":1e400}}],"meta":{"total_pages":"x"}}`,
		`{"assets":[1,null,"x",{},{"id":-1},{"id":1.5},{"id":"7","name":7}],"meta":[]}`,
		`{"assets":[{"id":18446744073709551616,"created_at":{},"rmm_store":[]}],"meta":null}`,
		`{"customers":[{"id":7,"business_name":"Acme \ud83d\ude00 \u0000","contacts":[{"email":"a@b.test","phone":"(657) 325-3258 x330"}],"tag_list":["a"],"disabled":"1"}]}`,
		`{"contacts":[{"id":5,"name":"Ann","account_id":3,"customer_id":null,"properties":{"title":"Boss","Title":"x"},"created_at":"2019-10-22T08:47:09.723Z"}]}`,
		`{"contacts":[{"id":5,"properties":[]},]}`, `{"contacts":[{"id":5},],"meta":{}}`, `{"contacts":[{"id":5} {"id":6}]}`, `{"contacts":[] "meta":{}}`, `{"contacts":[{"id":5,}]}`, `{"contacts":[],}`, `{"contacts":[,]}`, `{"contacts":[],"contacts":[{"id":01}]}`, `{"contacts" :[ ] }x`, `{"contacts":[{"a":"` + "\x01" + `"}]}`,
		`{"\u0063ontacts":[{"\u0069d":5,"name":"\ud800"}]}`, `{"contacts":[` + strings.Repeat("[", 400) + strings.Repeat("]", 400) + `]}`, "{\"contacts\":[{\"id\":5,\"name\":\"\xff\"}]}",
	} {
		for i := range kinds {
			f.Add(byte(i), seed)
		}
	}
	f.Fuzz(func(t *testing.T, which byte, body string) {
		kind := kinds[int(which)%len(kinds)]
		page, err := firstAnswer(t, kind, body)
		if err != nil {
			if code := connector.CodeOf(err); code != connector.CodeProtocol && code != connector.CodeUnavailable {
				t.Fatal(err)
			}
			return
		}
		if !json.Valid([]byte(body)) {
			t.Fatalf("a page of what is no JSON: %q", body)
		}
		requireEveryRow(t, kind, body, page)
	})
}

// requireEveryRow compares a page with what encoding/json reads of the body.
func requireEveryRow(t *testing.T, kind connector.Kind, body string, page connector.Page) {
	t.Helper()
	var whole map[string]json.RawMessage
	var rows []json.RawMessage
	if json.Unmarshal([]byte(body), &whole) != nil || json.Unmarshal(whole[wrapperOf[kind]], &rows) != nil {
		t.Fatalf("a page of what has no rows: %q", body)
	}
	if len(rows) != len(page.Records)+len(page.Rejected) {
		t.Fatalf("%d rows became %d records and %d rejected ones", len(rows), len(page.Records), len(page.Rejected))
	}
	ids := make(map[string]bool)
	for _, raw := range rows {
		var fields map[string]json.RawMessage
		if json.Unmarshal(raw, &fields) == nil {
			ids[strings.Trim(string(fields["id"]), `"`)] = true
		}
	}
	for _, r := range page.Records {
		if !ids[string(r.Key)] {
			t.Fatalf("no row has the id %q", r.Key)
		}
		if _, err := r.Clean(); err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(r); err != nil {
			t.Fatal(err)
		}
	}
	for _, rejected := range page.Rejected {
		if connector.CodeOf(rejected.Err) != connector.CodeProtocol {
			t.Fatal(rejected.Err)
		}
	}
}

var macPattern = regexp.MustCompile(`^([0-9a-f]{2}:){5}[0-9a-f]{2}$`)

// Times, hardware addresses and telephone numbers are what people and programs
// write: each becomes one form, or nothing.
func FuzzForms(f *testing.F) {
	f.Add("2024-03-05T15:14:24.066+02:00", "00-1B-63-84-45-E6", "(657) 325-3258 x330")
	f.Add("2019-10-21 08:33:21 UTC", "001b.6384.45e6; 0:1:2:3:4:5", "+1 133 358 5295 ext. 7")
	f.Add("2019-10-21T08:33:21+0530", "n/a", "٣٣٣٣٣٣")
	f.Add("9999-12-31T23:59:59-12:00", "ff:ff:ff:ff:ff:ff", ",;x")
	f.Add("0001-01-01T00:00:00Z", "-:-", "5550100x")
	f.Fuzz(func(t *testing.T, at, mac, phone string) {
		at, mac, phone = strings.ToValidUTF8(at, "?"), strings.ToValidUTF8(mac, "?"), strings.ToValidUTF8(phone, "?")
		quote := func(s string) string {
			quoted, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			return string(quoted)
		}
		asset := row(t, syncro.KindAsset, `{"id":4,"created_at":`+quote(at)+`,"properties":{"MAC":`+quote(mac)+`}}`)
		clean, err := asset.Clean()
		if err != nil {
			t.Fatal(err)
		}
		if want, err := time.Parse(time.RFC3339, at); err == nil && quote(at) == `"`+at+`"` && !clean.Created.Equal(connector.CleanTime(want)) && want.Year() > 1 {
			t.Fatalf("%q became %s", at, clean.Created)
		}
		for _, item := range asset.Fields["macs"].Items() {
			if !macPattern.MatchString(item.String()) {
				t.Fatalf("%q became %q", mac, item)
			}
		}
		again := row(t, syncro.KindAsset, `{"id":4,"properties":{"MAC":`+quote(asset.Fields["macs"].String())+`}}`)
		if !again.Fields["macs"].Equal(asset.Fields["macs"]) {
			t.Fatalf("%q becomes %s, which becomes %s", mac, asset.Fields["macs"], again.Fields["macs"])
		}
		customer := row(t, syncro.KindCustomer, `{"id":4,"contacts":[{"phone":`+quote(phone)+`,"mobile":`+quote(phone)+`}]}`)
		if numbers := customer.Fields["contact_phones"]; numbers.Len() > 1 {
			t.Fatalf("%q became %s", phone, numbers)
		}
	})
}

// An error shows what Syncro says and nothing else: in one short line, without
// the key.
func FuzzErrorBody(f *testing.F) {
	for _, seed := range []string{
		`{"error":"Not authorized. Please ask account admin to update your group permissions."}`, `{"message":"Not found"}`, `{"error":"Asset not found"}`,
		`{"success":false,"message":["Email is invalid"]}`, `{"errors":"a, b"}`, `{"errors":{"email":["is invalid"]}}`, `{"email":["is invalid"]}`,
		"Retry later\n", "<html><body>TOKEN</body></html>", `{"error":"no such token: TOKEN"}`, `{"error":{"message":"TOKEN"}}`, `["TOKEN"]`, "", "TOKEN", `{"error":"a\u0000b\u2028c"}`, `{"error":"https://x/?api_key=TOKEN"}`,
	} {
		for _, status := range []uint16{400, 401, 403, 404, 422, 429, 500, 504} {
			f.Add(status, seed)
		}
	}
	const secret = "token-that-nobody-may-see"
	f.Fuzz(func(t *testing.T, status uint16, body string) {
		if status < 400 || status > 599 {
			t.Skip("no error")
		}
		account := newAccount(t, syncrotest.Options{Token: secret})
		s := open(t, account, unpaced, tamper(func(*http.Request, http.RoundTripper) (*http.Response, error) {
			return answer(int(status), "application/json", strings.ReplaceAll(body, "TOKEN", secret)), nil
		}))
		_, err := connector.FeaturesOf(s).Get(hasty(t), syncro.KindContact, "12")
		if err == nil {
			t.Fatalf("%d is no error", status)
		}
		text := err.Error()
		switch {
		case strings.Contains(text, secret):
			t.Fatalf("%q shows the key", text)
		case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || !unicode.IsPrint(r) }):
			t.Fatalf("%q can't be shown in one line", text)
		case len([]rune(text)) > 500:
			t.Fatalf("%q is too long", text)
		case connector.CodeOf(err) == connector.CodeOfStatus(int(status)) && status != 404 && !strings.Contains(text, strconv.Itoa(int(status))) && status != 401 && status != 403:
			t.Fatalf("%q doesn't say %d", text, status)
		}
	})
}
