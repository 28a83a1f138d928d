package connectortest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// describeChecks are the rules about what a connector says before any request.
func describeChecks() []check {
	return []check{
		{
			name: "the description is sound", live: true,
			rule: "Info names kinds, data points, settings and limits that hosts can rely on: see Info.Check.",
			run: func(p *probe) {
				if err := p.subject().Connector.Info().Check(); err != nil {
					p.errorf("%w", err)
				}
			},
		},
		{
			name: "the description is constant", live: true,
			rule: "Info answers the same at every call, and what it returns belongs to the caller.",
			run:  constantInfo,
		},
		{
			name: "a configuration is refused with all its problems", live: true,
			rule: "All problems of the configuration are returned at once, as a *ConfigError.",
			run:  refusesEmptyConfig,
		},
		{
			name: "a credential in the wrong place is not shown", live: true,
			rule: "A configuration error never shows a credential.",
			run:  hidesMisplacedSecret,
		},
	}
}

func constantInfo(p *probe) {
	c := p.subject().Connector
	first, second := c.Info(), c.Info()
	if !reflect.DeepEqual(first, second) {
		p.fatalf("two calls answered differently")
	}
	if s, err := c.Open(p.ctx, p.subject().options()); err == nil {
		_ = s.Close()
	}
	if second = c.Info(); !reflect.DeepEqual(first, second) {
		p.fatalf("it answers otherwise once a session was open: what an account has of its own is for Discover")
	}
	before := fmt.Sprintf("%#v", second)
	unspoiled := first.Clone()
	for i := range first.Kinds {
		for j := range first.Kinds[i].DataPoints {
			first.Kinds[i].DataPoints[j].Name = "spoiled"
		}
		first.Kinds[i].Kind = "spoiled"
	}
	for i := range first.Config {
		first.Config[i].Name = "spoiled"
	}
	after := fmt.Sprintf("%#v", c.Info())
	// A host may go on with a connector that was vetted: nothing stays spoiled.
	for i := range first.Kinds {
		copy(first.Kinds[i].DataPoints, unspoiled.Kinds[i].DataPoints)
		first.Kinds[i].Kind = unspoiled.Kinds[i].Kind
	}
	copy(first.Config, unspoiled.Config)
	if after != before {
		p.errorf("what one caller changed in its answer is changed for all")
	}
}

func refusesEmptyConfig(p *probe) {
	c := p.subject().Connector
	var required []string
	for _, field := range c.Info().Config {
		if field.Required && field.Default == "" {
			required = append(required, field.Name)
		}
	}
	if len(required) == 0 {
		p.skipf("no setting is required")
	}
	raw := connector.Config{Values: map[string]string{"no-such-setting": "x"}}
	problems := p.refusal(raw)
	for _, name := range append(required, "no-such-setting") {
		if !slices.ContainsFunc(problems, func(x connector.Problem) bool { return x.Field == name }) {
			p.errorf("an empty configuration with an unknown setting: there is no problem about %q among %v", name, problems)
		}
	}
}

func hidesMisplacedSecret(p *probe) {
	good := p.subject().Options.Config
	const credential = "hush-hush-credential"
	raw := connector.Config{Values: map[string]string{}, Secrets: map[string]connector.Secret{}}
	secrets := 0
	for _, field := range p.subject().Connector.Info().Config {
		if field.Type == connector.ConfigSecret {
			secrets++
			raw.Values[field.Name] = credential
			raw.Secrets[field.Name] = connector.NewSecret(" " + credential + "\n")
		} else {
			raw.Values[field.Name] = good.Text(field.Name)
		}
	}
	if secrets == 0 {
		p.skipf("the connector has no credential")
	}
	for _, problem := range p.refusal(raw) {
		if strings.Contains(problem.Text+problem.Suggestion, credential) {
			p.errorf("the problem with %q shows the credential that was put among the plain values", problem.Field)
		}
	}
}

// refusal opens a session that can't be opened and returns why.
func (p *probe) refusal(raw connector.Config) []connector.Problem {
	opt := p.subject().Options
	opt.Config = raw
	s, err := p.subject().Connector.Open(p.ctx, opt)
	if err == nil {
		_ = s.Close()
		p.fatalf("Open accepted it")
	}
	invalid, ok := errors.AsType[*connector.ConfigError](err)
	if !ok {
		p.fatalf("Open answered a %T, not a *ConfigError: %w", err, err)
	}
	return invalid.Problems
}
