package sqlstore

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVersionsThatLoseDataAreRefused(t *testing.T) {
	t.Parallel()
	for version, good := range map[string]bool{
		"3.51.3": true, "3.51.10": true, "3.52.0": true, "4.0": true, "4": true, "3.100.1": true,
		"3.51.2": false, "3.51": false, "3.9.9": false, "2.99.99": false, "3.50.9": false, "": false, "3.x.1": false,
	} {
		err := checkSQLite(version)
		if good {
			require.NoError(t, err, version)
		} else {
			require.Error(t, err, version)
		}
	}
	require.NoError(t, checkPostgres(130000, "UTF8"))
	require.NoError(t, checkPostgres(180001, "UTF8"))
	require.ErrorContains(t, checkPostgres(120022, "UTF8"), "too old")
	require.ErrorContains(t, checkPostgres(150000, "LATIN1"), "ENCODING 'UTF8'")
}
