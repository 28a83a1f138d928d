package dovetail

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// transferFormat is the form of a Transfer that this version reads and writes.
const transferFormat = 1

// Transfer is what people set and decided for an integration, to be kept outside
// of the ledger or brought into another one: Export makes it and Import takes it.
// Its JSON form is meant to be read by people and compared by programs. It has no
// credentials, and nothing of what was imported.
type Transfer struct {
	// Format is the form of the document.
	Format int `json:"dovetail_transfer"`
	// Connector names the connector, and Name is what people call the integration.
	Connector string `json:"connector"`
	Name      string `json:"name,omitempty"`
	// Account is the upstream account that the keys of Decisions belong to.
	Account string `json:"account,omitempty"`
	// Settings are those in force. Layouts stand in them by their ids.
	Settings store.Settings `json:"settings"`
	// Layouts names what the ids in Settings stand for, by id.
	Layouts map[store.LayoutID]TransferLayout `json:"layouts,omitempty"`
	// Companies names the companies here that Decisions are about, by id.
	Companies map[store.CompanyID]string `json:"companies,omitempty"`
	// Decisions are about upstream companies, by key.
	Decisions []TransferDecision `json:"decisions,omitempty"`
}

// TransferLayout names a layout and those of its fields that are connected.
type TransferLayout struct {
	// Name is the layout's name.
	Name string `json:"name"`
	// Fields are names of fields, by id.
	Fields map[store.FieldID]string `json:"fields,omitempty"`
}

// TransferDecision is what was decided about an upstream company.
type TransferDecision struct {
	// Key is the upstream company, and Name what it was called upstream.
	Key  connector.Key `json:"key"`
	Name string        `json:"name,omitempty"`
	// State is store.MatchMatched or store.MatchIgnored, or empty if there are only
	// rejections.
	State store.MatchState `json:"state,omitempty"`
	// Company is the company here that it is matched to.
	Company store.CompanyID `json:"company,omitempty"`
	// Primary says that it is the one that writes the details of Company.
	Primary bool `json:"primary,omitempty"`
	// Rejected are companies here that it is not.
	Rejected []store.CompanyID `json:"rejected,omitempty"`
}

// companies are the companies here that the decision is about.
func (d TransferDecision) companies() []store.CompanyID {
	if d.Company == "" {
		return d.Rejected
	}
	return append([]store.CompanyID{d.Company}, d.Rejected...)
}

// ParseTransfer reads the JSON form of a Transfer. It refuses what it doesn't know,
// so that nothing is lost unnoticed.
func ParseTransfer(data []byte) (Transfer, error) {
	t, err := parseTransfer(data)
	if err != nil {
		return Transfer{}, fmt.Errorf("dovetail: transfer: %w", err)
	}
	return t, nil
}

func parseTransfer(data []byte) (t Transfer, err error) {
	// Its form comes first: another one may well have fields that aren't known.
	var form struct {
		Format int `json:"dovetail_transfer"`
	}
	if err := json.Unmarshal(data, &form); err != nil {
		return t, err
	}
	if err := checkFormat(form.Format); err != nil {
		return t, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return t, err
	}
	return t, t.check()
}

func checkFormat(format int) error {
	if format != transferFormat {
		return fmt.Errorf("dovetail_transfer is %d, and this version reads %d (export it again with this version)", format, transferFormat)
	}
	return nil
}

// check returns what is wrong with a document by itself.
func (t Transfer) check() error {
	if err := checkFormat(t.Format); err != nil {
		return err
	}
	if t.Connector == "" {
		return errors.New("connector: it names none")
	}
	seen := make(map[connector.Key]bool, len(t.Decisions))
	for i, d := range t.Decisions {
		at := fmt.Sprintf("decisions[%d]", i)
		switch {
		case d.Key == "":
			return fmt.Errorf("%s: it has no key", at)
		case seen[d.Key]:
			return fmt.Errorf("%s: company %q was decided about before", at, d.Key)
		case d.State != "" && d.State != store.MatchMatched && d.State != store.MatchIgnored:
			return fmt.Errorf("%s: state %.40q is not known (one of %q, %q, or empty)", at, string(d.State), store.MatchMatched, store.MatchIgnored)
		case (d.State == store.MatchMatched) != (d.Company != ""):
			return fmt.Errorf("%s: a company belongs to the state %q, and to no other", at, store.MatchMatched)
		}
		for _, company := range d.companies() {
			if _, named := t.Companies[company]; !named {
				return fmt.Errorf("%s: company %q is not among companies", at, company)
			}
		}
		seen[d.Key] = true
	}
	return nil
}
