package golden

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var listed = regexp.MustCompile(`(?m)^\tgo test \$\$\((go list .*)\) -golden\.update$`)

// A package that "make golden" forgot would keep goldens that nobody can renew
// by the command that its failures name.
func TestMakeGoldenRewritesEveryFolderOfGoldenFiles(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh, and so no make")
	}
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	m := listed.FindSubmatch(text)
	if m == nil {
		t.Fatal("the Makefile has no such command any more")
	}
	const module = "github.com/chimeraforge/duet/"
	cmd := exec.Command(sh, "-c", strings.NewReplacer("$$", "$", "$(GOLDEN)", module+"golden").Replace(string(m[1])))
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	folders := 0
	err = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() || !strings.HasSuffix(filepath.ToSlash(path), "/testdata/golden") {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(filepath.Dir(path)))
		if pkg := module + filepath.ToSlash(dir); dir != "golden" && !slices.Contains(packages, pkg) {
			t.Errorf("make golden leaves out %s", pkg)
		}
		folders++
		return err
	})
	if err != nil || folders == 0 {
		t.Fatal(folders, "folders of golden files:", err)
	}
}
