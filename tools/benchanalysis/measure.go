package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// tables are those that the pandas script prints.
const tables = "runtime,model_runtime,config,rates,single,ttft,warnings,failed,runs_multi,runs_single"

// python is the interpreter that Debian's python3-pandas belongs to; PYTHON names
// another.
var python = cmp.Or(os.Getenv("PYTHON"), "/usr/bin/python3")

// yardstick says what is missing to run the pandas script.
func yardstick() error {
	if text, err := exec.Command(python, "-c", "import pandas").CombinedOutput(); err != nil {
		return fmt.Errorf("%s cannot import pandas, which the yardstick needs (on Debian: apt-get install python3-pandas; PYTHON names another interpreter): %w\n%s", python, err, text)
	}
	return nil
}

// program is one that is measured, with what each of its runs took.
type program struct {
	name    string
	command func(dir string) []string
	took    []usage
}

// usage is what one run of a program took; RSS is its peak, in bytes, 0 where
// the system does not say.
type usage struct {
	wall, cpu time.Duration
	rss       int64
}

func measure(n, times int) error {
	if err := yardstick(); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "duet-bench-analysis-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	programs, err := build(work)
	if err != nil {
		return err
	}
	full, half := filepath.Join(work, "full"), filepath.Join(work, "half")
	fmt.Printf("%d synthetic runs (simulated, no measurement), %d times each, in turn\n", n, times)
	if err := generate(full, n); err != nil {
		return err
	}
	if err := generate(half, max(1, n/2)); err != nil {
		return err
	}
	small := slices.Clone(programs)
	if err := inTurn(programs, full, times); err != nil {
		return err
	}
	if err := inTurn(small, half, 1); err != nil {
		return err
	}
	report(programs, small)
	return lineTimes(work, programs[1].command("")[0], times)
}

// build makes the programs, from this checkout.
func build(work string) ([]program, error) {
	benchfmt := filepath.Join(work, "benchfmt")
	for out, pkg := range map[string]string{benchfmt: "./tools/benchfmt", filepath.Join(work, "floor"): "./tools/benchanalysis"} {
		cmd := exec.Command("go", "build", "-o", out, pkg)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("build %s: %w", pkg, err)
		}
	}
	return []program{
		{name: "only read", command: func(dir string) []string { return []string{filepath.Join(work, "floor"), "floor", dir} }},
		{name: "benchfmt", command: func(dir string) []string { return []string{benchfmt, "tables", "-width", "0", "-only", tables, dir} }},
		{name: "pandas", command: func(dir string) []string { return []string{python, "testdata/bench/tables_pandas.py", dir} }},
	}, nil
}

// inTurn lets every program have dir, times times. The first round warms the
// file cache and does not count.
func inTurn(programs []program, dir string, times int) error {
	for round := range times + 1 {
		for i := range programs {
			p := &programs[i]
			u, err := timed(p.command(dir), filepath.Join(filepath.Dir(dir), "out.txt"))
			if err != nil {
				return err
			}
			if round > 0 {
				p.took = append(p.took, u)
			}
		}
	}
	return nil
}

func timed(args []string, out string) (usage, error) {
	f, err := os.Create(out)
	if err != nil {
		return usage{}, err
	}
	defer f.Close()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout = f
	start := time.Now()
	if text, err := runQuiet(cmd); err != nil {
		return usage{}, fmt.Errorf("%s: %w: %s", args[0], err, text)
	}
	s := cmd.ProcessState
	return usage{time.Since(start), s.UserTime() + s.SystemTime(), peak(s)}, nil
}

func median(took []usage, of func(usage) time.Duration) time.Duration {
	var all []time.Duration
	for _, u := range took {
		all = append(all, of(u))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func wall(u usage) time.Duration { return u.wall }
func cpu(u usage) time.Duration  { return u.cpu }

func report(full, half []program) {
	fmt.Printf("\n%-10s %10s %10s %14s %14s %10s\n", "", "wall, s", "CPU, s", "peak, MB", "at half, MB", "grows by")
	for i, p := range full {
		most, less := p.took[0].rss, half[i].took[0].rss
		fmt.Printf("%-10s %10.2f %10.2f %14.0f %14.0f %10.2f\n", p.name, median(p.took, wall).Seconds(), median(p.took, cpu).Seconds(),
			float64(most)/1e6, float64(less)/1e6, float64(most)/float64(max(1, less)))
	}
	pandas, ours, read := full[2].took, full[1].took, full[0].took
	fmt.Printf("\npandas ÷ benchfmt:    wall %.1f, CPU %.1f\n", ratio(pandas, ours, wall), ratio(pandas, ours, cpu))
	fmt.Printf("benchfmt ÷ only read: wall %.1f, CPU %.1f\n", ratio(ours, read, wall), ratio(ours, read, cpu))
}

func ratio(a, b []usage, of func(usage) time.Duration) float64 {
	return median(a, of).Seconds() / median(b, of).Seconds()
}

// lineTimes measures benchmark lines at two sizes: the time for one must not
// grow.
func lineTimes(work, benchfmt string, times int) error {
	sizes := []int{100_000, 1_000_000}
	per := make([][]usage, len(sizes))
	for _, n := range sizes {
		if err := writeLines(filepath.Join(work, strconv.Itoa(n)), n); err != nil {
			return err
		}
	}
	for range times {
		for i, n := range sizes {
			u, err := timed([]string{benchfmt, "tables", filepath.Join(work, strconv.Itoa(n))}, filepath.Join(work, "out.txt"))
			if err != nil {
				return err
			}
			per[i] = append(per[i], u)
		}
	}
	fmt.Println()
	for i, n := range sizes {
		fmt.Printf("%7d benchmark lines: wall %.2f s, CPU %.2f s, %.0f ns of CPU a line, peak %.0f MB\n", n, median(per[i], wall).Seconds(),
			median(per[i], cpu).Seconds(), float64(median(per[i], cpu).Nanoseconds())/float64(n), float64(per[i][0].rss)/1e6)
	}
	return nil
}
