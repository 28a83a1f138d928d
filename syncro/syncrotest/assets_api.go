package syncrotest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"time"
)

type assetBody struct {
	ID              int64          `json:"id"`
	Name            string         `json:"name"`
	CustomerID      *int64         `json:"customer_id"`
	ContactID       *int64         `json:"contact_id"`
	CreatedAt       string         `json:"created_at"`
	UpdatedAt       string         `json:"updated_at"`
	Properties      map[string]any `json:"properties"`
	AssetType       string         `json:"asset_type"`
	AssetSerial     *string        `json:"asset_serial"`
	ExternalRMMLink *string        `json:"external_rmm_link"`
	PolicyFolderID  *int64         `json:"policy_folder_id"`
	Customer        *customerBody  `json:"customer"`
	RMMLinks        []rmmLinksBody `json:"rmm_links"`
	HasLiveChat     bool           `json:"has_live_chat"`
	SNMPEnabled     *bool          `json:"snmp_enabled"`
	DeviceInfo      deviceInfoBody `json:"device_info"`
	SinceUpdatedAt  string         `json:"since_updated_at"`
	RMMStore        rmmStoreBody   `json:"rmm_store"`
	Address         *addressBody   `json:"address"`
}

type rmmLinksBody struct {
	InternalLink  string `json:"internal_link"`
	SplashtopLink string `json:"splashtop_link"`
}

type deviceInfoBody struct {
	SNMPConfig struct {
		Port      int    `json:"port"`
		Enabled   bool   `json:"enabled"`
		Version   int    `json:"version"`
		Community string `json:"community"`
	} `json:"snmp_config"`
}

type rmmStoreBody struct {
	ID             int64             `json:"id"`
	AssetID        int64             `json:"asset_id"`
	AccountID      int64             `json:"account_id"`
	Triggers       map[string]string `json:"triggers"`
	WindowsUpdates struct{}          `json:"windows_updates"`
	Emsisoft       struct{}          `json:"emsisoft"`
	General        map[string]string `json:"general"`
	CreatedAt      string            `json:"created_at"`
	UpdatedAt      string            `json:"updated_at"`
	OfflineMins    *int              `json:"override_alert_agent_offline_mins"`
	RearmMins      *int              `json:"override_alert_agent_rearm_after_mins"`
	HDThreshold    *int              `json:"override_low_hd_threshold"`
	Autoresolve    *bool             `json:"override_autoresolve_offline_alert"`
	HDThresholds   *string           `json:"override_low_hd_thresholds"`
}

type addressBody struct {
	ID            int64    `json:"id"`
	Name          *string  `json:"name"`
	CustomerID    *int64   `json:"customer_id"`
	AddressTypeID int64    `json:"address_type_id"`
	Address1      *string  `json:"address1"`
	Address2      *string  `json:"address2"`
	City          *string  `json:"city"`
	State         *string  `json:"state"`
	Zip           *string  `json:"zip"`
	Latitude      *float64 `json:"latitude"`
	Longitude     *float64 `json:"longitude"`
	CreatedAt     string   `json:"created_at"`
	UpdatedAt     string   `json:"updated_at"`
	AccountID     int64    `json:"account_id"`
}

// ownedAsset is an asset with the customer that its body embeds, if there is one.
type ownedAsset struct {
	asset    *Asset
	customer *Customer
}

func (a *Account) listAssets(c call) reply {
	a.mu.Lock()
	rows := where(ofCustomers(&a.assets, ids(c.query, "customer_id")), a.assetFilters(c)...)
	if c.newestFirst {
		rows = byNewest(rows, updatedAsset)
	}
	rows, meta := page(rows, c, c.size(a))
	out := bodiesOf(a, ListAssets, rows, a.assets.idOf, func(row *Asset) assetBody {
		return a.assetBody(ownedAsset{row, a.customers.get(row.CustomerID)})
	})
	a.mu.Unlock()
	return c.listReply("assets", out, len(out), meta)
}

func (a *Account) assetFilters(c call) []func(*Asset) bool {
	var out []func(*Asset) bool
	out = append(out, func(s *Asset) bool { return !s.Archived })
	if c.sees != nil {
		out = append(out, func(s *Asset) bool { return c.sees(s.CustomerID) })
	}
	if wanted := ids(c.query, "asset_type_id"); wanted != nil {
		name := ""
		for _, t := range a.types {
			if t.ID == wanted[0] {
				name = t.Name
			}
		}
		out = append(out, func(s *Asset) bool { return s.Type == name })
	}
	if text := c.query.Get("query"); text != "" {
		out = append(out, func(s *Asset) bool { return like(text, s.Name, s.Serial) })
	}
	if isTrue(c.query.Get("snmp_enabled")) {
		out = append(out, func(s *Asset) bool { return s.SNMP })
	}
	return out
}

func (a *Account) getAsset(c call) reply {
	a.mu.Lock()
	row := a.assets.get(c.id)
	if row == nil || c.hides(row.CustomerID) {
		a.mu.Unlock()
		return assetNotFound()
	}
	body := a.bodyOf(ListAssets, row.ID, a.assetBody(ownedAsset{row, a.customers.get(row.CustomerID)}))
	a.mu.Unlock()
	return jsonReply(http.StatusOK, map[string]any{"asset": body})
}

func (a *Account) assetBody(row ownedAsset) assetBody {
	s := row.asset
	out := assetBody{
		ID: s.ID, Name: s.Name,
		CustomerID: idOrNull(s.CustomerID), ContactID: idOrNull(s.ContactID),
		CreatedAt: a.time(s.CreatedAt), UpdatedAt: a.time(s.UpdatedAt), SinceUpdatedAt: a.time(s.UpdatedAt),
		Properties: s.Properties, AssetType: s.Type, AssetSerial: orNull(s.Serial),
		ExternalRMMLink: orNull(s.ExternalRMMLink), PolicyFolderID: idOrNull(s.PolicyFolderID),
		RMMLinks: []rmmLinksBody{},
		RMMStore: a.rmmStoreBody(s),
	}
	if s.Agent != nil {
		a.addAgent(&out, s)
	}
	if row.customer != nil {
		customer := a.customerBody(row.customer)
		out.Customer = &customer
	}
	if s.RMMLinks {
		out.RMMLinks = append(out.RMMLinks, a.rmmLinksBody(s.ID))
	}
	if s.SNMP {
		out.SNMPEnabled = &s.SNMP
	}
	out.DeviceInfo.SNMPConfig.Port = 161
	out.DeviceInfo.SNMPConfig.Enabled = s.SNMP
	out.DeviceInfo.SNMPConfig.Version = 2
	out.DeviceInfo.SNMPConfig.Community = a.community(s.ID)
	if s.Site != nil {
		site := a.addressBody(s.Site, s.CustomerID, s.CreatedAt)
		out.Address = &site
	}
	return out
}

// addAgent puts in what the agent reports: among the properties, and once more
// as text in the RMM store, which moves with every check-in.
func (a *Account) addAgent(out *assetBody, s *Asset) {
	info, err := json.Marshal(a.kabutoBody(s.Agent))
	if err != nil {
		return // It holds nothing that doesn't encode.
	}
	out.Properties = map[string]any{
		"kabuto_live_uuid":   s.Agent.UUID,
		"kabuto_information": json.RawMessage(info),
	}
	maps.Copy(out.Properties, s.Properties)
	out.RMMStore.General["info"] = string(info)
	if !s.Agent.LastSyncedAt.IsZero() {
		out.RMMStore.UpdatedAt = a.time(s.Agent.LastSyncedAt)
	}
}

func (a *Account) rmmLinksBody(asset int64) rmmLinksBody {
	key := a.remoteKey(asset)
	return rmmLinksBody{
		InternalLink:  fmt.Sprintf("https://%s.syncromsp.com/remote/%d?key=%s", a.opt.Subdomain, asset, key),
		SplashtopLink: fmt.Sprintf("st-business://com.splashtop.business?mac=%s", key),
	}
}

func (a *Account) rmmStoreBody(s *Asset) rmmStoreBody {
	return rmmStoreBody{
		ID: s.ID + 1000, AssetID: s.ID, AccountID: a.opt.AccountID,
		Triggers: map[string]string{
			"bsod_triggered": "false", "time_triggered": "false", "no_av_triggered": "false",
			"defrag_triggered": "false", "firewall_triggered": "false", "app_crash_triggered": "false",
			"low_hd_space_triggered": "false", "smart_failure_triggered": "false",
			"device_manager_triggered": "false", "agent_offline_triggered": "false",
		},
		General:   map[string]string{},
		CreatedAt: a.time(s.CreatedAt), UpdatedAt: a.time(s.CreatedAt),
	}
}

func (a *Account) addressBody(s *Address, customer int64, at time.Time) addressBody {
	return addressBody{
		ID: s.ID, Name: orNull(s.Name), CustomerID: idOrNull(customer), AddressTypeID: 2,
		Address1: orNull(s.Street), Address2: orNull(s.Street2),
		City: orNull(s.City), State: orNull(s.State), Zip: orNull(s.Zip),
		CreatedAt: a.time(at), UpdatedAt: a.time(at), AccountID: a.opt.AccountID,
	}
}
