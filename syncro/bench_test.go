package syncro_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// The structs below carry the fields that the connector reads, as one would
// write them for encoding/json alone.

type plainTimes struct {
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

type plainMeta struct {
	TotalPages   int `json:"total_pages"`
	TotalEntries int `json:"total_entries"`
	PerPage      int `json:"per_page"`
}

type plainCustomers struct {
	Meta      plainMeta `json:"meta"`
	Customers []struct {
		plainTimes
		ID           int64          `json:"id"`
		FirstName    string         `json:"firstname"`
		LastName     string         `json:"lastname"`
		FullName     string         `json:"fullname"`
		BusinessName string         `json:"business_name"`
		DisplayName  string         `json:"business_then_name"`
		Email        string         `json:"email"`
		Phone        string         `json:"phone"`
		Mobile       string         `json:"mobile"`
		Address      string         `json:"address"`
		Address2     string         `json:"address_2"`
		City         string         `json:"city"`
		State        string         `json:"state"`
		Zip          string         `json:"zip"`
		Notes        string         `json:"notes"`
		Location     string         `json:"location_name"`
		Disabled     bool           `json:"disabled"`
		Tags         []string       `json:"tag_list"`
		Properties   map[string]any `json:"properties"`
		Contacts     []struct {
			Email           string `json:"email"`
			Phone           string `json:"phone"`
			Mobile          string `json:"mobile"`
			ProcessedPhone  string `json:"processed_phone"`
			ProcessedMobile string `json:"processed_mobile"`
		} `json:"contacts"`
	} `json:"customers"`
}

type plainContacts struct {
	Meta     plainMeta `json:"meta"`
	Contacts []struct {
		plainTimes
		ID              int64          `json:"id"`
		CustomerID      int64          `json:"customer_id"`
		AccountID       int64          `json:"account_id"`
		Name            string         `json:"name"`
		Email           string         `json:"email"`
		Phone           string         `json:"phone"`
		Mobile          string         `json:"mobile"`
		ProcessedPhone  string         `json:"processed_phone"`
		ProcessedMobile string         `json:"processed_mobile"`
		Extension       string         `json:"extension"`
		Address1        string         `json:"address1"`
		Address2        string         `json:"address2"`
		City            string         `json:"city"`
		State           string         `json:"state"`
		Zip             string         `json:"zip"`
		Notes           string         `json:"notes"`
		Properties      map[string]any `json:"properties"`
	} `json:"contacts"`
}

// plainAssets lacks the custom fields, which makes it cheaper: with the agent's
// report in a struct there is no room for them beside it.
type plainAssets struct {
	Meta   plainMeta `json:"meta"`
	Assets []struct {
		plainTimes
		ID           int64  `json:"id"`
		CustomerID   int64  `json:"customer_id"`
		ContactID    int64  `json:"contact_id"`
		Name         string `json:"name"`
		Type         string `json:"asset_type"`
		Serial       string `json:"asset_serial"`
		PolicyFolder int64  `json:"policy_folder_id"`
		Properties   struct {
			UUID   string      `json:"kabuto_live_uuid"`
			Report plainReport `json:"kabuto_information"`
		} `json:"properties"`
		Address struct {
			Name      string `json:"name"`
			AccountID int64  `json:"account_id"`
		} `json:"address"`
		Store struct {
			AccountID int64 `json:"account_id"`
		} `json:"rmm_store"`
	} `json:"assets"`
}

type plainReport struct {
	General struct {
		Name         string   `json:"name"`
		Manufacturer string   `json:"manufacturer"`
		Model        string   `json:"model"`
		Serial       string   `json:"serial_number"`
		FormFactor   string   `json:"form_factor"`
		MACs         []string `json:"mac"`
		Domain       string   `json:"domain"`
		IP           string   `json:"ip"`
	} `json:"general"`
	OS struct {
		Name          string `json:"name"`
		Release       string `json:"windows_release_version"`
		Build         string `json:"build"`
		Architecture  string `json:"os_architecture"`
		LastBoot      string `json:"last_boot_time"`
		PendingReboot bool   `json:"pending_reboot"`
	} `json:"os"`
	Adapters []struct {
		MAC  string `json:"physical_address"`
		IPv4 string `json:"ipv4"`
	} `json:"network_adapters"`
	Primary struct {
		IPv4 string `json:"ipv4"`
	} `json:"primary_adapter"`
	Partition struct {
		SizeGB int `json:"size_gb"`
		FreeGB int `json:"free_gb"`
	} `json:"system_partition"`
	CPU, RAM, HDD []struct {
		Name string `json:"name"`
		Size string `json:"size"`
	}
	InstallDates struct {
		OS string `json:"os_install"`
	} `json:"install_dates"`
	LastSyncedAt string `json:"last_synced_at"`
	LastUser     string `json:"last_user"`
}

// pageOf returns the body of the first page of a list of a generated account.
func pageOf(tb testing.TB, kind connector.Kind) string {
	tb.Helper()
	account := newAccount(tb, syncrotest.Options{Customers: 200, Contacts: 600, Assets: 900})
	var body string
	s := open(tb, account, unpaced, rewrite(listPath[kind], func(page string) string {
		body = page
		return page
	}))
	for _, err := range s.Read(tb.Context(), connector.ReadRequest{Kind: kind}) {
		require.NoError(tb, err)
		break
	}
	return body
}

var listPath = map[connector.Kind]string{
	syncro.KindCustomer: "/customers", syncro.KindContact: "/contacts", syncro.KindAsset: "/customer_assets",
}

func plainInto(kind connector.Kind) any {
	switch kind {
	case syncro.KindCustomer:
		return new(plainCustomers)
	case syncro.KindContact:
		return new(plainContacts)
	}
	return new(plainAssets)
}

// readPage reads one page through a session that is open already.
func readPage(tb testing.TB, s connector.Session, kind connector.Kind) {
	for _, err := range s.Read(tb.Context(), connector.ReadRequest{Kind: kind}) {
		if err != nil {
			tb.Fatal(err)
		}
		break
	}
}

// serving returns a session whose lists answer with body.
func serving(tb testing.TB, body string) connector.Session {
	account := newAccount(tb, syncrotest.Options{})
	return open(tb, account, unpaced, func(opt *connector.OpenOptions) { opt.Logger = nil },
		tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/settings") {
				return next.RoundTrip(r)
			}
			resp := answer(200, "application/json", "")
			resp.Body, resp.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
			return resp, nil
		}))
}

// A page of each list, read by the connector with the request and all, beside
// encoding/json alone over the same bytes in memory. The second plain row is
// the control: what it differs by from the first is noise.
func BenchmarkDecode(b *testing.B) {
	for _, kind := range kinds {
		body := pageOf(b, kind)
		data := []byte(body)
		plain := func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if err := json.Unmarshal(data, plainInto(kind)); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.Run(string(kind)+"/plain", plain)
		b.Run(string(kind)+"/connector", func(b *testing.B) {
			s := serving(b, body)
			readPage(b, s, kind)
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				readPage(b, s, kind)
			}
		})
		b.Run(string(kind)+"/control", plain)
	}
}
