package dovetail

import (
	"context"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// MergeRequest answers a merge of two companies upstream.
type MergeRequest struct {
	// By is who answers.
	By store.Actor
	// Integration, From and Into name the merge: see UpstreamMerges.
	Integration store.IntegrationID
	From, Into  connector.Key
	// Revision is the merge's as the person saw it.
	Revision int64
	// Answer says what becomes of the records. Empty is store.MergeFollow.
	Answer store.MergeAnswer
}

// AnswerMerge carries out a person's answer to a merge upstream. MergeFollow
// matches the survivor to the company here that the other one was matched to,
// and is refused where the survivor is matched to another one already. MergeMove
// lets the next plan move the records to the survivor's company here. MergeKeep
// pins them to the assets that they are on.
func (e *Engine) AnswerMerge(ctx context.Context, req MergeRequest) error {
	if err := e.authorize(ctx, req.By, OpDecide); err != nil {
		return err
	}
	if req.Answer == "" {
		req.Answer = store.MergeFollow
	}
	_, _, conn, err := e.configured(ctx, req.Integration)
	if err != nil {
		return err
	}
	err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		return answerMerge(w, req, conn.Info().Container)
	})
	if err != nil {
		return fmt.Errorf("dovetail: answer the merge of %q into %q: %w", req.From, req.Into, err)
	}
	return nil
}

func answerMerge(w store.Writer, req MergeRequest, container connector.Kind) error {
	merge, err := mergeAsked(w, req, container)
	if err != nil {
		return err
	}
	from, err := w.Match(store.RecordID{Integration: req.Integration, Kind: container, Key: req.From})
	if err != nil {
		return err
	}
	if err := checkSeen(from, req.Revision); err != nil {
		return err
	}
	into := store.RecordID{Integration: req.Integration, Kind: container, Key: req.Into}
	switch req.Answer {
	case store.MergeFollow:
		err = followMerge(w, req, &from, into)
	case store.MergeMove:
		if merge.IntoCompany == "" {
			err = fmt.Errorf("%w: %q is matched to no company here (match it first, or answer %q)", store.ErrRefused, merge.IntoName, store.MergeFollow)
		}
	case store.MergeKeep:
		err = pinMerged(w, from, req.Into)
	default:
		err = fmt.Errorf("%w: %.40q is no answer (one of %q, %q and %q)", store.ErrRefused, string(req.Answer), store.MergeFollow, store.MergeMove, store.MergeKeep)
	}
	if err != nil {
		return err
	}
	from.Merged = store.Merged{Into: req.Into, Answer: req.Answer}
	from.By, from.At = req.By, now()
	from.Revision++
	return errors.Join(w.PutMatch(from), bumpMatchRevision(w, req.Integration), w.AppendJournal(store.JournalEntry{
		At: from.At, By: req.By, Integration: req.Integration, Event: "merge: " + string(req.Answer), Record: from.ID, Company: from.Company,
	}))
}

// mergeAsked returns the merge that a request is about.
func mergeAsked(r store.Reader, req MergeRequest, container connector.Kind) (*UpstreamMerge, error) {
	merges, err := mergesIn(r, req.Integration, container)
	if err != nil {
		return nil, err
	}
	for _, m := range merges {
		if m.From == req.From && m.Into == req.Into {
			return m, nil
		}
	}
	return nil, fmt.Errorf("%w: no such merge waits for an answer (list them with UpstreamMerges)", store.ErrNotFound)
}

// followMerge matches the survivor to the company here, which it is the primary
// of from then on if the other one was.
func followMerge(w store.Writer, req MergeRequest, from *store.Match, id store.RecordID) error {
	into, err := w.Match(id)
	if err != nil {
		return err
	}
	if into.State == store.MatchMatched {
		return fmt.Errorf("%w: it is matched to company %q already (answer %q, or match it to %q)", store.ErrRefused, into.Company, store.MergeMove, from.Company)
	}
	if err := w.DeleteRejection(id, from.Company, ""); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	into.State, into.Company, into.Suggestions, into.Before, into.Leave = store.MatchMatched, from.Company, nil, nil, store.LeaveKeep
	into.By, into.At = req.By, now()
	into.Revision++
	if from.Primary {
		into.Primary, into.Wrote = true, from.Wrote
		from.Primary, from.Wrote = false, nil
	}
	return errors.Join(w.PutMatch(into), w.AppendJournal(store.JournalEntry{
		At: into.At, By: req.By, Integration: req.Integration, Event: string(VerdictMatch), Record: id, Company: into.Company,
	}))
}

// pinMerged pins the records that a merge took to another company to the assets
// that they are on.
func pinMerged(w store.Writer, from store.Match, into connector.Key) error {
	var cards []store.Card
	for card, err := range w.CardsOf(from.Company) {
		if err != nil {
			return err
		}
		if card.ID.Integration != from.ID.Integration || card.Container != from.ID.Key {
			continue
		}
		row, err := w.MirrorRow(card.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if row.Container == into {
			card.Pinned = true
			cards = append(cards, card)
		}
	}
	for _, card := range cards {
		if err := w.PutCard(card); err != nil {
			return err
		}
	}
	return nil
}
