package dovetail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// ReadRequest asks to read the upstream into the mirror.
type ReadRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Companies limits the reading to the records of these upstream companies, and
	// of those that share a company here with one of them, where the connector
	// can. Empty reads everything.
	Companies []connector.Key
	// assume are companies that are read as if they were matched.
	assume []connector.Key
}

// ReadReport is what a reading found.
type ReadReport struct {
	// First says that the companies had never been read before. Then nothing else
	// was read, and a run ends with it: people match first.
	First bool
	// Kinds has one row for each kind that was read.
	Kinds []KindRead
}

// KindRead is what the reading of one kind found.
type KindRead struct {
	// Kind is the kind.
	Kind connector.Kind
	// State says how its scan ended.
	State store.ScanState
	// Delivered and Rejected count the records that came and those that could
	// not be read.
	Delivered, Rejected int
	// New and Changed count the records that the mirror didn't have, or had
	// with other content.
	New, Changed int
	// Gone counts the records that are confirmed to be gone, Suspect those that
	// were missing and could not be looked up.
	Gone, Suspect int
	// Err is why the kind was not read to its end. Nil: it was.
	Err error
}

// OK reports whether every kind was read to its end.
func (r ReadReport) OK() bool {
	for _, kind := range r.Kinds {
		if kind.Err != nil {
			return false
		}
	}
	return true
}

// Read reads the upstream into the mirror, page by page, resuming where an
// interrupted read stopped. While no company is matched only companies are
// read. It writes no documents and decides nothing but which companies to
// suggest. It waits for the end of a run under way.
//
// A kind that lacks a right or answers nonsense is reported in its row, and the
// other kinds are read. Wrong credentials, another account, or no answer end
// the read: the error says so, and the report what was read until then.
func (e *Engine) Read(ctx context.Context, req ReadRequest) (report ReadReport, err error) {
	if err := e.authorize(ctx, req.By, OpRead); err != nil {
		return ReadReport{}, err
	}
	err = e.alone(ctx, runsOf(req.Integration), func(ctx context.Context) (err error) {
		report, err = e.read(ctx, req, store.Run{})
		return err
	})
	return report, err
}

func (e *Engine) read(ctx context.Context, req ReadRequest, run store.Run) (ReadReport, error) {
	integration, settings, err := e.loadFor(ctx, req.Integration, run)
	if err != nil {
		return ReadReport{}, err
	}
	conn, err := e.connector(integration.Connector)
	if err != nil {
		return ReadReport{}, err
	}
	session, err := e.open(ctx, integration, settings, flightInfo{run: run.ID})
	if err != nil {
		return ReadReport{}, err
	}
	defer func() { _ = session.Close() }()
	r := &reader{
		Engine: e, by: req.By, run: run.ID, integration: integration, settings: settings,
		info: conn.Info(), session: session, within: req.Companies, assume: req.assume,
	}
	report, err := r.all(ctx)
	if err != nil {
		return report, fmt.Errorf("dovetail: read %q: %w", req.Integration, err)
	}
	return report, nil
}

// reader is one reading of an integration.
type reader struct {
	*Engine
	// by is who reads: the run, or the person who asked for it.
	by          store.Actor
	run         store.RunID
	integration store.Integration
	settings    store.Settings
	info        connector.Info
	session     connector.Session
	within      []connector.Key
	assume      []connector.Key
	matched     map[connector.Key]store.CompanyID
	digests     digests
	// first says that the companies were never read to their end before.
	first bool
	// looked counts the look-ups by id, and share is how many the kind that is
	// being read may make.
	looked, share int
	// proven says that what is read comes from the account that it should.
	proven bool
}

// all reads the companies, then, if any is matched, everything else.
func (r *reader) all(ctx context.Context) (ReadReport, error) {
	var report ReadReport
	var err error
	if r.matched, err = r.matchedCompanies(ctx, r.integration.ID); err != nil {
		return report, err
	}
	if r.first, err = r.neverRead(ctx); err != nil {
		return report, err
	}
	report.First = r.first
	if r.within, err = r.withSharers(ctx, r.integration.ID, r.within); err != nil {
		return report, err
	}
	for _, key := range r.assume {
		r.matched[key] = ""
	}
	if r.digests, err = r.digestsOf(ctx, r.integration, r.settings); err != nil {
		return report, err
	}
	for i, kind := range r.info.Kinds {
		container := kind.Kind == r.info.Container
		if !container && len(r.matched) == 0 {
			continue
		}
		// A kind leaves those after it their part, or one that always has many to
		// look up would let none of theirs be gone.
		r.share = (maxLookups - r.looked) / (len(r.info.Kinds) - i)
		row := r.kind(ctx, kind)
		report.Kinds = append(report.Kinds, row)
		if row.Err != nil && (container || endsRead(row.Err)) {
			return report, row.Err
		}
		if container && len(r.within) == 0 {
			if err := r.suggest(ctx, kind); err != nil {
				return report, err
			}
			if r.first {
				break // what was adopted is for people to look at before it is imported
			}
			if r.matched, err = r.matchedCompanies(ctx, r.integration.ID); err != nil {
				return report, err
			}
		}
	}
	return report, r.count(ctx)
}

// neverRead reports whether this reading is the first one of all companies.
func (r *reader) neverRead(ctx context.Context) (first bool, err error) {
	if len(r.within) > 0 {
		return false, nil
	}
	err = r.ledger.View(ctx, func(_ context.Context, rd store.Reader) error {
		_, err := rd.LastComplete(r.integration.ID, r.info.Container)
		if first = errors.Is(err, store.ErrNotFound); first {
			return nil
		}
		return err
	})
	return first, err
}

// endsRead reports whether an error of one kind would be every kind's.
func endsRead(err error) bool {
	switch connector.CodeOf(err) {
	case connector.CodePermission, connector.CodeProtocol, connector.CodeIncomplete, connector.CodeTooLarge:
		return false
	default:
		return true
	}
}

// matchedCompanies returns the companies here by upstream company.
func (e *Engine) matchedCompanies(ctx context.Context, id store.IntegrationID) (map[connector.Key]store.CompanyID, error) {
	matched := make(map[connector.Key]store.CompanyID)
	err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for m, err := range r.Matches(id) {
			if err != nil {
				return err
			}
			if m.State == store.MatchMatched {
				matched[m.ID.Key] = m.Company
			}
		}
		return nil
	})
	return matched, err
}

// kind reads one kind to its end and settles what is missing.
func (r *reader) kind(ctx context.Context, kind connector.KindInfo) KindRead {
	out := KindRead{Kind: kind.Kind}
	s := &scanner{reader: r, kind: kind, mirror: newMirrorKind(r.integration, r.info, kind, r.settings, r.matched, r.digests), out: &out}
	if kind.Within {
		s.within = r.within
	}
	err := s.begin(ctx)
	if err == nil {
		err = s.pages(ctx)
		if connector.CodeOf(err) == connector.CodeStaleCheckpoint && s.resumed {
			if err = s.restart(ctx); err == nil {
				err = s.pages(ctx)
			}
		}
	}
	if err == nil {
		err = s.finish(ctx)
	}
	out.State, out.Delivered, out.Rejected = s.scan.State, s.scan.Delivered, s.scan.Rejected
	if err != nil {
		out.Err = fmt.Errorf("%s: %w", kind.Plural, err)
	}
	return out
}

// scanner reads one kind.
type scanner struct {
	*reader
	kind    connector.KindInfo
	within  []connector.Key
	mirror  mirrorKind
	scan    store.Scan
	resumed bool
	// exhaustive is whether the last page claimed that nothing was missed.
	exhaustive bool
	out        *KindRead
}

// resumable is how long an interrupted scan can be resumed: beyond it the first
// pages are too old to be taken together with the last.
const resumable = 6 * time.Hour

// begin resumes an interrupted scan of the same extent, or starts one.
func (s *scanner) begin(ctx context.Context) error {
	var last store.Scan
	err := s.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		last, err = r.LastScan(s.integration.ID, s.kind.Kind)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil && last.State == store.ScanOpen && slices.Equal(last.Within, s.within) && now().Sub(last.Started) < resumable {
		s.scan, s.resumed = last, true
		return nil
	}
	if err == nil && last.State == store.ScanOpen {
		s.scan = last
		if err := s.close(ctx, "it was interrupted, and another one was begun in its place"); err != nil {
			return err
		}
	}
	return s.restart(ctx)
}

func (s *scanner) restart(ctx context.Context) error {
	s.resumed = false
	s.scan = store.Scan{
		ID: store.ScanID(s.ids.next("scan")), Integration: s.integration.ID, Kind: s.kind.Kind,
		Within: s.within, State: store.ScanOpen, Started: now(),
	}
	return s.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return w.PutScan(s.scan) })
}

// pages reads page by page into the mirror. It enforces what a connector
// promises: a read that ends without saying that it is at its end is no end.
func (s *scanner) pages(ctx context.Context) error {
	req := connector.ReadRequest{Kind: s.kind.Kind, Checkpoint: s.scan.Checkpoint, Within: s.within}
	for page, err := range s.session.Read(ctx, req) {
		if err != nil {
			return s.failed(ctx, err)
		}
		if err := s.checkAccount(ctx, page.Account); err != nil {
			return err
		}
		if err := s.store(ctx, page); err != nil {
			return err
		}
		s.emit(Event{Type: EventPageRead, Integration: s.integration.ID, Run: s.run, Kind: s.kind.Kind, Done: s.scan.Delivered})
		if page.End != connector.More {
			s.exhaustive = page.End == connector.Exhaustive
			return nil
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return &connector.Error{
		Code: connector.CodeIncomplete, Source: s.info.Name, Op: "list " + string(s.kind.Kind),
		Detail: fmt.Sprintf("the read stopped after %d pages without saying that it is complete", s.scan.Pages),
	}
}

// failed notes an error that resuming can't mend; any other leaves the scan
// open.
func (s *scanner) failed(ctx context.Context, cause error) error {
	if connector.Retryable(cause) || connector.CodeOf(cause) == connector.CodeCanceled {
		return cause
	}
	return s.fail(ctx, cause)
}

// fail closes the scan: the next one begins anew.
func (s *scanner) fail(ctx context.Context, cause error) error {
	return errors.Join(cause, s.close(ctx, cause.Error()))
}

// close notes that the scan failed, and why.
func (s *scanner) close(ctx context.Context, problem string) error {
	s.scan.State, s.scan.Ended, s.scan.Problem = store.ScanFailed, now(), problem
	return s.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return w.PutScan(s.scan) })
}
