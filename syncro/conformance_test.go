package syncro_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/connectortest"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	connectortest.Test(t, connectortest.Fixture{New: newUpstream})
}

// pageRows is large enough for pages of half the size to be asked for.
const pageRows = 10

func newUpstream(context.Context) (connectortest.Upstream, error) {
	account, err := syncrotest.New(syncrotest.Options{
		PageSize: syncrotest.PageSize{Customers: pageRows, Contacts: pageRows, Assets: pageRows},
	})
	if err != nil {
		return connectortest.Upstream{}, err
	}
	up := upstream{account}
	return connectortest.Upstream{
		Connector: syncro.New(), Config: config(account.Subdomain()+".syncromsp.com", account.Token()),
		Handler: account, PageRows: pageRows, Shrinks: []connector.Kind{syncro.KindCustomer},
		Add: up.add, Touch: up.touch, Delete: up.delete, Damage: up.damage,
	}, nil
}

// upstream is an account as the suite changes it.
type upstream struct{ account *syncrotest.Account }

func (u upstream) add(seed connectortest.Seed) (connector.Key, error) {
	id, err := rowID(seed.Key)
	if err != nil {
		return "", err
	}
	owner, err := rowID(seed.Container)
	if err != nil {
		return "", err
	}
	switch seed.Kind {
	case syncro.KindCustomer:
		id = u.account.AddCustomer(syncrotest.Customer{ID: id, BusinessName: seed.Name, CreatedAt: seed.Updated, UpdatedAt: seed.Updated})
	case syncro.KindContact:
		id = u.account.AddContact(syncrotest.Contact{ID: id, CustomerID: owner, Name: seed.Name, CreatedAt: seed.Updated, UpdatedAt: seed.Updated})
	case syncro.KindAsset:
		id = u.account.AddAsset(syncrotest.Asset{ID: id, CustomerID: owner, Name: seed.Name, CreatedAt: seed.Updated, UpdatedAt: seed.Updated})
	}
	return key(id), nil
}

// rowID is the number of a row. Empty is none.
func rowID(text connector.Key) (int64, error) {
	if text == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || id <= 0 || key(id) != text {
		return 0, fmt.Errorf("%w: Syncro's ids are whole numbers", errors.ErrUnsupported)
	}
	return id, nil
}

// change does one of three things to a row, by its kind.
func (u upstream) change(kind connector.Kind, key connector.Key, customer, contact, asset func(int64) bool) error {
	id, err := rowID(key)
	if err != nil {
		return err
	}
	do := map[connector.Kind]func(int64) bool{syncro.KindCustomer: customer, syncro.KindContact: contact, syncro.KindAsset: asset}[kind]
	if do == nil || !do(id) {
		return fmt.Errorf("there is no %s %s", kind, key)
	}
	return nil
}

func (u upstream) touch(kind connector.Kind, key connector.Key) error {
	return u.change(kind, key,
		func(id int64) bool {
			return u.account.UpdateCustomer(id, func(c *syncrotest.Customer) { c.Notes += "." })
		},
		func(id int64) bool {
			return u.account.UpdateContact(id, func(c *syncrotest.Contact) { c.Notes += "." })
		},
		func(id int64) bool {
			return u.account.UpdateAsset(id, func(a *syncrotest.Asset) { a.PolicyFolderID++ })
		})
}

func (u upstream) delete(kind connector.Kind, key connector.Key) error {
	return u.change(kind, key, u.account.DeleteCustomer, u.account.DeleteContact, u.account.DeleteAsset)
}

func (u upstream) damage(kind connector.Kind, key connector.Key) error {
	in := func(list syncrotest.List) func(int64) bool {
		return func(id int64) bool { return u.account.Damage(list, id) }
	}
	return u.change(kind, key, in(syncrotest.ListCustomers), in(syncrotest.ListContacts), in(syncrotest.ListAssets))
}
