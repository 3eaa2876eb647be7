package metric

import (
	"reflect"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// fields are the fields of record.Derived by their names in JSON, which are the
// names of the table of metrics.
var fields = func() map[string]int {
	out := map[string]int{}
	t := reflect.TypeFor[record.Derived]()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		out[name] = i
	}
	return out
}()

// stored is a metric of a derived block; yes is 1 and no is 0.
func stored(d *record.Derived, name string) *float64 {
	switch v := reflect.ValueOf(d).Elem().Field(fields[name]).Interface().(type) {
	case *float64:
		return v
	case *int64:
		return stats.Float(v)
	case *bool:
		return yesNo(v)
	}
	return nil
}

// store puts a metric into a derived block.
func store(d *record.Derived, name string, value *float64) {
	if value == nil {
		return
	}
	switch p := reflect.ValueOf(d).Elem().Field(fields[name]).Addr().Interface().(type) {
	case **float64:
		*p = value
	case **int64:
		whole := int64(*value)
		*p = &whole
	case **bool:
		yes := *value != 0
		*p = &yes
	}
}
