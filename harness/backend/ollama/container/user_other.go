//go:build !linux

package container

// user is the image's own: Docker Desktop maps the files of a shared folder to
// whoever runs it.
func user() string { return "" }
