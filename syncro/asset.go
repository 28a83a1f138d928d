package syncro

import (
	"encoding/json"

	"github.com/dovetail-sync/dovetail/connector"
)

// asset is what is read of an asset. The customer that it embeds, its remote
// links, its SNMP community and all of rmm_store but the account are not among
// it: they are secrets, or change by themselves.
type asset struct {
	ID           id         `json:"id"`
	CustomerID   id         `json:"customer_id"`
	ContactID    id         `json:"contact_id"`
	Name         text       `json:"name"`
	Type         text       `json:"asset_type"`
	Serial       text       `json:"asset_serial"`
	PolicyFolder id         `json:"policy_folder_id"`
	Properties   properties `json:"properties"`
	Address      *struct {
		Name      text `json:"name"`
		AccountID id   `json:"account_id"`
	} `json:"address"`
	Store *struct {
		AccountID id `json:"account_id"`
	} `json:"rmm_store"`
	CreatedAt instant `json:"created_at"`
	UpdatedAt instant `json:"updated_at"`
}

func (s *session) asset(data json.RawMessage) (row, error) {
	var a asset
	if err := json.Unmarshal(data, &a); err != nil {
		return row{}, err
	}
	agent := a.Properties.agent()
	f := fields{}
	agent.fields(f)
	f.text("serial", a.Serial, agent.General.Serial, agent.Serial)
	f.text("contact", text(a.ContactID))
	f.text("policy_folder", text(a.PolicyFolder))
	if a.Address != nil {
		f.text("site", a.Address.Name)
	}
	a.Properties.custom(f, agent.owns)
	record := connector.Record{
		Key:       connector.Key(a.ID),
		Container: connector.Key(a.CustomerID),
		Name:      firstOf(a.Name, agent.hostname(), a.Serial),
		Type:      a.Type.trim(),
		TypeID:    s.types.id(a.Type.trim()),
		Created:   a.CreatedAt.Time, Updated: a.UpdatedAt.Time,
		URL:    s.web + "/customer_assets/" + string(a.ID),
		Fields: connector.Fields(f),
	}
	return row{record: record, account: a.account()}, nil
}

// account returns the tenant that the asset shows.
func (a asset) account() string {
	if a.Store != nil && a.Store.AccountID != "" {
		return string(a.Store.AccountID)
	}
	if a.Address != nil {
		return string(a.Address.AccountID)
	}
	return ""
}
