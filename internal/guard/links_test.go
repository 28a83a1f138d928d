package guard_test

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestLinksBetweenDocumentsLeadSomewhere(t *testing.T) {
	t.Parallel()
	root := repoRoot(t)
	exists := func(name string) bool {
		_, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
		return err == nil
	}
	for _, file := range treeFiles(t, ".md") {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
		require.NoError(t, err)
		for _, fault := range linkTargetFaults(file, string(text), exists) {
			t.Error(fault)
		}
	}
}

var (
	inlineLink = regexp.MustCompile(`\]\(\s*(<[^>]*>|[^)\s]+)`)
	linkDef    = regexp.MustCompile(`^ {0,3}\[[^\]]+\]:\s+(<[^>]*>|\S+)`)
	codeSpan   = regexp.MustCompile("`[^`]*`")
	codeFence  = regexp.MustCompile("^ {0,3}(```+|~~~+)")
)

// linkTargetFaults lists the relative links of one document that lead to no
// file; exists is asked for paths below the root of the repository.
func linkTargetFaults(file, text string, exists func(string) bool) []string {
	var faults []string
	fence := ""
	for i, line := range strings.Split(text, "\n") {
		if mark := codeFence.FindStringSubmatch(line); mark != nil {
			switch {
			case fence == "":
				fence = mark[1]
			case strings.HasPrefix(mark[1], fence):
				fence = ""
			}
			continue
		}
		if fence != "" {
			continue
		}
		line = codeSpan.ReplaceAllString(line, "")
		for _, match := range append(inlineLink.FindAllStringSubmatch(line, -1), linkDef.FindAllStringSubmatch(line, -1)...) {
			if target, relative := linkTarget(file, match[1]); relative && (outside(target) || !exists(target)) {
				faults = append(faults, fmt.Sprintf("%s:%d: the link %s leads to %s, which doesn't exist", file, i+1, match[1], target))
			}
		}
	}
	return faults
}

// linkTarget resolves a link to a path below the root of the repository. Links
// to the web and to a heading of the same document are not relative.
func linkTarget(file, link string) (target string, relative bool) {
	u, err := url.Parse(strings.Trim(link, "<>"))
	if err != nil {
		return link, true // what can't be parsed leads nowhere
	}
	switch {
	case u.Scheme != "" || u.Host != "" || u.Path == "":
		return "", false
	case strings.HasPrefix(u.Path, "/"):
		return path.Clean(strings.TrimPrefix(u.Path, "/")), true
	}
	return path.Join(path.Dir(file), u.Path), true
}

// outside says whether a path leaves the repository: what stands there isn't in
// anyone else's clone.
func outside(target string) bool {
	return target == ".." || strings.HasPrefix(target, "../")
}

func TestBrokenLinksAreFound(t *testing.T) {
	t.Parallel()
	const text = "[good](other.md) and [gone](missing.md#part), ![picture](<no picture.png>)\n" +
		"[web](https://example.org/x.md) [mail](mailto:a@example.org) [here](#part) [up](../README.md#top)\n" +
		"[root](/README.md) [rootless](/LOST.md) [title](other.md \"a title\") `[code](not-a-link.md)`\n" +
		"```go\nx := m[k](also-no-link)\n```\n" +
		"~~~\n[fenced](no.md)\n```\n[still fenced](no.md)\n~~~\n" +
		"[ref]: reference.md\n" +
		"[good ref]: other.md\n" +
		"[outside](../../elsewhere.md)\n"
	known := map[string]bool{"docs/other.md": true, "README.md": true, "../elsewhere.md": true}

	var got []string
	for _, fault := range linkTargetFaults("docs/page.md", text, func(name string) bool { return known[name] }) {
		where, _, _ := strings.Cut(fault, ": ")
		_, target, _ := strings.Cut(strings.TrimSuffix(fault, ", which doesn't exist"), " leads to ")
		got = append(got, where+" "+target)
	}
	require.Empty(t, cmp.Diff([]string{
		"docs/page.md:1 docs/missing.md",
		"docs/page.md:1 docs/no picture.png",
		"docs/page.md:3 LOST.md",
		"docs/page.md:12 docs/reference.md",
		"docs/page.md:14 ../elsewhere.md",
	}, got))
}
