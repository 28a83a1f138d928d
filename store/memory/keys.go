package memory

import (
	"cmp"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// settingsKey is the key of a version of an integration's settings.
type settingsKey struct {
	integration store.IntegrationID
	version     int64
}

func keyOfSettings(s *store.Settings) settingsKey { return settingsKey{s.Integration, s.Version} }

func (k settingsKey) compare(other settingsKey) int {
	return cmp.Or(cmp.Compare(k.integration, other.integration), cmp.Compare(k.version, other.version))
}

// containerKey orders mirror rows by the upstream company that they belong to.
type containerKey struct {
	integration store.IntegrationID
	kind        connector.Kind
	container   connector.Key
	key         connector.Key
}

func containerOf(m *store.MirrorRow) containerKey {
	return containerKey{m.ID.Integration, m.ID.Kind, m.Container, m.ID.Key}
}

func (k containerKey) compare(other containerKey) int {
	return cmp.Or(
		cmp.Compare(k.integration, other.integration), cmp.Compare(k.kind, other.kind),
		cmp.Compare(k.container, other.container), cmp.Compare(k.key, other.key),
	)
}

// scanKey orders scans by what is read, and then by when they were started: the
// ids of scans sort so.
type scanKey struct {
	integration store.IntegrationID
	kind        connector.Kind
	id          store.ScanID
}

func keyOfScan(s *store.Scan) scanKey { return scanKey{s.Integration, s.Kind, s.ID} }

func (k scanKey) compare(other scanKey) int {
	return cmp.Or(
		cmp.Compare(k.integration, other.integration), cmp.Compare(k.kind, other.kind), cmp.Compare(k.id, other.id),
	)
}

// companyKey orders what belongs to an upstream record by the company here.
type companyKey struct {
	company store.CompanyID
	id      store.RecordID
}

func companyOfMatch(m *store.Match) companyKey         { return companyKey{m.Company, m.ID} }
func companyOfCard(c *store.Card) companyKey           { return companyKey{c.Company, c.ID} }
func companyOfTombstone(t *store.Tombstone) companyKey { return companyKey{t.Company, t.ID} }

func (k companyKey) compare(other companyKey) int {
	if c := cmp.Compare(k.company, other.company); c != 0 {
		return c
	}
	return k.id.Compare(other.id)
}

// ownedKey orders what has an id of its own by integration.
type ownedKey struct {
	integration store.IntegrationID
	id          string
}

func ownerOfPlan(p *store.Plan) ownedKey       { return ownedKey{p.Integration, string(p.ID)} }
func ownerOfRun(r *store.Run) ownedKey         { return ownedKey{r.Integration, string(r.ID)} }
func ownerOfWrite(o *store.OpenWrite) ownedKey { return ownedKey{o.Record.Integration, o.Intent} }

func (k ownedKey) compare(other ownedKey) int {
	return cmp.Or(cmp.Compare(k.integration, other.integration), cmp.Compare(k.id, other.id))
}

// changeKey is the key of a plan's change.
type changeKey struct {
	plan store.PlanID
	seq  int
}

func keyOfChange(c *store.Change) changeKey { return changeKey{c.Plan, c.Seq} }

func (k changeKey) compare(other changeKey) int {
	return cmp.Or(cmp.Compare(k.plan, other.plan), cmp.Compare(k.seq, other.seq))
}

// rejectionKey is the key of a rejection.
type rejectionKey struct {
	id      store.RecordID
	company store.CompanyID
	asset   store.AssetID
}

func keyOfRejection(r *store.Rejection) rejectionKey { return rejectionKey{r.ID, r.Company, r.Asset} }

func (k rejectionKey) compare(other rejectionKey) int {
	return cmp.Or(k.id.Compare(other.id), cmp.Compare(k.company, other.company), cmp.Compare(k.asset, other.asset))
}

// pinKey is the key of a pin.
type pinKey struct {
	asset store.AssetID
	field store.FieldID
}

func keyOfPin(p *store.Pin) pinKey { return pinKey{p.Asset, p.Field} }

func (k pinKey) compare(other pinKey) int {
	return cmp.Or(cmp.Compare(k.asset, other.asset), cmp.Compare(k.field, other.field))
}

// pinOfKey orders pins by company.
type pinOfKey struct {
	company store.CompanyID
	pin     pinKey
}

func companyOfPin(p *store.Pin) pinOfKey { return pinOfKey{p.Company, keyOfPin(p)} }

func (k pinOfKey) compare(other pinOfKey) int {
	return cmp.Or(cmp.Compare(k.company, other.company), k.pin.compare(other.pin))
}

// approvalKey is the key of an approval.
type approvalKey struct {
	integration store.IntegrationID
	code        string
	company     store.CompanyID
	kind        connector.Kind
}

func keyOfApproval(a *store.Approval) approvalKey {
	return approvalKey{a.Integration, a.Code, a.Company, a.Kind}
}

func (k approvalKey) compare(other approvalKey) int {
	return cmp.Or(
		cmp.Compare(k.integration, other.integration), cmp.Compare(k.code, other.code),
		cmp.Compare(k.company, other.company), cmp.Compare(k.kind, other.kind),
	)
}
