package plugin_test

import "context"

func unpaced(context.Context, string) error { return nil }
