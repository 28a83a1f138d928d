package wire

import (
	"fmt"

	"google.golang.org/protobuf/proto"

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
	encoder Encoder
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
	s.encoder.reset()
	s.part = PagePart{Rejected: s.part.Rejected[:0]}
}

func (s *Sender) record(rec connector.Record) error {
	before := s.encoder.mark()
	s.encoder.Append(rec)
	if before.count > 0 && (s.encoder.size() > MaxRecord || before.count == MaxRecords) {
		s.encoder.undo(before)
		if err := s.flush(); err != nil {
			return err
		}
		s.encoder.Append(rec)
		before = encoded{}
	}
	if size := s.encoder.size(); before.count == 0 && size > MaxRecord {
		return &connector.Error{
			Code: connector.CodeTooLarge, Op: "read " + string(s.Kind),
			Detail: fmt.Sprintf("record %q has %d bytes on its way to the host, more than %d", rec.Key, size, MaxRecord),
		}
	}
	return nil
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
	if s.encoder.count > 0 {
		s.part.Records, s.part.Names = s.encoder.data, s.encoder.names
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
func (r *Receiver) Part(part *PagePart) (page connector.Page, whole bool, err error) {
	records, err := Count(part.GetRecords())
	if err != nil {
		return page, false, err
	}
	r.size += len(part.GetRecords())
	count := len(r.page.Records) + len(r.page.Rejected) + records + len(part.GetRejected())
	switch {
	case r.size > MaxPage || count > MaxPageRecords:
		return page, false, fmt.Errorf("a page has more than %d records or %d MiB", MaxPageRecords, MaxPage>>20)
	case part.GetEnd() > uint32(connector.Exhaustive):
		return page, false, fmt.Errorf("a page ends in a way that doesn't exist: %d", part.GetEnd())
	case len(part.GetCheckpoint()) > MaxCheckpoint:
		return page, false, fmt.Errorf("a checkpoint has %d bytes, more than %d", len(part.GetCheckpoint()), MaxCheckpoint)
	case !part.GetWhole() && records+len(part.GetRejected()) == 0:
		return page, false, fmt.Errorf("a part of a page is empty")
	}
	if r.page.Records == nil && records > 0 {
		r.page.Records = make([]connector.Record, 0, records)
	}
	r.decoder.Names(part.GetNames())
	if r.page.Records, err = r.decoder.Append(r.page.Records, part.GetRecords()); err != nil {
		return page, false, err
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

// MarshalRecord writes one record.
func MarshalRecord(rec connector.Record) ([]byte, error) {
	var e Encoder
	e.Append(rec)
	return proto.Marshal(&PagePart{Records: e.data, Names: e.names})
}

// UnmarshalRecord reads what MarshalRecord writes.
func UnmarshalRecord(data []byte) (connector.Record, error) {
	var part PagePart
	if err := proto.Unmarshal(data, &part); err != nil {
		return connector.Record{}, fmt.Errorf("a record can't be read: %w", err)
	}
	one, rest, err := next(part.GetRecords())
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("there is more than one record")
	}
	if err != nil {
		return connector.Record{}, err
	}
	var d Decoder
	d.Names(part.GetNames())
	return d.Record(string(one))
}
