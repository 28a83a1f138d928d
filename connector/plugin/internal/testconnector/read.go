package testconnector

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Everything is an error with all parts.
func Everything(token string) error {
	return fmt.Errorf("outside: %w", &connector.Error{
		Code: connector.CodeRateLimited, Source: "testing", Op: "list things page 2", Detail: "429 for " + token,
		Remedy: "wait a minute", Right: "Things - List", RetryAfter: 83 * time.Second, Err: errors.New("the cause"),
	})
}

func (s *session) Read(ctx context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error] {
	return func(yield func(connector.Page, error) bool) {
		s.reads.Add(1)
		defer func() { s.ended.Store(time.Now().UnixNano()) }()
		from, size := 0, max(1, s.opt.Config.Int(Page))
		if req.SizeHint > 0 {
			size = req.SizeHint
		}
		if req.Checkpoint != "" {
			n, err := strconv.Atoi(string(req.Checkpoint))
			if err != nil {
				yield(connector.Page{}, &connector.Error{Code: connector.CodeStaleCheckpoint, Source: "testing", Op: "read"})
				return
			}
			from = n
		}
		for {
			if err := ctx.Err(); err != nil {
				yield(connector.Page{}, err)
				return
			}
			end := min(from+size, s.opt.Config.Int(Records))
			page, err := s.page(ctx, req, from, end)
			if err != nil {
				yield(connector.Page{}, err)
				return
			}
			s.pages.Add(1)
			if !yield(page, nil) || page.End != connector.More {
				return
			}
			from = end
		}
	}
}

// page makes a page up, unless something goes wrong.
func (s *session) page(ctx context.Context, req connector.ReadRequest, from, end int) (connector.Page, error) {
	page := connector.Page{Checkpoint: connector.Checkpoint(strconv.Itoa(end)), Account: "42"}
	if s.made != nil {
		page.Records = s.made[:end-from]
	} else {
		page.Records = make([]connector.Record, 0, end-from)
		for n := from; n < end; n++ {
			page.Records = append(page.Records, Record(n))
		}
	}
	if end >= s.opt.Config.Int(Records) {
		page.End = connector.Exhaustive
	}
	if from < s.opt.Config.Int(At) || len(page.Records) == 0 {
		return page, nil
	}
	token := s.token.Load().(string)
	switch s.opt.Config.Text(Scenario) {
	case "crash":
		s.crash()
	case "error":
		return page, Everything(token)
	case "waits":
		<-ctx.Done()
		return page, ctx.Err()
	case "hangs":
		select {}
	case "pace":
		if err := s.opt.Host.Pace(ctx, "testing"); err != nil {
			return page, err
		}
	case "progress":
		s.opt.Host.Progress(connector.Progress{Kind: Kind, Done: end, Total: s.opt.Config.Int(Records), Waiting: "for " + token})
	case "rotate":
		next := connector.NewSecret(token + "+")
		if err := s.opt.Host.SaveSecret(ctx, Token, next); err != nil {
			return page, err
		}
		s.token.Store(next.Reveal())
		if page.End == connector.More {
			s.crash()
		}
	case "log":
		s.opt.Logger.Info("token is "+token, "token", token, "n", 7, "list", []string{token})
		s.opt.Logger.Debug("at debug")
		fmt.Fprintln(os.Stdout, "junk on stdout "+token)
		fmt.Fprintln(os.Stderr, "junk on stderr "+token)
	case "huge":
		page.Records[0].Fields["notes"] = connector.Text(strings.Repeat("x", 2<<20))
	case "odd":
		page.Records[0].Key = ""
		page.Records[1].Key = "bad\xff"
		page.Rejected = append(page.Rejected, connector.Rejected{Key: "r1", Err: &connector.Error{Code: connector.CodeProtocol, Detail: "no JSON"}})
		page.Account, page.Checkpoint = "acc\xff", "check\xffpoint"
	case "asked":
		page.Records[0].Name = fmt.Sprint(req)
	}
	return page, nil
}

// crash ends the process as a fault in the connector would, so often as it may.
func (s *session) crash() {
	path := s.opt.Config.Text(Marker)
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err == nil && info.Size() < int64(s.opt.Config.Int(Times)) {
		_, _ = file.WriteString("x")
		go panic("the connector has a fault with " + s.token.Load().(string))
		select {}
	}
}
