package memory

import (
	"cmp"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// state is all that the ledger holds: rows by key, and the same rows again in
// the other orders in which they are asked for. A row is never changed once it
// is in a tree.
type state struct {
	integrations tree[store.IntegrationID, *store.Integration]
	settings     tree[settingsKey, *store.Settings]

	mirror            tree[store.RecordID, *store.MirrorRow]
	mirrorByContainer tree[containerKey, *store.MirrorRow]
	scans             tree[scanKey, *store.Scan]
	marks             tree[store.ScanID, *marks]

	matches          tree[store.RecordID, *store.Match]
	matchesByCompany tree[companyKey, *store.Match]
	cards            tree[store.RecordID, *store.Card]
	cardsByCompany   tree[companyKey, *store.Card]

	rejections          tree[rejectionKey, *store.Rejection]
	pins                tree[pinKey, *store.Pin]
	pinsByCompany       tree[pinOfKey, *store.Pin]
	tombstones          tree[store.RecordID, *store.Tombstone]
	tombstonesByCompany tree[companyKey, *store.Tombstone]
	overwritten         tree[int64, *store.Overwritten]
	approvals           tree[approvalKey, *store.Approval]
	due                 tree[store.IntegrationID, *store.Due]
	claims              tree[string, *store.Claim]
	// lastOverwritten is the number of the overwritten value that was added
	// last.
	lastOverwritten int64

	plans                   tree[store.PlanID, *store.Plan]
	plansByIntegration      tree[ownedKey, *store.Plan]
	changes                 tree[changeKey, *store.Change]
	openWrites              tree[string, *store.OpenWrite]
	openWritesByIntegration tree[ownedKey, *store.OpenWrite]

	runs              tree[store.RunID, *store.Run]
	runsByIntegration tree[ownedKey, *store.Run]
	journal           tree[int64, *store.JournalEntry]
	// lastEntry is the number of the journal entry that was added last.
	lastEntry int64

	writes writes
}

// marks are the records that one scan has delivered. They are dropped when a
// scan that is over is followed by another; that the scan had its id stays.
type marks struct {
	scan    scanKey
	dropped bool
	seen    tree[connector.Key, connector.Key]
}

func newState() *state {
	return &state{
		integrations: newTree(func(i *store.Integration) store.IntegrationID { return i.ID }, cmp.Compare),
		settings:     newTree(keyOfSettings, settingsKey.compare),

		mirror:            newTree(func(m *store.MirrorRow) store.RecordID { return m.ID }, store.RecordID.Compare),
		mirrorByContainer: newTree(containerOf, containerKey.compare),
		scans:             newTree(keyOfScan, scanKey.compare),
		marks:             newTree(func(m *marks) store.ScanID { return m.scan.id }, cmp.Compare),

		matches:          newTree(func(m *store.Match) store.RecordID { return m.ID }, store.RecordID.Compare),
		matchesByCompany: newTree(companyOfMatch, companyKey.compare),
		cards:            newTree(func(c *store.Card) store.RecordID { return c.ID }, store.RecordID.Compare),
		cardsByCompany:   newTree(companyOfCard, companyKey.compare),

		rejections:          newTree(keyOfRejection, rejectionKey.compare),
		pins:                newTree(keyOfPin, pinKey.compare),
		pinsByCompany:       newTree(companyOfPin, pinOfKey.compare),
		tombstones:          newTree(func(t *store.Tombstone) store.RecordID { return t.ID }, store.RecordID.Compare),
		tombstonesByCompany: newTree(companyOfTombstone, companyKey.compare),
		overwritten:         newTree(func(o *store.Overwritten) int64 { return o.Seq }, cmp.Compare),
		approvals:           newTree(keyOfApproval, approvalKey.compare),
		due:                 newTree(func(d *store.Due) store.IntegrationID { return d.Integration }, cmp.Compare),
		claims:              newTree(func(c *store.Claim) string { return c.Work }, cmp.Compare),

		plans:                   newTree(func(p *store.Plan) store.PlanID { return p.ID }, cmp.Compare),
		plansByIntegration:      newTree(ownerOfPlan, ownedKey.compare),
		changes:                 newTree(keyOfChange, changeKey.compare),
		openWrites:              newTree(func(o *store.OpenWrite) string { return o.Intent }, cmp.Compare),
		openWritesByIntegration: newTree(ownerOfWrite, ownedKey.compare),

		runs:              newTree(func(r *store.Run) store.RunID { return r.ID }, cmp.Compare),
		runsByIntegration: newTree(ownerOfRun, ownedKey.compare),
		journal:           newTree(func(e *store.JournalEntry) int64 { return e.Seq }, cmp.Compare),
	}
}

// table numbers the tables, for counting what is written to them.
type table int

const (
	tableIntegration table = iota
	tableSettings
	tableMirrorRow
	tableScan
	tableMark
	tableMatch
	tableCard
	tablePlan
	tableChange
	tableOpenWrite
	tableRun
	tableJournal
	tableRejection
	tablePin
	tableTombstone
	tableOverwritten
	tableApproval
	tableDue
	tableClaim
	tables
)

func (t table) String() string {
	return [tables]string{
		"integration", "settings", "mirror row", "scan", "mark", "match", "card", "plan", "change", "open write", "run",
		"journal entry", "rejection", "pin", "tombstone", "overwritten value", "approval", "due time", "claim",
	}[t]
}

// writes counts written and deleted rows by table.
type writes [tables]int

func (w writes) named() map[string]int {
	named := map[string]int{}
	for t, n := range w {
		if n > 0 {
			named[table(t).String()] = n
		}
	}
	return named
}
