package container

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// start makes way, makes the will and starts the servers.
func (b *Backend) start(ctx context.Context) (err error) {
	if err := b.engine.Sweep(ctx); err != nil {
		return err
	}
	if b.image, err = b.engine.Resolve(ctx, b.cfg.Image); err != nil {
		return err
	}
	if b.will, err = b.engine.bequeath(b.session); err != nil {
		return err
	}
	if b.cfg.Keep {
		if err := b.claim(ctx); err != nil {
			return err
		}
	}
	if err := b.plan(); err != nil {
		return fmt.Errorf("start containers: %w", err)
	}
	for _, s := range b.servers {
		if err := s.start(ctx); err != nil {
			return fmt.Errorf("start container (%s): %w", s.id, err)
		}
	}
	return nil
}

// plan makes the folders and says what each server gets.
func (b *Backend) plan() error {
	logs, err := b.logDir()
	if err != nil {
		return err
	}
	for i, wanted := range b.cfg.Servers {
		s := &instance{
			backend: b, id: wanted.Name, slots: wanted.Agents(), log: filepath.Join(logs, wanted.Name+".log"),
			models: b.cfg.ModelsDir, port: b.cfg.port(i), devices: devices(b.cfg.GPUs, wanted),
		}
		if b.cfg.Separate {
			s.models, s.writes = filepath.Join(b.cfg.ModelsDir, s.id), true
		}
		if err := os.MkdirAll(s.models, 0o755); err != nil {
			return err
		}
		b.servers = append(b.servers, s)
	}
	return nil
}

func (b *Backend) logDir() (string, error) {
	if b.cfg.LogDir != "" {
		dir, err := filepath.Abs(b.cfg.LogDir)
		if err != nil {
			return "", err
		}
		return dir, os.MkdirAll(dir, 0o755)
	}
	dir, err := os.MkdirTemp("", "duet-container-")
	b.scratch = dir
	return dir, err
}
