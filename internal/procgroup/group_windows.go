package procgroup

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Group is a job object: a process, and all that it starts.
type Group struct{ job windows.Handle }

// New makes an empty group.
func New() (*Group, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, fmt.Errorf("create a job: %w", err)
	}
	var info windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("limit the job: %w", err), windows.CloseHandle(job))
	}
	return &Group{job: job}, nil
}

// Start starts a process and puts it into the job. A server starts its runner
// with the first model, long after.
func (g *Group) Start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
	if err := cmd.Start(); err != nil {
		return err
	}
	if err := g.adopt(uint32(cmd.Process.Pid)); err != nil {
		return errors.Join(fmt.Errorf("put %s into its job: %w", cmd.Path, err), cmd.Process.Kill(), cmd.Wait())
	}
	return nil
}

func (g *Group) adopt(pid uint32) error {
	const rights = windows.PROCESS_SET_QUOTA | windows.PROCESS_TERMINATE
	process, err := windows.OpenProcess(rights, false, pid)
	if err != nil {
		return err
	}
	defer windows.CloseHandle(process)
	return windows.AssignProcessToJobObject(g.job, process)
}

// Terminate ends the job at once: a console program without a window cannot be
// asked.
func (g *Group) Terminate() error { return windows.TerminateJobObject(g.job, 1) }

// Kill ends what terminate left, and the job.
func (g *Group) Kill() error {
	return errors.Join(windows.TerminateJobObject(g.job, 1), windows.CloseHandle(g.job))
}

// apart keeps a child out of the reach of a Ctrl-C on the console.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// ignoreSignals is for who must outlive this program's parent.
func ignoreSignals() { signal.Ignore(os.Interrupt, syscall.SIGTERM) }
