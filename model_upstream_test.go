package dovetail_test

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
)

// upDevice is a device upstream, as the model knows it.
type upDevice struct {
	Org, Name, Serial, Type string
	// Rev is the version of its other values.
	Rev int
	// Gone says that the upstream has it no more.
	Gone bool
}

// upOrg is an organisation upstream.
type upOrg struct {
	Name     string
	Rev      int
	Disabled bool
	// Gone says that the upstream has it no more.
	Gone bool
}

// upstream is what is true in one upstream system, and the connector that
// delivers it.
type upstream struct {
	*fakeConnector
	// in numbers the integration.
	in      int
	orgs    map[string]*upOrg
	devices map[string]*upDevice
}

func newUpstream(in int, page int) *upstream {
	u := &upstream{fakeConnector: &fakeConnector{pageSize: page}, in: in, orgs: make(map[string]*upOrg), devices: make(map[string]*upDevice)}
	u.get = u.found
	for _, org := range modelOrgs {
		u.orgs[org] = &upOrg{Name: "Org " + org, Rev: 1}
	}
	return u
}

// Info implements connector.Connector: the two upstreams are of two makes.
func (u *upstream) Info() connector.Info {
	info := u.fakeConnector.Info()
	info.Name = fmt.Sprintf("fake%d", u.in)
	return info
}

// mark is in every value that is particular to an organisation, so that one that
// got into another's company is known by itself.
func (u *upstream) mark(org string) string { return fmt.Sprintf("@%d%s", u.in, org) }

// model is the value of a device that nobody else has.
func (u *upstream) model(key string, d upDevice) string {
	return fmt.Sprintf("model of %s, %d %s", key, d.Rev, u.mark(d.Org))
}

// deliver puts what is true into the connector, in an order.
func (u *upstream) deliver(order *rand.Rand) {
	var orgs, devices []connector.Record
	for key, o := range u.orgs {
		if o.Gone {
			continue
		}
		r := connector.Record{Key: connector.Key(key), Name: o.Name, Fields: connector.Fields{"phone": connector.Text(u.phone(key))}}
		if o.Disabled {
			r.Status = connector.StatusInactive
		}
		orgs = append(orgs, r)
	}
	for key, d := range u.devices {
		if !d.Gone {
			r := connector.Record{Key: connector.Key(key), Container: connector.Key(d.Org), Name: d.Name, Type: d.Type, Fields: connector.Fields{"model": connector.Text(u.model(key, *d))}}
			if d.Serial != "" {
				r.Fields["serial"] = connector.Text(d.Serial)
			}
			devices = append(devices, r)
		}
	}
	for kind, records := range map[connector.Kind][]connector.Record{kindOrg: orgs, kindDevice: devices} {
		slices.SortFunc(records, func(a, b connector.Record) int { return cmp.Compare(a.Key, b.Key) })
		if order != nil {
			order.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		}
		u.put(kind, records...)
	}
}

func (u *upstream) phone(org string) string {
	return fmt.Sprintf("555 %d %s", u.orgs[org].Rev, u.mark(org))
}

// cut has the next read of the devices stop in the middle without a word.
func (u *upstream) cut() {
	records := slices.Clone(u.records[kindDevice])
	u.script = map[connector.Kind]func(context.Context, connector.ReadRequest) iter.Seq2[connector.Page, error]{
		kindDevice: func(context.Context, connector.ReadRequest) iter.Seq2[connector.Page, error] {
			return func(yield func(connector.Page, error) bool) {
				yield(connector.Page{Records: records[:len(records)/2]}, nil)
			}
		},
	}
}

// mend ends what cut and a refused look-up began.
func (u *upstream) mend() {
	u.script = nil
	u.get = u.found
}
