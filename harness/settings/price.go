package settings

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// Price is an amount of money for one unit of something; the zero Price is none.
type Price struct {
	Amount   float64
	Currency string // three letters, upper case
}

// priced is a price as users write it: 0.30EUR, or "0.30 EUR".
var priced = regexp.MustCompile(`^([0-9]*\.?[0-9]+) ?([A-Za-z]{3})$`)

// price reads a Price. The currency is a word that stands beside the figures and
// nothing else, but without one a figure could be taken for any money.
func price(name string, field func(*Settings) *Price) func(*Settings, string) error {
	return func(s *Settings, v string) error {
		if v == "" {
			return nil
		}
		m := priced.FindStringSubmatch(strings.TrimSpace(v))
		if m == nil {
			return fmt.Errorf("%s must be an amount and a currency, such as 0.30EUR", name)
		}
		amount, err := strconv.ParseFloat(m[1], 64)
		if err != nil || !(amount > 0) || math.IsInf(amount, 0) {
			return fmt.Errorf("%s must be above 0", name)
		}
		*field(s) = Price{amount, strings.ToUpper(m[2])}
		return nil
	}
}

// Prices are the prices given, nil without any.
func (s *Settings) Prices() *record.Prices {
	if s.KWh.Currency == "" && s.GPUHour.Currency == "" {
		return nil
	}
	p := &record.Prices{Currency: max(s.KWh.Currency, s.GPUHour.Currency)}
	if s.KWh.Currency != "" {
		p.KWh = &s.KWh.Amount
	}
	if s.GPUHour.Currency != "" {
		p.GPUHour = &s.GPUHour.Amount
	}
	return p
}

func telemetry(s *Settings, v string) error {
	if allowed := []string{"auto", "nvml", "nvidia-smi", "rapl", "none"}; !slices.Contains(allowed, v) {
		return errors.New("telemetry must be one of: " + strings.Join(allowed, ", "))
	}
	s.Telemetry = v
	return nil
}
