package wire

import (
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
)

// Sender splits pages into parts. It is made for one read, and its memory is
// used again for each part: a part is to be sent before the next one is made.
type Sender struct {
	// Send sends a part.
	Send func(*PagePart) error
	// Kind is the kind that is read, for errors.
	Kind connector.Kind

	part    PagePart
	buf     []byte
	offsets []int
}

// Page sends a page. A record that is too large is an error that names it.
func (s *Sender) Page(page connector.Page) error {
	if len(page.Checkpoint) > MaxCheckpoint {
		return &connector.Error{
			Code: connector.CodeTooLarge, Op: "read " + string(s.Kind),
			Detail: fmt.Sprintf("a checkpoint has %d bytes, more than %d", len(page.Checkpoint), MaxCheckpoint),
		}
	}
	s.reset()
	for _, rec := range page.Records {
		if err := s.record(rec); err != nil {
			return err
		}
	}
	for _, r := range page.Rejected {
		if err := s.reject(r.Key, r.Err); err != nil {
			return err
		}
	}
	s.part.Whole = true
	s.part.Checkpoint, s.part.End, s.part.Account = []byte(page.Checkpoint), uint32(page.End), []byte(page.Account)
	return s.flush()
}

func (s *Sender) reset() {
	s.buf, s.offsets = s.buf[:0], s.offsets[:0]
	records, rejected := s.part.Records[:0], s.part.Rejected[:0]
	s.part = PagePart{Records: records, Rejected: rejected}
}

func (s *Sender) record(rec connector.Record) error {
	if !writable(rec.Key) || rec.Container != "" && !writable(rec.Container) {
		_, err := rec.Clean()
		return s.reject("", err) // as the engine does with such a record
	}
	start := len(s.buf)
	s.buf = AppendRecord(s.buf, rec)
	size := len(s.buf) - start
	if size > MaxRecord {
		return &connector.Error{
			Code: connector.CodeTooLarge, Op: "read " + string(s.Kind),
			Detail: fmt.Sprintf("record %q has %d bytes on its way to the host, more than %d", rec.Key, size, MaxRecord),
		}
	}
	if len(s.buf) > MaxRecord || len(s.offsets) == MaxRecords {
		last := append([]byte(nil), s.buf[start:]...)
		s.buf = s.buf[:start]
		if err := s.flush(); err != nil {
			return err
		}
		s.buf = append(s.buf, last...)
	}
	s.offsets = append(s.offsets, len(s.buf))
	return nil
}

// writable reports whether a key can be written as JSON and read again.
func writable(key connector.Key) bool {
	return key == "" || connector.CleanText(string(key)) == string(key)
}

func (s *Sender) reject(key connector.Key, err error) error {
	if len(s.part.Rejected) == maxRejected {
		if err := s.flush(); err != nil {
			return err
		}
	}
	if err == nil {
		err = &connector.Error{Code: connector.CodeProtocol, Detail: "the record was rejected without a reason"}
	}
	s.part.Rejected = append(s.part.Rejected, &Rejected{Key: []byte(key), Failure: FailureOf(err)})
	return nil
}

// flush sends what was gathered.
func (s *Sender) flush() error {
	start := 0
	for _, end := range s.offsets {
		s.part.Records = append(s.part.Records, s.buf[start:end])
		start = end
	}
	err := s.Send(&s.part)
	s.reset()
	return err
}

// Receiver puts pages together again. It is made for one read.
type Receiver struct {
	// Redact takes credentials out of the texts of errors.
	Redact func(string) string

	decoder Decoder
	page    connector.Page
	size    int
}

// Part takes a part and returns the page if it was the last one. A part that
// can't be right is an error.
func (r *Receiver) Part(part *PageText) (page connector.Page, whole bool, err error) {
	for _, data := range part.GetRecords() {
		r.size += len(data)
	}
	count := len(r.page.Records) + len(r.page.Rejected) + len(part.GetRecords()) + len(part.GetRejected())
	switch {
	case r.size > MaxPage || count > MaxPageRecords:
		return page, false, fmt.Errorf("a page has more than %d records or %d MiB", MaxPageRecords, MaxPage>>20)
	case part.GetEnd() > uint32(connector.Exhaustive):
		return page, false, fmt.Errorf("a page ends in a way that doesn't exist: %d", part.GetEnd())
	case len(part.GetCheckpoint()) > MaxCheckpoint:
		return page, false, fmt.Errorf("a checkpoint has %d bytes, more than %d", len(part.GetCheckpoint()), MaxCheckpoint)
	case !part.GetWhole() && len(part.GetRecords())+len(part.GetRejected()) == 0:
		return page, false, fmt.Errorf("a part of a page is empty")
	}
	if r.page.Records == nil && len(part.GetRecords()) > 0 {
		r.page.Records = make([]connector.Record, 0, len(part.GetRecords()))
	}
	for _, data := range part.GetRecords() {
		rec, err := r.decoder.text(data)
		if err != nil {
			return page, false, err
		}
		r.page.Records = append(r.page.Records, rec)
	}
	for _, rejected := range part.GetRejected() {
		r.page.Rejected = append(r.page.Rejected, connector.Rejected{
			Key: connector.Key(rejected.GetKey()), Err: rejected.GetFailure().Err(r.Redact),
		})
	}
	if !part.GetWhole() {
		return page, false, nil
	}
	page = r.page
	page.Checkpoint, page.End = connector.Checkpoint(part.GetCheckpoint()), connector.End(part.GetEnd())
	page.Account = string(part.GetAccount())
	r.page, r.size = connector.Page{}, 0
	return page, true, nil
}
