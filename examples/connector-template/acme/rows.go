package acme

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// row is a row of any feed.
type row struct {
	ID      string    `json:"id"`
	Client  string    `json:"client_id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created_at"`
	Updated time.Time `json:"updated_at"`
	Deleted bool      `json:"deleted"`

	Website string `json:"website"`
	Street  string `json:"street"`
	City    string `json:"city"`

	Type   string   `json:"type"`
	Site   string   `json:"site"`
	Serial string   `json:"serial"`
	MACs   []string `json:"macs"`
}

// decode turns a row into a record. One that can't be decoded is an error with
// CodeProtocol, and still has its key as far as that can be read.
func (r *row) decode(raw json.RawMessage, f feed) (connector.Record, error) {
	if err := json.Unmarshal(raw, r); err != nil {
		var id struct {
			ID string `json:"id"`
		}
		_ = json.Unmarshal(raw, &id) // what can be read of it has to do
		return connector.Record{Key: connector.Key(id.ID)},
			fail(connector.CodeProtocol, fmt.Sprintf("decode %s %.40s", f.kind, id.ID), "it has another shape than expected")
	}
	return r.record(f)
}

// record returns the row as it is delivered.
func (r *row) record(f feed) (connector.Record, error) {
	key := connector.Key(r.ID)
	if err := key.Check(); err != nil {
		return connector.Record{Key: key}, fmt.Errorf("%s: decode %s: %w", name, f.kind, err)
	}
	if r.Deleted {
		return connector.Record{Key: key, Status: connector.StatusDeleted}, nil
	}
	return connector.Record{
		Key: key, Container: connector.Key(r.Client), Name: r.Name, Type: r.Type,
		Created: r.Created, Updated: r.Updated, Fields: f.fields(*r),
	}, nil
}

func clientPoints() []connector.DataPoint {
	return []connector.DataPoint{
		{Name: "name", Title: "Name", Type: connector.KindText, Means: connector.MeansName},
		{Name: "website", Title: "Website", Type: connector.KindText, Means: connector.MeansWebsite},
	}
}

func clientFields(r row) connector.Fields {
	return connector.Fields{"name": connector.Text(r.Name), "website": connector.Text(r.Website)}
}

func sitePoints() []connector.DataPoint {
	return []connector.DataPoint{
		{Name: "name", Title: "Name", Type: connector.KindText, Means: connector.MeansName},
		{Name: "street", Title: "Street", Type: connector.KindText, Means: connector.MeansStreet},
		{Name: "city", Title: "City", Type: connector.KindText, Means: connector.MeansCity},
	}
}

func siteFields(r row) connector.Fields {
	return connector.Fields{"name": connector.Text(r.Name), "street": connector.Text(r.Street), "city": connector.Text(r.City)}
}

func devicePoints() []connector.DataPoint {
	return []connector.DataPoint{
		{Name: "name", Title: "Name", Type: connector.KindText, Means: connector.MeansName},
		{Name: "serial", Title: "Serial number", Type: connector.KindText, Means: connector.MeansSerial},
		{Name: "macs", Title: "Hardware addresses", Type: connector.KindText, List: true, Means: connector.MeansMAC},
		{Name: "site", Title: "Site", Type: connector.KindText, Means: connector.MeansSite},
	}
}

func deviceFields(r row) connector.Fields {
	return connector.Fields{
		"name": connector.Text(r.Name), "serial": connector.Text(r.Serial), "macs": connector.Texts(r.MACs...), "site": connector.Text(r.Site),
	}
}
