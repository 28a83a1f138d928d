// Package connectortest checks that a connector keeps the rules of package
// connector. You, the author of a connector, bring a fake of your upstream
// that answers HTTP requests, and one line:
//
//	func TestConformance(t *testing.T) {
//		connectortest.Test(t, connectortest.Fixture{New: newUpstream})
//	}
//
// The fake is a plain [net/http.Handler] and need not know how to misbehave:
// the suite stands between the connector and the fake, and makes the faults
// itself (refusals, answers that break off, web pages in place of data, answers
// that never come). It does so at every single request of a read. What only
// the fake can do (rows added, deleted and changed while a read goes on) it
// does through the functions of [Upstream].
//
// Each check enforces one rule, which its failure quotes. A rule that can't be
// tested, because the connector lacks the ability or the fixture the function,
// is skipped, and the reason is printed.
//
// [Check] does the same without package testing's T, and [CheckLive] runs the
// part that needs no fake: a connector, a configuration and a real account,
// which is only read.
//
// [Test] runs each check in a bubble of package testing/synctest, where a wait
// of a minute takes no time. That is why requests have to go through
// OpenOptions.RoundTripper, and why the fake may use no socket.
//
// The package depends on the standard library and package connector alone.
package connectortest
