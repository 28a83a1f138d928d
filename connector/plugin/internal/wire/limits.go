package wire

import "time"

// The bounds of the protocol.
const (
	// MaxRecords is how many records a message holds at most.
	MaxRecords = 500
	// MaxRecord is how many bytes of records a message holds at most, and so
	// how large a record can be.
	MaxRecord = 1 << 20
	// MaxMessage is the largest message that either side takes. What a message
	// holds beside the records fits between the two.
	MaxMessage = 2 << 20
	// MaxPage is how many bytes of records a page holds at most, in all its
	// parts.
	MaxPage = 64 << 20
	// MaxPageRecords is how many records a page holds at most, the rejected
	// ones included.
	MaxPageRecords = 100_000
	// maxRejected is how many rejected records a message holds at most: their
	// texts are long.
	maxRejected = 32
	// MaxCheckpoint is the longest checkpoint: see connector.Checkpoint.
	MaxCheckpoint = 4 << 10
	// Ahead is how many pages a plugin may make that nobody has taken.
	Ahead = 4
	// MaxCallbacks is how many calls back a session may have open at once.
	MaxCallbacks = 256
	// MaxWindow is how many bytes may be under way on one stream.
	MaxWindow = 1 << 20
	// ShutdownTime is how long a plugin has to end by itself once it is told to.
	ShutdownTime = 500 * time.Millisecond
)

// The versions of the protocol that this package speaks.
const (
	Oldest = 1
	Newest = 1
)

// The capabilities of a host: the ways back that it knows.
const (
	CanPace       = "pace"
	CanProgress   = "progress"
	CanSaveSecret = "save_secret"
)

// The optional features of a session.
const (
	FeatureCheck    = "check"
	FeatureGet      = "get"
	FeatureCount    = "count"
	FeatureDiscover = "discover"
)

// What go-plugin has to know. The cookie is no secret: it keeps people from
// starting a plugin by hand and wondering.
const (
	CookieKey   = "DOVETAIL_PLUGIN"
	CookieValue = "connector"
	PluginName  = "connector"
	// CoreVersion is the version that go-plugin compares. It stays: versions
	// are agreed on in Hello, which can say which side is too old.
	CoreVersion = 1
	// LifelineKey names the environment variable with the number of the file
	// whose end says that the host is gone.
	LifelineKey = "DOVETAIL_PLUGIN_LIFELINE"
	// HomeKey names the environment variable with the folder that was made for
	// this process alone, and that it clears when the host can't.
	HomeKey = "DOVETAIL_PLUGIN_HOME"
)
