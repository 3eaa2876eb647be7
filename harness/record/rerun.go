package record

// Rerun says that a run is one more of its cell, made at the end of the session
// because values of the cell lay far out (the outlier rule of docs/definitions.md).
// The runs that it was made for stay.
type Rerun struct {
	Of     []int64 `json:"of"`     // numbers of the runs with a flagged value
	Reason string  `json:"reason"` // the value farthest out, with its figures
}
