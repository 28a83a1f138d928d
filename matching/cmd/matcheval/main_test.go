package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func write(t *testing.T, name string, lines ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return file
}

// evaluated runs the command and returns what it printed.
func evaluated(t *testing.T, args ...string) (map[string]any, string) {
	t.Helper()
	var out, diagnostics bytes.Buffer
	require.NoError(t, run(args, &out, &diagnostics))
	var got map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	return got, diagnostics.String()
}

func TestListsAreMeasuredAgainstPairsAndVerdicts(t *testing.T) {
	t.Parallel()
	left := write(t, "left.csv", "id,name,address,postcode,phone", "l1,Meridian Ltd,1 Mill Lane,M1 1AA,0161 496 0123", "l2,Barlow & Beck,,,", "l3,Onyx Foods,9 Dock Road,LS1 4BB,", "l4,Quill,2 Elm Road,LS1 5CC,")
	right := write(t, "right.csv", "id,name,address,postcode,phone", "r1,MERIDIAN LIMITED,1 Mill Ln,M1 1AA,01614960123", "r2,Barlow and Beck,,,", "r3,Onyx Foods Europe,9 Dock Road,LS1 4BB,", "r4,Quill,2 Elm Road,LS1 5CC,")
	pairs := write(t, "pairs.csv", "left_id,right_id,kind", "l1,r1,same", "l2,r2,same")
	got, diagnostics := evaluated(t, "-left", left, "-right", right, "-pairs", pairs, "-errors", "5")
	for key, want := range map[string]float64{"auto": 2, "auto_wrong": 1, "auto_wrong_by_label": 1, "provisional": 1, "provisional_wrong": 0, "auto_recall": 1, "top1": 1, "top3": 1, "recall": 1, "candidate_recall": 1} {
		require.InDelta(t, want, got[key], 1e-9, key)
	}
	for _, key := range []string{"precision", "f1", "f1_oracle", "ece", "candidates_per_record", "seconds", "cpu_seconds", "peak_heap_bytes"} {
		require.Contains(t, got, key)
	}
	require.Contains(t, diagnostics, "WRONG AUTOMATIC: r4")
	require.Contains(t, diagnostics, "same address")

	verdicts := write(t, "verdicts.csv", "left_id,right_id,verdict,reason", "l4,r4,right,same house")
	decisions := filepath.Join(t.TempDir(), "decisions.csv")
	got, _ = evaluated(t, "-left", left, "-right", right, "-pairs", pairs, "-adjudicated", verdicts, "-decisions", decisions)
	require.InDelta(t, 0, got["auto_wrong"], 0)
	require.InDelta(t, 1, got["auto_wrong_by_label"], 0)
	written, err := os.ReadFile(decisions)
	require.NoError(t, err)
	require.Contains(t, string(written), "r1,automatic,l1,")

	got, _ = evaluated(t, "-left", left, "-right", right, "-person")
	require.InDelta(t, 0, got["auto"], 0, "persons are never linked")
	require.InDelta(t, 0, got["provisional"], 0)
}

func TestDevicesAndLabelledPairsAreMeasured(t *testing.T) {
	t.Parallel()
	left := write(t, "left.csv", "id,company,name,serial,mac,kind", "a1,c1,PC-1,AB12345,,", "a2,c2,PC-2,,,")
	right := write(t, "right.csv", "id,company,name,serial,mac,kind", "b1,c1,PC-9,ab12345,,", "b2,c2,pc-2,,,", "b3,c1,PC-2,,,")
	pairs := write(t, "pairs.csv", "left_id,right_id,kind", "a1,b1,same", "a2,b2,same")
	got, _ := evaluated(t, "-device", "-left", left, "-right", right, "-pairs", pairs)
	require.InDelta(t, 1, got["auto"], 0)
	require.InDelta(t, 1, got["provisional"], 0)
	require.InDelta(t, 0, got["auto_wrong"], 0)
	require.InDelta(t, 1, got["auto_recall"], 0, "never across companies")

	labelled := write(t, "labelled.csv", "name1,name2,is_match,logicv2_score", "Meridian Ltd,Meridian Limited,true,0.9", "Meridian Ltd,Onyx Foods,false,0.1")
	got, _ = evaluated(t, "-labelled", labelled)
	require.InDelta(t, 1, got["f1"], 0)
	require.InDelta(t, 1, got["baseline_f1"], 0)
}

func TestBadInputIsAnErrorThatSaysWhere(t *testing.T) {
	t.Parallel()
	var out, diagnostics bytes.Buffer
	require.ErrorContains(t, run(nil, &out, &diagnostics), "-left and -right are needed")
	bad := write(t, "bad.csv", "number,name", "1,Acme")
	require.ErrorContains(t, run([]string{"-left", bad, "-right", bad}, &out, &diagnostics), `no column "id"`)
	list, verdicts := write(t, "list.csv", "id,name", "1,Acme"), write(t, "verdicts.csv", "left_id,right_id,verdict", "1,1,perhaps")
	require.ErrorContains(t, run([]string{"-left", list, "-right", list, "-adjudicated", verdicts}, &out, &diagnostics), `verdict "perhaps"`)
	require.Empty(t, out.String())
}
