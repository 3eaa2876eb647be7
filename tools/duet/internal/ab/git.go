package ab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"unicode"
)

// workTree is the revision that is in no commit yet.
const workTree = "."

// revision is something that can be checked out.
type revision struct {
	commit  string // 40 digits
	label   string // as preflight.Commit says it: 12 digits, +dirty
	short   string // for names of folders
	subject string
	harness string // digest of what measures
	clients string // digest of the client runtimes
}

// repository is the checkout that the command runs in.
type repository struct{ root string }

func openRepository(ctx context.Context) (repository, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return repository{}, fmt.Errorf("two revisions are compared by git: %w", err)
	}
	root, err := repository{}.git(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return repository{}, fmt.Errorf("two revisions are compared, and this is no git checkout: %w", err)
	}
	return repository{root}, nil
}

// git runs git and returns what it prints.
func (r repository) git(ctx context.Context, args ...string) (string, error) {
	return r.gitWith(ctx, nil, args...)
}

func (r repository) gitWith(ctx context.Context, env []string, args ...string) (string, error) {
	// No hook of the user's may act on a checkout that is there for a minute.
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.hooksPath=" + os.DevNull}, args...)...)
	cmd.Dir = r.root
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		said := strings.Join(strings.Fields(stderr.String()), " ")
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, said)
	}
	return strings.TrimSpace(string(out)), nil
}

// resolve finds a revision, or makes one of the work tree.
func (r repository) resolve(ctx context.Context, name string) (revision, error) {
	if name == workTree {
		return r.resolveWorkTree(ctx)
	}
	commit, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err != nil {
		if shallow, err := r.git(ctx, "rev-parse", "--is-shallow-repository"); err == nil && shallow == "true" {
			return revision{}, fmt.Errorf("no revision %q here, and this clone is shallow: git fetch --unshallow (in GitHub's checkout action, fetch-depth: 0)", name)
		}
		return revision{}, fmt.Errorf("no revision %q in %s", name, r.root)
	}
	return r.describe(ctx, commit, commit[:12], commit[:7])
}

func (r repository) resolveWorkTree(ctx context.Context) (revision, error) {
	head, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
	if err != nil {
		return revision{}, errors.New("there is no commit yet")
	}
	changed, err := r.git(ctx, "status", "--porcelain")
	if err != nil {
		return revision{}, err
	}
	if changed == "" {
		return r.describe(ctx, head, head[:12], head[:7])
	}
	commit, err := r.snapshot(ctx, head)
	if err != nil {
		return revision{}, fmt.Errorf("take the work tree as it is: %w", err)
	}
	rev, err := r.describe(ctx, commit, head[:12]+"+dirty", head[:7]+"-dirty")
	rev.subject = "the work tree, with changes that are in no commit"
	return rev, err
}

// snapshot makes a commit of the work tree, new files and all, that no branch
// knows: edits while it is measured change nothing, and the same tree is the same
// commit. Git forgets it after a while.
func (r repository) snapshot(ctx context.Context, head string) (string, error) {
	dir, err := os.MkdirTemp("", "duet-ab-index-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	const at = "2000-01-01T00:00:00Z"
	env := []string{"GIT_INDEX_FILE=" + filepath.Join(dir, "index"),
		"GIT_AUTHOR_NAME=duet", "GIT_AUTHOR_EMAIL=duet@localhost", "GIT_AUTHOR_DATE=" + at,
		"GIT_COMMITTER_NAME=duet", "GIT_COMMITTER_EMAIL=duet@localhost", "GIT_COMMITTER_DATE=" + at}
	for _, args := range [][]string{{"read-tree", head}, {"add", "--all"}} {
		if _, err := r.gitWith(ctx, env, args...); err != nil {
			return "", err
		}
	}
	tree, err := r.gitWith(ctx, env, "write-tree")
	if err != nil {
		return "", err
	}
	return r.gitWith(ctx, env, "-c", "commit.gpgSign=false", "commit-tree", tree, "-p", head, "-m", "duet: the work tree")
}

func (r repository) describe(ctx context.Context, commit, label, short string) (revision, error) {
	rev := revision{commit: commit, label: label, short: short}
	subject, err := r.git(ctx, "show", "--no-patch", "--format=%s", commit)
	if err != nil {
		return rev, err
	}
	rev.subject = printable(subject)
	for path, digest := range map[string]*string{"harness": &rev.harness, "harness/driver": &rev.clients} {
		tree, err := r.git(ctx, "rev-parse", "--verify", "--quiet", commit+":"+path)
		if err != nil {
			return rev, fmt.Errorf("revision %s has no folder %s: it is of another project, or of its beginnings", label, path)
		}
		*digest = tree[:12]
	}
	return rev, nil
}

// checkout puts a revision into a folder until remove.
func (r repository) checkout(ctx context.Context, rev revision, dir string) (remove func(), err error) {
	remove = func() {
		// Not by the context: it also ends what was interrupted.
		ctx := context.WithoutCancel(ctx)
		if _, err := r.git(ctx, "worktree", "remove", "--force", "--force", dir); err != nil {
			os.RemoveAll(dir) // git prunes what it kept of it by itself
		}
	}
	if _, err := r.git(ctx, "worktree", "add", "--quiet", "--detach", "--force", dir, rev.commit); err != nil {
		remove()
		return func() {}, fmt.Errorf("check %s out: %w", rev.label, err)
	}
	return remove, nil
}

// printable keeps what others wrote on its line, and a terminal in order.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
