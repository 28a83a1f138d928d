// Package plugin runs a connector in a process of its own, so that a host can
// use connectors that it wasn't built with.
//
// The connector's side is a main function of one line:
//
//	func main() { plugin.Serve(example.New()) }
//
// The host's side is [Start], which returns a [connector.Connector] like any
// other: the same pages, the same errors, the same features.
//
//	p, err := plugin.Start(ctx, plugin.Config{Path: path, Checksum: checksum, Logger: log})
//	if err != nil {
//		return err
//	}
//	defer p.Close()
//	session, err := p.Open(ctx, connector.OpenOptions{Config: config, Host: host})
//
// # What a host can rely on
//
//   - What runs is the file whose checksum was given: a private copy of it.
//   - The process inherits nothing: no environment beyond [Config.Env], no
//     standard input. Credentials reach it only when a session is opened.
//   - Nobody else can talk to it: both sides prove who they are by certificates
//     made for this one process.
//   - It never outlives the host, even one that is killed, and never blocks it:
//     a plugin that doesn't answer is killed after [Config.Unresponsive].
//   - A process that crashes in the middle of a read is started again, and the
//     read goes on after the last page that was taken, three times a session.
//   - What it sends is bounded and checked. A broken plugin is an error with a
//     code.
//   - No credential that the host handed over appears in an error or a log line.
//
// A plugin still runs as the host's user, with that user's files and network.
// Run only what you trust as much as your own code.
package plugin
